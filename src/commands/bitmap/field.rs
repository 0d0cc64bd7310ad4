//! BITFIELD: integers of any width inside a string.

use super::bit_offset;
use crate::commands::arguments::{integer, is_word};
use crate::commands::context::{CommandResult, Context};
use crate::keyspace::EventClass;
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError};
use crate::types::bits::{read_field, write_field};
use crate::types::numbers::parse_i64;

/// The type of a field: `i5`, `u8` …
#[derive(Clone, Copy)]
struct FieldType {
    signed: bool,
    width: u32,
}

impl FieldType {
    fn parse(text: &[u8]) -> Result<Self, ReplyError> {
        let (signed, digits) = match text {
            [b'i', digits @ ..] => (true, digits),
            [b'u', digits @ ..] => (false, digits),
            _ => (false, &[][..]),
        };
        let widest = if signed { 64 } else { 63 };
        match parse_i64(digits) {
            Some(width) if (1..=widest).contains(&width) => Ok(FieldType {
                signed,
                width: width as u32,
            }),
            _ => Err(ReplyError::new(
                "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not \
                 supported but i64 is.",
            )),
        }
    }

    fn least(self) -> i128 {
        if self.signed {
            -(1 << (self.width - 1))
        } else {
            0
        }
    }

    fn greatest(self) -> i128 {
        (1 << (self.width - u32::from(self.signed))) - 1
    }

    /// The number that the low bits of a field mean.
    fn number(self, bits: u64) -> i64 {
        let unused = 64 - self.width;
        if self.signed {
            (bits << unused) as i64 >> unused
        } else {
            (bits << unused >> unused) as i64
        }
    }
}

/// What happens to a number that does not fit.
#[derive(Clone, Copy)]
enum Overflow {
    Wrap,
    Saturate,
    Fail,
}

impl Overflow {
    fn parse(word: &[u8]) -> Result<Self, ReplyError> {
        [
            ("wrap", Overflow::Wrap),
            ("sat", Overflow::Saturate),
            ("fail", Overflow::Fail),
        ]
        .into_iter()
        .find(|(name, _)| is_word(word, name))
        .map(|(_, overflow)| overflow)
        .ok_or(ReplyError::new("ERR Invalid OVERFLOW type specified"))
    }

    /// The number that is stored for `value`, which is too large rather than too small when
    /// `upwards`; none when it must not be stored.
    fn fit(self, value: i128, upwards: bool, field: FieldType) -> Option<i64> {
        let (least, greatest) = (field.least(), field.greatest());
        if (least..=greatest).contains(&value) {
            return Some(value as i64);
        }
        match self {
            Overflow::Wrap => Some(field.number(value as u64)),
            Overflow::Saturate if upwards => Some(greatest as i64),
            Overflow::Saturate => Some(least as i64),
            Overflow::Fail => None,
        }
    }
}

enum Action {
    Get,
    Set(i64, Overflow),
    Increment(i64, Overflow),
}

struct Operation {
    field: FieldType,
    offset: u64,
    action: Action,
}

impl Operation {
    fn parse_all(ctx: &Context, args: Args) -> Result<Vec<Self>, ReplyError> {
        let mut operations = Vec::new();
        let mut overflow = Overflow::Wrap;
        let mut at = 0;
        while let Some(word) = args.get(at) {
            let left = args.len() - at - 1;
            let is = |name: &str| is_word(word, name);
            let (get, set) = (is("get") && left >= 2, is("set") && left >= 3);
            let increment = is("incrby") && left >= 3;
            if is("overflow") && left >= 1 {
                overflow = Overflow::parse(args.at(at + 1))?;
                at += 2;
                continue;
            }
            if !get && !set && !increment {
                return Err(SYNTAX);
            }
            let field = FieldType::parse(args.at(at + 1))?;
            let offset = bit_offset(ctx, args.at(at + 2), field.width)?;
            let action = if get {
                Action::Get
            } else {
                let value = integer(args.at(at + 3))?;
                if set {
                    Action::Set(value, overflow)
                } else {
                    Action::Increment(value, overflow)
                }
            };
            operations.push(Operation {
                field,
                offset,
                action,
            });
            at += if get { 3 } else { 4 };
        }
        Ok(operations)
    }

    /// The bytes a string must have for this operation to write into it.
    fn bytes_written(&self) -> usize {
        match self.action {
            Action::Get => 0,
            _ => ((self.offset + u64::from(self.field.width) - 1) / 8) as usize + 1,
        }
    }

    fn read(&self, bytes: &[u8]) -> i64 {
        self.field
            .number(read_field(bytes, self.offset, self.field.width))
    }

    /// Carries out a writing operation: what to reply, if anything, and whether bits changed.
    fn write(&self, bytes: &mut [u8]) -> (Option<i64>, bool) {
        let old = self.read(bytes);
        let (new, reply) = match self.action {
            Action::Get => return (Some(old), false),
            Action::Set(value, overflow) => {
                // SET takes its number as unsigned where the field is.
                let wide = if self.field.signed {
                    i128::from(value)
                } else {
                    i128::from(value as u64)
                };
                // Redis subtracts in 64 bits to see what is too large, so the most negative
                // numbers saturate upwards in narrow fields.
                let wraps = self.field.signed
                    && (self.field.greatest() as i64).checked_sub(value).is_none();
                let upwards = wide > self.field.greatest() || wraps && self.field.width < 64;
                (overflow.fit(wide, upwards, self.field), Some(old))
            }
            Action::Increment(by, overflow) => {
                let sum = i128::from(old) + i128::from(by);
                let new = overflow.fit(sum, by > 0, self.field);
                (new, new)
            }
        };
        let Some(new) = new else {
            return (None, false);
        };
        write_field(bytes, self.offset, self.field.width, new as u64);
        (reply, new != old)
    }
}

fn read_only(ctx: &mut Context, key: &[u8], operations: &[Operation]) -> CommandResult {
    let mut buffer = itoa::Buffer::new();
    let string = ctx.keyspace[ctx.client.db].read_string(key)?;
    let bytes = string.map_or(&[][..], |string| string.as_bytes(&mut buffer));
    ctx.reply.array(operations.len());
    for operation in operations {
        ctx.reply.integer(operation.read(bytes));
    }
    Ok(())
}

/// BITFIELD key [GET type offset | [OVERFLOW WRAP | SAT | FAIL] SET type offset value |
/// INCRBY type offset increment ...]
pub fn bitfield(ctx: &mut Context, args: Args) -> CommandResult {
    let key = args.at(1);
    let operations = Operation::parse_all(ctx, args.tail(2))?;
    let needed = operations
        .iter()
        .map(Operation::bytes_written)
        .max()
        .unwrap_or(0);
    if needed == 0 {
        return read_only(ctx, key, &operations);
    }
    let db = &mut ctx.keyspace[ctx.client.db];
    let (bytes, before) = db.grown_string(key, needed)?;
    let grown = before != Some(bytes.len());
    let mut changes = 0;
    ctx.reply.array(operations.len());
    for operation in &operations {
        let (reply, changed) = operation.write(bytes);
        match reply {
            Some(number) => ctx.reply.integer(number),
            None => ctx.reply.null(),
        }
        let wrote = reply.is_some() && !matches!(operation.action, Action::Get);
        changes += u64::from(wrote && (changed || grown));
    }
    // Where every write fails the string has grown all the same. Redis tells nobody of that, and
    // its replicas go without; here it counts as one change, which subscribers do not hear of.
    if changes > 0 {
        db.modified(key, EventClass::STRING, "setbit");
    } else if grown {
        changes = 1;
        db.altered(key, EventClass::STRING, None);
    }
    db.add_dirty(changes);
    Ok(())
}

/// BITFIELD_RO key [GET type offset ...]
pub fn bitfield_ro(ctx: &mut Context, args: Args) -> CommandResult {
    let operations = Operation::parse_all(ctx, args.tail(2))?;
    if operations
        .iter()
        .any(|operation| operation.bytes_written() > 0)
    {
        return Err("ERR BITFIELD_RO only supports the GET subcommand".into());
    }
    read_only(ctx, args.at(1), &operations)
}
