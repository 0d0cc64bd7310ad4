//! CONFIG: reading and changing the configuration while the server runs.

use crate::commands::arguments::write_help;
use crate::commands::context::{CommandResult, Context};
use crate::instance::Parameter;
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError};
use crate::types::glob;

/// CONFIG GET parameter [parameter ...]
pub fn config_get(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let config = &ctx.instance.config;
    let wanted = |name: &&str| {
        let mut patterns = args.tail(2).iter();
        patterns.any(|pattern| glob::matches(pattern, name.as_bytes(), true))
    };
    let mut found: Vec<(&str, String)> = Vec::new();
    for parameter in Parameter::ALL {
        let names = [Some(parameter.name), parameter.alias];
        for name in names.into_iter().flatten().filter(wanted) {
            found.push((name, parameter.get(config)));
        }
    }
    ctx.reply.map(found.len());
    for (name, value) in found {
        ctx.reply.bulk_str(name);
        ctx.reply.bulk_str(&value);
    }
    Ok(())
}

/// CONFIG SET parameter value [parameter value ...]
///
/// All are set or none: one that is refused undoes those before it.
pub fn config_set(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let pairs = args.tail(2);
    if !pairs.len().is_multiple_of(2) {
        return Err(SYNTAX);
    }
    let mut parameters = Vec::new();
    // All names are looked at before any value.
    for at in (0..pairs.len()).step_by(2) {
        let Some(parameter) = Parameter::find(pairs.at(at)) else {
            return Err(ReplyError::quoting(
                "ERR Unknown option or number of arguments for CONFIG SET - '",
                pairs.at(at),
                "'",
            ));
        };
        parameters.push((parameter, pairs.at(at), pairs.at(at + 1)));
    }
    let mut config = ctx.instance.config.clone();
    let mut seen: Vec<&str> = Vec::new();
    for (parameter, name, value) in parameters {
        let failed = |reason: &str| {
            ReplyError::from(format!(
                "ERR CONFIG SET failed (possibly related to argument '{}') - {reason}",
                String::from_utf8_lossy(name),
            ))
        };
        if !parameter.mutable {
            return Err(failed("can't set immutable config"));
        }
        if seen.contains(&parameter.name) {
            return Err(failed("duplicate parameter"));
        }
        seen.push(parameter.name);
        parameter
            .set(&mut config, value)
            .map_err(|error| failed(&error.0))?;
    }
    ctx.instance.config = config;
    // The policy decides what an access stamp means.
    let (now_ms, clock) = (ctx.instance.now_ms(), ctx.instance.access_clock());
    ctx.keyspace.set_now(now_ms, clock);
    ctx.reply.ok();
    Ok(())
}

/// CONFIG RESETSTAT
pub fn config_resetstat(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    ctx.instance.stats.reset();
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
