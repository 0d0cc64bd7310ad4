//! When two replies to the same command count as equal.

use std::collections::VecDeque;
use std::fmt;

use crate::differences::Differences;
use crate::payload;
use crate::reply::Reply;

/// The first place where the two sides part.
pub struct Disagreement {
    command: Vec<Vec<u8>>,
    ours: Reply,
    real: Reply,
}

impl Disagreement {
    pub fn new(command: &[Vec<u8>], ours: Reply, real: Reply) -> Disagreement {
        Disagreement {
            command: command.to_vec(),
            ours,
            real,
        }
    }

    /// What tells one defect from another, roughly: the command and the kinds of the replies.
    pub fn kind(&self) -> String {
        let mark = |reply: &Reply| {
            let text = reply.to_string();
            let end = if text.starts_with('-') { 24 } else { 1 };
            text.chars().take(end).collect::<String>()
        };
        format!(
            "{} {} {}",
            name(&self.command),
            mark(&self.ours),
            mark(&self.real)
        )
    }
}

impl fmt::Display for Disagreement {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<String> = self
            .command
            .iter()
            .map(|arg| arg.escape_ascii().to_string())
            .collect();
        writeln!(out, "at   {}", words.join(" "))?;
        let clip = |reply: &Reply| reply.to_string().chars().take(1_000).collect::<String>();
        writeln!(out, "ours {}", clip(&self.ours))?;
        writeln!(out, "real {}", clip(&self.real))
    }
}

/// A command's name in capitals, with the subcommand where the name alone decides nothing.
fn name(command: &[Vec<u8>]) -> String {
    let upper = |at: usize| {
        command
            .get(at)
            .map(|arg| String::from_utf8_lossy(arg).to_ascii_uppercase())
            .unwrap_or_default()
    };
    match upper(0).as_str() {
        name @ ("OBJECT" | "DEBUG" | "CLIENT" | "CONFIG" | "COMMAND" | "MEMORY" | "LATENCY"
        | "SLOWLOG" | "FUNCTION") => format!("{name} {}", upper(1)).trim_end().to_owned(),
        name => name.to_owned(),
    }
}

/// Compares a pipeline's replies one by one.
pub fn replies(
    pipeline: &[&Vec<Vec<u8>>],
    ours: &[Reply],
    real: &[Reply],
    differences: &Differences,
) -> Option<Disagreement> {
    let mut queued: VecDeque<&Vec<Vec<u8>>> = VecDeque::new();
    let mut before: Option<(&Vec<Vec<u8>>, &Reply)> = None;
    let missing = Reply::Error(b"(no reply)".to_vec());
    for (index, command) in answered(pipeline).into_iter().enumerate() {
        let (mine, theirs) = (
            ours.get(index).unwrap_or(&missing),
            real.get(index).unwrap_or(&missing),
        );
        let same = match (name(command).as_str(), mine, theirs) {
            ("EXEC", Reply::Array(mine), Reply::Array(theirs))
                if mine.len() == theirs.len() && mine.len() == queued.len() =>
            {
                let pairs = mine.iter().zip(theirs);
                let mut parts = queued.iter().zip(pairs);
                if let Some((command, (mine, theirs))) = parts.find(|(command, (mine, theirs))| {
                    !agree(command, mine, theirs, None, differences)
                }) {
                    return Some(Disagreement::new(command, mine.clone(), theirs.clone()));
                }
                true
            }
            _ => agree(command, mine, theirs, before, differences),
        };
        if !same {
            return Some(Disagreement::new(command, mine.clone(), theirs.clone()));
        }
        if *mine == Reply::Simple(b"QUEUED".to_vec()) {
            queued.push_back(command);
        } else {
            queued.clear();
        }
        before = Some((command, mine));
    }
    if ours.len() == real.len() {
        return None;
    }
    let count =
        |replies: &[Reply]| Reply::Integer(i64::try_from(replies.len()).unwrap_or(i64::MAX));
    Some(Disagreement::new(
        &[b"(number of replies)".to_vec()],
        count(ours),
        count(real),
    ))
}

/// The commands of a pipeline that are answered at all, CLIENT REPLY considered.
fn answered<'a>(pipeline: &[&'a Vec<Vec<u8>>]) -> Vec<&'a Vec<Vec<u8>>> {
    let (mut off, mut skip) = (false, false);
    let mut answered = Vec::new();
    for command in pipeline {
        let silent = off || std::mem::take(&mut skip);
        if name(command) == "CLIENT REPLY" && command.len() == 3 {
            match command[2].to_ascii_uppercase().as_slice() {
                b"ON" => {
                    off = false;
                    answered.push(*command);
                    continue;
                }
                b"OFF" => off = true,
                b"SKIP" => skip = !off,
                _ if !silent => answered.push(*command),
                _ => {}
            }
            continue;
        }
        if !silent {
            answered.push(*command);
        }
    }
    answered
}

/// How the replies of a command are compared.
enum Rule {
    Exact,
    /// Elements in any order.
    AnyOrder,
    /// Pairs of elements in any order.
    PairsInAnyOrder,
    /// A cursor and elements; compared when both went through everything in one call.
    Scan,
    /// Scores by value, not by how they are printed.
    Scores,
    /// Scores that were computed from sines: the last digit may differ.
    Distances,
    /// Random elements: as many, all different unless the count is negative, all from the collection.
    Drawn,
    /// Numbers that the clock may have moved by this much meanwhile.
    Near(i64),
    /// Times that a stream's groups tell, or how long ago they were.
    GroupTimes,
    /// Payloads that restore to the same value.
    Payload,
    /// Payloads that hold the same libraries.
    Libraries,
    /// Elements in any order, and theirs too.
    AnyOrderWithin,
    /// The same type of reply, and the same error.
    Shape,
}

fn rule(command: &[Vec<u8>], real: &Reply) -> Rule {
    let has = |word: &[u8]| command.iter().any(|arg| arg.eq_ignore_ascii_case(word));
    match name(command).as_str() {
        "SMEMBERS" | "SINTER" | "SUNION" | "SDIFF" | "KEYS" | "HKEYS" | "HVALS" | "CONFIG GET" => {
            Rule::AnyOrder
        }
        "HGETALL" => Rule::PairsInAnyOrder,
        "SCAN" | "SSCAN" | "HSCAN" | "ZSCAN" => Rule::Scan,
        "SPOP" | "SRANDMEMBER" | "HRANDFIELD" | "ZRANDMEMBER" | "RANDOMKEY" => Rule::Drawn,
        "ZRANGE" if has(b"distances") => Rule::Distances,
        "ZADD" | "ZINCRBY" | "ZSCORE" | "ZMSCORE" | "ZRANGE" | "ZREVRANGE" | "ZRANGEBYSCORE"
        | "ZREVRANGEBYSCORE" | "ZPOPMIN" | "ZPOPMAX" | "ZMPOP" | "ZUNION" | "ZINTER" | "ZDIFF"
        | "ZRANK" | "ZREVRANK" => Rule::Scores,
        // A set sorted by nothing comes in the order of its table; ties of a text weight in any, and a
        // text ends at a zero byte for the real server's comparison.
        "SORT" | "SORT_RO" if has(b"BY") || has(b"ALPHA") && has_zero(real) => Rule::AnyOrder,
        "DUMP" => Rule::Payload,
        "XPENDING" | "XINFO" if !has(b"HELP") => Rule::GroupTimes,
        "FUNCTION DUMP" => Rule::Libraries,
        "FUNCTION LIST" => Rule::AnyOrderWithin,
        "TTL" | "EXPIRETIME" | "OBJECT IDLETIME" => Rule::Near(2),
        "PTTL" | "PEXPIRETIME" => Rule::Near(2_000),
        _ if command
            .get(1)
            .is_some_and(|arg| arg.eq_ignore_ascii_case(b"HELP")) =>
        {
            Rule::Shape
        }
        "TIME"
        | "INFO"
        | "HELLO"
        | "LASTSAVE"
        | "LATENCY HISTOGRAM"
        | "SLOWLOG GET"
        | "SLOWLOG LEN"
        | "MEMORY USAGE"
        | "MEMORY STATS"
        | "MEMORY DOCTOR"
        | "MEMORY MALLOC-STATS"
        | "LOLWUT"
        | "OBJECT FREQ"
        | "DEBUG OBJECT"
        | "CLIENT ID"
        | "CLIENT INFO"
        | "CLIENT LIST"
        | "COMMAND COUNT"
        | "COMMAND LIST"
        | "COMMAND DOCS"
        | "COMMAND INFO"
        | "COMMAND" => Rule::Shape,
        _ => Rule::Exact,
    }
}

fn agree(
    command: &[Vec<u8>],
    ours: &Reply,
    real: &Reply,
    before: Option<(&Vec<Vec<u8>>, &Reply)>,
    differences: &Differences,
) -> bool {
    if ours == real {
        return true;
    }
    let same = match rule(command, real) {
        Rule::Exact => false,
        Rule::AnyOrder => same_in_any_order(ours, real, 1),
        Rule::PairsInAnyOrder => same_in_any_order(ours, real, 2),
        Rule::Scan => same_scan(command, ours, real),
        Rule::Scores => same_scores(ours, real),
        Rule::Distances => same_distances(ours, real),
        Rule::Drawn => same_draw(command, ours, real, before),
        Rule::Near(slack) => match (ours, real) {
            (Reply::Integer(ours), Reply::Integer(real)) => {
                *ours >= 0 && *real >= 0 && ours.abs_diff(*real) <= slack.unsigned_abs()
            }
            _ => false,
        },
        Rule::GroupTimes => same_but_times(ours, real),
        Rule::Payload => payload::same(ours, real),
        Rule::Libraries => payload::same_libraries(ours, real),
        Rule::AnyOrderWithin => ordered(ours) == ordered(real),
        Rule::Shape => same_shape(ours, real),
    };
    same || differences.allow(&words(command), &ours.to_string(), &real.to_string())
}

fn has_zero(reply: &Reply) -> bool {
    let zero = |item: &Reply| item.text().is_some_and(|text| text.contains(&0));
    reply.items().is_some_and(|items| items.iter().any(zero))
}

fn words(command: &[Vec<u8>]) -> String {
    let words: Vec<String> = command
        .iter()
        .map(|arg| arg.escape_ascii().to_string())
        .collect();
    words.join(" ")
}

fn same_shape(ours: &Reply, real: &Reply) -> bool {
    let error = matches!(ours, Reply::Error(_));
    !error && std::mem::discriminant(ours) == std::mem::discriminant(real)
}

fn same_in_any_order(ours: &Reply, real: &Reply, step: usize) -> bool {
    let (Some(mine), Some(theirs)) = (ours.items(), real.items()) else {
        return false;
    };
    same_shape(ours, real) && sorted(mine, step) == sorted(theirs, step)
}

/// Runs of `step` elements, sorted, doubles in one form.
fn sorted(items: &[Reply], step: usize) -> Vec<Vec<Reply>> {
    let mut runs: Vec<Vec<Reply>> = items
        .chunks(step)
        .map(|run| run.iter().map(plain_double).collect())
        .collect();
    runs.sort_unstable();
    runs
}

/// The same reply with all elements sorted.
fn ordered(reply: &Reply) -> Reply {
    let sorted = |items: &[Reply]| {
        let mut items: Vec<Reply> = items.iter().map(ordered).collect();
        items.sort_unstable();
        items
    };
    match (reply, reply.items()) {
        (Reply::Array(_), Some(items)) => Reply::Array(sorted(items)),
        (Reply::Map(_), Some(items)) => Reply::Map(sorted(items)),
        (Reply::Set(_), Some(items)) => Reply::Set(sorted(items)),
        _ => reply.clone(),
    }
}

/// A double as its bits, so that two ways of printing it are equal; anything else as it is.
fn plain_double(reply: &Reply) -> Reply {
    let Some(text) = reply.text().and_then(|text| std::str::from_utf8(text).ok()) else {
        return reply.clone();
    };
    match (reply, text.parse::<f64>()) {
        // The longest double that 7.0 prints has 24 characters.
        (Reply::Bulk(_) | Reply::Double(_), Ok(value)) if text.len() <= 24 => {
            let canonical = format!("{value:e}").into_bytes();
            if matches!(reply, Reply::Bulk(_)) {
                Reply::Bulk(canonical)
            } else {
                Reply::Double(canonical)
            }
        }
        _ => reply.clone(),
    }
}

fn same_scores(ours: &Reply, real: &Reply) -> bool {
    match (ours.items(), real.items()) {
        (Some(mine), Some(theirs)) => {
            same_shape(ours, real)
                && mine.len() == theirs.len()
                && mine
                    .iter()
                    .zip(theirs)
                    .all(|(mine, theirs)| same_scores(mine, theirs))
        }
        (None, None) => ours == real || plain_double(ours) == plain_double(real),
        _ => false,
    }
}

/// How far the clocks of two servers may be apart, in milliseconds.
const CLOCKS: u64 = 60_000;

/// Compares what is told of streams: times may differ a little, and 7.2 tells of consumers' activity.
fn same_but_times(ours: &Reply, real: &Reply) -> bool {
    let (Some(mine), Some(theirs)) = (ours.items(), real.items()) else {
        return ours == real;
    };
    let is =
        |reply: &Reply, names: &[&[u8]]| reply.text().is_some_and(|text| names.contains(&text));
    let mut mine = mine.to_vec();
    while let Some(at) = mine
        .iter()
        .position(|item| is(item, &[b"inactive", b"active-time"]))
    {
        mine.drain(at..(at + 2).min(mine.len()));
    }
    if mine.len() != theirs.len() || !same_shape(ours, real) {
        return false;
    }
    // Entries that are pending: identity, owner, time, count; or without the owner.
    let number = |at: usize| matches!(mine.get(at), Some(Reply::Integer(_)));
    let time_at = match mine.len() {
        4 if number(2) && number(3) => Some(2),
        3 if number(1) && number(2) => Some(1),
        _ => None,
    };
    (0..mine.len()).all(|at| {
        let named = at > 0 && is(&mine[at - 1], &[b"idle", b"seen-time"]);
        match (&mine[at], &theirs[at]) {
            (Reply::Integer(mine), Reply::Integer(theirs)) if named || time_at == Some(at) => {
                mine.abs_diff(*theirs) < CLOCKS
            }
            (mine, theirs) => same_but_times(mine, theirs),
        }
    })
}

fn same_distances(ours: &Reply, real: &Reply) -> bool {
    if ours == real {
        return true;
    }
    let number = |reply: &Reply| std::str::from_utf8(reply.text()?).ok()?.parse::<f64>().ok();
    match (ours.items(), real.items(), number(ours), number(real)) {
        (Some(mine), Some(theirs), ..) => {
            let mut pairs = mine.iter().zip(theirs);
            mine.len() == theirs.len() && pairs.all(|(mine, theirs)| same_distances(mine, theirs))
        }
        (_, _, Some(mine), Some(theirs)) => (mine - theirs).abs() <= mine.abs() * 1e-15,
        _ => false,
    }
}

fn same_scan(command: &[Vec<u8>], ours: &Reply, real: &Reply) -> bool {
    let (Some([my_cursor, mine]), Some([their_cursor, theirs])) = (ours.items(), real.items())
    else {
        return false;
    };
    let name = name(command);
    let cursor = if name == "SCAN" {
        &command[1]
    } else {
        &command[2]
    };
    let done = Reply::Bulk(b"0".to_vec());
    // Two tables visit their buckets in different orders; only whole passes have the same elements.
    if cursor != b"0" || *my_cursor != done || *their_cursor != done {
        return same_shape(mine, theirs);
    }
    same_in_any_order(
        mine,
        theirs,
        if matches!(name.as_str(), "HSCAN" | "ZSCAN") {
            2
        } else {
            1
        },
    )
}

/// `before` is the command just before, which a generator may have made list the whole collection.
fn same_draw(
    command: &[Vec<u8>],
    ours: &Reply,
    real: &Reply,
    before: Option<(&Vec<Vec<u8>>, &Reply)>,
) -> bool {
    if !same_shape(ours, real) {
        return false;
    }
    let whole = before.and_then(|(listing, reply)| {
        let same_key = listing.get(1).is_some() && listing.get(1) == command.get(1);
        (same_key && matches!(name(listing).as_str(), "SMEMBERS" | "HGETALL" | "ZRANGE"))
            .then_some(reply.items())
            .flatten()
    });
    let within = |item: &Reply| {
        whole.is_none_or(|whole| {
            whole
                .iter()
                .map(plain_double)
                .any(|one| one == plain_double(item))
        })
    };
    let (Some(mine), Some(theirs)) = (ours.items(), real.items()) else {
        return within(ours);
    };
    if mine.len() != theirs.len() {
        return false;
    }
    let with = command.len() > 3;
    let negative = command.get(2).is_some_and(|count| count.starts_with(b"-"));
    let drawn: Vec<&Reply> = match mine.first() {
        Some(Reply::Array(_)) => mine
            .iter()
            .filter_map(|pair| pair.items()?.first())
            .collect(),
        _ if with => mine.iter().step_by(2).collect(),
        _ => mine.iter().collect(),
    };
    let mut unique = drawn.clone();
    unique.sort_unstable();
    unique.dedup();
    (negative || unique.len() == drawn.len()) && drawn.into_iter().all(within)
}
