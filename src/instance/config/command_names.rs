//! `rename-command`: commands that answer to another name than the table's, or to none.

/// What commands are called, where it is not what the table calls them. Names are kept in lower case; there are no more
/// entries than commands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandNames {
    /// A new name, and the table's.
    given: Vec<(Vec<u8>, Vec<u8>)>,
    /// Names of the table that no longer mean what they say there.
    taken: Vec<Vec<u8>>,
}

impl CommandNames {
    /// Whether each command is called what the table calls it.
    #[inline]
    pub fn are_usual(&self) -> bool {
        self.taken.is_empty()
    }

    /// What the table calls the command that answers to `name`; `name` itself if nothing else is said, none if no command
    /// answers to it any more. Linear in the number of renamed commands.
    pub fn original<'a>(&'a self, name: &'a [u8]) -> Option<&'a [u8]> {
        let given = self.given.iter();
        let mut given = given.filter(|(new, _)| new.eq_ignore_ascii_case(name));
        match given.next() {
            Some((_, original)) => Some(original),
            None if self.is_taken(name) => None,
            None => Some(name),
        }
    }

    /// Whether the command that the table calls so has no name left.
    pub fn is_gone(&self, original: &[u8]) -> bool {
        self.is_taken(original) && !self.given.iter().any(|(_, it)| it == original)
    }

    fn is_taken(&self, name: &[u8]) -> bool {
        self.taken.iter().any(|it| it.eq_ignore_ascii_case(name))
    }

    /// Has the command that answers to `old` answer to `new` instead, or to nothing if that is empty. `is_known` tells the
    /// table's names.
    ///
    /// # Errors
    /// What redis-server says: when there is no command `old`, or already one `new`.
    pub fn rename(
        &mut self,
        old: &[u8],
        new: &[u8],
        is_known: impl Fn(&[u8]) -> bool,
    ) -> Result<(), &'static str> {
        let original = self.original(old).filter(|name| is_known(name));
        let original = original.ok_or("No such command in rename-command")?;
        let original = original.to_ascii_lowercase();
        self.given.retain(|(_, it)| *it != original);
        if !self.is_taken(&original) {
            self.taken.push(original.clone());
        }
        if new.is_empty() {
            return Ok(());
        }
        if self.original(new).is_some_and(is_known) {
            return Err("Target command name already exists");
        }
        self.given.push((new.to_ascii_lowercase(), original));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_known(name: &[u8]) -> bool {
        [&b"get"[..], b"set", b"config"].contains(&name.to_ascii_lowercase().as_slice())
    }

    #[test]
    fn a_command_answers_to_its_last_name_only() {
        let mut names = CommandNames::default();
        assert!(names.are_usual());
        assert_eq!(names.original(b"GET"), Some(&b"GET"[..]));
        names.rename(b"Get", b"Fetch", is_known).unwrap();
        names.rename(b"FETCH", b"take", is_known).unwrap();
        assert!(!names.are_usual());
        assert_eq!(names.original(b"TAKE"), Some(&b"get"[..]));
        assert_eq!(names.original(b"get"), None);
        assert_eq!(names.original(b"fetch"), Some(&b"fetch"[..]));
        assert!(!names.is_gone(b"get"));
        names.rename(b"take", b"", is_known).unwrap();
        assert!(names.is_gone(b"get"));
        assert_eq!(names.original(b"take"), Some(&b"take"[..]));
    }

    #[test]
    fn a_free_name_may_be_taken_and_given_back() {
        let mut names = CommandNames::default();
        names.rename(b"get", b"x", is_known).unwrap();
        names.rename(b"set", b"get", is_known).unwrap();
        names.rename(b"x", b"set", is_known).unwrap();
        assert_eq!(names.original(b"get"), Some(&b"set"[..]));
        assert_eq!(names.original(b"set"), Some(&b"get"[..]));
    }

    #[test]
    fn what_is_not_there_and_what_is_there_already_is_refused() {
        let mut names = CommandNames::default();
        let unknown = "No such command in rename-command";
        assert_eq!(names.rename(b"nope", b"x", is_known), Err(unknown));
        let there = "Target command name already exists";
        assert_eq!(names.rename(b"get", b"SET", is_known), Err(there));
        let mut names = CommandNames::default();
        names.rename(b"get", b"", is_known).unwrap();
        assert_eq!(names.rename(b"get", b"x", is_known), Err(unknown));
    }
}
