//! A console's session with what it has printed since the page last took it.

use super::text::Bytes;
use crate::cli::Session;

/// One console.
pub struct Console {
    /// The redis-cli.
    pub session: Session,
    /// Its connection.
    pub client: Option<u64>,
    /// What it has sent.
    pub sent: Vec<u8>,
    /// What it was answered.
    pub received: Vec<u8>,
    /// `clear` was entered.
    pub clear: bool,
}

/// How help marks a stretch of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    target_arch = "wasm32",
    derive(serde::Serialize),
    serde(rename_all = "lowercase")
)]
pub enum Style {
    /// A command's name.
    Strong,
    /// A command's arguments.
    Dim,
    /// A heading.
    Label,
}

/// A marked stretch, in UTF-16 units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(serde::Serialize))]
pub struct Mark {
    /// Its begin.
    pub start: usize,
    /// Its end.
    pub end: usize,
    /// Its style.
    pub style: Style,
}

/// What a console did since the last step.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(serde::Serialize))]
pub struct ConsoleStep {
    /// What it printed, without terminal escapes.
    pub text: String,
    /// Where terminal escapes would give colour.
    pub marks: Vec<Mark>,
    /// What it sent.
    pub sent: Bytes,
    /// What it was answered.
    pub received: Bytes,
    /// The prompt now.
    pub prompt: String,
    /// `clear` was entered.
    pub clear: bool,
    /// `quit` was entered.
    pub closed: bool,
    /// Hints are wanted.
    pub hints: bool,
    /// The line is done.
    pub idle: bool,
}

impl Console {
    /// Takes what has come up since the last time.
    pub fn take_step(&mut self) -> ConsoleStep {
        let (text, marks) = plain(&self.session.take_output());
        ConsoleStep {
            text,
            marks,
            sent: Bytes(std::mem::take(&mut self.sent)),
            received: Bytes(std::mem::take(&mut self.received)),
            prompt: self.session.prompt(),
            clear: std::mem::take(&mut self.clear),
            closed: self.session.has_ended(),
            hints: self.session.hints(),
            idle: self.session.is_idle(),
        }
    }
}

/// Terminal output as text and marks. Of terminal escapes only the colours of `help` are known;
/// lines end with `\n` alone.
fn plain(output: &[u8]) -> (String, Vec<Mark>) {
    const ESCAPES: [(&str, Option<Style>); 4] = [
        ("\x1b[1m", Some(Style::Strong)),
        ("\x1b[90m", Some(Style::Dim)),
        ("\x1b[33m", Some(Style::Label)),
        ("\x1b[0m", None),
    ];
    let output = String::from_utf8_lossy(output);
    let mut text = String::with_capacity(output.len());
    let mut marks = Vec::new();
    let mut open: Option<(usize, Style)> = None;
    // UTF-16 units that are in `text`.
    let mut units = 0;
    let mut rest = &output[..];
    while let Some(at) = rest.find(['\x1b', '\r']) {
        let (before, here) = rest.split_at(at);
        text.push_str(before);
        units += before.encode_utf16().count();
        let escape = ESCAPES.iter().find(|(escape, _)| here.starts_with(escape));
        if let Some((escape, style)) = escape {
            if let Some((start, style)) = open.take()
                && start < units
            {
                marks.push(Mark {
                    start,
                    end: units,
                    style,
                });
            }
            open = style.map(|style| (units, style));
            rest = &here[escape.len()..];
        } else {
            if !here.starts_with("\r\n") {
                text.push_str(&here[..1]);
                units += 1;
            }
            rest = &here[1..];
        }
    }
    text.push_str(rest);
    (text, marks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_become_marks() {
        let (text, marks) = plain(
            "\r\n  \x1b[1m𝄞 GET\x1b[0m \x1b[90m\x1b[0m\r\n\x1b[33ma\x1b[0m\x1b[2m\rb".as_bytes(),
        );
        assert_eq!(text, "\n  𝄞 GET \na\x1b[2m\rb");
        let strong = Mark {
            start: 3,
            end: 9,
            style: Style::Strong,
        };
        let label = Mark {
            start: 11,
            end: 12,
            style: Style::Label,
        };
        assert_eq!(marks, [strong, label]);
    }
}
