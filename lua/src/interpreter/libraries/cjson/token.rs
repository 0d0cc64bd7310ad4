//! The words of JSON, and what CJSON takes for them.

use super::super::number;

/// A word, or why there is none.
#[derive(Clone, Copy, PartialEq)]
pub enum Token {
    ObjectBegin,
    ObjectEnd,
    ArrayBegin,
    ArrayEnd,
    /// The text is in [`Tokens::string`].
    String,
    Number(f64),
    Boolean(bool),
    Null,
    Colon,
    Comma,
    /// Of the text, or a zero byte, where C's text ends.
    End,
    Error(&'static str),
}

impl Token {
    /// What an error calls it.
    pub fn name(self) -> &'static str {
        match self {
            Token::ObjectBegin => "T_OBJ_BEGIN",
            Token::ObjectEnd => "T_OBJ_END",
            Token::ArrayBegin => "T_ARR_BEGIN",
            Token::ArrayEnd => "T_ARR_END",
            Token::String => "T_STRING",
            Token::Number(_) => "T_NUMBER",
            Token::Boolean(_) => "T_BOOLEAN",
            Token::Null => "T_NULL",
            Token::Colon => "T_COLON",
            Token::Comma => "T_COMMA",
            Token::End => "T_END",
            Token::Error(error) => error,
        }
    }
}

/// Reads words one after the other.
pub struct Tokens<'a> {
    text: &'a [u8],
    /// Bytes read.
    pub position: usize,
    /// Where the last word began, or where it went wrong.
    pub index: usize,
    /// The last string.
    pub string: Vec<u8>,
    invalid_numbers: bool,
}

impl<'a> Tokens<'a> {
    /// From the start of `text`.
    pub fn new(text: &'a [u8], invalid_numbers: bool) -> Self {
        Tokens {
            text,
            position: 0,
            index: 0,
            string: Vec::new(),
            invalid_numbers,
        }
    }

    /// The byte at `position`; zero behind the end, as C's strings have it.
    fn at(&self, position: usize) -> u8 {
        self.text.get(position).copied().unwrap_or(0)
    }

    fn rest(&self) -> &'a [u8] {
        self.text.get(self.position..).unwrap_or_default()
    }

    fn fail(&mut self, error: &'static str) -> Token {
        self.index = self.position;
        Token::Error(error)
    }

    fn single(&mut self, token: Token) -> Token {
        self.position += 1;
        token
    }

    /// The next word.
    pub fn next(&mut self) -> Token {
        while matches!(self.at(self.position), b' ' | b'\t' | b'\n' | b'\r') {
            self.position += 1;
        }
        self.index = self.position;
        let rest = self.rest();
        match self.at(self.position) {
            b'{' => self.single(Token::ObjectBegin),
            b'}' => self.single(Token::ObjectEnd),
            b'[' => self.single(Token::ArrayBegin),
            b']' => self.single(Token::ArrayEnd),
            b',' => self.single(Token::Comma),
            b':' => self.single(Token::Colon),
            0 => Token::End,
            b'"' => self.quoted(),
            b'-' | b'0'..=b'9' => {
                if !self.invalid_numbers && is_invalid(rest) {
                    return self.fail("invalid number");
                }
                self.number()
            }
            b'f' | b'i' | b'I' | b'n' | b'N' | b't' | b'+' => self.word(rest),
            _ => self.fail("invalid token"),
        }
    }

    fn word(&mut self, rest: &[u8]) -> Token {
        for (word, token) in [
            (&b"true"[..], Token::Boolean(true)),
            (&b"false"[..], Token::Boolean(false)),
            (&b"null"[..], Token::Null),
        ] {
            if rest.starts_with(word) {
                self.position += word.len();
                return token;
            }
        }
        if self.invalid_numbers && is_invalid(rest) {
            return self.number();
        }
        self.fail("invalid token")
    }

    fn number(&mut self) -> Token {
        match number::read(self.rest()) {
            Some((number, length)) => {
                self.position += length;
                Token::Number(number)
            }
            None => self.fail("invalid number"),
        }
    }

    fn quoted(&mut self) -> Token {
        self.position += 1;
        self.string.clear();
        loop {
            let byte = match self.at(self.position) {
                b'"' => break,
                0 => return self.fail("unexpected end of string"),
                b'\\' => match self.at(self.position + 1) {
                    b'u' => {
                        if !self.unicode() {
                            return self.fail("invalid unicode escape code");
                        }
                        continue;
                    }
                    byte @ (b'"' | b'\\' | b'/') => self.escape(byte),
                    b'b' => self.escape(8),
                    b't' => self.escape(9),
                    b'n' => self.escape(10),
                    b'f' => self.escape(12),
                    b'r' => self.escape(13),
                    _ => return self.fail("invalid escape code"),
                },
                byte => byte,
            };
            self.string.push(byte);
            self.position += 1;
        }
        self.position += 1;
        Token::String
    }

    fn escape(&mut self, byte: u8) -> u8 {
        self.position += 1;
        byte
    }

    /// Four hexadecimal digits at `position`.
    fn hexadecimal(&self, position: usize) -> Option<u32> {
        (0..4).try_fold(0, |code, digit| {
            Some(code << 4 | (self.at(position + digit) as char).to_digit(16)?)
        })
    }

    /// `\uXXXX` to UTF-8, a pair of surrogates as one.
    fn unicode(&mut self) -> bool {
        let Some(mut code) = self.hexadecimal(self.position + 2) else {
            return false;
        };
        let mut length = 6;
        if code & 0xF800 == 0xD800 {
            if code & 0x400 != 0
                || self.at(self.position + 6) != b'\\'
                || self.at(self.position + 7) != b'u'
            {
                return false;
            }
            match self.hexadecimal(self.position + 8) {
                Some(low) if low & 0xFC00 == 0xDC00 => {
                    code = 0x10000 + ((code & 0x3FF) << 10 | low & 0x3FF);
                }
                _ => return false,
            }
            length = 12;
        }
        let Some(character) = char::from_u32(code) else {
            return false;
        };
        self.string
            .extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        self.position += length;
        true
    }
}

/// What strtod would read, but JSON does not write so.
fn is_invalid(text: &[u8]) -> bool {
    if text.first() == Some(&b'+') {
        return true;
    }
    let text = text.strip_prefix(b"-").unwrap_or(text);
    match text.first().copied().unwrap_or(0) {
        b'0' => matches!(text.get(1), Some(b'x' | b'X' | b'0'..=b'9')),
        0..=b'9' => false,
        _ => text.get(..3).is_some_and(|word| {
            word.eq_ignore_ascii_case(b"inf") || word.eq_ignore_ascii_case(b"nan")
        }),
    }
}
