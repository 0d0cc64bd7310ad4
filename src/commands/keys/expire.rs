//! EXPIRE and its relatives: when a key goes.

use crate::commands::arguments::{integer, is_word};
use crate::commands::context::{CommandResult, Context};
use crate::keyspace::EventClass;
use crate::resp::{Args, ReplyError};

/// Conditions on the present expiry time.
#[derive(Clone, Copy, Default)]
struct Condition {
    nx: bool,
    xx: bool,
    gt: bool,
    lt: bool,
}

impl Condition {
    fn parse(args: Args<'_>) -> Result<Self, ReplyError> {
        let mut condition = Condition::default();
        for option in args.tail(3).iter() {
            if is_word(option, "NX") {
                condition.nx = true;
            } else if is_word(option, "XX") {
                condition.xx = true;
            } else if is_word(option, "GT") {
                condition.gt = true;
            } else if is_word(option, "LT") {
                condition.lt = true;
            } else {
                return Err(ReplyError::quoting("ERR Unsupported option ", option, ""));
            }
        }
        if condition.nx && (condition.xx || condition.gt || condition.lt) {
            return Err(
                "ERR NX and XX, GT or LT options at the same time are not compatible".into(),
            );
        }
        if condition.gt && condition.lt {
            return Err("ERR GT and LT options at the same time are not compatible".into());
        }
        Ok(condition)
    }

    /// No expiry time counts as one infinitely far away.
    fn allows(self, present: Option<i64>, new: i64) -> bool {
        !(self.nx && present.is_some()
            || self.xx && present.is_none()
            || self.gt && present.is_none_or(|at| new <= at)
            || self.lt && present.is_some_and(|at| new >= at))
    }
}

/// How a time is given: its unit, and whether it counts from now.
#[derive(Clone, Copy)]
pub(in crate::commands) struct TimeFormat {
    /// Milliseconds in the unit.
    pub unit_ms: i64,
    /// Whether the time counts from now rather than from 1970.
    pub relative: bool,
}

impl TimeFormat {
    /// EX
    pub const SECONDS: TimeFormat = TimeFormat {
        unit_ms: 1000,
        relative: true,
    };
    /// PX
    pub const MILLISECONDS: TimeFormat = TimeFormat {
        unit_ms: 1,
        relative: true,
    };
    /// EXAT
    pub const UNIX_SECONDS: TimeFormat = TimeFormat {
        unit_ms: 1000,
        relative: false,
    };
    /// PXAT
    pub const UNIX_MILLISECONDS: TimeFormat = TimeFormat {
        unit_ms: 1,
        relative: false,
    };

    /// The moment in milliseconds since 1970; none when it is beyond what 64 bits hold.
    pub fn to_unix_ms(self, value: i64, now_ms: i64) -> Option<i64> {
        let ms = value.checked_mul(self.unit_ms)?;
        if self.relative {
            ms.checked_add(now_ms)
        } else {
            Some(ms)
        }
    }
}

/// EXPIRE key seconds [NX | XX | GT | LT]
pub fn expire(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    set(ctx, args, TimeFormat::SECONDS, "expire")
}

/// PEXPIRE key milliseconds [NX | XX | GT | LT]
pub fn pexpire(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    set(ctx, args, TimeFormat::MILLISECONDS, "pexpire")
}

/// EXPIREAT key unix-time-seconds [NX | XX | GT | LT]
pub fn expireat(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    set(ctx, args, TimeFormat::UNIX_SECONDS, "expireat")
}

/// PEXPIREAT key unix-time-milliseconds [NX | XX | GT | LT]
pub fn pexpireat(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    set(ctx, args, TimeFormat::UNIX_MILLISECONDS, "pexpireat")
}

fn set(ctx: &mut Context<'_>, args: Args<'_>, format: TimeFormat, name: &str) -> CommandResult {
    let condition = Condition::parse(args)?;
    let key = args.at(1);
    let db = &mut ctx.keyspace[ctx.client.db];
    let now_ms = db.now_ms();
    let Some(at) = format.to_unix_ms(integer(args.at(2))?, now_ms) else {
        return Err(ReplyError::from(format!(
            "ERR invalid expire time in '{name}' command"
        )));
    };
    if db.value_for_write(key).is_none() || !condition.allows(db.expire_at(key), at) {
        ctx.reply.integer(0);
        return Ok(());
    }
    if db.is_over(at) {
        db.remove(key);
        db.modified(key, EventClass::GENERIC, "del");
        ctx.effects.replace(&[b"DEL", key]);
    } else {
        db.set_expire(key, Some(at));
        db.modified(key, EventClass::GENERIC, "expire");
        let at = at.to_string();
        ctx.effects.replace(&[b"PEXPIREAT", key, at.as_bytes()]);
    }
    db.add_dirty(1);
    ctx.reply.integer(1);
    Ok(())
}

/// PERSIST key
pub fn persist(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let key = args.at(1);
    let db = &mut ctx.keyspace[ctx.client.db];
    let persisted = db.value_for_write(key).is_some() && db.expire_at(key).is_some();
    if persisted {
        db.set_expire(key, None);
        db.modified(key, EventClass::GENERIC, "persist");
        db.add_dirty(1);
    }
    ctx.reply.integer(i64::from(persisted));
    Ok(())
}

/// TTL key
pub fn ttl(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    tell(ctx, args, |at, now_ms| {
        // Rounded to the nearest second.
        at.saturating_sub(now_ms).max(0).saturating_add(500) / 1000
    })
}

/// PTTL key
pub fn pttl(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    tell(ctx, args, |at, now_ms| at.saturating_sub(now_ms).max(0))
}

/// EXPIRETIME key
pub fn expiretime(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    tell(ctx, args, |at, _| at.saturating_add(500) / 1000)
}

/// PEXPIRETIME key
pub fn pexpiretime(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    tell(ctx, args, |at, _| at)
}

/// -2 without a key, -1 without an expiry time, else what `show` makes of it and the time.
fn tell(ctx: &mut Context<'_>, args: Args<'_>, show: fn(i64, i64) -> i64) -> CommandResult {
    let db = &mut ctx.keyspace[ctx.client.db];
    let now_ms = db.now_ms();
    let answer = match db.read_untouched(args.at(1)) {
        None => -2,
        Some(record) => record.expire_at().map_or(-1, |at| show(at, now_ms)),
    };
    ctx.reply.integer(answer);
    Ok(())
}
