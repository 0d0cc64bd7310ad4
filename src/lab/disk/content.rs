//! What a file holds, in pieces: appending copies nothing that is there already.

/// Bytes of a whole piece. A whole piece is stored as one record; what is less goes with the log.
#[cfg(not(test))]
pub const PIECE: usize = 256 * 1024;
/// Small, so that tests see many.
#[cfg(test)]
pub const PIECE: usize = 64;

#[derive(Clone)]
struct Piece {
    bytes: Vec<u8>,
    /// The record that holds it as it is, or 0.
    key: u64,
}

/// The bytes of a file. Every piece but the last is whole.
#[derive(Clone, Default)]
pub struct Content {
    pieces: Vec<Piece>,
}

impl Content {
    pub fn len(&self) -> u64 {
        match self.pieces.split_last() {
            Some((last, whole)) => (whole.len() * PIECE + last.bytes.len()) as u64,
            None => 0,
        }
    }

    /// Appends, in time that depends on `bytes` only.
    pub fn append(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let full = |piece: &mut Piece| piece.bytes.len() >= PIECE;
            if self.pieces.last_mut().is_none_or(full) {
                let bytes = Vec::new();
                self.pieces.push(Piece { bytes, key: 0 });
            }
            let Some(last) = self.pieces.last_mut() else {
                return;
            };
            let (now, later) = bytes.split_at(bytes.len().min(PIECE - last.bytes.len()));
            let held = last.bytes.len();
            if held + now.len() > last.bytes.capacity() {
                // Doubling, but not beyond what a piece can hold.
                let wanted = (held * 2).clamp(held + now.len(), PIECE);
                last.bytes.reserve_exact(wanted - held);
            }
            last.bytes.extend_from_slice(now);
            bytes = later;
        }
    }

    /// Appends a whole piece that the record `key` holds. `false` when it would not stand where
    /// pieces begin, or is none.
    pub fn append_piece(&mut self, bytes: Vec<u8>, key: u64) -> bool {
        let fits = bytes.len() == PIECE && self.len().is_multiple_of(PIECE as u64);
        if fits {
            self.pieces.push(Piece { bytes, key });
        }
        fits
    }

    /// Cuts off at `len`; calls `forget` with the records that are needed no more.
    pub fn truncate(&mut self, len: u64, mut forget: impl FnMut(u64)) {
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        let keep = len.div_ceil(PIECE);
        for piece in self.pieces.drain(keep.min(self.pieces.len())..) {
            if piece.key != 0 {
                forget(piece.key);
            }
        }
        if keep == self.pieces.len()
            && let Some(last) = self.pieces.last_mut()
        {
            let left = len - (keep - 1) * PIECE;
            if left < last.bytes.len() {
                last.bytes.truncate(left);
                last.bytes.shrink_to_fit();
                if last.key != 0 {
                    forget(last.key);
                    last.key = 0;
                }
            }
        }
    }

    /// Appends up to `len` bytes from `offset` to `into`; answers how many there were.
    pub fn read(&self, offset: u64, len: usize, into: &mut Vec<u8>) -> usize {
        let before = into.len();
        let mut at = usize::try_from(offset).unwrap_or(usize::MAX);
        let end = at.saturating_add(len);
        while at < end {
            let slice = self.slice(at, end);
            if slice.is_empty() {
                break;
            }
            into.extend_from_slice(slice);
            at += slice.len();
        }
        into.len() - before
    }

    /// The bytes from `at` that lie in one piece, at most to `end`; none at the end.
    pub fn slice(&self, at: usize, end: usize) -> &[u8] {
        let Some(piece) = self.pieces.get(at / PIECE) else {
            return &[];
        };
        let start = at % PIECE;
        let stop = (end - (at - start)).min(piece.bytes.len());
        piece.bytes.get(start..stop).unwrap_or_default()
    }

    /// The record that holds the piece at `index`, or 0.
    pub fn key(&self, index: usize) -> u64 {
        self.pieces.get(index).map_or(0, |piece| piece.key)
    }

    /// Says which record holds the piece at `index`.
    pub fn set_key(&mut self, index: usize, key: u64) {
        if let Some(piece) = self.pieces.get_mut(index) {
            piece.key = key;
        }
    }

    /// No record holds a piece any more.
    pub fn forget_keys(&mut self) {
        for piece in &mut self.pieces {
            piece.key = 0;
        }
    }

    /// The records that hold pieces.
    pub fn keys(&self) -> impl Iterator<Item = u64> {
        let keys = self.pieces.iter().map(|piece| piece.key);
        keys.filter(|key| *key != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_across_pieces() {
        let mut content = Content::default();
        let bytes: Vec<u8> = (0..PIECE * 2 + 100).map(|n| (n % 251) as u8).collect();
        for part in bytes.chunks(PIECE / 3 + 1) {
            content.append(part);
        }
        assert_eq!(content.len(), bytes.len() as u64);
        let mut read = Vec::new();
        assert_eq!(content.read(PIECE as u64 - 3, 9, &mut read), 9);
        assert_eq!(read, bytes[PIECE - 3..PIECE + 6]);
        assert_eq!(content.read(bytes.len() as u64, 9, &mut read), 0);
        assert_eq!(content.read(u64::MAX, 9, &mut read), 0);
        read.clear();
        content.read(0, usize::MAX, &mut read);
        assert_eq!(read, bytes);
        content.set_key(0, 5);
        content.set_key(1, 6);
        let mut forgotten = Vec::new();
        content.truncate(PIECE as u64 * 2, |key| forgotten.push(key));
        assert_eq!((content.len(), forgotten.len()), (PIECE as u64 * 2, 0));
        content.truncate(PIECE as u64 - 1, |key| forgotten.push(key));
        assert_eq!(content.len(), PIECE as u64 - 1);
        assert_eq!(forgotten, [6, 5]);
        content.truncate(0, |_| {});
        assert_eq!(content.len(), 0);
        content.append(b"again");
        assert_eq!(content.len(), 5);
    }
}
