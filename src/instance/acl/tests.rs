use super::*;

/// A few commands, numbered as a table numbers them.
struct Few;

impl AclCommands for Few {
    fn command(&self, name: &[u8]) -> Option<NamedCommand> {
        let name = String::from_utf8(name.to_ascii_lowercase()).ok()?;
        let (id, subcommands) = match name.as_str() {
            "get" => (0, 0),
            "set" => (1, 0),
            "select" => (2, 0),
            "config" => (3, 2),
            "config|get" => (4, 0),
            "config|set" => (5, 0),
            "hget" => (6, 0),
            _ => return None,
        };
        Some(NamedCommand {
            id,
            subcommands,
            is_subcommand: name.contains('|'),
            full_name: name,
        })
    }

    fn category(&self, name: &[u8]) -> Option<Vec<usize>> {
        match name.to_ascii_lowercase().as_slice() {
            b"read" => Some(vec![0, 6]),
            b"admin" => Some(vec![4, 5]),
            b"hash" => Some(vec![6]),
            _ => None,
        }
    }
}

const RULES: Rules<'_> = Rules {
    commands: &Few,
    all_channels: false,
};

fn user(rules: &str) -> User {
    let mut user = User::new(false);
    let words: Vec<&str> = rules.split_ascii_whitespace().collect();
    for rule in merge_selectors(&words).unwrap() {
        RULES.apply(&mut user, &rule).unwrap();
    }
    user
}

fn described(rules: &str) -> String {
    String::from_utf8(user(rules).describe()).unwrap()
}

#[test]
fn a_description_keeps_the_rules_that_still_count_in_their_order() {
    let new = "off sanitize-payload resetchannels";
    for (rules, commands) in [
        ("", "-@all"),
        ("+@all -@hash -@read +hget", "+@all -@hash -@read +hget"),
        (
            "+@all -@hash -@read +hget -@hash",
            "+@all -@read +hget -@hash",
        ),
        ("-@all +@hash +@READ +@hAsh", "-@all +@read +@hash"),
        ("-@all +HGET +hget", "-@all +hget"),
        (
            "+config|get +config|get +config|set +config",
            "-@all +config",
        ),
        ("+config +config|get -config|set +config", "-@all +config"),
        ("+select|0 +select|0 +SELECT|1", "-@all +select|0 +select|1"),
        ("+select|0 +select", "-@all +select"),
        ("-@read", "-@all -@read"),
        ("+get +@all", "+@all"),
    ] {
        assert_eq!(described(rules), format!("{new} {commands}"), "{rules}");
    }
    assert_eq!(
        described("on nopass ~a %R~b %W~b %rw~c %W~d &x &y +get ( allkeys +set ) (&z)"),
        "on nopass sanitize-payload ~a ~b ~c %W~d resetchannels &x &y -@all +get \
         (~* resetchannels -@all +set) (resetchannels &z -@all)"
    );
    let everything = User::all_powerful().describe();
    assert_eq!(everything, b"on nopass sanitize-payload ~* &* +@all");
}

#[test]
fn a_description_makes_the_same_user_again() {
    let first = described(
        "on >secret #9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 skip-sanitize-payload \
         allchannels +@read -get +select|3 +config|get ~x (%R~y +config)",
    );
    assert_eq!(described(&first), first);
}

#[test]
fn rules_that_make_no_sense_say_why() {
    for (before, rule, error) in [
        ("", "+nosuch", RuleError::Unknown),
        ("", "-select|0", RuleError::Unknown),
        ("", "+config|nosuch", RuleError::Unknown),
        ("", "+@nosuch", RuleError::Unknown),
        ("", "+select|", RuleError::Syntax),
        ("", "+config|get|x", RuleError::FirstArgumentOfSubcommand),
        ("", "%~a", RuleError::Syntax),
        ("", "%RR~a", RuleError::Syntax),
        ("", "%X~a", RuleError::Syntax),
        ("", "~a b", RuleError::Syntax),
        ("", "&a\tb", RuleError::Syntax),
        ("", "(", RuleError::Syntax),
        ("", "(+get", RuleError::Syntax),
        ("", "(on)", RuleError::Syntax),
        ("", "nosuch", RuleError::Syntax),
        ("allkeys", "~a", RuleError::AllKeys),
        ("allchannels", "&a", RuleError::AllChannels),
        ("", "<secret", RuleError::NoSuchPassword),
        ("", "#12", RuleError::BadHash),
        ("", "!12", RuleError::BadHash),
    ] {
        let mut user = user(before);
        assert_eq!(
            RULES.apply(&mut user, rule.as_bytes()),
            Err(error),
            "{rule}"
        );
    }
    assert_eq!(merge_selectors(&["on", "(a", "b"]), Err(1));
}

#[test]
fn passwords_open() {
    let mut one = user("on >a >b");
    assert!(one.accepts(b"a") && one.accepts(b"b") && !one.accepts(b"c"));
    RULES.apply(&mut one, b"<a").unwrap();
    assert!(!one.accepts(b"a") && one.accepts(b"b"));
    RULES.apply(&mut one, b"nopass").unwrap();
    assert!(one.accepts(b"anything"));
    RULES.apply(&mut one, b"resetpass").unwrap();
    assert!(!one.accepts(b"anything") && !one.accepts(b"b"));
    assert!(!user("off nopass").accepts(b""));
}

#[test]
fn permissions_are_what_the_rules_say() {
    let one = user("+get +select|0 -@all +select|1 +config -config|set ~a* %R~b* &news.* &x");
    let all = &one.selectors()[0];
    assert!(!all.allows_command(0, None));
    assert!(all.allows_command(2, Some(b"1")) && !all.allows_command(2, Some(b"0")));
    assert!(all.allows_command(4, None) && !all.allows_command(5, None));
    let (read, write) = (
        KeyAccess {
            read: true,
            write: false,
        },
        KeyAccess {
            read: false,
            write: true,
        },
    );
    assert!(all.allows_key(b"a1", write) && all.allows_key(b"b1", read));
    assert!(!all.allows_key(b"b1", write) && !all.allows_key(b"c", read));
    assert!(all.allows_channel(b"news.a", false) && !all.allows_channel(b"news.a", true));
    assert!(all.allows_channel(b"news.*", true) && !all.allows_channel(b"y", false));
    assert!(!one.is_unrestricted());
    assert!(user("(+@all ~* &*)").is_unrestricted());
    assert!(!user("+@all -get +get ~* &*").is_unrestricted());
}

#[test]
fn a_file_names_its_bad_lines() {
    let read = |text: &str| read_users("/u.acl", text.as_bytes(), RULES);
    let users = read("user a on +get\r\n\n  user default off\n").unwrap();
    assert_eq!(
        users.keys().collect::<Vec<_>>(),
        [b"a".as_slice(), b"default"]
    );
    assert!(read("").unwrap().contains_key(&b"default"[..]));
    let error = read(
        "users a\nuser b +nosuch +get|\nuser b\nuser c (+get\nuser\nuser d nosuch worse\nuser e ~a",
    );
    assert_eq!(
        String::from_utf8(error.unwrap_err()).unwrap(),
        "/u.acl:1 should start with user keyword followed by the username. \
         /u.acl:2: Error in applying operation '+nosuch': Unknown command or category name in ACL. \
         /u.acl:2: Syntax error. \
         WARNING: Duplicate user 'b' found on line 3. \
         /u.acl:4: Unmatched parenthesis in selector definition.\
         /u.acl:5 should start with user keyword followed by the username. \
         /u.acl:6: Syntax error. \
         WARNING: ACL errors detected, no change to the previously active ACL rules was performed"
    );
}

#[test]
fn the_same_again_is_one_entry_of_the_log() {
    let mut log = AclLog::default();
    let entry = |object: &str, at: i64| AclLogEntry {
        id: 0,
        count: 0,
        reason: Reason::Key,
        context: AclContext::TopLevel,
        object: object.into(),
        user: b"a".to_vec(),
        client: Vec::new(),
        created_ms: 0,
        updated_ms: at,
    };
    for (object, at) in [("x", 0), ("y", 1), ("x", 60_000), ("x", 120_001)] {
        log.add(entry(object, at), 2);
    }
    let seen: Vec<_> = log
        .entries()
        .map(|it| (it.id, it.count, it.created_ms))
        .collect();
    assert_eq!(seen, [(2, 1, 120_001), (0, 2, 0)]);
    assert_eq!(log.denied(Reason::Key), 4);
    log.add(entry("z", 0), 0);
    assert_eq!(log.entries().len(), 0);
}

mod any_rules {
    use super::*;
    use proptest::prelude::*;

    /// Rules that nearly make sense.
    fn rule() -> impl Strategy<Value = String> {
        let word = "(on|off|nopass|resetpass|reset|allkeys|resetkeys|allchannels|resetchannels|\
                    clearselectors|skip-sanitize-payload|[+-](@all|@read|@hash|get|config|config\\|get|select)|\
                    \\+select\\|[0-9a-c]{1,2}|[~&]|%[RWrw]{1,2}~|[~&]|>)";
        let rest = "[a-c*?]{0,3}";
        prop_oneof![
            8 => (word, rest).prop_map(|(word, rest)| match word.as_str() {
                sign if sign.ends_with(['~', '&', '>']) => word + &rest,
                _ => word,
            }),
            1 => "[+\\-@~%&#<>!()|RW \\x00a-c*]{0,8}",
        ]
        .prop_filter("Redis describes it as ~*, which says more", |rule| {
            let rule = rule.to_ascii_lowercase();
            !(rule.starts_with('%')
                && rule.contains('r')
                && rule.contains('w')
                && rule.ends_with("~*"))
        })
    }

    proptest! {
        #[test]
        fn whatever_makes_a_user_its_description_makes_it_again(
            rules in prop::collection::vec(rule(), 0..12),
            selectors in prop::collection::vec(prop::collection::vec(rule(), 0..4), 0..3),
        ) {
            let mut one = User::new(false);
            for rule in &rules {
                // Many are refused.
                let _ = RULES.apply(&mut one, rule.as_bytes());
            }
            for rules in selectors {
                let _ = RULES.apply(&mut one, format!("({})", rules.join(" ")).as_bytes());
            }
            let described = one.describe();
            let text = String::from_utf8(described.clone()).expect("the rules are text");
            // Patterns may look like the end of a selector, as they may in Redis.
            prop_assume!(!text.contains("~)") && text.matches(['(', ')']).count() == 2 * text.matches(" (").count());
            let words: Vec<&str> = text.split(' ').collect();
            let mut other = User::new(true);
            for rule in merge_selectors(&words).expect("its own selectors are closed") {
                RULES.apply(&mut other, &rule).expect("its own rules are good");
            }
            prop_assert_eq!(other.describe(), described);
            for id in 0..8 {
                for first in [None, Some(&b"0"[..])] {
                    let allowed = |user: &User| -> Vec<bool> {
                        user.selectors().iter().map(|it| it.allows_command(id, first)).collect()
                    };
                    prop_assert_eq!(allowed(&one), allowed(&other));
                }
            }
        }

        #[test]
        fn any_file_is_read_or_refused(text in prop::collection::vec(any::<u8>(), 0..200), lines in
            prop::collection::vec(prop::collection::vec(rule(), 0..6), 0..6)) {
            let mut file = text;
            for rules in lines {
                file.extend_from_slice(format!("\nuser {}", rules.join(" ")).as_bytes());
            }
            match read_users("f", &file, RULES) {
                Ok(users) => prop_assert!(users.contains_key(&b"default"[..])),
                Err(error) => prop_assert!(!error.is_empty()),
            }
        }
    }
}
