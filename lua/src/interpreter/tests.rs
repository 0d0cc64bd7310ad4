//! Scripts against a host that has nothing.

use crate::interface::{Interpreter, Invocation, Purpose, ScriptHost};

struct Nobody;

impl ScriptHost for Nobody {
    fn call(&mut self, _arguments: &[&[u8]], _protocol: u8, reply: &mut Vec<u8>) {
        reply.extend_from_slice(b"+OK\r\n");
    }

    fn count_error(&mut self, _error: &[u8]) {}

    fn log(&mut self, _level: u8, _message: &[u8]) {}

    fn set_replication(&mut self, _targets: u8) {}

    fn may_run(&mut self, _arguments: &[&[u8]]) -> Result<bool, Vec<u8>> {
        Ok(true)
    }

    fn poll(&mut self) -> Result<(), Vec<u8>> {
        Ok(())
    }

    fn clock(&mut self) -> i64 {
        0
    }
}

fn interpreter() -> Box<dyn Interpreter> {
    super::factory()(Purpose::Scripts).expect("there is one")
}

fn run(lua: &mut dyn Interpreter, script: &str) -> String {
    match lua.compile(b"f_test", script.as_bytes()).expect("it works") {
        Err(error) => return String::from_utf8_lossy(&error).into_owned(),
        Ok(()) => {}
    }
    let mut reply = Vec::new();
    let invocation = Invocation {
        name: b"f_test",
        keys: &[],
        arguments: &[],
        protocol: 2,
    };
    lua.run(&mut Nobody, invocation, &mut reply)
        .expect("it works");
    String::from_utf8_lossy(&reply).into_owned()
}

#[test]
fn a_number_comes_back() {
    let mut lua = interpreter();
    assert_eq!(run(&mut *lua, "return 1"), ":1\r\n");
    assert_eq!(run(&mut *lua, "return 1 + 2"), ":3\r\n");
}
