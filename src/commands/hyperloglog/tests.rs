use crate::commands::testing::Session;

const NOT_ONE: &str = "-WRONGTYPE Key is not a valid HyperLogLog string value.";

#[test]
fn counting_keeps_the_count_and_tells_the_log() {
    let mut session = Session::new();
    assert_eq!(session.run("pfadd h a b c"), ":1");
    assert_eq!(session.run("pfadd h a b c"), ":0");
    assert_eq!(session.run("pfadd empty"), ":1");
    assert_eq!(session.told(), ["pfadd h a b c", "pfadd empty"]);
    assert_eq!(session.run("pfcount h"), ":3");
    assert_eq!(session.run("pfcount h"), ":3");
    assert_eq!(session.run("pfcount h nosuch"), ":3");
    assert_eq!(session.run("pfcount nosuch"), ":0");
    // Only the count that was computed changed anything.
    assert_eq!(session.told(), ["pfcount h"]);
}

#[test]
fn merging_is_dense_when_a_source_is() {
    let mut session = Session::new();
    session.run("pfadd a 1 2 3");
    session.run("pfadd b 3 4");
    assert_eq!(session.run("pfmerge c a b"), "+OK");
    assert_eq!(session.run("pfcount c"), ":4");
    assert_eq!(session.run("pfdebug encoding c"), "+sparse");
    assert_eq!(session.run("pfdebug todense a"), ":1");
    assert_eq!(session.run("pfdebug todense a"), ":0");
    assert_eq!(session.run("pfmerge c a"), "+OK");
    assert_eq!(session.run("pfdebug encoding c"), "+dense");
    assert_eq!(session.run("pfcount c"), ":4");
    assert_eq!(session.run("pfmerge only"), "+OK");
    assert_eq!(session.run("pfcount only"), ":0");
}

#[test]
fn what_is_none_is_refused() {
    let mut session = Session::new();
    session.run("set number 12");
    session.run("set text hello");
    session.run("lpush list a");
    for command in [
        "pfadd number a",
        "pfcount text",
        "pfmerge a text",
        "pfdebug encoding number",
    ] {
        assert_eq!(session.run(command), NOT_ONE, "{command}");
    }
    assert!(
        session
            .run("pfadd list a")
            .starts_with("-WRONGTYPE Operation")
    );
    let broken = b"HYLL\x01\0\0\0\0\0\0\0\0\0\0\x80\x00";
    session.run_args(&[b"set", b"broken", broken]);
    for command in [
        "pfcount broken",
        "pfcount broken a",
        "pfmerge a broken",
        "pfdebug getreg broken",
    ] {
        let reply = session.run(command);
        assert_eq!(
            reply, "-INVALIDOBJ Corrupted HLL object detected",
            "{command}"
        );
    }
}

#[test]
fn it_tests_itself() {
    assert_eq!(Session::new().run("pfselftest"), "+OK");
}
