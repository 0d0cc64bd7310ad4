//! Writing replies, in RESP2 or RESP3 as the client has asked.
//!
//! Commands describe a reply by what it is (a map, a double, nothing); which protocol that
//! becomes is decided here and nowhere else.

use super::error::ReplyError;
use crate::copy::copy;

/// The longest string that is put together with its header before it is appended.
const SHORT_BULK: usize = 32;

/// The output of one client, and the protocol it is written in.
#[derive(Default)]
pub struct ReplyWriter {
    output: Vec<u8>,
    resp3: bool,
}

/// An aggregate whose length is not known yet: where its header belongs.
#[must_use]
pub struct Deferred {
    at: usize,
}

impl ReplyWriter {
    /// An empty output; RESP3 when `resp3`.
    pub fn new(resp3: bool) -> Self {
        ReplyWriter {
            output: Vec::new(),
            resp3,
        }
    }

    /// Whether replies are written in RESP3.
    pub fn resp3(&self) -> bool {
        self.resp3
    }

    /// Changes the protocol of everything written from here on.
    pub fn set_resp3(&mut self, resp3: bool) {
        self.resp3 = resp3;
    }

    /// Bytes written and not yet taken.
    pub fn len(&self) -> usize {
        self.output.len()
    }

    /// Whether nothing waits to be taken.
    pub fn is_empty(&self) -> bool {
        self.output.is_empty()
    }

    /// The bytes written so far.
    pub fn as_bytes(&self) -> &[u8] {
        &self.output
    }

    /// Hands out what was written; the writer goes on empty.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.output)
    }

    /// Hands out the first `len` bytes.
    pub fn take_front(&mut self, len: usize) -> Vec<u8> {
        if len >= self.output.len() {
            return self.take();
        }
        let rest = self.output.split_off(len);
        std::mem::replace(&mut self.output, rest)
    }

    /// Forgets what was written but keeps the buffer.
    pub fn clear(&mut self) {
        self.output.clear();
    }

    /// Forgets everything after the first `len` bytes.
    pub fn truncate(&mut self, len: usize) {
        self.output.truncate(len);
    }

    /// `+text`.
    pub fn simple(&mut self, text: &str) {
        let text = text.as_bytes();
        if text.len() > SHORT_BULK {
            self.output.push(b'+');
            self.output.extend_from_slice(text);
            return self.output.extend_from_slice(b"\r\n");
        }
        let mut whole = [b'+'; SHORT_BULK + 3];
        copy(&mut whole[1..], text);
        whole[1 + text.len()] = b'\r';
        whole[2 + text.len()] = b'\n';
        self.append_front(&whole, text.len() + 3);
    }

    /// `+OK`.
    pub fn ok(&mut self) {
        self.output.extend_from_slice(b"+OK\r\n");
    }

    /// `-text`, with line breaks made spaces so that the reply stays one line.
    pub fn error(&mut self, error: &ReplyError) {
        self.output.push(b'-');
        let clean = error.as_bytes().iter().map(|&byte| match byte {
            b'\r' | b'\n' => b' ',
            byte => byte,
        });
        self.output.extend(clean);
        self.output.extend_from_slice(b"\r\n");
    }

    /// `:value`.
    pub fn integer(&mut self, value: i64) {
        self.header(b':', value);
    }

    /// `:1` or `:0`, and `#t` or `#f` in RESP3.
    pub fn boolean(&mut self, value: bool) {
        let bytes: &[u8] = match (self.resp3, value) {
            (true, true) => b"#t\r\n",
            (true, false) => b"#f\r\n",
            (false, true) => b":1\r\n",
            (false, false) => b":0\r\n",
        };
        self.output.extend_from_slice(bytes);
    }

    /// A bulk string.
    pub fn bulk(&mut self, bytes: &[u8]) {
        // Put together apart, so that the output grows once, by a size that the compiler knows.
        let mut whole = [0; 5 + SHORT_BULK + 2];
        let len = bytes.len();
        let header = match len {
            0..10 => {
                whole[..4].copy_from_slice(&[b'$', b'0' + len as u8, b'\r', b'\n']);
                4
            }
            10..=SHORT_BULK => {
                let (ten, one) = (b'0' + len as u8 / 10, b'0' + len as u8 % 10);
                whole[..5].copy_from_slice(&[b'$', ten, one, b'\r', b'\n']);
                5
            }
            _ => {
                self.header(b'$', len as i64);
                self.output.extend_from_slice(bytes);
                return self.output.extend_from_slice(b"\r\n");
            }
        };
        copy(&mut whole[header..], bytes);
        whole[header + len] = b'\r';
        whole[header + len + 1] = b'\n';
        self.append_front(&whole, header + len + 2);
    }

    /// Appends the first `len` of some bytes.
    #[inline(always)]
    fn append_front<const N: usize>(&mut self, bytes: &[u8; N], len: usize) {
        let end = self.output.len() + len;
        self.output.extend_from_slice(bytes);
        self.output.truncate(end);
    }

    /// A bulk string of text.
    pub fn bulk_str(&mut self, text: &str) {
        self.bulk(text.as_bytes());
    }

    /// A bulk string that holds a decimal integer.
    pub fn bulk_integer(&mut self, value: i64) {
        self.bulk(itoa::Buffer::new().format(value).as_bytes());
    }

    /// A bulk string with a format, `txt` or `mkd`; a plain one in RESP2.
    pub fn verbatim(&mut self, format: &str, bytes: &[u8]) {
        debug_assert_eq!(format.len(), 3);
        if !self.resp3 {
            return self.bulk(bytes);
        }
        self.header(b'=', bytes.len() as i64 + 4);
        self.output.extend_from_slice(format.as_bytes());
        self.output.push(b':');
        self.output.extend_from_slice(bytes);
        self.output.extend_from_slice(b"\r\n");
    }

    /// A number with a fraction, already formatted: `,text`, a bulk string in RESP2.
    pub fn double_text(&mut self, text: &[u8]) {
        if !self.resp3 {
            return self.bulk(text);
        }
        self.output.push(b',');
        self.output.extend_from_slice(text);
        self.output.extend_from_slice(b"\r\n");
    }

    /// An integer of any size: `(digits`, a bulk string in RESP2.
    pub fn big_number(&mut self, digits: &str) {
        if !self.resp3 {
            return self.bulk_str(digits);
        }
        self.output.push(b'(');
        self.output.extend_from_slice(digits.as_bytes());
        self.output.extend_from_slice(b"\r\n");
    }

    /// No value: `$-1`, `_` in RESP3.
    pub fn null(&mut self) {
        let bytes: &[u8] = if self.resp3 { b"_\r\n" } else { b"$-1\r\n" };
        self.output.extend_from_slice(bytes);
    }

    /// No array: `*-1`, `_` in RESP3.
    pub fn null_array(&mut self) {
        let bytes: &[u8] = if self.resp3 { b"_\r\n" } else { b"*-1\r\n" };
        self.output.extend_from_slice(bytes);
    }

    /// The header of an array of `len` elements.
    pub fn array(&mut self, len: usize) {
        self.header(b'*', len as i64);
    }

    /// The header of a map of `pairs` keys and values; a flat array in RESP2.
    pub fn map(&mut self, pairs: usize) {
        if self.resp3 {
            self.header(b'%', pairs as i64);
        } else {
            self.array(pairs * 2);
        }
    }

    /// The header of a set of `len` elements; an array in RESP2.
    pub fn set(&mut self, len: usize) {
        self.header(if self.resp3 { b'~' } else { b'*' }, len as i64);
    }

    /// The header of a message out of turn of `len` elements; an array in RESP2.
    pub fn push(&mut self, len: usize) {
        self.header(if self.resp3 { b'>' } else { b'*' }, len as i64);
    }

    /// A message that is encoded as a push of RESP3, which becomes an array in RESP2. Anything else
    /// goes as it is.
    pub fn message(&mut self, message: &[u8]) {
        match message {
            [b'>', rest @ ..] if !self.resp3 => {
                self.output.push(b'*');
                self.output.extend_from_slice(rest);
            }
            _ => self.output.extend_from_slice(message),
        }
    }

    /// Leaves room for the header of an aggregate whose length will be known later.
    pub fn deferred(&mut self) -> Deferred {
        Deferred {
            at: self.output.len(),
        }
    }

    /// Writes the array header of `len` elements where `deferred` was called.
    /// Moves what was written since, once.
    pub fn finish_array(&mut self, deferred: Deferred, len: usize) {
        self.insert_header(deferred, |writer| writer.array(len));
    }

    /// Writes the map header of `pairs` pairs where `deferred` was called.
    pub fn finish_map(&mut self, deferred: Deferred, pairs: usize) {
        self.insert_header(deferred, |writer| writer.map(pairs));
    }

    /// Writes the set header of `len` elements where `deferred` was called.
    pub fn finish_set(&mut self, deferred: Deferred, len: usize) {
        self.insert_header(deferred, |writer| writer.set(len));
    }

    /// Appends bytes that are already RESP.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.output.extend_from_slice(bytes);
    }

    fn insert_header(&mut self, deferred: Deferred, write: impl FnOnce(&mut Self)) {
        let end = self.output.len();
        write(self);
        let header = self.output.len() - end;
        self.output[deferred.at..].rotate_right(header);
    }

    fn header(&mut self, kind: u8, value: i64) {
        if (0..10).contains(&value) {
            let header = [kind, b'0' + value as u8, b'\r', b'\n'];
            return self.output.extend_from_slice(&header);
        }
        // A sign and nineteen digits at most.
        let mut whole = [kind; 23];
        let mut digits = itoa::Buffer::new();
        let digits = digits.format(value).as_bytes();
        copy(&mut whole[1..], digits);
        whole[1 + digits.len()] = b'\r';
        whole[2 + digits.len()] = b'\n';
        self.append_front(&whole, digits.len() + 3);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(resp3: bool, write: impl FnOnce(&mut ReplyWriter)) -> String {
        let mut reply = ReplyWriter::new(resp3);
        write(&mut reply);
        String::from_utf8(reply.take()).unwrap()
    }

    #[test]
    fn types_of_resp3_degrade_in_resp2() {
        type Case = (fn(&mut ReplyWriter), &'static str, &'static str);
        let cases: [Case; 8] = [
            (|r| r.null(), "$-1\r\n", "_\r\n"),
            (|r| r.null_array(), "*-1\r\n", "_\r\n"),
            (|r| r.map(2), "*4\r\n", "%2\r\n"),
            (|r| r.set(2), "*2\r\n", "~2\r\n"),
            (|r| r.boolean(true), ":1\r\n", "#t\r\n"),
            (|r| r.double_text(b"1.5"), "$3\r\n1.5\r\n", ",1.5\r\n"),
            (|r| r.big_number("12"), "$2\r\n12\r\n", "(12\r\n"),
            (
                |r| r.verbatim("txt", b"a"),
                "$1\r\na\r\n",
                "=5\r\ntxt:a\r\n",
            ),
        ];
        for (write, resp2, resp3) in cases {
            assert_eq!(written(false, write), resp2);
            assert_eq!(written(true, write), resp3);
        }
    }

    #[test]
    fn a_deferred_header_lands_before_its_elements() {
        let text = written(false, |reply| {
            reply.array(2);
            let outer = reply.deferred();
            for value in 0..12 {
                reply.integer(value);
            }
            reply.finish_array(outer, 12);
            reply.bulk(b"end");
        });
        assert!(text.starts_with("*2\r\n*12\r\n:0\r\n:1\r\n"));
        assert!(text.ends_with(":11\r\n$3\r\nend\r\n"));
    }

    #[test]
    fn bulks_of_every_length_arrive_whole() {
        let bytes: Vec<u8> = (0..200).collect();
        for len in 0..200 {
            let mut reply = ReplyWriter::new(false);
            reply.bulk(b"before");
            reply.bulk(&bytes[..len]);
            let header = format!("$6\r\nbefore\r\n${len}\r\n");
            let expected = [header.as_bytes(), &bytes[..len], b"\r\n"];
            assert_eq!(reply.take(), expected.concat());
        }
    }

    #[test]
    fn an_error_stays_on_one_line() {
        let error = ReplyError::from("ERR a\r\nb".to_string());
        assert_eq!(written(false, |reply| reply.error(&error)), "-ERR a  b\r\n");
    }
}
