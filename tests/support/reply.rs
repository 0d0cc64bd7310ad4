//! A reader of replies that shares nothing with the engine's own, so that the two cannot be wrong together.

use std::fmt;

/// One reply of RESP2 or RESP3.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reply {
    Simple(Vec<u8>),
    Error(Vec<u8>),
    Integer(i64),
    Bulk(Vec<u8>),
    /// `$-1` and `*-1` are told apart: RESP2 clients see the difference.
    NullBulk,
    NullArray,
    Null,
    Boolean(bool),
    Double(Vec<u8>),
    BigNumber(Vec<u8>),
    Verbatim(Vec<u8>),
    Array(Vec<Reply>),
    Set(Vec<Reply>),
    /// Keys and values by turns.
    Map(Vec<Reply>),
    Push(Vec<Reply>),
}

impl Reply {
    /// Reads the reply at the front of `bytes`: it and its length, or None when it is not whole yet.
    ///
    /// # Panics
    /// When the bytes are no reply: a test has found a defect then.
    pub fn parse(bytes: &[u8]) -> Option<(Reply, usize)> {
        let end = bytes.windows(2).position(|pair| pair == b"\r\n")?;
        let line = &bytes[1..end];
        let number = || -> i64 {
            let text = std::str::from_utf8(line).expect("a number in a reply is text");
            text.parse()
                .unwrap_or_else(|_| panic!("not a number in a reply: {text:?}"))
        };
        let after = end + 2;
        let whole = |reply| Some((reply, after));
        match bytes[0] {
            b'+' => whole(Reply::Simple(line.to_vec())),
            b'-' => whole(Reply::Error(line.to_vec())),
            b':' => whole(Reply::Integer(number())),
            b',' => whole(Reply::Double(line.to_vec())),
            b'(' => whole(Reply::BigNumber(line.to_vec())),
            b'_' => whole(Reply::Null),
            b'#' => whole(Reply::Boolean(line == b"t")),
            b'$' | b'=' | b'!' => {
                let Ok(length) = usize::try_from(number()) else {
                    return whole(Reply::NullBulk);
                };
                let text = bytes.get(after..after + length + 2)?[..length].to_vec();
                let reply = match bytes[0] {
                    b'$' => Reply::Bulk(text),
                    b'=' => Reply::Verbatim(text),
                    _ => Reply::Error(text),
                };
                Some((reply, after + length + 2))
            }
            kind @ (b'*' | b'~' | b'%' | b'>') => {
                let Ok(count) = usize::try_from(number()) else {
                    return whole(Reply::NullArray);
                };
                let count = if kind == b'%' { count * 2 } else { count };
                let mut items = Vec::new();
                let mut at = after;
                for _ in 0..count {
                    let (item, length) = Reply::parse(bytes.get(at..)?)?;
                    items.push(item);
                    at += length;
                }
                let reply = match kind {
                    b'*' => Reply::Array(items),
                    b'~' => Reply::Set(items),
                    b'%' => Reply::Map(items),
                    _ => Reply::Push(items),
                };
                Some((reply, at))
            }
            other => panic!("no reply begins with {:?}", char::from(other)),
        }
    }
}

/// On one line, with the type's own first byte: `*[:1 $"a"]`.
impl fmt::Display for Reply {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mark, items) = match self {
            Reply::Simple(text) => return write!(out, "+{}", text.escape_ascii()),
            Reply::Error(text) => return write!(out, "-{}", text.escape_ascii()),
            Reply::Integer(number) => return write!(out, ":{number}"),
            Reply::Bulk(text) => return write!(out, "\"{}\"", text.escape_ascii()),
            Reply::Verbatim(text) => return write!(out, "=\"{}\"", text.escape_ascii()),
            Reply::Double(text) => return write!(out, ",{}", text.escape_ascii()),
            Reply::BigNumber(text) => return write!(out, "({}", text.escape_ascii()),
            Reply::NullBulk => return out.write_str("$-1"),
            Reply::NullArray => return out.write_str("*-1"),
            Reply::Null => return out.write_str("_"),
            Reply::Boolean(value) => return write!(out, "#{value}"),
            Reply::Array(items) => ('*', items),
            Reply::Set(items) => ('~', items),
            Reply::Map(items) => ('%', items),
            Reply::Push(items) => ('>', items),
        };
        write!(out, "{mark}[")?;
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                out.write_str(" ")?;
            }
            write!(out, "{item}")?;
        }
        out.write_str("]")
    }
}

/// A request as an array of bulk strings.
pub fn request(args: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", args.len()).into_bytes();
    for arg in args {
        bytes.extend_from_slice(format!("${}\r\n", arg.len()).as_bytes());
        bytes.extend_from_slice(arg);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}
