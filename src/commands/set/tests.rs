use crate::commands::testing::Session;

/// The members of a reply, sorted, as their order may be any.
fn sorted(reply: &str) -> Vec<String> {
    let mut members: Vec<_> = reply
        .split(' ')
        .skip(2)
        .step_by(2)
        .map(str::to_owned)
        .collect();
    members.sort();
    members
}

fn encoding(session: &mut Session, key: &str) -> &'static str {
    session.keyspace[0]
        .read_set(key.as_bytes())
        .unwrap()
        .unwrap()
        .encoding()
}

fn session(lines: &[&str]) -> Session {
    let mut session = Session::new();
    for line in lines {
        session.run(line);
    }
    session.told();
    session
}

#[test]
fn sadd_srem_scard() {
    let mut s = session(&[]);
    assert_eq!(s.run("sadd s a b c a"), ":3");
    assert_eq!(s.run("sadd s a"), ":0");
    assert_eq!(s.told(), ["sadd s a b c a"]);
    assert_eq!(s.run("scard s"), ":3");
    assert_eq!(s.run("srem s a z b"), ":2");
    assert_eq!(s.run("srem s c"), ":1");
    assert_eq!(s.run("scard s"), ":0");
    assert!(!s.keyspace[0].exists(b"s"));
    assert_eq!(s.run("srem s c"), ":0");
}

#[test]
fn sadd_chooses_the_encoding_by_what_comes() {
    let mut s = session(&["sadd ints 3 1 2", "sadd few a 1"]);
    assert_eq!(encoding(&mut s, "ints"), "intset");
    assert_eq!(s.run("smembers ints"), "*3 $1 1 $1 2 $1 3");
    assert_eq!(encoding(&mut s, "few"), "listpack");
    s.run(&format!("sadd few {}", "x".repeat(65)));
    assert_eq!(encoding(&mut s, "few"), "hashtable");
    let many: Vec<String> = (0..129).map(|i| format!("m{i}")).collect();
    s.run(&format!("sadd many {}", many.join(" ")));
    assert_eq!(encoding(&mut s, "many"), "hashtable");
}

#[test]
fn sismember_smismember_smembers() {
    let mut s = session(&["sadd s a b"]);
    assert_eq!(s.run("sismember s a"), ":1");
    assert_eq!(s.run("sismember s z"), ":0");
    assert_eq!(s.run("sismember none a"), ":0");
    assert_eq!(s.run("smismember s a z b"), "*3 :1 :0 :1");
    assert_eq!(s.run("smismember none a"), "*1 :0");
    assert_eq!(s.run("smembers s"), "*2 $1 a $1 b");
    assert_eq!(s.run("smembers none"), "*0");
    s.resp3();
    assert_eq!(s.run("smembers s"), "~2 $1 a $1 b");
    assert_eq!(s.run("smismember s a z"), "*2 :1 :0");
}

#[test]
fn smove_moves() {
    let mut s = session(&["sadd s a b", "sadd d c b", "hset text f 1"]);
    assert_eq!(s.run("smove s d a"), ":1");
    assert_eq!(s.run("smove s d z"), ":0");
    assert_eq!(s.run("smove s s b"), ":1");
    assert_eq!(s.run("smove s s z"), ":0");
    assert_eq!(s.run("smove none text z"), ":0");
    assert!(s.run("smove s text b").starts_with("-WRONGTYPE"));
    assert_eq!(s.run("smove s d b"), ":1");
    assert!(!s.keyspace[0].exists(b"s"));
    assert_eq!(sorted(&s.run("smembers d")), ["a", "b", "c"]);
    assert_eq!(s.told(), ["smove s d a", "smove s d b"]);
}

#[test]
fn wrong_types_are_refused() {
    let mut s = session(&["hset text f 1", "sadd s a"]);
    for line in [
        "sadd text a",
        "srem text a",
        "scard text",
        "sismember text a",
        "smismember text a",
        "smembers text",
        "smove text s a",
        "spop text",
        "spop text 0",
        "srandmember text",
        "srandmember text 0",
        "sinter none text",
        "sintercard 2 none text",
        "sinterstore d none text",
        "sunion s text",
        "sunionstore d s text",
        "sdiff none text",
        "sdiffstore d none text",
        "sscan text 0 wrong",
    ] {
        assert!(s.run(line).starts_with("-WRONGTYPE"), "{line}");
    }
    assert!(s.told().is_empty());
}

#[test]
fn spop_is_told_as_srem() {
    let mut s = session(&["sadd s a b c d e f"]);
    let popped = s.run("spop s");
    assert_eq!(s.told(), [format!("SREM s {}", &popped[3..])]);
    let popped = sorted(&s.run("spop s 2"));
    let told = s.told();
    assert_eq!(told.len(), 1);
    assert!(popped.iter().all(|member| told[0].contains(member)) && told[0].starts_with("SREM s"));
    assert_eq!(s.run("scard s"), ":3");
    assert_eq!(s.run("spop s 0"), "*0");
    assert!(s.told().is_empty());
    assert_eq!(sorted(&s.run("spop s 9")).len(), 3);
    assert_eq!(s.told(), ["DEL s"]);
    assert_eq!(s.run("spop s"), "$-1");
    assert_eq!(s.run("spop s 1"), "*0");
    s.resp3();
    assert_eq!(s.run("spop s"), "_");
    assert_eq!(s.run("spop s 1"), "~0");
    for line in ["spop s -1", "spop s x"] {
        assert_eq!(s.run(line), "-ERR value is out of range, must be positive");
    }
    assert_eq!(s.run("spop s 1 2"), "-ERR syntax error");
}

#[test]
fn a_large_spop_is_told_in_pieces() {
    let members: Vec<String> = (0..3000).map(|i| i.to_string()).collect();
    let mut s = session(&[&format!("sadd s {}", members.join(" "))]);
    assert!(s.run("spop s 2500").starts_with("*2500 "));
    let told = s.told();
    let lens: Vec<usize> = told
        .iter()
        .map(|line| line.split(' ').count() - 2)
        .collect();
    assert_eq!(lens, [1024, 1024, 452]);
    assert_eq!(s.run("scard s"), ":500");
}

#[test]
fn srandmember_takes_nothing_away() {
    let mut s = session(&["sadd s a b c"]);
    assert!(["$1 a", "$1 b", "$1 c"].contains(&&*s.run("srandmember s")));
    assert_eq!(sorted(&s.run("srandmember s 5")), ["a", "b", "c"]);
    assert_eq!(sorted(&s.run("srandmember s 2")).len(), 2);
    assert_eq!(sorted(&s.run("srandmember s -7")).len(), 7);
    assert_eq!(s.run("srandmember s 0"), "*0");
    assert_eq!(s.run("srandmember none"), "$-1");
    assert_eq!(s.run("srandmember none -3"), "*0");
    assert_eq!(
        s.run("srandmember s x"),
        "-ERR value is not an integer or out of range"
    );
    assert!(
        s.run("srandmember s -9223372036854775808")
            .starts_with("-ERR value is out of range, ")
    );
    assert_eq!(
        s.run("srandmember s -9223372036854775807"),
        "-ERR value is out of range"
    );
    assert_eq!(s.run("srandmember s 1 2"), "-ERR syntax error");
    assert_eq!(s.run("scard s"), ":3");
    assert!(s.told().is_empty());
}

#[test]
fn sinter_and_its_kin() {
    let mut s = session(&["sadd a 1 2 3 4", "sadd b 2 3 4 x", "sadd c 3 4 5"]);
    assert_eq!(s.run("sinter a b c"), "*2 $1 3 $1 4");
    assert_eq!(s.run("sinter a b none"), "*0");
    assert_eq!(s.run("sinter b b"), s.run("smembers b"));
    assert_eq!(s.run("sintercard 3 a b c"), ":2");
    assert_eq!(s.run("sintercard 2 a b limit 2"), ":2");
    assert_eq!(s.run("sintercard 2 a b LIMIT 0"), ":3");
    assert_eq!(s.run("sintercard 2 a none"), ":0");
    for numkeys in ["0", "-1", "x"] {
        let error = "-ERR numkeys should be greater than 0";
        assert_eq!(s.run(&format!("sintercard {numkeys} a")), error);
    }
    let error = "-ERR Number of keys can't be greater than number of args";
    assert_eq!(s.run("sintercard 2 a"), error);
    for line in [
        "sintercard 1 a limit",
        "sintercard 1 a most 2",
        "sintercard 1 a b",
    ] {
        assert_eq!(s.run(line), "-ERR syntax error", "{line}");
    }
    for line in ["sintercard 1 a limit -1", "sintercard 1 a limit x"] {
        assert_eq!(s.run(line), "-ERR LIMIT can't be negative", "{line}");
    }
    s.resp3();
    assert_eq!(s.run("sinter a b c"), "~2 $1 3 $1 4");
    assert_eq!(s.run("sinter a none"), "~0");
}

#[test]
fn sunion_and_sdiff() {
    let mut s = session(&["sadd a 1 2 3", "sadd b 3 x", "sadd c 1 x"]);
    assert_eq!(sorted(&s.run("sunion a b c none")), ["1", "2", "3", "x"]);
    assert_eq!(s.run("sunion none"), "*0");
    assert_eq!(sorted(&s.run("sdiff a b")), ["1", "2"]);
    assert_eq!(sorted(&s.run("sdiff a b c")), ["2"]);
    assert_eq!(s.run("sdiff a a"), "*0");
    assert_eq!(s.run("sdiff none a"), "*0");
    assert_eq!(sorted(&s.run("sdiff a none")), ["1", "2", "3"]);
}

#[test]
fn a_difference_is_the_same_both_ways() {
    let mut s = session(&["sadd small x1 x2 y"]);
    let many: Vec<String> = (0..300).map(|i| format!("x{i}")).collect();
    s.run(&format!("sadd large {}", many.join(" ")));
    assert_eq!(s.run("sdiff small large"), "*1 $1 y");
    // So many small ones that removing from a copy is cheaper.
    let rest = sorted(&s.run("sdiff large small small small small small"));
    assert_eq!(rest.len(), 298);
    assert_eq!(
        s.run("sdiffstore d large small small small small small"),
        ":298"
    );
    assert_eq!(sorted(&s.run("smembers d")), rest);
}

#[test]
fn stores_replace_the_destination() {
    let mut s = session(&["sadd a 1 2 3", "sadd b 3 x", "hset d f 1", "hset e f 1"]);
    assert_eq!(s.run("sinterstore d a b"), ":1");
    assert_eq!(encoding(&mut s, "d"), "intset");
    assert_eq!(s.run("sunionstore d a b"), ":4");
    assert_eq!(encoding(&mut s, "d"), "listpack");
    assert_eq!(s.run("sdiffstore d a b"), ":2");
    assert_eq!(encoding(&mut s, "d"), "intset");
    assert_eq!(s.run("sdiffstore a a b"), ":2");
    s.told();
    assert_eq!(s.run("sinterstore e none a"), ":0");
    assert!(!s.keyspace[0].exists(b"e"));
    assert_eq!(s.told(), ["sinterstore e none a"]);
    assert_eq!(s.run("sunionstore e none"), ":0");
    assert!(s.told().is_empty());
}

#[test]
fn sscan_goes_through_everything() {
    let members: Vec<String> = (0..1000).map(|i| format!("m{i}")).collect();
    let mut s = session(&[&format!("sadd s {}", members.join(" ")), "sadd few 1 2 x"]);
    let (mut cursor, mut seen) = ("0".to_string(), std::collections::BTreeSet::new());
    loop {
        let reply = s.run(&format!("sscan s {cursor} count 50"));
        let words: Vec<&str> = reply.split(' ').collect();
        cursor = words[2].to_string();
        let found: Vec<_> = words[4..]
            .iter()
            .skip(1)
            .step_by(2)
            .map(|w| w.to_string())
            .collect();
        assert!(found.len() < 200);
        seen.extend(found);
        if cursor == "0" {
            break;
        }
    }
    assert!(seen.len() == 1000);
    assert_eq!(s.run("sscan few 0"), "*2 $1 0 *3 $1 1 $1 2 $1 x");
    assert_eq!(s.run("sscan few 7 match [1x]"), "*2 $1 0 *2 $1 1 $1 x");
    assert_eq!(s.run("sscan none 0 nonsense"), "*2 $1 0 *0");
    assert_eq!(s.run("sscan none x"), "-ERR invalid cursor");
    for line in [
        "sscan few 0 count 0",
        "sscan few 0 match",
        "sscan few 0 type set",
    ] {
        assert_eq!(s.run(line), "-ERR syntax error", "{line}");
    }
    assert_eq!(
        s.run("sscan few 0 count x"),
        "-ERR value is not an integer or out of range"
    );
}

/// The last event of each key that a command changed.
fn events(session: &mut Session, line: &str) -> String {
    session.keyspace[0].journal_mut().enable(true);
    session.run(line);
    let changes = session.keyspace[0].journal_mut().take().unwrap();
    let names = changes
        .iter()
        .map(|(key, change)| format!("{}:{}", String::from_utf8_lossy(key), change.event));
    names.collect::<Vec<_>>().join(" ")
}

#[test]
fn events_are_those_of_redis() {
    let mut s = session(&[]);
    for (line, wanted) in [
        ("sadd s a b c", "s:sadd"),
        ("sadd s a", ""),
        ("srem s z", ""),
        ("srem s a", "s:srem"),
        ("srem s b c", "s:del"),
        ("sadd s a b c d", "s:sadd"),
        ("spop s", "s:spop"),
        ("spop s 0", ""),
        ("spop s 2", "s:spop"),
        ("spop s 9", "s:del"),
        ("sadd s a b", "s:sadd"),
        ("smove s d a", "d:sadd s:srem"),
        ("smove s s b", ""),
        ("smove s s z", ""),
        ("smove s d b", "d:sadd s:del"),
        ("sadd x b", "x:sadd"),
        ("smove x d b", "x:del"),
        ("sinterstore t d d", "t:sinterstore"),
        ("sinterstore t d none", "t:del"),
        ("sinterstore t d none", ""),
        ("sunionstore t d", "t:sunionstore"),
        ("sunionstore t none", "t:del"),
        ("sdiffstore t d", "t:sdiffstore"),
        ("sdiffstore t none", "t:del"),
    ] {
        assert_eq!(events(&mut s, line), wanted, "{line}");
    }
}
