//! CONFIG: reading and changing the configuration while the server runs.

use crate::commands::acl::settle;
use crate::commands::arguments::write_help;
use crate::commands::context::{CommandResult, Context};
use crate::instance::{LogLevel, Parameter, RewriteError, Source};
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError};
use crate::types::glob;

/// CONFIG GET parameter [parameter ...]
pub fn config_get(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let mut found: Vec<(String, &Parameter)> = Vec::new();
    for pattern in args.tail(2).iter() {
        let exact = !pattern.iter().any(|byte| b"[*?".contains(byte));
        for parameter in Parameter::ALL {
            let names = [Some(parameter.name), parameter.alias];
            for name in names.into_iter().flatten() {
                let fits = match exact {
                    true => name.as_bytes().eq_ignore_ascii_case(pattern),
                    false => !parameter.hidden && glob::matches(pattern, name.as_bytes(), true),
                };
                if fits
                    && !found
                        .iter()
                        .any(|(seen, _)| seen.eq_ignore_ascii_case(name))
                {
                    // A plain name is answered as the client wrote it.
                    let shown = match exact {
                        true => String::from_utf8_lossy(pattern).into_owned(),
                        false => name.into(),
                    };
                    found.push((shown, parameter));
                }
            }
        }
    }
    ctx.reply.map(found.len());
    for (name, parameter) in found {
        ctx.reply.bulk_str(&name);
        ctx.reply.bulk_str(&parameter.get(&mut ctx.instance.config));
    }
    Ok(())
}

/// CONFIG SET parameter value [parameter value ...]
///
/// All are set or none: one that is refused, or cannot be put into force, undoes the others.
pub fn config_set(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let pairs = args.tail(2);
    if !pairs.len().is_multiple_of(2) {
        return Err(SYNTAX);
    }
    let failed = |name: &[u8], reason: &str| {
        let before = "ERR CONFIG SET failed (possibly related to argument '";
        ReplyError::quoting(before, name, &["') - ", reason].concat())
    };
    // All names are looked at before any value.
    let mut parameters: Vec<(&Parameter, &'static str, &[u8])> = Vec::new();
    for at in (0..pairs.len()).step_by(2) {
        let name = pairs.at(at);
        let known = Parameter::find(name);
        let Some((parameter, spelled)) =
            known.and_then(|known| Some((known, known.spelled(name)?)))
        else {
            return Err(ReplyError::quoting(
                "ERR Unknown option or number of arguments for CONFIG SET - '",
                name,
                "'",
            ));
        };
        let allowed = ctx.instance.config.enable_protected_configs;
        if !parameter.mutable || parameter.listens && ctx.instance.listen.is_none() {
            return Err(failed(name, "can't set immutable config"));
        }
        if parameter.protected && !allowed.allows(&ctx.client.addr) {
            return Err(failed(name, "can't set protected config"));
        }
        if parameters.iter().any(|(_, seen, _)| *seen == spelled) {
            return Err(failed(name, "duplicate parameter"));
        }
        if spelled == "appendonly" && ctx.persistence.loading.is_some() {
            return Err("LOADING Redis is loading the dataset in memory".into());
        }
        parameters.push((parameter, spelled, pairs.at(at + 1)));
    }
    let old = ctx.instance.config.clone();
    let mut changed = Vec::new();
    for (parameter, name, value) in parameters {
        let before = parameter.get(&mut ctx.instance.config);
        let values: Vec<&[u8]> = match parameter.is_multiple() {
            true => value.split(|&byte| byte == b' ').collect(),
            false => vec![value],
        };
        let source = Source {
            disk: &ctx.instance.disk,
            from_file: false,
        };
        if let Err(error) = parameter.set(&mut ctx.instance.config, &values, source) {
            ctx.instance.config = old;
            return Err(failed(name.as_bytes(), &error.0));
        }
        if parameter.get(&mut ctx.instance.config) != before {
            changed.push(parameter.name);
        }
    }
    for (at, &name) in changed.iter().enumerate() {
        if let Err(reason) = apply(ctx, name) {
            let text = "Failed applying new configuration. Possibly related to new ";
            let text = [text, name, " setting. Restoring previous settings."].concat();
            ctx.instance.log(LogLevel::Warning, text);
            ctx.instance.config = old;
            for &name in changed.iter().take(at + 1) {
                // What was in force a moment ago cannot be refused.
                let _ = apply(ctx, name);
            }
            return Err(failed(name.as_bytes(), &reason));
        }
    }
    ctx.reply.ok();
    Ok(())
}

/// Puts a parameter that CONFIG SET has changed into force; `ctx.instance.config` has its new
/// value. Most need nothing: the value is looked at where it is used.
///
/// # Errors
/// Says why it cannot be. CONFIG SET then sets everything back, and calls this again for what it
/// had called it for.
fn apply(ctx: &mut Context<'_>, name: &'static str) -> Result<(), String> {
    if matches!(
        name,
        "maxmemory-policy" | "lfu-log-factor" | "lfu-decay-time"
    ) {
        // The policy decides what an access stamp means.
        let (now_ms, clock) = (ctx.instance.now_ms(), ctx.instance.access_clock());
        ctx.keyspace.set_now(now_ms, clock);
    }
    if name == "maxmemory" {
        let (limit, used) = (ctx.instance.config.maxmemory, ctx.instance.used_memory());
        if limit != 0 && limit < used {
            let text = format!(
                "WARNING: the new maxmemory value set via CONFIG SET ({limit}) is smaller than the current memory \
                 usage ({used}). This will result in key eviction and/or the inability to accept new write \
                 commands depending on the maxmemory-policy."
            );
            ctx.instance.log(LogLevel::Warning, text);
            ctx.instance.evicting = true;
        }
    }
    if name == "hz" {
        let hz = &mut ctx.instance.config.hz;
        *hz = (*hz).clamp(1, 500);
    }
    if name == "notify-keyspace-events" {
        ctx.keyspace
            .notice(ctx.instance.config.notify_keyspace_events);
    }
    if name == "requirepass" {
        let password = ctx.instance.config.requirepass.as_bytes();
        ctx.instance.acl.require(password);
        settle(ctx);
    }
    if name == "repl-backlog-size" {
        let size = ctx.instance.config.repl_backlog_size;
        ctx.instance.primary.resize_backlog(size);
    }
    if matches!(name, "port" | "bind")
        && let Some(listen) = &mut ctx.instance.listen
    {
        return listen(&ctx.instance.config, name);
    }
    if name == "appendonly" {
        return super::rewrite::apply_appendonly(ctx);
    }
    Ok(())
}

/// CONFIG REWRITE
pub fn config_rewrite(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    match ctx.instance.rewrite_config(false) {
        Ok(()) => ctx.reply.ok(),
        Err(RewriteError::NoFile) => {
            let text = "ERR The server is running without a config file";
            return Err(ReplyError::new(text));
        }
        Err(RewriteError::Disk(error)) => {
            let text = "ERR Rewriting config file failed: ";
            return Err(ReplyError::from([text, &error.to_string()].concat()));
        }
    }
    Ok(())
}

/// CONFIG RESETSTAT
pub fn config_resetstat(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    ctx.instance.stats.reset();
    ctx.instance.primary.counts = [0; 3];
    ctx.instance.latency.histograms.retain(|_, _| false);
    for database in ctx.keyspace.iter_mut() {
        database.reset_stats();
    }
    ctx.reply.ok();
    Ok(())
}

/// CONFIG HELP
pub fn config_help(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    write_help(ctx.reply, "config");
    Ok(())
}
