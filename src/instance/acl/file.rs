//! Users in a file: one `user <name> <rules …>` a line.

use super::rules::{RuleError, Rules, has_spaces, merge_selectors};
use super::selector::c_string;
use super::{Users, user::User};

/// Ends the errors of a file that was not taken over.
const NOTHING_DONE: &str = "WARNING: ACL errors detected, no change to the previously active ACL \
                            rules was performed";

/// The users of the file `path` with this text.
///
/// # Errors
/// What is wrong with which lines, all of it in one line.
pub fn read_users(path: &str, text: &[u8], rules: Rules<'_>) -> Result<Users, Vec<u8>> {
    let mut users = Users::new();
    let mut errors = Errors {
        path,
        text: Vec::new(),
    };
    // C's strings end at the first zero byte.
    let lines = c_string(text).split(|&byte| byte == b'\n');
    for (at, line) in lines.enumerate() {
        let line = trimmed(line, b" \t\r\n");
        if !line.is_empty() {
            read_line(&mut users, line, rules, at + 1, &mut errors);
        }
    }
    if !errors.text.is_empty() {
        errors.text.extend_from_slice(NOTHING_DONE.as_bytes());
        return Err(errors.text);
    }
    if !users.contains_key(&b"default"[..]) {
        users.insert(b"default".to_vec(), User::all_powerful());
    }
    Ok(users)
}

struct Errors<'a> {
    path: &'a str,
    text: Vec<u8>,
}

impl Errors<'_> {
    fn at(&mut self, line: usize, parts: &[&[u8]]) {
        let place = [self.path, ":", &line.to_string()].concat();
        self.text.extend_from_slice(place.as_bytes());
        for part in parts {
            self.text.extend_from_slice(part);
        }
    }
}

fn read_line(
    users: &mut Users,
    line: &[u8],
    rules: Rules<'_>,
    number: usize,
    errors: &mut Errors<'_>,
) {
    let words: Vec<&[u8]> = line.split(|&byte| byte == b' ').collect();
    let [b"user", name, words @ ..] = words.as_slice() else {
        let text = b" should start with user keyword followed by the username. ";
        return errors.at(number, &[text]);
    };
    if has_spaces(name) {
        errors.text.push(b'\'');
        let text = [b": username '", *name, b"' contains invalid characters. "];
        return errors.at(number, &text);
    }
    if users.contains_key(*name) {
        let number = number.to_string();
        let text: [&[u8]; 5] = [
            b"WARNING: Duplicate user '",
            name,
            b"' found on line ",
            number.as_bytes(),
            b". ",
        ];
        return errors.text.extend_from_slice(&text.concat());
    }
    let mut user = User::new(rules.all_channels);
    let merged = merge_selectors(words).unwrap_or_else(|_| {
        errors.at(
            number,
            &[b": Unmatched parenthesis in selector definition."],
        );
        Vec::new()
    });
    let mut told = false;
    for rule in merged {
        let rule = trimmed(&rule, b"\t\r\n");
        match rules.apply(&mut user, rule) {
            Ok(()) => {}
            // The name of a command is no secret.
            Err(error @ RuleError::Unknown) => {
                let text = [
                    b": Error in applying operation '",
                    rule,
                    b"': ",
                    error.text().as_bytes(),
                    b". ",
                ];
                errors.at(number, &text);
            }
            Err(error) if !told => {
                told = true;
                errors.at(number, &[b": ", error.text().as_bytes(), b". "]);
            }
            Err(_) => {}
        }
    }
    users.insert(name.to_vec(), user);
}

fn trimmed<'a>(text: &'a [u8], of: &[u8]) -> &'a [u8] {
    let is = |byte: &u8| !of.contains(byte);
    let start = text.iter().position(is).unwrap_or(text.len());
    let end = text.iter().rposition(is).map_or(start, |last| last + 1);
    text.get(start..end).unwrap_or_default()
}
