//! Whether a user may run a command: the command itself, its keys, its channels.
//!
//! Dispatch asks before a command runs or is queued, EXEC and scripts before each that they run.

use crate::commands::command::KeyFlags;
use crate::commands::getkeys::keys_of;
use crate::commands::{Context, Entry, Flags, command_of};
use crate::instance::acl::{AclContext, AclLogEntry, KeyAccess, Reason, Selector, User};
use crate::instance::{Client, Instance};
use crate::resp::{Args, ReplyError, ReplyWriter};

/// Why a user may not run a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Denied {
    /// What it may not.
    pub reason: Reason,
    /// Which argument it is, if it is a key or a channel.
    pub at: usize,
}

/// Whether `client` may run the command of `entry`. One test where the user may do everything;
/// linear in keys and patterns otherwise.
///
/// # Errors
/// What it may not.
#[inline]
pub fn check(
    instance: &Instance,
    client: &Client,
    entry: &Entry,
    args: Args<'_>,
) -> Result<(), Denied> {
    if !client.restricted {
        return Ok(());
    }
    match instance.acl.user(client.user_name()) {
        Some(user) => check_user(user, entry, args),
        None => Err(Denied {
            reason: Reason::Command,
            at: 0,
        }),
    }
}

/// Whether `user` may run a command.
///
/// # Errors
/// What it may not: the last key or channel that no selector allows, if one allows the command.
pub fn check_user(user: &User, entry: &Entry, args: Args<'_>) -> Result<(), Denied> {
    let keys = keys(entry, args);
    let mut denied = Denied {
        reason: Reason::Command,
        at: 0,
    };
    for selector in user.selectors() {
        let Err(this) = check_selector(selector, entry, args, &keys) else {
            return Ok(());
        };
        let rank = |denied: &Denied| (denied.reason as usize, denied.at);
        if rank(&this) > rank(&denied) {
            denied = this;
        }
    }
    Err(denied)
}

/// Whether the client may read any key at all with this command, as BY and GET of SORT ask for.
pub fn may_read_every_key(ctx: &Context<'_>, args: Args<'_>) -> bool {
    if !ctx.client.restricted {
        return true;
    }
    let user = ctx.instance.acl.user(ctx.client.user_name());
    let (Some(user), Some(entry)) = (user, command_of(ctx.instance, args)) else {
        return false;
    };
    let keys = keys(entry, args);
    let read = KeyAccess {
        read: true,
        write: false,
    };
    user.selectors()
        .iter()
        .any(|it| it.allows_every_key(read) && check_selector(it, entry, args, &keys).is_ok())
}

/// Arguments that make no sense have no keys; the command will say so itself.
fn keys(entry: &Entry, args: Args<'_>) -> Vec<(usize, KeyFlags)> {
    keys_of(entry.command, args).unwrap_or_default()
}

fn check_selector(
    selector: &Selector,
    entry: &Entry,
    args: Args<'_>,
    keys: &[(usize, KeyFlags)],
) -> Result<(), Denied> {
    let denied = |reason, at| Err(Denied { reason, at });
    let first = if entry.parent.is_some() { 2 } else { 1 };
    if !entry.command.flags.contains(Flags::NO_AUTH)
        && !selector.allows_command(entry.id, args.get(first))
    {
        return denied(Reason::Command, 0);
    }
    for &(at, flags) in keys {
        let changes = KeyFlags::INSERT
            .union(KeyFlags::DELETE)
            .union(KeyFlags::UPDATE);
        let access = KeyAccess {
            read: flags.contains(KeyFlags::ACCESS),
            write: flags.intersects(changes),
        };
        if !flags.contains(KeyFlags::NOT_KEY) && !selector.allows_key(args.at(at), access) {
            return denied(Reason::Key, at);
        }
    }
    let (channels, is_pattern) = channels(entry, args.len());
    for at in channels {
        if !selector.allows_channel(args.at(at), is_pattern) {
            return denied(Reason::Channel, at);
        }
    }
    Ok(())
}

/// Which arguments are channels that somebody listens or speaks to, and whether they are patterns.
fn channels(entry: &Entry, count: usize) -> (std::ops::Range<usize>, bool) {
    match entry.command.name {
        _ if entry.parent.is_some() => (0..0, false),
        "publish" | "spublish" => (1..2, false),
        "subscribe" | "ssubscribe" => (1..count, false),
        "psubscribe" => (1..count, true),
        _ => (0..0, false),
    }
}

impl Denied {
    /// What it says to `user`. Which key or channel it is only `named` tells (ACL DRYRUN).
    pub fn text(self, user: &[u8], entry: &Entry, args: Args<'_>, named: bool) -> Vec<u8> {
        let what: &[u8] = match self.reason {
            Reason::Key => b"key",
            Reason::Channel => b"channel",
            Reason::Command | Reason::Auth => {
                let name = entry.full_name();
                let run: &[u8] = b" has no permissions to run the '";
                return [b"User ", user, run, name.as_bytes(), b"' command"].concat();
            }
        };
        if named {
            let object = args.at(self.at);
            let access: &[u8] = b" has no permissions to access the '";
            return [b"User ", user, access, object, b"' ", what].concat();
        }
        [b"No permissions to access a ", what].concat()
    }

    /// Notes it for ACL LOG. `output` is that of the client.
    pub fn log(
        self,
        instance: &mut Instance,
        (client, output): (&Client, &ReplyWriter),
        context: AclContext,
        entry: &Entry,
        args: Args<'_>,
    ) {
        let object = match self.reason {
            Reason::Key | Reason::Channel => args.at(self.at).to_vec(),
            Reason::Command | Reason::Auth => entry.full_name().into_bytes(),
        };
        let user = client.user_name();
        log(
            instance,
            (client, output),
            (self.reason, context),
            user,
            object,
        );
    }
}

/// Notes that something was denied.
pub(super) fn log(
    instance: &mut Instance,
    (client, output): (&Client, &ReplyWriter),
    (reason, context): (Reason, AclContext),
    user: &[u8],
    object: Vec<u8>,
) {
    let now_ms = instance.now_ms();
    let entry = AclLogEntry {
        id: 0,
        count: 0,
        reason,
        context,
        object,
        user: user.to_vec(),
        client: instance.describe(client, output),
        created_ms: now_ms,
        updated_ms: now_ms,
    };
    instance.acl.log.add(entry, instance.config.acllog_max_len);
}

/// The error for a command that the client may not run now, which is noted for ACL LOG. `output`
/// is that of the client.
#[inline]
pub fn refused(
    instance: &mut Instance,
    client: &Client,
    output: &ReplyWriter,
    entry: &Entry,
    args: Args<'_>,
) -> Option<ReplyError> {
    if !client.restricted {
        return None;
    }
    let denied = check(instance, client, entry, args).err()?;
    let context = match client.transaction {
        Some(_) => AclContext::Multi,
        None => AclContext::TopLevel,
    };
    denied.log(instance, (client, output), context, entry, args);
    let text = denied.text(client.user_name(), entry, args, false);
    Some(ReplyError::from_bytes([b"NOPERM ", &text[..]].concat()))
}

/// The error for a command of a transaction that the client may no longer run when EXEC comes to it.
pub fn refused_in_exec(ctx: &mut Context<'_>, entry: &Entry, args: Args<'_>) -> Option<ReplyError> {
    let denied = check(ctx.instance, ctx.client, entry, args).err()?;
    let client = (&*ctx.client, &*ctx.reply);
    denied.log(ctx.instance, client, AclContext::Multi, entry, args);
    let why = match denied.reason {
        Reason::Key => "no permission to touch the specified keys",
        Reason::Channel => "no permission to access one of the channels used as arguments",
        Reason::Command | Reason::Auth => "no permission to execute the command or subcommand",
    };
    let text = "NOPERM ACLs rules changed between the moment the transaction was accumulated and the \
                EXEC call. This command is no longer allowed for the following reason: ";
    Some(ReplyError::from([text, why].concat()))
}

/// The error for a command that a script may not call on behalf of its client.
pub fn refused_to_script(
    ctx: &mut Context<'_>,
    entry: &Entry,
    args: Args<'_>,
) -> Option<ReplyError> {
    let denied = check(ctx.instance, ctx.client, entry, args).err()?;
    let client = (&*ctx.client, &*ctx.reply);
    denied.log(ctx.instance, client, AclContext::Lua, entry, args);
    let text = denied.text(ctx.client.user_name(), entry, args, false);
    let before = b"NOPERM ACL failure in script: ";
    Some(ReplyError::from_bytes([before, &text[..]].concat()))
}
