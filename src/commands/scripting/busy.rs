//! A script takes longer than busy-reply-threshold: others are served -BUSY, and may kill it.

use crate::commands::Flags;
use crate::commands::acl::permission;
use crate::commands::call::call;
use crate::commands::context::Context;
use crate::commands::table::table;
use crate::commands::transaction::{end_watches, refuse_exec};
use crate::instance::{BusyServer, Client, LogLevel, Request};
use crate::resp::error::NO_AUTH;
use crate::resp::{Args, ReplyError, ReplyWriter, RequestLimits};

/// What others are answered while EVAL's script runs.
pub const BUSY: ReplyError = ReplyError::new(
    "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
);

/// What others are answered while a function runs.
pub const BUSY_FUNCTION: ReplyError = ReplyError::new(
    "BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.",
);

/// Lets the host serve others; an error ends the script.
pub fn serve(ctx: &mut Context<'_>, elapsed: i64) -> Result<(), Vec<u8>> {
    let Some(running) = &mut ctx.instance.scripting.running else {
        return Ok(());
    };
    if !running.timed_out {
        running.timed_out = true;
        let line = format!(
            "Slow script detected: still in execution after {elapsed} milliseconds. You can try killing \
             the script using the {} command. Script name is: {}.",
            if running.is_eval {
                "SCRIPT KILL"
            } else {
                "FUNCTION KILL"
            },
            String::from_utf8_lossy(&running.name),
        );
        ctx.instance.log(LogLevel::Warning, line);
    }
    if let Some(mut poll) = ctx.instance.scripting.poll.take() {
        poll(&mut Busy { ctx: &mut *ctx });
        ctx.instance.scripting.poll.get_or_insert(poll);
    }
    let exits = ctx.instance.requests.contains(&Request::Exit);
    let killed = (ctx.instance.scripting.running.as_ref()).is_some_and(|running| running.killed);
    if killed || exits {
        let line = "Lua script killed by user with SCRIPT KILL.";
        ctx.instance.log(LogLevel::Warning, line);
        return Err(b"Script killed by user with SCRIPT KILL...".to_vec());
    }
    Ok(())
}

/// Why the running script may not be killed, if it may not. `is_eval` for SCRIPT KILL, not for FUNCTION KILL.
pub fn kill(ctx: &mut Context<'_>, is_eval: bool) -> Result<(), ReplyError> {
    let Some(running) = &mut ctx.instance.scripting.running else {
        return Err("NOTBUSY No scripts in execution right now.".into());
    };
    if running.wrote {
        return Err(ReplyError::new(
            "UNKILLABLE Sorry the script already executed write commands against the dataset. You can \
             either wait the script termination or kill the server in a hard way using the SHUTDOWN \
             NOSAVE command.",
        ));
    }
    match (is_eval, running.is_eval) {
        (true, false) => Err(BUSY_FUNCTION),
        (false, true) => Err(BUSY),
        _ => {
            running.killed = true;
            Ok(())
        }
    }
}

/// The server while its script runs.
struct Busy<'b, 'c> {
    ctx: &'b mut Context<'c>,
}

impl Busy<'_, '_> {
    /// Runs or refuses one command of another client.
    fn process(&mut self, client: &mut Client, output: &mut ReplyWriter, args: Args<'_>) {
        let Some(entry) = table()
            .resolve(args)
            .filter(|entry| entry.command.accepts(args.len()))
        else {
            return self.refuse(client, output, &self.busy());
        };
        let flags = entry.command.flags;
        let instance = &mut *self.ctx.instance;
        if client.restricted && !flags.contains(Flags::NO_AUTH) && instance.acl.must_log_in(client)
        {
            return self.refuse(client, output, &NO_AUTH);
        }
        if let Some(error) = permission::refused(instance, client, output, entry, args) {
            return self.refuse(client, output, &error);
        }
        // A server that ends must not wait for a snapshot of data that is half written.
        let saves = entry.command.name == "shutdown"
            && !args
                .iter()
                .any(|option| option.eq_ignore_ascii_case(b"nosave"));
        let queued = client.transaction.is_some() && flags.contains(Flags::NO_MULTI);
        if saves || queued || !flags.contains(Flags::ALLOW_BUSY) {
            self.ctx.instance.stats.by_command[entry.id].rejected += 1;
            let mut error = self.busy();
            if entry.command.name == "exec" {
                error = refuse_exec(client, self.ctx.instance, self.ctx.keyspace, &error);
            }
            return self.refuse(client, output, &error);
        }
        let ctx = &mut *self.ctx;
        let mut inner = Context {
            keyspace: ctx.keyspace,
            instance: ctx.instance,
            persistence: ctx.persistence,
            client,
            reply: output,
            effects: ctx.effects,
        };
        call(&mut inner, entry, args);
    }

    fn busy(&self) -> ReplyError {
        match &self.ctx.instance.scripting.running {
            Some(running) if !running.is_eval => BUSY_FUNCTION,
            _ => BUSY,
        }
    }

    fn refuse(&mut self, client: &mut Client, output: &mut ReplyWriter, error: &ReplyError) {
        if let Some(transaction) = &mut client.transaction {
            transaction.aborted = true;
        }
        self.ctx.instance.stats.count_error(error.code());
        output.error(error);
    }

    fn run_commands(&mut self, client: &mut Client) {
        let limits = RequestLimits {
            max_bulk_len: self.ctx.instance.config.proto_max_bulk_len as u64,
            authenticated: !client.restricted || !self.ctx.instance.acl.must_log_in(client),
        };
        let input = std::mem::take(&mut client.query_buffer);
        let mut parser = std::mem::take(&mut client.parser);
        let mut output = std::mem::take(&mut client.output);
        let mut used = 0;
        while !client.closing && client.blocked.is_none() {
            match parser.parse(&input[used..], limits) {
                Ok(Some((args, consumed))) => {
                    if !args.is_empty() {
                        self.process(client, &mut output, args);
                    }
                    used += consumed;
                }
                Ok(None) => break,
                Err(error) => {
                    self.ctx.instance.stats.count_error(b"ERR");
                    output.error(&ReplyError::from_bytes(error.0));
                    client.closing = true;
                }
            }
        }
        client.query_buffer = input[used..].to_vec();
        client.parser = parser;
        client.output = output;
    }
}

impl BusyServer for Busy<'_, '_> {
    fn receive(&mut self, id: u64, bytes: &[u8]) -> bool {
        if id == self.ctx.client.id {
            return false;
        }
        let Some(mut client) = self.ctx.instance.clients.remove(id) else {
            return true;
        };
        client.bytes_in += bytes.len() as u64;
        self.ctx.instance.stats.bytes_in += bytes.len() as u64;
        client.query_buffer.extend_from_slice(bytes);
        self.run_commands(&mut client);
        self.ctx.instance.clients.insert(client);
        true
    }

    fn take_output(&mut self, id: u64) -> Vec<u8> {
        match self.ctx.instance.clients.get_mut(id) {
            Some(client) => client.take_output(),
            None => Vec::new(),
        }
    }

    fn connect(&mut self, addr: &str) -> u64 {
        let instance = &mut *self.ctx.instance;
        let (mut client, welcome) = instance.accept(addr, None);
        client.closing = !welcome;
        let id = client.id;
        instance.clients.insert(client);
        id
    }

    fn disconnect(&mut self, id: u64) {
        if id == self.ctx.client.id {
            return;
        }
        if let Some(mut client) = self.ctx.instance.clients.remove(id) {
            end_watches(&mut client, self.ctx.instance, self.ctx.keyspace);
            self.ctx.instance.end_pushes(&mut client);
            crate::commands::unblock(&mut client, self.ctx.instance, self.ctx.keyspace);
        }
    }

    fn is_closing(&self, id: u64) -> bool {
        self.ctx
            .instance
            .clients
            .get(id)
            .is_none_or(|client| client.closing)
    }
}
