//! DEBUG: what test suites and lessons use to look inside.

use super::{digest, reload};
use crate::commands::arguments::{double, integer, is_word, unknown_subcommand};
use crate::commands::context::{CommandResult, Context};
use crate::instance::{LogLevel, Request, RewriteError};
use crate::persistence::rdb::serialized_len;
use crate::resp::error::{NO_SUCH_KEY, SYNTAX};
use crate::resp::{Args, ReplyError, write_command};

/// Keys that one DEBUG POPULATE makes at most.
const MAX_POPULATE: i64 = 100_000_000;

const HELP: &[&str] = &[
    "DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
    "ASSERT",
    "    Crashes the server.",
    "CHANGE-REPL-ID",
    "    Gives the data another replication id.",
    "CONFIG-REWRITE-FORCE-ALL",
    "    Like CONFIG REWRITE, with every parameter.",
    "DIGEST",
    "    One number for all data; equal data gives equal numbers in every server.",
    "DIGEST-VALUE <key> [<key> ...]",
    "    The same for single values.",
    "ERROR <text>",
    "    Answers an error.",
    "HTSTATS <database>",
    "    Tells the size of the tables of a database.",
    "LOADAOF",
    "    Empties the databases and loads the append-only file again.",
    "LOG <text>",
    "    Writes a line to the log.",
    "OBJECT <key>",
    "    Shows how a value is stored.",
    "PANIC",
    "    Crashes the server.",
    "PAUSE-CRON <0|1>",
    "    Stops or starts what the server does by itself.",
    "POPULATE <count> [<prefix>] [<size>]",
    "    Creates <count> string keys named <prefix>:<number>, `key` without a prefix.",
    "PROTOCOL <string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false>",
    "    Answers something of this type.",
    "QUICKLIST-PACKED-THRESHOLD <size>",
    "    Sets the size from which a list element is a node of its own.",
    "RELOAD [MERGE] [NOFLUSH] [NOSAVE]",
    "    Saves the RDB file, empties the databases and loads it again. MERGE lets the file's",
    "    keys replace the ones there, NOFLUSH empties nothing, NOSAVE loads the file as it is.",
    "REPLICATE <command>",
    "    Tells the replicas a command that is not run here.",
    "SEGFAULT",
    "    Crashes the server.",
    "SET-ACTIVE-EXPIRE <0|1>",
    "    Stops or starts the removal of expired keys that nobody asks for.",
    "SET-DISABLE-DENY-SCRIPTS <0|1>",
    "    Lets scripts call the commands that are not for scripts.",
    "SET-SKIP-CHECKSUM-VALIDATION <0|1>",
    "    Takes RDB files and payloads of RESTORE whatever their checksum says.",
    "SLEEP <seconds>",
    "    Serves nobody for <seconds>; fractions are allowed.",
    "STRINGMATCH-LEN <length> <pattern>",
    "    Matches <pattern> against a string of <length> letters.",
    "HELP",
    "    Print this help.",
];

/// DEBUG subcommand [argument ...]
pub fn debug(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let name = args.at(1);
    let count = args.len();
    if is_word(name, "HELP") && count == 2 {
        ctx.reply.array(HELP.len());
        for line in HELP {
            ctx.reply.simple(line);
        }
    } else if is_word(name, "SLEEP") && count == 3 {
        sleep(ctx, args)?;
    } else if is_word(name, "OBJECT") && count == 3 {
        object(ctx, args)?;
    } else if is_word(name, "DIGEST") && count == 2 {
        let digest = digest::of_keyspace(ctx.keyspace);
        ctx.reply.simple(&digest::to_hex(&digest));
    } else if is_word(name, "DIGEST-VALUE") && count >= 2 {
        ctx.reply.array(count - 2);
        for key in args.tail(2).iter() {
            let record = ctx.keyspace[ctx.client.db].inspect(key);
            let digest = record.map_or_else(digest::Digest::default, digest::of_record);
            ctx.reply.simple(&digest::to_hex(&digest));
        }
    } else if is_word(name, "SET-ACTIVE-EXPIRE") && count == 3 {
        ctx.instance.active_expire = integer(args.at(2)).unwrap_or(0) != 0;
        ctx.reply.ok();
    } else if is_word(name, "SET-DISABLE-DENY-SCRIPTS") && count == 3 {
        ctx.instance.scripting.allows_all = integer(args.at(2)).unwrap_or(0) != 0;
        ctx.reply.ok();
    } else if is_word(name, "SET-SKIP-CHECKSUM-VALIDATION") && count == 3 {
        ctx.instance.skip_checksum_validation = integer(args.at(2)).unwrap_or(0) != 0;
        ctx.reply.ok();
    } else if is_word(name, "QUICKLIST-PACKED-THRESHOLD") && count == 3 {
        quicklist_packed_threshold(ctx, args)?;
    } else if is_word(name, "STRINGMATCH-LEN") && count == 4 {
        stringmatch_len(ctx, args)?;
    } else if is_word(name, "POPULATE") && (3..=5).contains(&count) {
        populate(ctx, args)?;
    } else if is_word(name, "REPLICATE") && count >= 3 {
        let mut command = Vec::new();
        write_command(&mut command, args.tail(2).iter());
        let told = [(ctx.client.db, command.as_slice())];
        ctx.instance.primary.feed(told.into_iter(), false);
        ctx.reply.ok();
    } else if is_word(name, "RELOAD") {
        reload::reload(ctx, args.tail(2))?;
    } else if is_word(name, "LOADAOF") && count == 2 {
        reload::load_aof(ctx)?;
    } else if ["PANIC", "SEGFAULT", "ASSERT"]
        .iter()
        .any(|it| is_word(name, it))
    {
        let name = String::from_utf8_lossy(name).to_ascii_uppercase();
        let message = ["Crashed on request: DEBUG ", &name].concat();
        ctx.instance.requests.push(Request::Crash(message));
    } else if is_word(name, "PROTOCOL") && count == 3 {
        super::debug_protocol::protocol(ctx, args.at(2))?;
    } else if is_word(name, "PAUSE-CRON") && count == 3 {
        ctx.instance.cron_is_paused = integer(args.at(2)).unwrap_or(0) != 0;
        ctx.reply.ok();
    } else if is_word(name, "CHANGE-REPL-ID") && count == 2 {
        let text = "Changing replication IDs after receiving DEBUG change-repl-id";
        ctx.instance.log(LogLevel::Warning, text);
        ctx.instance.change_replication_id();
        ctx.reply.ok();
    } else if is_word(name, "CONFIG-REWRITE-FORCE-ALL") && count == 2 {
        let failed = "ERR CONFIG-REWRITE-FORCE-ALL failed: ";
        match ctx.instance.rewrite_config(true) {
            Ok(()) => ctx.reply.ok(),
            Err(RewriteError::NoFile) => return Err([failed, "Bad address"].concat().into()),
            Err(RewriteError::Disk(error)) => {
                return Err([failed, &error.to_string()].concat().into());
            }
        }
    } else if is_word(name, "LOG") && count == 3 {
        let text = ["DEBUG LOG: ", &String::from_utf8_lossy(args.at(2))].concat();
        ctx.instance.log(LogLevel::Warning, text);
        ctx.reply.ok();
    } else if is_word(name, "ERROR") && count == 3 {
        return Err(ReplyError::quoting("", args.at(2), ""));
    } else if is_word(name, "HTSTATS") && count == 3 {
        htstats(ctx, args)?;
    } else {
        return Err(unknown_subcommand(args));
    }
    Ok(())
}

/// Only what our tables have: their size and how much is in them.
fn htstats(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let db = usize::try_from(integer(args.at(2))?)
        .ok()
        .filter(|db| *db < ctx.keyspace.len())
        .ok_or(ReplyError::new("ERR Out of range database"))?;
    let mut text = String::new();
    let tables = ["[Dictionary HT]\n", "[Expires HT]\n"];
    for (title, sizes) in tables.iter().zip(ctx.keyspace[db].table_sizes()) {
        text.push_str(title);
        let (slots, elements) = sizes;
        if elements == 0 {
            text.push_str("No stats available for empty dictionaries\n");
            continue;
        }
        let numbers = [
            (" table size: ", slots),
            (" number of elements: ", elements),
        ];
        text.push_str("Hash table 0 stats (main hash table):\n");
        for (name, number) in numbers {
            text.push_str(name);
            text.push_str(itoa::Buffer::new().format(number));
            text.push('\n');
        }
    }
    ctx.reply.verbatim("txt", text.as_bytes());
    Ok(())
}

fn sleep(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    // C's strtod: what is no number is zero seconds.
    let seconds = double(args.at(2)).unwrap_or(0.0).clamp(0.0, 1e9);
    let until = ctx.instance.now_ms() + (seconds * 1000.0) as i64;
    ctx.instance.slept_us = (seconds * 1e6) as i64;
    ctx.instance.requests.push(Request::SleepUntil(until));
    ctx.reply.ok();
    Ok(())
}

fn object(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let compress = ctx.instance.config.rdbcompression;
    let db = &mut ctx.keyspace[ctx.client.db];
    let clock = db.clock();
    let record = db.peek(args.at(2)).ok_or(NO_SUCH_KEY)?;
    let text = format!(
        "Value at:{:p} refcount:1 encoding:{} serializedlength:{} lru:{} lru_seconds_idle:{}",
        record,
        record.value().encoding(),
        serialized_len(record.value(), compress),
        record.access(),
        clock.idle_seconds(record.access()),
    );
    ctx.reply.simple(&text);
    Ok(())
}

fn quicklist_packed_threshold(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let text = args.at(2);
    let digits = text.strip_suffix(b"b").unwrap_or(text);
    let bytes = integer(digits)
        .ok()
        .and_then(|bytes| usize::try_from(bytes).ok())
        .filter(|bytes| *bytes <= u32::MAX as usize)
        .ok_or(ReplyError::new(
            "ERR argument must be a memory value bigger than 1 and smaller than 4gb",
        ))?;
    ctx.instance.quicklist_packed_threshold = if bytes == 0 { 1 << 30 } else { bytes };
    ctx.reply.ok();
    Ok(())
}

fn stringmatch_len(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let length = usize::try_from(integer(args.at(2))?)
        .ok()
        .filter(|length| *length <= ctx.instance.config.proto_max_bulk_len)
        .ok_or(SYNTAX)?;
    let text = vec![b'x'; length];
    let matches = crate::types::glob::matches(args.at(3), &text, false);
    ctx.reply.integer(i64::from(matches));
    Ok(())
}

fn populate(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let count = integer(args.at(2))?;
    if !(0..=MAX_POPULATE).contains(&count) {
        return Err("ERR value is out of range".into());
    }
    let prefix = args.get(3).unwrap_or(b"key");
    let size = match args.get(4) {
        None => 0,
        Some(size) => usize::try_from(integer(size)?)
            .ok()
            .filter(|size| *size <= ctx.instance.config.proto_max_bulk_len)
            .ok_or(ReplyError::new("ERR value is out of range"))?,
    };
    let db = &mut ctx.keyspace[ctx.client.db];
    db.reserve(count as usize);
    let mut key = prefix.to_vec();
    key.push(b':');
    let stem = key.len();
    let mut value = Vec::with_capacity(size.max(32));
    for number in 0..count {
        let mut digits = itoa::Buffer::new();
        let digits = digits.format(number).as_bytes();
        key.truncate(stem);
        key.extend_from_slice(digits);
        if db.exists(&key) {
            continue;
        }
        value.clear();
        value.extend_from_slice(b"value:");
        value.extend_from_slice(digits);
        if size > 0 {
            // Cut or filled up with zero bytes, as Redis does.
            value.resize(size, 0);
        }
        db.set_string(&key, &value);
    }
    db.journal_mut().everything();
    ctx.reply.ok();
    Ok(())
}
