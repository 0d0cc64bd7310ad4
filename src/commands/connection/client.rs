//! CLIENT and its subcommands, but for KILL.

use super::on_or_off;
use crate::commands::arguments::{is_word, write_help};
use crate::commands::context::{CommandResult, Context};
use crate::instance::{Client, ClientClass, ReplyMode};
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError};
use crate::types::numbers::parse_i64;

/// A connection's name must be printable, so that CLIENT LIST stays readable.
pub(super) const BAD_NAME: ReplyError =
    ReplyError::new("ERR Client names cannot contain spaces, newlines or special characters.");

/// CLIENT ID
pub fn client_id(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    ctx.reply.integer(ctx.client.id as i64);
    Ok(())
}

/// CLIENT GETNAME
pub fn client_getname(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    if ctx.client.name.is_empty() {
        ctx.reply.null();
    } else {
        ctx.reply.bulk(&ctx.client.name);
    }
    Ok(())
}

/// CLIENT SETNAME connection-name
pub fn client_setname(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    set_name(ctx, args.at(2))?;
    ctx.reply.ok();
    Ok(())
}

/// CLIENT SETINFO <LIB-NAME libname | LIB-VER libver>
pub fn client_setinfo(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let (attribute, value) = (args.at(2), args.at(3));
    let is_name = is_word(attribute, "LIB-NAME");
    if !is_name && !is_word(attribute, "LIB-VER") {
        return Err(ReplyError::quoting(
            "ERR Unrecognized option '",
            attribute,
            "'",
        ));
    }
    if !is_printable(value) {
        let attribute = if is_name { "lib-name" } else { "lib-ver" };
        return Err(ReplyError::from(format!(
            "ERR {attribute} cannot contain spaces, newlines or special characters."
        )));
    }
    if is_name {
        ctx.client.lib_name = value.to_vec();
    } else {
        ctx.client.lib_ver = value.to_vec();
    }
    ctx.reply.ok();
    Ok(())
}

/// CLIENT INFO
pub fn client_info(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    let mut line = describe(ctx, ctx.client);
    line.push(b'\n');
    ctx.reply.verbatim("txt", &line);
    Ok(())
}

/// CLIENT LIST [TYPE type] [ID client-id [client-id ...]]
pub fn client_list(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let mut wanted: Option<Vec<i64>> = None;
    let mut class = None;
    if args.len() == 4 && is_word(args.at(2), "TYPE") {
        class = Some(class_of(args.at(3))?);
    } else if args.len() > 3 && is_word(args.at(2), "ID") {
        let ids = args
            .tail(3)
            .iter()
            .map(|id| parse_i64(id).ok_or(ReplyError::new("ERR Invalid client ID")));
        wanted = Some(ids.collect::<Result<_, _>>()?);
    } else if args.len() != 2 {
        return Err(SYNTAX);
    }
    let mut lines = Vec::new();
    let mut own = Some(&*ctx.client);
    let mut add = |client: &Client| {
        let id = client.id as i64;
        if wanted.as_ref().is_none_or(|ids| ids.contains(&id))
            && class.is_none_or(|class| class == client.named_class())
        {
            lines.extend_from_slice(&describe(ctx, client));
            lines.push(b'\n');
        }
    };
    // The calling client is not among the others: it goes where its number belongs.
    for client in ctx.instance.clients.iter() {
        if let Some(caller) = own.take_if(|caller| caller.id < client.id) {
            add(caller);
        }
        add(client);
    }
    if let Some(caller) = own {
        add(caller);
    }
    ctx.reply.verbatim("txt", &lines);
    Ok(())
}

/// CLIENT NO-EVICT <ON | OFF>
pub fn client_no_evict(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    ctx.client.no_evict = on_or_off(args.at(2))?;
    ctx.reply.ok();
    Ok(())
}

/// CLIENT NO-TOUCH <ON | OFF>
pub fn client_no_touch(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    ctx.client.no_touch = on_or_off(args.at(2))?;
    ctx.reply.ok();
    Ok(())
}

/// CLIENT REPLY <ON | OFF | SKIP>
pub fn client_reply(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let mode = args.at(2);
    if is_word(mode, "ON") {
        ctx.client.reply_mode = ReplyMode::On;
        ctx.reply.ok();
    } else if is_word(mode, "OFF") {
        ctx.client.reply_mode = ReplyMode::Off;
    } else if is_word(mode, "SKIP") {
        if ctx.client.reply_mode != ReplyMode::Off {
            ctx.client.reply_mode = ReplyMode::SkipNext;
        }
    } else {
        return Err(SYNTAX);
    }
    Ok(())
}

/// CLIENT HELP
pub fn client_help(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    write_help(ctx.reply, "client");
    Ok(())
}

/// The line of a client; the caller's protocol and output are with its reply at this moment.
fn describe(ctx: &Context<'_>, client: &Client) -> Vec<u8> {
    let output = match client.id == ctx.client.id {
        true => &*ctx.reply,
        false => &client.output,
    };
    ctx.instance.describe(client, output)
}

/// The class of clients that a type names; none for masters, of which there are none.
pub(super) fn class_of(name: &[u8]) -> Result<Option<ClientClass>, ReplyError> {
    match ClientClass::named(name) {
        None if !is_word(name, "master") => {
            Err(ReplyError::quoting("ERR Unknown client type '", name, "'"))
        }
        class => Ok(class),
    }
}

/// Whether every byte is a visible ASCII character.
pub(super) fn is_printable(name: &[u8]) -> bool {
    name.iter().all(|byte| (b'!'..=b'~').contains(byte))
}

/// Names the calling client; the empty name is none.
pub(super) fn set_name(ctx: &mut Context<'_>, name: &[u8]) -> CommandResult {
    if !is_printable(name) {
        return Err(BAD_NAME);
    }
    ctx.client.name = name.to_vec();
    Ok(())
}
