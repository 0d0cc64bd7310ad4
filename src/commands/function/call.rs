//! FCALL and FCALL_RO: functions are called.

use super::error;
use crate::commands::context::{CommandResult, Context};
use crate::commands::scripting::{BUSY, kill, prepare, run_prepared};
use crate::instance::{ScriptFlags, broken};
use crate::resp::Args;
use crate::types::numbers::parse_i64;
use resplay_lua::Invocation;

/// FCALL function numkeys [key ...] [arg ...]
pub fn fcall(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    run(ctx, args, false)
}

/// FCALL_RO function numkeys [key ...] [arg ...]
pub fn fcall_ro(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    run(ctx, args, true)
}

fn run(ctx: &mut Context<'_>, args: Args<'_>, read_only: bool) -> CommandResult {
    // Here, so that what the function does comes after it.
    ctx.instance.feed_monitors(ctx.client, ctx.reply, args);
    let Some((library, function)) = ctx.instance.functions.place(args.at(1)) else {
        return Err("ERR Function not found".into());
    };
    let name = function.name.clone();
    let flags = ScriptFlags::from_bits_truncate(function.flags);
    let keys = parse_i64(args.at(2)).ok_or("ERR Bad number of keys provided")?;
    if keys > args.len() as i64 - 3 {
        return Err("ERR Number of keys can't be greater than number of args".into());
    }
    let Ok(keys) = usize::try_from(keys) else {
        return Err("ERR Number of keys can't be negative".into());
    };
    let running = prepare(ctx, &name, flags, read_only, false)?;
    let list: Vec<&[u8]> = args.tail(3).iter().collect();
    let invocation = Invocation {
        name: &name,
        keys: list.get(..keys).unwrap_or_default(),
        arguments: list.get(keys..).unwrap_or_default(),
        protocol: if ctx.reply.resp3() { 3 } else { 2 },
    };
    let mut interpreter = ctx.instance.take_functions().map_err(|why| error(&why))?;
    let mut reply = Vec::new();
    let ran = run_prepared(ctx, args, running, |host| {
        interpreter.call_function(host, library, invocation, &mut reply)
    });
    match ran {
        Ok(()) => {
            ctx.instance.put_back_functions(interpreter);
            ctx.reply.raw(&reply);
            Ok(())
        }
        Err(why) => Err(error(&broken(&why))),
    }
}

/// FUNCTION KILL
pub fn function_kill(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    kill(ctx, false)?;
    ctx.reply.ok();
    Ok(())
}

/// FUNCTION STATS
pub fn function_stats(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    let stopwatch = ctx.instance.stopwatch;
    let running = ctx.instance.scripting.running.as_ref();
    if running.is_some_and(|running| running.is_eval) {
        return Err(BUSY);
    }
    ctx.reply.map(2);
    ctx.reply.bulk_str("running_script");
    match running {
        None => ctx.reply.null(),
        Some(running) => {
            ctx.reply.map(3);
            ctx.reply.bulk_str("name");
            ctx.reply.bulk(&running.name);
            ctx.reply.bulk_str("command");
            ctx.reply.array(running.command.as_args().len());
            for argument in running.command.as_args().iter() {
                ctx.reply.bulk(argument);
            }
            ctx.reply.bulk_str("duration_ms");
            ctx.reply.integer(running.elapsed(stopwatch));
        }
    }
    let libraries = ctx.instance.functions.libraries();
    ctx.reply.bulk_str("engines");
    ctx.reply.map(1);
    ctx.reply.bulk_str("LUA");
    ctx.reply.map(2);
    ctx.reply.bulk_str("libraries_count");
    ctx.reply.integer(libraries.len() as i64);
    ctx.reply.bulk_str("functions_count");
    ctx.reply.integer(libraries.function_count() as i64);
    Ok(())
}
