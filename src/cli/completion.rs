//! What Tab offers: names of commands and subcommands, and topics of help.

use super::names;
use crate::commands::Summary;

/// One offer.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// What takes the place of the words from [`Completions::start`] to the end.
    pub text: String,
    /// A command's sentence; a group of commands has none.
    pub summary: Option<Summary>,
}

/// What may be put at the end of a line.
#[derive(Clone, Debug, Default)]
pub struct Completions {
    /// Where, as a byte offset.
    pub start: usize,
    /// Sorted by name.
    pub candidates: Vec<Candidate>,
}

/// The completions of `line`, whose end is where the cursor stands.
pub fn complete(line: &str) -> Completions {
    let mut start = line.len() - line.trim_start().len();
    let mut topics = false;
    if let Some((first, rest)) = line[start..].split_once(char::is_whitespace) {
        let is_help = first.eq_ignore_ascii_case("help") || first == "?";
        let is_repeat = !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_digit());
        if is_help || is_repeat {
            start = line.len() - rest.trim_start().len();
            topics = is_help;
        }
    }
    let typed = &line[start..];
    if typed.is_empty() && !topics {
        return Completions::default();
    }
    let begins = |name: &str| {
        name.get(..typed.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(typed))
    };
    let commands = names::sorted();
    let mut candidates = Vec::new();
    if topics {
        let mut groups: Vec<&str> = Vec::new();
        for entry in commands.values() {
            let group = entry.command.group.name();
            if let Err(at) = groups.binary_search(&group) {
                groups.insert(at, group);
            }
        }
        // An @ sorts before every letter.
        let groups = groups.into_iter().map(|group| Candidate {
            text: format!("@{group}"),
            summary: None,
        });
        candidates.extend(groups.filter(|candidate| begins(&candidate.text)));
    }
    for (text, entry) in commands {
        if begins(&text) {
            let summary = Some(entry.command.summary);
            candidates.push(Candidate { text, summary });
        }
    }
    Completions { start, candidates }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offers(line: &str) -> Vec<String> {
        let candidates = complete(line).candidates;
        candidates.into_iter().map(|one| one.text).collect()
    }

    #[test]
    fn names_are_offered_in_capitals_whatever_was_typed() {
        assert_eq!(offers("ech"), ["ECHO"]);
        assert!(offers("client set").contains(&"CLIENT SETNAME".to_string()));
        assert_eq!(offers("nonsense"), Vec::<String>::new());
        assert_eq!(offers(""), Vec::<String>::new());
        assert_eq!(offers("é"), Vec::<String>::new());
    }

    #[test]
    fn help_offers_groups_too_and_a_repeat_count_is_left_alone() {
        assert!(offers("help @").contains(&"@connection".to_string()));
        assert!(offers("help ").len() > 20);
        assert_eq!(complete("help ech").start, 5);
        assert_eq!(complete("10 ech").start, 3);
        assert_eq!(offers("10 ech"), ["ECHO"]);
    }
}
