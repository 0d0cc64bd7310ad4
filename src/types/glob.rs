//! Redis's glob patterns, which KEYS, SCAN, CONFIG GET and PSUBSCRIBE use.
//!
//! `*` any run, `?` any byte, `[a-z]` and `[^a-z]` classes, `\x` the byte itself. It is not the
//! file system's dialect: `/` and leading dots are ordinary, and a class that is not closed ends
//! with the pattern.

/// Runs of `*` that may be retried inside one another. Redis allows 1000 in the same sense.
const MAX_NESTING: usize = 1000;

/// Whether `text` matches `pattern`, byte by byte; ASCII letters of either case are the same
/// when `ignore_case`.
///
/// Quadratic at worst: only the last `*` is ever retried, which is enough for globs.
pub fn matches(pattern: &[u8], text: &[u8], ignore_case: bool) -> bool {
    let fold = |byte: u8| {
        if ignore_case {
            byte.to_ascii_lowercase()
        } else {
            byte
        }
    };
    if text.is_empty() {
        // Not even `*` matches nothing, in Redis.
        return pattern.is_empty();
    }
    let mut pattern_at = 0;
    let mut text_at = 0;
    // Where to go on when a literal fails after a star: the pattern behind it, the text it ate.
    let mut retry: Option<(usize, usize)> = None;
    let mut stars = 0;
    loop {
        let step = match pattern.get(pattern_at) {
            Some(b'*') => {
                while pattern.get(pattern_at) == Some(&b'*') {
                    pattern_at += 1;
                }
                stars += 1;
                if pattern_at == pattern.len() {
                    return true;
                }
                if stars > MAX_NESTING {
                    return false;
                }
                retry = Some((pattern_at, text_at));
                continue;
            }
            None if text_at == text.len() => return true,
            None => None,
            Some(&token) => text.get(text_at).and_then(|&byte| match token {
                b'?' => Some(pattern_at + 1),
                b'[' => {
                    let (hit, next) = class(pattern, pattern_at + 1, byte, ignore_case);
                    hit.then_some(next)
                }
                b'\\' if pattern_at + 1 < pattern.len() => {
                    (fold(pattern[pattern_at + 1]) == fold(byte)).then_some(pattern_at + 2)
                }
                literal => (fold(literal) == fold(byte)).then_some(pattern_at + 1),
            }),
        };
        match (step, retry) {
            (Some(next), _) => {
                pattern_at = next;
                text_at += 1;
            }
            (None, Some((after_star, eaten))) if eaten < text.len() => {
                retry = Some((after_star, eaten + 1));
                pattern_at = after_star;
                text_at = eaten + 1;
            }
            (None, _) => return false,
        }
    }
}

/// Whether `byte` is in the class that begins at `at`, and where the pattern goes on.
fn class(pattern: &[u8], mut at: usize, byte: u8, ignore_case: bool) -> (bool, usize) {
    let fold = |byte: u8| {
        if ignore_case {
            byte.to_ascii_lowercase()
        } else {
            byte
        }
    };
    let negated = pattern.get(at) == Some(&b'^');
    if negated {
        at += 1;
    }
    let mut hit = false;
    loop {
        match pattern.get(at..).unwrap_or(&[]) {
            [] => break,
            [b'\\', escaped, ..] => {
                hit |= *escaped == byte;
                at += 2;
            }
            [b']', ..] => {
                at += 1;
                break;
            }
            [low, b'-', high, ..] => {
                let (low, high) = (*low.min(high), *low.max(high));
                hit |= (fold(low)..=fold(high)).contains(&fold(byte));
                at += 3;
            }
            [literal, ..] => {
                hit |= fold(*literal) == fold(byte);
                at += 1;
            }
        }
    }
    (hit != negated, at)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn matches_as_redis_does() {
        let cases = [
            ("*", "", false),
            ("*", "a", true),
            ("", "", true),
            ("", "a", false),
            ("h?llo", "hello", true),
            ("h?llo", "hllo", false),
            ("h*llo", "heeeello", true),
            ("h[ae]llo", "hallo", true),
            ("h[ae]llo", "hillo", false),
            ("h[^e]llo", "hello", false),
            ("h[a-b]llo", "hbllo", true),
            ("h[b-a]llo", "hallo", true),
            ("a\\*", "a*", true),
            ("a\\*", "ab", false),
            ("a\\", "a\\", true),
            ("[abc", "c", true),
            ("[", "a", false),
            ("[^", "a", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-b-b-d", false),
            ("**a", "bba", true),
            ("user:*:name", "user:1:name", true),
            ("[\\]]", "]", true),
        ];
        for (pattern, text, expected) in cases {
            let got = matches(pattern.as_bytes(), text.as_bytes(), false);
            assert_eq!(got, expected, "{pattern} {text}");
        }
        assert!(matches(b"HELLO", b"hello", true));
        assert!(matches(b"[A-C]*", b"banana", true));
        assert!(!matches(b"HELLO", b"hello", false));
    }

    #[test]
    fn hostile_patterns_end_soon() {
        let pattern = "a*".repeat(500) + "b";
        assert!(!matches(
            pattern.as_bytes(),
            "a".repeat(5_000).as_bytes(),
            false
        ));
    }
}
