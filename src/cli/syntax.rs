//! A command's syntax in words, from its row in the table.

use crate::commands::{Argument, ArgumentKind, Entry, table};

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

/// Arguments as documentation writes them: `key [NX | XX] score member [score member ...]`.
pub fn arguments(arguments: &[Argument]) -> String {
    let parts: Vec<_> = arguments.iter().map(argument).collect();
    parts.join(" ")
}

/// One argument with everything around it.
pub fn argument(argument: &Argument) -> String {
    let text = match argument.is_multiple {
        true => format!("{} {}", once(argument), repetition(argument)),
        false => once(argument),
    };
    match argument.is_optional {
        true => format!("[{text}]"),
        false => text,
    }
}

/// How an argument is written the first time, its token included.
pub fn once(argument: &Argument) -> String {
    match (argument.token, argument.kind) {
        (Some(token), ArgumentKind::PureToken) => shown(token),
        (Some(token), _) => format!("{} {}", shown(token), value(argument)),
        (None, _) => value(argument),
    }
}

/// What says that an argument may come again: `[key ...]`.
pub fn repetition(argument: &Argument) -> String {
    match argument.repeats_token {
        true => format!("[{} ...]", once(argument)),
        false => format!("[{} ...]", value(argument)),
    }
}

/// What stands behind an argument's token.
pub fn value(argument: &Argument) -> String {
    let children = || argument.children.iter().map(self::argument);
    match argument.kind {
        ArgumentKind::Block => children().collect::<Vec<_>>().join(" "),
        ArgumentKind::OneOf => {
            let choices = children().collect::<Vec<_>>().join(" | ");
            // The brackets of an option already hold its choices together.
            match argument.is_optional && argument.token.is_none() {
                true => choices,
                false => format!("<{choices}>"),
            }
        }
        _ => argument.name.to_string(),
    }
}

fn shown(token: &str) -> String {
    match token {
        "" => "\"\"".to_string(),
        token => token.to_string(),
    }
}
