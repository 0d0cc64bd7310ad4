//! When two payloads of DUMP hold the same value.

use resplay::keyspace::{AccessClock, Value};
use resplay::persistence::rdb::{Limits, restore, restore_functions};
use resplay::types::stream::Stream;
use resplay::types::{hash, list, set, sorted_set};

use crate::reply::Reply;

/// Redis's limits when nothing is set.
pub const LIMITS: Limits = Limits {
    hash: hash::Limits {
        max_listpack_entries: 128,
        max_listpack_value: 64,
        hash_seed: 1,
    },
    list: list::Limits {
        max_listpack_size: -2,
        packed_threshold: 1 << 30,
    },
    set: set::Limits {
        max_intset_entries: 512,
        max_listpack_entries: 128,
        max_listpack_value: 64,
        hash_seed: 2,
    },
    sorted_set: sorted_set::Limits {
        max_listpack_entries: 128,
        max_listpack_value: 64,
        hash_seed: 3,
    },
    clock: AccessClock::new(0, None),
    room: usize::MAX,
    checksum: true,
};

/// Whether payloads that are not the same bytes hold one value. Strings always are the same bytes,
/// compressed ones included.
pub fn same(ours: &Reply, real: &Reply) -> bool {
    let (Reply::Bulk(ours), Reply::Bulk(real)) = (ours, real) else {
        return false;
    };
    let (Ok(mine), Ok(theirs)) = (restore(ours, &LIMITS), restore(real, &LIMITS)) else {
        return false;
    };
    match (&mine, &theirs) {
        (Value::String(_), Value::String(_)) => false,
        (Value::Hash(one), Value::Hash(other)) => {
            let mut rest = other.iter();
            one.len() == other.len()
                && rest.all(|(field, value)| {
                    one.get(&field.to_vec()).map(|own| own.to_vec()) == Some(value.to_vec())
                })
        }
        (Value::List(one), Value::List(other)) => {
            let elements = |list: &list::List| -> Vec<Vec<u8>> {
                list.iter().map(|element| element.to_vec()).collect()
            };
            elements(one) == elements(other)
        }
        (Value::Set(one), Value::Set(other)) => {
            let mut rest = other.iter();
            one.len() == other.len() && rest.all(|member| one.contains_element(member))
        }
        (Value::SortedSet(one), Value::SortedSet(other)) => {
            let members = |set: &sorted_set::SortedSet| -> Vec<(Vec<u8>, f64)> {
                set.iter()
                    .map(|(member, score)| (member.to_vec(), score))
                    .collect()
            };
            members(one) == members(other)
        }
        (Value::Stream(one), Value::Stream(other)) => {
            let nodes = |stream: &Stream| -> Vec<_> {
                let nodes = stream.nodes();
                nodes
                    .map(|(master, entries)| (master, entries.as_bytes().to_vec()))
                    .collect()
            };
            nodes(one) == nodes(other)
                && one.history() == other.history()
                && groups(one) == groups(other)
        }
        _ => false,
    }
}

/// What groups hold, the times apart.
fn groups(stream: &Stream) -> Vec<String> {
    let groups = stream.groups().iter().map(|(name, group)| {
        let pending = group.pending().iter().map(|(id, pending)| {
            let owner = group.consumer(pending.consumer);
            (
                id,
                pending.deliveries,
                owner.map(|owner| owner.name.clone()),
            )
        });
        let pending: Vec<_> = pending.collect();
        let consumers: Vec<_> = group.consumers().map(|consumer| &consumer.name).collect();
        let (last_id, read) = (group.last_id, group.entries_read);
        format!("{name:?} {last_id:?} {read} {pending:?} {consumers:?}")
    });
    groups.collect()
}

/// Whether two payloads of FUNCTION DUMP hold the same libraries, whose order is each server's own.
pub fn same_libraries(ours: &Reply, real: &Reply) -> bool {
    let codes = |reply: &Reply| {
        let Reply::Bulk(payload) = reply else {
            return None;
        };
        let mut codes = restore_functions(payload, &LIMITS).ok()?;
        codes.sort_unstable();
        Some((payload.len(), codes))
    };
    codes(ours).is_some() && codes(ours) == codes(real)
}
