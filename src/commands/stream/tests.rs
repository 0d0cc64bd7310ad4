//! Streams as commands see them; what the real server answers too is in the differential and the transcripts.

use crate::commands::testing::Session;

/// A group with two entries delivered to `a`.
fn delivered() -> Session {
    let mut session = Session::new();
    session.run("XADD s 1-1 f v");
    session.run("XADD s 2-2 f w");
    session.run("XGROUP CREATE s g 0");
    session.run("XREADGROUP GROUP g a STREAMS s >");
    session.told();
    session
}

#[test]
fn an_entry_is_told_with_its_identity_and_trims_as_they_came_out() {
    let mut session = Session::new();
    session.instance.config.stream_node_max_entries = 2;
    for second in 1..=5 {
        session.run(&format!("XADD s {second}-* f v"));
    }
    assert_eq!(session.told()[4], "XADD s 5-0 f v");
    session.run("XADD s MAXLEN ~ 3 6-6 f v");
    assert_eq!(session.told(), ["XADD s MAXLEN = 4 6-6 f v"]);
    session.run("XTRIM s MINID ~ 4-0 LIMIT 5");
    assert!(session.told().is_empty());
    session.run("XTRIM s MINID ~ 5-0");
    assert_eq!(session.told(), ["XTRIM s MINID = 5-0"]);
    session.run("XTRIM s MAXLEN 1");
    assert_eq!(session.told(), ["XTRIM s MAXLEN 1"]);
    assert_eq!(session.run("XTRIM s MAXLEN ~ 1"), ":0");
    assert!(session.told().is_empty());
}

#[test]
fn what_a_group_reads_is_told_as_claims() {
    let mut session = Session::new();
    session.run("XADD s 1-1 f v");
    session.run("XGROUP CREATE s g 0");
    session.told();
    session.run("XREADGROUP GROUP g a STREAMS s >");
    let time = session.instance.now_ms();
    assert_eq!(
        session.told(),
        [format!(
            "XCLAIM s g a 0 1-1 TIME {time} RETRYCOUNT 1 FORCE JUSTID LASTID 1-1"
        )]
    );
    session.run("XADD s 2-2 f v");
    session.told();
    session.run("XREADGROUP GROUP g b NOACK STREAMS s >");
    assert_eq!(
        session.told(),
        [
            "XGROUP CREATECONSUMER s g b",
            "XGROUP SETID s g 2-2 ENTRIESREAD 2"
        ]
    );
    // Nothing to read: the consumer is there all the same, and no claim would tell.
    session.run("XREADGROUP GROUP g c STREAMS s >");
    assert_eq!(session.told(), ["XGROUP CREATECONSUMER s g c"]);
    session.run("XREADGROUP GROUP g a STREAMS s 0");
    assert!(session.told().is_empty());
}

#[test]
fn claims_are_told_one_by_one() {
    let mut session = delivered();
    session.run("XDEL s 1-1");
    session.told();
    let time = session.instance.now_ms();
    let reply = session.run("XCLAIM s g b 0 1-1 2-2 3-3 JUSTID");
    assert_eq!(reply, "*1 $3 2-2");
    let told = |consumer: &str, id: &str| {
        format!("XCLAIM s g {consumer} 0 {id} TIME {time} RETRYCOUNT 1 FORCE JUSTID LASTID 2-2")
    };
    assert_eq!(session.told(), [told("a", "1-1"), told("b", "2-2")]);
    session.run("XCLAIM s g b 0 9-9 LASTID 7-7");
    assert_eq!(session.told(), ["XGROUP SETID s g 7-7 ENTRIESREAD 2"]);
    session.run("XCLAIM s g d 0 9-9");
    assert_eq!(session.told(), ["XGROUP CREATECONSUMER s g d"]);
}

#[test]
fn xautoclaim_goes_on_where_it_stopped_and_names_what_is_gone() {
    let mut session = delivered();
    session.run("XADD s 3-3 f x");
    session.run("XREADGROUP GROUP g a STREAMS s >");
    session.run("XDEL s 1-1");
    let reply = session.run("XAUTOCLAIM s g b 0 - COUNT 2 JUSTID");
    assert_eq!(reply, "*3 $3 3-3 *1 $3 2-2 *1 $3 1-1");
    let reply = session.run("XAUTOCLAIM s g b 0 3-3");
    assert_eq!(reply, "*3 $3 0-0 *1 *2 $3 3-3 *2 $1 f $1 x *0");
    assert_eq!(
        session.run("XPENDING s g"),
        "*4 :2 $3 2-2 $3 3-3 *1 *2 $1 b $1 2"
    );
}

#[test]
fn consumers_tell_when_they_were_seen_and_when_active() {
    let mut session = delivered();
    session.run("XREADGROUP GROUP g b STREAMS s >");
    let reply = session.run("XINFO CONSUMERS s g");
    let consumer = |name: &str, pending: u8, inactive: i8| {
        format!("*8 $4 name $1 {name} $7 pending :{pending} $4 idle :0 $8 inactive :{inactive}")
    };
    assert_eq!(
        reply,
        format!("*2 {} {}", consumer("a", 2, 0), consumer("b", 0, -1))
    );
    let reply = session.run("XINFO STREAM s FULL");
    assert!(reply.contains("$11 active-time :-1"), "{reply}");
}

#[test]
fn a_script_may_not_wait() {
    let mut session = delivered();
    session.client.in_script = true;
    assert_eq!(
        session.run("xread BLOCK 0 STREAMS s $"),
        "-ERR xread command is not allowed with BLOCK option from scripts"
    );
    assert_eq!(session.run("XREAD STREAMS s $"), "*-1");
}

#[test]
fn a_stream_stays_when_it_is_empty() {
    let mut session = Session::new();
    session.run("XADD s 1-1 f v");
    session.run("XDEL s 1-1");
    assert_eq!(session.run("XLEN s"), ":0");
    assert_eq!(session.run("EXISTS s"), ":1");
    assert_eq!(session.run("TYPE s"), "+stream");
    assert_eq!(session.run("OBJECT ENCODING s"), "$6 stream");
    assert_eq!(
        session.run("XADD s 1-1 f v"),
        "-ERR The ID specified in XADD is equal or smaller than the target stream top item"
    );
    assert_eq!(session.run("XADD s 1-* f v"), "$3 1-2");
}
