//! The patterns of SORT's BY and GET: `weight_*`, `user_*->name`, `#`.

use crate::keyspace::{Database, ValueRef};

/// Where the value that belongs to an element is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pattern<'a> {
    /// `#`: the element itself.
    Element,
    /// No `*`: nothing is ever found.
    Constant,
    /// The element takes the place of the first `*`.
    Key {
        before: &'a [u8],
        after: &'a [u8],
        /// `->field` at the end: the value is in a hash.
        field: Option<&'a [u8]>,
    },
}

impl<'a> Pattern<'a> {
    /// Reads a pattern. Redis looks for the marks as C does: not beyond a zero byte.
    pub(super) fn parse(pattern: &'a [u8]) -> Self {
        let end = memchr::memchr(0, pattern).unwrap_or(pattern.len());
        let visible = &pattern[..end];
        if visible == b"#" {
            return Pattern::Element;
        }
        let Some(star) = memchr::memchr(b'*', visible) else {
            return Pattern::Constant;
        };
        let rest = star + 1;
        let mut pairs = visible[rest..].windows(2);
        let arrow = pairs.position(|pair| pair == b"->").map(|at| rest + at);
        match arrow {
            Some(arrow) if arrow + 2 < visible.len() => Pattern::Key {
                before: &pattern[..star],
                after: &pattern[rest..arrow],
                field: Some(&pattern[arrow + 2..]),
            },
            _ => Pattern::Key {
                before: &pattern[..star],
                after: &pattern[rest..],
                field: None,
            },
        }
    }

    /// Gives `found` the value that belongs to `element`, if there is one. `key` is room to work
    /// in.
    pub(super) fn look_up<R>(
        &self,
        db: &mut Database,
        element: &[u8],
        key: &mut Vec<u8>,
        found: impl FnOnce(Option<&[u8]>) -> R,
    ) -> R {
        let (before, after, field) = match *self {
            Pattern::Element => return found(Some(element)),
            Pattern::Constant => return found(None),
            Pattern::Key {
                before,
                after,
                field,
            } => (before, after, field),
        };
        key.clear();
        key.extend_from_slice(before);
        key.extend_from_slice(element);
        key.extend_from_slice(after);
        let mut buffer = itoa::Buffer::new();
        match (db.read(key), field) {
            (Some(ValueRef::String(string)), None) => found(Some(string.as_bytes(&mut buffer))),
            (Some(ValueRef::Hash(hash)), Some(field)) => match hash.get(field) {
                Some(value) => found(Some(value.bytes(&mut buffer))),
                None => found(None),
            },
            _ => found(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key<'a>(before: &'a [u8], after: &'a [u8], field: Option<&'a [u8]>) -> Pattern<'a> {
        Pattern::Key {
            before,
            after,
            field,
        }
    }

    #[test]
    fn marks_are_found_where_redis_finds_them() {
        assert_eq!(Pattern::parse(b"#"), Pattern::Element);
        assert_eq!(Pattern::parse(b"#*"), key(b"#", b"", None));
        assert_eq!(Pattern::parse(b"nosort"), Pattern::Constant);
        assert_eq!(Pattern::parse(b"w_*_*"), key(b"w_", b"_*", None));
        assert_eq!(
            Pattern::parse(b"w_*x->f->g"),
            key(b"w_", b"x", Some(b"f->g"))
        );
        assert_eq!(Pattern::parse(b"w_*->"), key(b"w_", b"->", None));
        assert_eq!(Pattern::parse(b"a->b*"), key(b"a->b", b"", None));
        assert_eq!(Pattern::parse(b"a\0*"), Pattern::Constant);
    }
}
