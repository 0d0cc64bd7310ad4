//! A stream as commands: its entries, what it remembers, its groups and what is pending.

use crate::resp::{write_bulk, write_command, write_length};
use crate::types::stream::{Group, Stream};

/// Writes the commands that make the stream again. Linear in its size.
pub(super) fn write(out: &mut Vec<u8>, key: &[u8], stream: &Stream) {
    let mut digits = itoa::Buffer::new();
    for entry in stream.iter() {
        write_length(out, b'*', 3 + 2 * entry.len());
        for word in [b"XADD", key, &entry.id.text()] {
            write_bulk(out, word);
        }
        entry
            .elements()
            .for_each(|element| write_bulk(out, element.bytes(&mut digits)));
    }
    let history = stream.history();
    if stream.is_empty() {
        // A key with a stream, and no entry in it.
        let words: [&[u8]; 7] = [b"XADD", key, b"MAXLEN", b"0", b"0-1", b"x", b"y"];
        write_command(out, words.into_iter());
    }
    let (last, deleted) = (history.last_id.text(), history.max_deleted_id.text());
    if history.max_deleted_id > history.last_id {
        // XSETID went back behind a tombstone, and lets no tombstone be later than what it sets.
        let words: [&[u8]; 5] = [b"XSETID", key, &deleted, b"MAXDELETEDID", &deleted];
        write_command(out, words.into_iter());
    }
    let words: [&[u8]; 7] = [
        b"XSETID",
        key,
        &last,
        b"ENTRIESADDED",
        digits.format(history.entries_added).as_bytes(),
        b"MAXDELETEDID",
        &deleted,
    ];
    let told = if history.max_deleted_id > history.last_id {
        5
    } else {
        7
    };
    write_command(out, words.into_iter().take(told));
    for (name, group) in stream.groups().iter() {
        write_group(out, key, name, group);
    }
}

fn write_group(out: &mut Vec<u8>, key: &[u8], name: &[u8], group: &Group) {
    let mut digits = itoa::Buffer::new();
    let words: [&[u8]; 7] = [
        b"XGROUP",
        b"CREATE",
        key,
        name,
        &group.last_id.text(),
        b"ENTRIESREAD",
        digits.format(group.entries_read).as_bytes(),
    ];
    write_command(out, words.into_iter());
    for consumer in group.consumers() {
        if consumer.pending().is_empty() {
            let words: [&[u8]; 5] = [b"XGROUP", b"CREATECONSUMER", key, name, &consumer.name];
            write_command(out, words.into_iter());
        }
        for (id, ()) in consumer.pending().iter() {
            let Some(pending) = group.pending().get(id) else {
                continue;
            };
            let mut times = itoa::Buffer::new();
            let words: [&[u8]; 12] = [
                b"XCLAIM",
                key,
                name,
                &consumer.name,
                b"0",
                &id.text(),
                b"TIME",
                times.format(pending.delivered_ms).as_bytes(),
                b"RETRYCOUNT",
                digits.format(pending.deliveries as i64).as_bytes(),
                b"JUSTID",
                b"FORCE",
            ];
            write_command(out, words.into_iter());
        }
    }
}
