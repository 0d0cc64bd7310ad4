//! Lua, in another wasm module: `lua.js` makes and calls it, `resplay_lua::remote` says how.

use super::bindings::has_panicked;
use resplay_lua::Factory;
use resplay_lua::remote::{Transport, factory};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/wasm/lua.js")]
extern "C" {
    type LuaInstance;

    #[wasm_bindgen(constructor, catch)]
    fn new(load: &js_sys::Function) -> Result<LuaInstance, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn exchange(
        this: &LuaInstance,
        request: &[u8],
        answer: &mut dyn FnMut(Vec<u8>) -> Vec<u8>,
    ) -> Result<Vec<u8>, JsValue>;
}

thread_local! {
    static LOAD: RefCell<Option<js_sys::Function>> = const { RefCell::new(None) };
}

/// Says where lua.wasm comes from: `load` is called when the first script comes, and answers a
/// `BufferSource` or a `WebAssembly.Module` at once. Without it there are no scripts.
#[wasm_bindgen(js_name = useLua)]
pub fn use_lua(load: js_sys::Function) {
    LOAD.replace(Some(load));
    resplay_lua::link(lua);
}

fn lua() -> Factory {
    factory(|| {
        let load = LOAD.with_borrow(Clone::clone);
        let load = load.ok_or("nobody has said where it comes from")?;
        LuaInstance::new(&load).map(Far).map_err(text)
    })
}

fn text(error: JsValue) -> String {
    match error.dyn_into::<js_sys::Error>() {
        Ok(error) => String::from(error.message()),
        Err(error) => error.as_string().unwrap_or_default(),
    }
}

/// An interpreter in another module.
struct Far(LuaInstance);

impl Transport for Far {
    fn exchange(
        &mut self,
        request: &[u8],
        answer: &mut dyn FnMut(&[u8]) -> Vec<u8>,
    ) -> Result<Vec<u8>, String> {
        let mut answer = |question: Vec<u8>| answer(&question);
        self.0.exchange(request, &mut answer).map_err(|error| {
            // It was not the interpreter that failed, but the engine that a script had called.
            if has_panicked() {
                wasm_bindgen::throw_val(error);
            }
            text(error)
        })
    }
}
