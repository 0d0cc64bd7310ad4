//! The table as the rules of users see it.

use crate::commands::server::{CATEGORIES, find_by_full_name};
use crate::commands::table::Table;
use crate::commands::{Categories, Entry, table};
use crate::instance::Instance;
use crate::instance::acl::{AclCommands, NamedCommand, Rules};

impl AclCommands for Table {
    fn command(&self, name: &[u8]) -> Option<NamedCommand> {
        let entry = find_by_full_name(name)?;
        Some(NamedCommand {
            id: entry.id,
            subcommands: entry.command.subcommands.len(),
            is_subcommand: entry.parent.is_some(),
            full_name: entry.full_name(),
        })
    }

    fn category(&self, name: &[u8]) -> Option<Vec<usize>> {
        let category = category(name)?;
        let has = |entry: &Entry| {
            let of =
                |command: &crate::commands::Command| command.all_categories().contains(category);
            of(entry.command) || entry.parent.is_some_and(of)
        };
        let entries = self.entries().iter();
        Some(entries.filter(|it| has(it)).map(|it| it.id).collect())
    }
}

/// The category of this name in any case.
pub fn category(name: &[u8]) -> Option<Categories> {
    let row = CATEGORIES
        .iter()
        .find(|(_, known)| known.as_bytes()[1..].eq_ignore_ascii_case(name));
    row.map(|(category, _)| *category)
}

/// What rules are read with in this server.
pub fn rules(instance: &Instance) -> Rules<'static> {
    Rules {
        commands: table(),
        all_channels: instance.config.acl_pubsub_default.is_all(),
    }
}
