use crate::commands::testing::Session;

fn session(lines: &[&str]) -> Session {
    let mut session = Session::new();
    for line in lines {
        session.run(line);
    }
    session.told();
    session
}

fn encoding(session: &mut Session, key: &str) -> &'static str {
    session.keyspace[0]
        .read_hash(key.as_bytes())
        .unwrap()
        .unwrap()
        .encoding()
}

#[test]
fn hset_hget_hdel() {
    let mut s = session(&[]);
    assert_eq!(s.run("hset h a 1 b x a 2"), ":2");
    assert_eq!(s.told(), ["hset h a 1 b x a 2"]);
    assert_eq!(s.run("hset h a 2"), ":0");
    assert_eq!(s.run("hget h a"), "$1 2");
    assert_eq!(s.run("hget h z"), "$-1");
    assert_eq!(s.run("hget none a"), "$-1");
    assert_eq!(s.run("hlen h"), ":2");
    assert_eq!(s.run("hdel h a z"), ":1");
    assert_eq!(s.run("hdel h z"), ":0");
    assert_eq!(s.run("hdel h b"), ":1");
    assert!(!s.keyspace[0].exists(b"h"));
    assert_eq!(s.run("hdel h b"), ":0");
    assert_eq!(s.run("hlen h"), ":0");
    s.resp3();
    assert_eq!(s.run("hget h z"), "_");
}

#[test]
fn odd_arguments_are_refused_before_anything_else() {
    let mut s = session(&["sadd text 1"]);
    let error = |name| format!("-ERR wrong number of arguments for '{name}' command");
    assert_eq!(s.run("hset h a 1 b"), error("hset"));
    assert_eq!(s.run("hset text a 1 b"), error("hset"));
    assert_eq!(s.run("hmset h a 1 b"), error("hmset"));
    assert!(!s.keyspace[0].exists(b"h"));
}

#[test]
fn hmset_hsetnx_hmget() {
    let mut s = session(&[]);
    assert_eq!(s.run("hmset h a 1 b 2"), "+OK");
    assert_eq!(s.run("hsetnx h a 9"), ":0");
    assert_eq!(s.run("hsetnx h c 3"), ":1");
    assert_eq!(s.run("hmget h a z c"), "*3 $1 1 $-1 $1 3");
    assert_eq!(s.run("hmget none a"), "*1 $-1");
    assert_eq!(s.told(), ["hmset h a 1 b 2", "hsetnx h c 3"]);
}

#[test]
fn hexists_hstrlen() {
    let mut s = session(&["hset h a 12345 b text"]);
    assert_eq!(s.run("hexists h a"), ":1");
    assert_eq!(s.run("hexists h z"), ":0");
    assert_eq!(s.run("hexists none z"), ":0");
    assert_eq!(s.run("hstrlen h a"), ":5");
    assert_eq!(s.run("hstrlen h b"), ":4");
    assert_eq!(s.run("hstrlen h z"), ":0");
    assert_eq!(s.run("hstrlen none z"), ":0");
}

#[test]
fn hkeys_hvals_hgetall() {
    let mut s = session(&["hset h a 1 b 2"]);
    assert_eq!(s.run("hkeys h"), "*2 $1 a $1 b");
    assert_eq!(s.run("hvals h"), "*2 $1 1 $1 2");
    assert_eq!(s.run("hgetall h"), "*4 $1 a $1 1 $1 b $1 2");
    assert_eq!(s.run("hgetall none"), "*0");
    s.resp3();
    assert_eq!(s.run("hkeys h"), "*2 $1 a $1 b");
    assert_eq!(s.run("hvals none"), "*0");
    assert_eq!(s.run("hgetall h"), "%2 $1 a $1 1 $1 b $1 2");
    assert_eq!(s.run("hgetall none"), "%0");
}

#[test]
fn hincrby_adds() {
    let mut s = session(&["hset h a 5 text x big 9223372036854775807 padded 01"]);
    assert_eq!(s.run("hincrby h a 3"), ":8");
    assert_eq!(s.run("hincrby h new -2"), ":-2");
    assert_eq!(s.run("hincrby none new 1"), ":1");
    assert_eq!(
        s.run("hincrby h text 1"),
        "-ERR hash value is not an integer"
    );
    assert_eq!(
        s.run("hincrby h padded 1"),
        "-ERR hash value is not an integer"
    );
    assert_eq!(
        s.run("hincrby h a 1.5"),
        "-ERR value is not an integer or out of range"
    );
    assert_eq!(
        s.run("hincrby h big 1"),
        "-ERR increment or decrement would overflow"
    );
    assert_eq!(s.run("hget h a"), "$1 8");
    assert_eq!(
        s.told(),
        ["hincrby h a 3", "hincrby h new -2", "hincrby none new 1"]
    );
}

#[test]
fn hincrbyfloat_is_told_by_its_result() {
    let mut s = session(&["hset h a 0.1 text x n 3"]);
    assert_eq!(s.run("hincrbyfloat h a 0.2"), "$3 0.3");
    assert_eq!(s.run("hincrbyfloat h n 1.5e1"), "$2 18");
    assert_eq!(s.run("hincrbyfloat none f -0.5"), "$4 -0.5");
    assert_eq!(
        s.told(),
        ["HSET h a 0.3", "HSET h n 18", "HSET none f -0.5"]
    );
    assert_eq!(
        s.run("hincrbyfloat h text 1"),
        "-ERR hash value is not a float"
    );
    assert_eq!(
        s.run("hincrbyfloat h a x"),
        "-ERR value is not a valid float"
    );
    assert_eq!(
        s.run("hincrbyfloat h a nan"),
        "-ERR value is not a valid float"
    );
    assert_eq!(
        s.run("hincrbyfloat h a inf"),
        "-ERR value is NaN or Infinity"
    );
    s.run("hset h inf inf");
    let error = "-ERR increment would produce NaN or Infinity";
    assert_eq!(s.run("hincrbyfloat h inf 1"), error);
}

#[test]
fn encodings_follow_the_configuration() {
    let mut s = session(&["hset h a 1"]);
    assert_eq!(encoding(&mut s, "h"), "listpack");
    s.run(&format!("hset h long {}", "x".repeat(65)));
    assert_eq!(encoding(&mut s, "h"), "hashtable");
    s.instance.config.hash_max_listpack_entries = 2;
    s.run("hset small a 1 b 2");
    assert_eq!(encoding(&mut s, "small"), "listpack");
    s.run("hincrby small c 1");
    assert_eq!(encoding(&mut s, "small"), "hashtable");
    s.run("hset dup a 1 a 2 a 3");
    assert_eq!(encoding(&mut s, "dup"), "hashtable");
}

#[test]
fn hrandfield_in_all_its_forms() {
    let mut s = session(&["hset h a 1 b 2 c 3"]);
    assert!(["$1 a", "$1 b", "$1 c"].contains(&&*s.run("hrandfield h")));
    assert_eq!(s.run("hrandfield none"), "$-1");
    assert_eq!(s.run("hrandfield none 2"), "*0");
    assert_eq!(s.run("hrandfield h 0 withvalues"), "*0");
    assert_eq!(s.run("hrandfield h 5"), "*3 $1 a $1 b $1 c");
    assert_eq!(
        s.run("hrandfield h 5 WITHVALUES"),
        "*6 $1 a $1 1 $1 b $1 2 $1 c $1 3"
    );
    assert!(s.run("hrandfield h 2").starts_with("*2 "));
    assert!(s.run("hrandfield h -8").starts_with("*8 "));
    assert!(s.run("hrandfield h -8 withvalues").starts_with("*16 "));
    assert_eq!(
        s.run("hrandfield h x"),
        "-ERR value is not an integer or out of range"
    );
    assert_eq!(s.run("hrandfield h 1 values"), "-ERR syntax error");
    assert_eq!(s.run("hrandfield h 1 withvalues x"), "-ERR syntax error");
    let out_of_range = "-ERR value is out of range";
    assert_eq!(
        s.run("hrandfield h 4611686018427387904 withvalues"),
        out_of_range
    );
    assert_eq!(s.run("hrandfield h -9223372036854775807"), out_of_range);
    s.resp3();
    assert_eq!(
        s.run("hrandfield h 9 withvalues"),
        "*3 *2 $1 a $1 1 *2 $1 b $1 2 *2 $1 c $1 3"
    );
    assert_eq!(s.run("hrandfield none"), "_");
}

#[test]
fn hscan_goes_through_everything() {
    let mut s = session(&["hset few a 1 b 2"]);
    for i in 0..600 {
        s.run(&format!("hset h f{i} {i}"));
    }
    let (mut cursor, mut seen) = ("0".to_string(), std::collections::BTreeSet::new());
    loop {
        let reply = s.run(&format!("hscan h {cursor}"));
        let words: Vec<&str> = reply.split(' ').collect();
        cursor = words[2].to_string();
        for pair in words[4..].chunks(4) {
            assert_eq!(pair[1].strip_prefix('f'), Some(pair[3]));
            seen.insert(pair[3].to_string());
        }
        if cursor == "0" {
            break;
        }
    }
    assert_eq!(seen.len(), 600);
    assert_eq!(s.run("hscan few 0"), "*2 $1 0 *4 $1 a $1 1 $1 b $1 2");
    assert_eq!(s.run("hscan few 0 match b count 1"), "*2 $1 0 *2 $1 b $1 2");
    assert_eq!(s.run("hscan none 0"), "*2 $1 0 *0");
    assert_eq!(s.run("hscan few x"), "-ERR invalid cursor");
    assert_eq!(s.run("hscan few 0 novalues"), "-ERR syntax error");
}

#[test]
fn wrong_types_are_refused() {
    let mut s = session(&["sadd text 1"]);
    for line in [
        "hset text a 1",
        "hmset text a 1",
        "hsetnx text a 1",
        "hget text a",
        "hmget text a",
        "hdel text a",
        "hlen text",
        "hstrlen text a",
        "hexists text a",
        "hkeys text",
        "hvals text",
        "hgetall text",
        "hincrby text a 1",
        "hincrbyfloat text a 1",
        "hrandfield text",
        "hrandfield text 1",
        "hscan text 0 wrong",
    ] {
        assert!(s.run(line).starts_with("-WRONGTYPE"), "{line}");
    }
    assert!(s.told().is_empty());
}

#[test]
fn events_are_those_of_redis() {
    let mut s = session(&[]);
    for (line, wanted) in [
        ("hset h a 1 b 2", Some("hset")),
        ("hset h a 1", Some("hset")),
        ("hmset h a 2", Some("hset")),
        ("hsetnx h a 1", None),
        ("hsetnx h q 1", Some("hset")),
        ("hincrby h a 0", Some("hincrby")),
        ("hincrbyfloat h a 1", Some("hincrbyfloat")),
        ("hdel h z", None),
        ("hdel h a z", Some("hdel")),
        ("hdel h b q", Some("del")),
    ] {
        s.keyspace[0].journal_mut().enable(true);
        s.run(line);
        let changes = s.keyspace[0].journal_mut().take().unwrap();
        assert_eq!(
            changes.values().next().map(|change| change.event),
            wanted,
            "{line}"
        );
    }
}
