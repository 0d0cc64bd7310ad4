//! FUNCTION: libraries of functions.

mod call;
mod dump;

pub use call::{fcall, fcall_ro, function_kill, function_stats};
pub use dump::{function_dump, function_restore};

use super::arguments::{is_word, write_help};
use super::context::{CommandResult, Context};
use crate::instance::{Library, LoadTime};
use crate::resp::{Args, ReplyError, ReplyWriter};
use crate::types::glob;
use resplay_lua::{FLAGS, Registered};

/// An error of a library, after its code.
fn error(text: &[u8]) -> ReplyError {
    ReplyError::from_bytes([b"ERR ", text].concat())
}

fn wrong_syntax(args: Args<'_>) -> ReplyError {
    let before = "ERR unknown subcommand or wrong number of arguments for '";
    ReplyError::quoting(before, args.at(1), "'. Try FUNCTION HELP.")
}

/// FUNCTION LOAD [REPLACE] function-code
pub fn function_load(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let options = args.tail(2);
    let (replace, code) = match options.len() {
        0 => return Err("ERR Function code is missing".into()),
        count => (count > 1, options.at(count - 1)),
    };
    for option in options.iter().take(options.len() - 1) {
        if !is_word(option, "REPLACE") {
            return Err(ReplyError::quoting(
                "ERR Unknown option given: ",
                option,
                "",
            ));
        }
    }
    // What a log or a primary says has been loaded before.
    let time = match ctx.client.is_replay() {
        true => LoadTime::Unlimited,
        false => LoadTime::Limited,
    };
    let name = ctx
        .instance
        .load_library(code, replace, time)
        .map_err(|why| error(&why))?;
    ctx.keyspace.add_dirty(1);
    ctx.reply.bulk(&name);
    Ok(())
}

/// FUNCTION DELETE library-name
pub fn function_delete(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    if !ctx.instance.functions.delete(args.at(2)) {
        return Err("ERR Library not found".into());
    }
    ctx.keyspace.add_dirty(1);
    ctx.reply.ok();
    Ok(())
}

/// FUNCTION FLUSH [ASYNC | SYNC]
pub fn function_flush(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    match args.get(2) {
        _ if args.len() > 3 => return Err(wrong_syntax(args)),
        Some(mode) if !is_word(mode, "SYNC") && !is_word(mode, "ASYNC") => {
            return Err("ERR FUNCTION FLUSH only supports SYNC|ASYNC option".into());
        }
        _ => {}
    }
    ctx.instance.functions.clear();
    ctx.keyspace.add_dirty(1);
    ctx.reply.ok();
    Ok(())
}

/// FUNCTION LIST [LIBRARYNAME library-name-pattern] [WITHCODE]
pub fn function_list(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let mut with_code = false;
    let mut pattern = None;
    let mut at = 2;
    while let Some(option) = args.get(at) {
        at += 1;
        if !with_code && is_word(option, "WITHCODE") {
            with_code = true;
        } else if pattern.is_none() && is_word(option, "LIBRARYNAME") {
            pattern = args.get(at);
            at += 1;
            if pattern.is_none() {
                return Err("ERR library name argument was not given".into());
            }
        } else {
            return Err(ReplyError::quoting("ERR Unknown argument ", option, ""));
        }
    }
    let libraries = ctx.instance.functions.libraries();
    let is_wanted = |name: &[u8]| pattern.is_none_or(|pattern| glob::matches(pattern, name, true));
    let wanted: Vec<_> = libraries
        .iter()
        .filter(|(name, _)| is_wanted(name))
        .collect();
    ctx.reply.array(wanted.len());
    for (name, library) in wanted {
        write_library(ctx.reply, name, library, with_code);
    }
    Ok(())
}

fn write_library(reply: &mut ReplyWriter, name: &[u8], library: &Library, with_code: bool) {
    reply.map(if with_code { 4 } else { 3 });
    reply.bulk_str("library_name");
    reply.bulk(name);
    reply.bulk_str("engine");
    reply.bulk_str("LUA");
    reply.bulk_str("functions");
    reply.array(library.functions.len());
    for function in &library.functions {
        write_function(reply, function);
    }
    if with_code {
        reply.bulk_str("library_code");
        reply.bulk(&library.code);
    }
}

fn write_function(reply: &mut ReplyWriter, function: &Registered) {
    reply.map(3);
    reply.bulk_str("name");
    reply.bulk(&function.name);
    reply.bulk_str("description");
    match &function.description {
        Some(description) => reply.bulk(description),
        None => reply.null(),
    }
    reply.bulk_str("flags");
    reply.set(function.flags.count_ones() as usize);
    for (bit, flag) in FLAGS.iter().enumerate() {
        if function.flags & (1 << bit) != 0 {
            reply.simple(flag);
        }
    }
}

/// FUNCTION HELP
pub fn function_help(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    write_help(ctx.reply, "function");
    Ok(())
}
