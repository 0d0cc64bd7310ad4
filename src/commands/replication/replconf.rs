//! REPLCONF: what a replica says of itself.

use crate::commands::context::{CommandResult, Context};
use crate::replication::Replica;
use crate::resp::{Args, ReplyError};
use crate::types::numbers::parse_i64;

/// Longest address that a replica may give, in bytes.
const MAX_ADDRESS: usize = 256;

/// `REPLCONF option value [option value ...]`
pub fn replconf(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    if args.len().is_multiple_of(2) {
        return Err("ERR syntax error".into());
    }
    let now_ms = ctx.instance.now_ms();
    let mut at = 1;
    while at + 1 < args.len() {
        let (option, value) = (args.at(at).to_ascii_lowercase(), args.at(at + 1));
        if ctx.client.is_primary && option != b"getack" {
            return Ok(());
        }
        let new = || Box::new(Replica::new(now_ms));
        if option == b"getack" {
            if ctx.client.is_primary {
                ctx.instance.acknowledge();
            }
            return Ok(());
        }
        let replica = ctx.client.replica.get_or_insert_with(new);
        match option.as_slice() {
            b"listening-port" => {
                let port = parse_i64(value).and_then(|port| u16::try_from(port).ok());
                replica.port = port.ok_or("ERR value is not an integer or out of range")?;
            }
            b"ip-address" if value.len() < MAX_ADDRESS => {
                replica.address = String::from_utf8_lossy(value).into_owned();
            }
            b"ip-address" => {
                let text = "ERR REPLCONF ip-address provided by replica instance is too long: ";
                let text = [text, &value.len().to_string(), " bytes"];
                return Err(ReplyError::from(text.concat()));
            }
            b"capa" => {
                replica.understands_ids |= value.eq_ignore_ascii_case(b"psync2");
                replica.understands_eof |= value.eq_ignore_ascii_case(b"eof");
            }
            b"ack" => {
                acknowledge(replica, args, at, now_ms);
                if std::mem::take(&mut replica.awaits_ack) {
                    ctx.reply.raw(&std::mem::take(&mut replica.pending));
                }
                ctx.instance.primary.acknowledged = true;
                return Ok(());
            }
            _ => {
                let text = [
                    "ERR Unrecognized REPLCONF option: ",
                    &String::from_utf8_lossy(args.at(at)),
                ];
                return Err(ReplyError::from(text.concat()));
            }
        }
        at += 2;
    }
    ctx.reply.ok();
    Ok(())
}

/// `REPLCONF ACK offset [FACK offset]` is not answered.
fn acknowledge(replica: &mut Replica, args: Args<'_>, at: usize, now_ms: i64) {
    if !replica.is_attached() {
        return;
    }
    let number = |at: usize| {
        args.get(at)
            .and_then(parse_i64)
            .and_then(|it| u64::try_from(it).ok())
    };
    if let Some(offset) = number(at + 1) {
        replica.offset = replica.offset.max(offset);
        replica.heard_ms = now_ms;
        replica.acknowledges = true;
    }
    if args
        .get(at + 2)
        .is_some_and(|word| word.eq_ignore_ascii_case(b"fack"))
        && let Some(logged) = number(at + 3)
    {
        replica.logged = replica.logged.max(logged);
    }
}
