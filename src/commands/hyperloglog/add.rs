//! PFADD and PFMERGE.

use super::bytes_of;
use crate::commands::context::{CommandResult, Context};
use crate::keyspace::{Database, EventClass};
use crate::resp::{Args, ReplyError};
use crate::types::hyperloglog::{self, Encoding, REGISTERS, Registers};

/// The bytes under `key`, made if there are none, and whether they were.
fn bytes_for_write<'a>(
    db: &'a mut Database,
    key: &[u8],
) -> Result<(&'a mut Vec<u8>, bool), ReplyError> {
    if let Some(record) = db.inspect(key) {
        bytes_of(record.value())?;
    }
    let bytes = db.string_mut_or_create(key)?;
    let new = bytes.is_empty();
    if new {
        *bytes = hyperloglog::create();
    }
    Ok((bytes, new))
}

/// PFADD key [element ...]
pub fn pfadd(ctx: &mut Context, args: Args) -> CommandResult {
    let key = args.at(1);
    let max_sparse = ctx.instance.config.hll_sparse_max_bytes;
    let db = &mut ctx.keyspace[ctx.client.db];
    let (bytes, new) = bytes_for_write(db, key)?;
    let mut changes = u64::from(new);
    for element in args.tail(2).iter() {
        changes += u64::from(hyperloglog::add(bytes, element, max_sparse)?);
    }
    if changes > 0 {
        hyperloglog::forget_count(bytes);
        db.modified(key, EventClass::STRING, "pfadd");
        db.add_dirty(changes);
    }
    ctx.reply.integer(i64::from(changes > 0));
    Ok(())
}

/// PFMERGE destkey [sourcekey ...]
pub fn pfmerge(ctx: &mut Context, args: Args) -> CommandResult {
    let target = args.at(1);
    let max_sparse = ctx.instance.config.hll_sparse_max_bytes;
    let db = &mut ctx.keyspace[ctx.client.db];
    let mut registers: Registers = [0; REGISTERS];
    let mut dense = false;
    for key in args.tail(1).iter() {
        if let Some(value) = db.read(key) {
            let (bytes, encoding) = bytes_of(value)?;
            dense |= encoding == Encoding::Dense;
            hyperloglog::merge(&mut registers, bytes)?;
        }
    }
    let (bytes, _) = bytes_for_write(db, target)?;
    if dense {
        hyperloglog::make_dense(bytes)?;
    }
    for (index, &value) in registers.iter().enumerate() {
        if value > 0 {
            hyperloglog::raise(bytes, index, value, max_sparse)?;
        }
    }
    hyperloglog::forget_count(bytes);
    db.modified(target, EventClass::STRING, "pfadd");
    db.add_dirty(1);
    ctx.reply.ok();
    Ok(())
}
