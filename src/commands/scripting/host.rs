//! What a script reaches of its server.

use super::id_of;
use crate::commands::acl::permission;
use crate::commands::call::call;
use crate::commands::context::Context;
use crate::commands::table::{Entry, command_of};
use crate::commands::{Flags, Group, Mode};
use crate::instance::{LogLevel, Running};
use crate::resp::error::{CANNOT_SAVE, NO_REPLICAS, OUT_OF_MEMORY, READ_ONLY_REPLICA};
use crate::resp::{Args, OwnedArgs, ReplyError, ReplyWriter};
use crate::types::numbers::format_f64;
use resplay_lua::ScriptHost;

/// Milliseconds after which a script is ended where nobody can be served meanwhile, though
/// busy-reply-threshold is 0.
const LONGEST: i64 = 60_000;

/// Nothing of the kind is told the AOF and the replicas unless a script asks for less.
const ALL_TARGETS: u8 = 3;

/// The host of one run.
struct Host<'h, 'c> {
    ctx: &'h mut Context<'c>,
    args: Args<'h>,
    /// The number of the command that runs the script.
    caller: Option<usize>,
    /// Whether an error of the reply was counted.
    counted: bool,
}

/// Has `work` run a script that was prepared, with the client as scripts have it.
pub fn run<R>(
    ctx: &mut Context<'_>,
    args: Args<'_>,
    running: Running,
    work: impl FnOnce(&mut dyn ScriptHost) -> R,
) -> R {
    let db = ctx.client.db;
    ctx.client.in_script = true;
    ctx.instance.scripting.running = Some(running);
    let caller = id_of(ctx.instance, args);
    let mut host = Host {
        ctx,
        args,
        caller,
        counted: false,
    };
    let result = work(&mut host);
    let (caller, counted) = (host.caller, host.counted);
    if let (true, Some(caller)) = (counted, caller) {
        ctx.instance.stats.by_command[caller].failed += 1;
    }
    ctx.instance.scripting.running = None;
    ctx.client.in_script = false;
    ctx.client.db = db;
    ctx.effects.set_targets(ALL_TARGETS);
    // What the commands did they have told themselves.
    ctx.effects.nothing();
    result
}

/// Why nothing may be written now, because it could not be kept.
pub fn cannot_persist(ctx: &Context<'_>, as_script: bool) -> Option<ReplyError> {
    const SCRIPTS: &str =
        "Writable scripts are blocked. Use 'no-writes' flag for read only scripts.";
    if ctx.persistence.refuses_writes(ctx.instance) {
        if !as_script {
            return Some(CANNOT_SAVE);
        }
        let text = "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to \
                    persist to disk. ";
        return Some(ReplyError::from([text, SCRIPTS].concat()));
    }
    let error = ctx.persistence.aof.error()?.to_string();
    let text = if as_script {
        let text = "MISCONF Redis is configured to persist data to AOF, but it's currently unable to \
                    persist to disk. ";
        [text, SCRIPTS, " AOF error: ", &error].concat()
    } else {
        ["MISCONF Errors writing to the AOF file: ", &error].concat()
    };
    Some(ReplyError::from(text))
}

impl Host<'_, '_> {
    /// The command that a script calls, if it may be called here and now.
    fn checked(&mut self, args: Args<'_>) -> Result<&'static Entry, ReplyError> {
        let found = command_of(self.ctx.instance, args);
        let Some(entry) = found.filter(|entry| entry.is_in(Mode::Server)) else {
            return Err("ERR Unknown Redis command called from script".into());
        };
        let outcome = self.check(entry, args);
        if outcome.is_err() {
            self.ctx.instance.stats.by_command[entry.id].rejected += 1;
        }
        outcome.map(|()| entry)
    }

    fn check(&mut self, entry: &Entry, args: Args<'_>) -> Result<(), ReplyError> {
        if !entry.command.accepts(args.len()) {
            return Err("ERR Wrong number of args calling Redis command from script".into());
        }
        let flags = entry.command.flags;
        // EVAL within EVAL has no interpreter to run it, whatever is allowed.
        let scripting = &self.ctx.instance.scripting;
        let allowed = scripting.allows_all && entry.command.group != Group::Scripting;
        if flags.contains(Flags::NOSCRIPT) && !allowed {
            return Err("ERR This Redis command is not allowed from script".into());
        }
        if let Some(error) = permission::refused_to_script(self.ctx, entry, args) {
            return Err(error);
        }
        let Some(running) = &self.ctx.instance.scripting.running else {
            return Ok(());
        };
        if running.read_only && flags.intersects(Flags::WRITE | Flags::MAY_REPLICATE) {
            return Err("ERR Write commands are not allowed from read-only scripts.".into());
        }
        // Once it has written it cannot be stopped half-way.
        if running.wrote {
            return Ok(());
        }
        let allow_oom = running.allow_oom;
        if flags.contains(Flags::WRITE) && !self.ctx.client.is_primary {
            let instance = &self.ctx.instance;
            if instance.is_replica() && instance.config.replica_read_only {
                return Err(READ_ONLY_REPLICA);
            }
            if let Some(error) = cannot_persist(self.ctx, false) {
                return Err(error);
            }
            if self.ctx.instance.lacks_replicas() {
                return Err(NO_REPLICAS);
            }
        }
        let out_of_memory = self.ctx.instance.scripting.out_of_memory;
        if out_of_memory && !allow_oom && flags.contains(Flags::DENYOOM) {
            return Err(OUT_OF_MEMORY);
        }
        Ok(())
    }

    /// Milliseconds that the script has run.
    fn elapsed(&mut self) -> i64 {
        let stopwatch = self.ctx.instance.stopwatch;
        let Some(running) = &mut self.ctx.instance.scripting.running else {
            return 0;
        };
        running.polls += 1;
        running.elapsed(stopwatch)
    }
}

impl ScriptHost for Host<'_, '_> {
    fn call(&mut self, arguments: &[&[u8]], protocol: u8, reply: &mut Vec<u8>) {
        let owned: OwnedArgs = arguments.iter().copied().collect();
        let args = owned.as_args();
        let mut writer = ReplyWriter::new(protocol == 3);
        match self.checked(args) {
            Ok(entry) => {
                if entry.command.flags.contains(Flags::WRITE)
                    && let Some(running) = &mut self.ctx.instance.scripting.running
                {
                    running.wrote = true;
                }
                let ctx = &mut *self.ctx;
                let mut inner = Context {
                    keyspace: ctx.keyspace,
                    instance: ctx.instance,
                    persistence: ctx.persistence,
                    client: ctx.client,
                    reply: &mut writer,
                    effects: ctx.effects,
                };
                call(&mut inner, entry, args);
            }
            Err(error) => {
                self.ctx.instance.stats.count_error(error.code());
                writer.error(&error);
            }
        }
        reply.extend_from_slice(writer.as_bytes());
    }

    fn error_replied(&mut self, error: &[u8], counts: bool) {
        let stats = &mut self.ctx.instance.stats;
        if counts {
            // A code is at most 32 bytes long and ends at a space.
            let code = error.iter().take(31).position(|&byte| byte == b' ');
            stats.count_error(code.map_or(b"ERR", |end| &error[..end]));
            self.counted = true;
        } else if let Some(caller) = self.caller {
            stats.by_command[caller].failed += 1;
        }
    }

    fn log(&mut self, level: u8, message: &[u8]) {
        let level = match level {
            0 => LogLevel::Debug,
            1 => LogLevel::Verbose,
            2 => LogLevel::Notice,
            _ => LogLevel::Warning,
        };
        let text = String::from_utf8_lossy(message);
        self.ctx.instance.log(level, text);
    }

    fn set_replication(&mut self, targets: u8) {
        self.ctx.effects.set_targets(targets);
    }

    fn may_run(&mut self, arguments: &[&[u8]]) -> Result<bool, Vec<u8>> {
        let owned: OwnedArgs = arguments.iter().copied().collect();
        let args = owned.as_args();
        match command_of(self.ctx.instance, args) {
            Some(entry) if entry.is_in(Mode::Server) => {
                Ok(permission::check(self.ctx.instance, self.ctx.client, entry, args).is_ok())
            }
            _ => Err(b"Invalid command passed to redis.acl_check_cmd()".to_vec()),
        }
    }

    fn poll(&mut self) -> Result<(), Vec<u8>> {
        let elapsed = self.elapsed();
        let threshold = self.ctx.instance.config.busy_reply_threshold;
        let can_poll = self.ctx.instance.scripting.poll.is_some();
        let limit = match threshold {
            0 if can_poll => return Ok(()),
            0 => LONGEST,
            threshold => threshold,
        };
        if elapsed < limit {
            return Ok(());
        }
        if can_poll {
            if let Some(running) = &mut self.ctx.instance.scripting.running
                && !running.timed_out
            {
                running.command = self.args.to_owned();
            }
            return super::busy::serve(self.ctx, elapsed);
        }
        let wrote = (self.ctx.instance.scripting.running.as_ref()).is_some_and(|it| it.wrote);
        let mut text = format!(
            "Script ended after {elapsed} milliseconds (busy-reply-threshold): here nobody else can be \
             served while a script runs"
        );
        if wrote {
            text.push_str(". What it has written stays");
        }
        Err(text.into_bytes())
    }

    fn random(&mut self) -> i32 {
        self.ctx.instance.scripting.draw()
    }

    fn seed_random(&mut self, seed: i32) {
        self.ctx.instance.scripting.seed(seed);
    }

    fn format_double(&mut self, value: f64, text: &mut Vec<u8>) {
        text.extend_from_slice(&format_f64(value));
    }
}
