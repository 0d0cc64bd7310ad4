//! DEBUG RELOAD and DEBUG LOADAOF: the files read back into memory.

use crate::commands::arguments::is_word;
use crate::commands::context::{CommandResult, Context};
use crate::commands::replay::replay;
use crate::instance::LogLevel;
use crate::persistence::loading::{Loaded, Loader, Target};
use crate::resp::Args;

/// DEBUG RELOAD [MERGE] [NOFLUSH] [NOSAVE]
pub fn reload(ctx: &mut Context<'_>, options: Args<'_>) -> CommandResult {
    let has = |word: &str| options.iter().any(|option| is_word(option, word));
    let known = |option: &[u8]| {
        let words = ["MERGE", "NOFLUSH", "NOSAVE"];
        words.iter().any(|word| is_word(option, word))
    };
    if !options.iter().all(known) {
        let text = "ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.";
        return Err(text.into());
    }
    refuse_while_loading(ctx)?;
    if !has("NOSAVE") && !ctx.persistence.save_unsynced(ctx.keyspace, ctx.instance) {
        return Err("ERR".into());
    }
    if !has("NOFLUSH") {
        clear(ctx);
    }
    let loader = Loader::of_snapshot(has("MERGE"), replay, ctx.instance);
    if !load(ctx, loader) {
        // Rather no data than a part of it; but what was to stay does.
        if !has("NOFLUSH") {
            clear(ctx);
        }
        return Err("ERR Error trying to load the RDB dump, check server logs.".into());
    }
    ctx.instance
        .log(LogLevel::Warning, "DB reloaded by DEBUG RELOAD");
    ctx.reply.ok();
    Ok(())
}

/// DEBUG LOADAOF
pub fn load_aof(ctx: &mut Context<'_>) -> CommandResult {
    const FAILED: &str = "ERR Error trying to load the AOF files, check server logs.";
    refuse_while_loading(ctx)?;
    ctx.persistence.aof.flush_all(ctx.instance)?;
    clear(ctx);
    let aof = &mut ctx.persistence.aof;
    if aof.is_on() && aof.load_manifest(ctx.instance).is_err() {
        return Err(FAILED.into());
    }
    aof.delete_history(ctx.instance);
    let loader = Loader::of_log(replay, ctx.persistence, ctx.instance);
    let loaded = load(ctx, loader);
    // What the log says was told when it was done.
    ctx.effects.nothing();
    ctx.persistence.rdb.forget_changes(ctx.keyspace);
    if !loaded {
        clear(ctx);
        return Err(FAILED.into());
    }
    ctx.persistence.aof.reopened(ctx.instance);
    let text = "Append Only File loaded by DEBUG LOADAOF";
    ctx.instance.log(LogLevel::Warning, text);
    ctx.reply.ok();
    Ok(())
}

fn refuse_while_loading(ctx: &Context<'_>) -> CommandResult {
    match ctx.persistence.loading {
        Some(_) => Err("LOADING Redis is loading the dataset in memory".into()),
        None => Ok(()),
    }
}

fn clear(ctx: &mut Context<'_>) {
    for database in ctx.keyspace.iter_mut() {
        database.clear();
    }
    ctx.instance.functions.clear();
}

/// Loads everything at once. False when there is nothing, or it is damaged.
fn load(ctx: &mut Context<'_>, loader: Result<Option<Loader>, String>) -> bool {
    let Ok(Some(mut loader)) = loader else {
        return false;
    };
    let loaded = loader.run(&mut Target {
        keyspace: ctx.keyspace,
        instance: ctx.instance,
        persistence: ctx.persistence,
        effects: ctx.effects,
    });
    for database in ctx.keyspace.iter_mut() {
        database.journal_mut().everything();
    }
    loaded == Loaded::All
}
