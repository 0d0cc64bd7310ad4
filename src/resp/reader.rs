//! Reading replies, RESP2 and RESP3, as a client does.

use std::fmt;

/// Deepest nesting that is read; the deepest reply of any command is far below.
const MAX_DEPTH: usize = 128;

/// Longest string and most items of one reply; twice what a server sends, and countable in 32 bits.
const MAX_LENGTH: usize = 1 << 30;

/// Items for which room is made before they have come.
const MAX_RESERVED: usize = 1024;

/// One reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// `+`
    Status(Vec<u8>),
    /// `-` or `!`
    Error(Vec<u8>),
    /// `:`
    Integer(i64),
    /// `$`
    Bulk(Vec<u8>),
    /// `=`: three letters that name the format, and the text.
    Verbatim([u8; 3], Vec<u8>),
    /// `_`, `$-1` or `*-1`
    Nil,
    /// `#`
    Boolean(bool),
    /// `,`: the number as it was sent, so that nothing is lost in printing it.
    Double(Vec<u8>),
    /// `(`
    BigNumber(Vec<u8>),
    /// `*`
    Array(Vec<Reply>),
    /// `%`
    Map(Vec<(Reply, Reply)>),
    /// `~`
    Set(Vec<Reply>),
    /// `>`: not an answer to any command.
    Push(Vec<Reply>),
}

/// The bytes are no RESP; the connection can only be closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError(String);

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ReadError {}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Array,
    Map,
    Set,
    Push,
    /// `|`: told about the reply that follows; nothing here wants to know.
    Attribute,
}

#[derive(Debug)]
struct Frame {
    kind: Kind,
    missing: usize,
    items: Vec<Reply>,
}

enum Token {
    Leaf(Reply),
    Open(Kind, usize),
}

/// Takes bytes in pieces of any size, gives replies. A nested reply is built while it arrives,
/// so that the work is linear however it is cut.
#[derive(Debug, Default)]
pub struct ReplyReader {
    buffer: Vec<u8>,
    at: usize,
    open: Vec<Frame>,
}

impl ReplyReader {
    /// Takes bytes that have come.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next complete reply; `None` when more bytes must come first.
    ///
    /// # Errors
    /// [`ReadError`] with hiredis's words when the bytes are no RESP.
    pub fn next_reply(&mut self) -> Result<Option<Reply>, ReadError> {
        while let Some((token, used)) = self.token()? {
            self.at += used;
            let leaf = match token {
                Token::Leaf(reply) => Some(reply),
                Token::Open(kind, missing) => {
                    if self.open.len() >= MAX_DEPTH {
                        return Err(ReadError(format!(
                            "No support for nested multi bulk replies with depth > {MAX_DEPTH}"
                        )));
                    }
                    let items = Vec::with_capacity(missing.min(MAX_RESERVED));
                    self.open.push(Frame {
                        kind,
                        missing,
                        items,
                    });
                    None
                }
            };
            if let Some(reply) = self.fold(leaf) {
                self.buffer.drain(..self.at);
                self.at = 0;
                return Ok(Some(reply));
            }
        }
        Ok(None)
    }

    /// Hands a finished reply to the aggregate it belongs to, and that to its own.
    fn fold(&mut self, mut done: Option<Reply>) -> Option<Reply> {
        loop {
            if let Some(reply) = done.take() {
                match self.open.last_mut() {
                    None => return Some(reply),
                    Some(frame) => {
                        frame.items.push(reply);
                        frame.missing -= 1;
                    }
                }
            }
            if self.open.last().is_none_or(|frame| frame.missing > 0) {
                return None;
            }
            let frame = self.open.pop()?;
            done = match frame.kind {
                Kind::Array => Some(Reply::Array(frame.items)),
                Kind::Set => Some(Reply::Set(frame.items)),
                Kind::Push => Some(Reply::Push(frame.items)),
                Kind::Map => Some(Reply::Map(pairs(frame.items))),
                Kind::Attribute => None,
            };
            done.as_ref()?;
        }
    }

    fn token(&self) -> Result<Option<(Token, usize)>, ReadError> {
        let rest = &self.buffer[self.at..];
        let Some(&first) = rest.first() else {
            return Ok(None);
        };
        if !b"+-:$=_#,(*%~>|!".contains(&first) {
            return Err(ReadError(format!(
                "Protocol error, got {} as reply type byte",
                quoted(first)
            )));
        }
        let Some(end) = rest.windows(2).position(|pair| pair == b"\r\n") else {
            return Ok(None);
        };
        let line = &rest[1..end];
        let used = end + 2;
        let reply = match first {
            b'+' => Reply::Status(line.to_vec()),
            b'-' => Reply::Error(line.to_vec()),
            b':' => Reply::Integer(integer(line, "Bad integer value")?),
            b'_' if line.is_empty() => Reply::Nil,
            b'_' => return Err(error("Bad nil value")),
            b'#' => match line {
                b"t" | b"T" => Reply::Boolean(true),
                b"f" | b"F" => Reply::Boolean(false),
                _ => return Err(error("Bad bool value")),
            },
            b',' => Reply::Double(double(line)?),
            b'(' => Reply::BigNumber(big_number(line)?),
            b'$' | b'=' | b'!' => return self.bulk(first, line, used),
            _ => return aggregate(first, line).map(|token| Some((token, used))),
        };
        Ok(Some((Token::Leaf(reply), used)))
    }

    fn bulk(
        &self,
        first: u8,
        line: &[u8],
        header: usize,
    ) -> Result<Option<(Token, usize)>, ReadError> {
        let length = integer(line, "Bad bulk string length")?;
        if length == -1 {
            return Ok(Some((Token::Leaf(Reply::Nil), header)));
        }
        let Some(length) = usize::try_from(length).ok().filter(|&n| n <= MAX_LENGTH) else {
            return Err(error("Bulk string length out of range"));
        };
        let rest = &self.buffer[self.at + header..];
        if rest.len() < length + 2 {
            return Ok(None);
        }
        let bytes = &rest[..length];
        let reply = match (first, bytes) {
            (b'$', _) => Reply::Bulk(bytes.to_vec()),
            (b'!', _) => Reply::Error(bytes.to_vec()),
            (_, [a, b, c, b':', text @ ..]) => Reply::Verbatim([*a, *b, *c], text.to_vec()),
            _ => {
                return Err(error(
                    "Verbatim string 4 bytes of content type are missing or incorrectly encoded.",
                ));
            }
        };
        Ok(Some((Token::Leaf(reply), header + length + 2)))
    }
}

fn aggregate(first: u8, line: &[u8]) -> Result<Token, ReadError> {
    let length = integer(line, "Bad multi-bulk length")?;
    if length == -1 {
        return Ok(Token::Leaf(Reply::Nil));
    }
    let Some(length) = usize::try_from(length).ok().filter(|&n| n <= MAX_LENGTH) else {
        return Err(error("Multi-bulk length out of range"));
    };
    let (kind, each) = match first {
        b'*' => (Kind::Array, 1),
        b'~' => (Kind::Set, 1),
        b'>' => (Kind::Push, 1),
        b'%' => (Kind::Map, 2),
        _ => (Kind::Attribute, 2),
    };
    let items = length.checked_mul(each);
    let items = items.ok_or_else(|| error("Multi-bulk length out of range"))?;
    Ok(Token::Open(kind, items))
}

fn pairs(items: Vec<Reply>) -> Vec<(Reply, Reply)> {
    let mut pairs = Vec::with_capacity(items.len() / 2);
    let mut items = items.into_iter();
    while let (Some(key), Some(value)) = (items.next(), items.next()) {
        pairs.push((key, value));
    }
    pairs
}

fn error(text: &str) -> ReadError {
    ReadError(text.to_string())
}

fn quoted(byte: u8) -> String {
    match byte {
        b'\\' | b'"' => format!("\"\\{}\"", byte as char),
        b'\n' => "\"\\n\"".to_string(),
        b'\r' => "\"\\r\"".to_string(),
        b'\t' => "\"\\t\"".to_string(),
        0x20..=0x7e => format!("\"{}\"", byte as char),
        _ => format!("\"\\x{byte:02x}\""),
    }
}

fn text_of(line: &[u8]) -> Option<&str> {
    std::str::from_utf8(line).ok()
}

fn integer(line: &[u8], otherwise: &str) -> Result<i64, ReadError> {
    text_of(line)
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| error(otherwise))
}

fn double(line: &[u8]) -> Result<Vec<u8>, ReadError> {
    let number = text_of(line).and_then(|text| text.parse::<f64>().ok());
    match number {
        Some(_) => Ok(line.to_vec()),
        None => Err(error("Bad double value")),
    }
}

fn big_number(line: &[u8]) -> Result<Vec<u8>, ReadError> {
    let digits = line.strip_prefix(b"-").unwrap_or(line);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(error("Bad bignum value"));
    }
    Ok(line.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Option<Reply>, ReadError> {
        let mut reader = ReplyReader::default();
        reader.feed(bytes);
        reader.next_reply()
    }

    fn status(text: &str) -> Reply {
        Reply::Status(text.into())
    }

    #[test]
    fn every_type_is_read() {
        let cases: &[(&[u8], Reply)] = &[
            (b"+OK\r\n", status("OK")),
            (b"-ERR x\r\n", Reply::Error(b"ERR x".to_vec())),
            (b"!3\r\na\nb\r\n", Reply::Error(b"a\nb".to_vec())),
            (b":-3\r\n", Reply::Integer(-3)),
            (b"$-1\r\n", Reply::Nil),
            (b"*-1\r\n", Reply::Nil),
            (b"_\r\n", Reply::Nil),
            (b"$4\r\na\r\nb\r\n", Reply::Bulk(b"a\r\nb".to_vec())),
            (
                b"=6\r\ntxt:hi\r\n",
                Reply::Verbatim(*b"txt", b"hi".to_vec()),
            ),
            (b"#t\r\n", Reply::Boolean(true)),
            (b",-inf\r\n", Reply::Double(b"-inf".to_vec())),
            (
                b"(12345678901234567890\r\n",
                Reply::BigNumber(b"12345678901234567890".to_vec()),
            ),
            (b"*0\r\n", Reply::Array(vec![])),
            (
                b"%1\r\n+a\r\n*1\r\n+b\r\n",
                Reply::Map(vec![(status("a"), Reply::Array(vec![status("b")]))]),
            ),
            (
                b"~2\r\n+a\r\n~0\r\n",
                Reply::Set(vec![status("a"), Reply::Set(vec![])]),
            ),
            (b">1\r\n:1\r\n", Reply::Push(vec![Reply::Integer(1)])),
            (b"|1\r\n+ttl\r\n:5\r\n+v\r\n", status("v")),
            (
                b"*2\r\n|1\r\n+ttl\r\n:5\r\n+v\r\n|0\r\n+w\r\n",
                Reply::Array(vec![status("v"), status("w")]),
            ),
        ];
        for (bytes, reply) in cases {
            assert_eq!(read(bytes).unwrap().as_ref(), Some(reply));
            // The same in single bytes: nothing before the end, and nothing lost.
            let mut reader = ReplyReader::default();
            for (at, byte) in bytes.iter().enumerate() {
                reader.feed(&[*byte]);
                let next = reader.next_reply().unwrap();
                assert_eq!(next.is_some(), at + 1 == bytes.len());
            }
        }
    }

    #[test]
    fn replies_follow_one_another() {
        let mut reader = ReplyReader::default();
        reader.feed(b"+a\r\n+b\r\n+c");
        assert_eq!(reader.next_reply().unwrap(), Some(status("a")));
        assert_eq!(reader.next_reply().unwrap(), Some(status("b")));
        assert_eq!(reader.next_reply().unwrap(), None);
    }

    #[test]
    fn what_is_no_reply_is_refused_in_the_words_of_hiredis() {
        let cases: &[(&[u8], &str)] = &[
            (b"?x\r\n", "Protocol error, got \"?\" as reply type byte"),
            (b":abc\r\n", "Bad integer value"),
            (b",abc\r\n", "Bad double value"),
            (b"#x\r\n", "Bad bool value"),
            (b"_x\r\n", "Bad nil value"),
            (b"*-2\r\n", "Multi-bulk length out of range"),
            (b"$-2\r\n", "Bulk string length out of range"),
            (
                b"=2\r\nab\r\n",
                "Verbatim string 4 bytes of content type are missing or incorrectly encoded.",
            ),
        ];
        for (bytes, text) in cases {
            assert_eq!(read(bytes).unwrap_err().to_string(), *text);
        }
        assert!(read(&b"*1\r\n".repeat(200)).is_err());
        assert_eq!(read(b"*1000000000\r\n:1\r\n"), Ok(None));
    }
}
