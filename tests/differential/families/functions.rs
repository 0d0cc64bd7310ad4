//! FUNCTION and FCALL: several libraries that are loaded, replaced, called, dumped and restored.

use crate::command;
use crate::random::{Args, Group, Kind, Random};
use resplay::persistence::rdb::dump_functions;

/// What a function does with its keys and arguments.
const BODIES: &[&str] = &[
    "return {#keys, #args, keys[1] or 'none', args[1] or 'none'}",
    "return redis.call('SET', keys[1], args[1])",
    "return redis.call('GET', keys[1])",
    "return redis.pcall('INCR', keys[1])",
    "redis.call('LPUSH', 'list:0', 'a') return redis.call('LLEN', 'list:0')",
    "return redis.error_reply('MINE of my own')",
    "return redis.status_reply('FINE')",
    "return {err = 'plain'}",
    "error('raised')",
    "error({err = 'CODE raised as a table'})",
    "return undefined_global",
    "x = 1",
    "return nil",
    "return {1, 2.9, 'x', false, true, {3}}",
    "redis.setresp(3) return redis.call('HGETALL', 'hash:0') == nil",
    "return {double = 1.5}",
    "return redis.register_function",
    "return cjson.encode(args)",
    "return redis.call('NOSUCH')",
    "return redis.call('FUNCTION', 'LIST')",
    "return redis.pcall('FCALL', 'f_l0', 0)",
    "return type(redis.log(redis.LOG_DEBUG, 'x'))",
    "return #KEYS",
    "return string.rep('y', 3)",
];

const FLAGS: &[&str] = &[
    "",
    "",
    "flags = {}",
    "flags = {'no-writes'}",
    "flags = {'no-writes', 'allow-stale'}",
    "flags = {'ALLOW-OOM'}",
    "flags = {'allow-cross-slot-keys', 'no-cluster'}",
    "flags = {'none'}",
    "flags = 'no-writes'",
];

/// What a library's code has besides, most of which is wrong.
const EXTRAS: &[&str] = &[
    "local calls = 0",
    "redis.log(redis.LOG_DEBUG, 'loading')",
    "y = 1",
    "local z = string.rep('a', 3)",
    "redis.call('PING')",
    "redis.register_function('bad name', redis.log)",
    "redis.register_function('half')",
    "redis.register_function(1, 2)",
    "redis.register_function()",
    "redis.register_function{callback = redis.log}",
    "redis.register_function{function_name = 'nobody'}",
    "this is no Lua",
    "return 1",
    "local t = nil; t.x = 1",
];

const HEADERS: &[&str] = &[
    "#!LUA name=l1",
    "#!lua   name='l2' ",
    "#!lua",
    "#!lua name=l1 name=l2",
    "#!lua name=l1 other=1",
    "#!js name=l1",
    "#!lua name=bad-name",
    "#!lua name=\"l1",
    "lua name=l1",
    "#! name=l1",
    "",
];

fn library(random: &mut Random) -> Vec<u8> {
    let name = random.pick(&["l0", "l1", "l2", "l3"]);
    named_library(random, name)
}

fn named_library(random: &mut Random, name: &str) -> Vec<u8> {
    let header = if random.one_in(15) {
        random.pick(HEADERS).to_owned()
    } else {
        format!("#!lua name={name}")
    };
    let mut code = header + "\n";
    if random.one_in(6) {
        code = code + random.pick(EXTRAS) + "\n";
    }
    let body = random.pick(BODIES);
    let flags = random.pick(FLAGS);
    // One function that no other library has, at times one that others have too.
    if flags.is_empty() {
        code += &format!("redis.register_function('f_{name}', function(keys, args) {body} end)\n");
    } else {
        let description = random.pick(&["", "description = 'tells', "]);
        code += &format!(
            "redis.register_function{{function_name = 'f_{name}', {description}{flags}, \
             callback = function(keys, args) {body} end}}\n"
        );
    }
    if random.one_in(5) {
        let shared = random.pick(&["shared", "Shared", "SHARED"]);
        code += &format!("redis.register_function('{shared}', function() return '{name}' end)\n");
    }
    code.into_bytes()
}

fn call(random: &mut Random) -> Args {
    let command = random.pick(&["FCALL", "FCALL", "FCALL", "FCALL_RO", "fcall"]);
    let name = random.pick(&["f_l0", "f_l1", "f_l2", "f_l3", "F_L0", "shared", "nosuch"]);
    let mut args = command!(command, name);
    match random.below(12) {
        0 => args.push(random.integer()),
        1 => args.extend(command!("1")),
        2 => args.extend(command!("0")),
        _ => {
            args.extend(command!("1"));
            args.push(random.key(Kind::String));
            args.push(random.value());
        }
    }
    args
}

pub fn group(random: &mut Random) -> Group {
    let command = match random.below(40) {
        0..8 => {
            let code = library(random);
            command!("FUNCTION LOAD REPLACE", code)
        }
        8..10 => {
            let code = library(random);
            command!("FUNCTION LOAD", code)
        }
        10 => {
            let option = random.pick(&["replace", "junk", ""]);
            let code = library(random);
            command!("FUNCTION LOAD", option.as_bytes().to_vec(), code)
        }
        11 => command!(
            "FUNCTION DELETE",
            random.pick(&["l0", "l1", "L2", "nosuch"])
        ),
        12 => command!(
            "FUNCTION FLUSH",
            random.pick(&["SYNC", "ASYNC", "async", "junk"])
        ),
        13..15 => command!("FUNCTION LIST"),
        15 => command!(
            "FUNCTION LIST LIBRARYNAME",
            random.pick(&["l*", "L?", "nosuch", "*1"]),
            "WITHCODE"
        ),
        16 => {
            let rest = random.pick(&["WITHCODE", "withcode WITHCODE", "LIBRARYNAME", "junk"]);
            command!("FUNCTION LIST", rest)
        }
        17..19 => command!("FUNCTION STATS"),
        19..21 => command!("FUNCTION DUMP"),
        21..24 => {
            let mut codes = vec![named_library(random, "l0")];
            if random.one_in(2) {
                codes.push(named_library(random, "l3"));
            }
            let compress = random.one_in(2);
            let mut payload = dump_functions(codes.iter().map(Vec::as_slice), compress);
            if random.one_in(8) {
                let at = random.below(payload.len());
                payload[at] ^= 1;
            }
            let mut args = command!("FUNCTION RESTORE", payload);
            if random.one_in(2) {
                args.extend(command!(
                    random.pick(&["FLUSH", "APPEND", "REPLACE", "junk"])
                ));
            }
            args
        }
        24 => command!("FUNCTION HELP"),
        25 => command!("FUNCTION KILL"),
        26 => command!("FLUSHALL"),
        _ => call(random),
    };
    random.one(command)
}
