//! BITOP: whole strings combined bit by bit.

use crate::commands::arguments::is_word;
use crate::commands::context::{CommandResult, Context};
use crate::keyspace::{EventClass, StringValue, Value};
use crate::resp::Args;
use crate::resp::error::SYNTAX;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operation {
    And,
    Or,
    Xor,
    Not,
}

impl Operation {
    fn parse(word: &[u8]) -> Option<Self> {
        [
            ("and", Operation::And),
            ("or", Operation::Or),
            ("xor", Operation::Xor),
            ("not", Operation::Not),
        ]
        .into_iter()
        .find(|(name, _)| is_word(word, name))
        .map(|(_, operation)| operation)
    }
}

/// BITOP AND | OR | XOR | NOT destkey key [key ...]
pub fn bitop(ctx: &mut Context, args: Args) -> CommandResult {
    let operation = Operation::parse(args.at(1)).ok_or(SYNTAX)?;
    let (target, sources) = (args.at(2), args.tail(3));
    if operation == Operation::Not && sources.len() != 1 {
        return Err("ERR BITOP NOT must be called with a single source key.".into());
    }
    let db = &mut ctx.keyspace[ctx.client.db];
    let mut result: Option<Vec<u8>> = None;
    for key in sources.iter() {
        let mut buffer = itoa::Buffer::new();
        let string = db.read_string(key)?;
        let bytes = string.map_or(&[][..], |string| string.as_bytes(&mut buffer));
        match &mut result {
            None => result = Some(bytes.to_vec()),
            Some(result) => combine(operation, result, bytes),
        }
    }
    let mut result = result.unwrap_or_default();
    if operation == Operation::Not {
        result.iter_mut().for_each(|byte| *byte = !*byte);
    }
    let length = result.len();
    if length > 0 {
        db.set_value(target, Value::String(StringValue::Raw(result)));
        db.add_dirty(1);
        db.modified(target, EventClass::STRING, "set");
    } else if db.remove(target) {
        db.add_dirty(1);
        db.modified(target, EventClass::GENERIC, "del");
    }
    ctx.reply.integer(length as i64);
    Ok(())
}

/// Combines into `result`, the shorter of the two being filled up with zeros.
fn combine(operation: Operation, result: &mut Vec<u8>, bytes: &[u8]) {
    if result.len() < bytes.len() {
        result.resize(bytes.len(), 0);
    }
    // The loops are plain so that the compiler works on whole words.
    let (common, beyond) = result.split_at_mut(bytes.len());
    match operation {
        Operation::And => {
            common
                .iter_mut()
                .zip(bytes)
                .for_each(|(left, right)| *left &= right);
            beyond.fill(0);
        }
        Operation::Or => common
            .iter_mut()
            .zip(bytes)
            .for_each(|(left, right)| *left |= right),
        Operation::Xor => common
            .iter_mut()
            .zip(bytes)
            .for_each(|(left, right)| *left ^= right),
        Operation::Not => {}
    }
}
