//! Scripts that loop for ever, or take more memory than there is.
//!
//! The interpreter counts instructions. Every few thousand the host is asked whether the script may
//! go on, and it is checked what it holds; a script that is ended cannot catch the error.

use super::{errors, running, stack};
use lua_types::LuaError;
use lua_vm::api;
use lua_vm::debug::{LuaDebug, set_hook};
use lua_vm::state::{LuaState, SANDBOX_TRIP_MEMORY};

/// Megabytes that a script and what others left may hold. In 32 bits the collector's reckoning ends at 42 MB: beyond,
/// it would collect at every step.
const MEGABYTES: usize = if usize::BITS == 32 { 40 } else { 128 };

/// Instructions between two looks at the memory. A string can double every four.
const INTERVAL: i32 = 8;

/// Looks between two questions to the host.
const LOOKS: u32 = 12_000;

/// Steps that one pattern match may take, in instructions.
const BUDGET: u64 = 50_000_000;

/// C Lua's LUA_MASKCOUNT.
const COUNT: i32 = 1 << 3;

/// Puts the limits into force.
pub fn set_up(state: &mut LuaState) {
    arm(state);
    state.install_sandbox_limits(INTERVAL, Some(BUDGET), Some(MEGABYTES * 1024 * 1024));
}

/// Before a run: what the last has used up is there again.
pub fn begin(state: &LuaState) {
    state.sandbox_reset();
}

/// Why the run was ended from outside, once it is over.
pub fn ended(state: &LuaState) -> Option<Vec<u8>> {
    if let Some(why) = running::ended() {
        return Some(why);
    }
    if !state.sandbox_aborting() {
        return None;
    }
    let why = match state.sandbox_tripped_code() {
        SANDBOX_TRIP_MEMORY => {
            format!("not enough memory: the script holds more than {MEGABYTES} MB")
        }
        _ => "a pattern match takes too many steps".to_owned(),
    };
    Some(why.into_bytes())
}

fn arm(state: &mut LuaState) {
    let mut looks = 0;
    let hook = move |state: &mut LuaState, _: &LuaDebug| {
        looks += 1;
        let global = state.global();
        let sandbox = &global.sandbox;
        sandbox.instr_remaining.set(BUDGET);
        if looks < LOOKS {
            return;
        }
        looks = 0;
        if let Some(Err(why)) = running::with_host(|host| host.poll()) {
            running::end(why);
            // The next look ends it.
            sandbox.instr_remaining.set(0);
        }
    };
    set_hook(state, Some(Box::new(hook)), COUNT, INTERVAL);
}

/// coroutine.create and coroutine.wrap: a coroutine is asked about too.
pub fn new_coroutine(state: &mut LuaState) -> Result<usize, LuaError> {
    let Some(function) = api::to_cfunction(state, stack::upvalue(1)) else {
        return Err(errors::plain("the guarded function is missing"));
    };
    let results = function(state)?;
    let newest = {
        let global = state.global();
        let newest = global.threads.keys().max().copied();
        newest.and_then(|id| global.threads.get(&id).map(|thread| thread.state.clone()))
    };
    if let Some(coroutine) = newest
        && let Ok(mut coroutine) = coroutine.try_borrow_mut()
    {
        arm(&mut coroutine);
    }
    Ok(results)
}
