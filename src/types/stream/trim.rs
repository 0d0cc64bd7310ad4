//! Removing entries: from the front by number or identity, and single ones.

use super::Stream;
use super::id::StreamId;

/// What is to remain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// The newest so many entries.
    Newest(u64),
    /// What is not before this identity.
    From(StreamId),
}

impl Stream {
    /// Removes entries from the front; how many. `approximately`: only whole nodes. `limit` is the most
    /// that are removed, 0 for any number. O(nodes removed), and one node's entries.
    pub fn trim(&mut self, keep: Keep, approximately: bool, limit: u64) -> u64 {
        let body = &mut *self.0;
        let (mut removed, mut nodes_removed) = (0, 0);
        let mut cut = None;
        for node in &body.nodes {
            let left = body.len - removed;
            if matches!(keep, Keep::Newest(newest) if left <= newest) {
                break;
            }
            let (live, _) = node.counts();
            if limit != 0 && removed + live > limit {
                break;
            }
            let whole = match keep {
                Keep::Newest(newest) => left.saturating_sub(live) >= newest,
                Keep::From(id) => node.last().is_none_or(|last| last.id < id),
            };
            if !whole {
                cut = (!approximately).then_some(nodes_removed);
                break;
            }
            removed += live;
            nodes_removed += 1;
        }
        body.len = body.len.saturating_sub(removed);
        if let Some(node) = cut.and_then(|at| body.nodes.get_mut(at)) {
            let (mut flagged, mut left) = (0, body.len);
            let mut next = node.first().map(|item| item.at);
            while let Some(item) = next.and_then(|at| node.item(at)) {
                let stop = match keep {
                    Keep::Newest(newest) => left <= newest,
                    Keep::From(id) => item.id >= id,
                };
                if stop {
                    break;
                }
                let (at, deleted) = (item.at, item.is_deleted());
                if !deleted {
                    node.flag_deleted(at);
                    flagged += 1;
                    left = left.saturating_sub(1);
                }
                let item = node.item(at);
                next = item.and_then(|item| node.after(&item)).map(|item| item.at);
            }
            node.count(0, flagged);
            removed += flagged;
            body.len = left;
        }
        body.nodes.drain(..nodes_removed);
        if removed > 0 || body.len == 0 {
            self.find_first();
        }
        removed
    }

    /// Removes an entry; false when there is none of this identity. O(log n) and a node.
    pub fn delete(&mut self, id: StreamId) -> bool {
        let mut entries = self.range(id, id);
        if entries.next().is_none() {
            return false;
        }
        let Some((node, at)) = entries.place() else {
            return false;
        };
        let body = &mut *self.0;
        body.len = body.len.saturating_sub(1);
        if body.nodes[node].counts().0 <= 1 {
            body.nodes.remove(node);
        } else {
            body.nodes[node].flag_deleted(at);
            body.nodes[node].count(0, 1);
        }
        body.max_deleted_id = body.max_deleted_id.max(id);
        if body.len == 0 || id == body.first_id {
            self.find_first();
        }
        true
    }

    fn find_first(&mut self) {
        let first = self.iter().next().map(|entry| entry.id);
        self.0.first_id = first.unwrap_or(StreamId::MIN);
    }
}
