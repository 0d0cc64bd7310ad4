//! The greyed hint behind a line being typed: what the command still takes.

use crate::commands::{Argument, ArgumentKind, Entry, syntax, table};
use crate::resp::split::split_args;

/// What to show behind `line`, its space included; empty for nothing.
pub fn hint(line: &[u8]) -> String {
    let Ok(words) = split_args(line) else {
        return String::new();
    };
    let words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
    let ended = line.last().is_none_or(u8::is_ascii_whitespace);
    let words = super::without_repeat(&words);
    let Some((entry, names)) = find(words) else {
        return String::new();
    };
    // A word being typed may still become another one, so that it counts only when it fits.
    let typed = &words[names..];
    let rest = remaining(entry.command.arguments, typed).or_else(|| match typed {
        [finished @ .., _] if !ended => remaining(entry.command.arguments, finished),
        _ => None,
    });
    match rest {
        Some(rest) if !rest.is_empty() && !ended => format!(" {rest}"),
        Some(rest) => rest,
        None => String::new(),
    }
}

/// The command that the words begin with, and how many words its name takes.
fn find<'t>(words: &[&[u8]]) -> Option<(&'t Entry, usize)> {
    let entry = table().find(words.first()?)?;
    let subcommand = words
        .get(1)
        .and_then(|word| table().find_subcommand(entry, word));
    match subcommand {
        Some(subcommand) => Some((subcommand, 2)),
        None => Some((entry, 1)),
    }
}

/// What may follow `words`; none when they do not fit.
fn remaining(arguments: &[Argument], words: &[&[u8]]) -> Option<String> {
    let found = sequence(arguments, words);
    (found.used == words.len()).then(|| found.rest.join(" "))
}

/// How far words were matched, and what may follow.
#[derive(Default)]
struct Match {
    used: usize,
    rest: Vec<String>,
    /// A word stood where something else must stand.
    failed: bool,
}

fn sequence(arguments: &[Argument], words: &[&[u8]]) -> Match {
    let mut found = Match::default();
    let mut at = 0;
    // How many keys `numkeys` has announced.
    let mut announced = None;
    while let Some(argument) = arguments.get(at) {
        let left = &words[found.used..];
        if argument.is_optional {
            let run = arguments[at..]
                .iter()
                .take_while(|next| next.is_optional)
                .count();
            let end = at + run;
            let taken = options(&arguments[at..end], left, &arguments[end..]);
            found.used += taken.used;
            found.rest.extend(taken.rest);
            at = end;
            continue;
        }
        if left.is_empty() {
            found.rest.push(syntax::argument(argument));
        } else {
            let taken = one(argument, left, &arguments[at + 1..], announced);
            if taken.used == 0 {
                found.failed = true;
                return found;
            }
            found.used += taken.used;
            found.rest.extend(taken.rest);
            announced = (argument.name == "numkeys")
                .then(|| std::str::from_utf8(left[0]).ok()?.parse().ok())
                .flatten();
        }
        at += 1;
    }
    found
}

/// Options that stand side by side, in any order.
fn options(arguments: &[Argument], words: &[&[u8]], after: &[Argument]) -> Match {
    let mut found = Match::default();
    let mut matched = vec![false; arguments.len()];
    loop {
        let left = &words[found.used..];
        let next = (0..arguments.len())
            .filter(|&at| !matched[at])
            .find_map(|at| {
                let taken = match left.first() {
                    // An option without a token takes any word, but not one that begins what follows.
                    Some(word) if begins_any(after, word) => Match::default(),
                    Some(_) => one(&arguments[at], left, after, None),
                    None => Match::default(),
                };
                (taken.used > 0).then_some((at, taken))
            });
        let Some((at, taken)) = next else { break };
        matched[at] = true;
        found.used += taken.used;
        found.rest.extend(taken.rest);
    }
    for (argument, matched) in arguments.iter().zip(matched) {
        if !matched {
            found.rest.push(syntax::argument(argument));
        }
    }
    found
}

/// An argument with its repetitions, at most `limit` times.
fn one(argument: &Argument, words: &[&[u8]], after: &[Argument], limit: Option<usize>) -> Match {
    let mut found = once(argument, words, true);
    if !argument.is_multiple || found.used == 0 {
        return found;
    }
    let mut times = 1;
    while found.used < words.len() && limit.is_none_or(|limit| times < limit) {
        let left = &words[found.used..];
        if begins_any(after, left[0]) {
            break;
        }
        let again = once(argument, left, argument.repeats_token);
        if again.used == 0 {
            break;
        }
        found.used += again.used;
        found.rest = again.rest;
        times += 1;
    }
    if limit.is_none_or(|limit| times < limit) {
        found.rest.push(syntax::repetition(argument));
    }
    found
}

fn once(argument: &Argument, words: &[&[u8]], with_token: bool) -> Match {
    let mut found = Match::default();
    if let (Some(token), true) = (argument.token, with_token) {
        if !words[0].eq_ignore_ascii_case(token.as_bytes()) {
            return found;
        }
        found.used = 1;
        if argument.kind == ArgumentKind::PureToken {
            return found;
        }
        if words.len() == 1 {
            found.rest.push(syntax::value(argument));
            return found;
        }
    }
    let left = &words[found.used..];
    let inner = match argument.kind {
        ArgumentKind::PureToken => Match::default(),
        ArgumentKind::OneOf => {
            let choices = argument
                .children
                .iter()
                .map(|child| one(child, left, &[], None));
            choices
                .into_iter()
                .find(|choice| choice.used > 0)
                .unwrap_or_default()
        }
        ArgumentKind::Block => match sequence(argument.children, left) {
            inner if inner.failed => Match::default(),
            inner => inner,
        },
        kind => Match {
            used: usize::from(is_of_kind(left[0], kind)),
            ..Match::default()
        },
    };
    if inner.used == 0 {
        return Match::default();
    }
    found.used += inner.used;
    found.rest = inner.rest;
    found
}

fn is_of_kind(word: &[u8], kind: ArgumentKind) -> bool {
    let text = std::str::from_utf8(word).unwrap_or("");
    match kind {
        ArgumentKind::Integer | ArgumentKind::UnixTime => text.parse::<i64>().is_ok(),
        ArgumentKind::Double => text.parse::<f64>().is_ok(),
        _ => true,
    }
}

/// Whether a word is the token that one of the arguments begins with.
fn begins_any(arguments: &[Argument], word: &[u8]) -> bool {
    arguments
        .iter()
        .any(|argument| match (argument.token, argument.kind) {
            (Some(token), _) => word.eq_ignore_ascii_case(token.as_bytes()),
            (None, ArgumentKind::OneOf) => begins_any(argument.children, word),
            (None, ArgumentKind::Block) => {
                begins_any(&argument.children[..1.min(argument.children.len())], word)
            }
            (None, _) => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::ArgumentKind::{
        Block, Double, Integer, Key, OneOf, PureToken, String as Text,
    };

    const fn list(kind: ArgumentKind, children: &'static [Argument]) -> Argument {
        let mut argument = Argument::new("", kind);
        argument.children = children;
        argument
    }

    const fn word(token: &'static str) -> Argument {
        Argument::new("", PureToken).token(token)
    }

    const KEY: Argument = Argument::new("key", Key);
    const SET: &[Argument] = &[
        KEY,
        Argument::new("value", Text),
        list(OneOf, &[word("NX"), word("XX")]).optional(),
        word("GET").optional(),
        list(
            OneOf,
            &[
                Argument::new("seconds", Integer).token("EX"),
                Argument::new("milliseconds", Integer).token("PX"),
                word("KEEPTTL"),
            ],
        )
        .optional(),
    ];
    const ZADD: &[Argument] = &[
        KEY,
        list(OneOf, &[word("NX"), word("XX")]).optional(),
        word("INCR").optional(),
        list(
            Block,
            &[
                Argument::new("score", Double),
                Argument::new("member", Text),
            ],
        )
        .multiple(),
    ];
    const ZUNION: &[Argument] = &[
        Argument::new("numkeys", Integer),
        KEY.multiple(),
        Argument::new("weight", Integer)
            .token("WEIGHTS")
            .optional()
            .multiple(),
        list(OneOf, &[word("SUM"), word("MIN")])
            .token("AGGREGATE")
            .optional(),
        word("WITHSCORES").optional(),
    ];
    const BITFIELD_RO: &[Argument] = &[
        KEY,
        list(
            Block,
            &[
                Argument::new("encoding", Text),
                Argument::new("offset", Integer),
            ],
        )
        .token("GET")
        .optional()
        .multiple_token(),
    ];
    const SORT: &[Argument] = &[
        KEY,
        Argument::new("pattern", Text)
            .token("GET")
            .optional()
            .multiple_token(),
        word("ALPHA").optional(),
    ];

    fn rest(arguments: &[Argument], words: &str) -> Option<String> {
        let words: Vec<&[u8]> = words.split_whitespace().map(str::as_bytes).collect();
        remaining(arguments, &words)
    }

    #[test]
    fn what_has_been_typed_is_left_out() {
        let cases: &[(&[Argument], &str, &str)] = &[
            (
                SET,
                "",
                "key value [NX | XX] [GET] [EX seconds | PX milliseconds | KEEPTTL]",
            ),
            (
                SET,
                "k v",
                "[NX | XX] [GET] [EX seconds | PX milliseconds | KEEPTTL]",
            ),
            (SET, "k v ex", "seconds [NX | XX] [GET]"),
            (SET, "k v EX 8", "[NX | XX] [GET]"),
            (SET, "k v get keepttl nx", ""),
            (
                ZADD,
                "k",
                "[NX | XX] [INCR] <score member> [score member ...]",
            ),
            (ZADD, "k xx 1", "[INCR] member [score member ...]"),
            (
                ZADD,
                "k 1 a 2",
                "[NX | XX] [INCR] member [score member ...]",
            ),
            (
                ZUNION,
                "2 a",
                "[key ...] [WEIGHTS weight [weight ...]] [AGGREGATE <SUM | MIN>] [WITHSCORES]",
            ),
            (
                ZUNION,
                "2 a b",
                "[WEIGHTS weight [weight ...]] [AGGREGATE <SUM | MIN>] [WITHSCORES]",
            ),
            (
                ZUNION,
                "2 a b weights 1",
                "[weight ...] [AGGREGATE <SUM | MIN>] [WITHSCORES]",
            ),
            (
                ZUNION,
                "2 a b aggregate",
                "<SUM | MIN> [WEIGHTS weight [weight ...]] [WITHSCORES]",
            ),
            (
                ZUNION,
                "2 a b weights 1 2 aggregate min",
                "[weight ...] [WITHSCORES]",
            ),
            (
                BITFIELD_RO,
                "k",
                "[GET encoding offset [GET encoding offset ...]]",
            ),
            (
                BITFIELD_RO,
                "k get",
                "encoding offset [GET encoding offset ...]",
            ),
            (BITFIELD_RO, "k get u8", "offset [GET encoding offset ...]"),
            (
                BITFIELD_RO,
                "k get u8 0 get",
                "encoding offset [GET encoding offset ...]",
            ),
            (SORT, "k get a get", "pattern [GET pattern ...] [ALPHA]"),
            (SORT, "k alpha get a", "[GET pattern ...]"),
        ];
        for (arguments, words, expected) in cases {
            let expected = expected.replace("<score member>", "score member");
            assert_eq!(rest(arguments, words), Some(expected), "{words}");
        }
    }

    #[test]
    fn what_does_not_fit_gives_no_hint() {
        assert_eq!(rest(SET, "k v nonsense"), None);
        assert_eq!(rest(SET, "k v ex soon"), None);
        assert_eq!(rest(&[], "too many"), None);
        assert_eq!(hint(b"nonsense "), "");
        assert_eq!(hint(b"get \"open"), "");
    }

    #[test]
    fn a_space_stands_between_line_and_hint() {
        assert_eq!(hint(b"ECHO"), " message");
        assert_eq!(hint(b"5 echo "), "message");
        assert_eq!(hint(b"echo hi"), "");
        assert_eq!(hint(b"CLIENT SETNAM"), "");
        assert_eq!(hint(b"client setname"), " connection-name");
    }
}
