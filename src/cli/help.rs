//! `help`, `help COMMAND` and `help @group`, laid out and coloured as redis-cli does.

use super::names;
use super::session::Language;
use crate::commands::Entry;
use crate::commands::syntax;
use crate::instance::REDIS_VERSION;

/// Writes what `help` says about `topic`, the words behind it.
pub fn write(out: &mut Vec<u8>, topic: &[Vec<u8>], language: Language) {
    let Some(first) = topic.first() else {
        out.extend_from_slice(general().as_bytes());
        return;
    };
    let mut text = String::new();
    for entry in names::sorted().values() {
        match first.strip_prefix(b"@") {
            Some(group) if group.eq_ignore_ascii_case(entry.command.group.name().as_bytes()) => {
                command(&mut text, entry, language, false);
            }
            None if is_about(entry, topic) => command(&mut text, entry, language, true),
            _ => {}
        }
    }
    text.push_str("\r\n");
    out.extend_from_slice(text.as_bytes());
}

/// Whether the words of the topic are those that the command's name begins with.
fn is_about(entry: &Entry, topic: &[Vec<u8>]) -> bool {
    let name = names::full_name(entry);
    let words: Vec<_> = name.split(' ').collect();
    topic.len() <= words.len()
        && topic
            .iter()
            .zip(words)
            .all(|(typed, word)| typed.eq_ignore_ascii_case(word.as_bytes()))
}

fn command(text: &mut String, entry: &Entry, language: Language, with_group: bool) {
    let row = entry.command;
    let summary = match language {
        Language::English => row.summary.en,
        Language::Chinese => row.summary.zh,
    };
    let name = names::full_name(entry);
    let arguments = syntax::arguments(row.arguments);
    text.push_str(&format!(
        "\r\n  \x1b[1m{name}\x1b[0m \x1b[90m{arguments}\x1b[0m\r\n"
    ));
    text.push_str(&format!("  \x1b[33msummary:\x1b[0m {summary}\r\n"));
    text.push_str(&format!("  \x1b[33msince:\x1b[0m {}\r\n", row.since));
    if with_group {
        let group = row.group.name();
        text.push_str(&format!("  \x1b[33mgroup:\x1b[0m {group}\r\n"));
    }
}

fn general() -> String {
    format!(
        "redis-cli {REDIS_VERSION}\n\
         To get help about Redis commands type:\n      \
         \"help @<group>\" to get a list of commands in <group>\n      \
         \"help <command>\" for help on <command>\n      \
         \"help <tab>\" to get a list of possible help topics\n      \
         \"quit\" to exit\n\
         \n\
         To set redis-cli preferences:\n      \
         \":set hints\" enable online hints\n      \
         \":set nohints\" disable online hints\n\
         Set your preferences in ~/.redisclirc\n"
    )
}
