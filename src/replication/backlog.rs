//! The newest bytes of the stream, for replicas that lost their connection for a while.

use std::collections::VecDeque;

/// The newest bytes of a stream, whose bytes are numbered from 1.
#[derive(Debug)]
pub struct Backlog {
    bytes: VecDeque<u8>,
    capacity: usize,
    /// Number of the byte behind the last.
    end: u64,
}

impl Backlog {
    /// An empty one, for bytes from number `from` on. It takes no memory before it holds something.
    pub fn new(capacity: usize, from: u64) -> Backlog {
        Backlog {
            bytes: VecDeque::new(),
            capacity: capacity.max(1),
            end: from,
        }
    }

    /// Appends bytes, and forgets the oldest that no longer fit.
    pub fn append(&mut self, bytes: &[u8]) {
        self.end += bytes.len() as u64;
        let kept = &bytes[bytes.len().saturating_sub(self.capacity)..];
        self.bytes.extend(kept);
        self.shrink();
    }

    /// Changes how many bytes it keeps at most.
    pub fn resize(&mut self, capacity: usize) {
        self.capacity = capacity.max(1);
        self.shrink();
    }

    fn shrink(&mut self) {
        let surplus = self.bytes.len().saturating_sub(self.capacity);
        self.bytes.drain(..surplus);
    }

    /// Number of its first byte.
    pub fn first(&self) -> u64 {
        self.end - self.bytes.len() as u64
    }

    /// Bytes that it holds.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The bytes from number `from` on, unless some of them are gone or have not come yet.
    pub fn since(&self, from: u64) -> Option<Vec<u8>> {
        let skipped = usize::try_from(from.checked_sub(self.first())?).ok()?;
        (skipped <= self.bytes.len()).then(|| self.bytes.iter().skip(skipped).copied().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_keeps_the_newest_and_knows_their_numbers() {
        let mut backlog = Backlog::new(5, 1);
        assert_eq!(backlog.since(1), Some(Vec::new()));
        backlog.append(b"abc");
        assert_eq!(backlog.since(2), Some(b"bc".to_vec()));
        backlog.append(b"defg");
        assert_eq!((backlog.first(), backlog.len()), (3, 5));
        assert_eq!(backlog.since(3), Some(b"cdefg".to_vec()));
        assert_eq!(backlog.since(2), None, "it is gone");
        assert_eq!(backlog.since(8), Some(Vec::new()));
        assert_eq!(backlog.since(9), None, "it has not come");
        backlog.append(b"0123456789");
        assert_eq!(backlog.since(13), Some(b"56789".to_vec()));
        backlog.resize(2);
        assert_eq!(backlog.since(16), Some(b"89".to_vec()));
    }
}
