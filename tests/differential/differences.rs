//! DIFFERENCES.md: where the engine answers as Redis 7.2 and the oracle does not.

use std::cell::RefCell;

/// The rows of the table, and how often each was met.
pub struct Differences {
    rows: Vec<Row>,
    met: RefCell<Vec<usize>>,
}

struct Row {
    command: String,
    ours: String,
    real: String,
}

impl Differences {
    /// Reads the table beside this file.
    ///
    /// # Panics
    /// When a row does not have its four cells.
    pub fn load() -> Differences {
        let rows: Vec<Row> = include_str!("DIFFERENCES.md")
            .lines()
            .filter(|line| line.starts_with("| `"))
            .map(|line| {
                let cells: Vec<&str> = line
                    .trim_matches('|')
                    .split(" | ")
                    .map(|cell| cell.trim().trim_matches('`'))
                    .collect();
                let [command, ours, real, why] = cells[..] else {
                    panic!("not four cells: {line}")
                };
                assert!(!why.is_empty(), "no reason given: {line}");
                Row {
                    command: command.into(),
                    ours: ours.into(),
                    real: real.into(),
                }
            })
            .collect();
        let met = RefCell::new(vec![0; rows.len()]);
        Differences { rows, met }
    }

    /// Whether a row allows these two replies to this command.
    pub fn allow(&self, command: &str, ours: &str, real: &str) -> bool {
        let fits = |row: &Row| {
            matches(&row.command, command) && matches(&row.ours, ours) && matches(&row.real, real)
        };
        let Some(index) = self.rows.iter().position(fits) else {
            return false;
        };
        self.met.borrow_mut()[index] += 1;
        true
    }

    /// The rows that were met: how often, and the command.
    pub fn used(&self) -> Vec<String> {
        let met = self.met.borrow();
        let rows = self
            .rows
            .iter()
            .zip(met.iter())
            .filter(|(_, met)| **met > 0);
        rows.map(|(row, met)| {
            format!(
                "{met} times: {}: {} for {}",
                row.command, row.ours, row.real
            )
        })
        .collect()
    }
}

/// `*` stands for anything; case does not matter.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_ascii_uppercase(), text.to_ascii_uppercase());
    let Some((first, others)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = others.split('*').collect();
    let (last, middle) = parts.split_last().expect("split gives at least one part");
    for part in middle {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}
