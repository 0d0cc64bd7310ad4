//! SENTINEL CONFIG, DEBUG and SIMULATE-FAILURE: the sentinel itself.

use super::{NO_SENTINEL, text};
use crate::commands::arguments::{is_word, unknown_subcommand};
use crate::commands::context::{CommandResult, Context};
use crate::resp::{Args, ReplyError};
use crate::sentinel::{Announce, Simulated};
use crate::types::glob;

const NAMES: [&str; 6] = [
    "resolve-hostnames",
    "announce-hostnames",
    "announce-ip",
    "announce-port",
    "sentinel-user",
    "sentinel-pass",
];

fn get(announce: &Announce, name: &str) -> String {
    let yes_no = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    match name {
        "resolve-hostnames" => yes_no(announce.resolve_hostnames),
        "announce-hostnames" => yes_no(announce.hostnames),
        "announce-ip" => announce.host.clone(),
        "announce-port" => announce.port.to_string(),
        "sentinel-user" => announce.sentinel_user.clone(),
        _ => announce.sentinel_pass.clone(),
    }
}

/// False if the value is none.
fn set(announce: &mut Announce, name: &str, value: &str) -> bool {
    let yes_no = |to: &mut bool| match value.to_ascii_lowercase().as_str() {
        "yes" => {
            *to = true;
            true
        }
        "no" => {
            *to = false;
            true
        }
        _ => false,
    };
    match name {
        "resolve-hostnames" => return yes_no(&mut announce.resolve_hostnames),
        "announce-hostnames" => return yes_no(&mut announce.hostnames),
        "announce-ip" => value.clone_into(&mut announce.host),
        "announce-port" => match value.parse() {
            Ok(port) => announce.port = port,
            Err(_) => return false,
        },
        "sentinel-user" => value.clone_into(&mut announce.sentinel_user),
        _ => value.clone_into(&mut announce.sentinel_pass),
    }
    true
}

/// SENTINEL CONFIG SET param value | SENTINEL CONFIG GET pattern
pub fn sentinel_config(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    if is_word(args.at(2), "GET") && args.len() == 4 {
        let announce = &super::sentinel(ctx)?.common.announce;
        let names = NAMES.iter();
        let names = names.filter(|name| glob::matches(args.at(3), name.as_bytes(), true));
        let found: Vec<_> = names.map(|name| (*name, get(announce, name))).collect();
        ctx.reply.map(found.len());
        for (name, value) in found {
            ctx.reply.bulk_str(name);
            ctx.reply.bulk_str(&value);
        }
        return Ok(());
    }
    if is_word(args.at(2), "SET") && args.len() == 5 {
        let option = text(args.at(3)).to_ascii_lowercase();
        let value = text(args.at(4));
        if !NAMES.contains(&option.as_str()) {
            let before = "ERR Invalid argument '";
            let after = "' to SENTINEL CONFIG SET";
            return Err(ReplyError::quoting(before, args.at(3), after));
        }
        let done = ctx.instance.with_sentinel(|sentinel, world| {
            let done = set(&mut sentinel.common.announce, &option, &value);
            if done {
                sentinel.note_change();
                // Others may want another password from here on.
                if option.starts_with("sentinel-") {
                    sentinel.drop_links_to_sentinels(world.links);
                }
            }
            done
        });
        if !done.ok_or(NO_SENTINEL)? {
            let text = format!("ERR Invalid value '{value}' to SENTINEL CONFIG SET '{option}'");
            return Err(ReplyError::from(text));
        }
        ctx.reply.ok();
        return Ok(());
    }
    Err("ERR Only SENTINEL CONFIG GET <option> / SET <option> <value> are supported.".into())
}

/// SENTINEL DEBUG [param value ...]
pub fn sentinel_debug(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let sentinel = ctx.instance.sentinel.as_deref_mut().ok_or(NO_SENTINEL)?;
    let timing = &mut sentinel.common.timing;
    if args.len() == 2 {
        let all = timing.all();
        ctx.reply.map(all.len());
        for (name, value) in all {
            ctx.reply.bulk_str(&name.to_ascii_uppercase());
            ctx.reply.bulk_str(&value.to_string());
        }
        return Ok(());
    }
    let words: Vec<&[u8]> = args.tail(2).iter().collect();
    for pair in words.chunks(2) {
        let [name, value] = pair else {
            return Err(unknown_subcommand(args));
        };
        let all = timing.all();
        let found = all.into_iter().find(|(known, _)| is_word(name, known));
        let Some((_, place)) = found else {
            let before = "ERR Unknown option or number of arguments for SENTINEL DEBUG '";
            return Err(ReplyError::quoting(before, name, "'"));
        };
        let number = text(value).parse().ok();
        let Some(number) = number.filter(|&number: &i64| number > 0) else {
            let (name, value) = (text(name), text(value));
            let text = format!("ERR Invalid argument '{value}' for SENTINEL DEBUG '{name}'");
            return Err(ReplyError::from(text));
        };
        *place = number;
    }
    ctx.reply.ok();
    Ok(())
}

/// SENTINEL SIMULATE-FAILURE [CRASH-AFTER-ELECTION] [CRASH-AFTER-PROMOTION] [HELP]
pub fn simulate_failure(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let sentinel = ctx.instance.sentinel.as_deref_mut().ok_or(NO_SENTINEL)?;
    let mut simulated = Simulated::default();
    for word in args.tail(2).iter() {
        if is_word(word, "CRASH-AFTER-ELECTION") {
            simulated.after_election = true;
        } else if is_word(word, "CRASH-AFTER-PROMOTION") {
            simulated.after_promotion = true;
        } else if is_word(word, "HELP") {
            ctx.reply.array(2);
            ctx.reply.bulk_str("crash-after-election");
            ctx.reply.bulk_str("crash-after-promotion");
            return Ok(());
        } else {
            return Err("ERR Unknown failure simulation specified".into());
        }
    }
    sentinel.common.simulated = simulated;
    ctx.reply.ok();
    Ok(())
}
