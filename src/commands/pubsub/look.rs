//! PUBSUB: which channels have subscribers, and how many.

use crate::commands::arguments::{unknown_subcommand, write_help};
use crate::commands::context::{CommandResult, Context};
use crate::instance::Topic;
use crate::resp::Args;
use crate::types::glob;

fn channels(ctx: &mut Context<'_>, args: Args<'_>, topic: Topic) -> CommandResult {
    if args.len() > 3 {
        return Err(unknown_subcommand(args));
    }
    let header = ctx.reply.deferred();
    let mut count = 0;
    for (name, _) in ctx.instance.pubsub.of(topic) {
        let fits = |pattern: &[u8]| glob::matches(pattern, name, false);
        if args.get(2).is_none_or(fits) {
            ctx.reply.bulk(name);
            count += 1;
        }
    }
    ctx.reply.finish_array(header, count);
    Ok(())
}

fn numbers(ctx: &mut Context<'_>, args: Args<'_>, topic: Topic) -> CommandResult {
    let names = args.tail(2);
    ctx.reply.array(names.len() * 2);
    for name in names.iter() {
        ctx.reply.bulk(name);
        let subscribers = ctx.instance.pubsub.subscribers(topic, name);
        ctx.reply.integer(subscribers.len() as i64);
    }
    Ok(())
}

/// PUBSUB CHANNELS [pattern]
pub fn pubsub_channels(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    channels(ctx, args, Topic::Channel)
}

/// PUBSUB SHARDCHANNELS [pattern]
pub fn pubsub_shardchannels(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    channels(ctx, args, Topic::Shard)
}

/// PUBSUB NUMSUB [channel [channel ...]]
pub fn pubsub_numsub(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    numbers(ctx, args, Topic::Channel)
}

/// PUBSUB SHARDNUMSUB [shardchannel [shardchannel ...]]
pub fn pubsub_shardnumsub(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    numbers(ctx, args, Topic::Shard)
}

/// PUBSUB NUMPAT
pub fn pubsub_numpat(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    let patterns = ctx.instance.pubsub.count(Topic::Pattern);
    ctx.reply.integer(patterns as i64);
    Ok(())
}

/// PUBSUB HELP
pub fn pubsub_help(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    write_help(ctx.reply, "pubsub");
    Ok(())
}
