//! A script's value, as the reply to its client.

use super::{running, stack};
use crate::interface::ScriptHost;
use lua_types::{GcRef, LuaError, LuaTable, LuaValue};
use lua_vm::api;
use lua_vm::state::LuaState;

/// Tables nest no deeper: C Lua's stack ends there, with room for this many levels of its own.
const MAX_DEPTH: usize = 2000;

/// Writes a reply to a client that speaks `protocol`.
pub struct Writer<'a> {
    reply: &'a mut Vec<u8>,
    protocol: u8,
}

/// What C sees of a text: a zero byte ends it.
fn c_string(text: &[u8]) -> &[u8] {
    text.split(|&byte| byte == 0).next().unwrap_or_default()
}

impl<'a> Writer<'a> {
    /// Appends to `reply`.
    pub fn new(reply: &'a mut Vec<u8>, protocol: u8) -> Self {
        Writer { reply, protocol }
    }

    fn number(&mut self, kind: u8, number: i64) {
        self.reply.push(kind);
        self.reply.extend_from_slice(number.to_string().as_bytes());
        self.reply.extend_from_slice(b"\r\n");
    }

    fn count(&mut self, kind: u8, count: usize) {
        self.number(kind, i64::try_from(count).unwrap_or(i64::MAX));
    }

    fn bulk(&mut self, bytes: &[u8]) {
        self.count(b'$', bytes.len());
        self.reply.extend_from_slice(bytes);
        self.reply.extend_from_slice(b"\r\n");
    }

    fn line(&mut self, kind: u8, text: &[u8]) {
        self.reply.push(kind);
        let end = |byte: &u8| {
            if matches!(byte, b'\r' | b'\n') {
                b' '
            } else {
                *byte
            }
        };
        self.reply.extend(text.iter().map(end));
        self.reply.extend_from_slice(b"\r\n");
    }

    fn null(&mut self) {
        let null: &[u8] = if self.protocol > 2 {
            b"_\r\n"
        } else {
            b"$-1\r\n"
        };
        self.reply.extend_from_slice(null);
    }

    /// An error; `counts` if it is the server's, and not one that a command has been counted for.
    pub fn error(&mut self, text: &[u8], counts: bool) {
        let text = c_string(text);
        let ends = text
            .iter()
            .rev()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        let text = &text[..text.len() - ends];
        self.line(b'-', text);
        running::with_host(|host| host.error_replied(text, counts));
    }

    fn double(&mut self, number: f64) {
        let mut text = Vec::new();
        running::with_host(|host: &mut dyn ScriptHost| host.format_double(number, &mut text));
        if self.protocol > 2 {
            self.line(b',', &text);
        } else {
            self.bulk(&text);
        }
    }

    /// Room for a count that is known later.
    fn reserve(&mut self, kind: u8) -> (usize, u8) {
        (self.reply.len(), kind)
    }

    /// Puts the count where room was reserved.
    fn fill(&mut self, (at, kind): (usize, u8), count: usize) {
        let mut header = Vec::new();
        let mut writer = Writer::new(&mut header, self.protocol);
        writer.count(kind, count);
        self.reply.splice(at..at, header);
    }

    /// Takes the value on the top of the stack.
    pub fn value(&mut self, state: &mut LuaState, depth: usize) -> Result<(), LuaError> {
        let written = self.write(state, depth);
        state.pop_n(1);
        written
    }

    fn write(&mut self, state: &mut LuaState, depth: usize) -> Result<(), LuaError> {
        if depth > MAX_DEPTH || !api::check_stack(state, 4) {
            self.error(b"ERR reached lua stack limit", true);
            return Ok(());
        }
        match stack::value(state, -1) {
            LuaValue::Str(text) => self.bulk(text.as_bytes()),
            LuaValue::Bool(truth) if running::protocol() > 2 => self.truth(truth),
            LuaValue::Bool(true) => self.number(b':', 1),
            LuaValue::Int(number) => self.number(b':', number),
            LuaValue::Float(number) => self.number(b':', stack::to_i64(number)),
            LuaValue::Table(table) => return self.table(state, table, depth),
            _ => self.null(),
        }
        Ok(())
    }

    fn truth(&mut self, truth: bool) {
        let reply: &[u8] = match (self.protocol > 2, truth) {
            (true, true) => b"#t\r\n",
            (true, false) => b"#f\r\n",
            (false, true) => b":1\r\n",
            (false, false) => b":0\r\n",
        };
        self.reply.extend_from_slice(reply);
    }

    fn table(
        &mut self,
        state: &mut LuaState,
        table: GcRef<LuaTable>,
        depth: usize,
    ) -> Result<(), LuaError> {
        if let LuaValue::Str(text) = table.get_str_bytes(b"err") {
            let counted = table.get_str_bytes(b"ignore_error_stats_update");
            self.error(text.as_bytes(), !matches!(counted, LuaValue::Bool(true)));
            return Ok(());
        }
        if let LuaValue::Str(text) = table.get_str_bytes(b"ok") {
            self.line(b'+', c_string(text.as_bytes()));
            return Ok(());
        }
        match table.get_str_bytes(b"double") {
            LuaValue::Float(number) => {
                self.double(number);
                return Ok(());
            }
            #[expect(clippy::cast_precision_loss, reason = "Lua's numbers are doubles")]
            LuaValue::Int(number) => {
                self.double(number as f64);
                return Ok(());
            }
            _ => {}
        }
        if let LuaValue::Str(text) = table.get_str_bytes(b"big_number") {
            if self.protocol > 2 {
                self.line(b'(', text.as_bytes());
            } else {
                let end = |byte: &u8| {
                    if matches!(byte, b'\r' | b'\n') {
                        b' '
                    } else {
                        *byte
                    }
                };
                let text: Vec<u8> = text.as_bytes().iter().map(end).collect();
                self.bulk(&text);
            }
            return Ok(());
        }
        if let LuaValue::Table(verbatim) = table.get_str_bytes(b"verbatim_string")
            && let LuaValue::Str(format) = verbatim.get_str_bytes(b"format")
            && let LuaValue::Str(text) = verbatim.get_str_bytes(b"string")
        {
            self.verbatim(format.as_bytes(), text.as_bytes());
            return Ok(());
        }
        if let LuaValue::Table(map) = table.get_str_bytes(b"map") {
            return self.map(state, map, depth);
        }
        if let LuaValue::Table(set) = table.get_str_bytes(b"set") {
            return self.set(state, set, depth);
        }
        let place = self.reserve(b'*');
        let mut count = 0;
        loop {
            let element = table.get_int(i64::try_from(count + 1).unwrap_or(i64::MAX));
            if element.is_nil() {
                break;
            }
            state.push(element);
            self.value(state, depth + 1)?;
            count += 1;
        }
        self.fill(place, count);
        Ok(())
    }

    fn verbatim(&mut self, format: &[u8], text: &[u8]) {
        if self.protocol == 2 {
            return self.bulk(text);
        }
        // Three characters; what is short of them is filled up.
        let mut name = [b' '; 3];
        for (place, byte) in name.iter_mut().zip(format) {
            *place = *byte;
        }
        self.count(b'=', text.len() + 4);
        self.reply.extend_from_slice(&name);
        self.reply.push(b':');
        self.reply.extend_from_slice(text);
        self.reply.extend_from_slice(b"\r\n");
    }

    fn map(
        &mut self,
        state: &mut LuaState,
        map: GcRef<LuaTable>,
        depth: usize,
    ) -> Result<(), LuaError> {
        let place = self.reserve(b'%');
        let mut count = 0;
        let mut key = LuaValue::Nil;
        while let Some((next, value)) = map.try_next_pair(&key)? {
            state.push(next);
            self.value(state, depth + 1)?;
            state.push(value);
            self.value(state, depth + 1)?;
            key = next;
            count += 1;
        }
        if self.protocol > 2 {
            self.fill(place, count);
        } else {
            self.fill((place.0, b'*'), 2 * count);
        }
        Ok(())
    }

    fn set(
        &mut self,
        state: &mut LuaState,
        set: GcRef<LuaTable>,
        depth: usize,
    ) -> Result<(), LuaError> {
        let place = self.reserve(b'~');
        let mut count = 0;
        let mut key = LuaValue::Nil;
        while let Some((next, _)) = set.try_next_pair(&key)? {
            state.push(next);
            self.value(state, depth + 1)?;
            key = next;
            count += 1;
        }
        let kind = if self.protocol > 2 { b'~' } else { b'*' };
        self.fill((place.0, kind), count);
        Ok(())
    }
}
