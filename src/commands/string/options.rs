//! The options that SET and GETEX share, and how they give an expiry time.

use crate::commands::arguments::{integer, is_word};
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError};

/// Which of the two commands is being parsed: each knows options that the other does not.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Command {
    Set,
    GetEx,
}

/// The unit in which an expiry time is given, and whether it counts from now.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// EX
    Seconds,
    /// PX
    Milliseconds,
    /// EXAT
    UnixSeconds,
    /// PXAT
    UnixMilliseconds,
}

impl Unit {
    pub(super) fn is_absolute(self) -> bool {
        matches!(self, Unit::UnixSeconds | Unit::UnixMilliseconds)
    }

    fn of(word: &[u8]) -> Option<Unit> {
        [
            ("ex", Unit::Seconds),
            ("px", Unit::Milliseconds),
            ("exat", Unit::UnixSeconds),
            ("pxat", Unit::UnixMilliseconds),
        ]
        .into_iter()
        .find(|(name, _)| is_word(word, name))
        .map(|(_, unit)| unit)
    }

    /// The moment that `text` names, in milliseconds since 1970. `command` is named in the error.
    pub(super) fn expire_at(
        self,
        text: &[u8],
        now_ms: i64,
        command: &str,
    ) -> Result<i64, ReplyError> {
        let value = integer(text)?;
        let scale = match self {
            Unit::Seconds | Unit::UnixSeconds => 1000,
            Unit::Milliseconds | Unit::UnixMilliseconds => 1,
        };
        let base = if self.is_absolute() { 0 } else { now_ms };
        (value > 0)
            .then_some(value)
            .and_then(|value| value.checked_mul(scale))
            .and_then(|milliseconds| milliseconds.checked_add(base))
            .ok_or_else(|| format!("ERR invalid expire time in '{command}' command").into())
    }
}

/// The options as they were written.
#[derive(Default)]
pub(super) struct Options<'a> {
    pub(super) if_absent: bool,
    pub(super) if_present: bool,
    pub(super) get: bool,
    pub(super) keep_ttl: bool,
    pub(super) persist: bool,
    /// The unit and the number behind it.
    pub(super) expire: Option<(Unit, &'a [u8])>,
}

impl<'a> Options<'a> {
    /// Reads `args`, the arguments behind the fixed ones.
    pub(super) fn parse(command: Command, args: Args<'a>) -> Result<Self, ReplyError> {
        let set = command == Command::Set;
        let mut options = Options::default();
        let mut at = 0;
        while let Some(word) = args.get(at) {
            at += 1;
            let is = |name: &str| is_word(word, name);
            if set && is("nx") && !options.if_present {
                options.if_absent = true;
            } else if set && is("xx") && !options.if_absent {
                options.if_present = true;
            } else if set && is("get") {
                options.get = true;
            } else if set && is("keepttl") && options.expire.is_none() {
                options.keep_ttl = true;
            } else if !set && is("persist") && options.expire.is_none() {
                options.persist = true;
            } else {
                let unit = Unit::of(word).ok_or(SYNTAX)?;
                // The same unit twice is allowed, and the last one counts.
                let other = options.expire.is_some_and(|(earlier, _)| earlier != unit);
                if other || options.keep_ttl || options.persist {
                    return Err(SYNTAX);
                }
                options.expire = Some((unit, args.get(at).ok_or(SYNTAX)?));
                at += 1;
            }
        }
        Ok(options)
    }
}
