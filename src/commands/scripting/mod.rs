//! EVAL, EVALSHA, their _RO forms and SCRIPT.
//!
//! The interpreter (`resplay-lua`) runs the script and calls back through [`host`]; here is what
//! stands before and after.

mod busy;
mod host;
mod script;
mod shebang;

pub(super) use busy::{BUSY, kill};
pub(super) use host::run as run_prepared;
pub use script::{
    script_debug, script_exists, script_flush, script_help, script_kill, script_load,
};

use super::context::{CommandResult, Context};
use super::table::{Entry, command_of};
use super::{Flags, Group};
use crate::instance::{Instance, Running, Script, ScriptFlags};
use crate::resp::error::NOT_AN_INTEGER;
use crate::resp::{Args, OwnedArgs, ReplyError};
use crate::types::numbers::parse_i64;
use resplay_lua::Invocation;

/// There is no script of that name.
const NO_SCRIPT: ReplyError = ReplyError::new("NOSCRIPT No matching script. Please use EVAL.");

/// EVAL script numkeys [key ...] [arg ...]
pub fn eval(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    run(ctx, args, false, false)
}

/// EVAL_RO script numkeys [key ...] [arg ...]
pub fn eval_ro(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    run(ctx, args, false, true)
}

/// EVALSHA sha1 numkeys [key ...] [arg ...]
pub fn evalsha(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    run(ctx, args, true, false)
}

/// EVALSHA_RO sha1 numkeys [key ...] [arg ...]
pub fn evalsha_ro(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    run(ctx, args, true, true)
}

/// The SHA-1 of a script in hexadecimal digits.
fn sha_of(body: &[u8]) -> [u8; 40] {
    let mut digits = [0; 40];
    let digest = sha1_smol::Sha1::from(body).digest().bytes();
    for (pair, byte) in digits.chunks_exact_mut(2).zip(digest) {
        pair[0] = b"0123456789abcdef"[usize::from(byte >> 4)];
        pair[1] = b"0123456789abcdef"[usize::from(byte & 15)];
    }
    digits
}

/// The SHA-1 that an argument spells, in lower case.
fn sha_from(argument: &[u8]) -> Option<[u8; 40]> {
    let mut digits: [u8; 40] = argument.try_into().ok()?;
    digits.make_ascii_lowercase();
    Some(digits)
}

fn run(ctx: &mut Context<'_>, args: Args<'_>, by_sha: bool, read_only: bool) -> CommandResult {
    // Here, so that what the script does comes after it.
    ctx.instance.feed_monitors(ctx.client, ctx.reply, args);
    let named = if by_sha {
        Some(sha_from(args.at(1)).ok_or(NO_SCRIPT)?)
    } else {
        None
    };
    let keys = parse_i64(args.at(2)).ok_or(NOT_AN_INTEGER)?;
    let Ok(keys) = usize::try_from(keys) else {
        return Err("ERR Number of keys can't be negative".into());
    };
    if keys > args.len() - 3 {
        return Err("ERR Number of keys can't be greater than number of args".into());
    }
    let sha = match named {
        Some(sha) if ctx.instance.scripting.scripts.contains(&sha) => sha,
        Some(_) => return Err(NO_SCRIPT),
        None => load(ctx.instance, args.at(1))?,
    };
    let flags = match ctx.instance.scripting.scripts.get(&sha) {
        Some(script) => script.flags,
        None => return Err(NO_SCRIPT),
    };
    let running = prepare(ctx, &sha, flags, read_only, true)?;
    let list: Vec<&[u8]> = args.tail(3).iter().collect();
    let invocation = Invocation {
        name: &sha,
        keys: list.get(..keys).unwrap_or_default(),
        arguments: list.get(keys..).unwrap_or_default(),
        protocol: if ctx.reply.resp3() { 3 } else { 2 },
    };
    let mut interpreter = ctx.instance.scripting.take().map_err(unavailable)?;
    if let Err(broken) = compile(ctx.instance, &mut *interpreter, &sha) {
        return Err(failed(&broken));
    }
    let mut reply = Vec::new();
    let ran = host::run(ctx, args, running, |host| {
        interpreter.run(host, invocation, &mut reply)
    });
    match ran {
        Ok(()) => {
            ctx.instance.scripting.put_back(interpreter);
            ctx.reply.raw(&reply);
            Ok(())
        }
        Err(broken) => Err(failed(&broken)),
    }
}

fn unavailable(why: String) -> ReplyError {
    ReplyError::from(["ERR ", &why].concat())
}

/// The interpreter has gone with the script.
fn failed(broken: &resplay_lua::Broken) -> ReplyError {
    let text = "ERR The script has ended the interpreter, what it wrote stays: ";
    ReplyError::from([text, &broken.0].concat())
}

/// What stands before any script or function. Answers how it runs.
///
/// # Errors
/// It may not run now.
pub fn prepare(
    ctx: &mut Context<'_>,
    name: &[u8],
    flags: ScriptFlags,
    read_only: bool,
    is_eval: bool,
) -> Result<Running, ReplyError> {
    let compatible = flags.contains(ScriptFlags::COMPATIBLE);
    let no_writes = flags.contains(ScriptFlags::NO_WRITES);
    if !compatible {
        let instance = &ctx.instance;
        let obeys = ctx.client.is_primary;
        if instance.is_stale()
            && !instance.config.replica_serve_stale_data
            && !obeys
            && !flags.contains(ScriptFlags::ALLOW_STALE)
        {
            return Err(crate::resp::error::STALE);
        }
        if !no_writes && !obeys {
            if instance.is_replica() && instance.config.replica_read_only {
                let text = "READONLY Can not run script with write flag on readonly replica.";
                return Err(text.into());
            }
            if let Some(error) = host::cannot_persist(ctx, true) {
                return Err(error);
            }
            if read_only {
                let text = "ERR Can not execute a script with write flag using *_ro command.";
                return Err(text.into());
            }
        }
        if ctx.instance.scripting.out_of_memory
            && !flags.intersects(ScriptFlags::ALLOW_OOM | ScriptFlags::NO_WRITES)
        {
            return Err(ReplyError::new(
                "OOM allow-oom flag is not set on the script, can not run it when used memory > \
                 'maxmemory'",
            ));
        }
    }
    Ok(Running {
        name: name.to_vec(),
        is_eval,
        read_only: read_only || !compatible && no_writes,
        allow_oom: !compatible && flags.contains(ScriptFlags::ALLOW_OOM),
        wrote: false,
        timed_out: false,
        killed: false,
        started: ctx.instance.stopwatch.map_or(0, |stopwatch| stopwatch()),
        polls: 0,
        command: OwnedArgs::default(),
    })
}

/// Has a script in the cache, compiled. Answers its SHA-1.
///
/// # Errors
/// It does not compile, or there is no interpreter.
fn load(instance: &mut Instance, body: &[u8]) -> Result<[u8; 40], ReplyError> {
    let sha = sha_of(body);
    if instance.scripting.scripts.contains(&sha) {
        return Ok(sha);
    }
    let (flags, skipped) = shebang::read(body)?;
    let mut interpreter = instance.scripting.take().map_err(unavailable)?;
    let compiled = interpreter.compile(&sha, &body[skipped..]);
    let message = match compiled {
        Ok(Ok(())) => None,
        Ok(Err(message)) => Some(message),
        Err(broken) => return Err(failed(&broken)),
    };
    instance.scripting.put_back(interpreter);
    if let Some(message) = message {
        let text = "ERR Error compiling script (new function): ";
        return Err(ReplyError::quoting(text, &message, ""));
    }
    let scripting = &mut instance.scripting;
    scripting.bytes += body.len() + sha.len();
    let compiled_by = scripting.generation;
    scripting.scripts.insert(Script {
        sha,
        body: body.into(),
        flags,
        compiled_by,
    });
    Ok(sha)
}

/// Compiles a script that is in the cache, unless the interpreter has.
fn compile(
    instance: &mut Instance,
    interpreter: &mut dyn resplay_lua::Interpreter,
    sha: &[u8; 40],
) -> Result<(), resplay_lua::Broken> {
    let generation = instance.scripting.generation;
    let Some(script) = instance.scripting.scripts.get_mut(sha) else {
        return Ok(());
    };
    if script.compiled_by == generation {
        return Ok(());
    }
    let skipped = shebang::read(&script.body).map_or(0, |(_, skipped)| skipped);
    // It compiled before.
    if let Ok(()) = interpreter.compile(sha, &script.body[skipped..])? {
        script.compiled_by = generation;
    }
    Ok(())
}

/// The flags of a command that is about to run: those of EVAL are its script's, if that has any.
#[inline(always)]
pub fn flags_of(instance: &Instance, entry: &Entry, args: Args<'_>) -> Flags {
    match entry.command.group {
        Group::Scripting => flags_of_script(instance, entry, args),
        _ => entry.command.flags,
    }
}

fn flags_of_script(instance: &Instance, entry: &Entry, args: Args<'_>) -> Flags {
    let flags = entry.command.flags;
    let (Some(argument), None) = (args.get(1), entry.parent) else {
        return flags;
    };
    let script = match entry.command.name {
        "eval" | "eval_ro" if argument.starts_with(b"#!") => {
            shebang::read(argument).ok().map(|(flags, _)| flags)
        }
        "evalsha" | "evalsha_ro" => sha_from(argument)
            .and_then(|sha| instance.scripting.scripts.get(&sha))
            .map(|script| script.flags),
        "fcall" | "fcall_ro" => (instance.functions.libraries().find(argument))
            .map(|function| ScriptFlags::from_bits_truncate(function.flags)),
        _ => None,
    };
    match script {
        Some(script) => with_script_flags(flags, script),
        None => flags,
    }
}

/// What a command's flags become by those that its script declares.
pub fn with_script_flags(mut flags: Flags, script: ScriptFlags) -> Flags {
    if script.contains(ScriptFlags::COMPATIBLE) {
        return flags;
    }
    flags -= Flags::STALE | Flags::DENYOOM | Flags::WRITE | Flags::MAY_REPLICATE;
    if !script.intersects(ScriptFlags::ALLOW_OOM | ScriptFlags::NO_WRITES) {
        flags |= Flags::DENYOOM;
    }
    if !script.contains(ScriptFlags::NO_WRITES) {
        flags |= Flags::WRITE;
    }
    if script.contains(ScriptFlags::ALLOW_STALE) {
        flags |= Flags::STALE;
    }
    flags
}

/// The number of the command being run, for statistics.
fn id_of(instance: &Instance, args: Args<'_>) -> Option<usize> {
    command_of(instance, args).map(|entry| entry.id)
}
