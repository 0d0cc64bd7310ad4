//! SENTINEL SET: how one primary is watched.

use super::{NO_SENTINEL, NO_SUCH_PRIMARY, text};
use crate::commands::context::{CommandResult, Context};
use crate::resp::{Args, ReplyError};
use crate::sentinel::{NO_SCRIPTS, Primary};

/// SENTINEL SET master-name option value [option value ...]
pub fn set(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let name = text(args.at(2));
    let words: Vec<String> = args.tail(3).iter().map(text).collect();
    let outcome = ctx.instance.with_sentinel(|sentinel, world| {
        if !sentinel.primaries.contains_key(&name) {
            return Err(NO_SUCH_PRIMARY);
        }
        let mut rest = words.as_slice();
        let mut done = Ok(());
        while let [option, values @ ..] = rest {
            let Some(primary) = sentinel.primaries.get_mut(&name) else {
                break;
            };
            match set_option(primary, option, values) {
                Ok(used) => {
                    // Whoever was logged in otherwise has to log in anew.
                    if option.to_ascii_lowercase().starts_with("auth-") {
                        primary.drop_links(world.links);
                    }
                    let values = values.get(..used).unwrap_or_default();
                    let shown = match option.eq_ignore_ascii_case("auth-pass") {
                        true => "******".to_owned(),
                        false => values.join(" "),
                    };
                    sentinel.tell_of(&name, "+set", &format!(" {option} {shown}"));
                    rest = rest.get(1 + used..).unwrap_or_default();
                }
                // What stands before the mistake holds.
                Err(error) => {
                    done = Err(error);
                    break;
                }
            }
        }
        sentinel.note_change();
        done
    });
    outcome.ok_or(NO_SENTINEL)??;
    ctx.reply.ok();
    Ok(())
}

/// Sets one option; how many values it took.
fn set_option(primary: &mut Primary, option: &str, values: &[String]) -> Result<usize, ReplyError> {
    let unknown = || {
        let text = "ERR Unknown option or number of arguments for SENTINEL SET '";
        Err(ReplyError::quoting(text, option.as_bytes(), "'"))
    };
    let [value, ..] = values else {
        return unknown();
    };
    let wrong = || {
        let text = format!("ERR Invalid argument '{value}' for SENTINEL SET '{option}'");
        ReplyError::from(text)
    };
    let number = |least: i64| {
        let number = value.parse().ok().filter(|&number: &i64| number >= least);
        number.ok_or_else(wrong)
    };
    let count = |number: i64| usize::try_from(number).map_err(|_| wrong());
    match option.to_ascii_lowercase().as_str() {
        "down-after-milliseconds" => primary.set_down_after(number(1)?),
        "failover-timeout" => primary.failover_timeout = number(1)?,
        "parallel-syncs" => primary.parallel_syncs = count(number(1)?)?,
        "quorum" => primary.quorum = count(number(1)?)?,
        "master-reboot-down-after-period" => primary.reboot_down_after = number(0)?,
        "auth-pass" => primary.auth_pass.clone_from(value),
        "auth-user" => primary.auth_user.clone_from(value),
        "notification-script" | "client-reconfig-script" => {
            return Err(ReplyError::from(format!("ERR {NO_SCRIPTS}")));
        }
        "rename-command" => {
            let [old, new, ..] = values else {
                return unknown();
            };
            if old.is_empty() || new.is_empty() {
                return Err(wrong());
            }
            let is_other = |(name, _): &(String, String)| !name.eq_ignore_ascii_case(old);
            primary.renamed.retain(is_other);
            if !old.eq_ignore_ascii_case(new) {
                primary.renamed.push((old.clone(), new.clone()));
            }
            return Ok(2);
        }
        _ => return unknown(),
    }
    Ok(1)
}
