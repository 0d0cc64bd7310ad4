//! Libraries of functions: what their code sees while it registers functions, and what it registers.
//!
//! FUNCTION LOAD runs a library's code with other globals than its functions will have: `redis` alone, which
//! knows little more than `register_function`. Both are the same table to Lua, whose `__index` is changed.

use super::{errors, limits, redis, sandbox, stack};
use crate::interface::{FLAGS, Registered, WRONG_NAME, is_name};
use lua_types::{LuaError, LuaTable, LuaValue};
use lua_vm::api;
use lua_vm::state::LuaState;
use std::cell::RefCell;

/// Where the registry has the globals of a library that is being loaded.
const LOAD_GLOBALS: &[u8] = b"load globals";

/// Where the registry has the functions of the library that is being loaded, by name.
const LOADING: &[u8] = b"loading";

thread_local! {
    /// What the library that is being loaded has registered.
    static REGISTERED: RefCell<Option<Vec<Registered>>> = const { RefCell::new(None) };
}

/// Where the registry has the functions of a library, by name.
fn place(library: u32) -> Vec<u8> {
    format!("library {library}").into_bytes()
}

/// Makes the globals that libraries are loaded with. Pushes nothing.
pub fn set_up(state: &mut LuaState) -> Result<(), LuaError> {
    api::create_table(state, 0, 1)?;
    api::create_table(state, 0, 8)?;
    for (name, number) in redis::NUMBERS {
        if name.starts_with(b"LOG_") || *name == redis::VERSION_NUMBER_FIELD {
            api::push_number(state, *number);
            api::set_field(state, -2, name)?;
        }
    }
    api::push_lstring(state, redis::VERSION.as_bytes())?;
    api::set_field(state, -2, b"REDIS_VERSION")?;
    api::push_cclosure(state, register_function, 0)?;
    api::set_field(state, -2, b"register_function")?;
    api::push_cclosure(state, redis::log, 0)?;
    api::set_field(state, -2, b"log")?;
    sandbox::refuse_missing(state)?;
    api::set_field(state, -2, b"redis")?;
    sandbox::refuse_missing(state)?;
    let Some(globals) = stack::table(state, -1) else {
        return Err(errors::plain("no table was made"));
    };
    let shown = sandbox::protect(state, globals)?;
    state.push(LuaValue::Table(shown));
    api::set_field(state, stack::REGISTRY, LOAD_GLOBALS)?;
    state.pop_n(1);
    Ok(())
}

/// Changes what the globals show to the value on the stack, which is popped.
fn show(state: &mut LuaState) -> Result<(), LuaError> {
    let globals = state.global().globals;
    let metatable = globals.as_table().and_then(|globals| globals.metatable());
    let Some(metatable) = metatable else {
        return Err(errors::plain("there are no globals"));
    };
    state.push(LuaValue::Table(metatable));
    api::rotate(state, -2, 1);
    api::push_lstring(state, b"__index")?;
    api::rotate(state, -2, 1);
    api::raw_set(state, -3)?;
    state.pop_n(1);
    Ok(())
}

/// Runs the code of a library and keeps what it registers. The inner error is FUNCTION LOAD's.
pub fn load(
    state: &mut LuaState,
    library: u32,
    code: &[u8],
) -> Result<Result<Vec<Registered>, Vec<u8>>, LuaError> {
    limits::begin(state);
    if let Err(message) = sandbox::compile(state, code.to_vec(), b"@user_function")? {
        return Ok(Err([b"Error compiling function: ", &*message].concat()));
    }
    api::create_table(state, 0, 0)?;
    api::set_field(state, stack::REGISTRY, LOADING)?;
    api::get_field(state, stack::REGISTRY, LOAD_GLOBALS)?;
    show(state)?;
    REGISTERED.set(Some(Vec::new()));
    let called = api::pcall_k(state, 0, 0, 0, 0, None);
    let registered = REGISTERED.take().unwrap_or_default();
    let Some(globals) = sandbox::globals(state) else {
        return Err(errors::plain("there are no globals"));
    };
    state.push(LuaValue::Table(globals));
    show(state)?;
    let failed = match (limits::ended(state), called) {
        (Some(why), _) => Some([b"ERR ", &*why].concat()),
        (None, Err(error)) => Some(message(state, error)),
        (None, Ok(_)) => None,
    };
    if let Some(message) = failed {
        api::push_nil(state);
        api::set_field(state, stack::REGISTRY, LOADING)?;
        return Ok(Err([b"Error registering functions: ", &*message].concat()));
    }
    api::get_field(state, stack::REGISTRY, LOADING)?;
    api::set_field(state, stack::REGISTRY, &place(library))?;
    api::push_nil(state);
    api::set_field(state, stack::REGISTRY, LOADING)?;
    Ok(Ok(registered))
}

/// The text of an error that came out of a library's code.
fn message(state: &mut LuaState, error: LuaError) -> Vec<u8> {
    let value = error.into_value();
    if let LuaValue::Table(table) = value {
        let inner = table.get_str_bytes(b"err");
        state.push(inner);
        let text = stack::text(state, -1);
        state.pop_n(1);
        return text.unwrap_or_else(|| b"ERR unknown error".to_vec());
    }
    state.push(value);
    let text = stack::text(state, -1);
    state.pop_n(1);
    [b"ERR ", &*text.unwrap_or_else(|| b"unknown error".to_vec())].concat()
}

/// Forgets the functions of a library.
pub fn unload(state: &mut LuaState, library: u32) -> Result<(), LuaError> {
    api::push_nil(state);
    api::set_field(state, stack::REGISTRY, &place(library))
}

/// Pushes a function of a library.
pub fn push(state: &mut LuaState, library: u32, name: &[u8]) -> Result<(), LuaError> {
    api::get_field(state, stack::REGISTRY, &place(library))?;
    let function = match stack::value(state, -1) {
        LuaValue::Table(functions) => functions.get_str_bytes(name),
        _ => LuaValue::Nil,
    };
    state.pop_n(1);
    match function {
        LuaValue::Function(_) => {
            state.push(function);
            Ok(())
        }
        _ => Err(errors::plain("the function is not there")),
    }
}

/// redis.register_function(name, callback), or with a table of these and more.
fn register_function(state: &mut LuaState) -> Result<usize, LuaError> {
    if REGISTERED.with_borrow(Option::is_none) {
        let text = b"redis.register_function can only be called on FUNCTION LOAD command";
        return Err(errors::raise(state, text));
    }
    let read = match api::get_top(state) {
        1 => read_table(state),
        2 => read_pair(state),
        _ => Err("wrong number of arguments to redis.register_function"),
    };
    let added = read.and_then(|(function, callback)| {
        if !is_name(&function.name) {
            return Err(WRONG_NAME);
        }
        let name = function.name.clone();
        REGISTERED.with_borrow_mut(|registered| {
            let registered = registered.get_or_insert_default();
            if registered.iter().any(|other| other.name == function.name) {
                return Err("Function already exists in the library");
            }
            registered.push(function);
            Ok((name, callback))
        })
    });
    let (name, callback) = match added {
        Ok(added) => added,
        Err(text) => return Err(errors::raise(state, text.as_bytes())),
    };
    // The callback is safe so long: it is an argument, or in the table that is one.
    api::get_field(state, stack::REGISTRY, LOADING)?;
    api::push_lstring(state, &name)?;
    state.push(callback);
    api::raw_set(state, -3)?;
    Ok(0)
}

/// What is to be registered, and the function that is called then.
type Read = Result<(Registered, LuaValue), &'static str>;

fn read_pair(state: &mut LuaState) -> Read {
    let Some(name) = stack::text(state, 1) else {
        return Err("first argument to redis.register_function must be a string");
    };
    let callback = stack::value(state, 2);
    if !matches!(callback, LuaValue::Function(_)) {
        return Err("second argument to redis.register_function must be a function");
    }
    let function = Registered {
        name,
        ..Registered::default()
    };
    Ok((function, callback))
}

fn read_table(state: &mut LuaState) -> Read {
    let Some(table) = stack::table(state, 1) else {
        return Err(
            "calling redis.register_function with a single argument is only applicable to Lua table \
             (representing named arguments).",
        );
    };
    let mut name = None;
    let mut description = None;
    let mut callback = None;
    let mut flags = 0;
    let mut last = LuaValue::Nil;
    while let Ok(Some((key, value))) = table.try_next_pair(&last) {
        last = key;
        let key = match &key {
            LuaValue::Str(key) => key.as_bytes(),
            LuaValue::Int(_) | LuaValue::Float(_) => b"",
            _ => return Err("named argument key given to redis.register_function is not a string"),
        };
        let is = |word: &str| key.eq_ignore_ascii_case(word.as_bytes());
        state.push(value);
        let text = stack::text(state, -1);
        state.pop_n(1);
        if is("function_name") {
            let wrong = "function_name argument given to redis.register_function must be a string";
            name = Some(text.ok_or(wrong)?);
        } else if is("description") {
            let wrong = "description argument given to redis.register_function must be a string";
            description = Some(text.ok_or(wrong)?);
        } else if is("callback") {
            if !matches!(value, LuaValue::Function(_)) {
                return Err(
                    "callback argument given to redis.register_function must be a function",
                );
            }
            callback = Some(value);
        } else if is("flags") {
            let LuaValue::Table(list) = value else {
                return Err(
                    "flags argument to redis.register_function must be a table representing function flags",
                );
            };
            flags = read_flags(&list).ok_or("unknown flag given")?;
        } else {
            return Err("unknown argument given to redis.register_function");
        }
    }
    let Some(name) = name else {
        return Err("redis.register_function must get a function name argument");
    };
    let Some(callback) = callback else {
        return Err("redis.register_function must get a callback argument");
    };
    Ok((
        Registered {
            name,
            description,
            flags,
        },
        callback,
    ))
}

fn read_flags(list: &LuaTable) -> Option<u8> {
    let mut flags = 0;
    for at in 1.. {
        let name = match list.get_int(at) {
            LuaValue::Nil => break,
            LuaValue::Str(name) => name,
            _ => return None,
        };
        let is = |flag: &&str| name.as_bytes().eq_ignore_ascii_case(flag.as_bytes());
        flags |= 1 << FLAGS.iter().position(is)?;
    }
    Some(flags)
}

#[cfg(test)]
mod tests {
    use crate::interface::{Interpreter, Invocation, Purpose, Registered};
    use crate::interpreter::tests::Nobody;

    fn load(
        lua: &mut dyn Interpreter,
        library: u32,
        code: &str,
    ) -> Result<Vec<Registered>, String> {
        let code = format!("\n{code}");
        let loaded = lua.load_library(&mut Nobody(1480), library, code.as_bytes());
        let loaded = loaded.expect("it is whole");
        loaded.map_err(|error| String::from_utf8_lossy(&error).into_owned())
    }

    fn call(lua: &mut dyn Interpreter, library: u32, name: &str) -> String {
        let invocation = Invocation {
            name: name.as_bytes(),
            keys: &[b"k1", b"k2"],
            arguments: &[b"a"],
            protocol: 2,
        };
        let mut reply = Vec::new();
        let called = lua.call_function(&mut Nobody(0), library, invocation, &mut reply);
        match called {
            Ok(()) => String::from_utf8_lossy(&reply).into_owned(),
            Err(broken) => broken.0,
        }
    }

    fn interpreter() -> Box<dyn Interpreter> {
        crate::interpreter::factory()(Purpose::Functions).expect("there is one")
    }

    #[test]
    fn functions_are_registered_and_called() {
        let mut lua = interpreter();
        let found = load(
            &mut *lua,
            1,
            "local calls = 0
             redis.register_function('count', function(keys, args) calls = calls + 1 return {calls, #keys, args[1]} end)
             redis.register_function{function_name='named', description='says so', flags={'no-writes', 'ALLOW-OOM'},
                 callback=function() return string.rep('x', 3) end}",
        );
        let count = Registered {
            name: b"count".to_vec(),
            ..Registered::default()
        };
        let named = Registered {
            name: b"named".to_vec(),
            description: Some(b"says so".to_vec()),
            flags: 3,
        };
        assert_eq!(found, Ok(vec![count, named]));
        assert_eq!(call(&mut *lua, 1, "count"), "*3\r\n:1\r\n:2\r\n$1\r\na\r\n");
        assert_eq!(call(&mut *lua, 1, "count"), "*3\r\n:2\r\n:2\r\n$1\r\na\r\n");
        assert_eq!(call(&mut *lua, 1, "named"), "$3\r\nxxx\r\n");
        assert_eq!(call(&mut *lua, 1, "nobody"), "the function is not there");
        lua.unload_library(1).expect("it is whole");
        assert_eq!(call(&mut *lua, 1, "count"), "the function is not there");
    }

    #[test]
    fn a_library_sees_little_while_it_is_loaded() {
        let mut lua = interpreter();
        for (code, error) in [
            (
                "x = 1",
                "user_function:2: Attempt to modify a readonly table",
            ),
            (
                "redis.x = 1",
                "user_function:2: Attempt to modify a readonly table",
            ),
            (
                "local x = string",
                "user_function:2: Script attempted to access nonexistent global variable 'string'",
            ),
            (
                "redis.call('get', 'x')",
                "user_function:2: Script attempted to access nonexistent global variable 'call'",
            ),
            ("while true do end", "the host is tired"),
            (
                "redis.register_function()",
                "wrong number of arguments to redis.register_function",
            ),
            (
                "redis.register_function('a')",
                "calling redis.register_function with a single argument is only \
              applicable to Lua table (representing named arguments).",
            ),
            (
                "redis.register_function({}, 2)",
                "first argument to redis.register_function must be a string",
            ),
            (
                "redis.register_function('a', 2)",
                "second argument to redis.register_function must be a function",
            ),
            (
                "redis.register_function{1}",
                "unknown argument given to redis.register_function",
            ),
            (
                "redis.register_function{function_name='a'}",
                "redis.register_function must get a callback argument",
            ),
            (
                "redis.register_function{flags={'none'}}",
                "unknown flag given",
            ),
            (
                "redis.register_function('a b', redis.log)",
                crate::WRONG_NAME,
            ),
            (
                "for i = 1, 2 do redis.register_function('a', redis.log) end",
                "Function already exists in the library",
            ),
        ] {
            let error = format!("Error registering functions: ERR {error}");
            assert_eq!(load(&mut *lua, 1, code), Err(error), "{code}");
        }
        let error = "Error compiling function: user_function:2: '=' expected near 'x'";
        assert_eq!(load(&mut *lua, 1, "x x"), Err(error.to_owned()));
    }

    #[test]
    fn register_function_can_be_kept_but_not_used_later() {
        let mut lua = interpreter();
        let code = "local keep = redis.register_function
             keep('f', function() keep('g', keep) end)
             keep('h', function() return {redis.register_function == nil, math.abs(-1)} end)
             keep('w', function() x = 1 end)";
        assert_eq!(
            load(&mut *lua, 1, code).map(|functions| functions.len()),
            Ok(3)
        );
        assert_eq!(
            call(&mut *lua, 1, "f"),
            "-ERR redis.register_function can only be called on FUNCTION LOAD command script: f, on \
             @user_function:3.\r\n"
        );
        assert_eq!(call(&mut *lua, 1, "h"), "*2\r\n:1\r\n:1\r\n");
        assert_eq!(
            call(&mut *lua, 1, "w"),
            "-ERR user_function:5: Attempt to modify a readonly table script: w, on @user_function:5.\r\n"
        );
    }
}
