//! The rules that make a user: `on`, `>password`, `~key*`, `+@read`, `-flushall`, `(+get ~b)` …

use super::selector::{KeyAccess, Selector, c_string};
use super::user::{User, from_hexadecimal, hash_password};
use crate::resp::split_args;

/// A command or subcommand as rules name it.
pub struct NamedCommand {
    /// Its number.
    pub id: usize,
    /// How many subcommands it has; they have the numbers behind its own.
    pub subcommands: usize,
    /// Whether it is one itself.
    pub is_subcommand: bool,
    /// Its name: `get`, `config|get`.
    pub full_name: String,
}

/// The commands that rules may name. The table is in a room above.
pub trait AclCommands {
    /// The command `get` or the subcommand `config|get`, in any case.
    fn command(&self, name: &[u8]) -> Option<NamedCommand>;

    /// The numbers of the commands of a category, subcommands of its containers included; none
    /// when there is no such category.
    fn category(&self, name: &[u8]) -> Option<Vec<usize>>;
}

/// Why a rule was refused, with Redis's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleError {
    /// No such command or category.
    Unknown,
    /// It is no rule.
    Syntax,
    /// All keys are allowed already.
    AllKeys,
    /// All channels are allowed already.
    AllChannels,
    /// The user does not have the password that is to go.
    NoSuchPassword,
    /// It is no SHA-256.
    BadHash,
    /// `+config|get|x`
    FirstArgumentOfSubcommand,
}

impl RuleError {
    /// What is wrong.
    pub fn text(self) -> &'static str {
        match self {
            RuleError::Unknown => "Unknown command or category name in ACL",
            RuleError::Syntax => "Syntax error",
            RuleError::AllKeys => {
                "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not \
                 have any effect. Try 'resetkeys' to start with an empty list of patterns"
            }
            RuleError::AllChannels => {
                "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does \
                 not have any effect. Try 'resetchannels' to start with an empty list of channels"
            }
            RuleError::NoSuchPassword => {
                "The password you are trying to remove from the user does not exist"
            }
            RuleError::BadHash => {
                "The password hash must be exactly 64 characters and contain only lowercase \
                 hexadecimal characters"
            }
            RuleError::FirstArgumentOfSubcommand => {
                "Allowing first-arg of a subcommand is not supported"
            }
        }
    }
}

/// What rules are read with.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    /// The commands.
    pub commands: &'a dyn AclCommands,
    /// acl-pubsub-default: whether a new user or selector may use all channels.
    pub all_channels: bool,
}

impl Rules<'_> {
    /// Changes a user by one rule.
    ///
    /// # Errors
    /// [`RuleError`]; the user may have been changed in part by a rule that resets.
    pub fn apply(self, user: &mut User, rule: &[u8]) -> Result<(), RuleError> {
        let word = c_string(rule);
        let is = |name: &str| word.eq_ignore_ascii_case(name.as_bytes());
        match rule {
            [] => {}
            _ if is("on") => user.enabled = true,
            _ if is("off") => user.enabled = false,
            _ if is("skip-sanitize-payload") => user.sanitize_payload = false,
            _ if is("sanitize-payload") => user.sanitize_payload = true,
            _ if is("nopass") => user.require(None),
            _ if is("resetpass") => {
                user.require(None);
                user.nopass = false;
            }
            [sign @ (b'>' | b'#' | b'<' | b'!'), password @ ..] => {
                let hash = match sign {
                    b'>' | b'<' => hash_password(password),
                    _ => from_hexadecimal(password).ok_or(RuleError::BadHash)?,
                };
                let known = user.passwords.iter().position(|known| *known == hash);
                if matches!(sign, b'>' | b'#') {
                    if known.is_none() {
                        user.passwords.push(hash);
                    }
                    user.nopass = false;
                } else {
                    user.passwords
                        .remove(known.ok_or(RuleError::NoSuchPassword)?);
                }
            }
            [b'(', inner @ .., b')'] => {
                let mut selector = Selector::new(self.all_channels);
                // What cannot be split says nothing.
                for rule in split_args(inner).unwrap_or_default() {
                    self.apply_to(&mut selector, &rule)?;
                }
                user.selectors.push(selector);
            }
            _ if is("clearselectors") => user.selectors.truncate(1),
            _ if is("reset") => *user = User::new(self.all_channels),
            _ => self.apply_to(user.root_mut(), rule)?,
        }
        Ok(())
    }

    fn apply_to(self, selector: &mut Selector, rule: &[u8]) -> Result<(), RuleError> {
        let word = c_string(rule);
        let is = |name: &str| word.eq_ignore_ascii_case(name.as_bytes());
        if is("allkeys") || is("~*") {
            selector.set_keys(true);
        } else if is("resetkeys") {
            selector.set_keys(false);
        } else if is("allchannels") || is("&*") {
            selector.set_channels(true);
        } else if is("resetchannels") {
            selector.set_channels(false);
        } else if is("allcommands") || is("+@all") {
            selector.set_commands(true);
        } else if is("nocommands") || is("-@all") {
            selector.set_commands(false);
        } else if let [b'~' | b'%', ..] = rule {
            if selector.all_keys {
                return Err(RuleError::AllKeys);
            }
            let (access, pattern) = key_rule(rule).ok_or(RuleError::Syntax)?;
            selector.add_keys(access, check_pattern(pattern)?);
        } else if let [b'&', pattern @ ..] = rule {
            if selector.all_channels {
                return Err(RuleError::AllChannels);
            }
            selector.add_channels(check_pattern(pattern)?);
        } else if let [sign @ (b'+' | b'-'), category @ ..] = word
            && category.starts_with(b"@")
        {
            let ids = self.commands.category(&category[1..]);
            let allowed = *sign == b'+';
            for id in ids.ok_or(RuleError::Unknown)? {
                selector.set_command(id, allowed);
                selector.clear_first_arguments(id);
            }
            selector.note_rule(category, allowed);
        } else if let [sign @ (b'+' | b'-'), name @ ..] = word {
            self.command_rule(selector, name, *sign == b'+')?;
        } else {
            return Err(RuleError::Syntax);
        }
        Ok(())
    }

    fn command_rule(
        self,
        selector: &mut Selector,
        name: &[u8],
        allowed: bool,
    ) -> Result<(), RuleError> {
        let bar = name.iter().rposition(|&byte| byte == b'|');
        if let Some(bar) = bar.filter(|_| allowed) {
            let (container, subcommand) = (&name[..bar], &name[bar + 1..]);
            let command = self.commands.command(container).ok_or(RuleError::Unknown)?;
            if command.is_subcommand {
                return Err(RuleError::FirstArgumentOfSubcommand);
            }
            if subcommand.is_empty() {
                return Err(RuleError::Syntax);
            }
            if command.subcommands == 0 {
                selector.add_first_argument(command.id, subcommand);
                selector.note_rule(name, true);
                return Ok(());
            }
        }
        let command = self.commands.command(name).ok_or(RuleError::Unknown)?;
        selector.clear_first_arguments(command.id);
        for id in command.id..=command.id + command.subcommands {
            selector.set_command(id, allowed);
        }
        selector.note_rule(command.full_name.as_bytes(), allowed);
        Ok(())
    }
}

/// `~pattern`, `%R~pattern`, `%W~pattern`, `%RW~pattern`.
fn key_rule(rule: &[u8]) -> Option<(KeyAccess, &[u8])> {
    let mut access = KeyAccess::default();
    let (_, mut rest) = rule.split_first()?;
    if rule.starts_with(b"~") {
        access.read = true;
        access.write = true;
        return Some((access, rest));
    }
    while let Some((letter, more)) = rest.split_first() {
        rest = more;
        match letter.to_ascii_uppercase() {
            b'R' if !access.read => access.read = true,
            b'W' if !access.write => access.write = true,
            b'~' => break,
            _ => return None,
        }
    }
    (access.read || access.write).then_some((access, rest))
}

/// Whether a name or pattern could not stand in a file of rules.
pub fn has_spaces(text: &[u8]) -> bool {
    text.iter().any(|byte| b" \t\r\n\x0b\x0c\0".contains(byte))
}

fn check_pattern(pattern: &[u8]) -> Result<&[u8], RuleError> {
    if has_spaces(pattern) {
        return Err(RuleError::Syntax);
    }
    Ok(pattern)
}

/// Puts the words of a selector together that stand apart: `(+get`, `~a)`.
///
/// # Errors
/// The place of the parenthesis that nothing closes.
pub fn merge_selectors<W: AsRef<[u8]>>(words: &[W]) -> Result<Vec<Vec<u8>>, usize> {
    let mut merged = Vec::new();
    let mut open: Option<(usize, Vec<u8>)> = None;
    for (at, word) in words.iter().enumerate() {
        let word = word.as_ref();
        if word.starts_with(b"(") && !word.ends_with(b")") {
            open = Some((at, word.to_vec()));
        } else if let Some((_, selector)) = &mut open {
            selector.push(b' ');
            selector.extend_from_slice(word);
            if word.ends_with(b")") {
                merged.extend(open.take().map(|(_, selector)| selector));
            }
        } else {
            merged.push(word.to_vec());
        }
    }
    match open {
        Some((at, _)) => Err(at),
        None => Ok(merged),
    }
}
