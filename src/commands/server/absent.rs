//! What this server has not: a cluster, and modules. It says so as a Redis does that runs without them.

use crate::commands::arguments::{is_word, write_help};
use crate::commands::context::{CommandResult, Context};
use crate::resp::{Args, ReplyError};

const NO_CLUSTER: ReplyError = ReplyError::new("ERR This instance has cluster support disabled");

/// The subcommands of CLUSTER and their arity, which Redis looks at before it says that there is no cluster.
const CLUSTER: [(&str, i64); 27] = [
    ("addslots", -3),
    ("addslotsrange", -4),
    ("bumpepoch", 2),
    ("count-failure-reports", 3),
    ("countkeysinslot", 3),
    ("delslots", -3),
    ("delslotsrange", -4),
    ("failover", -2),
    ("flushslots", 2),
    ("forget", 3),
    ("getkeysinslot", 4),
    ("help", 2),
    ("info", 2),
    ("keyslot", 3),
    ("links", 2),
    ("meet", -4),
    ("myid", 2),
    ("nodes", 2),
    ("replicas", 3),
    ("replicate", 3),
    ("reset", -2),
    ("saveconfig", 2),
    ("set-config-epoch", 3),
    ("setslot", -4),
    ("shards", 2),
    ("slaves", 3),
    ("slots", 2),
];

/// CLUSTER subcommand [argument ...]
pub fn cluster(_: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let word = args.at(1);
    let Some((name, arity)) = CLUSTER.iter().find(|(name, _)| is_word(word, name)) else {
        let before = "ERR unknown subcommand '";
        return Err(ReplyError::quoting(before, word, "'. Try CLUSTER HELP."));
    };
    let count = args.len() as i64;
    if count == *arity || (*arity < 0 && count >= -arity) {
        return Err(NO_CLUSTER);
    }
    Err(ReplyError::from(format!(
        "ERR wrong number of arguments for 'cluster|{name}' command"
    )))
}

/// READONLY, READWRITE and ASKING
pub fn of_cluster_clients(_: &mut Context<'_>, _: Args<'_>) -> CommandResult {
    Err(NO_CLUSTER)
}

/// MODULE LIST
pub fn module_list(ctx: &mut Context<'_>, _: Args<'_>) -> CommandResult {
    ctx.reply.array(0);
    Ok(())
}

/// MODULE LOAD path [arg ...], LOADEX and UNLOAD: there is no option here that would allow them.
pub fn module_load(_: &mut Context<'_>, _: Args<'_>) -> CommandResult {
    Err(
        "ERR MODULE command not allowed. If the enable-module-command option is set to \"local\", \
         you can run it from a local connection, otherwise you need to set this option in the \
         configuration file, and then restart the server."
            .into(),
    )
}

/// MODULE HELP
pub fn module_help(ctx: &mut Context<'_>, _: Args<'_>) -> CommandResult {
    write_help(ctx.reply, "module");
    Ok(())
}
