//! From arguments to a command that runs: the checks that stand before every command.

use super::{Event, Server};
use crate::commands::acl::permission;
use crate::commands::{
    Context, Entry, Flags, call, command_named, command_of, flags_of, mode_of, refuse_exec,
};
use crate::copy::copy;
use crate::instance::{Client, Instance, LogLevel, ReplyMode, TrackingFlags};
use crate::resp::error::{CANNOT_SAVE, NO_AUTH, OUT_OF_MEMORY};
use crate::resp::{Args, ReplyError, ReplyWriter};

/// Longest part of an unknown command's arguments that the error quotes, in bytes.
const MAX_QUOTED: usize = 128;

/// DEBUG is the one command that is protected here.
const DEBUG_NOT_ALLOWED: ReplyError = ReplyError::new(
    "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", you \
     can run it from a local connection, otherwise you need to set this option in the \
     configuration file, and then restart the server.",
);

/// What the log tells of a web page that sends requests here, once in so many milliseconds.
const HTTP_WARNING: &str = "Possible SECURITY ATTACK detected. It looks like somebody is sending \
     POST or Host: commands to Redis. This is likely due to an attacker attempting to use Cross \
     Protocol Scripting to compromise your Redis instance. Connection aborted.";
const HTTP_WARNING_EVERY_MS: u64 = 60_000;

impl Server {
    /// Runs or refuses one command; its reply goes to `output`.
    pub(super) fn process(
        &mut self,
        client: &mut Client,
        output: &mut ReplyWriter,
        args: Args<'_>,
    ) {
        let reply_from = output.len();
        self.check_and_run(client, output, args);
        // One that waits has its reply before it.
        if client.reply_mode != ReplyMode::On && client.blocked.is_none() {
            self.suppress_reply(client, output, reply_from);
        }
        if self.instance.tracking.is_on() {
            self.instance.tell_pending(client.id);
            if client.transaction.is_none() {
                self.end_caching(client.id, args);
            }
        }
        if self.instance.has_pushes() {
            self.instance.deliver_pushes(client, output);
        }
        if !client.closing && self.instance.overflows(client, output) {
            self.close(client);
        }
        if !self.instance.requests.is_empty() {
            self.take_requests();
            if self.events.last() == Some(&Event::Shutdown) {
                self.close(client);
            }
        }
    }

    /// CLIENT CACHING holds for the next command or transaction; other CLIENT commands do not count.
    fn end_caching(&mut self, id: u64, args: Args<'_>) {
        if !args.at(0).eq_ignore_ascii_case(b"client")
            && let Some(tracker) = self.instance.tracking.of_mut(id)
        {
            tracker.flags.remove(TrackingFlags::CACHING);
        }
    }

    fn check_and_run(&mut self, client: &mut Client, output: &mut ReplyWriter, args: Args<'_>) {
        let entry = match find(&mut self.recent, &self.instance, args) {
            Ok(entry) => entry,
            Err(_) if is_http(args.at(0)) => return self.refuse_http(client, output),
            Err(error) if args.at(0).eq_ignore_ascii_case(b"exec") => {
                return self.refuse_exec(client, output, &error);
            }
            Err(error) => return self.refuse(client, output, &error),
        };
        client.last_command = match entry.parent {
            Some(parent) => Some((parent.name, Some(entry.command.name))),
            None => Some((entry.command.name, None)),
        };
        let flags = flags_of(&self.instance, entry, args);
        self.instance.scripting.out_of_memory = false;
        if client.is_primary {
            return self.run(client, output, entry, args);
        }
        if entry.command.name == "debug"
            && !self
                .instance
                .config
                .enable_debug_command
                .allows(&client.addr)
        {
            return self.refuse_known(client, output, (entry, args), &DEBUG_NOT_ALLOWED);
        }
        if client.restricted
            && !flags.contains(Flags::NO_AUTH)
            && self.instance.acl.must_log_in(client)
        {
            return self.refuse_known(client, output, (entry, args), &NO_AUTH);
        }
        if client.transaction.is_some() && flags.contains(Flags::NO_MULTI) {
            let error = ReplyError::new("ERR Command not allowed inside a transaction");
            return self.refuse_known(client, output, (entry, args), &error);
        }
        if client.restricted
            && let Some(error) =
                permission::refused(&mut self.instance, client, output, entry, args)
        {
            return self.refuse_known(client, output, (entry, args), &error);
        }
        if self.instance.has_memory_limit() && !self.has_room(client) {
            let has_room = self.make_room(client);
            // Before the command, which may set a key anew that has just gone.
            self.tell_of_removed_keys();
            self.notify(client.id);
            self.instance.deliver_pushes(client, output);
            self.instance.scripting.out_of_memory = !has_room;
            // A transaction is judged by what is queued, when it is executed.
            if !has_room && self.would_run(client, (entry, flags), Flags::DENYOOM) {
                return self.refuse_known(client, output, (entry, args), &OUT_OF_MEMORY);
            }
        }
        if self.persistence.refuses_writes(&self.instance)
            && (self.would_run(client, (entry, flags), Flags::WRITE)
                || entry.command.name == "ping")
        {
            return self.refuse_known(client, output, (entry, args), &CANNOT_SAVE);
        }
        let refused = self
            .refused_by_log(client, (entry, flags))
            .or_else(|| self.refused_without_replicas(client, (entry, flags)))
            .or_else(|| self.refused_by_replica(client, (entry, flags)))
            .or_else(|| refused_to_subscriber(client, output, entry))
            .or_else(|| self.refused_while_stale(client, (entry, flags)))
            .or_else(|| self.refused_while_loading(client, entry))
            .or_else(|| self.refused_to_monitor(client, (entry, flags)));
        if let Some(error) = refused {
            return self.refuse_known(client, output, (entry, args), &error);
        }
        if self.instance.pause.is_some() && self.postponed(client, entry, args) {
            return;
        }
        self.run(client, output, entry, args);
    }

    /// Queues or runs a command that nothing stands against.
    fn run(
        &mut self,
        client: &mut Client,
        output: &mut ReplyWriter,
        entry: &Entry,
        args: Args<'_>,
    ) {
        if let Some(transaction) = &mut client.transaction
            && !runs_inside_multi(entry)
        {
            let queued = args.to_owned();
            transaction.bytes += queued.byte_len();
            transaction.queue.push(queued);
            output.simple("QUEUED");
            return;
        }
        for database in self.keyspace.iter_mut().skip(client.db).take(1) {
            database.keep_stamps(client.no_touch);
        }
        let mut ctx = Context {
            keyspace: &mut self.keyspace,
            instance: &mut self.instance,
            persistence: &mut self.persistence,
            client,
            reply: output,
            effects: &mut self.effects,
        };
        call(&mut ctx, entry, args);
        if client.closing {
            self.instance.end_pushes(client);
            self.end_tracking(client.id);
            self.events.push(Event::Closed(client.id));
        }
    }

    fn refuse_known(
        &mut self,
        client: &mut Client,
        output: &mut ReplyWriter,
        (entry, args): (&Entry, Args),
        error: &ReplyError,
    ) {
        self.instance.stats.by_command[entry.id].rejected += 1;
        if entry.command.name == "exec" {
            self.refuse_exec(client, output, error);
            // Monitors have seen the MULTI; they are to see that it is over.
            self.instance.feed_monitors(client, output, args);
        } else {
            self.refuse(client, output, error);
        }
    }

    /// Hangs up without a word, and without the replies that nobody has taken.
    #[cold]
    fn refuse_http(&mut self, client: &mut Client, output: &mut ReplyWriter) {
        let now_ms = self.instance.now_ms();
        if now_ms.abs_diff(self.warned_of_http_ms) > HTTP_WARNING_EVERY_MS {
            self.warned_of_http_ms = now_ms;
            self.instance.log(LogLevel::Warning, HTTP_WARNING);
        }
        output.clear();
        self.close(client);
    }

    fn refuse_exec(&mut self, client: &mut Client, output: &mut ReplyWriter, error: &ReplyError) {
        let error = refuse_exec(client, &mut self.instance, &mut self.keyspace, error);
        self.instance.stats.count_error(error.code());
        output.error(&error);
    }

    fn refuse(&mut self, client: &mut Client, output: &mut ReplyWriter, error: &ReplyError) {
        if let Some(transaction) = &mut client.transaction {
            transaction.aborted = true;
        }
        self.instance.stats.count_error(error.code());
        output.error(error);
    }

    /// Whether a command with this flag is about to run: this one, or one of those that it executes.
    pub(super) fn would_run(
        &self,
        client: &Client,
        (entry, flags): (&Entry, Flags),
        flag: Flags,
    ) -> bool {
        if flags.contains(flag) {
            return true;
        }
        let Some(transaction) = &client.transaction else {
            return false;
        };
        entry.command.name == "exec"
            && transaction.queue.iter().any(|queued| {
                let args = queued.as_args();
                let found = command_of(&self.instance, args);
                found.is_some_and(|entry| flags_of(&self.instance, entry, args).contains(flag))
            })
    }

    /// A replica watches, and leaves the data alone; so does a client in MONITOR mode.
    fn refused_to_monitor(
        &self,
        client: &Client,
        (entry, flags): (&Entry, Flags),
    ) -> Option<ReplyError> {
        if !client.monitor && !client.is_replica() {
            return None;
        }
        let touches = [Flags::WRITE, Flags::READONLY];
        let refused = matches!(entry.command.name, "publish" | "spublish")
            || touches
                .iter()
                .any(|flag| self.would_run(client, (entry, flags), *flag));
        refused.then(|| ReplyError::new("ERR Replica can't interact with the keyspace"))
    }

    fn suppress_reply(&mut self, client: &mut Client, output: &mut ReplyWriter, from: usize) {
        match client.reply_mode {
            ReplyMode::On => {}
            ReplyMode::Off => output.truncate(from),
            ReplyMode::SkipNext => {
                // CLIENT REPLY SKIP itself has answered nothing.
                client.reply_mode = ReplyMode::Skip;
            }
            ReplyMode::Skip => {
                output.truncate(from);
                client.reply_mode = ReplyMode::On;
            }
        }
    }
}

/// In RESP2 a subscriber could not tell replies from messages.
fn refused_to_subscriber(
    client: &Client,
    output: &ReplyWriter,
    entry: &Entry,
) -> Option<ReplyError> {
    if !client.is_subscribed()
        || output.resp3()
        || matches!(
            entry.command.name,
            "ping"
                | "subscribe"
                | "unsubscribe"
                | "psubscribe"
                | "punsubscribe"
                | "ssubscribe"
                | "sunsubscribe"
                | "quit"
                | "reset"
        )
    {
        return None;
    }
    let name = entry.full_name();
    let text = [
        "ERR Can't execute '",
        &name,
        "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context",
    ];
    Some(ReplyError::from(text.concat()))
}

/// The commands that MULTI does not queue.
fn runs_inside_multi(entry: &Entry) -> bool {
    entry.parent.is_none()
        && matches!(
            entry.command.name,
            "exec" | "discard" | "multi" | "watch" | "quit" | "reset"
        )
}

/// The command that was last looked for, and its name as it was written: in a pipeline the next is often the same.
pub(super) struct Recent {
    name: [u8; NAME],
    len: usize,
    entry: &'static Entry,
}

/// The longest name that is worth remembering.
const NAME: usize = 16;

/// A name in a size that the compiler knows.
#[inline(always)]
fn padded(name: &[u8]) -> Option<[u8; NAME]> {
    let mut padded = [0; NAME];
    (name.len() <= NAME).then(|| {
        copy(&mut padded, name);
        padded
    })
}

/// Whether it is the beginning of a line that only a request by HTTP has.
fn is_http(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"post") || name.eq_ignore_ascii_case(b"host:")
}

/// The command that `args` name, with a fitting number of arguments.
#[inline(always)]
fn find(
    recent: &mut Option<Recent>,
    instance: &Instance,
    args: Args<'_>,
) -> Result<&'static Entry, ReplyError> {
    let name = padded(args.at(0));
    let len = args.at(0).len();
    let entry = match recent {
        Some(recent) if recent.len == len && name == Some(recent.name) => recent.entry,
        _ => {
            let mode = mode_of(instance);
            let entry = command_of(instance, args).filter(|entry| entry.is_in(mode));
            let entry = entry.ok_or_else(|| unknown(instance, args))?;
            let is_whole = entry.parent.is_none() && entry.command.subcommands.is_empty();
            let name = name.filter(|_| is_whole);
            *recent = name.map(|name| Recent { name, len, entry });
            entry
        }
    };
    // A container without a subcommand ends here too: its arity asks for one.
    if !entry.command.accepts(args.len()) {
        return Err(ReplyError::from(format!(
            "ERR wrong number of arguments for '{}' command",
            entry.full_name()
        )));
    }
    Ok(entry)
}

/// What C prints of `bytes` with room for `most` of them: nothing from a zero byte on.
fn visible(bytes: &[u8], most: usize) -> impl Iterator<Item = &u8> {
    bytes.iter().take(most).take_while(|&&byte| byte != 0)
}

fn unknown(instance: &Instance, args: Args<'_>) -> ReplyError {
    let mode = mode_of(instance);
    let container = command_named(instance, args.at(0)).filter(|it| it.is_in(mode));
    let mut text = b"ERR unknown ".to_vec();
    if container.is_some() && args.len() > 1 {
        text.extend_from_slice(b"subcommand '");
        text.extend(visible(args.at(1), MAX_QUOTED));
        text.extend_from_slice(b"'. Try ");
        text.extend(args.at(0).to_ascii_uppercase());
        text.extend_from_slice(b" HELP.");
    } else {
        text.extend_from_slice(b"command '");
        text.extend(visible(args.at(0), MAX_QUOTED));
        text.extend_from_slice(b"', with args beginning with: ");
        let mut quoted = Vec::new();
        for argument in args.tail(1).iter() {
            if quoted.len() >= MAX_QUOTED {
                break;
            }
            let room = MAX_QUOTED - quoted.len();
            quoted.push(b'\'');
            quoted.extend(visible(argument, room));
            quoted.extend_from_slice(b"' ");
        }
        text.extend(quoted);
    }
    // A reply is one line.
    for byte in &mut text {
        if matches!(*byte, b'\r' | b'\n') {
            *byte = b' ';
        }
    }
    ReplyError::from_bytes(text)
}
