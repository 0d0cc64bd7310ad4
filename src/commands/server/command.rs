//! COMMAND: the table, told to clients.

use crate::commands::arguments::{is_word, write_help};
use crate::commands::command::{BeginSearch, Categories, FindKeys, Flags, KeyFlags, KeySpec};
use crate::commands::context::{CommandResult, Context};
use crate::commands::getkeys::{KeysError, keys_of};
use crate::commands::table::{Entry, command_named, command_of, is_there, mode_of, table};
use crate::instance::Instance;
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError, ReplyWriter};
use crate::types::glob;

/// COMMAND
pub fn command_all(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    let commands = || commands(ctx.instance);
    ctx.reply.array(commands().count());
    for entry in commands() {
        write_info(ctx.reply, entry);
    }
    Ok(())
}

/// The commands that a server has, without subcommands of others.
pub fn commands(instance: &Instance) -> impl Iterator<Item = &'static Entry> {
    let commands = table().commands(mode_of(instance));
    commands.filter(|entry| is_there(instance, entry))
}

/// COMMAND COUNT
pub fn command_count(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    let count = commands(ctx.instance).count();
    ctx.reply.integer(count as i64);
    Ok(())
}

/// COMMAND INFO [command-name [command-name ...]]
pub fn command_info(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    if args.len() == 2 {
        return command_all(ctx, args);
    }
    let mode = mode_of(ctx.instance);
    ctx.reply.array(args.len() - 2);
    for name in args.tail(2).iter() {
        match find_named(ctx.instance, name).filter(|entry| entry.is_in(mode)) {
            Some(entry) => write_info(ctx.reply, entry),
            None => ctx.reply.null(),
        }
    }
    Ok(())
}

/// [`find_by_full_name`], but for `rename-command`.
pub fn find_named(instance: &Instance, name: &[u8]) -> Option<&'static Entry> {
    match name.iter().position(|&byte| byte == b'|') {
        None => command_named(instance, name),
        Some(bar) => {
            let container = command_named(instance, &name[..bar])?;
            table().find_subcommand(container, &name[bar + 1..])
        }
    }
}

/// The command that the table calls `get` or `config|get`.
pub fn find_by_full_name(name: &[u8]) -> Option<&'static Entry> {
    match name.iter().position(|&byte| byte == b'|') {
        None => table().find(name),
        Some(bar) => {
            let container = table().find(&name[..bar])?;
            table().find_subcommand(container, &name[bar + 1..])
        }
    }
}

/// COMMAND LIST [FILTERBY <MODULE module-name | ACLCAT category | PATTERN pattern>]
pub fn command_list(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let filter = match args.len() {
        2 => None,
        5 if is_word(args.at(2), "FILTERBY") => Some((args.at(3), args.at(4))),
        _ => return Err(SYNTAX),
    };
    let accepts: Box<dyn Fn(&Entry) -> bool> = match filter {
        None => Box::new(|_| true),
        Some((kind, _)) if is_word(kind, "MODULE") => Box::new(|_| false),
        Some((kind, name)) if is_word(kind, "ACLCAT") => {
            let wanted = CATEGORIES
                .iter()
                .find(|(_, category)| is_word(name, &category[1..]))
                .map(|(flag, _)| *flag);
            Box::new(move |entry| {
                wanted.is_some_and(|flag| entry.command.all_categories().contains(flag))
            })
        }
        Some((kind, pattern)) if is_word(kind, "PATTERN") => {
            Box::new(move |entry| glob::matches(pattern, entry.full_name().as_bytes(), true))
        }
        Some(_) => return Err(SYNTAX),
    };
    let found: Vec<&Entry> = table()
        .entries()
        .iter()
        .filter(|entry| is_there(ctx.instance, entry) && accepts(entry))
        .collect();
    ctx.reply.array(found.len());
    for entry in found {
        ctx.reply.bulk_str(&entry.full_name());
    }
    Ok(())
}

/// COMMAND GETKEYS command [argument ...]
pub fn command_getkeys(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let keys = find_keys(ctx.instance, args.tail(2))?;
    ctx.reply.array(keys.len());
    for (at, _) in keys {
        ctx.reply.bulk(args.at(at + 2));
    }
    Ok(())
}

/// COMMAND GETKEYSANDFLAGS command [argument ...]
pub fn command_getkeysandflags(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let keys = find_keys(ctx.instance, args.tail(2))?;
    ctx.reply.array(keys.len());
    for (at, flags) in keys {
        ctx.reply.array(2);
        ctx.reply.bulk(args.at(at + 2));
        write_key_flags(ctx.reply, flags);
    }
    Ok(())
}

fn find_keys(instance: &Instance, args: Args<'_>) -> Result<Vec<(usize, KeyFlags)>, ReplyError> {
    let Some(entry) = command_of(instance, args) else {
        return Err("ERR Invalid command specified".into());
    };
    if entry.command.keys.is_empty() {
        return Err("ERR The command has no key arguments".into());
    }
    if !entry.command.accepts(args.len()) {
        return Err("ERR Invalid number of arguments specified for command".into());
    }
    match keys_of(entry.command, args) {
        Ok(keys) if keys.is_empty() && !may_have_no_key(entry) => {
            Err("ERR Invalid arguments specified for command".into())
        }
        Ok(keys) => Ok(keys),
        Err(KeysError::NoKeys) => Err("ERR The command has no key arguments".into()),
        Err(KeysError::Invalid) => Err("ERR Invalid arguments specified for command".into()),
    }
}

fn may_have_no_key(entry: &Entry) -> bool {
    entry.command.flags.contains(Flags::NO_MANDATORY_KEYS)
}

/// COMMAND HELP
pub fn command_help(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    write_help(ctx.reply, "command");
    Ok(())
}

const FLAGS: &[(Flags, &str)] = &[
    (Flags::WRITE, "write"),
    (Flags::READONLY, "readonly"),
    (Flags::DENYOOM, "denyoom"),
    (Flags::ADMIN, "admin"),
    (Flags::PUBSUB, "pubsub"),
    (Flags::NOSCRIPT, "noscript"),
    (Flags::BLOCKING, "blocking"),
    (Flags::LOADING, "loading"),
    (Flags::STALE, "stale"),
    (Flags::SKIP_MONITOR, "skip_monitor"),
    (Flags::SKIP_SLOWLOG, "skip_slowlog"),
    (Flags::ASKING, "asking"),
    (Flags::FAST, "fast"),
    (Flags::NO_AUTH, "no_auth"),
    (Flags::NO_MANDATORY_KEYS, "no_mandatory_keys"),
    (Flags::NO_ASYNC_LOADING, "no_async_loading"),
    (Flags::NO_MULTI, "no_multi"),
    (Flags::MOVABLEKEYS, "movablekeys"),
    (Flags::ALLOW_BUSY, "allow_busy"),
];

/// ACL categories by flag.
pub const CATEGORIES: &[(Categories, &str)] = &[
    (Categories::KEYSPACE, "@keyspace"),
    (Categories::READ, "@read"),
    (Categories::WRITE, "@write"),
    (Categories::SET, "@set"),
    (Categories::SORTED_SET, "@sortedset"),
    (Categories::LIST, "@list"),
    (Categories::HASH, "@hash"),
    (Categories::STRING, "@string"),
    (Categories::BITMAP, "@bitmap"),
    (Categories::HYPERLOGLOG, "@hyperloglog"),
    (Categories::GEO, "@geo"),
    (Categories::STREAM, "@stream"),
    (Categories::PUBSUB, "@pubsub"),
    (Categories::ADMIN, "@admin"),
    (Categories::FAST, "@fast"),
    (Categories::SLOW, "@slow"),
    (Categories::BLOCKING, "@blocking"),
    (Categories::DANGEROUS, "@dangerous"),
    (Categories::CONNECTION, "@connection"),
    (Categories::TRANSACTION, "@transaction"),
    (Categories::SCRIPTING, "@scripting"),
];

const KEY_FLAGS: &[(KeyFlags, &str)] = &[
    (KeyFlags::RO, "RO"),
    (KeyFlags::RW, "RW"),
    (KeyFlags::OW, "OW"),
    (KeyFlags::RM, "RM"),
    (KeyFlags::ACCESS, "access"),
    (KeyFlags::UPDATE, "update"),
    (KeyFlags::INSERT, "insert"),
    (KeyFlags::DELETE, "delete"),
    (KeyFlags::NOT_KEY, "not_key"),
    (KeyFlags::INCOMPLETE, "incomplete"),
    (KeyFlags::VARIABLE_FLAGS, "variable_flags"),
];

fn write_names(reply: &mut ReplyWriter, names: &[&str]) {
    reply.set(names.len());
    for name in names {
        reply.simple(name);
    }
}

fn write_key_flags(reply: &mut ReplyWriter, flags: KeyFlags) {
    let names: Vec<&str> = KEY_FLAGS
        .iter()
        .filter(|(flag, _)| flags.contains(*flag))
        .map(|(_, name)| *name)
        .collect();
    write_names(reply, &names);
}

/// First key, last key and step: the only range that older clients understand.
fn legacy_range(keys: &[KeySpec]) -> (i32, i32, i32) {
    let mut merged: Option<(i32, i32, i32)> = None;
    for spec in keys {
        let (BeginSearch::Index(first), FindKeys::Range { last, step, .. }) =
            (spec.begin, spec.find)
        else {
            continue;
        };
        let last = if last >= 0 { first + last } else { last };
        merged = match merged {
            None => Some((first, last, step)),
            // A second specification right behind the first extends it.
            Some((begin, end, 1)) if end + 1 == first && step == 1 => Some((begin, last, 1)),
            Some(kept) => Some(kept),
        };
    }
    merged.unwrap_or((0, 0, 0))
}

fn write_info(reply: &mut ReplyWriter, entry: &Entry) {
    let command = entry.command;
    let (first, last, step) = legacy_range(command.keys);
    reply.array(10);
    reply.bulk_str(&entry.full_name());
    reply.integer(i64::from(command.arity));
    let flags: Vec<&str> = FLAGS
        .iter()
        .filter(|(flag, _)| command.flags.contains(*flag))
        .map(|(_, name)| *name)
        .collect();
    write_names(reply, &flags);
    reply.integer(i64::from(first));
    reply.integer(i64::from(last));
    reply.integer(i64::from(step));
    let categories: Vec<&str> = CATEGORIES
        .iter()
        .filter(|(category, _)| command.all_categories().contains(*category))
        .map(|(_, name)| *name)
        .collect();
    write_names(reply, &categories);
    reply.array(command.tips.len());
    for tip in command.tips {
        reply.bulk_str(tip);
    }
    reply.array(command.keys.len());
    for spec in command.keys {
        write_key_spec(reply, spec);
    }
    let subcommands: Vec<&Entry> = table()
        .entries()
        .iter()
        .filter(|child| {
            entry.parent.is_none()
                && child
                    .parent
                    .is_some_and(|parent| parent.name == command.name)
        })
        .collect();
    reply.array(subcommands.len());
    for subcommand in subcommands {
        write_info(reply, subcommand);
    }
}

fn write_key_spec(reply: &mut ReplyWriter, spec: &KeySpec) {
    reply.map(3);
    reply.bulk(b"flags");
    write_key_flags(reply, spec.flags);
    reply.bulk(b"begin_search");
    reply.map(2);
    reply.bulk(b"type");
    match spec.begin {
        BeginSearch::Index(index) => {
            reply.bulk(b"index");
            reply.bulk(b"spec");
            write_numbers(reply, &[("index", index)]);
        }
        BeginSearch::Keyword(word, from) => {
            reply.bulk(b"keyword");
            reply.bulk(b"spec");
            reply.map(2);
            reply.bulk(b"keyword");
            reply.bulk_str(word);
            reply.bulk(b"startfrom");
            reply.integer(i64::from(from));
        }
        BeginSearch::Unknown => {
            reply.bulk(b"unknown");
            reply.bulk(b"spec");
            reply.map(0);
        }
    }
    reply.bulk(b"find_keys");
    reply.map(2);
    reply.bulk(b"type");
    match spec.find {
        FindKeys::Range { last, step, limit } => {
            reply.bulk(b"range");
            reply.bulk(b"spec");
            write_numbers(
                reply,
                &[("lastkey", last), ("keystep", step), ("limit", limit)],
            );
        }
        FindKeys::KeyNum { at, first, step } => {
            reply.bulk(b"keynum");
            reply.bulk(b"spec");
            write_numbers(
                reply,
                &[("keynumidx", at), ("firstkey", first), ("keystep", step)],
            );
        }
        FindKeys::Unknown => {
            reply.bulk(b"unknown");
            reply.bulk(b"spec");
            reply.map(0);
        }
    }
}

fn write_numbers(reply: &mut ReplyWriter, numbers: &[(&str, i32)]) {
    reply.map(numbers.len());
    for (name, number) in numbers {
        reply.bulk_str(name);
        reply.integer(i64::from(*number));
    }
}
