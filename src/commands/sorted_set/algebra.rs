//! ZUNION, ZINTER, ZDIFF, their STORE forms and ZINTERCARD: the arguments and the answers.

use super::combine::{check, combine, intersect, sources};
use super::store::store;
use crate::commands::arguments::{integer, is_word, write_double};
use crate::commands::{CommandResult, Context};
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError};
use crate::types::numbers::{parse_f64, parse_i64};

const NOT_A_WEIGHT: ReplyError = ReplyError::new("ERR weight value is not a float");
const NEGATIVE_LIMIT: ReplyError = ReplyError::new("ERR LIMIT can't be negative");

/// How inputs are combined.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Union,
    Intersection,
    Difference,
}

/// How the scores of a member in several inputs become one.
#[derive(Clone, Copy)]
pub enum Aggregate {
    Sum,
    Min,
    Max,
}

/// What a command does with the result.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Answer,
    Store,
    Count,
}

/// The arguments behind the command's name (and destination).
struct Request<'a> {
    keys: Args<'a>,
    /// Of the keys, in their order; empty when all are 1.
    weights: Vec<f64>,
    aggregate: Aggregate,
    with_scores: bool,
    /// 0: no limit.
    limit: i64,
    numkeys: usize,
}

impl<'a> Request<'a> {
    fn keys(&self) -> impl Iterator<Item = &'a [u8]> {
        self.keys.iter().take(self.numkeys)
    }

    /// Reads `numkeys key [key ...]`.
    fn parse_keys(args: Args<'a>, name: &str) -> Result<Request<'a>, ReplyError> {
        let numkeys = integer(args.at(0))?;
        if numkeys < 1 {
            let text = format!("ERR at least 1 input key is needed for '{name}' command");
            return Err(ReplyError::from(text));
        }
        let numkeys = usize::try_from(numkeys).unwrap_or(usize::MAX);
        if numkeys > args.len() - 1 {
            return Err(SYNTAX);
        }
        Ok(Request {
            keys: args.tail(1),
            weights: Vec::new(),
            aggregate: Aggregate::Sum,
            with_scores: false,
            limit: 0,
            numkeys,
        })
    }

    /// Reads the options behind the keys.
    fn parse_options(&mut self, operation: Operation, purpose: Purpose) -> Result<(), ReplyError> {
        let options = self.keys.tail(self.numkeys);
        let weighs = operation != Operation::Difference && purpose != Purpose::Count;
        let mut index = 0;
        while let Some(option) = options.get(index) {
            let values = options.len() - index - 1;
            if weighs && values >= self.numkeys && is_word(option, "weights") {
                self.weights = (1..=self.numkeys)
                    .map(|offset| parse_f64(options.at(index + offset)).ok_or(NOT_A_WEIGHT))
                    .collect::<Result<Vec<f64>, ReplyError>>()?;
                index += self.numkeys;
            } else if weighs && values >= 1 && is_word(option, "aggregate") {
                index += 1;
                let word = options.at(index);
                self.aggregate = if is_word(word, "sum") {
                    Aggregate::Sum
                } else if is_word(word, "min") {
                    Aggregate::Min
                } else if is_word(word, "max") {
                    Aggregate::Max
                } else {
                    return Err(SYNTAX);
                };
            } else if purpose == Purpose::Answer && is_word(option, "withscores") {
                self.with_scores = true;
            } else if purpose == Purpose::Count && values >= 1 && is_word(option, "limit") {
                index += 1;
                let limit = parse_i64(options.at(index)).filter(|limit| *limit >= 0);
                self.limit = limit.ok_or(NEGATIVE_LIMIT)?;
            } else {
                return Err(SYNTAX);
            }
            index += 1;
        }
        Ok(())
    }
}

/// `ZUNION numkeys key [key ...] [WEIGHTS weight …] [AGGREGATE SUM|MIN|MAX] [WITHSCORES]`
pub fn zunion(ctx: &mut Context, args: Args) -> CommandResult {
    answer(ctx, args, Operation::Union, "zunion")
}

/// `ZINTER numkeys key [key ...] [WEIGHTS weight …] [AGGREGATE SUM|MIN|MAX] [WITHSCORES]`
pub fn zinter(ctx: &mut Context, args: Args) -> CommandResult {
    answer(ctx, args, Operation::Intersection, "zinter")
}

/// `ZDIFF numkeys key [key ...] [WITHSCORES]`
pub fn zdiff(ctx: &mut Context, args: Args) -> CommandResult {
    answer(ctx, args, Operation::Difference, "zdiff")
}

/// `ZUNIONSTORE destination numkeys key [key ...] [WEIGHTS weight …] [AGGREGATE SUM|MIN|MAX]`
pub fn zunionstore(ctx: &mut Context, args: Args) -> CommandResult {
    keep(ctx, args, Operation::Union, "zunionstore")
}

/// `ZINTERSTORE destination numkeys key [key ...] [WEIGHTS weight …] [AGGREGATE SUM|MIN|MAX]`
pub fn zinterstore(ctx: &mut Context, args: Args) -> CommandResult {
    keep(ctx, args, Operation::Intersection, "zinterstore")
}

/// `ZDIFFSTORE destination numkeys key [key ...]`
pub fn zdiffstore(ctx: &mut Context, args: Args) -> CommandResult {
    keep(ctx, args, Operation::Difference, "zdiffstore")
}

/// Reads the request and checks the keys in Redis's order: keys before options.
fn read<'a>(
    ctx: &mut Context,
    args: Args<'a>,
    operation: Operation,
    purpose: Purpose,
    name: &str,
) -> Result<Request<'a>, ReplyError> {
    let mut request = Request::parse_keys(args, name)?;
    check(&mut ctx.keyspace[ctx.client.db], request.keys())?;
    request.parse_options(operation, purpose)?;
    Ok(request)
}

fn run(
    ctx: &Context,
    request: &Request,
    operation: Operation,
) -> crate::types::sorted_set::SortedSet {
    let mut inputs = sources(&ctx.keyspace[ctx.client.db], request.keys());
    for (input, weight) in inputs.iter_mut().zip(&request.weights) {
        input.weight = *weight;
    }
    let limits = ctx.instance.sorted_set_limits();
    combine(operation, inputs, request.aggregate, &limits)
}

fn answer(ctx: &mut Context, args: Args, operation: Operation, name: &str) -> CommandResult {
    let request = read(ctx, args.tail(1), operation, Purpose::Answer, name)?;
    let result = run(ctx, &request, operation);
    let pairs = request.with_scores && ctx.reply.resp3();
    let flat = request.with_scores && !pairs;
    ctx.reply.array(result.len() * if flat { 2 } else { 1 });
    let mut digits = itoa::Buffer::new();
    for (member, score) in result.iter() {
        if pairs {
            ctx.reply.array(2);
        }
        ctx.reply.bulk(member.bytes(&mut digits));
        if request.with_scores {
            write_double(ctx.reply, score);
        }
    }
    Ok(())
}

fn keep(ctx: &mut Context, args: Args, operation: Operation, name: &'static str) -> CommandResult {
    let request = read(ctx, args.tail(2), operation, Purpose::Store, name)?;
    let mut result = run(ctx, &request, operation);
    result.compact(&ctx.instance.sorted_set_limits());
    store(ctx, args.at(1), result, name)
}

/// `ZINTERCARD numkeys key [key ...] [LIMIT limit]`
pub fn zintercard(ctx: &mut Context, args: Args) -> CommandResult {
    let operation = Operation::Intersection;
    let request = read(ctx, args.tail(1), operation, Purpose::Count, "zintercard")?;
    let inputs = sources(&ctx.keyspace[ctx.client.db], request.keys());
    let mut count = 0;
    intersect(inputs, Aggregate::Sum, |_, _| {
        count += 1;
        count != request.limit
    });
    ctx.reply.integer(count);
    Ok(())
}
