//! EVAL and what is around it: values both ways, errors and where they come from,
//! commands of other families called by scripts, the cache.

use crate::command;
use crate::random::{Group, Random};

/// Scripts that end in an error, each in its way, or nearly.
const FAULTS: &[&str] = &[
    "error('x')",
    "error('x', 0)",
    "error('x', 2)",
    "error({err='MY err'})",
    "error()",
    "error(nil)",
    "error(redis.error_reply('CODE text'))",
    "x = 1",
    "return x",
    "return _G.x",
    "redis.call = nil",
    "redis.x = 1",
    "string.x = 1",
    "rawset(_G, 'x', 1)",
    "setmetatable(_G, nil)",
    "setmetatable(redis, {})",
    "getmetatable(_G).__index = nil",
    "getmetatable('').__index = nil",
    "table.insert(_G, 1)",
    "return getmetatable(redis)",
    "return type(getmetatable(''))",
    "return rawget(_G, 'x')",
    "return type(rawget(redis, 'call'))",
    "local n = 0 for k in pairs(redis) do n = n + 1 end return n",
    "return next(redis) ~= nil",
    "return os.time()",
    "return print",
    "return require",
    "return dofile",
    "return newproxy",
    "return setfenv",
    "return debug",
    "local a return a.b",
    "local a return a()",
    "local a return a .. 'x'",
    "local a return a + 1",
    "local a = {} return a < a",
    "local a = {} return a.b.c",
    "return 1 < 'x'",
    "return #nil",
    "return nope()",
    "return redis.nope()",
    "return string.nope('x')",
    "return ('x'):nope()",
    "return 1 1",
    "return '",
    "for",
    "return }",
    "local function f() return f() + 1 end return f()",
    "assert(false)",
    "assert(nil, 'asserted')",
    "assert(false, {err='ASSERTED it'})",
    "return assert(1, 2)",
    "return {pcall(error, 'x')}",
    "return {pcall(error, {err='ERR y'})}",
    "return {pcall(function() error('x') end)}",
    "return {pcall(function() return 1, 2 end)}",
    "return {pcall(redis.call, 'NOPE')}",
    "return {xpcall(function() error('x') end, function(e) return 'h:' .. e end)}",
    "return {xpcall(redis.call, function(e) return type(e) end)}",
    "local ok, e = pcall(redis.call, 'GET') return e",
    "return redis.pcall('GET')",
    "return redis.pcall()",
    "return redis.call()",
    "return redis.call({})",
    "return redis.call('GET', {})",
    "return redis.call('GET', nil)",
    "return redis.call('MULTI')",
    "return redis.call('EVAL', 'return 1', '0')",
    "return redis.call('SUBSCRIBE', 'x')",
    "return redis.call('CONFIG')",
    "return redis.call('CONFIG', 'NOPE')",
    "return redis.call('SELECT', '99')",
    "redis.call('SELECT', '5') return redis.call('SELECT', '0')",
    "return redis.error_reply()",
    "return redis.error_reply('')",
    "return redis.error_reply('-')",
    "return redis.error_reply('one')",
    "return redis.error_reply('-TWO words')",
    "return redis.error_reply('THREE\\r\\nlines')",
    "return redis.status_reply()",
    "return redis.status_reply('FINE')",
    "return redis.status_reply('a\\r\\nb')",
    "return redis.sha1hex()",
    "return redis.sha1hex(12)",
    "return redis.sha1hex('x')",
    "return redis.log()",
    "return redis.log('x', 'y')",
    "return redis.log(9, 'y')",
    "return redis.log(redis.LOG_DEBUG, 'y')",
    "return redis.setresp()",
    "return redis.setresp(1)",
    "return redis.setresp('3')",
    "return redis.set_repl(9)",
    "return redis.set_repl()",
    "redis.set_repl(redis.REPL_NONE) return 1",
    "return redis.acl_check_cmd('SET', 'a', 'b')",
    "return redis.acl_check_cmd('NOPE')",
    "return redis.acl_check_cmd()",
    "return redis.replicate_commands()",
    "return redis.breakpoint()",
    "return redis.debug('x')",
    "math.randomseed(7) return {math.random(100), math.random(-5, 5), tostring(math.random())}",
    "return math.random(0)",
    "return math.random(5, 1)",
    "return math.random(1, 2, 3)",
    "return math.random('x')",
    "return loadstring('return 1 +')",
    "return loadstring('return 1 + 1')()",
    "return {loadstring('return (', 'name')}",
    "return {loadstring('x y', '=name')}",
    "return {loadstring('x y', '@name')}",
    "return load(function() return nil end)",
    "local n = 0 return load(function() n = n + 1 return n == 1 and 'return 7' or nil end)()",
    "return {load('x')}",
    "return {loadstring('\\27Lua')}",
    "return unpack({1, 2, 3})",
    "return {unpack({1, 2, 3}, 2)}",
    "return select('#', 1, 2, nil)",
    "return {select(2, 'a', 'b', 'c')}",
    "return {select(-1, 'a', 'b')}",
    "return select(0)",
    "local c = coroutine.create(function(a) local b = coroutine.yield(a) return b end) return {coroutine.resume(c, 1), coroutine.resume(c, 2), coroutine.resume(c)}",
    "return {coroutine.resume(coroutine.create(function() error('x') end))}",
    "return coroutine.wrap(function() return redis.call('PING') end)()",
    "return {ok = 1}",
    "return {err = 1}",
    "return {err = 'MY error\\r\\nin lines'}",
    "return {ok = 'a\\r\\nb'}",
    "return {1, nil, 3}",
    "return {1, {2, {3, {4}}}}",
    "return {[1] = 'a', [3] = 'c', x = 'y'}",
    "return setmetatable({}, {__index = function() return 1 end})",
    "return KEYS",
    "return ARGV",
    "KEYS = 1",
    "KEYS[1] = 'x' return KEYS",
    "return _VERSION",
    "return redis.REDIS_VERSION_NUM > 0x070000",
    "return tostring(redis.LOG_WARNING) .. redis.REPL_ALL",
    "\n\nerror('third line')",
    "local t = {} t[nil] = 1",
    "local t = {} t[0/0] = 1",
    "return next({}, 'x')",
    "return tostring(setmetatable({}, {__tostring = function() return 'shown' end}))",
    "return (function(...) return select('#', ...) end)(1, nil)",
    "goto x",
    "return 5 // 2",
    "return 0x10 .. ''",
    "return 1e400 .. ''",
    "return -0 .. ''",
    "return 3 % -2",
    "return -3 % 2",
    "return 2^0.5 .. ''",
    "return 7 / 2",
    "return 10 == '10'",
    "return '10' + 5",
    "return 'x' + 5",
    "return 5 .. 6",
];

/// One argument, spaces and all.
fn text(text: impl Into<String>) -> Vec<u8> {
    text.into().into_bytes()
}

fn literal(random: &mut Random, depth: usize) -> String {
    let kinds = if depth > 2 { 6 } else { 14 };
    match random.below(kinds) {
        0 => random
            .pick(&[
                "0", "1", "-1", "3.99", "-3.99", "1e15", "2^53", "1e300", "0/0", "1/0",
            ])
            .into(),
        1 => random
            .pick(&["'text'", "''", "'a\\0b'", "'\\r\\n'", "'12'"])
            .into(),
        2 => "true".into(),
        3 => "false".into(),
        4 => "nil".into(),
        5 => "redis.call('PING')".into(),
        6 => format!(
            "{{double = {}}}",
            random.pick(&["1", "-2", "0.5", "1/0", "'x'"])
        ),
        7 => format!("{{map = {{key = {}}}}}", literal(random, depth + 1)),
        8 => random
            .pick(&[
                "{set = {member = true}}",
                "{set = {}}",
                "{map = {}}",
                "{set = 1}",
            ])
            .into(),
        9 => random
            .pick(&[
                "{big_number = '123456789012345678901'}",
                "{big_number = 'a\\r\\nb'}",
            ])
            .into(),
        10 => format!(
            "{{verbatim_string = {{format = '{}', string = 'text'}}}}",
            random.pick(&["txt", "mkd", "x", "long"])
        ),
        11 => random
            .pick(&["{ok = 'fine'}", "{err = 'ERR bad'}", "{ok = 1}"])
            .into(),
        _ => {
            let items: Vec<String> = (0..random.below(4))
                .map(|_| literal(random, depth + 1))
                .collect();
            format!("{{{}}}", items.join(", "))
        }
    }
}

/// A script that calls what stands in ARGV.
fn calls(random: &mut Random) -> Group {
    let scripts = [
        "return redis.call(unpack(ARGV))",
        "return redis.pcall(unpack(ARGV))",
        "redis.setresp(3) return redis.call(unpack(ARGV))",
        "local reply = redis.pcall(unpack(ARGV)) return {type(reply), reply}",
        "redis.call('INCR', 'str:3') return redis.call(unpack(ARGV))",
    ];
    let families = [
        super::strings::group,
        super::list::group,
        super::expire::group,
    ];
    let inner = families[random.below(families.len())](random);
    let eval = random.pick(&["EVAL", "EVAL", "EVAL", "EVAL_RO"]);
    let fits = |args: &Vec<Vec<u8>>| {
        // What goes on while it runs, and what answers with the time that is left.
        !matches!(
            args[0].as_slice(),
            b"PEXPIRE" | b"PTTL" | b"TTL" | b"LCS" | b"PEXPIRETIME" | b"EXPIRETIME" | b"OBJECT"
        )
    };
    let script = random.pick(&scripts);
    let call = |args: Vec<Vec<u8>>| {
        let mut whole = command!(eval, text(script), "0");
        whole.extend(args);
        whole
    };
    inner.into_iter().filter(fits).map(call).collect()
}

pub fn group(random: &mut Random) -> Group {
    match random.below(10) {
        0 | 1 => calls(random),
        2 | 4 | 5 => vec![command!(
            "EVAL",
            text(random.pick(FAULTS)),
            "2",
            "key",
            "other",
            "argument"
        )],
        3 => {
            let protocol = random.pick(&["", "redis.setresp(3) "]);
            let script = format!("{protocol}return {}", literal(random, 0));
            vec![command!("EVAL", text(script), "0")]
        }
        6 => {
            let script = random.pick(&[
                "return ARGV[1]",
                "return {KEYS[1]}",
                "return #ARGV",
                "return (",
            ]);
            let sha = sha1_smol::Sha1::from(script).digest().to_string();
            vec![
                command!("SCRIPT FLUSH"),
                command!("EVALSHA", text(&sha), "0"),
                command!("SCRIPT LOAD", text(script)),
                command!("SCRIPT EXISTS", text(&sha), text("0".repeat(40)), "x"),
                command!("EVALSHA", text(&sha), random.count(), "a", "b", "c"),
                command!("EVALSHA_RO", text(sha.to_uppercase()), "1", "a", "b"),
            ]
        }
        7 => {
            let flags = random.pick(&[
                "flags=no-writes",
                "flags=",
                "flags=allow-oom,no-writes",
                "flags=nope",
                "",
                "what=ever",
                "flags=no-writes,",
                "flags=allow-stale",
                "flags=no-cluster flags=no-writes",
                "'",
            ]);
            let engine = random.pick(&["#!lua", "#!lua", "#!lua", "#!js", "#!"]);
            let end = random.pick(&["\n", "\n", ""]);
            let body = random.pick(&[
                "return redis.call('SET', 'str:1', 'x')",
                "error('x')",
                "return 1",
            ]);
            let script = format!("{engine} {flags}{end}{body}");
            vec![command!(
                random.pick(&["EVAL", "EVAL_RO"]),
                text(script),
                "0"
            )]
        }
        8 => vec![
            command!("MULTI"),
            command!(
                "EVAL",
                text("return redis.call('SET', KEYS[1], ARGV[1])"),
                "1",
                random.any_key(),
                random.value()
            ),
            command!("EVAL", text(random.pick(FAULTS)), "0"),
            command!("EXEC"),
        ],
        _ => vec![match random.below(6) {
            0 => command!("EVAL", text("return 1"), random.integer()),
            1 => command!(
                "EVAL",
                text("return {KEYS, ARGV}"),
                random.count(),
                "a",
                "b",
                "c"
            ),
            2 => command!("EVALSHA", random.value(), "0"),
            3 => command!("SCRIPT KILL"),
            4 => command!("SCRIPT FLUSH", random.pick(&["ASYNC", "SYNC", "NOPE"])),
            _ => command!(
                "SCRIPT",
                random.pick(&["HELP", "NOPE", "LOAD", "EXISTS", "DEBUG"])
            ),
        }],
    }
}
