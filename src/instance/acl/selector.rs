//! One set of permissions of a user: which commands, which keys, which channels.

use crate::types::glob;

/// Bits in a [`CommandSet`]; the table has fewer commands and subcommands.
pub const MAX_COMMANDS: usize = 1024;

/// Commands by their number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandSet([u64; MAX_COMMANDS / 64]);

impl CommandSet {
    const NONE: CommandSet = CommandSet([0; MAX_COMMANDS / 64]);
    const ALL: CommandSet = CommandSet([u64::MAX; MAX_COMMANDS / 64]);

    fn set(&mut self, id: usize, allowed: bool) {
        if let Some(word) = self.0.get_mut(id / 64) {
            let bit = 1 << (id % 64);
            *word = if allowed { *word | bit } else { *word & !bit };
        }
    }

    /// Whether a command is in it.
    pub fn contains(&self, id: usize) -> bool {
        let word = self.0.get(id / 64).copied().unwrap_or_default();
        word >> (id % 64) & 1 == 1
    }
}

/// Keys that may be read or written.
#[derive(Clone, Debug)]
struct KeyPattern {
    read: bool,
    write: bool,
    pattern: Box<[u8]>,
}

/// What a command does with a key, as far as permissions go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyAccess {
    /// It returns or uses the value.
    pub read: bool,
    /// It changes, adds or deletes it.
    pub write: bool,
}

/// One set of permissions. A user has one of its own and any number of further ones (selectors);
/// a command may run if one of them allows all of it.
#[derive(Clone, Debug)]
pub struct Selector {
    pub(super) all_keys: bool,
    pub(super) all_channels: bool,
    all_commands: bool,
    /// It began with `+@all`, as its description does.
    future_commands: bool,
    commands: CommandSet,
    /// First arguments with which a command that is not allowed may be called yet.
    first_arguments: Vec<(usize, Vec<u8>)>,
    keys: Vec<KeyPattern>,
    channels: Vec<Box<[u8]>>,
    /// The rules on commands as they were given, without those that later ones have overtaken.
    command_rules: Vec<Vec<u8>>,
}

impl Selector {
    /// Nothing is allowed but, if so, all channels (acl-pubsub-default).
    pub fn new(all_channels: bool) -> Self {
        Selector {
            all_keys: false,
            all_channels,
            all_commands: false,
            future_commands: false,
            commands: CommandSet::NONE,
            first_arguments: Vec::new(),
            keys: Vec::new(),
            channels: Vec::new(),
            command_rules: Vec::new(),
        }
    }

    // ---- changing --------------------------------------------------------------------------

    /// `allkeys` or `resetkeys`.
    pub(super) fn set_keys(&mut self, all: bool) {
        self.all_keys = all;
        self.keys.clear();
    }

    /// `allchannels` or `resetchannels`.
    pub(super) fn set_channels(&mut self, all: bool) {
        self.all_channels = all;
        self.channels.clear();
    }

    /// `allcommands` or `nocommands`.
    pub(super) fn set_commands(&mut self, all: bool) {
        self.all_commands = all;
        self.future_commands = all;
        self.commands = if all {
            CommandSet::ALL
        } else {
            CommandSet::NONE
        };
        self.first_arguments.clear();
        self.command_rules.clear();
    }

    /// Allows keys; what is there for the same pattern is added to.
    pub(super) fn add_keys(&mut self, access: KeyAccess, pattern: &[u8]) {
        let known = self.keys.iter_mut().find(|it| *it.pattern == *pattern);
        if let Some(known) = known {
            known.read |= access.read;
            known.write |= access.write;
        } else {
            self.keys.push(KeyPattern {
                read: access.read,
                write: access.write,
                pattern: pattern.into(),
            });
        }
    }

    /// Allows channels.
    pub(super) fn add_channels(&mut self, pattern: &[u8]) {
        if !self.channels.iter().any(|known| **known == *pattern) {
            self.channels.push(pattern.into());
        }
    }

    /// Allows or forbids one command.
    pub(super) fn set_command(&mut self, id: usize, allowed: bool) {
        self.commands.set(id, allowed);
        self.all_commands &= allowed;
    }

    /// Forgets the first arguments that a command was allowed with.
    pub(super) fn clear_first_arguments(&mut self, id: usize) {
        self.first_arguments.retain(|(of, _)| *of != id);
    }

    /// Allows a command with this first argument.
    pub(super) fn add_first_argument(&mut self, id: usize, argument: &[u8]) {
        let known =
            |(of, known): &(usize, Vec<u8>)| *of == id && known.eq_ignore_ascii_case(argument);
        if !self.first_arguments.iter().any(known) {
            self.first_arguments.push((id, argument.to_vec()));
        }
    }

    /// Notes a rule on `name` (`get`, `config|get`, `@read`): it takes the place of what was said
    /// of the same before, or of its subcommands.
    pub(super) fn note_rule(&mut self, name: &[u8], allowed: bool) {
        let name = name.to_ascii_lowercase();
        self.command_rules.retain(|rule| {
            let rest = rule.get(1..).and_then(|rule| rule.strip_prefix(&name[..]));
            !rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"|"))
        });
        let sign: &[u8] = if allowed { b"+" } else { b"-" };
        self.command_rules.push([sign, &name].concat());
    }

    // ---- asking ----------------------------------------------------------------------------

    /// Whether everything is allowed.
    pub fn is_unrestricted(&self) -> bool {
        self.all_commands && self.all_keys && self.all_channels
    }

    /// Whether a command may run that has this first argument.
    pub fn allows_command(&self, id: usize, first_argument: Option<&[u8]>) -> bool {
        self.all_commands
            || self.commands.contains(id)
            || first_argument.is_some_and(|argument| {
                self.first_arguments.iter().any(|(of, allowed)| {
                    *of == id && c_string(argument).eq_ignore_ascii_case(allowed)
                })
            })
    }

    /// Whether a key may be used so.
    pub fn allows_key(&self, key: &[u8], access: KeyAccess) -> bool {
        self.all_keys
            || self
                .allowing(access)
                .any(|it| glob::matches(&it.pattern, key, false))
    }

    /// Whether any key may be used so.
    pub fn allows_every_key(&self, access: KeyAccess) -> bool {
        self.all_keys || self.allowing(access).any(|it| *it.pattern == *b"*")
    }

    fn allowing(&self, access: KeyAccess) -> impl Iterator<Item = &KeyPattern> {
        self.keys
            .iter()
            .filter(move |it| it.read >= access.read && it.write >= access.write)
    }

    /// Whether a channel may be used; what PSUBSCRIBE names must be allowed literally.
    pub fn allows_channel(&self, channel: &[u8], is_pattern: bool) -> bool {
        self.all_channels
            || self.channels.iter().any(|allowed| match is_pattern {
                true => **allowed == *channel,
                false => glob::matches(allowed, channel, false),
            })
    }

    /// Whether any channel may be used.
    pub fn allows_every_channel(&self) -> bool {
        self.all_channels
    }

    /// The channels that it names.
    pub fn channels(&self) -> impl Iterator<Item = &[u8]> {
        self.channels.iter().map(|channel| &**channel)
    }

    // ---- describing ------------------------------------------------------------------------

    /// The rules on commands: `-@all +get +@hash`.
    pub fn command_rules(&self) -> Vec<u8> {
        let all: &[u8] = if self.future_commands {
            b"+@all"
        } else {
            b"-@all"
        };
        let rules = self.command_rules.iter().map(Vec::as_slice);
        joined([all].into_iter().chain(rules))
    }

    /// The rules on keys: `~a* %R~b*`.
    pub fn key_rules(&self) -> Vec<u8> {
        if self.all_keys {
            return b"~*".to_vec();
        }
        let rules: Vec<Vec<u8>> = self.keys.iter().map(KeyPattern::rule).collect();
        joined(rules.iter().map(Vec::as_slice))
    }

    /// The rules on channels: `&a* &b`.
    pub fn channel_rules(&self) -> Vec<u8> {
        if self.all_channels {
            return b"&*".to_vec();
        }
        let rules: Vec<Vec<u8>> = self
            .channels
            .iter()
            .map(|it| [b"&", &**it].concat())
            .collect();
        joined(rules.iter().map(Vec::as_slice))
    }

    /// All rules in one line, as ACL LIST has them.
    pub fn describe(&self) -> Vec<u8> {
        let keys = self.key_rules();
        let channels = self.channel_rules();
        let reset: &[u8] = if self.all_channels {
            b""
        } else {
            b"resetchannels"
        };
        let commands = self.command_rules();
        let parts = [&keys, reset, &channels, &commands];
        joined(parts.into_iter().filter(|part| !part.is_empty()))
    }
}

impl KeyPattern {
    fn rule(&self) -> Vec<u8> {
        let sign: &[u8] = match (self.read, self.write) {
            (true, false) => b"%R~",
            (false, true) => b"%W~",
            _ => b"~",
        };
        [sign, &self.pattern].concat()
    }
}

/// What C sees of an argument.
pub(super) fn c_string(text: &[u8]) -> &[u8] {
    text.split(|&byte| byte == 0).next().unwrap_or_default()
}

fn joined<'a>(words: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut line = Vec::new();
    for (at, word) in words.enumerate() {
        if at > 0 {
            line.push(b' ');
        }
        line.extend_from_slice(word);
    }
    line
}
