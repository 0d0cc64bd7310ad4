//! One user: whether it may log in and with which passwords, and what it may do.

use super::selector::{KeyAccess, Selector};

/// A SHA-256 of a password; no password itself is kept.
pub type PasswordHash = [u8; 32];

/// The hash of a password.
pub fn hash_password(password: &[u8]) -> PasswordHash {
    hmac_sha256::Hash::hash(password)
}

/// A user.
#[derive(Clone, Debug)]
pub struct User {
    /// It may log in.
    pub enabled: bool,
    /// Any password will do.
    pub nopass: bool,
    /// Payloads of its RESTORE are to be looked at.
    pub sanitize_payload: bool,
    pub(super) passwords: Vec<PasswordHash>,
    /// Its own permissions first, then the further selectors.
    pub(super) selectors: Vec<Selector>,
}

impl User {
    /// A new user, that may do nothing but, if so, use all channels.
    pub fn new(all_channels: bool) -> Self {
        User {
            enabled: false,
            nopass: false,
            sanitize_payload: true,
            passwords: Vec::new(),
            selectors: vec![Selector::new(all_channels)],
        }
    }

    /// The user that every new connection is, before anybody says otherwise.
    pub fn all_powerful() -> Self {
        let mut user = User::new(true);
        user.enabled = true;
        user.nopass = true;
        let root = user.root_mut();
        root.set_keys(true);
        root.set_commands(true);
        user
    }

    pub(super) fn root_mut(&mut self) -> &mut Selector {
        // A user is never without.
        if self.selectors.is_empty() {
            self.selectors.push(Selector::new(false));
        }
        &mut self.selectors[0]
    }

    /// Its permissions: its own first, then the further selectors.
    pub fn selectors(&self) -> &[Selector] {
        &self.selectors
    }

    /// The hashes of its passwords.
    pub fn passwords(&self) -> &[PasswordHash] {
        &self.passwords
    }

    /// Makes `password` its only one; none makes any do (requirepass).
    pub fn require(&mut self, password: Option<&[u8]>) {
        self.nopass = password.is_none();
        self.passwords = password.into_iter().map(hash_password).collect();
    }

    /// Whether it may log in with this password.
    pub fn accepts(&self, password: &[u8]) -> bool {
        if !self.enabled || self.nopass {
            return self.enabled;
        }
        let hash = hash_password(password);
        // All of every hash is looked at, so that the time tells nothing.
        let differ = |known: &PasswordHash| {
            let bytes = known.iter().zip(&hash);
            bytes.fold(0, |differ, (one, other)| differ | (one ^ other))
        };
        self.passwords.iter().any(|known| differ(known) == 0)
    }

    /// Whether it may do everything, so that nothing need be checked.
    pub fn is_unrestricted(&self) -> bool {
        self.selectors.iter().any(Selector::is_unrestricted)
    }

    /// Whether it may use any key so with a command that `may_run` finds allowed by a selector.
    pub fn allows_every_key(&self, access: KeyAccess, may_run: impl Fn(&Selector) -> bool) -> bool {
        let mut selectors = self.selectors.iter();
        selectors.any(|it| it.allows_every_key(access) && may_run(it))
    }

    /// Whether it may use a channel.
    pub fn allows_channel(&self, channel: &[u8], is_pattern: bool) -> bool {
        let mut selectors = self.selectors.iter();
        selectors.any(|it| it.allows_channel(channel, is_pattern))
    }

    /// The flags of ACL GETUSER.
    pub fn flags(&self) -> Vec<&'static str> {
        let mut flags = vec![if self.enabled { "on" } else { "off" }];
        if self.nopass {
            flags.push("nopass");
        }
        flags.push(if self.sanitize_payload {
            "sanitize-payload"
        } else {
            "skip-sanitize-payload"
        });
        flags
    }

    /// All rules in one line, which make the same user when they are given to a new one.
    pub fn describe(&self) -> Vec<u8> {
        let mut line = self.flags().join(" ").into_bytes();
        for password in &self.passwords {
            line.extend_from_slice(b" #");
            line.extend_from_slice(hexadecimal(password).as_bytes());
        }
        for (at, selector) in self.selectors.iter().enumerate() {
            line.push(b' ');
            let rules = selector.describe();
            if at == 0 {
                line.extend_from_slice(&rules);
            } else {
                line.push(b'(');
                line.extend_from_slice(&rules);
                line.push(b')');
            }
        }
        line
    }
}

/// A hash as 64 lower-case digits.
pub fn hexadecimal(hash: &PasswordHash) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value & 15)]);
    let digits = hash.iter().flat_map(|byte| [byte >> 4, *byte]);
    digits.map(digit).collect()
}

/// The hash that 64 lower-case digits stand for.
pub(super) fn from_hexadecimal(digits: &[u8]) -> Option<PasswordHash> {
    let mut hash = PasswordHash::default();
    if digits.len() != 2 * hash.len() {
        return None;
    }
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = value(pair[0])? << 4 | value(pair[1])?;
    }
    Some(hash)
}
