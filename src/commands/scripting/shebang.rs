//! The first line of a script: `#!lua flags=no-writes,allow-oom`.

use crate::instance::ScriptFlags;
use crate::resp::{ReplyError, split_args};

/// What a script says of itself, and the length of its first line if that is such a line. The line feed
/// is left, so that lines keep their numbers.
///
/// # Errors
/// What is wrong with the line.
pub fn read(body: &[u8]) -> Result<(ScriptFlags, usize), ReplyError> {
    if !body.starts_with(b"#!") {
        return Ok((ScriptFlags::COMPATIBLE, 0));
    }
    let Some(end) = memchr::memchr(b'\n', body) else {
        return Err("ERR Invalid script shebang".into());
    };
    let words = split_args(&body[..end]).unwrap_or_default();
    let Some((engine, options)) = words.split_first() else {
        return Err("ERR Invalid engine in script shebang".into());
    };
    if engine != b"#!lua" {
        let text = "ERR Unexpected engine in script shebang: ";
        return Err(ReplyError::quoting(text, engine, ""));
    }
    let mut flags = ScriptFlags::empty();
    for option in options {
        let Some(list) = option.strip_prefix(b"flags=") else {
            let text = "ERR Unknown lua shebang option: ";
            return Err(ReplyError::quoting(text, option, ""));
        };
        // Nothing is no flag, and not one without a name.
        for name in list
            .split(|&byte| byte == b',')
            .filter(|_| !list.is_empty())
        {
            match ScriptFlags::named(name) {
                Some(flag) => flags |= flag,
                None => {
                    let text = "ERR Unexpected flag in script shebang: ";
                    return Err(ReplyError::quoting(text, name, ""));
                }
            }
        }
    }
    Ok((flags, end))
}
