//! LCS: the longest common subsequence of two strings.

use crate::commands::arguments::{integer, is_word};
use crate::commands::context::{CommandResult, Context};
use crate::keyspace::{Database, StringRef, ValueRef};
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError, ReplyWriter};

#[derive(Default)]
struct Options {
    only_length: bool,
    indexes: bool,
    with_match_length: bool,
    min_match_length: i64,
}

impl Options {
    fn parse(args: Args) -> Result<Self, ReplyError> {
        let mut options = Options::default();
        let mut at = 0;
        while let Some(word) = args.get(at) {
            at += 1;
            let is = |name: &str| is_word(word, name);
            if is("idx") {
                options.indexes = true;
            } else if is("len") {
                options.only_length = true;
            } else if is("withmatchlen") {
                options.with_match_length = true;
            } else if is("minmatchlen") {
                let number = args.get(at).ok_or(SYNTAX)?;
                options.min_match_length = integer(number)?;
                at += 1;
            } else {
                return Err(SYNTAX);
            }
        }
        if options.indexes && options.only_length {
            return Err("ERR If you want both the length and indexes, please just use IDX.".into());
        }
        Ok(options)
    }
}

/// LCS key1 key2 [LEN] [IDX] [MINMATCHLEN min-match-len] [WITHMATCHLEN]
pub fn lcs(ctx: &mut Context, args: Args) -> CommandResult {
    let db = &mut ctx.keyspace[ctx.client.db];
    let first = string(db, args.at(1));
    let second = string(db, args.at(2));
    let (Ok(first), Ok(second)) = (first, second) else {
        return Err("ERR The specified keys must contain string values".into());
    };
    let options = Options::parse(args.tail(3))?;
    let limit = ctx.instance.config.proto_max_bulk_len as u64;
    let table = Table::new(&first, &second, limit)?;
    if options.indexes {
        reply_matches(ctx.reply, &table, &options);
    } else if options.only_length {
        ctx.reply.integer(i64::from(table.length()));
    } else {
        ctx.reply.bulk(&table.subsequence());
    }
    Ok(())
}

fn string(db: &mut Database, key: &[u8]) -> Result<Vec<u8>, ()> {
    match db.read(key) {
        None => Ok(Vec::new()),
        Some(ValueRef::String(string)) => Ok(StringRef::to_vec(string)),
        Some(_) => Err(()),
    }
}

fn reply_matches(reply: &mut ReplyWriter, table: &Table, options: &Options) {
    reply.map(2);
    reply.bulk_str("matches");
    let matches = reply.deferred();
    let mut count = 0;
    for found in table.matches() {
        if i64::from(found.length) < options.min_match_length {
            continue;
        }
        count += 1;
        reply.array(2 + usize::from(options.with_match_length));
        for start in [found.first, found.second] {
            reply.array(2);
            reply.integer(i64::from(start));
            reply.integer(i64::from(start) + i64::from(found.length) - 1);
        }
        if options.with_match_length {
            reply.integer(i64::from(found.length));
        }
    }
    reply.finish_array(matches, count);
    reply.bulk_str("len");
    reply.integer(i64::from(table.length()));
}

/// A run of bytes that both strings have, by where it starts in each.
struct Match {
    first: u32,
    second: u32,
    length: u32,
}

/// The textbook table: in row i, column j the length of the longest common subsequence of the
/// first i and the first j bytes. It takes four bytes for each pair of bytes, which is why it is
/// bounded as Redis bounds it.
struct Table<'a> {
    first: &'a [u8],
    second: &'a [u8],
    lengths: Vec<u32>,
}

impl<'a> Table<'a> {
    fn new(first: &'a [u8], second: &'a [u8], limit: u64) -> Result<Self, ReplyError> {
        const LONGEST: u64 = u32::MAX as u64 - 1;
        if first.len() as u64 >= LONGEST || second.len() as u64 >= LONGEST {
            return Err("ERR String too long for LCS".into());
        }
        let cells = (first.len() as u64 + 1).saturating_mul(second.len() as u64 + 1);
        if cells.saturating_mul(size_of::<u32>() as u64) > limit {
            return Err(ReplyError::new(
                "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len",
            ));
        }
        let mut lengths: Vec<u32> = Vec::new();
        if lengths.try_reserve_exact(cells as usize).is_err() {
            return Err(ReplyError::new(
                "ERR Insufficient memory, failed allocating transient memory for LCS",
            ));
        }
        lengths.resize(cells as usize, 0);
        let width = second.len() + 1;
        for (row, byte) in first.iter().enumerate() {
            let (above, current) = lengths[row * width..(row + 2) * width].split_at_mut(width);
            for (column, other) in second.iter().enumerate() {
                current[column + 1] = if byte == other {
                    above[column] + 1
                } else {
                    above[column + 1].max(current[column])
                };
            }
        }
        Ok(Table {
            first,
            second,
            lengths,
        })
    }

    fn at(&self, row: usize, column: usize) -> u32 {
        self.lengths[row * (self.second.len() + 1) + column]
    }

    fn length(&self) -> u32 {
        self.at(self.first.len(), self.second.len())
    }

    /// The matching pairs of positions from the end to the beginning. Where two ways lead to the
    /// same length the one that shortens the second string is taken, as Redis does.
    fn pairs_from_end(&self) -> impl Iterator<Item = (usize, usize)> {
        let (mut row, mut column) = (self.first.len(), self.second.len());
        std::iter::from_fn(move || {
            while row > 0 && column > 0 {
                if self.first[row - 1] == self.second[column - 1] {
                    (row, column) = (row - 1, column - 1);
                    return Some((row, column));
                }
                if self.at(row - 1, column) > self.at(row, column - 1) {
                    row -= 1;
                } else {
                    column -= 1;
                }
            }
            None
        })
    }

    fn subsequence(&self) -> Vec<u8> {
        let mut bytes: Vec<u8> = self
            .pairs_from_end()
            .map(|(row, _)| self.first[row])
            .collect();
        bytes.reverse();
        bytes
    }

    /// The runs of matching pairs, last one first.
    fn matches(&self) -> Vec<Match> {
        let mut matches: Vec<Match> = Vec::new();
        for (row, column) in self.pairs_from_end() {
            let (row, column) = (row as u32, column as u32);
            match matches.last_mut() {
                Some(last) if last.first == row + 1 && last.second == column + 1 => {
                    (last.first, last.second) = (row, column);
                    last.length += 1;
                }
                _ => matches.push(Match {
                    first: row,
                    second: column,
                    length: 1,
                }),
            }
        }
        matches
    }
}
