//! Commands about the server itself.

mod absent;
mod command;
mod command_docs;
mod config;
mod debug;
mod debug_protocol;
mod digest;
mod flush;
mod info;
mod latency;
mod lolwut;
mod memory;
mod memory_report;
mod reload;
mod rewrite;
mod save;
mod shutdown;
mod slowlog;

pub use absent::{cluster, module_help, module_list, module_load, of_cluster_clients};
pub use command::{
    CATEGORIES, command_all, command_count, command_getkeys, command_getkeysandflags, command_help,
    command_info, command_list, find_by_full_name,
};
pub use command_docs::command_docs;
pub use config::{config_get, config_help, config_resetstat, config_rewrite, config_set};
pub use debug::debug;
pub use flush::{dbsize, flushall, flushdb, swapdb};
pub use info::info;
pub use latency::{
    latency_doctor, latency_graph, latency_help, latency_histogram, latency_history,
    latency_latest, latency_reset,
};
pub use lolwut::lolwut;
pub use memory::{bytes_of, memory_help, memory_usage};
pub use memory_report::{memory_doctor, memory_malloc_stats, memory_purge, memory_stats};
pub use rewrite::bgrewriteaof;
pub use save::{bgsave, lastsave, save, save_outcome};
pub use shutdown::{finish_shutdown, shutdown};
pub use slowlog::{slowlog_get, slowlog_help, slowlog_len, slowlog_reset};

use super::context::{CommandResult, Context};
use crate::resp::Args;

/// TIME
pub fn time(ctx: &mut Context<'_>, _args: Args<'_>) -> CommandResult {
    let now_us = ctx.instance.now_us();
    ctx.reply.array(2);
    ctx.reply.bulk_integer(now_us.div_euclid(1_000_000));
    ctx.reply.bulk_integer(now_us.rem_euclid(1_000_000));
    Ok(())
}
