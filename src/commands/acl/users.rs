//! ACL SETUSER, DELUSER, GETUSER, LIST, USERS, WHOAMI.

use super::names::rules;
use crate::commands::context::{CommandResult, Context};
use crate::instance::acl::{
    DEFAULT_USER, Selector, User, has_spaces, hexadecimal, merge_selectors,
};
use crate::instance::{Client, Request, Topic};
use crate::resp::{Args, ReplyError, ReplyWriter};
use crate::types::glob;

/// ACL SETUSER username [rule [rule ...]]
pub fn acl_setuser(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let name = args.at(2);
    if has_spaces(name) {
        return Err("ERR Usernames can't contain spaces or null characters".into());
    }
    let words: Vec<&[u8]> = args.tail(3).iter().collect();
    let merged = merge_selectors(&words).map_err(|at| {
        let before = "ERR Unmatched parenthesis in acl selector starting at '";
        ReplyError::quoting(before, words.get(at).copied().unwrap_or_default(), "'.")
    })?;
    let rules = rules(ctx.instance);
    let before = ctx.instance.acl.user(name).cloned();
    let mut user = before
        .clone()
        .unwrap_or_else(|| User::new(rules.all_channels));
    for rule in merged {
        rules.apply(&mut user, &rule).map_err(|error| {
            let before = "ERR Error in ACL SETUSER modifier '";
            ReplyError::quoting(before, &rule, &["': ", error.text()].concat())
        })?;
    }
    if let Some(before) = before
        && revokes_channels(&before, &user)
    {
        close_clients(ctx, |client| {
            client.user_name() == name && uses_other_channels(client, &user)
        });
    }
    ctx.instance.acl.put(name, user);
    settle(ctx);
    ctx.reply.ok();
    Ok(())
}

/// Whether a channel may be used before that may not be after, as far as the rules tell.
fn revokes_channels(before: &User, after: &User) -> bool {
    let every = |user: &User| user.selectors().iter().any(Selector::allows_every_channel);
    let named = |channel: &[u8]| {
        let mut all = after.selectors().iter().flat_map(Selector::channels);
        all.any(|other| other == channel)
    };
    let mut channels = before.selectors().iter().flat_map(Selector::channels);
    !every(after) && (every(before) || !channels.all(named))
}

fn uses_other_channels(client: &Client, user: &User) -> bool {
    let any = |topic, allows: &dyn Fn(&[u8], &[u8]) -> bool| {
        client.subscribed_names(topic).iter().any(|name| {
            let mut channels = user.selectors().iter().flat_map(Selector::channels);
            !channels.any(|channel| allows(channel, name))
        })
    };
    let fits = |pattern: &[u8], name: &[u8]| glob::matches(pattern, name, false);
    any(Topic::Pattern, &|channel, name| channel == name)
        || any(Topic::Channel, &fits)
        || any(Topic::Shard, &fits)
}

/// Closes the clients that `chosen` names; the caller after its reply.
pub(super) fn close_clients(ctx: &mut Context<'_>, chosen: impl Fn(&Client) -> bool) {
    for client in ctx.instance.clients.iter_mut() {
        if chosen(client) {
            ctx.instance.requests.push(Request::CloseClient(client.id));
        }
    }
    if chosen(ctx.client) {
        ctx.client.closing = true;
    }
}

/// Closes the clients of users that are no more; until then they may do nothing.
pub(super) fn close_clients_of(ctx: &mut Context<'_>, gone: impl Fn(&[u8]) -> bool) {
    close_clients(ctx, |client| gone(client.user_name()));
    let clients = ctx.instance.clients.iter_mut();
    for client in clients.chain([&mut *ctx.client]) {
        if gone(client.user_name()) {
            client.user = Vec::new();
            client.authenticated = false;
        }
    }
}

/// Has every client find anew what it may do.
pub fn settle(ctx: &mut Context<'_>) {
    let (acl, clients) = (&ctx.instance.acl, &mut ctx.instance.clients);
    for client in clients.iter_mut() {
        acl.settle(client);
    }
    acl.settle(ctx.client);
}

/// ACL DELUSER username [username ...]
pub fn acl_deluser(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let names = args.tail(2);
    if names.iter().any(|name| name == DEFAULT_USER) {
        return Err("ERR The 'default' user cannot be removed".into());
    }
    let mut removed = 0;
    for name in names.iter() {
        if ctx.instance.acl.remove(name) {
            removed += 1;
            close_clients_of(ctx, |user| user == name);
        }
    }
    settle(ctx);
    ctx.reply.integer(removed);
    Ok(())
}

/// ACL GETUSER username
pub fn acl_getuser(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let Some(user) = ctx.instance.acl.user(args.at(2)) else {
        ctx.reply.null();
        return Ok(());
    };
    let reply = &mut *ctx.reply;
    reply.map(6);
    reply.bulk(b"flags");
    let flags = user.flags();
    reply.set(flags.len());
    for flag in flags {
        reply.bulk_str(flag);
    }
    reply.bulk(b"passwords");
    reply.array(user.passwords().len());
    for hash in user.passwords() {
        reply.bulk_str(&hexadecimal(hash));
    }
    let (root, others) = user.selectors().split_first().unzip();
    if let Some(root) = root {
        write_selector(reply, root);
    }
    let others = others.unwrap_or_default();
    reply.bulk(b"selectors");
    reply.array(others.len());
    for selector in others {
        reply.map(3);
        write_selector(reply, selector);
    }
    Ok(())
}

fn write_selector(reply: &mut ReplyWriter, selector: &Selector) {
    reply.bulk(b"commands");
    reply.bulk(&selector.command_rules());
    reply.bulk(b"keys");
    reply.bulk(&selector.key_rules());
    reply.bulk(b"channels");
    reply.bulk(&selector.channel_rules());
}

/// ACL LIST
pub fn acl_list(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    let lines = ctx.instance.acl.lines();
    ctx.reply.array(lines.len());
    for line in lines {
        ctx.reply.bulk(&line);
    }
    Ok(())
}

/// ACL USERS
pub fn acl_users(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    let users = ctx.instance.acl.users();
    ctx.reply.array(users.len());
    for name in users.keys() {
        ctx.reply.bulk(name);
    }
    Ok(())
}

/// ACL WHOAMI
pub fn acl_whoami(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    ctx.reply.bulk(ctx.client.user_name());
    Ok(())
}
