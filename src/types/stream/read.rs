//! How far groups have read: the counter behind their lag, where it can be known.

use super::Stream;
use super::group::{Group, UNKNOWN};
use super::id::StreamId;

impl Stream {
    /// Whether a tombstone of XDEL lies at `start` or after it.
    fn has_tombstone_from(&self, start: StreamId) -> bool {
        let body = &*self.0;
        let deleted = body.max_deleted_id;
        body.len > 0 && deleted != StreamId::MIN && body.first_id <= deleted && start <= deleted
    }

    /// How many entries there were in the stream's history up to `id`; [`UNKNOWN`] if nobody knows.
    pub fn entries_up_to(&self, id: StreamId) -> i64 {
        let body = &*self.0;
        let added = body.entries_added as i64;
        if body.entries_added == 0 {
            return 0;
        }
        if id == body.last_id || (body.len == 0 && id < body.last_id) {
            return added;
        }
        if id > body.last_id {
            return UNKNOWN;
        }
        // Without tombstones among the entries what is before the first is known.
        if body.max_deleted_id < body.first_id || body.max_deleted_id == StreamId::MIN {
            let before = added.wrapping_sub(body.len as i64);
            if id < body.first_id {
                return before;
            }
            if id == body.first_id {
                return before.wrapping_add(1);
            }
        }
        UNKNOWN
    }

    /// How many entries a group has still to read; None if nobody knows.
    pub fn lag(&self, group: &Group) -> Option<i64> {
        let added = self.0.entries_added as i64;
        if added == 0 {
            return Some(0);
        }
        let read = match group.entries_read {
            UNKNOWN => UNKNOWN,
            _ if self.has_tombstone_from(group.last_id) => UNKNOWN,
            read => read,
        };
        let read = match read {
            UNKNOWN => self.entries_up_to(group.last_id),
            read => read,
        };
        (read != UNKNOWN).then(|| added.wrapping_sub(read))
    }

    /// What a group that has counted `entries_read` counts when it has read the entry `id` too.
    pub fn entries_read_with(&self, entries_read: i64, id: StreamId) -> i64 {
        if entries_read != UNKNOWN && !self.has_tombstone_from(id) {
            return entries_read.saturating_add(1);
        }
        match self.0.entries_added {
            0 => entries_read,
            _ => self.entries_up_to(id),
        }
    }
}
