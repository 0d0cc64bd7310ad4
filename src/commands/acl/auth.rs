//! AUTH, and the AUTH of HELLO.

use super::permission;
use crate::commands::context::{CommandResult, Context};
use crate::instance::acl::{AclContext, DEFAULT_USER, Reason};
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError};

/// AUTH [username] password
pub fn auth(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let (user, password) = match args.len() {
        2 => {
            let default = ctx.instance.acl.user(DEFAULT_USER);
            if default.is_some_and(|user| user.nopass) {
                return Err(ReplyError::new(
                    "ERR AUTH <password> called without any password configured for the default \
                     user. Are you sure your configuration is correct?",
                ));
            }
            (DEFAULT_USER, args.at(1))
        }
        3 => (args.at(1), args.at(2)),
        _ => return Err(SYNTAX),
    };
    log_in(ctx, args.at(0), user, password)?;
    ctx.reply.ok();
    Ok(())
}

/// Makes the client this user, if the password is right. `command` is what asks for it.
pub fn log_in(
    ctx: &mut Context<'_>,
    command: &[u8],
    user: &[u8],
    password: &[u8],
) -> CommandResult {
    let known = ctx.instance.acl.user(user);
    if known.is_some_and(|known| known.accepts(password)) {
        ctx.instance.acl.log_in(ctx.client, user);
        return Ok(());
    }
    let context = match ctx.client.transaction.is_some() || ctx.client.in_exec {
        true => AclContext::Multi,
        false => AclContext::TopLevel,
    };
    permission::log(
        ctx.instance,
        (&*ctx.client, &*ctx.reply),
        (Reason::Auth, context),
        user,
        command.to_vec(),
    );
    Err("WRONGPASS invalid username-password pair or user is disabled.".into())
}
