//! Parsing requests: RESP arrays of bulk strings, and inline commands.
//!
//! The parser works on the bytes where they arrived and keeps its place between calls, so a
//! command that comes in a thousand pieces is not read a thousand times from the start.
//! The errors are those of Redis's `processMultibulkBuffer` and `processInlineBuffer`.

use super::args::{Args, Span};
use super::split::split_args;
use memchr::memchr;

/// Longest inline command, and longest `*…` or `$…` line, in bytes.
const MAX_LINE: usize = 64 * 1024;

/// Arguments for whose places the memory is kept for the next command.
const KEPT_SPANS: usize = 1024;

/// What a client may send, by configuration and by whether it has authenticated.
#[derive(Clone, Copy, Debug)]
pub struct RequestLimits {
    /// proto-max-bulk-len: longest argument in bytes.
    pub max_bulk_len: u64,
    /// Whether the client may send more than a HELLO or AUTH needs.
    pub authenticated: bool,
}

impl Default for RequestLimits {
    fn default() -> Self {
        RequestLimits {
            max_bulk_len: 512 * 1024 * 1024,
            authenticated: true,
        }
    }
}

/// The bytes are no request. The connection answers this and is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtocolError(pub Vec<u8>);

impl ProtocolError {
    fn new(text: &str) -> Self {
        ProtocolError(format!("ERR Protocol error: {text}").into_bytes())
    }
}

/// The state of one client's request stream.
#[derive(Default)]
pub struct RequestParser {
    spans: Vec<Span>,
    /// Arguments still to come of the current array; 0 between commands.
    remaining: u64,
    /// Length of the bulk string whose header has been read.
    bulk_len: Option<usize>,
    /// How far into the input the current command has been read.
    offset: usize,
    /// An inline command unescaped.
    inline: Vec<u8>,
}

impl RequestParser {
    /// Reads one command from the front of `input`.
    ///
    /// `Ok(Some((args, consumed)))` is a command and the number of bytes it took; an empty
    /// command (a blank line, `*0`) has no arguments and is to be skipped. `Ok(None)` asks for
    /// more: the next call must give the same bytes again with more behind them.
    ///
    /// # Errors
    /// [`ProtocolError`] with Redis's text; the parser must not be used afterwards.
    pub fn parse<'a>(
        &'a mut self,
        input: &'a [u8],
        limits: RequestLimits,
    ) -> Result<Option<(Args<'a>, usize)>, ProtocolError> {
        if self.remaining == 0 {
            if self.spans.capacity() > KEPT_SPANS {
                self.spans = Vec::new();
            }
            self.spans.clear();
            self.offset = 0;
            match input.first() {
                None => return Ok(None),
                Some(b'*') => {
                    let Some(consumed) = self.array_header(input, limits)? else {
                        return Ok(None);
                    };
                    if self.remaining == 0 {
                        return Ok(Some((Args::new(input, &[]), consumed)));
                    }
                }
                Some(_) => return self.inline_command(input),
            }
        }
        while self.remaining > 0 {
            self.short_bulks(input);
            if self.remaining > 0 && !self.bulk(input, limits)? {
                return Ok(None);
            }
        }
        Ok(Some((Args::new(input, &self.spans), self.offset)))
    }

    #[inline(always)]
    fn array_header(
        &mut self,
        input: &[u8],
        limits: RequestLimits,
    ) -> Result<Option<usize>, ProtocolError> {
        if let [b'*', count @ b'1'..=b'9', b'\r', _, ..] = input {
            self.remaining = u64::from(count - b'0');
            self.offset = 4;
            return Ok(Some(4));
        }
        let Some((line, next)) = line_at(input, 0, "too big mbulk count string")? else {
            return Ok(None);
        };
        let count = match parse_length(&line[1..]) {
            Some(count) if count <= i64::from(i32::MAX) => count,
            _ => return Err(ProtocolError::new("invalid multibulk length")),
        };
        if count > 10 && !limits.authenticated {
            return Err(ProtocolError::new("unauthenticated multibulk length"));
        }
        self.remaining = u64::try_from(count).unwrap_or(0);
        self.offset = next;
        Ok(Some(next))
    }

    /// Reads the bulk strings at the front that have arrived whole and are shorter than a hundred bytes, as most
    /// are: half the time of [`RequestParser::bulk`], which reads whatever is left.
    #[inline(always)]
    fn short_bulks(&mut self, input: &[u8]) {
        if self.bulk_len.is_some() {
            return;
        }
        while self.remaining > 0 {
            let (header, len) = match input.get(self.offset..) {
                Some([b'$', one @ b'0'..=b'9', b'\r', _, ..]) => (4, usize::from(one - b'0')),
                Some([b'$', ten @ b'1'..=b'9', one @ b'0'..=b'9', b'\r', _, ..]) => {
                    (5, usize::from(ten - b'0') * 10 + usize::from(one - b'0'))
                }
                _ => return,
            };
            let start = self.offset + header;
            let Ok(span_start) = u32::try_from(start) else {
                return;
            };
            if input.len() < start + len + 2 {
                return;
            }
            let len32 = len as u32;
            self.spans.push(Span {
                start: span_start,
                len: len32,
            });
            self.offset = start + len + 2;
            self.remaining -= 1;
        }
    }

    /// Reads one bulk string; false when it has not arrived whole.
    fn bulk(&mut self, input: &[u8], limits: RequestLimits) -> Result<bool, ProtocolError> {
        let len = match self.bulk_len {
            Some(len) => len,
            None => {
                let Some((line, next)) = line_at(input, self.offset, "too big bulk count string")?
                else {
                    return Ok(false);
                };
                if line.first() != Some(&b'$') {
                    // An empty line shows its carriage return, as Redis does.
                    let got = line.first().copied().unwrap_or(b'\r');
                    let text =
                        [b"ERR Protocol error: expected '$', got '", &[got][..], b"'"].concat();
                    return Err(ProtocolError(text));
                }
                let len = match parse_length(&line[1..]).and_then(|len| u64::try_from(len).ok()) {
                    Some(len) if len <= limits.max_bulk_len => len,
                    _ => return Err(ProtocolError::new("invalid bulk length")),
                };
                if len > 16384 && !limits.authenticated {
                    return Err(ProtocolError::new("unauthenticated bulk length"));
                }
                let Ok(len) = u32::try_from(len) else {
                    return Err(ProtocolError::new("invalid bulk length"));
                };
                self.offset = next;
                *self.bulk_len.insert(len as usize)
            }
        };
        if input.len() < self.offset.saturating_add(len).saturating_add(2) {
            return Ok(false);
        }
        let Ok(start) = u32::try_from(self.offset) else {
            return Err(ProtocolError::new("invalid bulk length"));
        };
        let len32 = u32::try_from(len).unwrap_or(u32::MAX);
        self.spans.push(Span { start, len: len32 });
        self.offset += len + 2;
        self.bulk_len = None;
        self.remaining -= 1;
        Ok(true)
    }

    fn inline_command<'a>(
        &'a mut self,
        input: &'a [u8],
    ) -> Result<Option<(Args<'a>, usize)>, ProtocolError> {
        let Some(newline) = memchr(b'\n', input) else {
            return if input.len() > MAX_LINE {
                Err(ProtocolError::new("too big inline request"))
            } else {
                Ok(None)
            };
        };
        let line = &input[..newline];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let Ok(words) = split_args(line) else {
            return Err(ProtocolError::new("unbalanced quotes in request"));
        };
        self.inline.clear();
        for word in &words {
            let start = u32::try_from(self.inline.len()).unwrap_or(u32::MAX);
            let len = u32::try_from(word.len()).unwrap_or(u32::MAX);
            self.inline.extend_from_slice(word);
            self.spans.push(Span { start, len });
        }
        Ok(Some((Args::new(&self.inline, &self.spans), newline + 1)))
    }
}

/// Appends a command as clients send it and the AOF holds it: an array of bulk strings.
pub fn write_command<'a>(into: &mut Vec<u8>, args: impl ExactSizeIterator<Item = &'a [u8]>) {
    write_length(into, b'*', args.len());
    for arg in args {
        write_bulk(into, arg);
    }
}

/// Appends one argument of a command.
pub fn write_bulk(into: &mut Vec<u8>, bytes: &[u8]) {
    into.reserve(bytes.len() + 16);
    write_length(into, b'$', bytes.len());
    into.extend_from_slice(bytes);
    into.extend_from_slice(b"\r\n");
}

/// Appends the header of a command of `len` arguments (`*`), or of an argument of `len` bytes (`$`).
pub fn write_length(into: &mut Vec<u8>, kind: u8, len: usize) {
    into.push(kind);
    into.extend_from_slice(itoa::Buffer::new().format(len).as_bytes());
    into.extend_from_slice(b"\r\n");
}

/// The line that begins at `from`, without its end, and where the next one begins.
#[inline(always)]
fn line_at<'a>(
    input: &'a [u8],
    from: usize,
    too_long: &str,
) -> Result<Option<(&'a [u8], usize)>, ProtocolError> {
    let rest = input.get(from..).unwrap_or(&[]);
    // A few bytes, which are read sooner than memchr has begun.
    match rest.iter().position(|&byte| byte == b'\r') {
        // The byte after the carriage return is taken for the line feed unseen, as in Redis.
        Some(end) if end + 1 < rest.len() => Ok(Some((&rest[..end], from + end + 2))),
        Some(_) => Ok(None),
        None if rest.len() > MAX_LINE => Err(ProtocolError::new(too_long)),
        None => Ok(None),
    }
}

/// A length as Redis's string2ll reads it: no sign but a minus, no leading zero, no space.
fn parse_length(digits: &[u8]) -> Option<i64> {
    let (negative, digits) = match digits {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, digits),
    };
    match digits {
        [b'0'] if !negative => return Some(0),
        [b'1'..=b'9', ..] if digits.len() <= 19 => {}
        _ => return None,
    }
    // 19 digits stay below 10^19, which a u64 holds; a check of each step would be slow in wasm.
    let mut magnitude: u64 = 0;
    for &digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        magnitude = magnitude * 10 + u64::from(digit - b'0');
    }
    if negative {
        0i64.checked_sub_unsigned(magnitude)
    } else {
        i64::try_from(magnitude).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_all(input: &[u8]) -> Result<Vec<Vec<Vec<u8>>>, ProtocolError> {
        let mut parser = RequestParser::default();
        let mut commands = Vec::new();
        let mut at = 0;
        while let Some((args, used)) = parser.parse(&input[at..], RequestLimits::default())? {
            if !args.is_empty() {
                commands.push(args.iter().map(<[u8]>::to_vec).collect());
            }
            at += used;
        }
        Ok(commands)
    }

    #[test]
    fn a_large_command_leaves_no_memory_behind() {
        let mut parser = RequestParser::default();
        let input = [b"*5000\r\n".to_vec(), b"$1\r\nx\r\n".repeat(5000)].concat();
        let (args, _) = parser
            .parse(&input, RequestLimits::default())
            .unwrap()
            .unwrap();
        assert_eq!(args.len(), 5000);
        parser.parse(b"PING\r\n", RequestLimits::default()).unwrap();
        assert!(parser.spans.capacity() <= KEPT_SPANS);
    }

    fn error(input: &[u8]) -> String {
        String::from_utf8(parse_all(input).unwrap_err().0).unwrap()
    }

    #[test]
    fn arrays_inline_commands_and_blank_lines_mix() {
        let input = b"*2\r\n$3\r\nGET\r\n$1\r\na\r\n\r\nPING 'a b'\r\n*0\r\n*-1\r\nECHO x\n";
        let commands = parse_all(input).unwrap();
        assert_eq!(commands.len(), 3);
        assert_eq!(commands[0], [b"GET".to_vec(), b"a".to_vec()]);
        assert_eq!(commands[1], [b"PING".to_vec(), b"a b".to_vec()]);
        assert_eq!(commands[2], [b"ECHO".to_vec(), b"x".to_vec()]);
    }

    #[test]
    fn a_command_may_arrive_byte_by_byte() {
        let input = b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$4\r\n\r\n\r\n\r\n";
        let mut parser = RequestParser::default();
        for end in 0..input.len() {
            let parsed = parser.parse(&input[..end], RequestLimits::default());
            assert!(parsed.unwrap().is_none(), "after {end} bytes");
        }
        let (args, used) = parser
            .parse(input, RequestLimits::default())
            .unwrap()
            .unwrap();
        assert_eq!(used, input.len());
        assert_eq!(&args[2], b"\r\n\r\n");
    }

    #[test]
    fn errors_carry_redis_texts() {
        let prefix = "ERR Protocol error: ";
        for (input, text) in [
            (&b"*x\r\n"[..], "invalid multibulk length"),
            (b"*2147483648\r\n", "invalid multibulk length"),
            (b"*1\r\n+OK\r\n", "expected '$', got '+'"),
            (b"*1\r\n\r\n", "expected '$', got '\r'"),
            (b"*1\r\n$-1\r\n", "invalid bulk length"),
            (b"*1\r\n$536870913\r\n", "invalid bulk length"),
            (b"*1\r\n$01\r\n", "invalid bulk length"),
            (b"PING \"\r\n", "unbalanced quotes in request"),
        ] {
            assert_eq!(error(input), format!("{prefix}{text}"));
        }
        let long = vec![b'1'; MAX_LINE + 2];
        assert_eq!(error(&long), format!("{prefix}too big inline request"));
        let long = [b"*".as_slice(), &long].concat();
        assert_eq!(error(&long), format!("{prefix}too big mbulk count string"));
        let long = [b"*1\r\n$".as_slice(), &long[1..]].concat();
        assert_eq!(error(&long), format!("{prefix}too big bulk count string"));
    }

    #[test]
    fn strangers_may_send_little() {
        let limits = RequestLimits {
            authenticated: false,
            ..RequestLimits::default()
        };
        let parse = |input| {
            RequestParser::default()
                .parse(input, limits)
                .map(|_| ())
                .unwrap_err()
                .0
        };
        assert!(parse(b"*11\r\n").ends_with(b"unauthenticated multibulk length"));
        assert!(parse(b"*1\r\n$16385\r\n").ends_with(b"unauthenticated bulk length"));
    }
}
