//! Pub/sub: subscribing, publishing, and who listens.

mod look;
mod monitor;

pub use look::{
    pubsub_channels, pubsub_help, pubsub_numpat, pubsub_numsub, pubsub_shardchannels,
    pubsub_shardnumsub,
};
pub use monitor::monitor;

use super::context::{CommandResult, Context};
use crate::instance::{ReplyMode, Topic};
use crate::resp::{Args, ReplyWriter};
use crate::sentinel::HELLO_CHANNEL;

/// Answers one name of a SUBSCRIBE or UNSUBSCRIBE. That is a push, not a reply: CLIENT REPLY does not
/// hold it back.
fn confirm(ctx: &mut Context<'_>, topic: Topic, kind: &str, name: Option<&[u8]>) {
    let count = ctx.client.subscription_count(topic) as i64;
    let write = |reply: &mut ReplyWriter| {
        reply.push(3);
        reply.bulk_str(kind);
        match name {
            Some(name) => reply.bulk(name),
            None => reply.null(),
        }
        reply.integer(count);
    };
    if ctx.client.reply_mode == ReplyMode::On {
        return write(ctx.reply);
    }
    let mut message = ReplyWriter::new(true);
    write(&mut message);
    ctx.instance.push(ctx.client.id, message.as_bytes());
}

fn subscribe_to(ctx: &mut Context<'_>, args: Args<'_>, topic: Topic, kind: &str) -> CommandResult {
    for name in args.tail(1).iter() {
        ctx.instance.subscribe(ctx.client, topic, name);
        confirm(ctx, topic, kind, Some(name));
    }
    Ok(())
}

fn unsubscribe_from(
    ctx: &mut Context<'_>,
    args: Args<'_>,
    topic: Topic,
    kind: &str,
) -> CommandResult {
    if args.len() > 1 {
        for name in args.tail(1).iter() {
            ctx.instance.unsubscribe(ctx.client, topic, name);
            confirm(ctx, topic, kind, Some(name));
        }
        return Ok(());
    }
    let names = ctx.client.subscribed_names(topic);
    if names.is_empty() {
        confirm(ctx, topic, kind, None);
    }
    for name in names {
        ctx.instance.unsubscribe(ctx.client, topic, &name);
        confirm(ctx, topic, kind, Some(&name));
    }
    Ok(())
}

/// SUBSCRIBE channel [channel ...]
pub fn subscribe(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    subscribe_to(ctx, args, Topic::Channel, "subscribe")
}

/// PSUBSCRIBE pattern [pattern ...]
pub fn psubscribe(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    subscribe_to(ctx, args, Topic::Pattern, "psubscribe")
}

/// SSUBSCRIBE shardchannel [shardchannel ...]
pub fn ssubscribe(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    // The older two are let through, because clients count on it.
    if ctx.client.in_exec {
        return Err("ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client".into());
    }
    subscribe_to(ctx, args, Topic::Shard, "ssubscribe")
}

/// UNSUBSCRIBE [channel [channel ...]]
pub fn unsubscribe(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    unsubscribe_from(ctx, args, Topic::Channel, "unsubscribe")
}

/// PUNSUBSCRIBE [pattern [pattern ...]]
pub fn punsubscribe(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    unsubscribe_from(ctx, args, Topic::Pattern, "punsubscribe")
}

/// SUNSUBSCRIBE [shardchannel [shardchannel ...]]
pub fn sunsubscribe(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    unsubscribe_from(ctx, args, Topic::Shard, "sunsubscribe")
}

/// PUBLISH channel message
pub fn publish(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    if ctx.instance.is_sentinel() {
        return hear_hello(ctx, args);
    }
    let sent = ctx.instance.publish(Topic::Channel, args.at(1), args.at(2));
    ctx.effects.tell_replicas();
    ctx.reply.integer(sent as i64);
    Ok(())
}

/// PUBLISH at a sentinel: others say hello so.
fn hear_hello(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    if args.at(1) != HELLO_CHANNEL.as_bytes() {
        return Err("ERR Only HELLO messages are accepted by Sentinel instances.".into());
    }
    let hello = String::from_utf8_lossy(args.at(2));
    ctx.instance
        .with_sentinel(|sentinel, world| sentinel.hear_hello(&hello, world));
    ctx.reply.integer(1);
    Ok(())
}

/// SPUBLISH shardchannel message
pub fn spublish(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let sent = ctx.instance.publish(Topic::Shard, args.at(1), args.at(2));
    ctx.effects.tell_replicas();
    ctx.reply.integer(sent as i64);
    Ok(())
}
