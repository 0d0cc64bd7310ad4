//! CLIENT TRACKING and its kin: a client that keeps what it has read is told when that changes.

use crate::commands::arguments::{integer, is_word};
use crate::commands::context::{CommandResult, Context};
use crate::instance::{Tracker, TrackingFlags};
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError};

/// CLIENT TRACKING <ON | OFF> [REDIRECT client-id] [PREFIX prefix ...] [BCAST] [OPTIN] [OPTOUT]
/// [NOLOOP]
pub fn client_tracking(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let wanted = parse(ctx, args)?;
    if is_word(args.at(2), "ON") {
        check(ctx, &wanted)?;
        ctx.instance.tracking.start(ctx.client.id, wanted);
    } else if is_word(args.at(2), "OFF") {
        ctx.instance.tracking.stop(ctx.client.id);
    } else {
        return Err(SYNTAX);
    }
    ctx.keyspace.track(ctx.instance.tracking.is_on());
    ctx.reply.ok();
    Ok(())
}

fn parse(ctx: &Context<'_>, args: Args<'_>) -> Result<Tracker, ReplyError> {
    let mut wanted = Tracker::default();
    let mut at = 3;
    while at < args.len() {
        let word = args.at(at);
        if is_word(word, "REDIRECT") && at + 1 < args.len() {
            at += 1;
            if wanted.redirect != 0 {
                return Err("ERR A client can only redirect to a single other client".into());
            }
            let id = u64::try_from(integer(args.at(at))?).unwrap_or(0);
            wanted.redirect = id;
            if id != ctx.client.id && !ctx.instance.clients.exists(id) {
                let text = "ERR The client ID you want redirect to does not exist";
                return Err(text.into());
            }
        } else if is_word(word, "PREFIX") && at + 1 < args.len() {
            at += 1;
            wanted.prefixes.push(args.at(at).into());
        } else {
            let flags = [
                ("BCAST", TrackingFlags::BCAST),
                ("OPTIN", TrackingFlags::OPTIN),
                ("OPTOUT", TrackingFlags::OPTOUT),
                ("NOLOOP", TrackingFlags::NOLOOP),
            ];
            let flag = flags.iter().find(|(name, _)| is_word(word, name));
            wanted.flags |= flag.ok_or(SYNTAX)?.1;
        }
        at += 1;
    }
    Ok(wanted)
}

/// Whether the options go together, and with those that hold already.
fn check(ctx: &Context<'_>, wanted: &Tracker) -> CommandResult {
    let flags = wanted.flags;
    let broadcasts = flags.contains(TrackingFlags::BCAST);
    if !broadcasts && !wanted.prefixes.is_empty() {
        return Err("ERR PREFIX option requires BCAST mode to be enabled".into());
    }
    let own = ctx.instance.tracking.of(ctx.client.id);
    if own.is_some_and(|own| own.flags.contains(TrackingFlags::BCAST) != broadcasts) {
        return Err(
            "ERR You can't switch BCAST mode on/off before disabling tracking for this client, \
             and then re-enabling it with a different mode."
                .into(),
        );
    }
    let opts = TrackingFlags::OPTIN | TrackingFlags::OPTOUT;
    if broadcasts && flags.intersects(opts) {
        return Err("ERR OPTIN and OPTOUT are not compatible with BCAST".into());
    }
    if flags.contains(opts) {
        return Err("ERR You can't specify both OPTIN mode and OPTOUT mode".into());
    }
    if own.is_some_and(|own| ((own.flags | flags) & opts) == opts) {
        return Err(
            "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, \
             and then re-enabling it with a different mode."
                .into(),
        );
    }
    let existing = own.map_or(&[][..], |own| &own.prefixes);
    for (at, prefix) in wanted.prefixes.iter().enumerate() {
        let overlaps = |other: &[u8]| other.starts_with(prefix) || prefix.starts_with(other);
        let clash = |other: &[u8], which: &str| {
            let mut text = b"ERR Prefix '".to_vec();
            text.extend_from_slice(prefix);
            text.extend_from_slice(which.as_bytes());
            text.extend_from_slice(other);
            let rest = b"'. Prefixes for a single client must not overlap.";
            text.extend_from_slice(rest);
            ReplyError::from_bytes(text)
        };
        if let Some(other) = existing.iter().find(|other| overlaps(other)) {
            return Err(clash(other, "' overlaps with an existing prefix '"));
        }
        if let Some(other) = wanted.prefixes[at + 1..].iter().find(|it| overlaps(it)) {
            return Err(clash(other, "' overlaps with another provided prefix '"));
        }
    }
    Ok(())
}

/// CLIENT CACHING <YES | NO>
pub fn client_caching(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let Some(own) = ctx.instance.tracking.of_mut(ctx.client.id) else {
        return Err(
            "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN \
             or OPTOUT mode enabled"
                .into(),
        );
    };
    let (mode, refusal) = if is_word(args.at(2), "YES") {
        let refusal =
            "ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.";
        (TrackingFlags::OPTIN, refusal)
    } else if is_word(args.at(2), "NO") {
        let refusal =
            "ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.";
        (TrackingFlags::OPTOUT, refusal)
    } else {
        return Err(SYNTAX);
    };
    if !own.flags.contains(mode) {
        return Err(refusal.into());
    }
    own.flags |= TrackingFlags::CACHING;
    ctx.reply.ok();
    Ok(())
}

/// CLIENT GETREDIR
pub fn client_getredir(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    let own = ctx.instance.tracking.of(ctx.client.id);
    ctx.reply.integer(own.map_or(-1, |own| own.redirect as i64));
    Ok(())
}

/// CLIENT TRACKINGINFO
pub fn client_trackinginfo(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    let own = ctx.instance.tracking.of(ctx.client.id);
    let has = |flag| own.is_some_and(|own| own.flags.contains(flag));
    let caching = has(TrackingFlags::CACHING);
    let flags = [
        (own.is_none(), "off"),
        (own.is_some(), "on"),
        (has(TrackingFlags::BCAST), "bcast"),
        (has(TrackingFlags::OPTIN), "optin"),
        (caching && has(TrackingFlags::OPTIN), "caching-yes"),
        (has(TrackingFlags::OPTOUT), "optout"),
        (caching && has(TrackingFlags::OPTOUT), "caching-no"),
        (has(TrackingFlags::NOLOOP), "noloop"),
        (has(TrackingFlags::BROKEN_REDIRECT), "broken_redirect"),
    ];
    let reply = &mut *ctx.reply;
    reply.map(3);
    reply.bulk(b"flags");
    reply.set(flags.iter().filter(|(holds, _)| *holds).count());
    for (_, name) in flags.iter().filter(|(holds, _)| *holds) {
        reply.bulk_str(name);
    }
    reply.bulk(b"redirect");
    reply.integer(own.map_or(-1, |own| own.redirect as i64));
    reply.bulk(b"prefixes");
    let prefixes = own.map_or(&[][..], |own| &own.prefixes);
    reply.array(prefixes.len());
    for prefix in prefixes {
        reply.bulk(prefix);
    }
    Ok(())
}
