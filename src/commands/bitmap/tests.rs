use crate::commands::testing::Session;

fn check(session: &mut Session, exchanges: &[(&str, &str)]) {
    for (command, reply) in exchanges {
        assert_eq!(session.run(command), *reply, "{command}");
    }
}

const WRONG_TYPE: &str = "-WRONGTYPE Operation against a key holding the wrong kind of value";
const NOT_AN_INTEGER: &str = "-ERR value is not an integer or out of range";
const NOT_AN_OFFSET: &str = "-ERR bit offset is not an integer or out of range";

fn session_with_a_list() -> Session {
    let mut session = Session::new();
    session.keyspace[0].set_value(b"list", crate::types::list::List::new());
    session
}

#[test]
fn single_bits() {
    let mut session = session_with_a_list();
    check(
        &mut session,
        &[
            ("setbit k 7 1", ":0"),
            ("setbit k 7 1", ":1"),
            ("setbit k 0 1", ":0"),
            ("getbit k 7", ":1"),
            ("getbit k 100", ":0"),
            ("getbit none 0", ":0"),
            ("setbit k 1 2", "-ERR bit is not an integer or out of range"),
            (
                "setbit k 1 -1",
                "-ERR bit is not an integer or out of range",
            ),
            ("setbit k a 1", NOT_AN_OFFSET),
            ("setbit k -1 1", NOT_AN_OFFSET),
            ("setbit k #1 1", NOT_AN_OFFSET),
            ("getbit k 4294967296", NOT_AN_OFFSET),
            ("getbit k 4294967295", ":0"),
            ("setbit list 1 1", WRONG_TYPE),
            ("getbit list 1", WRONG_TYPE),
            ("set n 1", "+OK"),
            ("setbit n 6 1", ":0"),
            ("get n", "$1 3"),
        ],
    );
    assert_eq!(session.run_args(&[b"get", b"k"]), b"$1\r\n\x81\r\n");
}

#[test]
fn a_bit_that_stays_is_no_change_unless_the_string_grows() {
    let mut session = Session::new();
    for (command, changes) in [
        ("setbit k 0 0", 1),
        ("setbit k 1 0", 0),
        ("setbit k 8 0", 1),
        ("setbit k 8 1", 1),
        ("setbit k 8 1", 0),
        ("bitfield k set u8 0 0", 0),
        ("bitfield k set u8 0 5 set u8 0 5", 1),
        ("bitfield k set u8 40 0 get u8 0 incrby u8 0 0", 2),
        ("bitfield k overflow fail set u8 0 300", 0),
        ("bitfield fresh overflow fail set u8 0 300", 1),
    ] {
        let before = session.keyspace.dirty();
        session.run(command);
        assert_eq!(session.keyspace.dirty() - before, changes, "{command}");
    }
    assert!(session.keyspace[0].exists(b"fresh"));
}

#[test]
fn counting_bits() {
    let mut session = session_with_a_list();
    check(
        &mut session,
        &[
            ("set k foobar", "+OK"),
            ("bitcount k", ":26"),
            ("bitcount k 0 0", ":4"),
            ("bitcount k 1 1 byte", ":6"),
            ("bitcount k 5 30 BIT", ":17"),
            ("bitcount k -2 -1", ":7"),
            ("bitcount k -1 -2", ":0"),
            ("bitcount k 100 200", ":0"),
            ("bitcount k -100 -200", ":0"),
            (
                "bitcount k -9223372036854775808 9223372036854775807 bit",
                ":26",
            ),
            ("bitcount none", ":0"),
            ("bitcount k 1", "-ERR syntax error"),
            ("bitcount k 1 2 foo", "-ERR syntax error"),
            ("bitcount k 1 2 bit foo", "-ERR syntax error"),
            ("bitcount none a 2", NOT_AN_INTEGER),
            ("bitcount k 1 b foo", NOT_AN_INTEGER),
            ("bitcount list", WRONG_TYPE),
            ("set n 10", "+OK"),
            ("bitcount n", ":5"),
        ],
    );
}

#[test]
fn finding_bits() {
    let mut session = session_with_a_list();
    session.run_args(&[b"set", b"k", b"\xff\xf0\x00"]);
    session.run_args(&[b"set", b"ones", b"\xff\xff"]);
    session.run_args(&[b"set", b"empty", b""]);
    check(
        &mut session,
        &[
            ("bitpos k 0", ":12"),
            ("bitpos k 1 2", ":-1"),
            ("bitpos k 1 0 0 bit", ":0"),
            ("bitpos k 0 13 -1 bit", ":13"),
            ("bitpos k 1 -100 -1 byte", ":0"),
            ("bitpos ones 0", ":16"),
            ("bitpos ones 0 1", ":16"),
            ("bitpos ones 0 0 -1", ":-1"),
            ("bitpos ones 0 5", ":-1"),
            ("bitpos empty 0", ":-1"),
            ("bitpos none 0", ":0"),
            ("bitpos none 1", ":-1"),
            ("bitpos k 2", "-ERR The bit argument must be 1 or 0."),
            ("bitpos k a", NOT_AN_INTEGER),
            ("bitpos k 1 a", NOT_AN_INTEGER),
            ("bitpos k 1 1 a foo", "-ERR syntax error"),
            ("bitpos k 1 1 2 bit foo", "-ERR syntax error"),
            ("bitpos list 1", WRONG_TYPE),
        ],
    );
}

#[test]
fn combining_strings() {
    let mut session = session_with_a_list();
    session.run_args(&[b"set", b"a", b"\x0f\xff"]);
    session.run_args(&[b"set", b"b", b"\x33\x33\x33"]);
    for (operation, expected) in [
        ("and", &b"$3\r\n\x03\x33\x00\r\n"[..]),
        ("OR", b"$3\r\n\x3f\xff\x33\r\n"),
        ("xor", b"$3\r\n\x3c\xcc\x33\r\n"),
    ] {
        assert_eq!(session.run(&format!("bitop {operation} d a b")), ":3");
        assert_eq!(session.run_args(&[b"get", b"d"]), expected);
        assert_eq!(session.run(&format!("bitop {operation} d b a")), ":3");
        assert_eq!(session.run_args(&[b"get", b"d"]), expected);
    }
    check(&mut session, &[("bitop not d a", ":2")]);
    assert_eq!(session.run_args(&[b"get", b"d"]), b"$2\r\n\xf0\x00\r\n");
    check(
        &mut session,
        &[
            ("bitop and d a none", ":2"),
            (
                "bitop not d a b",
                "-ERR BITOP NOT must be called with a single source key.",
            ),
            ("bitop nand d a", "-ERR syntax error"),
            ("bitop or d a list", WRONG_TYPE),
            ("bitop or d none", ":0"),
            ("get d", "$-1"),
            ("set n 1", "+OK"),
            ("bitop or n n", ":1"),
        ],
    );
    assert_eq!(
        session.keyspace[0].read(b"n").map(|value| value.encoding()),
        Some("raw")
    );
}

#[test]
fn fields_of_any_width() {
    let mut session = session_with_a_list();
    check(
        &mut session,
        &[
            (
                "bitfield k set i8 0 -100 get i8 0 get u8 0",
                "*3 :0 :-100 :156",
            ),
            ("bitfield k set u4 #1 15 get u4 4", "*2 :12 :15"),
            ("bitfield k get i64 0", "*1 :-6989586621679009792"),
            ("bitfield k incrby i5 100 1 get u4 0", "*2 :1 :9"),
            ("bitfield w incrby u2 0 3 incrby u2 0 2", "*2 :3 :1"),
            (
                "bitfield w overflow sat incrby u2 0 5 incrby u2 0 -9",
                "*2 :3 :0",
            ),
            (
                "bitfield w overflow fail incrby u2 0 5 incrby u2 0 1",
                "*2 $-1 :1",
            ),
            (
                "bitfield w overflow sat set i4 8 100 get i4 8 set i4 8 -100 get i4 8",
                "*4 :0 :7 :7 :-8",
            ),
            (
                "bitfield w overflow sat set u8 16 -1 get u8 16",
                "*2 :0 :255",
            ),
            ("bitfield w set u8 16 -2 get u8 16", "*2 :255 :254"),
            (
                "bitfield x set i64 0 9223372036854775807 incrby i64 0 1",
                "*2 :0 :-9223372036854775808",
            ),
            (
                "bitfield x overflow sat incrby i64 0 -1",
                "*1 :-9223372036854775808",
            ),
            (
                "bitfield x set u63 1 -1 get u63 1",
                "*2 :0 :9223372036854775807",
            ),
            ("bitfield none", "*0"),
            ("bitfield none get u8 0", "*1 :0"),
            ("bitfield k overflow sat", "*0"),
            ("bitfield k get u64 0", TYPE_ERROR),
            ("bitfield k get i65 0", TYPE_ERROR),
            ("bitfield k get x8 0", TYPE_ERROR),
            ("bitfield k get U8 0", TYPE_ERROR),
            ("bitfield k get i0 0", TYPE_ERROR),
            ("bitfield k get i8 #-1", NOT_AN_OFFSET),
            ("bitfield k get i8 -1", NOT_AN_OFFSET),
            ("bitfield k get i8", "-ERR syntax error"),
            ("bitfield k set i8 0", "-ERR syntax error"),
            ("bitfield k set i8 0 a", NOT_AN_INTEGER),
            (
                "bitfield k overflow foo",
                "-ERR Invalid OVERFLOW type specified",
            ),
            ("bitfield list get u8 0", WRONG_TYPE),
            ("bitfield list set u8 0 1", WRONG_TYPE),
            ("bitfield_ro k get u4 4", "*1 :15"),
            (
                "bitfield_ro k set u4 4 1",
                "-ERR BITFIELD_RO only supports the GET subcommand",
            ),
            ("bitfield_ro list get u4 4", WRONG_TYPE),
        ],
    );
    assert!(!session.keyspace[0].exists(b"none"));
}

const TYPE_ERROR: &str = "-ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is \
                          not supported but i64 is.";
