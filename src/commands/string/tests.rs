use crate::commands::testing::Session;

/// Runs each command and compares its reply.
fn check(session: &mut Session, exchanges: &[(&str, &str)]) {
    for (command, reply) in exchanges {
        assert_eq!(session.run(command), *reply, "{command}");
    }
}

fn encoding(session: &mut Session, key: &str) -> &'static str {
    let database = &mut session.keyspace[0];
    database
        .read(key.as_bytes())
        .expect("the key exists")
        .encoding()
}

const WRONG_TYPE: &str = "-WRONGTYPE Operation against a key holding the wrong kind of value";
const NOT_AN_INTEGER: &str = "-ERR value is not an integer or out of range";

fn session_with_a_list() -> Session {
    let mut session = Session::new();
    let list = crate::types::list::List::new();
    session.keyspace[0].set_value(b"list", list);
    session
}

#[test]
fn set_stores_under_conditions() {
    let mut session = session_with_a_list();
    check(
        &mut session,
        &[
            ("set k v xx", "$-1"),
            ("set k v nx", "+OK"),
            ("set k w nx", "$-1"),
            ("set k w nx get", "$1 v"),
            ("set k w get xx", "$1 v"),
            ("get k", "$1 w"),
            ("set fresh v get", "$-1"),
            ("set k v nx xx", "-ERR syntax error"),
            ("set k v ex 10 px 20", "-ERR syntax error"),
            ("set k v keepttl ex 10", "-ERR syntax error"),
            ("set k v ex", "-ERR syntax error"),
            ("set k v persist", "-ERR syntax error"),
            ("set k v ex a", NOT_AN_INTEGER),
            ("set k v ex 0", "-ERR invalid expire time in 'set' command"),
            ("set k v px 9223372036854775807", "+OK"),
            ("set k v ex 9223372036854775", "+OK"),
            (
                "set k v ex 9223372036854776",
                "-ERR invalid expire time in 'set' command",
            ),
            (
                "set list v get ex 0",
                "-ERR invalid expire time in 'set' command",
            ),
            ("set list v get", WRONG_TYPE),
            ("set list v", "+OK"),
            ("get list", "$1 v"),
        ],
    );
}

#[test]
fn set_and_the_expiry_time() {
    let mut session = Session::new();
    let at = |session: &mut Session| session.keyspace[0].expire_at(b"k");
    session.run("set k v ex 10 ex 20");
    assert_eq!(at(&mut session), Some(20_000));
    session.run("set k w keepttl");
    assert_eq!(at(&mut session), Some(20_000));
    session.run("set k longer-than-before keepttl");
    assert_eq!(at(&mut session), Some(20_000));
    session.run("set k v");
    assert_eq!(at(&mut session), None);
    session.run("set k v pxat 500");
    assert_eq!(at(&mut session), Some(500));
    session.run("set k v exat 7");
    assert_eq!(at(&mut session), Some(7_000));
    session.run("getset k w");
    assert_eq!(at(&mut session), None);
    session.run("setex k 3 v");
    assert_eq!(at(&mut session), Some(3_000));
    session.run("psetex k 3 v");
    assert_eq!(at(&mut session), Some(3));
    session.run("mset k v");
    assert_eq!(at(&mut session), None);
    check(
        &mut session,
        &[
            ("setex k 0 v", "-ERR invalid expire time in 'setex' command"),
            (
                "psetex k -1 v",
                "-ERR invalid expire time in 'psetex' command",
            ),
            ("setex k a v", NOT_AN_INTEGER),
        ],
    );
}

#[test]
fn replicas_are_told_what_gives_the_same_again() {
    let mut session = Session::new();
    for (command, told) in [
        ("set k v ex 10", "SET k v PXAT 10000"),
        ("set k v px 10 get", "SET k v PXAT 10"),
        ("set k v get xx", "set k v xx"),
        ("set k v", "set k v"),
        ("setex k 3 v", "SET k v PXAT 3000"),
        ("getset k w", "SET k w"),
        ("getex k ex 5", "PEXPIREAT k 5000"),
        ("getex k persist", "PERSIST k"),
        ("getex k exat 9", "PEXPIREAT k 9000"),
        ("getdel k", "DEL k"),
        ("incrbyfloat n 1.5", "SET n 1.5 KEEPTTL"),
        ("incr i", "incr i"),
        ("setnx i 1", ""),
        ("getex i", ""),
        ("getdel none", ""),
        ("set i 1 xx", "set i 1 xx"),
        ("set i 1 nx", ""),
    ] {
        session.run(command);
        assert_eq!(session.told().join(";"), told, "{command}");
    }
}

#[test]
fn encodings_are_those_of_a_real_server() {
    let mut session = Session::new();
    let long = "x".repeat(45);
    for (command, expected) in [
        ("set k 12", "int"),
        ("set k 012", "embstr"),
        ("set k 12345678901234567890", "embstr"),
        (&format!("set k {long}"), "raw"),
        (&format!("set k {}", &long[..44]), "embstr"),
        ("append k y", "raw"),
        ("set k 5", "int"),
        ("incrbyfloat k 1", "embstr"),
        ("incr k", "int"),
        ("setrange k 0 9", "raw"),
        ("incr k", "int"),
        ("append k 1", "raw"),
        ("getset k 3", "int"),
        ("getdel k", ""),
        ("append k 12", "int"),
        ("getdel k", ""),
        ("setrange k 0 12", "raw"),
    ] {
        session.run(command);
        if !expected.is_empty() {
            assert_eq!(encoding(&mut session, "k"), expected, "{command}");
        }
    }
}

#[test]
fn getex_changes_when_a_key_expires() {
    let mut session = session_with_a_list();
    session.run("set k v");
    check(
        &mut session,
        &[
            ("getex none ex 0", "$-1"),
            ("getex list ex 0", WRONG_TYPE),
            ("getex list foo", "-ERR syntax error"),
            ("getex k keepttl", "-ERR syntax error"),
            ("getex k persist ex 10", "-ERR syntax error"),
            ("getex k ex 10 persist", "-ERR syntax error"),
            (
                "getex k ex 0",
                "-ERR invalid expire time in 'getex' command",
            ),
            ("getex k px 70", "$1 v"),
        ],
    );
    assert_eq!(session.keyspace[0].expire_at(b"k"), Some(70));
    session.run("getex k persist");
    assert_eq!(session.keyspace[0].expire_at(b"k"), None);
    let clock = session.keyspace[0].clock();
    session.keyspace.set_now(10_000, clock);
    session.told();
    check(
        &mut session,
        &[("getex k exat 9", "$1 v"), ("get k", "$-1")],
    );
    assert_eq!(session.told(), ["DEL k"]);
}

#[test]
fn several_keys_at_once() {
    let mut session = session_with_a_list();
    check(
        &mut session,
        &[
            ("mset a 1 b 2 a 3", "+OK"),
            ("mget a list b none", "*4 $1 3 $-1 $1 2 $-1"),
            (
                "mset a 1 b",
                "-ERR wrong number of arguments for 'mset' command",
            ),
            (
                "msetnx a 1 b",
                "-ERR wrong number of arguments for 'msetnx' command",
            ),
            ("msetnx c 1 a 2", ":0"),
            ("get c", "$-1"),
            ("msetnx c 1 d 2 c 3", ":1"),
            ("get c", "$1 3"),
            ("setnx c 1", ":0"),
            ("setnx e 1", ":1"),
        ],
    );
    let dirty = session.keyspace.dirty();
    session.run("mset x 1 y 2");
    assert_eq!(session.keyspace.dirty(), dirty + 2);
}

#[test]
fn parts_of_strings() {
    let mut session = session_with_a_list();
    check(
        &mut session,
        &[
            ("set k Hello", "+OK"),
            ("getrange k 1 3", "$3 ell"),
            ("getrange k -3 -1", "$3 llo"),
            ("getrange k -100 100", "$5 Hello"),
            ("getrange k 0 -100", "$1 H"),
            ("getrange k -5 -6", "$0"),
            ("getrange k 9223372036854775807 -9223372036854775808", "$0"),
            ("getrange none a b", NOT_AN_INTEGER),
            ("getrange none 0 -1", "$0"),
            ("substr k 0 0", "$1 H"),
            ("strlen k", ":5"),
            ("strlen none", ":0"),
            ("strlen list", WRONG_TYPE),
            ("append k -World", ":11"),
            ("append list x", WRONG_TYPE),
            ("setrange k 5 _", ":11"),
            ("get k", "$11 Hello_World"),
            ("setrange k -1 x", "-ERR offset is out of range"),
            ("setrange k a x", NOT_AN_INTEGER),
            (
                "setrange k 536870912 x",
                "-ERR string exceeds maximum allowed size (proto-max-bulk-len)",
            ),
            (
                "setrange none 9223372036854775807 x",
                "-ERR string exceeds maximum allowed size (proto-max-bulk-len)",
            ),
            ("setrange padded 2 x", ":3"),
            ("get padded", "$3 \0\0x"),
            ("set number 12345", "+OK"),
            ("strlen number", ":5"),
            ("getrange number 1 2", "$2 23"),
        ],
    );
    assert_eq!(
        session.run_args(&[b"setrange", b"none", b"99999999999", b""]),
        b":0\r\n"
    );
    assert!(!session.keyspace[0].exists(b"none"));
    assert_eq!(
        session.run_args(&[b"getrange", b"k", b"0", b"-100"]),
        b"$1\r\nH\r\n"
    );
    session.instance.config.proto_max_bulk_len = 12;
    check(
        &mut session,
        &[
            ("append k !", ":12"),
            (
                "append k !",
                "-ERR string exceeds maximum allowed size (proto-max-bulk-len)",
            ),
        ],
    );
}

#[test]
fn counting() {
    let mut session = session_with_a_list();
    check(
        &mut session,
        &[
            ("incr n", ":1"),
            ("decr n", ":0"),
            ("incrby n 9223372036854775807", ":9223372036854775807"),
            ("incr n", "-ERR increment or decrement would overflow"),
            (
                "decrby n -9223372036854775808",
                "-ERR decrement would overflow",
            ),
            ("decrby n 7", ":9223372036854775800"),
            ("incrby n 1.5", NOT_AN_INTEGER),
            ("set text x1", "+OK"),
            ("incr text", NOT_AN_INTEGER),
            ("incr list", WRONG_TYPE),
            ("incrbyfloat f 0.1", "$3 0.1"),
            ("incrbyfloat f 0.2", "$3 0.3"),
            ("incrbyfloat f -0.3", "$1 0"),
            (
                "incrbyfloat f inf",
                "-ERR increment would produce NaN or Infinity",
            ),
            ("incrbyfloat f nan", "-ERR value is not a valid float"),
            ("incrbyfloat text 1", "-ERR value is not a valid float"),
            ("incrbyfloat list 1", WRONG_TYPE),
            ("incrbyfloat n 1", "$19 9223372036854775801"),
        ],
    );
    session.run("set e 1 px 5000");
    session.run("incr e");
    session.run("incrbyfloat e 1.5");
    assert_eq!(session.keyspace[0].expire_at(b"e"), Some(5_000));
}

#[test]
fn deleting_and_replacing_reads() {
    let mut session = session_with_a_list();
    check(
        &mut session,
        &[
            ("getset k 1", "$-1"),
            ("getset k 2", "$1 1"),
            ("getset list 2", WRONG_TYPE),
            ("getdel list", WRONG_TYPE),
            ("getdel k", "$1 2"),
            ("getdel k", "$-1"),
            ("get list", WRONG_TYPE),
        ],
    );
}

#[test]
fn longest_common_subsequence() {
    let mut session = session_with_a_list();
    session.run("mset a ohmytext b mynewtext");
    check(
        &mut session,
        &[
            ("lcs a b", "$6 mytext"),
            ("lcs a b len", ":6"),
            (
                "lcs a b idx",
                "*4 $7 matches *2 *2 *2 :4 :7 *2 :5 :8 *2 *2 :2 :3 *2 :0 :1 $3 len :6",
            ),
            (
                "lcs a b idx minmatchlen 4 withmatchlen",
                "*4 $7 matches *1 *3 *2 :4 :7 *2 :5 :8 :4 $3 len :6",
            ),
            ("lcs a none", "$0"),
            ("lcs a none idx", "*4 $7 matches *0 $3 len :0"),
            (
                "lcs a b idx minmatchlen -3",
                "*4 $7 matches *2 *2 *2 :4 :7 *2 :5 :8 *2 *2 :2 :3 *2 :0 :1 $3 len :6",
            ),
            (
                "lcs a list foo",
                "-ERR The specified keys must contain string values",
            ),
            ("lcs a b foo", "-ERR syntax error"),
            ("lcs a b minmatchlen", "-ERR syntax error"),
            ("lcs a b minmatchlen x", NOT_AN_INTEGER),
            (
                "lcs a b len idx",
                "-ERR If you want both the length and indexes, please just use IDX.",
            ),
        ],
    );
    session.instance.config.proto_max_bulk_len = 100;
    check(
        &mut session,
        &[(
            "lcs a b",
            "-ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len",
        )],
    );
    session.resp3();
    session.instance.config.proto_max_bulk_len = 1 << 20;
    check(
        &mut session,
        &[("lcs a none idx", "%2 $7 matches *0 $3 len :0")],
    );
}
