//! How large a list node may grow, as list-max-listpack-size says.

/// A node bounded by a count of elements still never grows beyond this many bytes.
const SAFETY_LIMIT: usize = 8192;
/// Bytes allowed by list-max-listpack-size -1, -2, … -5.
const SIZES: [usize; 5] = [4096, 8192, 16384, 32768, 65536];
/// A quicklist keeps its node size in sixteen bits.
const LARGEST_COUNT: i64 = 32767;
/// What one more entry is taken to cost beside its bytes.
const ENTRY_OVERHEAD: usize = 8;

/// Limits of a list, from the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// list-max-listpack-size: elements a node when positive, a size class when negative.
    pub max_listpack_size: i64,
    /// Elements of at least this many bytes get a node of their own, outside any listpack.
    pub packed_threshold: usize,
}

impl Limits {
    /// Limits for a list-max-listpack-size, with Redis's packed threshold of 1 GB.
    pub fn new(max_listpack_size: i64) -> Self {
        Limits {
            max_listpack_size,
            packed_threshold: 1 << 30,
        }
    }

    /// The limits as a quicklist remembers them.
    pub(super) fn of_quicklist(self) -> Self {
        let max_listpack_size = self.max_listpack_size.clamp(-5, LARGEST_COUNT);
        Limits {
            max_listpack_size,
            ..self
        }
    }

    fn node(&self) -> (usize, usize) {
        match self.max_listpack_size {
            0 => (usize::MAX, 1),
            count if count > 0 => (usize::MAX, usize::try_from(count).unwrap_or(usize::MAX)),
            class => {
                let class = usize::try_from(-1 - class.max(-5)).unwrap_or(0);
                (SIZES[class], usize::MAX)
            }
        }
    }

    /// Whether a listpack of `bytes` bytes and `count` elements is too large.
    pub(super) fn exceeded_by(&self, bytes: usize, count: usize) -> bool {
        match self.node() {
            (usize::MAX, max_count) => bytes > SAFETY_LIMIT || count > max_count,
            (max_bytes, _) => bytes > max_bytes,
        }
    }

    /// Whether a listpack that holds `bytes` bytes takes one element of `len` bytes more.
    pub(super) fn allow_one_more(&self, bytes: usize, count: usize, len: usize) -> bool {
        !self.exceeded_by(
            bytes.saturating_add(len).saturating_add(ENTRY_OVERHEAD),
            count + 1,
        )
    }

    /// Whether a node is so far below the limit that a list should become a listpack again; half
    /// of it, lest a list at the limit change to and fro.
    pub(super) fn well_within(&self, bytes: usize, count: usize) -> bool {
        let (max_bytes, max_count) = self.node();
        bytes <= max_bytes / 2 && count <= max_count / 2
    }

    /// Whether an element of `len` bytes is kept outside listpacks.
    pub(super) fn is_large(&self, len: usize) -> bool {
        len >= self.packed_threshold
    }
}
