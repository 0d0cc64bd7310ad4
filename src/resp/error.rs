//! Error replies. Each begins with its code (`ERR`, `WRONGTYPE` …), as clients expect.

use std::borrow::Cow;
use std::fmt;

/// What a command answers when it refuses: the text after the `-`, without the line end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyError(Cow<'static, [u8]>);

impl ReplyError {
    /// An error whose text is known at compile time.
    pub const fn new(text: &'static str) -> Self {
        ReplyError(Cow::Borrowed(text.as_bytes()))
    }

    /// An error that quotes what the client sent, which may be any bytes.
    pub fn from_bytes(text: Vec<u8>) -> Self {
        ReplyError(Cow::Owned(text))
    }

    /// An error that quotes an argument between `before` and `after`. Redis prints it as a C
    /// string: what lies behind a zero byte is not shown. Line ends at the end are cut off.
    pub fn quoting(before: &str, argument: &[u8], after: &str) -> Self {
        let shown = argument.split(|&byte| byte == 0).next().unwrap_or(&[]);
        let mut text = [before.as_bytes(), shown, after.as_bytes()].concat();
        while let Some(b'\r' | b'\n') = text.last() {
            text.pop();
        }
        Self::from_bytes(text)
    }

    /// The whole text, code first. Line breaks in it are written as spaces on the wire.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The code alone: `ERR`, `WRONGTYPE`, `OOM` …
    pub fn code(&self) -> &[u8] {
        self.0.split(|&byte| byte == b' ').next().unwrap_or(&[])
    }
}

impl From<&'static str> for ReplyError {
    fn from(text: &'static str) -> Self {
        ReplyError::new(text)
    }
}

impl From<String> for ReplyError {
    fn from(text: String) -> Self {
        ReplyError(Cow::Owned(text.into_bytes()))
    }
}

impl fmt::Display for ReplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
}

/// The options make no sense together, or one is unknown.
pub const SYNTAX: ReplyError = ReplyError::new("ERR syntax error");
/// The key holds another type than the command works on.
pub const WRONG_TYPE: ReplyError =
    ReplyError::new("WRONGTYPE Operation against a key holding the wrong kind of value");
/// An argument or a stored value is no 64-bit integer.
pub const NOT_AN_INTEGER: ReplyError =
    ReplyError::new("ERR value is not an integer or out of range");
/// An argument or a stored value is no number.
pub const NOT_A_FLOAT: ReplyError = ReplyError::new("ERR value is not a valid float");
/// A number is beyond what the command allows.
pub const OUT_OF_RANGE: ReplyError = ReplyError::new("ERR value is out of range");
/// A key that must exist does not.
pub const NO_SUCH_KEY: ReplyError = ReplyError::new("ERR no such key");
/// `maxmemory` is reached and nothing may be evicted.
pub const OUT_OF_MEMORY: ReplyError =
    ReplyError::new("OOM command not allowed when used memory > 'maxmemory'.");
/// The last snapshot has failed, and writes stop until one goes well.
pub const CANNOT_SAVE: ReplyError = ReplyError::new(
    "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to \
     disk. Commands that may modify the data set are disabled, because this instance is configured \
     to report errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). \
     Please check the Redis logs for details about the RDB error.",
);
/// The client has to log in first.
pub const NO_AUTH: ReplyError = ReplyError::new("NOAUTH Authentication required.");
/// Fewer replicas are well than min-replicas-to-write asks for.
pub const NO_REPLICAS: ReplyError =
    ReplyError::new("NOREPLICAS Not enough good replicas to write.");
/// A write on a replica.
pub const READ_ONLY_REPLICA: ReplyError =
    ReplyError::new("READONLY You can't write against a read only replica.");

/// A replica that does not hear its primary and may not show what it has.
pub const STALE: ReplyError = ReplyError::new(
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
);
