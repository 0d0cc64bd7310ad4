//! Passwords among the arguments of commands, which SLOWLOG and MONITOR do not show.

use super::Entry;
use super::arguments::is_word;
use crate::instance::{Parameter, ParameterKind};
use crate::resp::{Args, OwnedArgs};

/// What is shown instead.
pub const HIDDEN: &[u8] = b"(redacted)";

/// Whether an argument is a password.
pub fn is_secret(entry: &Entry, args: Args<'_>, at: usize) -> bool {
    match (entry.parent.map(|parent| parent.name), entry.command.name) {
        (None, "auth") => at > 0 && args.len() <= 3,
        (None, "hello") => is_login(args, at),
        (Some("config"), "set") => {
            let parameter = at.checked_sub(1).and_then(|name| args.get(name));
            let parameter = parameter.and_then(Parameter::find);
            at >= 3
                && at % 2 == 1
                && parameter.is_some_and(|it| matches!(it.kind, ParameterKind::Secret(_)))
        }
        (Some("acl"), "setuser") => at > 1,
        _ => false,
    }
}

/// Whether an argument of HELLO belongs to its AUTH.
fn is_login(args: Args<'_>, at: usize) -> bool {
    let mut option = 2;
    while option < at {
        if is_word(args.at(option), "AUTH") && option + 2 < args.len() {
            if at <= option + 2 {
                return true;
            }
            option += 3;
        } else if is_word(args.at(option), "SETNAME") {
            option += 2;
        } else {
            return false;
        }
    }
    false
}

/// The arguments without their passwords; none when there are none. Constant for most commands.
pub fn redacted(entry: &Entry, args: Args<'_>) -> Option<OwnedArgs> {
    if !(0..args.len()).any(|at| is_secret(entry, args, at)) {
        return None;
    }
    let shown = |(at, arg)| match is_secret(entry, args, at) {
        true => HIDDEN,
        false => arg,
    };
    Some(args.iter().enumerate().map(shown).collect())
}
