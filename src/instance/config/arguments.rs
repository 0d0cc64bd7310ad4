//! redis-server's command line: `redis-server [file] [--name value …] …`.

use crate::resp::{quote, split_args};

/// What the words after `redis-server` mean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arguments {
    /// The file to read, as it was written.
    pub path: Option<String>,
    /// The options as lines of a redis.conf, for [`super::Config::load`].
    pub options: Vec<u8>,
    /// Whether the server is to be a sentinel (`--sentinel`).
    pub sentinel: bool,
}

impl Arguments {
    /// Reads the words after the program's name. Never fails: what makes no sense becomes a line
    /// that loading refuses, as it does in redis-server. `-` (standard input) and what stands
    /// alone (`--version`, `--help`) are the caller's.
    pub fn parse(words: &[&str]) -> Arguments {
        let mut arguments = Arguments::default();
        let is_sentinel = |word: &&str| *word == "--sentinel";
        arguments.sentinel = words.iter().any(is_sentinel);
        let words: Vec<&str> = words
            .iter()
            .copied()
            .filter(|it| !is_sentinel(it))
            .collect();
        let mut words = words.as_slice();
        if let [first, rest @ ..] = words
            && !first.starts_with('-')
        {
            arguments.path = Some((*first).into());
            words = rest;
        }
        let options = &mut arguments.options;
        // Whether the option before has had a value; the word after one that has not is its value,
        // whatever it looks like.
        let mut complete = true;
        for (at, word) in words.iter().enumerate() {
            let name = word.strip_prefix("--").filter(|_| complete);
            let Some(name) = name else {
                quote(word.as_bytes(), options);
                options.push(b' ');
                complete = true;
                continue;
            };
            if !options.is_empty() {
                options.push(b'\n');
            }
            options.extend_from_slice(name.as_bytes());
            options.push(b' ');
            complete = !split_args(word.as_bytes()).is_ok_and(|words| words.len() == 1);
            // A --save without a value says that there is none.
            if !complete && word.eq_ignore_ascii_case("--save") {
                let next = words.get(at + 1);
                if next.is_none_or(|next| next.starts_with("--")) {
                    options.extend_from_slice(b"\"\"");
                    complete = true;
                }
            }
        }
        arguments
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_become_lines() {
        for (words, path, options) in [
            (&["/etc/redis.conf"][..], Some("/etc/redis.conf"), ""),
            (&["--port", "6380"], None, "port \"6380\" "),
            (
                &["--save", "900", "1", "300", "10", "--port", "1"],
                None,
                "save \"900\" \"1\" \"300\" \"10\" \nport \"1\" ",
            ),
            (
                &["a.conf", "--save", "--port", "1"],
                Some("a.conf"),
                "save \"\"\nport \"1\" ",
            ),
            (&["--save"], None, "save \"\""),
            (&["--save", ""], None, "save \"\" "),
            (&["--port 1"], None, "port 1 "),
            (&["--dir", "--x", "--port"], None, "dir \"--x\" \nport "),
            (&["-x"], None, "\"-x\" "),
        ] {
            let parsed = Arguments::parse(words);
            assert_eq!(parsed.path.as_deref(), path, "{words:?}");
            assert_eq!(
                String::from_utf8(parsed.options).unwrap(),
                options,
                "{words:?}"
            );
        }
    }
}
