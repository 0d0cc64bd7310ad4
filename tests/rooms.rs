//! Holds two rules of the house: a room imports only from the rooms below it, and only `src/wasm` asks
//! which platform it is on.

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms, top to bottom. ARCHITECTURE.md says what lives in each.
const ROOMS: &[&str] = &[
    "bin",
    "wasm",
    "lab",
    "cli",
    "server",
    "commands",
    "persistence",
    "instance",
    "sentinel",
    "network",
    "replication",
    "keyspace",
    "types",
    "resp",
    "disk",
    "map",
    "copy",
    "memory",
];

/// The page's rooms, top to bottom; each line is one floor, whose rooms may use one another.
const PAGE_ROOMS: &[&[&str]] = &[
    &["main", "app", "share", "embed", "offline"],
    &["console", "panels", "charts", "examples", "shell"],
    &["code", "lessons"],
    &["python", "javascript", "production", "remote"],
    // The two ends of one wire, and what stands at the end of a bridge.
    &["client", "worker", "services"],
    &["widgets", "i18n", "styles"],
    &["generated", "testing"],
];

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder can be read") {
            let path = entry.expect("the folder can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "no {extension} files in {folder}");
    found.sort();
    found
}

/// The path below `folder`, and the room it is in.
fn place(path: &Path, folder: &str) -> (String, String) {
    let below = path
        .strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
        .expect("it is in there");
    let name = below.to_string_lossy().replace('\\', "/");
    let room = name.split(['/', '.']).next().unwrap_or_default().to_owned();
    (name, room)
}

/// What follows each `crate::`, the members of a `crate::{…}` one by one.
fn imports(source: &str) -> Vec<String> {
    let word = |text: &str| {
        text.chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect::<String>()
    };
    let mut found = Vec::new();
    for (at, _) in source.match_indices("crate::") {
        let rest = &source[at + "crate::".len()..];
        let Some(group) = rest.strip_prefix('{') else {
            found.push(word(rest));
            continue;
        };
        let mut depth = 0;
        let mut fresh = true;
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => fresh = true,
                c if fresh && c.is_alphanumeric() => {
                    found.push(word(&group[at..]));
                    fresh = false;
                }
                _ => {}
            }
        }
    }
    found
}

#[test]
fn rooms_import_downward_only() {
    let floor = |room: &str| ROOMS.iter().position(|known| *known == room);
    let mut wrong = Vec::new();
    for path in files("src", "rs") {
        let (name, room) = place(&path, "src");
        if room == "lib" {
            continue;
        }
        let Some(own) = floor(&room) else {
            wrong.push(format!(
                "{name}: the room {room} is not in the list of this test"
            ));
            continue;
        };
        let source = fs::read_to_string(&path).expect("it is text");
        for import in imports(&source) {
            if floor(&import).is_some_and(|other| other < own) {
                wrong.push(format!(
                    "{name} imports from {import}, which is above {room}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_wasm_room_asks_for_the_platform() {
    let wrong: Vec<String> = files("src", "rs")
        .iter()
        .filter(|path| {
            fs::read_to_string(path)
                .expect("it is text")
                .contains("target_arch")
        })
        .map(|path| place(path, "src"))
        // The crate's root says that the room exists at all.
        .filter(|(_, room)| room != "wasm" && room != "lib")
        .map(|(name, _)| name)
        .collect();
    assert!(wrong.is_empty(), "{wrong:?} ask which platform they are on");
}

#[test]
fn the_page_s_rooms_import_downward_only() {
    let floor = |room: &str| PAGE_ROOMS.iter().position(|rooms| rooms.contains(&room));
    let mut wrong = Vec::new();
    for path in files("www/src", "ts") {
        let (name, room) = place(&path, "www/src");
        let Some(own) = floor(&room) else {
            wrong.push(format!(
                "{name}: the room {room} is not in the list of this test"
            ));
            continue;
        };
        let source = fs::read_to_string(&path).expect("it is text");
        // A file of a room reaches another by climbing to `src` first: one step a folder.
        let climb = "../".repeat(name.matches('/').count());
        for (at, _) in source.match_indices("from '") {
            let target = source[at + 6..].split('\'').next().unwrap_or_default();
            let climb = if climb.is_empty() { "./" } else { &climb };
            let Some(target) = target
                .strip_prefix(climb)
                .filter(|target| !target.starts_with("../"))
            else {
                continue;
            };
            let other = target.split(['/', '.']).next().unwrap_or_default();
            if floor(other).is_some_and(|other| other < own) {
                wrong.push(format!(
                    "{name} imports from {other}, which is above {room}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn imports_are_found_in_groups_too() {
    let source =
        "use crate::{resp::{Args, ReplyError}, types};\nlet x = crate::memory::allocated();";
    assert_eq!(imports(source), ["resp", "types", "memory"]);
}
