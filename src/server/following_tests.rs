//! Servers that follow one another over pipes: what they are told, what they answer, what they agree on.

use super::testing::Net;
use crate::instance::DisklessLoad;
use crate::network::LinkRequest;
use crate::replication::Stage;

impl Net {
    /// Everybody follows the first, in a chain, and has what it has.
    fn agree(&mut self) {
        let (digest, offset) = (
            self.ask(0, "DEBUG DIGEST"),
            self.info(0, "master_repl_offset"),
        );
        let backlog = self.servers[0].instance.primary.backlog();
        let newest = backlog
            .and_then(|it| it.since(it.first()))
            .unwrap_or_default();
        for who in 1..self.servers.len() {
            assert_eq!(self.info(who, "master_link_status"), "up", "{who}");
            assert_eq!(self.info(who, "slave_repl_offset"), offset, "{who}");
            assert_eq!(self.ask(who, "DEBUG DIGEST"), digest, "{who}");
            let backlog = self.servers[who].instance.primary.backlog();
            let its = backlog
                .and_then(|it| it.since(it.first()))
                .unwrap_or_default();
            let common = its.len().min(newest.len());
            let last = |bytes: &[u8]| bytes[bytes.len() - common..].to_vec();
            assert_eq!(last(&its), last(&newest), "the very same bytes");
        }
    }

    fn chain(count: usize) -> Net {
        let mut net = Net::new(count, |_| {});
        net.ask(0, "SET before 1");
        for who in 1..count {
            let line = format!("REPLICAOF 127.0.0.1 {}", 7000 + who - 1);
            assert_eq!(net.ask(who, &line), "+OK ");
            net.pass(2500);
        }
        net.agree();
        net
    }
}

#[test]
fn a_chain_is_fed_with_the_very_same_bytes() {
    let mut net = Net::chain(3);
    net.ask(0, "SELECT 3");
    net.ask(0, "LPUSH list a b c");
    net.ask(0, "MULTI");
    net.ask(0, "INCR n");
    net.ask(0, "INCR n");
    net.ask(0, "EXEC");
    net.pass(1500);
    net.agree();
    net.ask(2, "SELECT 3");
    assert_eq!(net.ask(2, "GET n"), "$1 2 ");
    assert_eq!(net.info(1, "connected_slaves"), "1");
    let role = net.ask(2, "ROLE");
    assert!(
        role.starts_with("*5 $5 slave $9 127.0.0.1 :7001 $9 connected :"),
        "{role}"
    );
}

#[test]
fn who_breaks_off_goes_on_where_it_was() {
    let mut net = Net::chain(3);
    net.cut(|_| true);
    net.ask(0, "SET missed 1");
    net.pass(2000);
    net.agree();
    for who in [0, 1] {
        assert_eq!(
            net.servers[who].instance.primary.counts[..2],
            [1, 1],
            "{who}"
        );
    }
    // What lies in the middle of a transaction has not been done.
    net.cut(|_| true);
    net.ask(0, "MULTI");
    net.ask(0, "SET a 1");
    net.ask(0, "SET b 1");
    net.ask(0, "EXEC");
    net.pass(2000);
    net.agree();
}

#[test]
fn a_replica_refuses_writes_and_tells_how_it_stands() {
    let mut net = Net::chain(2);
    let refused = "-READONLY You can't write against a read only replica. ";
    assert_eq!(net.ask(1, "SET a 1"), refused);
    net.ask(1, "MULTI");
    net.ask(1, "SET a 1");
    assert!(net.ask(1, "EXEC").starts_with("-EXECABORT"));
    assert!(
        net.ask(1, "WAIT 1 1")
            .starts_with("-ERR WAIT cannot be used with replica")
    );
    assert_eq!(
        net.ask(1, "REPLICAOF 127.0.0.1 7000"),
        "+OK Already connected to specified master "
    );
    net.ask(1, "CONFIG SET replica-read-only no");
    assert_eq!(net.ask(1, "SET a 1"), "+OK ");
    net.ask(1, "CONFIG SET replica-serve-stale-data no");
    net.down.push(0);
    net.cut(|_| true);
    net.pass(100);
    let stale =
        "-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'. ";
    assert_eq!(net.ask(1, "GET before"), stale);
    assert!(net.ask(1, "ROLE").contains("$7 connect :-1"));
}

#[test]
fn keys_go_on_a_replica_when_the_primary_says_so() {
    let mut net = Net::chain(2);
    net.ask(0, "DEBUG SET-ACTIVE-EXPIRE 0");
    net.ask(0, "SET short 1 PX 500");
    net.pass(100);
    assert_eq!(net.ask(1, "GET short"), "$1 1 ");
    net.pass(1000);
    assert_eq!(net.ask(1, "GET short"), "$-1 ", "it is hidden");
    assert_eq!(net.ask(1, "DBSIZE"), ":2 ", "and there");
    net.ask(0, "GET short");
    net.pass(100);
    assert_eq!(net.ask(1, "DBSIZE"), ":1 ");
}

#[test]
fn a_replica_becomes_a_primary_and_the_other_goes_on_with_it() {
    let mut net = Net::chain(3);
    let (id, end) = (
        net.info(1, "master_replid"),
        net.info(1, "master_repl_offset"),
    );
    assert_eq!(net.ask(1, "REPLICAOF NO ONE"), "+OK ");
    assert_eq!(net.info(1, "role"), "master");
    assert_eq!(net.info(1, "master_replid2"), id);
    let behind = end.parse::<u64>().unwrap() + 1;
    assert_eq!(net.info(1, "second_repl_offset"), behind.to_string());
    net.ask(1, "SET new 1");
    net.pass(2000);
    assert_eq!(net.ask(2, "GET new"), "$1 1 ");
    assert_eq!(net.servers[1].instance.primary.counts, [1, 1, 1]);
    // The old one comes back as its replica, without being given everything.
    assert_eq!(net.ask(0, "REPLICAOF 127.0.0.1 7001"), "+OK ");
    net.pass(2000);
    assert_eq!(net.ask(0, "GET new"), "$1 1 ");
    assert_eq!(net.servers[1].instance.primary.counts[0], 1);
}

#[test]
fn messages_reach_the_subscribers_of_a_replica() {
    let mut net = Net::chain(2);
    net.ask(1, "SUBSCRIBE news");
    net.ask(0, "PUBLISH news hello");
    net.pass(100);
    let output = net.servers[1].take_output(net.clients[1]);
    assert_eq!(
        output,
        b"*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nhello\r\n"
    );
    net.ask(1, "UNSUBSCRIBE");
    net.agree();
}

#[test]
fn a_password_is_needed_and_given() {
    let mut net = Net::new(2, |config| config.requirepass = "secret".into());
    for who in [0, 1] {
        net.ask(who, "AUTH secret");
    }
    net.ask(1, "REPLICAOF 127.0.0.1 7000");
    net.pass(2000);
    assert_eq!(net.info(1, "master_link_status"), "down");
    net.ask(1, "CONFIG SET masterauth wrong");
    net.pass(2000);
    let log = net.servers[1].take_log().join("\n");
    assert!(
        log.contains("Unable to AUTH to MASTER: -WRONGPASS"),
        "{log}"
    );
    net.ask(1, "CONFIG SET masterauth secret");
    net.pass(2000);
    net.agree();
}

#[test]
fn a_large_snapshot_comes_in_slices_while_the_primary_serves() {
    for streams in [true, false] {
        let mut net = Net::new(2, |config| config.repl_diskless_sync = streams);
        net.ask(0, "DEBUG POPULATE 20000 key 100");
        net.ask(1, "REPLICAOF 127.0.0.1 7000");
        for step in 0..60 {
            net.now_us += 1000;
            for server in &mut net.servers {
                server.tick(net.now_us);
            }
            net.carry();
            net.ask(0, &format!("SET during:{step} {step}"));
            net.ask(0, &format!("APPEND key:{step} {step}"));
        }
        net.pass(3000);
        net.agree();
        assert_eq!(net.servers[1].instance.follower.stage, Stage::Connected);
        net.ask(0, "SET awaited 1");
        assert_eq!(
            net.ask(0, "WAIT 1 5000"),
            "",
            "somebody has to say how far it is"
        );
        net.pass(200);
        let output = net.servers[0].take_output(net.clients[0]);
        assert_eq!(output, b":1\r\n");
    }
}

#[test]
fn whatever_a_primary_says_does_no_harm() {
    let replies = [
        "-ERR no\r\n",
        "+PONG\r\n",
        "+PONG\r\n+OK\r\n+OK\r\n+FULLRESYNC x 1\r\n",
        "+PONG\r\n+OK\r\n+OK\r\n+FULLRESYNC aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 5\r\n$3\r\nabc",
        "+PONG\r\n+OK\r\n+OK\r\n+FULLRESYNC aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 5\r\nwhat\r\n",
        "+PONG\r\n+OK\r\n+OK\r\n+CONTINUE\r\n*1\r\n$-5\r\n",
        "+PONG\r\n-ERR\r\n-ERR\r\n-ERR unknown\r\n$0\r\n",
        "+PONG\r\n+OK\r\n+OK\r\n-LOADING wait\r\n",
        "\n\n\r\n$\r\n",
    ];
    for reply in replies {
        let mut net = Net::new(1, |_| {});
        net.ask(0, "SET kept 1");
        net.ask(0, "REPLICAOF 127.0.0.1 9999");
        let requests = net.servers[0].take_link_requests();
        let Some(LinkRequest::Open { link, .. }) = requests.first() else {
            panic!("it connects");
        };
        net.servers[0].link_opened(net.now_us, *link, "127.0.0.1:1", "127.0.0.1:2");
        for byte in reply.bytes() {
            net.servers[0].link_received(net.now_us, *link, &[byte]);
        }
        net.servers[0].tick(net.now_us + 1000);
        net.servers[0].link_closed(net.now_us + 2000, *link);
        assert!(net.ask(0, "PING").starts_with("+PONG"), "{reply:?}");
    }
}

#[test]
fn a_failover_hands_the_part_over_without_losing_a_write() {
    let mut net = Net::chain(2);
    for (line, refused) in [
        ("FAILOVER ABORT", "-ERR No failover in progress. "),
        (
            "FAILOVER TO 127.0.0.1 9",
            "-ERR FAILOVER target HOST and PORT is not a replica. ",
        ),
        (
            "FAILOVER TIMEOUT 0",
            "-ERR FAILOVER timeout must be greater than 0 ",
        ),
        ("FAILOVER TO 127.0.0.1", "-ERR syntax error "),
    ] {
        assert_eq!(net.ask(0, line), refused);
    }
    let refused = "-ERR FAILOVER is not valid when server is a replica. ";
    assert_eq!(net.ask(1, "FAILOVER"), refused);
    net.ask(0, "SET last 1");
    assert_eq!(
        net.ask(0, "FAILOVER TO 127.0.0.1 7001 TIMEOUT 10000"),
        "+OK "
    );
    assert_eq!(net.info(0, "master_failover_state"), "waiting-for-sync");
    assert_eq!(net.ask(0, "SET waits 1"), "", "writes pause");
    net.pass(4000);
    let output = net.servers[0].take_output(net.clients[0]);
    assert!(output.starts_with(b"-READONLY"), "{output:?}");
    assert_eq!(net.info(0, "role"), "slave");
    assert_eq!(net.info(0, "master_failover_state"), "no-failover");
    assert_eq!(net.info(1, "role"), "master");
    assert_eq!(net.ask(1, "GET last"), "$1 1 ");
    assert_eq!(net.servers[1].instance.primary.counts, [0, 1, 0]);
}

#[test]
fn a_failover_that_nobody_follows_ends_in_time() {
    let mut net = Net::chain(2);
    // The replica says nothing any more.
    net.pipes.clear();
    net.ask(0, "SET lost 1");
    assert_eq!(net.ask(0, "FAILOVER TIMEOUT 500"), "+OK ");
    assert_eq!(
        net.ask(0, "REPLICAOF NO ONE"),
        "-ERR REPLICAOF not allowed while failing over. "
    );
    net.pass(1000);
    assert_eq!(net.info(0, "master_failover_state"), "no-failover");
    assert_eq!(net.ask(0, "SET again 1"), "+OK ");
}

/// A primary with a hundred keys that takes its time with each, and a replica with data of its own.
fn slow_primary(load: DisklessLoad) -> Net {
    let mut net = Net::new(2, |config| config.repl_diskless_load = load);
    net.ask(0, "DEBUG POPULATE 100");
    net.ask(0, "CONFIG SET rdb-key-save-delay 50000");
    net
}

#[test]
fn what_is_loaded_beside_the_data_takes_its_place_when_all_has_come() {
    let mut net = slow_primary(DisklessLoad::SwapDb);
    net.ask(1, "SET old 1");
    net.ask(1, "REPLICAOF 127.0.0.1 7000");
    net.pass(3000);
    // Another history: what was there is kept, and not shown.
    assert!(net.ask(1, "GET old").starts_with("-LOADING"));
    assert!(
        net.ask(1, "INFO persistence")
            .contains("loading:1 async_loading:0")
    );
    net.isolate(0);
    net.pass(1500);
    assert_eq!(net.ask(1, "GET old"), "$1 1 ", "nothing has become of it");
    net.down.clear();
    net.pass(9000);
    net.agree();
    assert_eq!(net.ask(1, "EXISTS old"), ":0 ");
    // The same history, but more has happened than the backlog holds: what was there is read meanwhile.
    net.ask(0, "CONFIG SET repl-backlog-size 16kb");
    net.ask(0, "CONFIG SET rdb-key-save-delay 0");
    net.isolate(0);
    net.pass(1500);
    net.ask(0, &format!("SET big {}", "x".repeat(40_000)));
    net.ask(0, "CONFIG SET rdb-key-save-delay 50000");
    net.down.clear();
    net.pass(3000);
    assert_eq!(net.ask(1, "EXISTS key:1 big"), ":1 ");
    assert!(
        net.ask(1, "INFO persistence")
            .contains("loading:0 async_loading:1")
    );
    net.pass(6000);
    net.agree();
    assert_eq!(net.ask(1, "EXISTS key:1 big"), ":2 ");
}

#[test]
fn what_is_loaded_into_an_empty_database_is_gone_when_it_does_not_end() {
    let mut net = slow_primary(DisklessLoad::OnEmptyDb);
    net.ask(1, "REPLICAOF 127.0.0.1 7000");
    net.pass(3000);
    assert!(net.ask(1, "GET key:1").starts_with("-LOADING"));
    net.isolate(0);
    net.pass(1500);
    assert_eq!(net.ask(1, "DBSIZE"), ":0 ");
    net.down.clear();
    net.pass(9000);
    net.agree();
}

#[test]
fn keys_that_clients_of_a_writable_replica_have_written_go_when_their_time_comes() {
    let mut net = Net::chain(2);
    net.ask(1, "CONFIG SET replica-read-only no");
    net.ask(1, "SET own 1 PX 500");
    net.ask(1, "SET kept 1 PX 500");
    net.ask(1, "PERSIST kept");
    net.pass(1000);
    assert_eq!(net.ask(1, "DBSIZE"), ":2 ");
}
