//! ACL CAT, DRYRUN, GENPASS, LOG, HELP.

use super::names::category;
use super::permission::check_user;
use crate::commands::arguments::{integer, is_word, write_double, write_help};
use crate::commands::context::{CommandResult, Context};
use crate::commands::server::CATEGORIES;
use crate::commands::{Entry, command_of, mode_of, table};
use crate::instance::acl::AclLogEntry;
use crate::resp::{Args, ReplyError, ReplyWriter};
use crate::types::sampling::below;

/// Most bits of ACL GENPASS.
const MAX_BITS: i64 = 4096;

/// ACL CAT [categoryname]
pub fn acl_cat(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    match args.len() {
        2 => {
            ctx.reply.array(CATEGORIES.len());
            for (_, name) in CATEGORIES {
                ctx.reply.bulk(&name.as_bytes()[1..]);
            }
        }
        3 => {
            let wanted = category(args.at(2)).ok_or_else(|| {
                let name = args.at(2);
                let shown = name.get(..128).unwrap_or(name);
                ReplyError::quoting("ERR Unknown category '", shown, "'")
            })?;
            let mode = mode_of(ctx.instance);
            let entries = table().entries().iter();
            let found: Vec<&Entry> = entries
                .filter(|entry| {
                    entry.is_in(mode) && entry.command.all_categories().contains(wanted)
                })
                .collect();
            ctx.reply.array(found.len());
            for entry in found {
                ctx.reply.bulk_str(&entry.full_name());
            }
        }
        _ => return Err(unknown_subcommand(args)),
    }
    Ok(())
}

/// What containers say to a subcommand with too many arguments.
fn unknown_subcommand(args: Args<'_>) -> ReplyError {
    let before = "ERR unknown subcommand or wrong number of arguments for '";
    let name = args.at(1);
    let shown = name.get(..128).unwrap_or(name);
    ReplyError::quoting(before, shown, "'. Try ACL HELP.")
}

/// ACL DRYRUN username command [arg [arg ...]]
pub fn acl_dryrun(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let (name, command) = (args.at(2), args.tail(3));
    let Some(user) = ctx.instance.acl.user(name) else {
        return Err(ReplyError::quoting("ERR User '", name, "' not found"));
    };
    let mode = mode_of(ctx.instance);
    let entry = command_of(ctx.instance, command);
    let Some(entry) = entry.filter(|entry| entry.is_in(mode)) else {
        let name = command.at(0);
        return Err(ReplyError::quoting("ERR Command '", name, "' not found"));
    };
    if !entry.command.accepts(command.len()) {
        let name = entry.full_name();
        let text = ["ERR wrong number of arguments for '", &name, "' command"];
        return Err(ReplyError::from(text.concat()));
    }
    match check_user(user, entry, command) {
        Ok(()) => ctx.reply.ok(),
        Err(denied) => ctx.reply.bulk(&denied.text(name, entry, command, true)),
    }
    Ok(())
}

/// ACL GENPASS [bits]
pub fn acl_genpass(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let bits = match args.len() {
        2 => 256,
        3 => integer(args.at(2))?,
        _ => return Err(unknown_subcommand(args)),
    };
    if !(1..=MAX_BITS).contains(&bits) {
        return Err(ReplyError::new(
            "ERR ACL GENPASS argument must be the number of bits for the output password, a positive \
             number up to 4096",
        ));
    }
    let digit = |_| b"0123456789abcdef"[below(&mut ctx.instance.rng, 16)];
    let password: Vec<u8> = (0..(bits + 3) / 4).map(digit).collect();
    ctx.reply.bulk(&password);
    Ok(())
}

/// ACL LOG [count | RESET]
pub fn acl_log(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let count = match args.len() {
        2 => 10,
        3 if is_word(args.at(2), "RESET") => {
            ctx.instance.acl.log.reset();
            ctx.reply.ok();
            return Ok(());
        }
        3 => integer(args.at(2))?,
        _ => return Err(unknown_subcommand(args)),
    };
    let entries = ctx.instance.acl.log.entries();
    let count = usize::try_from(count.max(0)).map_or(entries.len(), |it| it.min(entries.len()));
    let now_ms = ctx.instance.now_ms();
    ctx.reply.array(count);
    for entry in entries.take(count) {
        write_entry(ctx.reply, entry, now_ms);
    }
    Ok(())
}

fn write_entry(reply: &mut ReplyWriter, entry: &AclLogEntry, now_ms: i64) {
    let age = now_ms.saturating_sub(entry.updated_ms) as f64 / 1000.0;
    reply.map(10);
    reply.bulk(b"count");
    reply.integer(entry.count.cast_signed());
    reply.bulk(b"reason");
    reply.bulk_str(entry.reason.name());
    reply.bulk(b"context");
    reply.bulk_str(entry.context.name());
    reply.bulk(b"object");
    reply.bulk(&entry.object);
    reply.bulk(b"username");
    reply.bulk(&entry.user);
    reply.bulk(b"age-seconds");
    write_double(reply, age);
    reply.bulk(b"client-info");
    reply.bulk(&entry.client);
    reply.bulk(b"entry-id");
    reply.integer(entry.id.cast_signed());
    reply.bulk(b"timestamp-created");
    reply.integer(entry.created_ms);
    reply.bulk(b"timestamp-last-updated");
    reply.integer(entry.updated_ms);
}

/// ACL HELP
pub fn acl_help(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    write_help(ctx.reply, "acl");
    Ok(())
}
