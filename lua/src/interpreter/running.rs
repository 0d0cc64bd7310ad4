//! What belongs to the script that runs: its host, and what starts anew with each run. Lua's functions
//! in Rust find it here.

use crate::interface::ScriptHost;
use lua_gc::HeapGuard;
use lua_vm::state::LuaState;
use std::cell::{Cell, RefCell};
use std::ptr::NonNull;

thread_local! {
    static HOST: Cell<Option<NonNull<dyn ScriptHost>>> = const { Cell::new(None) };
    static PROTOCOL: Cell<u8> = const { Cell::new(2) };
    static ENDED: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
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

/// Lends `host` to Lua's functions while `work` runs, and starts anew what each run starts anew.
pub fn lend<R>(host: &mut dyn ScriptHost, work: impl FnOnce() -> R) -> R {
    let host = NonNull::from(host);
    // SAFETY: only the lifetime changes. The pointer is read in `with_host` alone, which no longer
    // finds it when this function returns, and `host` is borrowed until then.
    let host = unsafe {
        std::mem::transmute::<NonNull<dyn ScriptHost + '_>, NonNull<dyn ScriptHost>>(host)
    };
    PROTOCOL.set(2);
    ENDED.replace(None);
    let _restore = Restore(HOST.replace(Some(host)));
    work()
}

/// Shows `work` the host, if a script runs. Within `work` there is none.
pub fn with_host<R>(work: impl FnOnce(&mut dyn ScriptHost) -> R) -> Option<R> {
    let mut host = HOST.take()?;
    let _restore = Restore(Some(host));
    // SAFETY: `lend` is below us on the stack with the exclusive borrow that the pointer was made
    // from, and does not use it; taking the pointer out of the cell keeps a second reference from
    // being made.
    Some(work(unsafe { host.as_mut() }))
}

/// Whether a script runs.
pub fn is_running() -> bool {
    HOST.get().is_some()
}

/// The protocol of what redis.call answers.
pub fn protocol() -> u8 {
    PROTOCOL.get()
}

/// redis.setresp
pub fn set_protocol(protocol: u8) {
    PROTOCOL.set(protocol);
}

/// Notes why the script is ended from outside: the first reason stands.
pub fn end(why: Vec<u8>) {
    ENDED.with_borrow_mut(|ended| {
        ended.get_or_insert(why);
    });
}

/// Why the script was ended from outside.
pub fn ended() -> Option<Vec<u8>> {
    ENDED.with_borrow(Clone::clone)
}
