//! Commands by the names that people read: in capitals, with the container's.

use crate::commands::{Entry, table};

/// The name in capitals, with the container's: `CONFIG GET`.
pub fn full_name(entry: &Entry) -> String {
    let name = entry.command.name.to_ascii_uppercase();
    match entry.parent {
        Some(parent) => format!("{} {name}", parent.name.to_ascii_uppercase()),
        None => name,
    }
}

/// All commands with their full names, sorted by name.
pub fn sorted() -> Vec<(String, &'static Entry)> {
    let entries = table().entries().iter();
    let mut sorted: Vec<_> = entries.map(|entry| (full_name(entry), entry)).collect();
    sorted.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    sorted
}
