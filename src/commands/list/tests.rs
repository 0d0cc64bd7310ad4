use crate::commands::testing::Session;

const WRONG_TYPE: &str = "-WRONGTYPE Operation against a key holding the wrong kind of value";
const NOT_AN_INTEGER: &str = "-ERR value is not an integer or out of range";

/// A session in which `l` holds a b c d e.
fn session() -> Session {
    let mut session = Session::new();
    session.run("RPUSH l a b c d e");
    session.keyspace[0].set_string(b"str", b"x");
    session.told();
    session
}

#[test]
fn push() {
    let mut session = Session::new();
    assert_eq!(session.run("LPUSHX l x"), ":0");
    assert_eq!(session.run("RPUSHX l x"), ":0");
    assert_eq!(session.run("LPUSH l b a"), ":2");
    assert_eq!(session.run("RPUSH l c d"), ":4");
    assert_eq!(session.run("LPUSHX l 0"), ":5");
    assert_eq!(session.run("RPUSHX l e"), ":6");
    assert_eq!(
        session.run("LRANGE l 0 -1"),
        "*6 $1 0 $1 a $1 b $1 c $1 d $1 e"
    );
    assert_eq!(session.told().len(), 4);
    session.keyspace[0].set_string(b"str", b"x");
    assert_eq!(session.run("RPUSH str x"), WRONG_TYPE);
    assert_eq!(session.run("LPUSHX str x"), WRONG_TYPE);
}

#[test]
fn pop() {
    let mut session = session();
    assert_eq!(session.run("LPOP l"), "$1 a");
    assert_eq!(session.run("RPOP l"), "$1 e");
    assert_eq!(session.run("LPOP l 0"), "*0");
    assert_eq!(session.run("RPOP l 2"), "*2 $1 d $1 c");
    assert_eq!(
        session.run("LPOP l -1"),
        "-ERR value is out of range, must be positive"
    );
    assert_eq!(
        session.run("LPOP l x"),
        "-ERR value is out of range, must be positive"
    );
    assert_eq!(
        session.run("LPOP l 1 2"),
        "-ERR wrong number of arguments for 'lpop' command"
    );
    assert_eq!(session.run("LPOP l 9223372036854775807"), "*1 $1 b");
    assert!(!session.keyspace[0].exists(b"l"));
    assert_eq!(session.run("LPOP l"), "$-1");
    assert_eq!(session.run("LPOP l 3"), "*-1");
    assert_eq!(session.run("RPOP str"), WRONG_TYPE);
}

#[test]
fn pop_from_the_first_list_that_has_any() {
    let mut session = session();
    assert_eq!(session.run("LMPOP 2 none l LEFT"), "*2 $1 l *1 $1 a");
    assert_eq!(session.told(), ["LPOP l 1"]);
    assert_eq!(
        session.run("LMPOP 1 l RIGHT COUNT 10"),
        "*2 $1 l *4 $1 e $1 d $1 c $1 b"
    );
    assert_eq!(session.told(), ["RPOP l 4"]);
    assert_eq!(session.run("LMPOP 1 l RIGHT"), "*-1");
    assert_eq!(session.told(), [""; 0]);
    assert_eq!(
        session.run("LMPOP 0 l LEFT"),
        "-ERR numkeys should be greater than 0"
    );
    assert_eq!(
        session.run("LMPOP 9223372036854775807 l LEFT"),
        "-ERR syntax error"
    );
    assert_eq!(
        session.run("LMPOP 1 l LEFT COUNT 0"),
        "-ERR count should be greater than 0"
    );
    assert_eq!(
        session.run("LMPOP 1 l LEFT COUNT 1 COUNT 1"),
        "-ERR syntax error"
    );
    assert_eq!(session.run("LMPOP 1 l LEFT COUNT"), "-ERR syntax error");
    assert_eq!(session.run("LMPOP 1 l MIDDLE"), "-ERR syntax error");
    assert_eq!(session.run("LMPOP 2 none str LEFT"), WRONG_TYPE);
    session.resp3();
    assert_eq!(session.run("LMPOP 1 none LEFT"), "_");
}

#[test]
fn read() {
    let mut session = session();
    assert_eq!(session.run("LLEN l"), ":5");
    assert_eq!(session.run("LLEN none"), ":0");
    assert_eq!(session.run("LLEN str"), WRONG_TYPE);
    assert_eq!(session.run("LINDEX l 0"), "$1 a");
    assert_eq!(session.run("LINDEX l -1"), "$1 e");
    assert_eq!(session.run("LINDEX l 5"), "$-1");
    assert_eq!(session.run("LINDEX l -9223372036854775808"), "$-1");
    assert_eq!(session.run("LINDEX l x"), NOT_AN_INTEGER);
    assert_eq!(session.run("LINDEX none x"), "$-1");
    assert_eq!(session.run("LRANGE l 1 2"), "*2 $1 b $1 c");
    assert_eq!(session.run("LRANGE l -2 100"), "*2 $1 d $1 e");
    assert_eq!(session.run("LRANGE l -100 0"), "*1 $1 a");
    assert_eq!(session.run("LRANGE l 3 2"), "*0");
    assert_eq!(session.run("LRANGE l 5 9"), "*0");
    assert_eq!(session.run("LRANGE none x 1"), NOT_AN_INTEGER);
    assert_eq!(session.run("LRANGE none 0 1"), "*0");
}

#[test]
fn positions() {
    let mut session = session();
    session.run("RPUSH l a c a");
    assert_eq!(session.run("LPOS l a"), ":0");
    assert_eq!(session.run("LPOS l a RANK 2"), ":5");
    assert_eq!(session.run("LPOS l a RANK -1"), ":7");
    assert_eq!(session.run("LPOS l a RANK 4"), "$-1");
    assert_eq!(session.run("LPOS l a COUNT 0"), "*3 :0 :5 :7");
    assert_eq!(session.run("LPOS l a RANK -2 COUNT 9"), "*2 :5 :0");
    assert_eq!(session.run("LPOS l a COUNT 0 MAXLEN 6"), "*2 :0 :5");
    assert_eq!(session.run("LPOS l a RANK -1 COUNT 0 MAXLEN 1"), "*1 :7");
    assert_eq!(session.run("LPOS none a"), "$-1");
    assert_eq!(session.run("LPOS none a COUNT 1"), "*0");
    assert!(
        session
            .run("LPOS l a RANK 0")
            .starts_with("-ERR RANK can't be zero: use 1 to")
    );
    assert!(
        session
            .run("LPOS l a RANK -9223372036854775808")
            .starts_with("-ERR value is out")
    );
    assert_eq!(
        session.run("LPOS l a COUNT -1"),
        "-ERR COUNT can't be negative"
    );
    assert_eq!(
        session.run("LPOS l a MAXLEN x"),
        "-ERR MAXLEN can't be negative"
    );
    assert_eq!(session.run("LPOS l a FIRST 1"), "-ERR syntax error");
    assert_eq!(session.run("LPOS l a RANK"), "-ERR syntax error");
}

#[test]
fn edit() {
    let mut session = session();
    assert_eq!(session.run("LSET l -1 E"), "+OK");
    assert_eq!(session.run("LSET l 5 x"), "-ERR index out of range");
    assert_eq!(session.run("LSET none x x"), "-ERR no such key");
    assert_eq!(session.run("LSET l x x"), NOT_AN_INTEGER);
    assert_eq!(session.run("LINSERT l BEFORE a 0"), ":6");
    assert_eq!(session.run("LINSERT l after E f"), ":7");
    assert_eq!(session.run("LINSERT l after z f"), ":-1");
    assert_eq!(session.run("LINSERT none after z f"), ":0");
    assert_eq!(session.run("LINSERT none beside z f"), "-ERR syntax error");
    assert_eq!(session.told().len(), 3);
    assert_eq!(session.run("LTRIM l 1 -2"), "+OK");
    assert_eq!(session.run("LRANGE l 0 -1"), "*5 $1 a $1 b $1 c $1 d $1 E");
    assert_eq!(session.told().len(), 1);
    assert_eq!(session.run("LTRIM l 0 -1"), "+OK");
    assert_eq!(session.told().len(), 0);
    assert_eq!(session.run("LTRIM l 3 2"), "+OK");
    assert!(!session.keyspace[0].exists(b"l"));
    assert_eq!(session.run("LTRIM l x 2"), NOT_AN_INTEGER);
}

#[test]
fn remove_equal() {
    let mut session = session();
    session.run("RPUSH l a a 1 a");
    assert_eq!(session.run("LREM l 1 a"), ":1");
    assert_eq!(session.run("LREM l -1 a"), ":1");
    assert_eq!(
        session.run("LRANGE l 0 -1"),
        "*7 $1 b $1 c $1 d $1 e $1 a $1 a $1 1"
    );
    assert_eq!(session.run("LREM l 0 a"), ":2");
    assert_eq!(session.run("LREM l 0 1"), ":1");
    assert_eq!(session.run("LREM none 0 a"), ":0");
    assert_eq!(session.run("LREM l x a"), NOT_AN_INTEGER);
    assert_eq!(session.run("LREM l -9223372036854775808 zz"), ":0");
    for element in ["b", "c", "d", "e"] {
        assert_eq!(session.run(&format!("LREM l 0 {element}")), ":1");
    }
    assert!(!session.keyspace[0].exists(b"l"));
}

#[test]
fn movement() {
    let mut session = session();
    assert_eq!(session.run("LMOVE l m RIGHT LEFT"), "$1 e");
    assert_eq!(session.run("RPOPLPUSH l m"), "$1 d");
    assert_eq!(session.run("LMOVE l m left right"), "$1 a");
    assert_eq!(session.run("LRANGE m 0 -1"), "*3 $1 d $1 e $1 a");
    assert_eq!(session.run("LMOVE m m LEFT RIGHT"), "$1 d");
    assert_eq!(session.run("LRANGE m 0 -1"), "*3 $1 e $1 a $1 d");
    assert_eq!(session.told().len(), 4);
    assert_eq!(session.run("LMOVE none m LEFT LEFT"), "$-1");
    assert_eq!(session.run("LMOVE none str LEFT LEFT"), "$-1");
    assert_eq!(session.run("LMOVE l str LEFT LEFT"), WRONG_TYPE);
    assert_eq!(session.run("LMOVE l m UP LEFT"), "-ERR syntax error");
    session.run("LPOP l");
    assert_eq!(session.run("RPOPLPUSH l l"), "$1 c");
    assert_eq!(session.run("RPOPLPUSH l m"), "$1 c");
    assert!(!session.keyspace[0].exists(b"l"));
}
