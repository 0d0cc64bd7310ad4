//! Who may do what: the users, their passwords and permissions, and the log of what was denied.
//!
//! Commands are numbers here, and which arguments are keys is known above (`commands/acl`).

mod file;
mod log;
mod rules;
mod selector;
#[cfg(test)]
mod tests;
mod user;

pub use file::read_users;
pub use log::{AclContext, AclLog, AclLogEntry, Reason};
pub use rules::{AclCommands, NamedCommand, RuleError, Rules, has_spaces, merge_selectors};
pub use selector::{KeyAccess, MAX_COMMANDS, Selector};
pub use user::{PasswordHash, User, hexadecimal};

use super::Client;
use crate::map::SortedMap;

/// Users by name.
pub type Users = SortedMap<Vec<u8>, User>;

/// The user that a connection is before it logs in.
pub const DEFAULT_USER: &[u8] = b"default";

/// All that concerns users.
pub struct Acl {
    users: Users,
    /// What was denied.
    pub log: AclLog,
}

impl Default for Acl {
    fn default() -> Self {
        let mut acl = Acl {
            users: Users::new(),
            log: AclLog::default(),
        };
        acl.put(DEFAULT_USER, User::all_powerful());
        acl
    }
}

impl Acl {
    /// The users, by name.
    pub fn users(&self) -> &Users {
        &self.users
    }

    /// The user of a name.
    pub fn user(&self, name: &[u8]) -> Option<&User> {
        self.users.get(name)
    }

    /// All users as lines of a file: `user default on nopass …`.
    pub fn lines(&self) -> Vec<Vec<u8>> {
        let line = |(name, user): (&Vec<u8>, &User)| {
            [b"user ", &name[..], b" ", &user.describe()].concat()
        };
        self.users.iter().map(line).collect()
    }

    /// Makes or changes a user. Clients are to be told: [`Acl::settle`].
    pub fn put(&mut self, name: &[u8], user: User) {
        self.users.insert(name.to_vec(), user);
    }

    /// Removes a user, unless it is the default one.
    pub fn remove(&mut self, name: &[u8]) -> bool {
        name != DEFAULT_USER && self.users.remove(name).is_some()
    }

    /// Puts other users in the place of all. Clients are to be told: [`Acl::settle`].
    pub fn replace(&mut self, mut users: Users) {
        if !users.contains_key(DEFAULT_USER) {
            users.insert(DEFAULT_USER.to_vec(), User::all_powerful());
        }
        self.users = users;
    }

    /// requirepass: the default user's only password.
    pub fn require(&mut self, password: &[u8]) {
        if let Some(user) = self.users.get_mut(DEFAULT_USER) {
            user.require(Some(password).filter(|it| !it.is_empty()));
        }
    }

    /// Whether a connection may be the default user without logging in.
    fn is_open(&self) -> bool {
        let user = self.users.get(DEFAULT_USER);
        user.is_some_and(|user| user.nopass && user.enabled)
    }

    /// Whether the default user takes any password, as protected mode asks.
    pub fn needs_no_password(&self) -> bool {
        let user = self.users.get(DEFAULT_USER);
        user.is_some_and(|user| user.nopass)
    }

    /// Makes a connection the default user, logged in if that takes no password.
    pub fn start(&self, client: &mut Client) {
        client.user = Vec::new();
        client.authenticated = client.trusted || self.is_open();
        self.settle(client);
    }

    /// Makes a connection this user, whose password was right.
    pub fn log_in(&self, client: &mut Client, name: &[u8]) {
        client.user = match name {
            DEFAULT_USER => Vec::new(),
            name => name.to_vec(),
        };
        client.authenticated = true;
        self.settle(client);
    }

    /// Whether a client must log in before anything else.
    pub fn must_log_in(&self, client: &Client) -> bool {
        !client.authenticated && !client.trusted && !self.is_open()
    }

    /// Finds anew whether the commands of a client must be checked, after a user has changed.
    pub fn settle(&self, client: &mut Client) {
        let user = self.users.get(client.user_name());
        client.restricted = !client.trusted
            && (self.must_log_in(client) || !user.is_some_and(User::is_unrestricted));
    }
}
