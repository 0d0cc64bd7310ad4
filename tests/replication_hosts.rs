//! Servers over TCP, ours behind the native host and real ones, in chains of both: they follow one another, break
//! off, come back, and agree after a random workload. And a real sentinel that fails over a trio of ours.

#[path = "support/reply.rs"]
#[allow(dead_code)]
mod reply;

#[path = "support/node.rs"]
mod node;

use std::time::Duration;

use node::Node;
use reply::Reply;

/// Writes at random, to keys of all kinds.
fn write(node: &mut Node, chance: &mut fastrand::Rng, count: usize) {
    for _ in 0..count {
        let (key, value) = (chance.u32(..100), chance.u32(..50));
        let line = match chance.u32(..12) {
            0 => format!("SET s{key} {value}"),
            1 => format!("INCRBYFLOAT f{key} 0.1"),
            2 => format!("LPUSH l{key} {value} a b"),
            3 => format!("RPOP l{key}"),
            4 => format!("SADD S{key} {value} x y"),
            5 => format!("SPOP S{key}"),
            6 => format!("HSET h{key} {value} {value}"),
            7 => format!("ZADD z{key} {value} m{value}"),
            8 => format!("XADD x{key} * f {value}"),
            9 => format!("DEL h{key} s{key}"),
            10 => format!("SELECT {}", value % 3),
            _ => format!("PEXPIRE z{key} 1000000"),
        };
        assert!(!matches!(node.ask(&line), Reply::Error(_)), "{line}");
    }
}

/// All of `nodes` have what the first of them has.
fn agree(nodes: &mut [Node]) {
    let (first, others) = nodes.split_first_mut().expect("there are some");
    let told = first.info("replication", "master_repl_offset");
    let digest = first.ask("DEBUG DIGEST");
    for node in others {
        node.until("it has all", |node| {
            // Pings go on meanwhile.
            let has = node.info("replication", "slave_repl_offset");
            has.parse::<u64>().ok() >= told.parse::<u64>().ok()
                && node.info("replication", "master_link_status") == "up"
        });
        assert_eq!(node.ask("DEBUG DIGEST"), digest);
    }
}

/// A chain of servers, `o` ours and `r` real ones: the first writes, the others follow one another.
fn chain(kinds: &str) {
    let mut chance = fastrand::Rng::with_seed(11);
    let mut nodes: Vec<Node> = kinds
        .chars()
        .map(|kind| Node::server(kind == 'o', ""))
        .collect();
    write(&mut nodes[0], &mut chance, 400);
    for at in 1..nodes.len() {
        let port = nodes[at - 1].port;
        nodes[at].follow(port);
    }
    write(&mut nodes[0], &mut chance, 400);
    agree(&mut nodes);
    // Every link breaks, while more is written.
    let full: Vec<String> = nodes
        .iter_mut()
        .map(|it| it.info("stats", "sync_full"))
        .collect();
    for node in &mut nodes[1..] {
        node.ask("CLIENT KILL TYPE master");
    }
    write(&mut nodes[0], &mut chance, 400);
    std::thread::sleep(Duration::from_millis(300));
    agree(&mut nodes);
    let after: Vec<String> = nodes
        .iter_mut()
        .map(|it| it.info("stats", "sync_full"))
        .collect();
    assert_eq!(after, full, "they went on where they were");
    assert_eq!(nodes[0].info("stats", "sync_partial_ok"), "1");
}

#[test]
fn ours_follows_a_real_one() {
    chain("ro");
}

#[test]
fn a_real_one_follows_ours() {
    chain("or");
}

#[test]
fn chains_of_both_agree() {
    chain("oror");
    chain("rooo");
}

#[test]
fn a_replica_that_is_started_again_goes_on_from_its_file() {
    for (primary, replica) in [(true, true), (false, true), (true, false)] {
        let mut chance = fastrand::Rng::with_seed(12);
        let mut primary = Node::server(primary, "");
        write(&mut primary, &mut chance, 200);
        let line = format!("replicaof 127.0.0.1 {}\n", primary.port);
        let mut replica = Node::server(replica, &line);
        let up = |node: &mut Node| node.info("replication", "master_link_status") == "up";
        replica.until("it follows", up);
        write(&mut primary, &mut chance, 200);
        std::thread::sleep(Duration::from_millis(200));
        assert_eq!(replica.ask("SAVE"), Reply::Simple(b"OK".to_vec()));
        replica.kill();
        write(&mut primary, &mut chance, 200);
        replica.start_again();
        replica.until("it follows again", up);
        let mut nodes = [primary, replica];
        agree(&mut nodes);
        assert_eq!(nodes[0].info("stats", "sync_full"), "1");
        assert_eq!(nodes[0].info("stats", "sync_partial_ok"), "1");
    }
}

#[test]
fn a_real_sentinel_fails_over_a_trio_of_ours() {
    let mut primary = Node::server(true, "");
    let line = format!("replicaof 127.0.0.1 {}\n", primary.port);
    let mut replicas = [Node::server(true, &line), Node::server(true, &line)];
    for replica in &mut replicas {
        replica.until("it follows", |node| {
            node.info("replication", "master_link_status") == "up"
        });
    }
    let lines = format!(
        "sentinel monitor trio 127.0.0.1 {} 1\nsentinel down-after-milliseconds trio 500\n\
         sentinel failover-timeout trio 5000\n",
        primary.port
    );
    let mut sentinel = Node::start("redis-server", &lines, &["--sentinel"]);
    sentinel.until("it knows both replicas", |node| {
        node.info("sentinel", "master0").contains("slaves=2")
    });
    let old = primary.port;
    primary.kill();
    let mut port = 0;
    sentinel.until("a replica is promoted", |node| {
        let reply = node.ask("SENTINEL GET-MASTER-ADDR-BY-NAME trio");
        if let Reply::Array(words) = &reply
            && let Some(Reply::Bulk(word)) = words.get(1)
        {
            port = String::from_utf8_lossy(word).parse().expect("a port");
        }
        port != old && port != 0
    });
    replicas.sort_by_key(|node| node.port != port);
    let [promoted, other] = &mut replicas;
    // Its clients were sent away with the promotion, and come back.
    promoted.until("it says so", |node| {
        node.info("replication", "role") == "master"
    });
    let follows = |node: &mut Node| {
        node.info("replication", "master_port") == port.to_string()
            && node.info("replication", "master_link_status") == "up"
    };
    other.until("the other follows it", follows);
    let set = promoted.ask("SET after failover");
    assert_eq!(set, Reply::Simple(b"OK".to_vec()));
    other.until("the other has what is new", |node| {
        node.ask("GET after") == Reply::Bulk(b"failover".to_vec())
    });
}
