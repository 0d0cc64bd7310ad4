//! CLIENT KILL, by address or by filters.

use super::client::class_of;
use crate::commands::arguments::is_word;
use crate::commands::context::{CommandResult, Context};
use crate::instance::{Client, ClientClass, Instance, Request};
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError};
use crate::types::numbers::parse_i64;

/// Which clients to close: those that pass every filter given.
struct Filters<'a> {
    addr: Option<&'a [u8]>,
    local_addr: Option<&'a [u8]>,
    id: Option<i64>,
    user: Option<&'a [u8]>,
    class: Option<Option<ClientClass>>,
    skip_me: bool,
}

impl Filters<'_> {
    fn accept(&self, client: &Client, caller: u64) -> bool {
        self.addr.is_none_or(|addr| addr == client.addr.as_bytes())
            && self
                .local_addr
                .is_none_or(|addr| addr == client.local_addr.as_bytes())
            && self.id.is_none_or(|id| id == client.id as i64)
            && self.user.is_none_or(|user| user == client.user_name())
            && self.class.is_none_or(|class| class == client.named_class())
            && !(self.skip_me && client.id == caller)
    }
}

/// CLIENT KILL ip:port, or CLIENT KILL filter value [filter value ...]
pub fn client_kill(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let mut filters = Filters {
        addr: None,
        local_addr: None,
        id: None,
        user: None,
        class: None,
        skip_me: true,
    };
    let old_style = args.len() == 3;
    if old_style {
        filters.addr = Some(args.at(2));
        filters.skip_me = false;
    } else {
        parse_filters(&mut filters, args, ctx.instance)?;
    }
    let caller = ctx.client.id;
    let others = ctx.instance.clients.iter();
    let mut chosen: Vec<u64> = others
        .filter(|client| !client.closing && filters.accept(client, caller))
        .map(|client| client.id)
        .collect();
    if filters.accept(ctx.client, caller) {
        chosen.push(caller);
    }
    if old_style {
        if chosen.is_empty() {
            return Err("ERR No such client".into());
        }
        ctx.reply.ok();
    } else {
        ctx.reply.integer(chosen.len() as i64);
    }
    for id in chosen {
        if id == caller {
            ctx.client.closing = true;
        } else {
            ctx.instance.requests.push(Request::CloseClient(id));
        }
    }
    Ok(())
}

fn parse_filters<'a>(
    filters: &mut Filters<'a>,
    args: Args<'a>,
    instance: &Instance,
) -> CommandResult {
    let mut at = 2;
    while at < args.len() {
        let (name, Some(value)) = (args.at(at), args.get(at + 1)) else {
            return Err(SYNTAX);
        };
        if is_word(name, "ID") {
            let id = parse_i64(value).filter(|id| *id > 0);
            filters.id = Some(id.ok_or(ReplyError::new("ERR client-id should be greater than 0"))?);
        } else if is_word(name, "TYPE") {
            filters.class = Some(class_of(value)?);
        } else if is_word(name, "ADDR") {
            filters.addr = Some(value);
        } else if is_word(name, "LADDR") {
            filters.local_addr = Some(value);
        } else if is_word(name, "USER") {
            if instance.acl.user(value).is_none() {
                return Err(ReplyError::quoting("ERR No such user '", value, "'"));
            }
            filters.user = Some(value);
        } else if is_word(name, "SKIPME") {
            filters.skip_me = if is_word(value, "yes") {
                true
            } else if is_word(value, "no") {
                false
            } else {
                return Err(SYNTAX);
            };
        } else {
            return Err(SYNTAX);
        }
        at += 2;
    }
    Ok(())
}
