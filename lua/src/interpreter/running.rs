//! The host of the script that runs, where Lua's functions in Rust can reach it.

use crate::interface::ScriptHost;
use lua_gc::HeapGuard;
use lua_vm::state::LuaState;
use std::cell::Cell;
use std::ptr::NonNull;

thread_local! {
    static HOST: Cell<Option<NonNull<dyn ScriptHost>>> = const { Cell::new(None) };
}

/// Objects are made in the heap of `state` while the guard lives.
pub fn heap(state: &LuaState) -> HeapGuard {
    HeapGuard::push(&state.global().heap)
}

/// Puts back who was lent before, whichever way the run ends.
struct Restore(Option<NonNull<dyn ScriptHost>>);

impl Drop for Restore {
    fn drop(&mut self) {
        HOST.set(self.0);
    }
}

/// Lends `host` to Lua's functions while `work` runs.
pub fn lend<R>(host: &mut dyn ScriptHost, work: impl FnOnce() -> R) -> R {
    let host = NonNull::from(host);
    // SAFETY: only the lifetime changes. The pointer is read in `with_host` alone, which no longer finds it
    // when this function returns, and `host` is borrowed until then.
    let host = unsafe {
        std::mem::transmute::<NonNull<dyn ScriptHost + '_>, NonNull<dyn ScriptHost>>(host)
    };
    let _restore = Restore(HOST.replace(Some(host)));
    work()
}

/// Shows `work` the host, if a script runs. Within `work` there is none.
pub fn with_host<R>(work: impl FnOnce(&mut dyn ScriptHost) -> R) -> Option<R> {
    let mut host = HOST.take()?;
    let _restore = Restore(Some(host));
    // SAFETY: `lend` is below us on the stack with the exclusive borrow that the pointer was made from, and
    // does not use it; taking the pointer out of the cell keeps a second reference from being made.
    Some(work(unsafe { host.as_mut() }))
}
