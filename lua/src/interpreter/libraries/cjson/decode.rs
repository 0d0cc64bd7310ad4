//! JSON to Lua's values.

use super::super::arguments::{STACK_LIMIT, bad_argument, count, error, text};
use super::push_null;
use super::settings::{Settings, settings};
use super::token::{Token, Tokens};
use lua_types::LuaError;
use lua_vm::api;
use lua_vm::state::LuaState;

/// A table that is being filled. It lies on Lua's stack, with the key behind it if it is an object.
enum Frame {
    /// The index of the item under way.
    Array(i64),
    Object,
}

/// cjson.decode(text)
pub fn decode(state: &mut LuaState) -> Result<usize, LuaError> {
    if count(state) != 1 {
        return Err(bad_argument(state, 1, b"expected 1 argument"));
    }
    let settings = settings(state)?;
    let text = text(state, 1)?;
    let bytes = text.as_bytes();
    if let [first, second, ..] = bytes
        && (*first == 0 || *second == 0)
    {
        return Err(error(
            state,
            b"JSON parser does not support UTF-16 or UTF-32",
        ));
    }
    let mut decoder = Decoder {
        settings,
        tokens: Tokens::new(bytes, settings.decode_invalid),
        frames: Vec::new(),
        slots: 1,
    };
    decoder.value(state)?;
    match decoder.tokens.next() {
        Token::End => Ok(1),
        token => Err(decoder.unexpected(state, "the end", token)),
    }
}

struct Decoder<'a> {
    settings: Settings,
    tokens: Tokens<'a>,
    frames: Vec<Frame>,
    /// Slots of the stack that the C library would fill.
    slots: usize,
}

impl Decoder<'_> {
    fn unexpected(&self, state: &LuaState, expected: &str, found: Token) -> LuaError {
        let place = self.tokens.index + 1;
        let message = format!(
            "Expected {expected} but found {} at character {place}",
            found.name()
        );
        error(state, message.as_bytes())
    }

    /// Pushes one value, with all that is in it.
    fn value(&mut self, state: &mut LuaState) -> Result<(), LuaError> {
        let mut token = self.tokens.next();
        loop {
            let opened = match token {
                Token::String => {
                    api::push_lstring(state, &self.tokens.string)?;
                    false
                }
                Token::Number(number) => {
                    api::push_number(state, number);
                    false
                }
                Token::Boolean(flag) => {
                    api::push_boolean(state, flag);
                    false
                }
                Token::Null => {
                    push_null(state);
                    false
                }
                Token::ObjectBegin => {
                    self.descend(state, 3)?;
                    token = self.tokens.next();
                    if token != Token::ObjectEnd {
                        self.frames.push(Frame::Object);
                        self.slots += 2;
                        token = self.key(state, token)?;
                        true
                    } else {
                        false
                    }
                }
                Token::ArrayBegin => {
                    self.descend(state, 2)?;
                    token = self.tokens.next();
                    if token != Token::ArrayEnd {
                        self.frames.push(Frame::Array(1));
                        self.slots += 1;
                        true
                    } else {
                        false
                    }
                }
                found => return Err(self.unexpected(state, "value", found)),
            };
            if opened {
                continue;
            }
            match self.close(state)? {
                Some(next) => token = next,
                None => return Ok(()),
            }
        }
    }

    /// Puts the value on top where it belongs, and tables that end with it too. The first word of the next value,
    /// if there is one to come.
    fn close(&mut self, state: &mut LuaState) -> Result<Option<Token>, LuaError> {
        loop {
            match self.frames.last_mut() {
                None => return Ok(None),
                Some(Frame::Array(index)) => {
                    api::raw_set_i(state, -2, *index)?;
                    *index += 1;
                    match self.tokens.next() {
                        Token::Comma => return Ok(Some(self.tokens.next())),
                        Token::ArrayEnd => self.slots -= 1,
                        found => return Err(self.unexpected(state, "comma or array end", found)),
                    }
                }
                Some(Frame::Object) => {
                    api::raw_set(state, -3)?;
                    match self.tokens.next() {
                        Token::Comma => {
                            let token = self.tokens.next();
                            return self.key(state, token).map(Some);
                        }
                        Token::ObjectEnd => self.slots -= 2,
                        found => return Err(self.unexpected(state, "comma or object end", found)),
                    }
                }
            }
            self.frames.pop();
        }
    }

    /// Pushes a table, unless it is nested too deep.
    fn descend(&mut self, state: &mut LuaState, slots: i32) -> Result<(), LuaError> {
        let depth = self.frames.len() + 1;
        if depth > self.settings.decode_depth as usize
            || self.slots + slots as usize > STACK_LIMIT
            || !api::check_stack(state, slots)
        {
            let place = self.tokens.position;
            let message =
                format!("Found too many nested data structures ({depth}) at character {place}");
            return Err(error(state, message.as_bytes()));
        }
        state.create_table(0, 0)
    }

    /// Pushes an object's key. The first word of its value.
    fn key(&mut self, state: &mut LuaState, token: Token) -> Result<Token, LuaError> {
        if token != Token::String {
            return Err(self.unexpected(state, "object key string", token));
        }
        api::push_lstring(state, &self.tokens.string)?;
        match self.tokens.next() {
            Token::Colon => Ok(self.tokens.next()),
            found => Err(self.unexpected(state, "colon", found)),
        }
    }
}
