//! A command's syntax as a tree, as COMMAND DOCS tells it; hints and help are read from it.

/// What an argument is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgumentKind {
    /// Any bytes.
    String,
    /// A decimal integer.
    Integer,
    /// A number with a fraction.
    Double,
    /// A key.
    Key,
    /// A glob pattern.
    Pattern,
    /// Seconds or milliseconds since 1970.
    UnixTime,
    /// A word that stands for itself.
    PureToken,
    /// One of its children.
    OneOf,
    /// All of its children.
    Block,
}

impl ArgumentKind {
    /// The name in COMMAND DOCS.
    pub fn name(self) -> &'static str {
        match self {
            ArgumentKind::String => "string",
            ArgumentKind::Integer => "integer",
            ArgumentKind::Double => "double",
            ArgumentKind::Key => "key",
            ArgumentKind::Pattern => "pattern",
            ArgumentKind::UnixTime => "unix-time",
            ArgumentKind::PureToken => "pure-token",
            ArgumentKind::OneOf => "oneof",
            ArgumentKind::Block => "block",
        }
    }
}

/// One node of a command's syntax.
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    /// Its name in documentation.
    pub name: &'static str,
    /// What it is.
    pub kind: ArgumentKind,
    /// The word that goes before it, or that it is.
    pub token: Option<&'static str>,
    /// Which key specification a key belongs to.
    pub key_spec: Option<u8>,
    /// Whether it may be left out.
    pub is_optional: bool,
    /// Whether it may be repeated.
    pub is_multiple: bool,
    /// Whether the token is repeated with it.
    pub repeats_token: bool,
    /// The version that brought it, when later than the command.
    pub since: Option<&'static str>,
    /// The parts of a block or the choices of a oneof.
    pub children: &'static [Argument],
}

impl Argument {
    /// A plain argument.
    pub const fn new(name: &'static str, kind: ArgumentKind) -> Self {
        Argument {
            name,
            kind,
            token: None,
            key_spec: None,
            is_optional: false,
            is_multiple: false,
            repeats_token: false,
            since: None,
            children: &[],
        }
    }

    /// It may be left out.
    pub const fn optional(mut self) -> Self {
        self.is_optional = true;
        self
    }

    /// It may be repeated.
    pub const fn multiple(mut self) -> Self {
        self.is_multiple = true;
        self
    }

    /// It may be repeated, each time behind its token.
    pub const fn multiple_token(mut self) -> Self {
        self.is_multiple = true;
        self.repeats_token = true;
        self
    }

    /// It stands behind `token`.
    pub const fn token(mut self, token: &'static str) -> Self {
        self.token = Some(token);
        self
    }

    /// Its keys belong to the specification number `spec`.
    pub const fn key_spec(mut self, spec: u8) -> Self {
        self.key_spec = Some(spec);
        self
    }

    /// The version that brought it.
    pub const fn since(mut self, version: &'static str) -> Self {
        self.since = Some(version);
        self
    }
}

/// A string argument.
pub const fn string(name: &'static str) -> Argument {
    Argument::new(name, ArgumentKind::String)
}

/// An integer argument.
pub const fn integer(name: &'static str) -> Argument {
    Argument::new(name, ArgumentKind::Integer)
}

/// A double argument.
pub const fn double(name: &'static str) -> Argument {
    Argument::new(name, ArgumentKind::Double)
}

/// A pattern argument.
pub const fn pattern(name: &'static str) -> Argument {
    Argument::new(name, ArgumentKind::Pattern)
}

/// A point in time.
pub const fn unix_time(name: &'static str) -> Argument {
    Argument::new(name, ArgumentKind::UnixTime)
}

/// A key of the specification number `spec`.
pub const fn key(name: &'static str, spec: u8) -> Argument {
    let mut argument = Argument::new(name, ArgumentKind::Key);
    argument.key_spec = Some(spec);
    argument
}

/// A word that stands for itself.
pub const fn token(name: &'static str, word: &'static str) -> Argument {
    Argument::new(name, ArgumentKind::PureToken).token(word)
}

/// One of several.
pub const fn one_of(name: &'static str, children: &'static [Argument]) -> Argument {
    let mut argument = Argument::new(name, ArgumentKind::OneOf);
    argument.children = children;
    argument
}

/// Several in a row.
pub const fn block(name: &'static str, children: &'static [Argument]) -> Argument {
    let mut argument = Argument::new(name, ArgumentKind::Block);
    argument.children = children;
    argument
}

/// Arguments as documentation writes them: `key [NX | XX] score member [score member ...]`.
pub fn arguments(arguments: &[Argument]) -> String {
    let parts: Vec<_> = arguments.iter().map(argument).collect();
    parts.join(" ")
}

/// One argument with everything around it.
pub fn argument(argument: &Argument) -> String {
    let text = match argument.is_multiple {
        true => format!("{} {}", once(argument), repetition(argument)),
        false => once(argument),
    };
    match argument.is_optional {
        true => format!("[{text}]"),
        false => text,
    }
}

/// How an argument is written the first time, its token included.
pub fn once(argument: &Argument) -> String {
    match (argument.token, argument.kind) {
        (Some(token), ArgumentKind::PureToken) => shown(token),
        (Some(token), _) => format!("{} {}", shown(token), value(argument)),
        (None, _) => value(argument),
    }
}

/// What says that an argument may come again: `[key ...]`.
pub fn repetition(argument: &Argument) -> String {
    match argument.repeats_token {
        true => format!("[{} ...]", once(argument)),
        false => format!("[{} ...]", value(argument)),
    }
}

/// What stands behind an argument's token.
pub fn value(argument: &Argument) -> String {
    let children = || argument.children.iter().map(self::argument);
    match argument.kind {
        ArgumentKind::Block => children().collect::<Vec<_>>().join(" "),
        ArgumentKind::OneOf => {
            let choices = children().collect::<Vec<_>>().join(" | ");
            // The brackets of an option already hold its choices together.
            match argument.is_optional && argument.token.is_none() {
                true => choices,
                false => format!("<{choices}>"),
            }
        }
        _ => argument.name.to_string(),
    }
}

fn shown(token: &str) -> String {
    match token {
        "" => "\"\"".to_string(),
        token => token.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syntax_reads_as_documentation_writes_it() {
        const ARGUMENTS: &[Argument] = &[
            key("key", 0),
            one_of("condition", &[token("nx", "NX"), token("xx", "XX")]).optional(),
            pattern("pattern").token("GET").multiple_token().optional(),
            block("item", &[double("score"), string("member")]).multiple(),
            one_of("order", &[token("asc", "ASC"), token("desc", "DESC")]),
        ];
        assert_eq!(
            arguments(ARGUMENTS),
            "key [NX | XX] [GET pattern [GET pattern ...]] score member [score member ...] \
             <ASC | DESC>"
        );
    }
}
