//! Keeping the places that were found under a key.

use super::search::{Form, Found};
use crate::commands::context::{CommandResult, Context};
use crate::keyspace::EventClass;
use crate::types::sorted_set::SortedSet;

/// Stores places, with their distances in `unit` metres as scores if it is given, and answers how many;
/// when there is none, the key is removed.
pub(super) fn store(
    ctx: &mut Context,
    key: &[u8],
    found: &[Found],
    unit: Option<f64>,
    form: Form,
) -> CommandResult {
    let limits = ctx.instance.sorted_set_limits();
    let db = &mut ctx.keyspace[ctx.client.db];
    if !found.is_empty() {
        let mut set = SortedSet::new_ranked(found.len(), &limits);
        for place in found {
            let score = unit.map_or(place.score, |unit| place.distance / unit);
            set.insert(&place.member, score, &limits);
        }
        set.compact(&limits);
        let event = if form.is_search() {
            "geosearchstore"
        } else {
            "georadiusstore"
        };
        db.set_value(key, set);
        db.modified(key, EventClass::SORTED_SET, event);
        db.add_dirty(found.len() as u64);
    } else if db.remove(key) {
        db.modified(key, EventClass::GENERIC, "del");
        db.add_dirty(1);
    }
    ctx.reply.integer(found.len() as i64);
    Ok(())
}
