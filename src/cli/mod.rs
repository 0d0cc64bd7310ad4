//! redis-cli as a library: what is typed, what is sent, what is printed. No terminal, no
//! socket, so that the page, the tests and the lab all have the same one.

mod completion;
pub mod format;
mod help;
mod hint;
mod names;
mod sensitive;
mod session;
mod transport;

#[cfg(test)]
mod tests;

pub use completion::{Candidate, Completions, complete};
pub use format::Output;
pub use hint::hint;
pub use names::sorted as sorted_commands;
pub use session::{Action, Language, Options, Session};
pub use transport::{ServerTransport, Transport, open, run_line};

/// A command as RESP: an array of bulk strings.
pub fn request(args: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    crate::resp::write_command(&mut bytes, args.iter().map(Vec::as_slice));
    bytes
}

/// The words of a line without the number that repeats the command.
fn without_repeat<'w, 'a>(words: &'w [&'a [u8]]) -> &'w [&'a [u8]] {
    match words {
        [first, rest @ ..] if !rest.is_empty() && first.iter().all(u8::is_ascii_digit) => rest,
        _ => words,
    }
}
