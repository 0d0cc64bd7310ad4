//! OBJECT: how a value is stored and used.

use crate::commands::arguments::write_help;
use crate::commands::context::{CommandResult, Context};
use crate::keyspace::{EvictionPolicy, StringRef, ValueRef};
use crate::resp::Args;

/// Integers below this are one shared object in Redis, unless a policy needs stamps on each.
const SHARED_INTEGERS: i64 = 10_000;

/// What Redis answers for an object that is never freed.
const SHARED_REFCOUNT: i64 = i32::MAX as i64;

/// OBJECT ENCODING key
pub fn object_encoding(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    match ctx.keyspace[ctx.client.db].read_unnoticed(args.at(2)) {
        Some(record) => ctx.reply.bulk_str(record.value().encoding()),
        None => ctx.reply.null(),
    }
    Ok(())
}

/// OBJECT REFCOUNT key
pub fn object_refcount(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let config = &ctx.instance.config;
    let shares = config.maxmemory == 0
        || matches!(
            config.maxmemory_policy,
            EvictionPolicy::NoEviction
                | EvictionPolicy::AllKeysRandom
                | EvictionPolicy::VolatileRandom
                | EvictionPolicy::VolatileTtl
        );
    let value = ctx.keyspace[ctx.client.db].read_unnoticed(args.at(2));
    match value.map(crate::keyspace::Record::value) {
        None => ctx.reply.null(),
        Some(ValueRef::String(StringRef::Int(0..SHARED_INTEGERS))) if shares => {
            ctx.reply.integer(SHARED_REFCOUNT);
        }
        Some(_) => ctx.reply.integer(1),
    }
    Ok(())
}

/// OBJECT IDLETIME key
pub fn object_idletime(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let db = &mut ctx.keyspace[ctx.client.db];
    let clock = db.clock();
    let Some(record) = db.read_unnoticed(args.at(2)) else {
        ctx.reply.null();
        return Ok(());
    };
    if clock.is_lfu() {
        return Err(
            "ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that \
             when switching between policies at runtime LRU and LFU data will take some time to \
             adjust."
                .into(),
        );
    }
    let idle = clock.idle_seconds(record.access());
    ctx.reply.integer(i64::from(idle));
    Ok(())
}

/// OBJECT FREQ key
pub fn object_freq(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let db = &mut ctx.keyspace[ctx.client.db];
    let clock = db.clock();
    let Some(record) = db.read_unnoticed(args.at(2)) else {
        ctx.reply.null();
        return Ok(());
    };
    if !clock.is_lfu() {
        return Err(
            "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please \
             note that when switching between policies at runtime LRU and LFU data will take \
             some time to adjust."
                .into(),
        );
    }
    let frequency = clock.frequency(record.access());
    ctx.reply.integer(i64::from(frequency));
    Ok(())
}

/// OBJECT HELP
pub fn object_help(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    write_help(ctx.reply, "object");
    Ok(())
}
