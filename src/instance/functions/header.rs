//! The first line of a library's code: `#!lua name=mylib`.

use crate::resp::split_args;
use resplay_lua::{WRONG_NAME, is_name};

/// What a library says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its name, which has been checked.
    pub name: Vec<u8>,
}

/// The header of `code`, and the rest from the end of its line on: so the lines keep their numbers.
///
/// # Errors
/// What is wrong with it, without the error's code.
pub fn split_header(code: &[u8]) -> Result<(Header, &[u8]), Vec<u8>> {
    const INVALID: &[u8] = b"Invalid library metadata";
    if !code.starts_with(b"#!") {
        return Err(b"Missing library metadata".to_vec());
    }
    // Redis looks for the end of the line in a C string.
    let end = code.iter().position(|&byte| byte == b'\n' || byte == 0);
    let Some(end) = end.filter(|&end| code.get(end) == Some(&b'\n')) else {
        return Err(INVALID.to_vec());
    };
    let (line, rest) = code.split_at(end);
    let Ok(parts) = split_args(line) else {
        return Err(INVALID.to_vec());
    };
    let mut parts = parts.into_iter();
    let engine = parts.next().unwrap_or_default();
    let engine = engine.get(2..).unwrap_or_default();
    let mut name = None;
    for part in parts {
        match part.get(..5) {
            Some(key) if key.eq_ignore_ascii_case(b"name=") => {
                if name.is_some() {
                    let text = "Invalid metadata value, name argument was given multiple times";
                    return Err(text.into());
                }
                name = Some(part[5..].to_vec());
            }
            _ => return Err([b"Invalid metadata value given: ", &*part].concat()),
        }
    }
    let Some(name) = name else {
        return Err(b"Library name was not given".to_vec());
    };
    if !is_name(&name) {
        return Err(WRONG_NAME.into());
    }
    if !engine.eq_ignore_ascii_case(b"lua") {
        return Err([b"Engine '", engine, b"' not found"].concat());
    }
    Ok((Header { name }, rest))
}

#[cfg(test)]
mod tests {
    use super::split_header;
    use proptest::prelude::*;

    fn name_or_error(code: &[u8]) -> String {
        let (Ok(text) | Err(text)) = split_header(code).map(|(header, _)| header.name);
        String::from_utf8_lossy(&text).into_owned()
    }

    #[test]
    fn names_and_errors() {
        for (code, found) in [
            ("#!lua name=a\n", "a"),
            ("#!LUA  NAME='a_1' \nx", "a_1"),
            ("#!\"lua\" name=\"a\"\n", "a"),
            ("", "Missing library metadata"),
            ("return 1\n", "Missing library metadata"),
            ("#!lua name=a", "Invalid library metadata"),
            ("#!lua name=a\0\n", "Invalid library metadata"),
            ("#!lua name=\"a\n", "Invalid library metadata"),
            ("#!lua\n", "Library name was not given"),
            ("#!\n", "Library name was not given"),
            (
                "#!lua name=a name=b\n",
                "Invalid metadata value, name argument was given multiple times",
            ),
            ("#!lua foo=a\n", "Invalid metadata value given: foo=a"),
            ("#!foo name=a\n", "Engine 'foo' not found"),
            ("#! name=a\n", "Engine '' not found"),
            ("#!lua name=a-b\n", resplay_lua::WRONG_NAME),
            ("#!lua name=\n", resplay_lua::WRONG_NAME),
        ] {
            assert_eq!(name_or_error(code.as_bytes()), found, "{code:?}");
        }
        let (_, rest) = split_header(b"#!lua name=a\nreturn 1").expect("a header");
        assert_eq!(rest, b"\nreturn 1");
    }

    proptest! {
        #[test]
        fn anything_is_a_header_or_an_error(code in "#?!?[lua =\"'\\\\nme\0\n]{0,24}") {
            let _ = split_header(code.as_bytes());
        }
    }
}
