//! Reading a log of commands, a piece of the file at a time.
//!
//! Annotations (`#TS:1700000000`) are passed over. A file that ends within a command is told
//! apart from one that says something else than a command where one should begin.

use super::manifest::leading_number;
use crate::resp::{Args, Span};

/// Longest line of an annotation or a header, in bytes.
const MAX_LINE: usize = 1023;

/// What is wrong with the log where [`AofReader::offset`] points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The file ends before the command does.
    Truncated,
    /// There is no command. What was expected instead.
    Format(&'static str),
}

/// What comes next in the log.
pub enum Next<'a> {
    /// A command.
    Command(Args<'a>),
    /// Nothing before [`AofReader::feed`] is called.
    More,
    /// The end.
    End,
}

/// The commands of one file.
pub struct AofReader {
    buffer: Vec<u8>,
    /// Where the next command begins in the buffer.
    at: usize,
    /// Where the buffer begins in the file.
    from: u64,
    /// Length of the file.
    size: u64,
    spans: Vec<Span>,
}

/// Why a command could not be read from the buffer.
enum Stop {
    More,
    Format(&'static str),
}

impl AofReader {
    /// Reads a file of `size` bytes from `offset` on.
    pub fn new(offset: u64, size: u64) -> Self {
        AofReader {
            buffer: Vec::new(),
            at: 0,
            from: offset,
            size,
            spans: Vec::new(),
        }
    }

    /// Where the next command begins in the file.
    pub fn offset(&self) -> u64 {
        self.from + self.at as u64
    }

    /// How many bytes are to be read next, and where. More each time that one command needs
    /// more, so that a long one is not read many times from its start.
    pub fn wants(&self, least: usize) -> (u64, usize) {
        let waiting = self.buffer.len() - self.at;
        (self.from + self.buffer.len() as u64, waiting.max(least))
    }

    /// Has `read` append the next bytes of the file. Answers what it does.
    pub fn feed<R>(&mut self, read: impl FnOnce(&mut Vec<u8>) -> R) -> R {
        self.buffer.drain(..self.at);
        self.from += self.at as u64;
        self.at = 0;
        read(&mut self.buffer)
    }

    /// The next command.
    ///
    /// # Errors
    /// The fault where [`AofReader::offset`] points; the reader stays there.
    pub fn next_command(&mut self) -> Result<Next<'_>, Fault> {
        let mut end = self.at;
        let outcome = read_command(&self.buffer, &mut end, &mut self.spans);
        let whole = self.from + self.buffer.len() as u64 >= self.size;
        match outcome {
            Ok(()) => {
                self.at = end;
                Ok(Next::Command(Args::new(&self.buffer, &self.spans)))
            }
            Err(Stop::More) => {
                // Annotations that were passed over need not be read again.
                self.at = end;
                match (whole, self.at == self.buffer.len()) {
                    (false, _) => Ok(Next::More),
                    (true, true) => Ok(Next::End),
                    (true, false) => Err(Fault::Truncated),
                }
            }
            Err(Stop::Format(expected)) => {
                self.at = end;
                Err(Fault::Format(expected))
            }
        }
    }
}

/// Reads the command at `at`, passing over annotations, and moves `at` behind it; where there is
/// no whole command, to where it would begin.
fn read_command(buffer: &[u8], at: &mut usize, spans: &mut Vec<Span>) -> Result<(), Stop> {
    spans.clear();
    while buffer.get(*at) == Some(&b'#') {
        let (_, next) = line(buffer, *at)?;
        *at = next;
    }
    let mut next = *at;
    let mut count = header(buffer, &mut next, b'*', "'*'")?;
    if count < 1 {
        return Err(Stop::Format("a number of arguments"));
    }
    while count > 0 {
        let len = header(buffer, &mut next, b'$', "'$'")?;
        let Ok(len) = u32::try_from(len) else {
            return Err(Stop::Format("a length of an argument"));
        };
        let Ok(start) = u32::try_from(next) else {
            return Err(Stop::Format("a command of less than 4 GB"));
        };
        let end = next.saturating_add(len as usize);
        match buffer.get(end..end.saturating_add(2)) {
            None => return Err(Stop::More),
            Some(b"\r\n") => {}
            Some(_) => return Err(Stop::Format("the end of an argument")),
        }
        spans.push(Span { start, len });
        next = end + 2;
        count -= 1;
    }
    *at = next;
    Ok(())
}

fn header(buffer: &[u8], at: &mut usize, kind: u8, name: &'static str) -> Result<i64, Stop> {
    match buffer.get(*at) {
        None => return Err(Stop::More),
        Some(byte) if *byte != kind => return Err(Stop::Format(name)),
        Some(_) => {}
    }
    let (text, next) = line(buffer, *at)?;
    *at = next;
    Ok(leading_number(&text[1..]))
}

/// The line at `at`, and where the next one begins.
fn line(buffer: &[u8], at: usize) -> Result<(&[u8], usize), Stop> {
    let rest = &buffer[at..];
    match memchr::memchr(b'\n', &rest[..rest.len().min(MAX_LINE)]) {
        Some(end) => Ok((&rest[..end], at + end + 1)),
        None if rest.len() >= MAX_LINE => Err(Stop::Format("the end of the line")),
        None => Err(Stop::More),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &[u8] = b"#TS:1700000000\r\n*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n\
                         *3\r\n$3\r\nset\r\n$1\r\na\r\n$0\r\n\r\n";

    /// The commands of a log fed in pieces of `piece` bytes, and how it ended.
    fn read(log: &[u8], piece: usize) -> (Vec<String>, u64, Option<Fault>) {
        let mut reader = AofReader::new(0, log.len() as u64);
        let mut commands = Vec::new();
        loop {
            match reader.next_command() {
                Ok(Next::Command(args)) => {
                    let words = args.iter().map(|word| word.escape_ascii().to_string());
                    commands.push(words.collect::<Vec<_>>().join(" "));
                }
                Ok(Next::More) => {
                    let (from, len) = reader.wants(piece);
                    let from = from as usize;
                    let bytes = &log[from..log.len().min(from + len)];
                    reader.feed(|buffer| buffer.extend_from_slice(bytes));
                }
                Ok(Next::End) => return (commands, reader.offset(), None),
                Err(fault) => return (commands, reader.offset(), Some(fault)),
            }
        }
    }

    #[test]
    fn commands_are_read_in_pieces_of_any_size() {
        for piece in 1..LOG.len() + 1 {
            let (commands, end, fault) = read(LOG, piece);
            assert_eq!(commands, ["SELECT 0", "set a "]);
            assert_eq!((end, fault), (LOG.len() as u64, None));
        }
    }

    #[test]
    fn a_cut_is_told_from_other_damage() {
        for cut in 0..LOG.len() {
            let (commands, offset, fault) = read(&LOG[..cut], 5);
            let (whole, good) = match cut {
                0..16 => (0, 0),
                16..39 => (0, 16),
                _ => (1, 39),
            };
            assert_eq!((commands.len(), offset), (whole, good), "{cut}");
            assert_eq!(fault.is_none(), cut as u64 == good, "{cut}");
            assert!(matches!(fault, None | Some(Fault::Truncated)));
        }
        for bad in [
            "SET a b\r\n",
            "*0\r\n",
            "*1\r\n+1\r\n",
            "*1\r\n$-1\r\n",
            "*1\r\n$1\r\nabc",
        ] {
            let (_, offset, fault) = read(&[LOG, bad.as_bytes()].concat(), 7);
            assert_eq!(offset, LOG.len() as u64, "{bad}");
            assert!(matches!(fault, Some(Fault::Format(_))), "{bad}");
        }
    }

    #[test]
    fn mutated_logs_never_panic() {
        let mut rng = fastrand::Rng::with_seed(3);
        for _ in 0..20_000 {
            let mut log = LOG.repeat(rng.usize(1..4));
            for _ in 0..rng.usize(1..6) {
                let at = rng.usize(..log.len());
                log[at] = if rng.bool() { rng.u8(..) } else { b'9' };
            }
            let (_, offset, _) = read(&log, rng.usize(1..100));
            assert!(offset <= log.len() as u64);
        }
    }
}
