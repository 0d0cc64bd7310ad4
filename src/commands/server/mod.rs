//! Commands about the server itself.

mod command;
mod command_docs;
mod config;
mod debug;
mod digest;
mod flush;
mod info;
mod memory;
mod reload;
mod rewrite;
mod save;
mod shutdown;

pub use command::{
    command_all, command_count, command_getkeys, command_getkeysandflags, command_help,
    command_info, command_list,
};
pub use command_docs::command_docs;
pub use config::{config_get, config_help, config_resetstat, config_rewrite, config_set};
pub use debug::debug;
pub use flush::{dbsize, flushall, flushdb, swapdb};
pub use info::info;
pub use memory::{bytes_of, memory_help, memory_usage};
pub use rewrite::bgrewriteaof;
pub use save::{bgsave, lastsave, save, save_outcome};
pub use shutdown::{finish_shutdown, shutdown};

use super::context::{CommandResult, Context};
use crate::resp::Args;

/// TIME
pub fn time(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    let now_us = ctx.instance.now_us;
    ctx.reply.array(2);
    ctx.reply.bulk_integer(now_us.div_euclid(1_000_000));
    ctx.reply.bulk_integer(now_us.rem_euclid(1_000_000));
    Ok(())
}
