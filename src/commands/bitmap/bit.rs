//! One bit: SETBIT and GETBIT.

use super::bit_offset;
use crate::commands::context::{CommandResult, Context};
use crate::keyspace::EventClass;
use crate::resp::{Args, ReplyError};
use crate::types::bits::{read_field, write_field};
use crate::types::numbers::parse_i64;

/// SETBIT key offset value
pub fn setbit(ctx: &mut Context, args: Args) -> CommandResult {
    const NOT_A_BIT: ReplyError = ReplyError::new("ERR bit is not an integer or out of range");
    let key = args.at(1);
    let offset = bit_offset(ctx, args.at(2), 0)?;
    let bit = parse_i64(args.at(3))
        .and_then(|bit| u64::try_from(bit).ok())
        .filter(|&bit| bit <= 1)
        .ok_or(NOT_A_BIT)?;
    let db = &mut ctx.keyspace[ctx.client.db];
    let (bytes, before) = db.grown_string(key, (offset / 8) as usize + 1)?;
    let old = read_field(bytes, offset, 1);
    let changed = before != Some(bytes.len()) || old != bit;
    if changed {
        write_field(bytes, offset, 1, bit);
        db.add_dirty(1);
        db.modified(key, EventClass::STRING, "setbit");
    }
    ctx.reply.integer(old as i64);
    Ok(())
}

/// GETBIT key offset
pub fn getbit(ctx: &mut Context, args: Args) -> CommandResult {
    let offset = bit_offset(ctx, args.at(2), 0)?;
    let mut buffer = itoa::Buffer::new();
    let string = ctx.keyspace[ctx.client.db].read_string(args.at(1))?;
    let bytes = string.map_or(&[][..], |string| string.as_bytes(&mut buffer));
    ctx.reply.integer(read_field(bytes, offset, 1) as i64);
    Ok(())
}
