//! Sentinels over TCP, ours behind the native host and real ones: they find each other, vote together, and fail over
//! trios of either kind.

#[path = "support/node.rs"]
#[allow(dead_code)]
mod node;
#[path = "support/reply.rs"]
#[allow(dead_code)]
mod reply;

use node::{Node, OURS};
use reply::Reply;

/// A primary and two replicas that follow it.
fn trio(ours: bool) -> Vec<Node> {
    let primary = Node::server(ours, "");
    let line = format!("replicaof 127.0.0.1 {}\n", primary.port);
    let mut nodes = vec![
        primary,
        Node::server(ours, &line),
        Node::server(ours, &line),
    ];
    for replica in &mut nodes[1..] {
        replica.until("it follows", |node| {
            node.info("replication", "master_link_status") == "up"
        });
    }
    nodes
}

/// Sentinels of these programs, which know all replicas and each other.
fn sentinels(programs: &[&str], primary: u16) -> Vec<Node> {
    let lines = format!(
        "sentinel monitor trio 127.0.0.1 {primary} 2\n\
         sentinel down-after-milliseconds trio 1000\nsentinel failover-timeout trio 4000\n"
    );
    let start = |program: &&str| Node::start(program, &lines, &["--sentinel"]);
    let mut sentinels: Vec<Node> = programs.iter().map(start).collect();
    let all = format!("slaves=2,sentinels={}", programs.len());
    for sentinel in &mut sentinels {
        sentinel.until("it knows everybody", |node| {
            node.info("sentinel", "master0").contains(&all)
        });
    }
    sentinels
}

/// The port of the primary that a sentinel tells of.
fn told(sentinel: &mut Node) -> u16 {
    match sentinel.ask("SENTINEL GET-MASTER-ADDR-BY-NAME trio") {
        Reply::Array(words) => match words.get(1) {
            Some(Reply::Bulk(port)) => String::from_utf8_lossy(port).parse().unwrap_or(0),
            _ => 0,
        },
        _ => 0,
    }
}

/// The primary is killed, another takes its place, and it follows that one when it is back.
fn fail_over(mut nodes: Vec<Node>, mut sentinels: Vec<Node>) {
    let old = nodes[0].port;
    let set = nodes[0].ask("SET before failover");
    assert_eq!(set, Reply::Simple(b"OK".to_vec()));
    let wait = nodes[0].ask("WAIT 2 5000");
    assert_eq!(wait, Reply::Integer(2));
    nodes[0].kill();
    let mut new = 0;
    sentinels[0].until("a replica is promoted", |node| {
        new = told(node);
        new != old && new != 0
    });
    for sentinel in &mut sentinels {
        sentinel.until("all of them say so", |node| told(node) == new);
    }
    nodes[0].start_again();
    nodes.sort_by_key(|node| node.port != new);
    let [promoted, others @ ..] = nodes.as_mut_slice() else {
        panic!("there are three");
    };
    promoted.until("it says so itself", |node| {
        node.info("replication", "role") == "master"
    });
    let set = promoted.ask("SET after failover");
    assert_eq!(set, Reply::Simple(b"OK".to_vec()));
    for other in others {
        other.until("it follows the new one", |node| {
            node.info("replication", "master_port") == new.to_string()
                && node.ask("GET after") == Reply::Bulk(b"failover".to_vec())
                && node.ask("GET before") == Reply::Bulk(b"failover".to_vec())
        });
    }
}

#[test]
fn our_sentinels_fail_over_a_trio_of_real_servers() {
    let nodes = trio(false);
    let sentinels = sentinels(&[OURS, OURS, OURS], nodes[0].port);
    fail_over(nodes, sentinels);
}

#[test]
fn ours_and_real_ones_vote_together_over_a_trio_of_ours() {
    let nodes = trio(true);
    let sentinels = sentinels(&[OURS, "redis-server", OURS], nodes[0].port);
    fail_over(nodes, sentinels);
}

/// What clients ask answers in the same words, field by field.
#[test]
fn ours_describes_what_it_watches_as_a_real_one_does() {
    let nodes = trio(false);
    let mut both = sentinels(&[OURS, "redis-server"], nodes[0].port);
    let names = |reply: Reply| -> Vec<Vec<u8>> {
        let Reply::Array(words) = reply else {
            panic!("it is no description: {reply:?}");
        };
        let nested = words.iter().flat_map(|word| match word {
            Reply::Array(words) => words.clone(),
            other => vec![other.clone()],
        });
        let names = nested.step_by(2).map(|word| match word {
            Reply::Bulk(name) => name,
            other => panic!("a name is no {other:?}"),
        });
        names.collect()
    };
    for line in [
        "SENTINEL MASTER trio",
        "SENTINEL MASTERS",
        "SENTINEL REPLICAS trio",
        "SENTINEL SENTINELS trio",
        "SENTINEL CONFIG GET *",
        "SENTINEL DEBUG",
    ] {
        let [ours, real] = both.as_mut_slice() else {
            panic!("there are two");
        };
        assert_eq!(names(ours.ask(line)), names(real.ask(line)), "{line}");
    }
    let shown = |reply: &Reply| match reply {
        Reply::Error(text) => String::from_utf8_lossy(text).into_owned(),
        other => format!("{other:?}"),
    };
    let mut differences = Vec::new();
    for line in [
        "SENTINEL CKQUORUM trio",
        "SENTINEL CKQUORUM nobody",
        "SENTINEL GET-MASTER-ADDR-BY-NAME trio",
        "SENTINEL GET-MASTER-ADDR-BY-NAME nobody",
        "SENTINEL MASTER nobody",
        "SENTINEL SET trio quorum x",
        "SENTINEL SET trio nothing 1",
        "SENTINEL SET trio quorum",
        "SENTINEL MONITOR trio 127.0.0.1 1 1",
        "SENTINEL MONITOR b 127.0.0.1 1 0",
        "SENTINEL MONITOR b 127.0.0.1 x 1",
        "SENTINEL MONITOR b 127.0.0.1 1 x",
        "SENTINEL MONITOR b host.invalid 1 1",
        "SENTINEL REMOVE nobody",
        "SENTINEL RESET nobody",
        "SENTINEL FAILOVER nobody",
        "SENTINEL NOTHING",
        "SENTINEL IS-MASTER-DOWN-BY-ADDR 127.0.0.1 1 0 *",
        "SENTINEL IS-MASTER-DOWN-BY-ADDR 127.0.0.1 x 0 *",
        "SENTINEL PENDING-SCRIPTS",
        "SENTINEL SIMULATE-FAILURE nothing",
        "SENTINEL SIMULATE-FAILURE HELP",
        "SENTINEL CONFIG SET nothing 1",
        "SENTINEL CONFIG SET announce-port x",
        "SENTINEL CONFIG nothing x",
        "SENTINEL DEBUG nothing 1",
        "SENTINEL DEBUG ping-period x",
        "ROLE",
        "PUBLISH news now",
        "GET a",
        "CONFIG GET port",
    ] {
        let [ours, real] = both.as_mut_slice() else {
            panic!("there are two");
        };
        let (ours, real) = (ours.ask(line), real.ask(line));
        if ours != real {
            differences.push(format!("{line}: {} but {}", shown(&ours), shown(&real)));
        }
    }
    assert!(differences.is_empty(), "{differences:#?}");
}
