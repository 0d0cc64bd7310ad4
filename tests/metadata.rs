//! The command table agrees with the real server's COMMAND, and says what every command does.

#[path = "support/elements.rs"]
mod elements;
#[path = "support/redis.rs"]
mod redis;
#[path = "support/reply.rs"]
mod reply;

use std::collections::{BTreeMap, BTreeSet};

use reply::{Reply, request};
use resplay::commands::{Mode, table};
use resplay::instance::Config;
use resplay::server::Server;

const START: i64 = 1_700_000_000_000_000;

/// What 7.2 says differently from the 7.0 that is asked: the command, the field, and why.
const DIFFERENCES: &[(&str, &str, &str)] = &[
    ("client|setinfo", "*", "new in 7.2"),
    ("client|no-touch", "*", "new in 7.2"),
    ("waitaof", "*", "new in 7.2"),
    ("zrank", "arity", "7.2 takes WITHSCORE"),
    ("zrevrank", "arity", "7.2 takes WITHSCORE"),
];

/// COMMAND INFO's fields by their place.
const FIELDS: &[&str] = &[
    "name",
    "arity",
    "flags",
    "first key",
    "last key",
    "step",
    "categories",
    "tips",
    "key specifications",
    "subcommands",
];

fn text(reply: &Reply) -> String {
    String::from_utf8_lossy(reply.text().unwrap_or_default()).to_ascii_lowercase()
}

/// A field in a form in which the order of sets does not matter.
fn plain(field: &str, reply: &Reply) -> String {
    match (field, reply.items()) {
        ("flags" | "categories" | "tips", Some(items)) => {
            let words: BTreeSet<String> = items.iter().map(text).collect();
            format!("{words:?}")
        }
        ("key specifications", Some(items)) => items
            .iter()
            .map(specification)
            .collect::<Vec<_>>()
            .join(" "),
        _ => reply.to_string(),
    }
}

/// A key specification without its notes, which are prose.
fn specification(reply: &Reply) -> String {
    let mut parts = BTreeMap::new();
    for pair in reply.items().unwrap_or_default().chunks(2) {
        let [name, value] = pair else { continue };
        let name = text(name);
        if name == "flags" {
            parts.insert(name, plain("flags", value));
        } else if name != "notes" {
            parts.insert(name, value.to_string());
        }
    }
    format!("{parts:?}")
}

/// Compares one row and its subcommands; says what differs.
fn compare(ours: &Reply, real: &Reply, wrong: &mut Vec<String>) {
    let name = ours.items().and_then(<[Reply]>::first).map(text);
    let name = name.unwrap_or_default();
    let listed = |name: &str, field: &str| {
        DIFFERENCES
            .iter()
            .any(|(row, column, _)| *row == name && (*column == field || *column == "*"))
    };
    let (Some(mine), Some(theirs)) = (ours.items(), real.items()) else {
        if !listed(&name, "*") {
            wrong.push(format!("ours {ours}, real {real}"));
        }
        return;
    };
    for (at, field) in FIELDS.iter().enumerate() {
        let (Some(ours), Some(real)) = (mine.get(at), theirs.get(at)) else {
            wrong.push(format!("{name}: no {field}"));
            continue;
        };
        if *field == "subcommands" {
            let named: BTreeMap<String, &Reply> = real
                .items()
                .unwrap_or_default()
                .iter()
                .filter_map(|row| Some((text(row.items()?.first()?), row)))
                .collect();
            for row in ours.items().unwrap_or_default() {
                let subcommand = row
                    .items()
                    .and_then(<[Reply]>::first)
                    .map(text)
                    .unwrap_or_default();
                match named.get(&subcommand) {
                    Some(real) => compare(row, real, wrong),
                    None if listed(&subcommand, "*") => {}
                    None => {
                        wrong.push(format!("{subcommand}: the real server has no such command"))
                    }
                }
            }
        } else if plain(field, ours) != plain(field, real) && !listed(&name, field) {
            wrong.push(format!(
                "{name}: {field}: ours {} real {}",
                plain(field, ours),
                plain(field, real)
            ));
        }
    }
}

#[test]
fn the_table_agrees_with_the_real_server() {
    let real = redis::RealServer::start();
    let mut connection = real.connect();
    let mut server = Server::new(Config::default(), 1, START);
    let client = server.connect(START, "127.0.0.1:50000");
    let mut wrong = Vec::new();
    let mut rows = 0;
    for entry in table().commands(Mode::Server) {
        let name = entry.command.name.as_bytes().to_vec();
        let question = request(&[b"COMMAND".to_vec(), b"INFO".to_vec(), name]);
        server.receive(START, client, &question);
        let output = server.take_output(client);
        let (ours, _) = Reply::parse(&output).expect("a whole reply");
        connection.send(&question);
        let theirs = connection.receive();
        match (ours.items(), theirs.items()) {
            (Some([mine]), Some([theirs])) => compare(mine, theirs, &mut wrong),
            _ => wrong.push(format!("{}: ours {ours} real {theirs}", entry.command.name)),
        }
        rows += 1 + entry.command.subcommands.len();
    }
    println!("metadata: {rows} commands and subcommands compared");
    assert!(
        wrong.is_empty(),
        "{} differences\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_command_says_what_it_does_in_both_languages() {
    for entry in table().entries() {
        let summary = entry.command.summary;
        let name = entry.full_name();
        let chinese = summary
            .zh
            .chars()
            .any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter));
        assert!(chinese, "{name}: {:?} is not Chinese", summary.zh);
        assert!(
            summary.en.len() > 10 && summary.en.is_ascii(),
            "{name}: {:?} is no sentence",
            summary.en
        );
    }
}
