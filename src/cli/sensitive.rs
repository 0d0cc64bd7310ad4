//! Lines that hold passwords, which redis-cli keeps out of its history.

/// Whether a command line names a password.
pub fn is_sensitive(args: &[Vec<u8>]) -> bool {
    let is = |at: usize, words: &[&str]| {
        args.get(at).is_some_and(|arg| {
            words
                .iter()
                .any(|word| arg.eq_ignore_ascii_case(word.as_bytes()))
        })
    };
    if is(0, &["auth"]) {
        return true;
    }
    if is(0, &["acl"]) {
        return is(1, &["setuser"]);
    }
    if is(0, &["config"]) && is(1, &["set"]) {
        let secrets = ["masterauth", "masteruser", "requirepass"];
        return (2..args.len()).step_by(2).any(|at| is(at, &secrets));
    }
    // HELLO version AUTH user password; MIGRATE … AUTH password or AUTH2 user password.
    if is(0, &["hello"]) {
        return (2..args.len()).any(|at| is(at, &["auth"]));
    }
    is(0, &["migrate"]) && (7..args.len()).any(|at| is(at, &["auth", "auth2"]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resp::split::split_args;

    #[test]
    fn passwords_are_recognised() {
        let sensitive = |line: &str| is_sensitive(&split_args(line.as_bytes()).unwrap());
        assert!(sensitive("auth secret"));
        assert!(sensitive("CONFIG SET maxmemory 0 requirepass secret"));
        assert!(sensitive("hello 3 auth default secret"));
        assert!(sensitive("acl setuser me >secret"));
        assert!(!sensitive("set auth secret"));
        assert!(!sensitive("config get requirepass"));
        assert!(!sensitive("hello 3"));
    }
}
