//! The table `redis`: what a script can do with its server.

use super::{errors, from_reply, running, stack};
use crate::interface::Purpose;
use lua_types::{LuaError, LuaType, LuaValue};
use lua_vm::api;
use lua_vm::state::{LuaCFunction, LuaState};
use std::fmt::Write;

/// Bytes that the arguments of a call may have.
const MAX_REQUEST: usize = 512 * 1024 * 1024;

/// The version that scripts see.
pub const VERSION: &str = "7.2.4";
const VERSION_NUMBER: f64 = 0x0007_0204 as f64;

/// The field with the version's number.
pub const VERSION_NUMBER_FIELD: &[u8] = b"REDIS_VERSION_NUM";

/// The constants.
pub const NUMBERS: &[(&[u8], f64)] = &[
    (b"LOG_DEBUG", 0.0),
    (b"LOG_VERBOSE", 1.0),
    (b"LOG_NOTICE", 2.0),
    (b"LOG_WARNING", 3.0),
    (b"REPL_NONE", 0.0),
    (b"REPL_AOF", 1.0),
    (b"REPL_SLAVE", 2.0),
    (b"REPL_REPLICA", 2.0),
    (b"REPL_ALL", 3.0),
    (b"REDIS_VERSION_NUM", VERSION_NUMBER),
];

const FUNCTIONS: &[(&[u8], LuaCFunction)] = &[
    (b"call", call),
    (b"pcall", pcall),
    (b"log", log),
    (b"setresp", set_protocol),
    (b"sha1hex", sha1hex),
    (b"error_reply", error_reply),
    (b"status_reply", status_reply),
    (b"set_repl", set_replication),
    (b"acl_check_cmd", may_run),
];

/// What EVAL's scripts have besides.
const OF_SCRIPTS: &[(&[u8], LuaCFunction)] = &[
    (b"breakpoint", breakpoint),
    (b"debug", debug),
    (b"replicate_commands", replicate_commands),
];

/// Pushes the table.
pub fn push(state: &mut LuaState, purpose: Purpose) -> Result<(), LuaError> {
    api::create_table(state, 0, 24)?;
    for (name, number) in NUMBERS {
        api::push_number(state, *number);
        api::set_field(state, -2, name)?;
    }
    api::push_lstring(state, VERSION.as_bytes())?;
    api::set_field(state, -2, b"REDIS_VERSION")?;
    let more = match purpose {
        Purpose::Scripts => OF_SCRIPTS,
        Purpose::Functions => &[],
    };
    for (name, function) in FUNCTIONS.iter().chain(more) {
        api::push_cclosure(state, *function, 0)?;
        api::set_field(state, -2, name)?;
    }
    Ok(())
}

/// The arguments of a call as a request's.
fn arguments(state: &mut LuaState) -> Result<Vec<Vec<u8>>, &'static str> {
    let count = api::get_top(state);
    if count == 0 {
        return Err("Please specify at least one argument for this redis lib call");
    }
    let mut arguments = Vec::new();
    let mut bytes = 0usize;
    for at in 1..=count {
        let argument = match stack::value(state, at) {
            LuaValue::Str(text) => text.as_bytes().to_vec(),
            LuaValue::Int(number) => number.to_string().into_bytes(),
            LuaValue::Float(number) => format_number(number),
            _ => return Err("Lua redis lib command arguments must be strings or integers"),
        };
        bytes = bytes.saturating_add(argument.len());
        if bytes > MAX_REQUEST {
            return Err("the arguments are longer than 512 MB");
        }
        arguments.push(argument);
    }
    Ok(arguments)
}

/// A number as Redis 7.2 prints it for a command: whole ones as such, others shortest.
fn format_number(number: f64) -> Vec<u8> {
    /// Beyond, not every whole number is a double.
    const EXACT: f64 = 4_503_599_627_370_496.0;
    if number.fract() == 0.0
        && number.abs() < EXACT
        && !(number == 0.0 && number.is_sign_negative())
    {
        return stack::to_i64(number).to_string().into_bytes();
    }
    let mut text = Vec::new();
    running::with_host(|host| host.format_double(number, &mut text));
    text
}

fn slices(arguments: &[Vec<u8>]) -> Vec<&[u8]> {
    arguments.iter().map(Vec::as_slice).collect()
}

fn generic(state: &mut LuaState, raises: bool) -> Result<usize, LuaError> {
    if !running::is_running() {
        let text = b"redis.call/pcall can only be called inside a script invocation";
        return Err(errors::raise(state, text));
    }
    let arguments = match arguments(state) {
        Ok(arguments) => arguments,
        Err(text) if raises => return Err(errors::raise(state, text.as_bytes())),
        Err(text) => {
            errors::push(state, text.as_bytes())?;
            return Ok(1);
        }
    };
    api::set_top(state, 0)?;
    let mut reply = Vec::new();
    let protocol = running::protocol();
    running::with_host(|host| host.call(&slices(&arguments), protocol, &mut reply));
    from_reply::push(state, &reply)?;
    if raises && reply.first() == Some(&b'-') {
        return Err(LuaError::from_value(state.pop()));
    }
    Ok(1)
}

fn call(state: &mut LuaState) -> Result<usize, LuaError> {
    generic(state, true)
}

fn pcall(state: &mut LuaState) -> Result<usize, LuaError> {
    generic(state, false)
}

fn sha1hex(state: &mut LuaState) -> Result<usize, LuaError> {
    if api::get_top(state) != 1 {
        return Err(errors::raise(state, b"wrong number of arguments"));
    }
    let text = stack::text(state, 1).unwrap_or_default();
    let digest = sha1_smol::Sha1::from(&text).digest().to_string();
    api::push_lstring(state, digest.as_bytes())?;
    Ok(1)
}

/// The one argument that a reply is made of.
fn reply_text(state: &mut LuaState) -> Result<Option<Vec<u8>>, LuaError> {
    let text = stack::string(state, 1).map(|text| text.as_bytes().to_vec());
    match text {
        Some(text) if api::get_top(state) == 1 => Ok(Some(text)),
        _ => {
            errors::push(state, b"wrong number or type of arguments")?;
            Ok(None)
        }
    }
}

fn error_reply(state: &mut LuaState) -> Result<usize, LuaError> {
    if let Some(mut text) = reply_text(state)? {
        if text.first() != Some(&b'-') {
            text.insert(0, b'-');
        }
        errors::push(state, &text)?;
    }
    Ok(1)
}

fn status_reply(state: &mut LuaState) -> Result<usize, LuaError> {
    if let Some(text) = reply_text(state)? {
        api::create_table(state, 0, 1)?;
        api::push_lstring(state, &text)?;
        api::set_field(state, -2, b"ok")?;
    }
    Ok(1)
}

fn set_replication(state: &mut LuaState) -> Result<usize, LuaError> {
    if !running::is_running() {
        let text = b"redis.set_repl can only be called inside a script invocation";
        return Err(errors::raise(state, text));
    }
    if api::get_top(state) != 1 {
        return Err(errors::raise(
            state,
            b"redis.set_repl() requires two arguments.",
        ));
    }
    let flags = stack::to_i32(stack::number(state, 1).unwrap_or(0.0));
    let Some(targets) = u8::try_from(flags).ok().filter(|flags| *flags <= 3) else {
        let text = b"Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.";
        return Err(errors::raise(state, text));
    };
    running::with_host(|host| host.set_replication(targets));
    Ok(0)
}

fn may_run(state: &mut LuaState) -> Result<usize, LuaError> {
    if !running::is_running() {
        let text = b"redis.acl_check_cmd can only be called inside a script invocation";
        return Err(errors::raise(state, text));
    }
    let arguments = match arguments(state) {
        Ok(arguments) => arguments,
        Err(text) => return Err(errors::raise(state, text.as_bytes())),
    };
    let answer = running::with_host(|host| host.may_run(&slices(&arguments)));
    match answer.unwrap_or(Ok(false)) {
        Ok(allowed) => {
            api::push_boolean(state, allowed);
            Ok(1)
        }
        Err(text) => Err(errors::raise(state, &text)),
    }
}

pub fn log(state: &mut LuaState) -> Result<usize, LuaError> {
    let count = api::get_top(state);
    if count < 2 {
        let text = b"redis.log() requires two arguments or more.";
        return Err(errors::raise(state, text));
    }
    let Some(level) = stack::number(state, 1) else {
        let text = b"First argument must be a number (log level).";
        return Err(errors::raise(state, text));
    };
    let Some(level) = u8::try_from(stack::to_i32(level))
        .ok()
        .filter(|level| *level <= 3)
    else {
        return Err(errors::raise(state, b"Invalid debug level."));
    };
    let mut line = Vec::new();
    for at in 2..=count {
        if let Some(text) = stack::text(state, at) {
            if at > 2 {
                line.push(b' ');
            }
            line.extend_from_slice(&text);
        }
    }
    running::with_host(|host| host.log(level, &line));
    Ok(0)
}

fn set_protocol(state: &mut LuaState) -> Result<usize, LuaError> {
    if !running::is_running() {
        let text = b"redis.setresp can only be called inside a script invocation";
        return Err(errors::raise(state, text));
    }
    if api::get_top(state) != 1 {
        return Err(errors::raise(
            state,
            b"redis.setresp() requires one argument.",
        ));
    }
    match stack::to_i32(stack::number(state, 1).unwrap_or(0.0)) {
        2 => running::set_protocol(2),
        3 => running::set_protocol(3),
        _ => return Err(errors::raise(state, b"RESP version must be 2 or 3.")),
    }
    Ok(0)
}

/// There is no debugger: false, as in Redis when none is attached.
fn breakpoint(state: &mut LuaState) -> Result<usize, LuaError> {
    api::push_boolean(state, false);
    Ok(1)
}

/// There is no debugger to print to.
fn debug(_state: &mut LuaState) -> Result<usize, LuaError> {
    Ok(0)
}

/// Commands are what is replicated since Redis 7.
fn replicate_commands(state: &mut LuaState) -> Result<usize, LuaError> {
    api::push_boolean(state, true);
    Ok(1)
}

/// math.random, in Redis's own numbers.
pub fn random(state: &mut LuaState) -> Result<usize, LuaError> {
    const RANGE: f64 = i32::MAX as f64;
    let Some(drawn) = running::with_host(|host| host.random()) else {
        let text = b"math.random can only be called inside a script invocation";
        return Err(errors::raise_here(state, text));
    };
    let unit = f64::from(drawn % i32::MAX) / RANGE;
    let number = match api::get_top(state) {
        0 => unit,
        1 => {
            let up_to = integer_argument(state, 1)?;
            if up_to < 1 {
                return Err(lua_vm::debug::arg_error_impl(
                    state,
                    1,
                    b"interval is empty",
                ));
            }
            (unit * f64::from(up_to)).floor() + 1.0
        }
        2 => {
            let from = integer_argument(state, 1)?;
            let up_to = integer_argument(state, 2)?;
            if from > up_to {
                return Err(lua_vm::debug::arg_error_impl(
                    state,
                    2,
                    b"interval is empty",
                ));
            }
            // The span is an int in C, and wraps.
            let span = up_to.wrapping_sub(from).wrapping_add(1);
            (unit * f64::from(span)).floor() + f64::from(from)
        }
        _ => return Err(errors::raise_here(state, b"wrong number of arguments")),
    };
    api::push_number(state, number);
    Ok(1)
}

/// math.randomseed
pub fn seed_random(state: &mut LuaState) -> Result<usize, LuaError> {
    if !running::is_running() {
        let text = b"math.randomseed can only be called inside a script invocation";
        return Err(errors::raise_here(state, text));
    }
    let seed = integer_argument(state, 1)?;
    running::with_host(|host| host.seed_random(seed));
    Ok(0)
}

/// C Lua's luaL_checkint.
fn integer_argument(state: &mut LuaState, at: i32) -> Result<i32, LuaError> {
    match stack::number(state, at) {
        Some(number) => Ok(stack::to_i32(number)),
        None => {
            let found = match api::lua_type_at(state, at) {
                LuaType::None => b"no value".as_slice(),
                other => api::type_name(state, other),
            };
            let mut text = String::from("number expected, got ");
            let _ = write!(text, "{}", String::from_utf8_lossy(found));
            Err(lua_vm::debug::arg_error_impl(state, at, text.as_bytes()))
        }
    }
}
