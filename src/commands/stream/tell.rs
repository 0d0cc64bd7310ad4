//! What the log and replicas are told of groups: who has which entry, how far a group is.

use crate::commands::Effects;
use crate::types::stream::{Group, StreamId};

/// Tells that an entry is pending as it is: an XCLAIM that may come twice. `id` as it is to be written.
pub(super) fn claim(effects: &mut Effects, key: &[u8], name: &[u8], group: &Group, id: StreamId) {
    if !effects.is_enabled() {
        return;
    }
    let Some(pending) = group.pending().get(id) else {
        return;
    };
    let Some(consumer) = group.consumer(pending.consumer) else {
        return;
    };
    let (mut time, mut count) = (itoa::Buffer::new(), itoa::Buffer::new());
    effects.also(&[
        b"XCLAIM",
        key,
        name,
        &consumer.name,
        b"0",
        &id.text(),
        b"TIME",
        time.format(pending.delivered_ms).as_bytes(),
        b"RETRYCOUNT",
        count.format(pending.deliveries as i64).as_bytes(),
        b"FORCE",
        b"JUSTID",
        b"LASTID",
        &group.last_id.text(),
    ]);
}

/// Tells how far a group has read.
pub(super) fn last_id(effects: &mut Effects, key: &[u8], name: &[u8], group: &Group) {
    let mut read = itoa::Buffer::new();
    effects.also(&[
        b"XGROUP",
        b"SETID",
        key,
        name,
        &group.last_id.text(),
        b"ENTRIESREAD",
        read.format(group.entries_read).as_bytes(),
    ]);
}

/// Tells of a new consumer.
pub(super) fn consumer(effects: &mut Effects, key: &[u8], name: &[u8], consumer: &[u8]) {
    effects.also(&[b"XGROUP", b"CREATECONSUMER", key, name, consumer]);
}
