//! The commands that took long.

use crate::resp::Args;
use std::collections::VecDeque;

/// Arguments kept of a command, the last of them saying how many more there were.
const MAX_ARGUMENTS: usize = 32;
/// Bytes kept of an argument.
const MAX_ARGUMENT: usize = 128;

/// A command that took long.
#[derive(Clone, Debug)]
pub struct SlowCommand {
    /// Its number since the server was started.
    pub id: i64,
    /// When it ran, in seconds since 1970.
    pub time: i64,
    /// How long it took, in microseconds.
    pub duration: i64,
    /// The command, long ones cut.
    pub arguments: Vec<Vec<u8>>,
    /// Address of the client.
    pub client: String,
    /// Name of the client.
    pub client_name: Vec<u8>,
}

/// The last of them.
#[derive(Debug, Default)]
pub struct SlowLog {
    /// The latest first.
    commands: VecDeque<SlowCommand>,
    next_id: i64,
}

impl SlowLog {
    /// Adds a command, and forgets the oldest beyond `most`.
    pub fn add(&mut self, mut command: SlowCommand, most: usize) {
        command.id = self.next_id;
        self.next_id += 1;
        self.commands.push_front(command);
        self.commands.truncate(most);
    }

    /// The commands, the latest first.
    pub fn commands(&self) -> &VecDeque<SlowCommand> {
        &self.commands
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.commands.clear();
    }
}

/// The arguments of a command as the slow log keeps them; those that `is_secret` are not told.
pub fn shortened(args: Args<'_>, is_secret: impl Fn(usize) -> bool) -> Vec<Vec<u8>> {
    let kept = args.len().min(MAX_ARGUMENTS);
    let more = |number: usize, of: &str| format!("... ({number} more {of})").into_bytes();
    let shorten = |(at, argument): (usize, &[u8])| match argument.split_at_checked(MAX_ARGUMENT) {
        _ if at + 1 == MAX_ARGUMENTS && args.len() > kept => more(args.len() - at, "arguments"),
        _ if is_secret(at) => b"(redacted)".to_vec(),
        Some((start, rest)) if !rest.is_empty() => [start, &more(rest.len(), "bytes")].concat(),
        _ => argument.to_vec(),
    };
    args.iter().take(kept).enumerate().map(shorten).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resp::OwnedArgs;

    #[test]
    fn long_commands_are_cut() {
        let long = [b'x'; 130];
        let words: Vec<&[u8]> = std::iter::repeat_n(&long[..], 40).collect();
        let args: OwnedArgs = words.into_iter().collect();
        let kept = shortened(args.as_args(), |at| at == 1);
        assert_eq!(kept.len(), 32);
        assert!(kept[0].ends_with(b"x... (2 more bytes)"));
        assert_eq!(kept[1], b"(redacted)");
        assert_eq!(kept[31], b"... (9 more arguments)");
        let args: OwnedArgs = [&long[..128]].into_iter().collect();
        assert_eq!(shortened(args.as_args(), |_| false), [&long[..128]]);
    }
}
