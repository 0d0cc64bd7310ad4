//! The command table: every command that this server has, one row each.

mod acl;
mod bitmap;
mod blocking;
mod cluster;
mod connection;
mod diagnostics;
mod function;
mod generic;
mod geo;
mod hash;
mod hyperloglog;
mod list;
mod pubsub;
mod replication;
mod scripting;
mod sentinel;
mod server;
mod set;
mod sort;
mod sorted_set;
mod steering;
mod stream;
mod string;
mod transactions;

use super::command::{Command, Flags};
use crate::instance::Instance;
use crate::resp::Args;
use crate::types::dict::{self, Dict};
use std::sync::OnceLock;

/// The rows, by documentation group.
#[rustfmt::skip]
const FAMILIES: &[&[Command]] = &[
    set::ROWS,
    sorted_set::ROWS,
    hash::ROWS,
    list::ROWS,
    connection::ROWS,
    generic::ROWS,
    sort::ROWS,
    bitmap::ROWS,
    hyperloglog::ROWS,
    geo::ROWS,
    string::ROWS,
    server::ROWS,
    diagnostics::ROWS,
    acl::ROWS,
    cluster::ROWS,
    transactions::ROWS,
    stream::ROWS,
    scripting::ROWS,
    function::ROWS,
    pubsub::ROWS,
    replication::ROWS,
    sentinel::ROWS,
    blocking::ROWS,
];

/// Longest name of a command or subcommand; what is longer need not be looked up.
const MAX_NAME: usize = 32;

/// What a sentinel answers, and nobody else.
const OF_SENTINELS: &str = "sentinel";

/// What servers and sentinels answer alike.
const OF_BOTH: [&str; 14] = [
    "acl",
    "auth",
    "client",
    "command",
    "hello",
    "info",
    "ping",
    "psubscribe",
    "publish",
    "punsubscribe",
    "role",
    "shutdown",
    "subscribe",
    "unsubscribe",
];

/// Which commands there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Those of a server with data.
    Server,
    /// Those of a sentinel.
    Sentinel,
}

/// A command found by name, with its number for statistics.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The row.
    pub command: &'static Command,
    /// The row of the container, for a subcommand.
    pub parent: Option<&'static Command>,
    /// Position among all commands and subcommands.
    pub id: usize,
    /// Whether it takes a constant time for each of its arguments, or little more.
    pub is_quick: bool,
    /// Whether a server with data has it.
    of_servers: bool,
    /// Whether a sentinel has it.
    of_sentinels: bool,
}

impl Entry {
    /// Whether it is there in this mode.
    #[inline]
    pub fn is_in(&self, mode: Mode) -> bool {
        match mode {
            Mode::Server => self.of_servers,
            Mode::Sentinel => self.of_sentinels,
        }
    }

    /// The name with its container's, as COMMAND and error texts have it: `config|get`.
    pub fn full_name(&self) -> String {
        match self.parent {
            Some(parent) => format!("{}|{}", parent.name, self.command.name),
            None => self.command.name.to_string(),
        }
    }
}

/// The commands by name.
pub struct Table {
    by_name: Dict<Named>,
    entries: Vec<Entry>,
}

/// The id of a command without parent.
struct Named {
    name: &'static str,
    id: usize,
}

impl dict::Entry for Named {
    fn key(&self) -> &[u8] {
        self.name.as_bytes()
    }
}

impl Table {
    /// Builds the look-ups. Linear in the number of rows.
    pub fn new() -> Self {
        let mut table = Table {
            by_name: Dict::new(0),
            entries: Vec::new(),
        };
        for command in FAMILIES.iter().copied().flatten() {
            let id = table.add(command, None);
            let name = command.name;
            table.by_name.insert(Named { name, id });
            for subcommand in command.subcommands {
                table.add(subcommand, Some(command));
            }
        }
        table
    }

    fn add(&mut self, command: &'static Command, parent: Option<&'static Command>) -> usize {
        let id = self.entries.len();
        let root = parent.unwrap_or(command).name;
        self.entries.push(Entry {
            of_servers: root != OF_SENTINELS,
            of_sentinels: root == OF_SENTINELS || OF_BOTH.contains(&root),
            command,
            parent,
            id,
            is_quick: command.flags.contains(Flags::FAST) || command.complexity.starts_with("O(1)"),
        });
        id
    }

    /// All commands and subcommands by their id; a container stands before its subcommands.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The commands of a mode, without subcommands of others.
    pub fn commands(&self, mode: Mode) -> impl Iterator<Item = &Entry> {
        let entries = self.entries.iter();
        entries.filter(move |entry| entry.parent.is_none() && entry.is_in(mode))
    }

    /// The command of this name in any case.
    #[inline]
    pub fn find(&self, name: &[u8]) -> Option<&Entry> {
        let mut lower = [0; MAX_NAME];
        let lower = lower_case(name, &mut lower)?;
        Some(&self.entries[self.by_name.get(lower)?.id])
    }

    /// The command or subcommand that `args` name; none when either is unknown.
    #[inline]
    pub fn resolve(&self, args: Args<'_>) -> Option<&Entry> {
        self.within(self.find(args.get(0)?)?, args)
    }

    /// The subcommand of `entry` that `args` name, if it has any.
    #[inline]
    fn within<'a>(&'a self, entry: &'a Entry, args: Args<'_>) -> Option<&'a Entry> {
        if entry.command.subcommands.is_empty() {
            return Some(entry);
        }
        match args.get(1) {
            Some(name) => self.find_subcommand(entry, name),
            None => Some(entry),
        }
    }

    /// The subcommand of this name in any case.
    pub fn find_subcommand(&self, container: &Entry, name: &[u8]) -> Option<&Entry> {
        let first = container.id + 1;
        let children = &self.entries[first..first + container.command.subcommands.len()];
        children
            .iter()
            .find(|child| name.eq_ignore_ascii_case(child.command.name.as_bytes()))
    }
}

/// Which commands a server has.
pub fn mode_of(instance: &Instance) -> Mode {
    match instance.is_sentinel() {
        true => Mode::Sentinel,
        false => Mode::Server,
    }
}

/// The command that a server knows by this name: [`Table::find`], but for `rename-command`.
pub fn command_named(instance: &Instance, name: &[u8]) -> Option<&'static Entry> {
    table().find(instance.config.command_names.original(name)?)
}

/// The command or subcommand that `args` name to a server: [`Table::resolve`], but for `rename-command`.
#[inline]
pub fn command_of(instance: &Instance, args: Args<'_>) -> Option<&'static Entry> {
    if instance.config.command_names.are_usual() {
        return table().resolve(args);
    }
    table().within(command_named(instance, args.get(0)?)?, args)
}

/// Whether a server has this command: in its mode, and by any name.
pub fn is_there(instance: &Instance, entry: &Entry) -> bool {
    let root = entry.parent.unwrap_or(entry.command).name;
    entry.is_in(mode_of(instance)) && !instance.config.command_names.is_gone(root.as_bytes())
}

/// The table of this build, made once.
pub fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    // It is no server's, though one of them needs it first.
    TABLE.get_or_init(|| crate::memory::apart(Table::new))
}

impl Default for Table {
    fn default() -> Self {
        Self::new()
    }
}

fn lower_case<'a>(name: &[u8], buffer: &'a mut [u8; MAX_NAME]) -> Option<&'a [u8]> {
    let lower = buffer.get_mut(..name.len())?;
    lower.copy_from_slice(name);
    lower.make_ascii_lowercase();
    Some(lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_lower_case_and_found_in_any_case() {
        let table = Table::new();
        for entry in table.entries() {
            let name = entry.command.name;
            assert!(name.len() <= MAX_NAME && name == name.to_ascii_lowercase());
            let upper = name.to_ascii_uppercase();
            let found = match entry.parent {
                None => table.find(upper.as_bytes()),
                Some(parent) => {
                    let container = table.find(parent.name.as_bytes()).unwrap();
                    table.find_subcommand(container, upper.as_bytes())
                }
            };
            assert_eq!(found.unwrap().id, entry.id, "{}", entry.full_name());
        }
    }

    #[test]
    fn every_row_says_what_it_does_in_both_languages() {
        for entry in Table::new().entries() {
            let summary = entry.command.summary;
            let name = entry.full_name();
            assert!(summary.en.ends_with('.'), "{name}: {}", summary.en);
            let chinese = |letter: char| ('\u{4e00}'..='\u{9fff}').contains(&letter);
            assert!(summary.zh.chars().any(chinese), "{name}: {}", summary.zh);
        }
    }
}
