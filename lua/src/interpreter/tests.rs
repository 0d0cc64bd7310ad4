//! Scripts against a host that has nothing.

use crate::interface::{Interpreter, Invocation, Purpose, ScriptHost};

/// Lets scripts run for a while.
pub(super) struct Nobody(pub u32);

impl ScriptHost for Nobody {
    fn call(&mut self, _arguments: &[&[u8]], _protocol: u8, reply: &mut Vec<u8>) {
        reply.extend_from_slice(b"+OK\r\n");
    }

    fn error_replied(&mut self, _error: &[u8], _counts: bool) {}

    fn log(&mut self, _level: u8, _message: &[u8]) {}

    fn set_replication(&mut self, _targets: u8) {}

    fn may_run(&mut self, _arguments: &[&[u8]]) -> Result<bool, Vec<u8>> {
        Ok(true)
    }

    fn poll(&mut self) -> Result<(), Vec<u8>> {
        self.0 += 1;
        if self.0 < 1500 {
            Ok(())
        } else {
            Err(b"the host is tired".to_vec())
        }
    }

    fn random(&mut self) -> i32 {
        1 << 30
    }

    fn seed_random(&mut self, _seed: i32) {}

    fn format_double(&mut self, value: f64, text: &mut Vec<u8>) {
        text.extend_from_slice(value.to_string().as_bytes());
    }
}

fn interpreter() -> Box<dyn Interpreter> {
    super::factory()(Purpose::Scripts).expect("there is one")
}

fn run(lua: &mut dyn Interpreter, script: &str) -> String {
    if let Err(error) = lua.compile(b"f_test", script.as_bytes()).expect("it works") {
        return String::from_utf8_lossy(&error).into_owned();
    }
    let mut reply = Vec::new();
    let invocation = Invocation {
        name: b"f_test",
        keys: &[],
        arguments: &[],
        protocol: 2,
    };
    lua.run(
        &mut Nobody(if script.contains("while true do end") {
            1480
        } else {
            0
        }),
        invocation,
        &mut reply,
    )
    .expect("it works");
    String::from_utf8_lossy(&reply).into_owned()
}

#[test]
fn a_number_comes_back() {
    let mut lua = interpreter();
    assert_eq!(run(&mut *lua, "return 1"), ":1\r\n");
    assert_eq!(run(&mut *lua, "return 1 + 2"), ":3\r\n");
}

#[test]
fn values_become_replies() {
    check(&mut *interpreter());
}

/// What any interpreter answers, wherever it is.
pub fn check(lua: &mut dyn Interpreter) {
    let mut is = |script: &str, reply: &str| assert_eq!(run(lua, script), reply, "{script}");
    is("return 'a'", "$1\r\na\r\n");
    is(
        "return {1,2,{3,'x'},nil,5}",
        "*3\r\n:1\r\n:2\r\n*2\r\n:3\r\n$1\r\nx\r\n",
    );
    is("return false", "$-1\r\n");
    is("return true", ":1\r\n");
    is("return 3.99", ":3\r\n");
    is("return 0/0", ":-9223372036854775808\r\n");
    is("return redis.call('x')", "+OK\r\n");
    is("return {ok='fine'}", "+fine\r\n");
    is("return {err='MY bad'}", "-MY bad\r\n");
    is("return {double=1.5}", "$3\r\n1.5\r\n");
    is("return redis.acl_check_cmd('x')", ":1\r\n");
    is("redis.log(3, 'x') redis.set_repl(0)", "$-1\r\n");
    is("math.randomseed(1) return math.random(10)", ":6\r\n");
    is("return 1 1", "user_script:1: '<eof>' expected near '1'");
}

#[test]
fn errors_say_where() {
    let mut lua = interpreter();
    let mut is = |script: &str, reply: &str| {
        let reply = format!("-{reply} script: f_test, on @user_script:1.\r\n");
        assert_eq!(run(&mut *lua, script), reply, "{script}");
    };
    is("error('x')", "ERR user_script:1: x");
    is("error('x', 0)", "ERR x");
    is("error({err='MY err'})", "MY err");
    is("error()", "ERR nil");
    is(
        "x = 1",
        "ERR user_script:1: Attempt to modify a readonly table",
    );
    is(
        "redis.call = 1",
        "ERR user_script:1: Attempt to modify a readonly table",
    );
    is(
        "rawset(redis, 'a', 1)",
        "ERR Attempt to modify a readonly table",
    );
    is(
        "setmetatable(_G, {})",
        "ERR Attempt to modify a readonly table",
    );
    is(
        "table.insert(redis, 1)",
        "ERR Attempt to modify a readonly table",
    );
    is(
        "getmetatable('').__index = 1",
        "ERR user_script:1: Attempt to modify a readonly table",
    );
    is(
        "getmetatable(_G).__index = 1",
        "ERR user_script:1: Attempt to modify a readonly table",
    );
    is(
        "return x",
        "ERR user_script:1: Script attempted to access nonexistent global variable 'x'",
    );
    is(
        "return print",
        "ERR user_script:1: Script attempted to access nonexistent global variable 'print'",
    );
    is(
        "local a = nil; return a.b",
        "ERR user_script:1: attempt to index local 'a' (a nil value)",
    );
    is(
        "return redis.call({})",
        "ERR Lua redis lib command arguments must be strings or integers",
    );
    is("redis.setresp(4)", "ERR RESP version must be 2 or 3.");
}

#[test]
fn nothing_lasts_for_ever() {
    let mut lua = interpreter();
    for (script, error) in [
        ("while true do end", "the host is tired"),
        (
            "coroutine.wrap(function() while true do end end)()",
            "the host is tired",
        ),
        (
            "while true do pcall(function() while true do end end) end",
            "the host is tired",
        ),
        (
            "local t = {} while true do t[#t+1] = {1,2,3} end",
            "not enough memory",
        ),
        (
            "local t = 'x' while true do t = t .. t end",
            "not enough memory",
        ),
        ("return string.rep('x', 1e10)", "too large"),
        ("return string.rep('x', 1e9)", "not enough memory"),
        (
            "return string.find(string.rep('a', 300), string.rep('a*', 300) .. 'b')",
            "steps",
        ),
        (
            "local function f() return 1 + f() end return f()",
            "stack overflow",
        ),
        ("local function f() return pcall(f) end return f()", ""),
        (
            "local function f() return string.gsub('x', 'x', f) end return f()",
            "overflow",
        ),
        (
            "local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k] end return t.x",
            "overflow",
        ),
        (
            "local s = string.rep('(', 100000) return loadstring('return ' .. s)",
            "",
        ),
        ("local t = {} t[1] = t return t", "lua stack limit"),
        (
            "return loadstring(string.dump(function() return 1 end))",
            "",
        ),
    ] {
        let started = std::time::Instant::now();
        let reply = run(&mut *lua, script);
        assert!(
            reply.contains(error),
            "{script}: {}",
            &reply[..reply.len().min(300)]
        );
        println!(
            "{script}: {} in {:?}",
            &reply[..reply.len().min(200)],
            started.elapsed()
        );
        assert_eq!(run(&mut *lua, "return 1"), ":1\r\n");
    }
}
