//! WAIT and WAITAOF: until others, or the disk, have what this client wrote.

use crate::commands::arguments::integer;
use crate::commands::blocking::{block, deadline_ms};
use crate::commands::context::{CommandResult, Context};
use crate::instance::WaitsFor;
use crate::resp::{Args, ReplyError};

/// What WAITAOF answers when it is to wait for a log that is not written.
pub const LOG_IS_OFF: &str =
    "ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.";

/// `WAIT numreplicas timeout`
pub fn wait(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    if ctx.instance.is_replica() {
        return Err(ReplyError::new(
            "ERR WAIT cannot be used with replica instances. Please also note that since Redis 4.0 \
             if a replica is configured to be writable (which is not the default) writes to \
             replicas are just local and are not propagated.",
        ));
    }
    let wanted = usize::try_from(integer(args.at(1))?.max(0)).unwrap_or(usize::MAX);
    let until_ms = deadline_ms(ctx, args.at(2))?;
    let offset = ctx.client.told;
    let there = ctx.instance.replicas_at(offset);
    let waits_for = WaitsFor::Replicas { offset, wanted };
    if there >= wanted || !block(ctx, args, waits_for, until_ms) {
        ctx.reply.integer(i64::try_from(there).unwrap_or(i64::MAX));
    } else {
        ctx.instance.primary.wants_offsets = true;
    }
    Ok(())
}

/// `WAITAOF numlocal numreplicas timeout`
pub fn waitaof(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let range = |text: &[u8], most: i64, refusal: &'static str| {
        let number = integer(text)?;
        let fits = (0..=most).contains(&number);
        let number = u64::try_from(number).ok().filter(|_| fits);
        number.ok_or(ReplyError::new(refusal))
    };
    let local = range(
        args.at(1),
        1,
        "ERR value is out of range, value must between 0 and 1",
    )?;
    let replicas = range(
        args.at(2),
        i64::MAX,
        "ERR value is out of range, must be positive",
    )?;
    let until_ms = deadline_ms(ctx, args.at(3))?;
    let local = local > 0;
    if ctx.instance.is_replica() {
        return Err(ReplyError::new(
            "ERR WAITAOF cannot be used with replica instances. Please also note that writes to \
             replicas are just local and are not propagated.",
        ));
    }
    let aof = &ctx.persistence.aof;
    if local && !aof.is_on() {
        return Err(ReplyError::new(LOG_IS_OFF));
    }
    let writes = ctx.client.last_write;
    let synced = aof.has_synced(writes);
    let offset = ctx.client.told;
    let waits_for = WaitsFor::Log {
        writes,
        local,
        offset,
        replicas,
    };
    let logged = ctx.instance.replicas_logged_at(offset) as u64;
    let enough = logged >= replicas && (synced || !local);
    if enough || !block(ctx, args, waits_for, until_ms) {
        ctx.reply.array(2);
        ctx.reply.integer(i64::from(synced));
        ctx.reply.integer(logged.cast_signed());
    } else {
        ctx.instance.primary.wants_offsets = true;
    }
    Ok(())
}
