//! Identities and names as arguments, with the errors that Redis has for them.

use crate::resp::{Args, ReplyError};
use crate::types::stream::StreamId;

const INVALID_ID: ReplyError =
    ReplyError::new("ERR Invalid stream ID specified as stream command argument");

/// An identity; what lacks its sequence gets 0.
pub(super) fn stream_id(text: &[u8]) -> Result<StreamId, ReplyError> {
    StreamId::parse(text, 0).ok_or(INVALID_ID)
}

/// An identity whose sequence may be `*`: `(id, false)` then.
pub(super) fn id_to_choose(text: &[u8]) -> Result<(StreamId, bool), ReplyError> {
    use crate::types::stream::Sequence;
    let (id, sequence) = StreamId::parse_auto(text, 0).ok_or(INVALID_ID)?;
    Ok((id, sequence == Sequence::Given))
}

/// An identity, or `-` and `+` for the first and the last.
pub(super) fn id_or_edge(text: &[u8]) -> Result<StreamId, ReplyError> {
    StreamId::parse_bound(text, 0).ok_or(INVALID_ID)
}

/// All arguments from `from` on as identities.
pub(super) fn stream_ids(args: Args<'_>, from: usize) -> Result<Vec<StreamId>, ReplyError> {
    args.tail(from).iter().map(stream_id).collect()
}

/// The start of a range: an identity, `-`, or one that is excluded.
pub(super) fn range_start(text: &[u8]) -> Result<StreamId, ReplyError> {
    match text {
        [b'(', id @ ..] if !id.is_empty() => stream_id(id)?
            .next()
            .ok_or("ERR invalid start ID for the interval".into()),
        id => id_or_edge(id),
    }
}

/// The end of a range; what lacks its sequence means the last of its millisecond.
pub(super) fn range_end(text: &[u8]) -> Result<StreamId, ReplyError> {
    match text {
        [b'(', id @ ..] if !id.is_empty() => StreamId::parse(id, u64::MAX)
            .ok_or(INVALID_ID)?
            .previous()
            .ok_or("ERR invalid end ID for the interval".into()),
        id => StreamId::parse_bound(id, u64::MAX).ok_or(INVALID_ID),
    }
}

fn quoting_both(words: [&str; 3], first: &[u8], second: &[u8]) -> ReplyError {
    let before = ReplyError::quoting(words[0], first, words[1]);
    let after = ReplyError::quoting("", second, words[2]);
    ReplyError::from_bytes([before.as_bytes(), after.as_bytes()].concat())
}

/// There is no such key or no such group; `where_to` ends the sentence.
pub(super) fn no_key_or_group(key: &[u8], group: &[u8], where_to: &str) -> ReplyError {
    let after = ["'", where_to].concat();
    let words = ["NOGROUP No such key '", "' or consumer group '", &after];
    quoting_both(words, key, group)
}

/// The key has no such group.
pub(super) fn no_group(key: &[u8], group: &[u8]) -> ReplyError {
    let words = ["NOGROUP No such consumer group '", "' for key name '", "'"];
    quoting_both(words, group, key)
}
