//! FUNCTION DUMP and RESTORE: all libraries as bytes, and back.

use super::{error, wrong_syntax};
use crate::commands::arguments::is_word;
use crate::commands::context::{CommandResult, Context};
use crate::instance::RestorePolicy;
use crate::persistence::rdb::{self, Limits};
use crate::resp::Args;

/// FUNCTION DUMP
pub fn function_dump(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    let libraries = ctx.instance.functions.libraries();
    let codes = libraries.iter().map(|(_, library)| library.code.as_slice());
    let payload = rdb::dump_functions(codes, ctx.instance.config.rdbcompression);
    ctx.reply.bulk(&payload);
    Ok(())
}

/// FUNCTION RESTORE serialized-value [FLUSH | APPEND | REPLACE]
pub fn function_restore(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let policy = match args.get(3) {
        _ if args.len() > 4 => return Err(wrong_syntax(args)),
        None => RestorePolicy::Append,
        Some(word) if is_word(word, "APPEND") => RestorePolicy::Append,
        Some(word) if is_word(word, "REPLACE") => RestorePolicy::Replace,
        Some(word) if is_word(word, "FLUSH") => RestorePolicy::Flush,
        Some(_) => {
            let text =
                "ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.";
            return Err(text.into());
        }
    };
    let limits = Limits {
        checksum: !ctx.instance.skip_checksum_validation,
        ..Limits::of(ctx.instance)
    };
    let codes = rdb::restore_functions(args.at(2), &limits)
        .map_err(|_| "ERR DUMP payload version or checksum are wrong")?;
    ctx.instance
        .restore_libraries(&codes, policy)
        .map_err(|why| error(&why))?;
    ctx.keyspace.add_dirty(1);
    ctx.reply.ok();
    Ok(())
}
