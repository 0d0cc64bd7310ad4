//! Running one command: the reply, the error, the statistics, the effects.
//!
//! Dispatch, EXEC and scripts all call commands through here, so that none can forget a part.

use super::context::Context;
use super::secrets::redacted;
use super::table::Entry;
use super::timing;
use super::{Categories, Flags, keys_of};
use crate::resp::Args;

/// Runs the command of `entry`, which has been checked (name, arity, memory).
pub fn call(ctx: &mut Context<'_>, entry: &Entry, args: Args<'_>) {
    let db = ctx.client.db;
    let dirty_before = ctx.keyspace.dirty();
    ctx.effects.begin();
    let started = timing::start(ctx.instance, entry, args);
    let outcome = (entry.command.run)(ctx, args);
    timing::stop(ctx, entry, args, started);
    // One that waits counts when it is done.
    if ctx.client.blocked.is_none() {
        ctx.instance.stats.commands += 1;
        ctx.instance.stats.by_command[entry.id].calls += 1;
    }
    if let Err(error) = outcome {
        ctx.instance.stats.by_command[entry.id].failed += 1;
        ctx.instance.stats.count_error(error.code());
        ctx.reply.error(&error);
    }
    let hidden = Flags::SKIP_MONITOR | Flags::ADMIN;
    if !ctx.instance.monitors.is_empty() && !entry.command.flags.intersects(hidden) {
        let redacted = redacted(entry, args);
        let shown = redacted.as_ref().map_or(args, |it| it.as_args());
        ctx.instance.feed_monitors(ctx.client, ctx.reply, shown);
    }
    if !ctx.instance.config.notify_keyspace_events.is_empty() {
        let events = ctx.keyspace.take_notices();
        ctx.instance.notify(events);
    }
    if ctx.instance.tracking.is_on() {
        track(ctx, entry, args);
    }
    let changed = ctx.keyspace.dirty() != dirty_before;
    if changed && entry.command.flags.contains(Flags::WRITE) {
        let changes = ctx.keyspace.dirty();
        ctx.effects.writes.note(args, changes);
        ctx.client.last_write = ctx.effects.writes.count();
        if ctx.instance.is_replica() && !ctx.client.is_primary {
            remember_own(ctx, entry, args, db);
        }
    }
    if ctx.effects.is_enabled() {
        // Keys that expired during the command went before what the command did.
        for database in ctx.keyspace.iter_mut() {
            for key in database.take_removed_unasked() {
                ctx.effects.removed(database.index(), &key);
            }
        }
    }
    if ctx.effects.finish(db, args, changed) {
        let writes = ctx.effects.writes.count();
        let unit = ctx.effects.unit();
        // What a look at any keys has found expired went key by key.
        let looks = matches!(entry.command.name, "scan" | "randomkey");
        let transaction = unit.len() > 1 && !looks;
        let aof = &mut ctx.persistence.aof;
        if unit.iter().next().is_some() {
            let several = transaction && unit.iter().nth(1).is_some();
            aof.feed(unit, several, ctx.instance, writes);
        }
        if ctx.instance.primary.is_on() {
            ctx.instance.primary.feed(unit.for_replicas(), transaction);
            ctx.client.told = ctx.instance.primary.offset();
        }
        ctx.effects.end_unit();
    }
    if ctx.instance.watching_clients > 0 {
        fail_transactions(ctx);
    }
}

/// Notes the keys with a time to live that a client has written to a replica.
fn remember_own(ctx: &mut Context<'_>, entry: &Entry, args: Args<'_>, db: usize) {
    let Ok(keys) = keys_of(entry.command, args) else {
        return;
    };
    for (at, _) in keys {
        let key = args.at(at);
        let record = ctx.keyspace[db].peek(key);
        if record.is_some_and(|record| record.expire_at().is_some()) {
            let own = &mut ctx.instance.follower.own_keys;
            own.push_back((db, key.to_vec()));
        }
    }
}

/// Tells who tracks keys what has changed, and notes what was read.
fn track(ctx: &mut Context<'_>, entry: &Entry, args: Args<'_>) {
    let changed = ctx.keyspace.take_changed();
    let caller = ctx.client.id;
    ctx.instance.invalidate(changed, caller);
    // Of a script, the commands count that it calls.
    let is_script = entry
        .command
        .all_categories()
        .contains(Categories::SCRIPTING);
    if entry.command.flags.contains(Flags::READONLY)
        && !is_script
        && ctx.instance.tracking.wants_reads(caller)
        && let Ok(keys) = keys_of(entry.command, args)
    {
        let keys = keys.iter().map(|(at, _)| args.at(*at));
        ctx.instance.tracking.read(caller, keys);
    }
    ctx.instance.limit_tracking();
    if !ctx.instance.tracking.is_on() {
        ctx.keyspace.track(false);
    }
}

/// Marks the clients that watch a key which has just changed.
fn fail_transactions(ctx: &mut Context<'_>) {
    for database in ctx.keyspace.iter_mut() {
        for id in database.take_touched_clients() {
            if id == ctx.client.id {
                ctx.client.watch_failed = true;
            } else if let Some(client) = ctx.instance.clients.get_mut(id) {
                client.watch_failed = true;
            }
        }
    }
}
