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

/// The syntax as documentation writes it: `key [NX|XX] score member [score member ...]`.
pub fn describe(arguments: &[Argument]) -> String {
    let parts: Vec<String> = arguments.iter().map(Argument::describe).collect();
    parts.join(" ")
}

impl Argument {
    /// This node as documentation writes it.
    pub fn describe(&self) -> String {
        let inner = match self.kind {
            ArgumentKind::PureToken => String::new(),
            ArgumentKind::OneOf => {
                let choices: Vec<String> = self.children.iter().map(Argument::describe).collect();
                choices.join("|")
            }
            ArgumentKind::Block => describe(self.children),
            _ => self.name.to_string(),
        };
        // An empty token (`""`) is written as such, as in redis-cli.
        let token = self
            .token
            .map(|token| if token.is_empty() { "\"\"" } else { token });
        let once = match token {
            None => inner.clone(),
            Some(token) if inner.is_empty() => token.to_string(),
            Some(token) => format!("{token} {inner}"),
        };
        let again = if self.repeats_token { &once } else { &inner };
        let mut text = if self.is_multiple {
            format!("{once} [{again} ...]")
        } else {
            once.clone()
        };
        if self.is_optional {
            text = format!("[{text}]");
        } else if self.kind == ArgumentKind::OneOf && self.children.len() > 1 {
            text = format!("<{text}>");
        }
        text
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
            describe(ARGUMENTS),
            "key [NX|XX] [GET pattern [GET pattern ...]] score member [score member ...] <ASC|DESC>"
        );
    }
}
