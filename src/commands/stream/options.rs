//! The options of XADD and XTRIM.

use super::arguments::{id_to_choose, stream_id};
use crate::commands::Context;
use crate::commands::arguments::{integer, is_word};
use crate::resp::error::SYNTAX;
use crate::resp::{Args, OwnedArgs, ReplyError};
use crate::types::stream::{Keep, Stream, StreamId};

const TWO_STRATEGIES: ReplyError = ReplyError::new(
    "ERR syntax error, MAXLEN and MINID options at the same time are not compatible",
);

/// Nodes that an approximate trim removes at most when it is not told.
const NODES: i64 = 100;

/// What is trimmed and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trim {
    keep: Keep,
    /// Where the number or identity stands; behind `~` if it is approximate.
    at: usize,
    approximately: bool,
    limit: u64,
}

/// What identity the new entry is to have.
#[derive(Clone, Copy, Debug)]
pub(super) enum NewId {
    /// `*`
    Auto,
    /// `ms-*`
    Of(u64),
    /// One that is given.
    Given(StreamId),
}

/// What stands before the fields of XADD, or is XTRIM's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Options {
    pub(super) trim: Option<Trim>,
    pub(super) create: bool,
    pub(super) id: NewId,
    /// Where the identity stands.
    pub(super) at: usize,
}

impl Options {
    /// Reads the options behind the key, up to the identity if it is XADD.
    pub(super) fn parse(
        ctx: &Context<'_>,
        args: Args<'_>,
        is_add: bool,
    ) -> Result<Options, ReplyError> {
        let mut options = Options {
            trim: None,
            create: true,
            id: NewId::Auto,
            at: args.len(),
        };
        let mut limit = None;
        let mut at = 2;
        while let Some(option) = args.get(at) {
            let has_more = at + 1 < args.len();
            let maxlen = is_word(option, "maxlen");
            if is_add && option == b"*" {
                options.at = at;
                break;
            } else if (maxlen || is_word(option, "minid")) && has_more {
                if options.trim.is_some() {
                    return Err(TWO_STRATEGIES);
                }
                let operator = args.at(at + 1);
                let approximately = operator == b"~" && at + 2 < args.len();
                at += if approximately || (operator == b"=" && at + 2 < args.len()) {
                    2
                } else {
                    1
                };
                let keep = if maxlen {
                    let newest = u64::try_from(integer(args.at(at))?)
                        .map_err(|_| "ERR The MAXLEN argument must be >= 0.")?;
                    Keep::Newest(newest)
                } else {
                    Keep::From(stream_id(args.at(at))?)
                };
                options.trim = Some(Trim {
                    keep,
                    at,
                    approximately,
                    limit: 0,
                });
            } else if is_word(option, "limit") && has_more {
                at += 1;
                let most = u64::try_from(integer(args.at(at))?)
                    .map_err(|_| "ERR The LIMIT argument must be >= 0.")?;
                limit = Some(most);
            } else if is_add && is_word(option, "nomkstream") {
                options.create = false;
            } else if is_add {
                options.at = at;
                options.id = match id_to_choose(option)? {
                    (id, true) => NewId::Given(id),
                    (id, false) => NewId::Of(id.ms),
                };
                break;
            } else {
                return Err(SYNTAX);
            }
            at += 1;
        }
        match &mut options.trim {
            None if limit.is_some_and(|limit| limit > 0) => Err(
                "ERR syntax error, LIMIT cannot be used without specifying a trimming strategy"
                    .into(),
            ),
            None if !is_add => {
                Err("ERR syntax error, XTRIM must be called with a trimming strategy".into())
            }
            None => Ok(options),
            // What a log says is done as it says.
            Some(_) if ctx.client.id == u64::MAX => Ok(options),
            Some(trim) if !trim.approximately => match limit {
                Some(_) => Err(
                    "ERR syntax error, LIMIT cannot be used without the special ~ option".into(),
                ),
                None => Ok(options),
            },
            Some(trim) => {
                trim.limit = limit.unwrap_or_else(|| most_by_default(ctx));
                Ok(options)
            }
        }
    }
}

fn most_by_default(ctx: &Context<'_>) -> u64 {
    let entries = ctx.instance.config.stream_node_max_entries;
    match entries.saturating_mul(NODES) {
        ..=0 => 10_000,
        most => most.min(1_000_000).unsigned_abs(),
    }
}

impl Trim {
    /// Trims; how many entries are gone.
    pub(super) fn apply(&self, stream: &mut Stream) -> u64 {
        stream.trim(self.keep, self.approximately, self.limit)
    }

    /// The command as it is to be told: what was approximate exactly as it came out, and the identity
    /// that was chosen. None if it may be told as it was called.
    pub(super) fn told(
        trim: Option<&Trim>,
        args: Args<'_>,
        stream: &Stream,
        id: Option<(usize, StreamId)>,
    ) -> Option<OwnedArgs> {
        let trim = trim.filter(|trim| trim.approximately);
        if trim.is_none() && id.is_none() {
            return None;
        }
        let mut digits = itoa::Buffer::new();
        let first = stream.edge().text();
        let told = args.iter().enumerate().map(|(at, arg)| (at, arg.to_vec()));
        let told = told.map(|(at, arg)| match (trim, id) {
            (Some(trim), _) if at + 1 == trim.at => b"=".to_vec(),
            (Some(trim), _) if at == trim.at => match trim.keep {
                Keep::Newest(_) => digits.format(stream.len()).as_bytes().to_vec(),
                Keep::From(_) => first.to_vec(),
            },
            (_, Some((place, id))) if at == place => id.text().to_vec(),
            _ => arg,
        });
        let told: Vec<Vec<u8>> = told.collect();
        Some(told.iter().map(Vec::as_slice).collect())
    }
}
