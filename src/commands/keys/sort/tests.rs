use crate::commands::testing::Session;

fn session() -> Session {
    let mut session = Session::new();
    session.run("RPUSH l 3 1 10 2");
    for (key, weight) in [("1", "9"), ("2", "8"), ("3", "7")] {
        session.keyspace[0].set_string(format!("w_{key}").as_bytes(), weight.as_bytes());
    }
    session.told();
    session
}

const NO_DOUBLE: &str = "-ERR One or more scores can't be converted into double";

#[test]
fn orders() {
    let mut session = session();
    assert_eq!(session.run("SORT l"), "*4 $1 1 $1 2 $1 3 $2 10");
    assert_eq!(session.run("SORT_RO l DESC"), "*4 $2 10 $1 3 $1 2 $1 1");
    assert_eq!(session.run("SORT l ALPHA"), "*4 $1 1 $2 10 $1 2 $1 3");
    assert_eq!(session.run("SORT l LIMIT 1 2"), "*2 $1 2 $1 3");
    assert_eq!(session.run("SORT l LIMIT -5 1"), "*1 $1 1");
    assert_eq!(session.run("SORT l LIMIT 4 1"), "*0");
    assert_eq!(session.run("SORT l LIMIT 2 -1"), "*2 $1 3 $2 10");
    assert_eq!(session.run("SORT l LIMIT 2 0"), "*0");
    assert_eq!(session.run("SORT none"), "*0");
}

#[test]
fn patterns() {
    let mut session = session();
    // 10 has no weight, which counts as 0.
    assert_eq!(session.run("SORT l BY w_*"), "*4 $2 10 $1 3 $1 2 $1 1");
    assert_eq!(
        session.run("SORT l BY w_* LIMIT 0 2 GET # GET w_*"),
        "*4 $2 10 $-1 $1 3 $1 7"
    );
    assert_eq!(
        session.run("SORT l BY w_* ALPHA"),
        "*4 $2 10 $1 3 $1 2 $1 1"
    );
    assert_eq!(session.run("SORT l BY nosort"), "*4 $1 3 $1 1 $2 10 $1 2");
    assert_eq!(
        session.run("SORT l BY nosort DESC LIMIT 1 2"),
        "*2 $2 10 $1 1"
    );
    assert_eq!(session.run("SORT l GET constant LIMIT 0 1"), "*1 $-1");
    session.keyspace[0].set_string(b"w_10", b"heavy");
    assert_eq!(session.run("SORT l BY w_*"), NO_DOUBLE);
}

#[test]
fn numbers_as_strtod_reads_them() {
    let mut session = Session::new();
    session.run_args(&[b"RPUSH", b"l", b"0x10", b" 5", b"inf", b"-inf", b"1e3", b""]);
    assert_eq!(session.run("SORT l GET none"), "*6 $-1 $-1 $-1 $-1 $-1 $-1");
    for bad in [&b"nan"[..], b"x", b"5 ", b"1e400", b"1e-400"] {
        session.run_args(&[b"RPUSH", b"bad", bad]);
        assert_eq!(session.run("SORT bad"), NO_DOUBLE);
        session.run("LPOP bad");
    }
}

#[test]
fn store() {
    let mut session = session();
    assert_eq!(session.run("SORT l BY w_* GET w_* STORE d"), ":4");
    assert_eq!(session.run("LRANGE d 0 -1"), "*4 $0  $1 7 $1 8 $1 9");
    assert_eq!(session.run("SORT l STORE l"), ":4");
    assert_eq!(session.run("LRANGE l 0 -1"), "*4 $1 1 $1 2 $1 3 $2 10");
    assert_eq!(session.told().len(), 2);
    assert_eq!(session.run("SORT none STORE d"), ":0");
    assert!(!session.keyspace[0].exists(b"d"));
    assert_eq!(session.told().len(), 1);
    assert_eq!(session.run("SORT none STORE d"), ":0");
    assert_eq!(session.told().len(), 0);
}

#[test]
fn refusals() {
    let mut session = session();
    for line in [
        "SORT l BY",
        "SORT l GET",
        "SORT l LIMIT 1",
        "SORT l STORE",
        "SORT l UP",
        "SORT_RO l STORE d",
    ] {
        assert_eq!(session.run(line), "-ERR syntax error", "{line}");
    }
    let not_an_integer = "-ERR value is not an integer or out of range";
    assert_eq!(session.run("SORT l LIMIT x 1"), not_an_integer);
    let wrong_type = "-WRONGTYPE Operation against a key holding the wrong kind of value";
    assert_eq!(session.run("SORT w_1"), wrong_type);
}
