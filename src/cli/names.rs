//! Commands by the names that people read: in capitals, with the container's.

use crate::commands::{Entry, table};
use crate::map::SortedMap;

/// The name in capitals, with the container's: `CONFIG GET`.
pub fn full_name(entry: &Entry) -> String {
    let name = entry.command.name.to_ascii_uppercase();
    match entry.parent {
        Some(parent) => format!("{} {name}", parent.name.to_ascii_uppercase()),
        None => name,
    }
}

/// All commands with their full names, sorted by name.
pub fn sorted() -> SortedMap<String, &'static Entry> {
    let mut sorted = SortedMap::new();
    for entry in table().entries() {
        sorted.insert(full_name(entry), entry);
    }
    sorted
}
