//! Replicas that are played by hand: what they ask, what they are sent, and when.

use super::*;

const START_US: i64 = 1_700_000_000_000_000;

struct Scene {
    server: Server,
    clients: Vec<u64>,
    now_us: i64,
}

impl Scene {
    fn new(clients: usize) -> Scene {
        let config = Config {
            save: Vec::new(),
            repl_diskless_sync: false,
            ..Config::default()
        };
        let mut server = Server::new(config, 1, START_US);
        let clients = (0..clients)
            .map(|_| server.connect(START_US, "127.0.0.1:50000"))
            .collect();
        Scene {
            server,
            clients,
            now_us: START_US,
        }
    }

    fn send(&mut self, who: usize, lines: &str) -> String {
        for line in lines.split("; ") {
            let line = [line, "\r\n"].concat();
            self.server
                .receive(self.now_us, self.clients[who], line.as_bytes());
        }
        self.output(who)
    }

    fn output(&mut self, who: usize) -> String {
        let output = self.server.take_output(self.clients[who]);
        String::from_utf8_lossy(&output).replace("\r\n", " ")
    }

    fn pass(&mut self, ms: i64) {
        for _ in 0..ms.div_euclid(100).max(1) {
            self.now_us += 1000 * ms.min(100);
            while self.server.tick(self.now_us) == 0 {}
        }
    }

    /// Has a client become a replica, and answers its stream's name and the snapshot's place in it.
    fn follow(&mut self, who: usize) -> (String, u64) {
        assert_eq!(
            self.send(who, "REPLCONF listening-port 6390 capa eof capa psync2"),
            "+OK "
        );
        let mut text = self.send(who, "PSYNC ? -1");
        self.pass(100);
        text += &self.output(who);
        let words: Vec<&str> = text.split(' ').collect();
        assert_eq!(words[0], "+FULLRESYNC", "{text}");
        assert!(words[3].starts_with('$'), "{text}");
        assert!(words[4].starts_with("REDIS"), "{text}");
        (words[1].to_string(), words[2].parse().unwrap())
    }
}

#[test]
fn a_replica_gets_a_snapshot_and_hears_what_comes_after() {
    let mut scene = Scene::new(2);
    scene.send(0, "SET a 1");
    let (id, offset) = scene.follow(1);
    assert_eq!((id.len(), offset), (40, 0));
    scene.send(0, "SET b 2; GET b; SELECT 2; SETEX c 10 x");
    let told = scene.output(1);
    assert!(
        told.starts_with("*2 $6 SELECT $1 0 *3 $3 SET $1 b $1 2 *2 $6 SELECT $1 2 *5 $3 SET"),
        "{told}"
    );
    assert!(told.contains("$4 PXAT"), "{told}");
    scene.send(0, "MULTI; SET a 2; INCR a; EXEC");
    let told = scene.output(1);
    assert_eq!(
        told,
        "*1 $5 MULTI *3 $3 SET $1 a $1 2 *2 $4 INCR $1 a *1 $4 EXEC "
    );
    scene.pass(10_000);
    assert_eq!(scene.output(1), "*1 $4 PING *2 $3 DEL $1 c ");
}

#[test]
fn what_is_written_while_the_snapshot_is_made_comes_behind_it() {
    let mut scene = Scene::new(3);
    for key in 0..5000 {
        scene.send(0, &format!("SET key:{key} {key}"));
    }
    let first = scene.send(1, "SYNC");
    scene.send(0, "SET late 1");
    // It waits for the same snapshot.
    let second = scene.send(2, "SYNC");
    scene.send(0, "SET later 2");
    assert_eq!((first.as_str(), second.as_str()), ("", ""));
    scene.pass(100);
    for who in [1, 2] {
        let told = scene.output(who);
        assert!(told.starts_with('$'), "{}", &told[..40]);
        let stream = "*2 $6 SELECT $1 0 *3 $3 SET $4 late $1 1 *3 $3 SET $5 later $1 2 ";
        assert!(told.ends_with(stream), "{}", &told[told.len() - 80..]);
    }
}

#[test]
fn who_comes_back_goes_on_where_it_was() {
    let mut scene = Scene::new(3);
    let (id, offset) = scene.follow(1);
    scene.send(0, "SET a 1");
    let heard = scene.server.take_output(scene.clients[1]).len() as u64;
    scene.server.disconnect(scene.now_us, scene.clients[1]);
    scene.send(0, "SET b 2");
    let from = offset + heard + 1;
    scene.send(2, "REPLCONF capa psync2");
    let told = scene.send(2, &format!("PSYNC {id} {from}"));
    assert_eq!(told, format!("+CONTINUE {id} *3 $3 SET $1 b $1 2 "));
    scene.send(0, "SET c 3");
    assert_eq!(scene.output(2), "*3 $3 SET $1 c $1 3 ");
    // Another stream, or a place that nobody knows.
    let mut later = Scene::new(2);
    later.send(0, "SET a 1");
    let told = later.send(1, &format!("PSYNC {id} {from}"));
    assert!(told.starts_with("+FULLRESYNC"), "{told}");
}

#[test]
fn a_backlog_that_is_too_small_means_everything_anew() {
    let mut scene = Scene::new(3);
    scene.send(0, "CONFIG SET repl-backlog-size 20");
    let (id, offset) = scene.follow(1);
    scene.send(0, "SET a 1; SET b 2");
    let told = scene.send(2, &format!("PSYNC {id} {}", offset + 1));
    assert!(told.starts_with("+FULLRESYNC"), "{told}");
    let stats = scene.send(0, "INFO stats");
    assert!(
        stats.contains("sync_full:2") && stats.contains("sync_partial_err:1"),
        "{stats}"
    );
}

#[test]
fn wait_counts_the_replicas_that_have_come_so_far() {
    let mut scene = Scene::new(3);
    let (_, offset) = scene.follow(1);
    scene.send(0, "SET a 1");
    let mut heard = scene.server.take_output(scene.clients[1]).len() as u64;
    assert_eq!(scene.send(0, "WAIT 1 0"), "", "it has not said so");
    let asked = scene.server.take_output(scene.clients[1]);
    assert_eq!(
        asked,
        b"*3\r\n$8\r\nREPLCONF\r\n$6\r\nGETACK\r\n$1\r\n*\r\n"
    );
    assert_eq!(
        scene.send(1, &format!("REPLCONF ACK {}", offset + heard - 1)),
        ""
    );
    assert_eq!(scene.output(0), "");
    assert_eq!(
        scene.send(1, &format!("REPLCONF ACK {}", offset + heard)),
        ""
    );
    assert_eq!(scene.output(0), ":1 ");
    heard += asked.len() as u64;
    assert_eq!(scene.send(0, "WAIT 2 50"), "");
    scene.pass(100);
    assert_eq!(
        scene.output(0),
        ":1 ",
        "as many as there are when time is up"
    );
    let role = scene.send(0, "ROLE");
    let told = offset + heard + asked.len() as u64;
    assert_eq!(
        role,
        format!(
            "*3 $6 master :{told} *1 *3 $9 127.0.0.1 $4 6390 ${} {} ",
            (told - 2 * asked.len() as u64).to_string().len(),
            told - 2 * asked.len() as u64
        )
    );
}

#[test]
fn writes_need_the_replicas_that_the_configuration_asks_for() {
    let mut scene = Scene::new(2);
    scene.send(0, "CONFIG SET min-replicas-to-write 1");
    let refused = "-NOREPLICAS Not enough good replicas to write. ";
    assert_eq!(scene.send(0, "SET a 1"), refused);
    assert_eq!(scene.send(0, "GET a"), "$-1 ");
    scene.follow(1);
    assert_eq!(scene.send(0, "SET a 1"), "+OK ");
    scene.pass(12_000);
    assert_eq!(
        scene.send(0, "SET a 1"),
        refused,
        "it has said nothing for long"
    );
    scene.send(1, "REPLCONF ACK 0");
    assert_eq!(scene.send(0, "SET a 1"), "+OK ");
}

#[test]
fn a_silent_replica_is_given_up_and_the_backlog_in_time() {
    let mut scene = Scene::new(2);
    let (id, _) = scene.follow(1);
    scene.send(0, "CONFIG SET repl-backlog-ttl 5");
    scene.pass(62_000);
    let info = scene.send(0, "INFO replication");
    assert!(info.contains("connected_slaves:0"), "{info}");
    assert!(
        info.contains(&id) && info.contains("repl_backlog_active:1"),
        "{info}"
    );
    scene.server.disconnect(scene.now_us, scene.clients[1]);
    scene.pass(8_000);
    let info = scene.send(0, "INFO replication");
    assert!(
        !info.contains(&id) && info.contains("repl_backlog_active:0"),
        "{info}"
    );
}

#[test]
fn a_replica_leaves_the_data_alone() {
    let mut scene = Scene::new(2);
    scene.follow(1);
    // Who asks for something on the link of a replica is none, and is closed.
    assert_eq!(scene.send(1, "SET a 1"), "");
    let log = scene.server.take_log().join("\n");
    assert!(
        log.contains("error to its replica: 'ERR Replica can't interact with the keyspace'")
            && log.contains("Replica generated a reply to command 'set', disconnecting it: id="),
        "{log}"
    );
    assert_eq!(scene.send(0, "EXISTS a"), ":0 ");
    assert_eq!(
        scene.send(0, "REPLCONF nonsense 1"),
        "-ERR Unrecognized REPLCONF option: nonsense "
    );
    assert_eq!(
        scene.send(0, "REPLCONF listening-port"),
        "-ERR syntax error "
    );
}
