//! `docs/commands.md` lists every command and subcommand of redis-server 7.0 and 7.2: what is there, and why the
//! rest is not. Written anew with `RESPLAY_WRITE_COMMANDS=1 cargo nextest run --test command_list`.

#[path = "support/elements.rs"]
mod elements;
#[allow(dead_code)]
#[path = "support/redis.rs"]
mod redis;
#[path = "support/reply.rs"]
mod reply;

use std::collections::BTreeMap;

use reply::{Reply, request};
use resplay::commands::{Mode, table};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/commands.md");

/// What 7.2 has and 7.0 has not. (CLUSTER MYSHARDID is a command of clusters.)
const NEW_IN_7_2: [&str; 4] = [
    "client|no-touch",
    "client|setinfo",
    "cluster|myshardid",
    "waitaof",
];

const CLUSTER: &str = "answered as by a server without a cluster, as Redis does when it is off";
const MOVING: &str = "only for keys that move between nodes of a cluster";
const MODULES: &str = "there are no modules";

/// Why a command is not there; by its name, or by that of its container.
const MISSING: [(&str, &str); 4] = [
    ("cluster", CLUSTER),
    ("module", MODULES),
    ("restore-asking", MOVING),
    (
        "migrate",
        "would connect to another server, which comes with replication",
    ),
];

/// Every name that the real server tells, subcommands as `config|get`.
fn real_names() -> Vec<String> {
    let server = redis::RealServer::start();
    let mut connection = server.connect();
    connection.send(&request(&[b"COMMAND".to_vec()]));
    let mut names: Vec<String> = NEW_IN_7_2.iter().map(ToString::to_string).collect();
    fn add(commands: &[Reply], names: &mut Vec<String>) {
        for command in commands {
            let fields = command.items().expect("a command is an array");
            let name = fields[0].text().expect("it begins with its name");
            names.push(String::from_utf8_lossy(name).to_ascii_lowercase());
            add(fields[9].items().unwrap_or_default(), names);
        }
    }
    add(connection.receive().items().expect("an array"), &mut names);
    names.sort();
    names
}

fn reason(name: &str) -> Option<&'static str> {
    let container = name.split('|').next().unwrap_or(name);
    let found = MISSING
        .iter()
        .find(|(of, _)| *of == name || *of == container);
    found.map(|(_, reason)| *reason)
}

#[test]
fn the_list_of_commands_is_true() {
    let ours: BTreeMap<String, &str> = table()
        .entries()
        .iter()
        .filter(|entry| entry.is_in(Mode::Server))
        .map(|entry| (entry.full_name(), entry.command.since))
        .collect();
    let names = real_names();
    let mut rows = vec![["Command", "In", "Supported", "Why not"].map(String::from)];
    let (mut there, mut missing) = (0, Vec::new());
    for name in &names {
        let shown = name.replace('|', " ").to_ascii_uppercase();
        let version = if NEW_IN_7_2.contains(&name.as_str()) {
            "7.2"
        } else {
            "7.0"
        };
        let of_cluster = name.starts_with("cluster|");
        match ours.contains_key(name) {
            true => {
                there += 1;
                rows.push([shown, version.into(), "yes".into(), String::new()]);
            }
            // CLUSTER answers for its subcommands.
            false => {
                let why = reason(name)
                    .unwrap_or_else(|| panic!("{name} is missing, and nobody knows why"));
                rows.push([shown, version.into(), "no".into(), why.into()]);
                if !of_cluster && why != MOVING && why != MODULES {
                    missing.push(name.clone());
                }
            }
        }
    }
    let own: Vec<&String> = ours.keys().filter(|name| !names.contains(name)).collect();
    assert!(own.is_empty(), "no command of Redis: {own:?}");
    assert!(missing.len() <= 10, "too many are missing: {missing:?}");
    for (name, _) in MISSING {
        assert!(
            names
                .iter()
                .any(|it| it == name || it.starts_with(&format!("{name}|"))),
            "{name}"
        );
    }
    let mut text = format!(
        "# Commands\n\nEvery command and subcommand of redis-server 7.0 and 7.2 (those that 7.2 has added say so). {there} of\n{} are supported; \
         commands of clusters and modules aside, {} are missing.\nWritten and checked by `tests/command_list.rs`.\n\n",
        names.len(),
        missing.len(),
    );
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths = [0, 1, 2, 3].map(width);
    let mut line = |cells: &[String; 4]| {
        for (cell, width) in cells.iter().zip(widths) {
            text += &format!("| {cell:width$} ");
        }
        text += "|\n";
    };
    line(&rows[0]);
    line(&widths.map(|width| "-".repeat(width)));
    rows[1..].iter().for_each(&mut line);
    if std::env::var_os("RESPLAY_WRITE_COMMANDS").is_some() {
        std::fs::write(PATH, &text).expect("it can be written");
    }
    let written = std::fs::read_to_string(PATH).unwrap_or_default();
    assert!(
        written == text,
        "docs/commands.md is not up to date: RESPLAY_WRITE_COMMANDS=1 cargo nextest run --test command_list"
    );
}
