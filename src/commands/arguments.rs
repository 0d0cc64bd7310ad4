//! Reading arguments, with the errors that Redis has for them.

use crate::resp::error::{NOT_A_FLOAT, NOT_AN_INTEGER};
use crate::resp::{Args, ReplyError, ReplyWriter};
use crate::types::numbers::{format_f64, parse_f64, parse_i64};

/// A 64-bit integer.
///
/// # Errors
/// "value is not an integer or out of range".
pub fn integer(argument: &[u8]) -> Result<i64, ReplyError> {
    parse_i64(argument).ok_or(NOT_AN_INTEGER)
}

/// A double; infinities are numbers, NaN is not.
///
/// # Errors
/// "value is not a valid float".
pub fn double(argument: &[u8]) -> Result<f64, ReplyError> {
    parse_f64(argument).ok_or(NOT_A_FLOAT)
}

/// A 32-bit integer, as Redis reads database numbers and the like.
///
/// # Errors
/// "value is not an integer or out of range", or the bounds where it is one beyond them.
pub fn small_integer(argument: &[u8]) -> Result<i32, ReplyError> {
    let number = integer(argument)?;
    i32::try_from(number).map_err(|_| {
        ReplyError::from(format!(
            "ERR value is out of range, value must between {} and {}",
            i32::MIN,
            i32::MAX
        ))
    })
}

/// The number of one of `databases` databases.
///
/// # Errors
/// As [`small_integer`], and "DB index is out of range".
pub fn database_index(argument: &[u8], databases: usize) -> Result<usize, ReplyError> {
    usize::try_from(small_integer(argument)?)
        .ok()
        .filter(|index| *index < databases)
        .ok_or(ReplyError::new("ERR DB index is out of range"))
}

/// Whether an argument is this word, in any case.
pub fn is_word(argument: &[u8], word: &str) -> bool {
    argument.eq_ignore_ascii_case(word.as_bytes())
}

/// What a container answers to a subcommand with arguments that nobody understands.
pub fn unknown_subcommand(args: Args<'_>) -> ReplyError {
    let name = args.at(1);
    let container = args.at(0).to_ascii_uppercase();
    let after = ["'. Try ", &String::from_utf8_lossy(&container), " HELP."].concat();
    ReplyError::quoting(
        "ERR unknown subcommand or wrong number of arguments for '",
        &name[..name.len().min(128)],
        &after,
    )
}

/// Writes a double by 7.2's rules: a RESP3 double, a bulk string in RESP2.
pub fn write_double(reply: &mut ReplyWriter, value: f64) {
    reply.double_text(&format_f64(value));
}

/// Writes what `… HELP` answers for a container: its subcommands from the table.
pub fn write_help(reply: &mut ReplyWriter, container: &str) {
    let Some(entry) = super::table().find(container.as_bytes()) else {
        return reply.null_array();
    };
    let name = container.to_ascii_uppercase();
    let mut lines = vec![format!(
        "{name} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:"
    )];
    for subcommand in entry.command.subcommands {
        if subcommand.name == "help" {
            continue;
        }
        let syntax = super::syntax::arguments(subcommand.arguments);
        lines.push(
            format!("{} {syntax}", subcommand.name.to_ascii_uppercase())
                .trim_end()
                .into(),
        );
        lines.push(format!("    {}", subcommand.summary.en));
    }
    lines.push("HELP".into());
    lines.push("    Print this help.".into());
    reply.array(lines.len());
    for line in &lines {
        reply.simple(line);
    }
}
