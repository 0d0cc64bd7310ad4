//! Looking into replies.

use crate::reply::Reply;

impl Reply {
    /// The elements of an array, set, map or push.
    pub fn items(&self) -> Option<&[Reply]> {
        match self {
            Reply::Array(items) | Reply::Set(items) | Reply::Map(items) | Reply::Push(items) => {
                Some(items)
            }
            _ => None,
        }
    }

    /// The bytes of a string of any kind.
    pub fn text(&self) -> Option<&[u8]> {
        match self {
            Reply::Simple(text)
            | Reply::Error(text)
            | Reply::Bulk(text)
            | Reply::Double(text)
            | Reply::BigNumber(text)
            | Reply::Verbatim(text) => Some(text),
            _ => None,
        }
    }
}
