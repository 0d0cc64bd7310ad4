//! What a sentinel tells: a line of its log, and a message to who has subscribed to its channel.

/// How much a line of the log matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Published, and logged only at loglevel verbose.
    Verbose,
    /// What one wants to know.
    Notice,
    /// What changes something.
    Warning,
}

/// Something that has happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// How much it matters.
    pub level: Level,
    /// The channel that it is published on; none for a line of the log alone.
    pub channel: &'static str,
    /// The message.
    pub text: String,
}
