//! The arguments of one command: spans into a buffer that somebody else owns.
//!
//! A pipeline is parsed where it arrived; no argument is copied unless a command stores it.

use std::ops::Index;

/// Where one argument lies in the buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Length in bytes.
    pub len: u32,
}

/// A borrowed command: `args[0]` is its name (for a subcommand still the container's name).
#[derive(Clone, Copy)]
pub struct Args<'a> {
    buffer: &'a [u8],
    spans: &'a [Span],
}

impl<'a> Args<'a> {
    /// The arguments that `spans` cut out of `buffer`.
    pub fn new(buffer: &'a [u8], spans: &'a [Span]) -> Self {
        Args { buffer, spans }
    }

    /// Number of arguments, the command's name included.
    pub fn len(self) -> usize {
        self.spans.len()
    }

    /// Bytes from the first argument's beginning to the last one's end.
    #[inline]
    pub fn extent(self) -> usize {
        match (self.spans.first(), self.spans.last()) {
            (Some(first), Some(last)) => {
                (last.start + last.len).saturating_sub(first.start) as usize
            }
            _ => 0,
        }
    }

    /// Whether there is no argument at all, not even a name.
    pub fn is_empty(self) -> bool {
        self.spans.is_empty()
    }

    /// The argument at `index`, if there is one.
    pub fn get(self, index: usize) -> Option<&'a [u8]> {
        let span = self.spans.get(index)?;
        let start = span.start as usize;
        self.buffer.get(start..start + span.len as usize)
    }

    /// Where the argument at `index`, if there is one, lies in the request.
    pub fn span(self, index: usize) -> Option<std::ops::Range<usize>> {
        let span = self.spans.get(index)?;
        Some(span.start as usize..span.start as usize + span.len as usize)
    }

    /// The argument at `index`.
    ///
    /// # Panics
    /// When there is none: use it only for what the arity check has promised.
    #[inline]
    pub fn at(self, index: usize) -> &'a [u8] {
        let span = self.spans[index];
        let start = span.start as usize;
        &self.buffer[start..start + span.len as usize]
    }

    /// The arguments from `from` on; empty when there are none.
    pub fn tail(self, from: usize) -> Args<'a> {
        Args {
            buffer: self.buffer,
            spans: self.spans.get(from..).unwrap_or(&[]),
        }
    }

    /// The first `count` arguments, or as many as there are.
    pub fn head(self, count: usize) -> Args<'a> {
        Args {
            buffer: self.buffer,
            spans: self.spans.get(..count).unwrap_or(self.spans),
        }
    }

    /// All arguments in order.
    pub fn iter(self) -> impl ExactSizeIterator<Item = &'a [u8]> + DoubleEndedIterator + Clone {
        self.spans.iter().map(move |span| {
            let start = span.start as usize;
            &self.buffer[start..start + span.len as usize]
        })
    }

    /// A copy that outlives the buffer, in two allocations whatever the number of arguments.
    pub fn to_owned(self) -> OwnedArgs {
        self.iter().collect()
    }
}

impl Index<usize> for Args<'_> {
    type Output = [u8];

    fn index(&self, index: usize) -> &[u8] {
        self.at(index)
    }
}

/// A command that owns its bytes: one that waits in MULTI, or one told to replicas.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnedArgs {
    buffer: Vec<u8>,
    spans: Vec<Span>,
}

impl OwnedArgs {
    /// The same arguments, borrowed.
    pub fn as_args(&self) -> Args<'_> {
        Args::new(&self.buffer, &self.spans)
    }

    /// Adds one argument at the end.
    ///
    /// # Panics
    /// Beyond 4 GiB in all, which the request limits rule out.
    pub fn push(&mut self, argument: &[u8]) {
        let start = u32::try_from(self.buffer.len()).expect("arguments stay below 4 GiB");
        let len = u32::try_from(argument.len()).expect("arguments stay below 4 GiB");
        self.buffer.extend_from_slice(argument);
        self.spans.push(Span { start, len });
    }

    /// Bytes held, for the account of a client's memory.
    pub fn byte_len(&self) -> usize {
        self.buffer.len() + self.spans.len() * size_of::<Span>()
    }
}

impl<'a> FromIterator<&'a [u8]> for OwnedArgs {
    fn from_iter<I: IntoIterator<Item = &'a [u8]>>(arguments: I) -> Self {
        let mut owned = OwnedArgs::default();
        for argument in arguments {
            owned.push(argument);
        }
        owned
    }
}
