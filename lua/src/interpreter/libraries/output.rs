//! What a library writes, within a limit.

use lua_types::LuaError;
use lua_vm::state::LuaState;

/// No string of a library's making is longer, in bytes: sparse arrays could ask for any length.
const LIMIT: usize = 256 << 20;

/// Bytes written between two looks at the script's limits.
const STRIDE: usize = 1 << 16;

/// A growing string.
pub struct Output {
    bytes: Vec<u8>,
    looked: usize,
}

impl Output {
    /// An empty one.
    pub fn new() -> Self {
        Output {
            bytes: Vec::new(),
            looked: 0,
        }
    }

    /// What was written.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its length in bytes.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Appends a few bytes. Callers make [`Output::room`] once for each value.
    pub fn push(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// Appends bytes, for which there is room.
    pub fn extend(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Refuses `additional` bytes that would be too many.
    pub fn room(&mut self, state: &LuaState, additional: usize) -> Result<(), LuaError> {
        let wanted = self.bytes.len().saturating_add(additional);
        if wanted > LIMIT {
            return Err(LuaError::Memory);
        }
        if wanted > self.looked.saturating_add(STRIDE) {
            self.looked = wanted;
            if let Some(error) = state.sandbox_reserve(wanted) {
                return Err(error);
            }
        }
        Ok(())
    }
}
