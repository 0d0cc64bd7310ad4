//! Splitting a line into arguments by Redis's quoting rules.
//!
//! Inline requests, redis.conf and redis-cli all use the same rules: words separated by
//! white space, `"…"` with escapes (`\n \r \t \b \a \\ \" \xHH`), `'…'` with `\'` only, and a
//! closing quote must be followed by white space or the end.

/// The quotes of the line do not balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnbalancedQuotes;

fn is_space(byte: u8) -> bool {
    // C's isspace, which is_ascii_whitespace is not: it lacks the vertical tab.
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

/// The arguments of `line`; none for a blank line. Linear in the length of the line.
///
/// # Errors
/// [`UnbalancedQuotes`] when a quote is not closed, or closed in the middle of a word.
pub fn split_args(line: &[u8]) -> Result<Vec<Vec<u8>>, UnbalancedQuotes> {
    let mut words = Vec::new();
    let mut rest = line;
    loop {
        while let [first, tail @ ..] = rest {
            if !is_space(*first) {
                break;
            }
            rest = tail;
        }
        // Redis reads C strings: a NUL ends the line.
        if rest.first().is_none_or(|&byte| byte == 0) {
            return Ok(words);
        }
        let (word, tail) = next_word(rest)?;
        words.push(word);
        rest = tail;
    }
}

/// Appends `word` in double quotes, so that [`split_args`] reads it back.
pub fn quote(word: &[u8], into: &mut Vec<u8>) {
    into.push(b'"');
    for &byte in word {
        let escaped = match byte {
            b'\\' | b'"' => byte,
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            0x07 => b'a',
            0x08 => b'b',
            b' '..=b'~' => {
                into.push(byte);
                continue;
            }
            _ => {
                let digit = |value: u8| b"0123456789abcdef"[usize::from(value & 15)];
                into.extend([b'\\', b'x', digit(byte >> 4), digit(byte)]);
                continue;
            }
        };
        into.extend([b'\\', escaped]);
    }
    into.push(b'"');
}

fn next_word(line: &[u8]) -> Result<(Vec<u8>, &[u8]), UnbalancedQuotes> {
    let mut word = Vec::new();
    let mut at = 0;
    while let Some(&byte) = line.get(at) {
        match byte {
            b' ' | b'\n' | b'\r' | b'\t' | 0 => break,
            b'"' => {
                at = double_quoted(line, at + 1, &mut word)?;
                return Ok((word, &line[at..]));
            }
            b'\'' => {
                at = single_quoted(line, at + 1, &mut word)?;
                return Ok((word, &line[at..]));
            }
            _ => word.push(byte),
        }
        at += 1;
    }
    Ok((word, &line[at..]))
}

fn after_quote(line: &[u8], at: usize) -> Result<usize, UnbalancedQuotes> {
    match line.get(at) {
        None | Some(0) => Ok(at),
        Some(&byte) if is_space(byte) => Ok(at),
        Some(_) => Err(UnbalancedQuotes),
    }
}

fn double_quoted(
    line: &[u8],
    mut at: usize,
    word: &mut Vec<u8>,
) -> Result<usize, UnbalancedQuotes> {
    loop {
        match line.get(at..).unwrap_or(&[]) {
            [] | [0, ..] => return Err(UnbalancedQuotes),
            [b'\\', b'x', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                word.push(hex_digit(*high) << 4 | hex_digit(*low));
                at += 4;
            }
            [b'\\', escaped, ..] if *escaped != 0 => {
                word.push(match escaped {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 0x08,
                    b'a' => 0x07,
                    other => *other,
                });
                at += 2;
            }
            [b'"', ..] => return after_quote(line, at + 1),
            [byte, ..] => {
                word.push(*byte);
                at += 1;
            }
        }
    }
}

fn single_quoted(
    line: &[u8],
    mut at: usize,
    word: &mut Vec<u8>,
) -> Result<usize, UnbalancedQuotes> {
    loop {
        match line.get(at..).unwrap_or(&[]) {
            [] | [0, ..] => return Err(UnbalancedQuotes),
            [b'\\', b'\'', ..] => {
                word.push(b'\'');
                at += 2;
            }
            [b'\'', ..] => return after_quote(line, at + 1),
            [byte, ..] => {
                word.push(*byte);
                at += 1;
            }
        }
    }
}

fn hex_digit(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        _ => digit.wrapping_sub(b'A').wrapping_add(10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Result<Vec<String>, UnbalancedQuotes> {
        let words = split_args(line.as_bytes())?;
        Ok(words
            .into_iter()
            .map(|word| word.iter().map(|&byte| byte as char).collect())
            .collect())
    }

    #[test]
    fn plain_words_and_blank_lines() {
        assert_eq!(words(" set  key\tvalue ").unwrap(), ["set", "key", "value"]);
        assert!(words("   ").unwrap().is_empty());
    }

    #[test]
    fn escapes_only_within_double_quotes() {
        assert_eq!(
            words(r#""a\x41\n" '\n' b\n"#).unwrap(),
            ["aA\n", "\\n", "b\\n"]
        );
        assert_eq!(words(r"'it\'s'").unwrap(), ["it's"]);
        assert_eq!(words(r#""""#).unwrap(), [""]);
        assert_eq!(words(r#""\xZZ""#).unwrap(), ["xZZ"]);
    }

    #[test]
    fn what_is_quoted_is_read_back() {
        let every: Vec<u8> = (0..=255).collect();
        let mut line = Vec::new();
        quote(&every, &mut line);
        assert_eq!(split_args(&line).unwrap(), [every]);
        line.clear();
        quote(b"a \"\\\n\xff", &mut line);
        assert_eq!(line, br#""a \"\\\n\xff""#);
    }

    #[test]
    fn quotes_must_balance_and_end_the_word() {
        for line in [r#""open"#, "'open", r#""a"b"#, "'a'b", r#""a\"#] {
            assert_eq!(words(line), Err(UnbalancedQuotes), "{line}");
        }
        // A quote may begin in the middle of a word, as in redis-cli.
        assert_eq!(words(r#"a"b c""#).unwrap(), ["ab c"]);
    }
}
