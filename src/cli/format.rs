//! Replies as redis-cli prints them.

use crate::resp::Reply;

/// How replies are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Output {
    /// For people, as at a terminal.
    #[default]
    Terminal,
    /// `--raw`: the bytes alone.
    Raw,
}

/// A reply for people, its newline included. `prefix` is what nested lines are indented by.
pub fn terminal(reply: &Reply) -> Vec<u8> {
    let mut out = Vec::new();
    write_terminal(&mut out, reply, "");
    out
}

/// A reply as its bare bytes, without a newline at the end.
pub fn raw(reply: &Reply) -> Vec<u8> {
    let mut out = Vec::new();
    write_raw(&mut out, reply);
    out
}

fn write_terminal(out: &mut Vec<u8>, reply: &Reply, prefix: &str) {
    let line = |out: &mut Vec<u8>, start: &str, bytes: &[u8]| {
        out.extend_from_slice(start.as_bytes());
        out.extend_from_slice(bytes);
        out.push(b'\n');
    };
    match reply {
        Reply::Error(text) => line(out, "(error) ", text),
        Reply::Status(text) | Reply::Verbatim(_, text) => line(out, "", text),
        Reply::Integer(value) => line(out, "(integer) ", value.to_string().as_bytes()),
        Reply::Double(text) => line(out, "(double) ", text),
        // redis-cli 7 gives up on these; the type's name in RESP3 fits its other forms.
        Reply::BigNumber(text) => line(out, "(big number) ", text),
        Reply::Bulk(bytes) => {
            write_quoted(out, bytes);
            out.push(b'\n');
        }
        Reply::Nil => line(out, "(nil)", b""),
        Reply::Boolean(true) => line(out, "(true)", b""),
        Reply::Boolean(false) => line(out, "(false)", b""),
        Reply::Array(items) => write_items(out, items, prefix, ')', "(empty array)\n"),
        Reply::Set(items) => write_items(out, items, prefix, '~', "(empty set)\n"),
        Reply::Push(items) => write_items(out, items, prefix, ')', "(empty push)\n"),
        Reply::Map(pairs) => write_pairs(out, pairs, prefix),
    }
}

fn write_items(out: &mut Vec<u8>, items: &[Reply], prefix: &str, mark: char, empty: &str) {
    if items.is_empty() {
        out.extend_from_slice(empty.as_bytes());
        return;
    }
    let (width, deeper) = indentation(items.len(), prefix);
    for (index, item) in items.iter().enumerate() {
        write_number(out, index, width, prefix, mark);
        write_terminal(out, item, &deeper);
    }
}

fn write_pairs(out: &mut Vec<u8>, pairs: &[(Reply, Reply)], prefix: &str) {
    if pairs.is_empty() {
        out.extend_from_slice(b"(empty hash)\n");
        return;
    }
    let (width, deeper) = indentation(pairs.len(), prefix);
    for (index, (key, value)) in pairs.iter().enumerate() {
        write_number(out, index, width, prefix, '#');
        write_terminal(out, key, &deeper);
        out.pop();
        out.extend_from_slice(b" => ");
        if takes_lines(value) {
            out.push(b'\n');
            out.extend_from_slice(deeper.as_bytes());
        }
        write_terminal(out, value, &deeper);
    }
}

/// The width of the largest number, and what lines below an entry are indented by.
fn indentation(len: usize, prefix: &str) -> (usize, String) {
    let width = len.to_string().len();
    (width, format!("{prefix}{}", " ".repeat(width + 2)))
}

fn write_number(out: &mut Vec<u8>, index: usize, width: usize, prefix: &str, mark: char) {
    // The first entry stands behind the number of the entry that holds it.
    let prefix = if index == 0 { "" } else { prefix };
    let number = format!("{prefix}{:>width$}{mark} ", index + 1);
    out.extend_from_slice(number.as_bytes());
}

/// Whether a map's value is an aggregate that takes several lines; it then begins on its own.
fn takes_lines(reply: &Reply) -> bool {
    match reply {
        Reply::Array(items) | Reply::Set(items) | Reply::Push(items) => match items.as_slice() {
            [] => false,
            [only] => takes_lines(only),
            _ => true,
        },
        Reply::Map(pairs) => match pairs.as_slice() {
            [] => false,
            [(_, only)] => takes_lines(only),
            _ => true,
        },
        _ => false,
    }
}

/// A string in double quotes, with escapes for what does not print. Everything beyond ASCII
/// is escaped byte by byte, so Chinese too comes as `\xe4\xb8\xad`.
pub fn write_quoted(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'"');
    write_escaped(out, bytes);
    out.push(b'"');
}

/// The same without the quotes around it.
pub fn write_escaped(out: &mut Vec<u8>, bytes: &[u8]) {
    for &byte in bytes {
        match byte {
            b'\\' | b'"' => out.extend_from_slice(&[b'\\', byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0x07 => out.extend_from_slice(b"\\a"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x20..=0x7e => out.push(byte),
            _ => out.extend_from_slice(format!("\\x{byte:02x}").as_bytes()),
        }
    }
}

/// One argument of a command line, quoted only where it has to be; `…` behind one that was cut.
pub fn write_argument(out: &mut Vec<u8>, argument: &[u8], cut: bool) {
    if !out.is_empty() {
        out.push(b' ');
    }
    let is_plain = |byte: &u8| byte.is_ascii_graphic() && !b"\"'\\".contains(byte);
    match !argument.is_empty() && argument.iter().all(is_plain) {
        true => out.extend_from_slice(argument),
        false => write_quoted(out, argument),
    }
    if cut {
        out.extend_from_slice("…".as_bytes());
    }
}

fn write_raw(out: &mut Vec<u8>, reply: &Reply) {
    match reply {
        Reply::Nil => {}
        Reply::Error(text) => {
            out.extend_from_slice(text);
            out.push(b'\n');
        }
        Reply::Status(text)
        | Reply::Bulk(text)
        | Reply::Verbatim(_, text)
        | Reply::Double(text)
        | Reply::BigNumber(text) => out.extend_from_slice(text),
        Reply::Integer(value) => out.extend_from_slice(value.to_string().as_bytes()),
        Reply::Boolean(true) => out.extend_from_slice(b"(true)"),
        Reply::Boolean(false) => out.extend_from_slice(b"(false)"),
        Reply::Array(items) | Reply::Set(items) | Reply::Push(items) => {
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b'\n');
                }
                write_raw(out, item);
            }
        }
        Reply::Map(pairs) => {
            for (index, (key, value)) in pairs.iter().enumerate() {
                if index > 0 {
                    out.push(b'\n');
                }
                write_raw(out, key);
                out.push(b' ');
                write_raw(out, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resp::ReplyReader;

    fn parsed(bytes: &str) -> Reply {
        let mut reader = ReplyReader::default();
        reader.feed(bytes.as_bytes());
        reader.next_reply().unwrap().expect("a whole reply")
    }

    /// Each printed by redis-cli 7.0.15 at a terminal.
    #[test]
    fn prints_what_redis_cli_prints_at_a_terminal() {
        let twelve = format!("*2\r\n*12\r\n{}*1\r\n*1\r\n:2\r\n", ":1\r\n".repeat(12));
        let mut twelve_printed = String::from("1)  1) (integer) 1\n");
        for number in 2..=12 {
            twelve_printed.push_str(&format!("   {number:>2}) (integer) 1\n"));
        }
        twelve_printed.push_str("2) 1) 1) (integer) 2\n");
        let cases = [
            ("+OK\r\n", "OK\n"),
            ("+\r\n", "\n"),
            ("-ERR x\r\n", "(error) ERR x\n"),
            ("-\r\n", "(error) \n"),
            (":3\r\n", "(integer) 3\n"),
            ("$-1\r\n", "(nil)\n"),
            ("*-1\r\n", "(nil)\n"),
            ("_\r\n", "(nil)\n"),
            ("#t\r\n", "(true)\n"),
            ("#f\r\n", "(false)\n"),
            (",3.141\r\n", "(double) 3.141\n"),
            (",1e+20\r\n", "(double) 1e+20\n"),
            ("$5\r\n\x07\x08\x1b\x7f~\r\n", "\"\\a\\b\\x1b\\x7f~\"\n"),
            ("$7\r\n\n\t\"\\ é\r\n", "\"\\n\\t\\\"\\\\ \\xc3\\xa9\"\n"),
            ("*0\r\n", "(empty array)\n"),
            ("~0\r\n", "(empty set)\n"),
            ("%0\r\n", "(empty hash)\n"),
            ("*1\r\n~0\r\n", "1) (empty set)\n"),
            ("=8\r\ntxt:a\nbc\r\n", "a\nbc\n"),
            (
                "*3\r\n-ERR x\r\n*-1\r\n$-1\r\n",
                "1) (error) ERR x\n2) (nil)\n3) (nil)\n",
            ),
            (
                "*3\r\n:1\r\n*2\r\n:2\r\n*3\r\n:3\r\n*0\r\n$1\r\nx\r\n*0\r\n",
                "1) (integer) 1\n2) 1) (integer) 2\n   2) 1) (integer) 3\n      2) (empty array)\n      3) \"x\"\n3) (empty array)\n",
            ),
            (twelve.as_str(), twelve_printed.as_str()),
            ("~2\r\n+a\r\n+b\r\n", "1~ a\n2~ b\n"),
            (
                "%2\r\n$1\r\na\r\n:1\r\n:2\r\n#f\r\n",
                "1# \"a\" => (integer) 1\n2# (integer) 2 => (false)\n",
            ),
            ("%1\r\n+k\r\n*1\r\n+a\r\n", "1# k => 1) a\n"),
            (
                "%1\r\n+k\r\n*2\r\n+a\r\n+b\r\n",
                "1# k => \n   1) a\n   2) b\n",
            ),
            (
                "%1\r\n+k\r\n*1\r\n*2\r\n+a\r\n+b\r\n",
                "1# k => \n   1) 1) a\n      2) b\n",
            ),
            ("%1\r\n+k\r\n*0\r\n", "1# k => (empty array)\n"),
            ("%1\r\n+k\r\n=8\r\ntxt:a\nbc\r\n", "1# k => a\nbc\n"),
            (
                "%1\r\n+k\r\n%1\r\n+a\r\n~2\r\n+x\r\n+y\r\n",
                "1# k => \n   1# a => \n      1~ x\n      2~ y\n",
            ),
            ("%1\r\n*2\r\n+a\r\n+b\r\n+v\r\n", "1# 1) a\n   2) b => v\n"),
            (
                "*1\r\n%2\r\n+a\r\n%2\r\n+b\r\n:1\r\n+c\r\n:1\r\n+d\r\n%1\r\n+e\r\n:2\r\n",
                "1) 1# a => \n      1# b => (integer) 1\n      2# c => (integer) 1\n   2# d => 1# e => (integer) 2\n",
            ),
            (">2\r\n+a\r\n:42\r\n", "1) a\n2) (integer) 42\n"),
        ];
        for (bytes, printed) in cases {
            let out = terminal(&parsed(bytes));
            assert_eq!(String::from_utf8(out).unwrap(), printed, "{bytes:?}");
        }
    }

    /// Each printed by redis-cli 7.0.15 --raw, less the newline behind the reply.
    #[test]
    fn raw_prints_bytes_alone() {
        let cases = [
            ("$-1\r\n", ""),
            ("$4\r\na b\n\r\n", "a b\n"),
            ("-ERR x\r\n", "ERR x\n"),
            ("*2\r\n-ERR x\r\n-ERR y\r\n", "ERR x\n\nERR y\n"),
            ("*2\r\n*2\r\n:1\r\n:2\r\n$-1\r\n", "1\n2\n"),
            ("%2\r\n+a\r\n%1\r\n+b\r\n:1\r\n+c\r\n:2\r\n", "a b 1\nc 2"),
            ("%1\r\n+k\r\n*2\r\n+a\r\n+b\r\n", "k a\nb"),
            ("*2\r\n+a\r\n#t\r\n", "a\n(true)"),
            (",1.5\r\n", "1.5"),
            ("*0\r\n", ""),
        ];
        for (bytes, printed) in cases {
            let out = raw(&parsed(bytes));
            assert_eq!(String::from_utf8(out).unwrap(), printed, "{bytes:?}");
        }
    }
}
