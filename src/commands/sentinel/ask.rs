//! What clients and other sentinels ask.

use super::{primary, sentinel, text};
use crate::commands::arguments::integer;
use crate::commands::context::{CommandResult, Context};
use crate::resp::{Args, ReplyError};

/// SENTINEL GET-MASTER-ADDR-BY-NAME master-name
pub fn get_master_addr(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let sentinel = sentinel(ctx)?;
    let names = sentinel.common.announce.hostnames;
    let address = primary(sentinel, args.at(2)).map(|primary| {
        let (host, port) = primary.current_address(names);
        (host.to_owned(), port)
    });
    match address {
        Err(_) => ctx.reply.null_array(),
        Ok((host, port)) => {
            ctx.reply.array(2);
            ctx.reply.bulk_str(&host);
            ctx.reply.bulk_str(&port.to_string());
        }
    }
    Ok(())
}

/// SENTINEL IS-MASTER-DOWN-BY-ADDR ip port current-epoch runid
pub fn is_master_down(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let port = u16::try_from(integer(args.at(3))?).unwrap_or(0);
    let epoch = integer(args.at(4))?.cast_unsigned();
    let (host, candidate) = (text(args.at(2)), text(args.at(5)));
    let opinion = ctx
        .instance
        .with_sentinel(|sentinel, world| sentinel.opinion(&host, port, epoch, &candidate, world));
    let (down, leader, epoch) = opinion.ok_or(super::NO_SENTINEL)?;
    ctx.reply.array(3);
    ctx.reply.integer(i64::from(down));
    ctx.reply.bulk_str(leader.as_deref().unwrap_or("*"));
    ctx.reply.integer(epoch.cast_signed());
    Ok(())
}

/// SENTINEL CKQUORUM master-name
pub fn ckquorum(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let quorum = primary(sentinel(ctx)?, args.at(2))?.quorum_now();
    let usable = quorum.usable;
    if quorum.reaches_quorum && quorum.reaches_majority {
        ctx.reply.simple(&format!(
            "OK {usable} usable Sentinels. Quorum and failover authorization can be reached"
        ));
        return Ok(());
    }
    let mut why = Vec::new();
    if !quorum.reaches_quorum {
        why.push("Not enough available Sentinels to reach the specified quorum for this master");
    }
    if !quorum.reaches_majority {
        why.push("Not enough available Sentinels to reach the majority and authorize a failover");
    }
    let why = why.join(". ");
    let error = format!("NOQUORUM {usable} usable Sentinels. {why}");
    Err(ReplyError::from(error))
}

/// SENTINEL MYID
pub fn myid(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    let id = sentinel(ctx)?.common.id.clone();
    ctx.reply.bulk_str(&id);
    Ok(())
}

/// SENTINEL PENDING-SCRIPTS: there are none, since none can be configured.
pub fn pending_scripts(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    sentinel(ctx)?;
    ctx.reply.array(0);
    Ok(())
}
