//! Sentinels and servers over pipes: who is found, who is down, who is elected, who follows whom afterwards.

use super::testing::Net;
use super::*;
use crate::sentinel::Settings;

/// A primary, two replicas, and three sentinels that watch them.
fn trio() -> Net {
    let mut net = Net::new(1, |_| {});
    // If all of them saw the primary go at the same instant, each would vote for itself.
    net.step_ms = 5;
    for _ in 0..2 {
        net.add(Config {
            replicaof: Some(("127.0.0.1".into(), 7000)),
            ..Config::default()
        });
    }
    for _ in 0..3 {
        let mut settings = Settings::default();
        for line in [
            "monitor trio 127.0.0.1 7000 2",
            "down-after-milliseconds trio 2000",
            "failover-timeout trio 6000",
        ] {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            settings.statement(&words).unwrap();
        }
        net.add(Config {
            sentinel: Some(settings),
            protected_mode: false,
            ..Config::default()
        });
    }
    net.pass(13_000);
    net
}

const SENTINELS: [usize; 3] = [3, 4, 5];

fn log_of(net: &mut Net, who: usize) -> Vec<String> {
    let lines = net.servers[who].take_log();
    let text = |line: &String| line.get(31..).unwrap_or_default().to_owned();
    lines.iter().map(text).collect()
}

/// The port of the primary, as all of the sentinels `who` see it.
fn primary(net: &mut Net, who: &[usize]) -> usize {
    let mut ports: Vec<String> = who
        .iter()
        .map(|&who| net.ask(who, "SENTINEL get-master-addr-by-name trio"))
        .collect();
    ports.dedup();
    let [port] = ports.as_slice() else {
        panic!("they do not agree: {ports:?}");
    };
    let port = port.split_whitespace().last().unwrap();
    port.parse::<usize>().unwrap() - 7000
}

#[test]
fn they_find_the_replicas_and_each_other() {
    let mut net = trio();
    for who in SENTINELS {
        let info = net.ask(who, "INFO sentinel");
        let expected = "master0:name=trio,status=ok,address=127.0.0.1:7000,slaves=2,sentinels=3";
        assert!(info.contains(expected), "{info}");
        let quorum = net.ask(who, "SENTINEL ckquorum trio");
        assert!(quorum.starts_with("+OK 3 usable"), "{quorum}");
    }
    assert_eq!(net.ask(3, "ROLE"), "*2 $8 sentinel *1 $4 trio ");
    assert!(net.ask(3, "GET a").starts_with("-ERR unknown command"));
    assert!(net.ask(0, "SENTINEL masters").starts_with("-ERR unknown"));
    let replicas = net.ask(3, "SENTINEL replicas trio");
    assert!(replicas.contains("slave-repl-offset"), "{replicas}");
}

#[test]
fn a_primary_that_is_gone_is_replaced_and_follows_when_it_returns() {
    let mut net = trio();
    net.ask(0, "SET before failover");
    net.pass(1000);
    net.isolate(0);
    net.pass(8000);
    let new = primary(&mut net, &SENTINELS);
    assert_ne!(new, 0);
    assert_eq!(net.ask(new, "SET after failover"), "+OK ");
    net.down.clear();
    net.pass(30_000);
    for who in (0..3).filter(|&who| who != new) {
        let port = (7000 + new).to_string();
        assert_eq!(net.info(who, "master_port"), port, "{who} follows");
        assert_eq!(net.info(who, "master_link_status"), "up");
        assert_eq!(net.ask(who, "GET after"), "$8 failover ");
    }
    let leader = SENTINELS.iter().copied().find(|&who| {
        let log = log_of(&mut net, who);
        log.iter().any(|line| line.starts_with("+elected-leader"))
    });
    assert!(leader.is_some(), "one of them led");
}

#[test]
fn without_a_majority_nobody_is_promoted() {
    let mut net = trio();
    net.isolate(4);
    net.isolate(5);
    net.isolate(0);
    net.pass(20_000);
    assert_eq!(primary(&mut net, &[3]), 0);
    let log = log_of(&mut net, 3).join("\n");
    assert!(log.contains("+sdown master trio"), "{log}");
    assert!(!log.contains("+odown"), "one is not enough to agree: {log}");
    let quorum = net.ask(3, "SENTINEL ckquorum trio");
    assert!(quorum.starts_with("-NOQUORUM 1 usable"), "{quorum}");
}

#[test]
fn who_asks_for_a_failover_gets_one() {
    let mut net = trio();
    net.ask(1, "CONFIG SET replica-priority 0");
    net.pass(11_000);
    assert_eq!(net.ask(4, "SENTINEL failover trio"), "+OK ");
    assert!(net.ask(4, "SENTINEL failover trio").starts_with("-INPROG"));
    net.pass(15_000);
    assert_eq!(primary(&mut net, &SENTINELS), 2, "1 must not be chosen");
    assert_eq!(net.info(0, "role"), "slave");
}

#[test]
fn a_leap_of_the_clock_leads_to_no_failover() {
    let mut net = trio();
    net.now_us += 3_600_000_000;
    net.pass(5000);
    assert!(net.ask(3, "INFO sentinel").contains("sentinel_tilt:1"));
    net.pass(40_000);
    for who in SENTINELS {
        assert!(net.ask(who, "INFO sentinel").contains("sentinel_tilt:0"));
        let log = log_of(&mut net, who).join("\n");
        assert!(!log.contains("+odown") && log.contains("+tilt"), "{log}");
    }
    assert_eq!(primary(&mut net, &SENTINELS), 0);
}

#[test]
fn the_same_events_give_the_same_log() {
    let run = || {
        let mut net = trio();
        net.isolate(0);
        net.pass(9000);
        SENTINELS.map(|who| log_of(&mut net, who))
    };
    assert_eq!(run(), run());
}

#[test]
fn what_is_learnt_is_written_down_and_read_again() {
    let mut net = trio();
    net.isolate(0);
    net.pass(9000);
    let new = primary(&mut net, &SENTINELS);
    let disk = &net.servers[3].instance.disk;
    let config = Server::configuration(true, Some("/etc/redis.conf"), b"", "/", disk).unwrap();
    let settings = config.sentinel.unwrap();
    let [trio] = settings.primaries.as_slice() else {
        panic!("there is one primary: {settings:?}");
    };
    assert_eq!(usize::from(trio.port), 7000 + new);
    assert_eq!((trio.replicas.len(), trio.sentinels.len()), (2, 2));
    assert_eq!((trio.config_epoch, settings.epoch), (1, 1));
    assert_eq!(trio.down_after, Some(2000));
    let id = net.ask(3, "SENTINEL myid");
    assert!(id.contains(&settings.id.unwrap()), "{id}");
}

#[test]
fn set_monitor_remove_and_reset() {
    let mut net = trio();
    for (line, reply) in [
        (
            "SENTINEL set trio quorum x",
            "-ERR Invalid argument 'x' for SENTINEL SET 'quorum' ",
        ),
        (
            "SENTINEL set trio foo 1",
            "-ERR Unknown option or number of arguments for SENTINEL SET 'foo' ",
        ),
        (
            "SENTINEL set nobody quorum 1",
            "-ERR No such master with that name ",
        ),
        (
            "SENTINEL set trio quorum 3 down-after-milliseconds 700",
            "+OK ",
        ),
        (
            "SENTINEL monitor trio 127.0.0.1 1 1",
            "-ERR Duplicate master name. ",
        ),
        (
            "SENTINEL monitor b host.example 1 1",
            "-ERR Invalid IP address or hostname specified ",
        ),
        (
            "SENTINEL monitor b 127.0.0.1 1 0",
            "-ERR Quorum must be 1 or greater. ",
        ),
        ("SENTINEL monitor b 127.0.0.1 1 1", "+OK "),
        ("SENTINEL reset t*", ":1 "),
        ("SENTINEL remove b", "+OK "),
        ("SENTINEL remove b", "-ERR No such master with that name "),
        ("SENTINEL get-master-addr-by-name b", "*-1 "),
        (
            "PUBLISH news now",
            "-ERR Only HELLO messages are accepted by Sentinel instances. ",
        ),
        (
            "SENTINEL config set announce-port x",
            "-ERR Invalid value 'x' to SENTINEL CONFIG SET 'announce-port' ",
        ),
        ("SENTINEL debug ping-period 500", "+OK "),
        ("SENTINEL pending-scripts", "*0 "),
    ] {
        assert_eq!(net.ask(3, line), reply, "{line}");
    }
    let log = log_of(&mut net, 3).join("\n");
    for event in [
        "+set master trio 127.0.0.1 7000 quorum 3",
        "+monitor master b 127.0.0.1 1 quorum 1",
        "+reset-master master trio 127.0.0.1 7000",
        "-monitor master b 127.0.0.1 1",
    ] {
        assert!(log.contains(event), "{event}: {log}");
    }
    // What was forgotten is found again.
    net.pass(13_000);
    let info = net.ask(3, "INFO sentinel");
    assert!(info.contains("slaves=2,sentinels=3"), "{info}");
}
