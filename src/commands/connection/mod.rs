//! Commands about the connection itself.

mod client;
mod kill;
mod pause;
mod tracking;
mod wait;

pub use client::{
    client_getname, client_help, client_id, client_info, client_list, client_no_evict,
    client_no_touch, client_reply, client_setinfo, client_setname,
};
pub use kill::client_kill;
pub use pause::{client_pause, client_unpause};
pub use tracking::{client_caching, client_getredir, client_tracking, client_trackinginfo};
pub use wait::{LOG_IS_OFF, wait, waitaof};

use super::acl::log_in;
use super::arguments::{database_index, is_word};
use super::context::{CommandResult, Context};
use super::transaction::forget_watches;
use crate::instance::{REDIS_VERSION, ReplyMode};
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError};
use crate::types::numbers::parse_i64;
use client::{is_printable, set_name};

/// PING [message]
pub fn ping(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    match args.len() {
        // In RESP2 a subscriber gets what looks like a message.
        1 | 2 if ctx.client.is_subscribed() && !ctx.reply.resp3() => {
            ctx.reply.array(2);
            ctx.reply.bulk(b"pong");
            ctx.reply.bulk(args.get(1).unwrap_or_default());
        }
        1 => ctx.reply.simple("PONG"),
        2 => ctx.reply.bulk(args.at(1)),
        _ => return Err("ERR wrong number of arguments for 'ping' command".into()),
    }
    Ok(())
}

/// ECHO message
pub fn echo(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    ctx.reply.bulk(args.at(1));
    Ok(())
}

/// SELECT index
pub fn select(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    ctx.client.db = database_index(args.at(1), ctx.keyspace.len())?;
    ctx.reply.ok();
    Ok(())
}

/// QUIT
pub fn quit(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    ctx.reply.ok();
    ctx.client.closing = true;
    Ok(())
}

/// RESET
pub fn reset(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    ctx.client.transaction = None;
    forget_watches(ctx);
    ctx.instance.end_pushes(ctx.client);
    ctx.instance.tracking.stop(ctx.client.id);
    ctx.keyspace.track(ctx.instance.tracking.is_on());
    let client = &mut *ctx.client;
    client.db = 0;
    client.name.clear();
    client.no_evict = false;
    client.no_touch = false;
    client.reply_mode = ReplyMode::On;
    ctx.instance.acl.start(client);
    ctx.reply.set_resp3(false);
    ctx.reply.simple("RESET");
    Ok(())
}

/// HELLO [protover [AUTH username password] [SETNAME clientname]]
pub fn hello(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let mut resp3 = ctx.reply.resp3();
    if let Some(version) = args.get(1) {
        resp3 = match parse_i64(version) {
            Some(2) => false,
            Some(3) => true,
            Some(_) => return Err("NOPROTO unsupported protocol version".into()),
            None => {
                return Err("ERR Protocol version is not an integer or out of range".into());
            }
        };
    }
    let (mut user, mut name) = (None, None);
    let mut at = 2;
    while at < args.len() {
        let more = args.len() - at - 1;
        if is_word(args.at(at), "AUTH") && more >= 2 {
            user = Some((args.at(at + 1), args.at(at + 2)));
            at += 3;
        } else if is_word(args.at(at), "SETNAME") && more >= 1 {
            if !is_printable(args.at(at + 1)) {
                return Err(client::BAD_NAME);
            }
            name = Some(args.at(at + 1));
            at += 2;
        } else {
            let before = "ERR Syntax error in HELLO option '";
            return Err(ReplyError::quoting(before, args.at(at), "'"));
        }
    }
    if let Some((user, password)) = user {
        log_in(ctx, args.at(0), user, password)?;
    }
    // Also where nobody has to log in any more.
    if !ctx.client.authenticated {
        return Err(ReplyError::new(
            "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO \
             <proto> AUTH <user> <pass> option can be used to authenticate the client and select the \
             RESP protocol version at the same time",
        ));
    }
    if let Some(name) = name {
        set_name(ctx, name)?;
    }
    ctx.reply.set_resp3(resp3);
    ctx.reply.map(7);
    ctx.reply.bulk(b"server");
    ctx.reply.bulk(b"redis");
    ctx.reply.bulk(b"version");
    ctx.reply.bulk_str(REDIS_VERSION);
    ctx.reply.bulk(b"proto");
    ctx.reply.integer(if resp3 { 3 } else { 2 });
    ctx.reply.bulk(b"id");
    ctx.reply.integer(ctx.client.id as i64);
    ctx.reply.bulk(b"mode");
    ctx.reply.bulk(b"standalone");
    ctx.reply.bulk(b"role");
    ctx.reply.bulk(b"master");
    ctx.reply.bulk(b"modules");
    ctx.reply.array(0);
    Ok(())
}

/// ON or OFF.
fn on_or_off(argument: &[u8]) -> Result<bool, ReplyError> {
    if is_word(argument, "ON") {
        Ok(true)
    } else if is_word(argument, "OFF") {
        Ok(false)
    } else {
        Err(SYNTAX)
    }
}
