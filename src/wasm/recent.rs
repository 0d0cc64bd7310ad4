//! The commands of the last moments, for the report of a crash.
//!
//! They are kept outside the lab, because a lab that panicked cannot be asked any more.

use crate::cli::format::write_argument;
use crate::resp::{Args, RequestLimits, RequestParser};
use std::cell::RefCell;
use std::collections::VecDeque;

/// Sends that are remembered, and so the most commands that are told.
const KEPT: usize = 20;

/// Bytes of one send that are remembered.
const KEPT_BYTES: usize = 2048;

/// Bytes of one argument that are told.
const TOLD_BYTES: usize = 64;

thread_local! {
    static RECENT: RefCell<VecDeque<(u64, Vec<u8>)>> = const { RefCell::new(VecDeque::new()) };
}

/// A command that came before a crash.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(serde::Serialize))]
pub struct CrashedCommand {
    /// The client's number.
    pub client: u64,
    /// The command as redis-cli would quote it.
    pub text: String,
}

/// Remembers what a client is about to send.
pub fn remember(client: u64, bytes: &[u8]) {
    RECENT.with_borrow_mut(|recent| {
        // The oldest buffer is used again, so that remembering allocates nothing.
        let mut kept = match recent.len() < KEPT {
            true => Vec::new(),
            false => recent.pop_front().map_or(Vec::new(), |(_, kept)| kept),
        };
        kept.clear();
        kept.extend_from_slice(&bytes[..bytes.len().min(KEPT_BYTES)]);
        recent.push_back((client, kept));
    });
}

/// The last commands, the oldest first.
pub fn recent_commands() -> Vec<CrashedCommand> {
    let mut commands = Vec::new();
    RECENT.with_borrow(|recent| {
        for (client, bytes) in recent {
            let mut parser = RequestParser::default();
            let limits = RequestLimits {
                max_bulk_len: KEPT_BYTES as u64,
                authenticated: true,
            };
            let mut rest = &bytes[..];
            while let Ok(Some((args, used))) = parser.parse(rest, limits) {
                if !args.is_empty() {
                    let text = told(args);
                    let client = *client;
                    commands.push(CrashedCommand { client, text });
                }
                rest = &rest[used..];
            }
        }
    });
    commands.split_off(commands.len().saturating_sub(KEPT))
}

fn told(args: Args<'_>) -> String {
    let mut text = Vec::new();
    for arg in args.iter() {
        let shown = &arg[..arg.len().min(TOLD_BYTES)];
        write_argument(&mut text, shown, shown.len() < arg.len());
    }
    String::from_utf8_lossy(&text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_commands_are_told_in_order() {
        for number in 0..30 {
            remember(
                7,
                format!("*2\r\n$4\r\necho\r\n$3\r\n{number:03}\r\n").as_bytes(),
            );
        }
        remember(8, b"ping\r\nset k \"a b\"\r\nhalf a comm");
        let commands = recent_commands();
        assert_eq!(commands.len(), KEPT);
        assert_eq!(commands[0].text, "echo 012");
        let last = &commands[KEPT - 1];
        assert_eq!((last.client, last.text.as_str()), (8, "set k \"a b\""));
    }
}
