//! What scripts see of Lua: Redis's choice of functions, in tables that cannot be changed.
//!
//! Redis has taught its Lua tables that are read-only; ours knows none. So a script sees an empty
//! stand-in for each protected table: reading finds the table behind it, writing finds an error. The
//! few functions that would see through this (those that bypass metatables) are told apart.

use super::{errors, limits, redis, stack};
use crate::interface::Purpose;
use lua_types::{GcRef, LuaError, LuaTable, LuaType, LuaValue};
use lua_vm::api;
use lua_vm::state::{LuaCFunction, LuaState};

/// Where a stand-in's metatable has the table behind it. No script reaches that metatable.
const BEHIND: &[u8] = b"behind";

/// Where the registry has the stand-in of each protected table.
const STAND_INS: &[u8] = b"stand-ins";

/// The globals that Redis leaves; what else the libraries bring is taken away.
const GLOBALS: &[&[u8]] = &[
    b"_G",
    b"_VERSION",
    b"__redis__err__handler",
    b"assert",
    b"bit",
    b"cjson",
    b"cmsgpack",
    b"collectgarbage",
    b"coroutine",
    b"error",
    b"gcinfo",
    b"getmetatable",
    b"ipairs",
    b"load",
    b"loadstring",
    b"math",
    b"next",
    b"pairs",
    b"pcall",
    b"rawequal",
    b"rawget",
    b"rawset",
    b"redis",
    b"select",
    b"setmetatable",
    b"string",
    b"struct",
    b"table",
    b"tonumber",
    b"tostring",
    b"type",
    b"unpack",
    b"xpcall",
];

/// Functions that bypass metatables, and what stands before them.
const GUARDED: &[(&[u8], &[u8], LuaCFunction)] = &[
    (b"_G", b"getmetatable", get_metatable),
    (b"_G", b"next", read_behind),
    (b"_G", b"pairs", pairs),
    (b"_G", b"rawget", read_behind),
    (b"_G", b"rawset", refuse_write),
    (b"_G", b"setmetatable", refuse_write),
    (b"coroutine", b"create", limits::new_coroutine),
    (b"coroutine", b"wrap", limits::new_coroutine),
    (b"table", b"foreach", read_behind),
    (b"table", b"insert", refuse_write),
];

/// Makes of a state with Lua's own libraries one with Redis's. Pushes nothing.
pub fn set_up(state: &mut LuaState, purpose: Purpose) -> Result<(), LuaError> {
    let replaced: &[(&[u8], LuaCFunction)] = &[
        (b"pcall", pcall),
        (b"load", load),
        (b"loadstring", loadstring),
        (b"__redis__err__handler", errors::handler),
    ];
    for (name, function) in replaced {
        api::push_cclosure(state, *function, 0)?;
        api::set_global(state, name)?;
    }
    for (library, name, function) in GUARDED {
        api::get_global(state, library)?;
        api::get_field(state, -1, name)?;
        api::push_cclosure(state, *function, 1)?;
        api::set_field(state, -2, name)?;
        state.pop_n(1);
    }
    api::get_global(state, b"math")?;
    api::push_cclosure(state, redis::random, 0)?;
    api::set_field(state, -2, b"random")?;
    api::push_cclosure(state, redis::seed_random, 0)?;
    api::set_field(state, -2, b"randomseed")?;
    state.pop_n(1);
    redis::push(state, purpose)?;
    api::set_global(state, b"redis")?;
    remove_others(state)?;
    api::create_table(state, 0, 0)?;
    api::set_field(state, stack::REGISTRY, STAND_INS)?;
    let globals = state.global().globals;
    state.push(globals);
    refuse_missing(state)?;
    state.pop_n(1);
    let LuaValue::Table(real) = globals else {
        return Err(errors::plain("there are no globals"));
    };
    let shown = protect(state, real)?;
    state.global_mut().globals = LuaValue::Table(shown);
    // What getmetatable("") shows.
    api::push_lstring(state, b"")?;
    if api::get_metatable(state, -1)
        && let Some(methods) = stack::table(state, -1)
    {
        protect(state, methods)?;
        state.pop_n(1);
    }
    state.pop_n(1);
    Ok(())
}

/// Makes it an error to read what is not in the table on the stack.
pub fn refuse_missing(state: &mut LuaState) -> Result<(), LuaError> {
    api::create_table(state, 0, 1)?;
    api::push_cclosure(state, missing_global, 0)?;
    api::set_field(state, -2, b"__index")?;
    api::set_metatable(state, -2)?;
    Ok(())
}

fn remove_others(state: &mut LuaState) -> Result<(), LuaError> {
    let LuaValue::Table(globals) = state.global().globals else {
        return Err(errors::plain("there are no globals"));
    };
    let mut others = Vec::new();
    globals.for_each_entry(|key, _| {
        if let LuaValue::Str(name) = key
            && !GLOBALS.contains(&name.as_bytes())
        {
            others.push(name.as_bytes().to_vec());
        }
    });
    for name in others {
        api::push_nil(state);
        api::set_global(state, &name)?;
    }
    Ok(())
}

/// The globals behind their stand-in: KEYS and ARGV are put there.
pub fn globals(state: &LuaState) -> Option<GcRef<LuaTable>> {
    let shown = state.global().globals;
    behind(&shown)
}

/// The table behind a stand-in.
fn behind(value: &LuaValue) -> Option<GcRef<LuaTable>> {
    let LuaValue::Table(table) = value else {
        return None;
    };
    match table.metatable()?.get_str_bytes(BEHIND) {
        LuaValue::Table(behind) => Some(behind),
        _ => None,
    }
}

/// The stand-in of a table, if it is protected.
fn stand_in(
    state: &mut LuaState,
    table: GcRef<LuaTable>,
) -> Result<Option<GcRef<LuaTable>>, LuaError> {
    api::get_field(state, stack::REGISTRY, STAND_INS)?;
    state.push(LuaValue::Table(table));
    api::raw_get(state, -2);
    let found = stack::table(state, -1);
    state.pop_n(2);
    Ok(found)
}

/// Makes stand-ins for a table, its metatable and all tables in it; the tables in it are replaced.
pub fn protect(state: &mut LuaState, table: GcRef<LuaTable>) -> Result<GcRef<LuaTable>, LuaError> {
    if let Some(known) = stand_in(state, table)? {
        return Ok(known);
    }
    if !api::check_stack(state, 8) {
        return Err(errors::plain("stack overflow"));
    }
    api::create_table(state, 0, 0)?;
    let Some(shown) = stack::table(state, -1) else {
        return Err(errors::plain("no table was made"));
    };
    api::create_table(state, 0, 3)?;
    for name in [b"__index".as_slice(), BEHIND] {
        state.push(LuaValue::Table(table));
        api::set_field(state, -2, name)?;
    }
    api::push_cclosure(state, refuse_assignment, 0)?;
    api::set_field(state, -2, b"__newindex")?;
    api::set_metatable(state, -2)?;
    api::get_field(state, stack::REGISTRY, STAND_INS)?;
    state.push(LuaValue::Table(table));
    state.push(LuaValue::Table(shown));
    api::raw_set(state, -3)?;
    state.pop_n(2);
    let mut inner = Vec::new();
    table.for_each_entry(|key, value| {
        if let LuaValue::Table(value) = value {
            inner.push((*key, *value));
        }
    });
    for (key, value) in inner {
        let value = protect(state, value)?;
        state.push(LuaValue::Table(table));
        state.push(key);
        state.push(LuaValue::Table(value));
        api::raw_set(state, -3)?;
        state.pop_n(1);
    }
    if let Some(metatable) = table.metatable() {
        protect(state, metatable)?;
    }
    Ok(shown)
}

/// `__newindex` of a stand-in.
fn refuse_assignment(state: &mut LuaState) -> Result<usize, LuaError> {
    Err(errors::raise_here(state, errors::READ_ONLY.as_bytes()))
}

/// `__index` of the globals.
fn missing_global(state: &mut LuaState) -> Result<usize, LuaError> {
    let Some(name) = stack::text(state, 2) else {
        let text = b"Second argument to luaProtectedTableError must be a string or number";
        return Err(errors::raise_here(state, text));
    };
    let mut text = b"Script attempted to access nonexistent global variable '".to_vec();
    text.extend_from_slice(&name);
    text.push(b'\'');
    Err(errors::raise_here(state, &text))
}

/// Runs the function that the guard stands before, in the same frame.
fn guarded(state: &mut LuaState) -> Result<usize, LuaError> {
    match api::to_cfunction(state, stack::upvalue(1)) {
        Some(function) => function(state),
        None => Err(errors::plain("the guarded function is missing")),
    }
}

fn refuse_write(state: &mut LuaState) -> Result<usize, LuaError> {
    if behind(&stack::value(state, 1)).is_some() {
        return Err(errors::plain(errors::READ_ONLY));
    }
    guarded(state)
}

fn read_behind(state: &mut LuaState) -> Result<usize, LuaError> {
    if let Some(table) = behind(&stack::value(state, 1)) {
        state.push(LuaValue::Table(table));
        api::copy(state, -1, 1);
        state.pop_n(1);
    }
    guarded(state)
}

fn pairs(state: &mut LuaState) -> Result<usize, LuaError> {
    if behind(&stack::value(state, 1)).is_none() {
        return guarded(state);
    }
    api::get_global(state, b"next")?;
    api::push_value(state, 1);
    api::push_nil(state);
    Ok(3)
}

fn get_metatable(state: &mut LuaState) -> Result<usize, LuaError> {
    if let Some(table) = behind(&stack::value(state, 1)) {
        match table.metatable() {
            Some(metatable) => state.push(LuaValue::Table(metatable)),
            None => api::push_nil(state),
        }
    } else {
        guarded(state)?;
    }
    if let Some(found) = stack::table(state, -1)
        && let Some(shown) = stand_in(state, found)?
    {
        state.push(LuaValue::Table(shown));
    }
    Ok(1)
}

/// Redis's pcall: an error that is a table with `err` comes as that text.
fn pcall(state: &mut LuaState) -> Result<usize, LuaError> {
    let count = api::get_top(state);
    if count == 0 {
        return Err(lua_vm::debug::arg_error_impl(state, 1, b"value expected"));
    }
    api::push_boolean(state, true);
    api::rotate(state, 1, 1);
    match api::pcall_k(state, count - 1, stack::ALL_RESULTS, 0, 0, None) {
        Ok(_) => Ok(usize::try_from(api::get_top(state)).unwrap_or(0)),
        // What ends a script from outside cannot be caught.
        Err(error) if state.sandbox_aborting() => Err(error),
        Err(LuaError::Yield) => Err(LuaError::Yield),
        Err(error) => {
            api::set_top(state, 0)?;
            api::push_boolean(state, false);
            state.push(error.into_value());
            if stack::table(state, 2).is_some() {
                api::get_field(state, 2, b"err")?;
                if stack::text(state, 3).is_some() {
                    api::copy(state, 3, 2);
                }
                state.pop_n(1);
            }
            Ok(2)
        }
    }
}

/// loadstring: source alone, for bytecode could do anything.
fn loadstring(state: &mut LuaState) -> Result<usize, LuaError> {
    let Some(source) = stack::text(state, 1) else {
        let found = api::lua_type_at(state, 1);
        let found = match found {
            LuaType::None => b"no value".as_slice(),
            other => api::type_name(state, other),
        };
        let text = [b"string expected, got ".as_slice(), found].concat();
        return Err(lua_vm::debug::arg_error_impl(state, 1, &text));
    };
    let name = stack::text(state, 2).unwrap_or_else(|| source.clone());
    push_loaded(state, source, &name)
}

/// load: the same, piece by piece from a function.
fn load(state: &mut LuaState) -> Result<usize, LuaError> {
    if api::lua_type_at(state, 1) != LuaType::Function {
        let found = match api::lua_type_at(state, 1) {
            LuaType::None => b"no value".as_slice(),
            other => api::type_name(state, other),
        };
        let text = [b"function expected, got ".as_slice(), found].concat();
        return Err(lua_vm::debug::arg_error_impl(state, 1, &text));
    }
    let name = stack::text(state, 2).unwrap_or_else(|| b"=(load)".to_vec());
    let mut source = Vec::new();
    loop {
        api::push_value(state, 1);
        match api::pcall_k(state, 0, 1, 0, 0, None) {
            Ok(_) => {}
            Err(error) if state.sandbox_aborting() => return Err(error),
            Err(error) => {
                api::push_nil(state);
                state.push(error.into_value());
                return Ok(2);
            }
        }
        let piece = stack::value(state, -1);
        if piece.is_nil() {
            break;
        }
        let Some(piece) = stack::text(state, -1) else {
            api::push_nil(state);
            api::push_lstring(state, b"reader function must return a string")?;
            return Ok(2);
        };
        state.pop_n(1);
        if piece.is_empty() {
            break;
        }
        if let Some(error) = state.sandbox_reserve(source.len().saturating_add(piece.len())) {
            return Err(error);
        }
        source.extend_from_slice(&piece);
    }
    push_loaded(state, source, &name)
}

fn push_loaded(state: &mut LuaState, source: Vec<u8>, name: &[u8]) -> Result<usize, LuaError> {
    match compile(state, source, name)? {
        Ok(()) => Ok(1),
        Err(message) => {
            api::push_nil(state);
            api::push_lstring(state, &message)?;
            Ok(2)
        }
    }
}

/// Compiles source and pushes the function, or answers the compiler's message.
pub fn compile(
    state: &mut LuaState,
    source: Vec<u8>,
    name: &[u8],
) -> Result<Result<(), Vec<u8>>, LuaError> {
    if source.first() == Some(&0x1B) {
        // Bytecode begins so. Redis's compiler takes it for source as well.
        let mut shown = [0; 60];
        let length = lua_vm::object::chunk_id(&mut shown, name);
        let mut message = shown.get(..length).unwrap_or_default().to_vec();
        message.extend_from_slice(b":1: unexpected symbol near 'char(27)'");
        return Ok(Err(message));
    }
    let mut once = Some(source);
    let reader: lua_vm::zio::ChunkReader = Box::new(move |_| Ok(once.take()));
    let status = api::load(state, reader, Some(name), Some(b"t"))?;
    if status == lua_types::LuaStatus::Ok {
        return Ok(Ok(()));
    }
    let message = stack::text(state, -1).unwrap_or_else(|| b"not enough memory".to_vec());
    state.pop_n(1);
    Ok(Err(message))
}
