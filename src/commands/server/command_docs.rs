//! COMMAND DOCS: summaries and syntax, as redis-cli and other tools read them.

use super::command::{commands, find_named};
use crate::commands::context::{CommandResult, Context};
use crate::commands::syntax::Argument;
use crate::commands::table::{Entry, mode_of, table};
use crate::resp::{Args, ReplyWriter};

/// COMMAND DOCS [command-name [command-name ...]]
pub fn command_docs(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let mode = mode_of(ctx.instance);
    let entries: Vec<&Entry> = if args.len() == 2 {
        commands(ctx.instance).collect()
    } else {
        let find = |name| find_named(ctx.instance, name);
        let named = args.tail(2).iter().filter_map(find);
        named.filter(|entry| entry.is_in(mode)).collect()
    };
    ctx.reply.map(entries.len());
    for entry in entries {
        ctx.reply.bulk_str(&entry.full_name());
        write_docs(ctx.reply, entry);
    }
    Ok(())
}

fn write_docs(reply: &mut ReplyWriter, entry: &Entry) {
    let command = entry.command;
    let header = reply.deferred();
    let mut fields = 3;
    reply.bulk(b"summary");
    reply.bulk_str(command.summary.en);
    reply.bulk(b"since");
    reply.bulk_str(command.since);
    reply.bulk(b"group");
    reply.bulk_str(command.group.name());
    if !command.complexity.is_empty() {
        fields += 1;
        reply.bulk(b"complexity");
        reply.bulk_str(command.complexity);
    }
    if let Some((since, instead)) = command.deprecated {
        fields += 3;
        reply.bulk(b"doc_flags");
        reply.set(1);
        reply.simple("deprecated");
        reply.bulk(b"deprecated_since");
        reply.bulk_str(since);
        reply.bulk(b"replaced_by");
        reply.bulk_str(instead);
    }
    if !command.arguments.is_empty() {
        fields += 1;
        reply.bulk(b"arguments");
        write_arguments(reply, command.arguments);
    }
    if !command.subcommands.is_empty() {
        fields += 1;
        reply.bulk(b"subcommands");
        reply.map(command.subcommands.len());
        let children = table().entries().iter().filter(|child| {
            child
                .parent
                .is_some_and(|parent| parent.name == command.name)
        });
        for child in children {
            reply.bulk_str(&child.full_name());
            write_docs(reply, child);
        }
    }
    reply.finish_map(header, fields);
}

fn write_arguments(reply: &mut ReplyWriter, arguments: &[Argument]) {
    reply.array(arguments.len());
    for argument in arguments {
        let header = reply.deferred();
        let mut fields = 2;
        reply.bulk(b"name");
        reply.bulk_str(argument.name);
        reply.bulk(b"type");
        reply.bulk_str(argument.kind.name());
        if let Some(spec) = argument.key_spec {
            fields += 1;
            reply.bulk(b"key_spec_index");
            reply.integer(i64::from(spec));
        }
        if let Some(token) = argument.token {
            fields += 1;
            reply.bulk(b"token");
            reply.bulk_str(token);
        }
        if let Some(since) = argument.since {
            fields += 1;
            reply.bulk(b"since");
            reply.bulk_str(since);
        }
        let flags = [
            (argument.is_optional, "optional"),
            (argument.is_multiple, "multiple"),
            (argument.repeats_token, "multiple_token"),
        ];
        let flags: Vec<&str> = flags
            .into_iter()
            .filter_map(|(set, name)| set.then_some(name))
            .collect();
        if !flags.is_empty() {
            fields += 1;
            reply.bulk(b"flags");
            reply.set(flags.len());
            for flag in flags {
                reply.simple(flag);
            }
        }
        if !argument.children.is_empty() {
            fields += 1;
            reply.bulk(b"arguments");
            write_arguments(reply, argument.children);
        }
        reply.finish_map(header, fields);
    }
}
