//! DUMP and RESTORE: a value as bytes, and back.

use crate::commands::arguments::{integer, is_word};
use crate::commands::context::{CommandResult, Context};
use crate::keyspace::{EventClass, Record};
use crate::persistence::rdb::{self, Limits, RestoreError};
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError};

const BUSY_KEY: ReplyError = ReplyError::new("BUSYKEY Target key name already exists.");

/// DUMP key
pub fn dump(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let compress = ctx.instance.config.rdbcompression;
    match ctx.keyspace[ctx.client.db].read(args.at(1)) {
        None => ctx.reply.null(),
        Some(value) => ctx.reply.bulk(&rdb::dump(value, compress)),
    }
    Ok(())
}

/// What may follow a payload.
#[derive(Default)]
struct Options {
    replace: bool,
    absolute: bool,
    idle: Option<u64>,
    frequency: Option<u8>,
}

impl Options {
    fn parse(args: Args<'_>) -> Result<Self, ReplyError> {
        let mut options = Options::default();
        let mut at = 4;
        while at < args.len() {
            let word = args.at(at);
            let value = args.get(at + 1);
            if is_word(word, "REPLACE") {
                options.replace = true;
            } else if is_word(word, "ABSTTL") {
                options.absolute = true;
            } else if let Some(value) = value
                && is_word(word, "IDLETIME")
                && options.frequency.is_none()
            {
                let idle = u64::try_from(integer(value)?);
                options.idle = Some(idle.map_err(|_| "ERR Invalid IDLETIME value, must be >= 0")?);
                at += 1;
            } else if let Some(value) = value
                && is_word(word, "FREQ")
                && options.idle.is_none()
            {
                let frequency = u8::try_from(integer(value)?);
                let wrong = "ERR Invalid FREQ value, must be >= 0 and <= 255";
                options.frequency = Some(frequency.map_err(|_| wrong)?);
                at += 1;
            } else {
                return Err(SYNTAX);
            }
            at += 1;
        }
        Ok(options)
    }
}

/// RESTORE key ttl serialized-value [REPLACE] [ABSTTL] [IDLETIME seconds] [FREQ frequency]
pub fn restore(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let options = Options::parse(args)?;
    let key = args.at(1);
    let limits = Limits {
        checksum: !ctx.instance.skip_checksum_validation,
        ..Limits::of(ctx.instance)
    };
    let db = &mut ctx.keyspace[ctx.client.db];
    if !options.replace && db.exists(key) {
        return Err(BUSY_KEY);
    }
    let ttl = integer(args.at(2))?;
    if ttl < 0 {
        return Err("ERR Invalid TTL value, must be >= 0".into());
    }
    let value = rdb::restore(args.at(3), &limits).map_err(|error| match error {
        RestoreError::Footer => "ERR DUMP payload version or checksum are wrong",
        RestoreError::Format => "ERR Bad data format",
    })?;
    let replaced = options.replace && db.remove(key);
    // Redis adds without asking whether 64 bits hold the sum: what wraps lies in the past.
    let expire_at = match ttl {
        0 => None,
        ttl if options.absolute => Some(ttl),
        ttl => Some(ttl.wrapping_add(db.now_ms())),
    };
    if expire_at.is_some_and(|at| at <= db.now_ms()) {
        if replaced {
            db.modified(key, EventClass::GENERIC, "del");
            db.add_dirty(1);
            ctx.effects.replace(&[b"DEL", key]);
        }
        ctx.reply.ok();
        return Ok(());
    }
    let access = db.clock().restored(options.idle, options.frequency);
    db.replace(Record::of_value(key, value, expire_at, access));
    if let Some(at) = expire_at
        && !options.absolute
    {
        let mut digits = itoa::Buffer::new();
        let mut told: Vec<&[u8]> = args.iter().collect();
        told[2] = digits.format(at).as_bytes();
        told.push(b"ABSTTL");
        ctx.effects.replace(&told);
    }
    db.modified(key, EventClass::GENERIC, "restore");
    db.add_dirty(1);
    ctx.reply.ok();
    Ok(())
}
