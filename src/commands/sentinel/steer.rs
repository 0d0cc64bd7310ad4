//! What has a sentinel watch, forget, and fail over.

use super::{NO_SENTINEL, NO_SUCH_PRIMARY, text};
use crate::commands::arguments::{integer, write_help};
use crate::commands::context::{CommandResult, Context};
use crate::resp::{Args, ReplyError};
use crate::sentinel::{NO_ADDRESS, PrimarySettings};
use crate::types::glob;

/// SENTINEL MONITOR name ip port quorum
pub fn monitor(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let quorum = integer(args.at(5)).map_err(|_| ReplyError::new("ERR Invalid quorum"))?;
    let port = integer(args.at(4)).map_err(|_| ReplyError::new("ERR Invalid port"))?;
    let Some(quorum) = usize::try_from(quorum).ok().filter(|&quorum| quorum > 0) else {
        return Err("ERR Quorum must be 1 or greater.".into());
    };
    let Ok(port) = u16::try_from(port) else {
        return Err("ERR Invalid port number".into());
    };
    let (name, host) = (text(args.at(2)), text(args.at(3)));
    // It must stand in a line of the configuration.
    let odd = |byte: u8| byte.is_ascii_whitespace() || byte.is_ascii_control();
    if name.is_empty() || name.bytes().any(odd) {
        return Err("ERR Invalid master name".into());
    }
    let outcome = ctx.instance.with_sentinel(|sentinel, world| {
        if !sentinel.common.announce.accepts(&host) {
            return Err(ReplyError::from(format!("ERR {NO_ADDRESS}")));
        }
        let settings = PrimarySettings::new(&name, &host, port, quorum);
        match sentinel.monitor(&settings, world.now) {
            true => Ok(()),
            false => Err("ERR Duplicate master name.".into()),
        }
    });
    outcome.ok_or(NO_SENTINEL)??;
    ctx.reply.ok();
    Ok(())
}

/// SENTINEL REMOVE name
pub fn remove(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let name = text(args.at(2));
    let removed = ctx
        .instance
        .with_sentinel(|sentinel, world| sentinel.remove(&name, world.links));
    if !removed.ok_or(NO_SENTINEL)? {
        return Err(NO_SUCH_PRIMARY);
    }
    ctx.reply.ok();
    Ok(())
}

/// SENTINEL RESET pattern
pub fn reset(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let pattern = args.at(2);
    let count = ctx.instance.with_sentinel(|sentinel, world| {
        let mut count = 0;
        for (name, primary) in sentinel.primaries.iter_mut() {
            if glob::matches(pattern, name.as_bytes(), false) {
                primary.reset_all(&mut sentinel.common, world);
                count += 1;
            }
        }
        if count > 0 {
            sentinel.note_change();
        }
        count
    });
    ctx.reply.integer(count.ok_or(NO_SENTINEL)?);
    Ok(())
}

/// SENTINEL FAILOVER master-name
pub fn failover(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let name = text(args.at(2));
    let outcome = ctx.instance.with_sentinel(|sentinel, world| {
        let Some(primary) = sentinel.primaries.get_mut(&name) else {
            return Err(NO_SUCH_PRIMARY);
        };
        if primary.failover.is_running() {
            return Err("INPROG Failover already in progress".into());
        }
        if primary.best_replica(&sentinel.common, world.now).is_none() {
            return Err("NOGOODSLAVE No suitable replica to promote".into());
        }
        primary.start_failover(&mut sentinel.common, world);
        primary.failover.forced = true;
        Ok(())
    });
    outcome.ok_or(NO_SENTINEL)??;
    let line = format!("Executing user requested FAILOVER of '{name}'");
    ctx.instance.log(crate::instance::LogLevel::Warning, line);
    ctx.reply.ok();
    Ok(())
}

/// SENTINEL FLUSHCONFIG
pub fn flushconfig(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    super::sentinel(ctx)?;
    if !ctx.instance.write_sentinel_config() {
        return Err("ERR Failed to save config file, check server logs".into());
    }
    ctx.reply.ok();
    Ok(())
}

/// SENTINEL HELP
pub fn help(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    write_help(ctx.reply, "sentinel");
    Ok(())
}
