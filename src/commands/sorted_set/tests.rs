//! Each command once through: its options, its errors, what it tells replicas.

use crate::commands::testing::Session;

fn filled() -> Session {
    let mut session = Session::new();
    session.run("ZADD z 1 a 2 b 3 c 4 d 5 e");
    session.told();
    session
}

fn expect(session: &mut Session, lines: &[(&str, &str)]) {
    for (line, reply) in lines {
        assert_eq!(session.run(line), *reply, "{line}");
    }
}

#[test]
fn zadd_obeys_its_flags() {
    expect(
        &mut Session::new(),
        &[
            ("ZADD z 1 a 2 b 1 a", ":2"),
            ("ZADD z XX 5 new", ":0"),
            ("ZADD z NX 5 a", ":0"),
            ("ZADD z CH 5 a 2 b 3 c", ":2"),
            ("ZADD z GT CH 4 a 6 b", ":1"),
            ("ZADD z LT CH 4 a 7 b", ":1"),
            ("ZADD z INCR 1.5 a", "$3 5.5"),
            ("ZADD z NX INCR 1 a", "$-1"),
            ("ZADD z GT INCR -1 a", "$-1"),
            ("ZADD none XX INCR 1 a", "$-1"),
            ("ZADD none XX 1 a", ":0"),
            (
                "ZADD z NX XX 1 a",
                "-ERR XX and NX options at the same time are not compatible",
            ),
            (
                "ZADD z GT LT 1 a",
                "-ERR GT, LT, and/or NX options at the same time are not compatible",
            ),
            (
                "ZADD z GT NX 1 a",
                "-ERR GT, LT, and/or NX options at the same time are not compatible",
            ),
            (
                "ZADD z INCR 1 a 2 b",
                "-ERR INCR option supports a single increment-element pair",
            ),
            ("ZADD z 1 a 2", "-ERR syntax error"),
            ("ZADD z CH NX", "-ERR syntax error"),
            ("ZADD z 1 x nan y", "-ERR value is not a valid float"),
            ("ZSCORE z x", "$-1"),
            ("ZINCRBY z 0.5 a", "$1 6"),
            ("ZINCRBY z nx a", "-ERR syntax error"),
            ("ZADD z inf i", ":1"),
            (
                "ZINCRBY z -inf i",
                "-ERR resulting score is not a number (NaN)",
            ),
            ("ZSCORE z i", "$3 inf"),
        ],
    );
}

#[test]
fn scores_ranks_and_counts() {
    expect(
        &mut filled(),
        &[
            ("ZCARD z", ":5"),
            ("ZCARD none", ":0"),
            ("ZSCORE z b", "$1 2"),
            ("ZMSCORE z a x c", "*3 $1 1 $-1 $1 3"),
            ("ZMSCORE none a", "*1 $-1"),
            ("ZRANK z a", ":0"),
            ("ZREVRANK z a", ":4"),
            ("ZRANK z x", "$-1"),
            ("ZRANK z b WITHSCORE", "*2 :1 $1 2"),
            ("ZREVRANK z b withscore", "*2 :3 $1 2"),
            ("ZRANK z x WITHSCORE", "*-1"),
            ("ZRANK z a WITHSCORES", "-ERR syntax error"),
            (
                "ZRANK z a WITHSCORE x",
                "-ERR wrong number of arguments for 'zrank' command",
            ),
            ("ZCOUNT z (1 3", ":2"),
            ("ZCOUNT z -inf +inf", ":5"),
            ("ZCOUNT z 3 1", ":0"),
            ("ZCOUNT z a 1", "-ERR min or max is not a float"),
            ("ZLEXCOUNT z - +", ":5"),
            (
                "ZLEXCOUNT z a +",
                "-ERR min or max not valid string range item",
            ),
            ("ZLEXCOUNT none - +", ":0"),
        ],
    );
}

#[test]
fn ranges() {
    expect(
        &mut filled(),
        &[
            ("ZRANGE z 0 1", "*2 $1 a $1 b"),
            ("ZRANGE z 0 0 REV WITHSCORES", "*2 $1 e $1 5"),
            ("ZRANGE z -2 -1", "*2 $1 d $1 e"),
            ("ZRANGE z 5 9", "*0"),
            ("ZRANGE none 0 -1", "*0"),
            ("ZRANGE z (1 3 BYSCORE", "*2 $1 b $1 c"),
            ("ZRANGE z 3 (1 BYSCORE REV LIMIT 1 5", "*1 $1 b"),
            ("ZRANGE z -inf inf BYSCORE LIMIT 1 2", "*2 $1 b $1 c"),
            ("ZRANGE z -inf inf BYSCORE LIMIT 3 -1", "*2 $1 d $1 e"),
            ("ZRANGE z -inf inf BYSCORE LIMIT -1 2", "*0"),
            (
                "ZRANGE z 0 -1 LIMIT 1 2",
                "-ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX",
            ),
            (
                "ZRANGE z - + BYLEX WITHSCORES",
                "-ERR syntax error, WITHSCORES not supported in combination with BYLEX",
            ),
            ("ZRANGE z 0 -1 BYLEX BYSCORE", "-ERR syntax error"),
            ("ZRANGE z 0 -1 REV REV", "-ERR syntax error"),
            (
                "ZRANGE z a -1",
                "-ERR value is not an integer or out of range",
            ),
            (
                "ZRANGE z 1 2 BYSCORE LIMIT a 1",
                "-ERR value is not an integer or out of range",
            ),
            ("ZREVRANGE z 0 1", "*2 $1 e $1 d"),
            ("ZREVRANGE z 0 1 REV", "-ERR syntax error"),
            ("ZRANGEBYSCORE z 4 inf WITHSCORES", "*4 $1 d $1 4 $1 e $1 5"),
            ("ZREVRANGEBYSCORE z inf 4 LIMIT 0 1", "*1 $1 e"),
            ("ZADD l 0 a 0 b 0 c 0 d", ":4"),
            ("ZRANGEBYLEX l [b (d", "*2 $1 b $1 c"),
            ("ZREVRANGEBYLEX l + [c", "*2 $1 d $1 c"),
            ("ZRANGE l (c - BYLEX REV LIMIT 1 1", "*1 $1 a"),
        ],
    );
}

#[test]
fn resp3_nests_pairs_and_types_doubles() {
    let mut session = filled();
    session.resp3();
    expect(
        &mut session,
        &[
            ("ZRANGE z 0 1 WITHSCORES", "*2 *2 $1 a ,1 *2 $1 b ,2"),
            ("ZSCORE z a", ",1"),
            ("ZSCORE z x", "_"),
            ("ZRANK z x WITHSCORE", "_"),
            (
                "ZUNION 1 z WITHSCORES",
                "*5 *2 $1 a ,1 *2 $1 b ,2 *2 $1 c ,3 *2 $1 d ,4 *2 $1 e ,5",
            ),
            ("ZRANDMEMBER z 0 WITHSCORES", "*0"),
            ("ZPOPMIN z", "*2 $1 a ,1"),
            ("ZPOPMIN z 1", "*1 *2 $1 b ,2"),
            ("ZMPOP 1 z MAX", "*2 $1 z *1 *2 $1 e ,5"),
            ("ZINCRBY z 0.1 c", ",3.1"),
        ],
    );
}

#[test]
fn zrangestore_keeps_and_removes() {
    let mut session = filled();
    expect(
        &mut session,
        &[
            ("ZRANGESTORE to z 1 2", ":2"),
            ("ZRANGE to 0 -1 WITHSCORES", "*4 $1 b $1 2 $1 c $1 3"),
            ("ZRANGESTORE to z (3 inf BYSCORE LIMIT 1 1", ":1"),
            ("ZRANGESTORE to z 0 -1 WITHSCORES", "-ERR syntax error"),
            ("ZRANGESTORE to none 0 -1", ":0"),
            ("ZCARD to", ":0"),
        ],
    );
}

#[test]
fn removals() {
    let mut session = filled();
    expect(
        &mut session,
        &[
            ("ZREM z a x", ":1"),
            ("ZREMRANGEBYRANK z 0 0", ":1"),
            ("ZREMRANGEBYSCORE z (3 4", ":1"),
            ("ZREMRANGEBYLEX z [c [c", ":1"),
            (
                "ZREMRANGEBYRANK z a 0",
                "-ERR value is not an integer or out of range",
            ),
            ("ZREMRANGEBYSCORE z a 0", "-ERR min or max is not a float"),
            (
                "ZREMRANGEBYLEX z a 0",
                "-ERR min or max not valid string range item",
            ),
            ("ZREM none a", ":0"),
            ("ZREM z e", ":1"),
        ],
    );
    assert!(!session.keyspace[0].exists(b"z"));
}

#[test]
fn pops() {
    let mut session = filled();
    expect(
        &mut session,
        &[
            ("ZPOPMIN z", "*2 $1 a $1 1"),
            ("ZPOPMAX z 2", "*4 $1 e $1 5 $1 d $1 4"),
            ("ZPOPMIN z 0", "*0"),
            (
                "ZPOPMIN z -1",
                "-ERR value is out of range, must be positive",
            ),
            ("ZPOPMIN z 1 1", "-ERR syntax error"),
            ("ZPOPMIN none", "*0"),
            (
                "ZMPOP 2 none z MIN COUNT 9",
                "*2 $1 z *2 *2 $1 b $1 2 *2 $1 c $1 3",
            ),
            ("ZMPOP 1 z MIN", "*-1"),
            ("ZMPOP 0 z MIN", "-ERR numkeys should be greater than 0"),
            (
                "ZMPOP 1 z MIN COUNT 0",
                "-ERR count should be greater than 0",
            ),
            ("ZMPOP 1 z MIN COUNT 1 COUNT 1", "-ERR syntax error"),
            ("ZMPOP 2 z MIN", "-ERR syntax error"),
            ("ZMPOP 1 z MIDDLE", "-ERR syntax error"),
        ],
    );
    assert_eq!(session.told().last().unwrap(), "ZPOPMIN z 2");
}

#[test]
fn unions_intersections_differences() {
    let mut session = filled();
    session.run("ZADD y 10 a 20 b 30 x");
    session.run("SADD s a q");
    expect(
        &mut session,
        &[
            ("ZINTER 2 z y WITHSCORES", "*4 $1 a $2 11 $1 b $2 22"),
            (
                "ZINTER 2 z y WEIGHTS 2 1 AGGREGATE MAX WITHSCORES",
                "*4 $1 a $2 10 $1 b $2 20",
            ),
            ("ZINTER 2 z s WITHSCORES", "*2 $1 a $1 2"),
            ("ZINTER 2 z none", "*0"),
            (
                "ZUNION 2 y s AGGREGATE MIN WITHSCORES",
                "*8 $1 a $1 1 $1 q $1 1 $1 b $2 20 $1 x $2 30",
            ),
            (
                "ZDIFF 3 z y s WITHSCORES",
                "*6 $1 c $1 3 $1 d $1 4 $1 e $1 5",
            ),
            ("ZDIFF 1 none", "*0"),
            ("ZINTERCARD 2 z y", ":2"),
            ("ZINTERCARD 2 z y LIMIT 1", ":1"),
            ("ZINTERCARD 2 z y LIMIT -1", "-ERR LIMIT can't be negative"),
            (
                "ZINTERCARD 0 z",
                "-ERR at least 1 input key is needed for 'zintercard' command",
            ),
            ("ZUNIONSTORE to 2 z z WEIGHTS 1 2", ":5"),
            ("ZSCORE to e", "$2 15"),
            ("ZINTERSTORE to 2 z y", ":2"),
            ("ZDIFFSTORE to 2 z z", ":0"),
            ("ZCARD to", ":0"),
            ("ZUNION 3 z y", "-ERR syntax error"),
            ("ZUNION x z", "-ERR value is not an integer or out of range"),
            ("ZUNION 1 z WEIGHTS x", "-ERR weight value is not a float"),
            ("ZUNION 1 z AGGREGATE AVG", "-ERR syntax error"),
            ("ZUNIONSTORE to 1 z WITHSCORES", "-ERR syntax error"),
            ("ZDIFF 1 z WEIGHTS 1", "-ERR syntax error"),
        ],
    );
}

#[test]
fn random_members_come_in_the_number_asked_for() {
    let mut session = filled();
    expect(
        &mut session,
        &[
            ("ZRANDMEMBER none", "$-1"),
            ("ZRANDMEMBER none 3", "*0"),
            ("ZRANDMEMBER z 0", "*0"),
            ("ZRANDMEMBER z 1 x", "-ERR syntax error"),
            (
                "ZRANDMEMBER z x",
                "-ERR value is not an integer or out of range",
            ),
            (
                "ZRANDMEMBER z 9223372036854775807 WITHSCORES",
                "-ERR value is out of range",
            ),
            (
                "ZRANDMEMBER z -9223372036854775806",
                "-ERR value is out of range",
            ),
        ],
    );
    assert!(session.run("ZRANDMEMBER z").starts_with("$1 "));
    assert!(session.run("ZRANDMEMBER z 9").starts_with("*5 "));
    assert!(session.run("ZRANDMEMBER z -9").starts_with("*9 "));
    assert!(session.run("ZRANDMEMBER z 2 WITHSCORES").starts_with("*4 "));
}

#[test]
fn zscan_prints_scores_as_redis_does() {
    let mut session = Session::new();
    session.run("ZADD z 0.1 a 2 b");
    expect(
        &mut session,
        &[
            ("ZSCAN z 0", "*2 $1 0 *4 $1 a $3 0.1 $1 b $1 2"),
            ("ZSCAN z 0 MATCH b COUNT 5", "*2 $1 0 *2 $1 b $1 2"),
            ("ZSCAN none 0", "*2 $1 0 *0"),
            ("ZSCAN z x", "-ERR invalid cursor"),
        ],
    );
    session.run(&format!("ZADD z 1 {}", "m".repeat(65)));
    let reply = session.run("ZSCAN z 0 MATCH a");
    assert_eq!(reply, "*2 $1 0 *2 $1 a $19 0.10000000000000001");
}

#[test]
fn other_types_are_refused() {
    let mut session = Session::new();
    session.run("SADD s a");
    session.run("LPUSH l a");
    for line in [
        "ZADD s 1 a",
        "ZADD s XX 1 a",
        "ZINCRBY s 1 a",
        "ZREM s a",
        "ZCARD s",
        "ZCOUNT s 1 2",
        "ZLEXCOUNT s - +",
        "ZSCORE s a",
        "ZMSCORE s a",
        "ZRANK s a",
        "ZREVRANK s a",
        "ZRANGE s 0 1",
        "ZRANGESTORE to s 0 1",
        "ZREMRANGEBYRANK s 0 1",
        "ZPOPMIN s",
        "ZPOPMIN s 0",
        "ZPOPMAX s 1",
        "ZMPOP 2 none s MIN",
        "ZUNION 2 s l",
        "ZINTERCARD 1 l",
        "ZDIFFSTORE to 1 l BADOPTION",
        "ZRANDMEMBER s",
        "ZSCAN s 0",
    ] {
        assert!(session.run(line).starts_with("-WRONGTYPE "), "{line}");
    }
}

#[test]
fn replicas_are_told_what_changed_only() {
    let mut session = filled();
    session.run("ZADD z 1 a");
    session.run("ZADD z NX 9 a");
    session.run("ZINCRBY z 0 a");
    session.run("ZREM z none");
    session.run("ZREMRANGEBYSCORE z 100 200");
    assert!(session.told().is_empty());
    session.run("ZADD z 9 a");
    session.run("ZUNIONSTORE to 1 z");
    assert_eq!(session.told(), ["ZADD z 9 a", "ZUNIONSTORE to 1 z"]);
}
