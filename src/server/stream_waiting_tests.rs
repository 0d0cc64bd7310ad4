//! Who waits for a consumer group hears when it goes, as in 7.2: the command is run again, and answers what it finds.

use super::*;

const START_US: i64 = 1_700_000_000_000_000;

struct Room {
    server: Server,
    clients: Vec<u64>,
}

impl Room {
    /// A stream `s` with an empty group `g`, for which client 0 waits and then pings.
    fn waiting() -> Room {
        let config = Config {
            save: Vec::new(),
            ..Config::default()
        };
        let mut server = Server::new(config, 1, START_US);
        server.collect_effects(true);
        let clients = (0..3).map(|_| server.connect(START_US, "127.0.0.1:50000"));
        let clients = clients.collect();
        let mut room = Room { server, clients };
        room.send(1, "XGROUP CREATE s g $ MKSTREAM");
        assert_eq!(
            room.send(0, "XREADGROUP GROUP g a BLOCK 0 STREAMS s >; PING"),
            ""
        );
        room.server.take_effects();
        room
    }

    fn send(&mut self, client: usize, lines: &str) -> String {
        let lines = [&lines.replace("; ", "\r\n"), "\r\n"].concat();
        let id = self.clients[client];
        self.server.receive(START_US, id, lines.as_bytes());
        self.output(client)
    }

    fn output(&mut self, client: usize) -> String {
        let output = self.server.take_output(self.clients[client]);
        let output = String::from_utf8_lossy(&output).replace("\r\n", " ");
        output.trim_end().to_string()
    }
}

const NO_GROUP: &str =
    "-NOGROUP No such key 's' or consumer group 'g' in XREADGROUP with GROUP option +PONG";
const WRONG_TYPE: &str = "-WRONGTYPE Operation against a key holding the wrong kind of value +PONG";

#[test]
fn a_group_that_goes_ends_the_wait() {
    for (lines, answer) in [
        ("DEL s", NO_GROUP),
        ("UNLINK s", NO_GROUP),
        ("XGROUP DESTROY s g", NO_GROUP),
        ("FLUSHALL", NO_GROUP),
        ("FLUSHDB", NO_GROUP),
        ("SWAPDB 0 1", NO_GROUP),
        ("RENAME s other", NO_GROUP),
        ("MOVE s 1", NO_GROUP),
        ("PEXPIREAT s 1", NO_GROUP),
        ("SET s text", WRONG_TYPE),
        ("MULTI; DEL s; RPUSH s a; EXEC", WRONG_TYPE),
        ("RPUSH l a; RENAME l s", WRONG_TYPE),
        ("RPUSH l a; COPY l s REPLACE", WRONG_TYPE),
        ("SADD t a; SUNIONSTORE s t", WRONG_TYPE),
    ] {
        let mut room = Room::waiting();
        room.send(1, lines);
        assert_eq!(room.output(0), answer, "{lines}");
    }
}

#[test]
fn what_leaves_the_group_as_it_was_does_not() {
    for lines in [
        "EXPIRE s 100",
        "EXPIRE s 100; PERSIST s",
        "COPY s other",
        "XGROUP CREATE s other $",
        "XGROUP DESTROY s nobody",
        "XGROUP SETID s g 0",
        "XSETID s 5-5",
        "SET other text",
        "SWAPDB 1 2",
        "XADD s MAXLEN 0 1-1 f v",
        "MULTI; DEL s; XGROUP CREATE s g $ MKSTREAM; EXEC",
    ] {
        let mut room = Room::waiting();
        room.send(1, lines);
        assert_eq!(room.output(0), "", "{lines}");
        room.send(1, "XADD s 9-9 f v");
        assert_eq!(
            room.output(0),
            "*1 *2 $1 s *1 *2 $3 9-9 *2 $1 f $1 v +PONG",
            "{lines}"
        );
    }
}

#[test]
fn entries_go_to_who_came_first_and_to_every_reader() {
    let mut room = Room::waiting();
    assert_eq!(room.send(2, "XREAD BLOCK 0 STREAMS nothing s $ $"), "");
    assert_eq!(room.send(1, "XADD s 1-1 f v"), "$3 1-1");
    let entry = "*1 *2 $1 s *1 *2 $3 1-1 *2 $1 f $1 v";
    assert_eq!(room.output(0), format!("{entry} +PONG"));
    assert_eq!(room.output(2), entry);
    let told = room.server.take_effects();
    let told: Vec<String> = told
        .iter()
        .map(|effect| {
            let words = effect.args.as_args();
            let words = words.iter().map(String::from_utf8_lossy);
            words.collect::<Vec<_>>().join(" ")
        })
        .collect();
    assert_eq!(
        told,
        [
            "XADD s 1-1 f v",
            "XCLAIM s g a 0 1-1 TIME 1700000000000 RETRYCOUNT 1 FORCE JUSTID LASTID 1-1"
        ]
    );
    // What is there already is not what the dollar means, however often the command is run again.
    assert_eq!(room.send(2, "XREAD BLOCK 0 STREAMS s $"), "");
    assert_eq!(room.send(1, "XGROUP DESTROY s g"), ":1");
    assert_eq!(room.output(2), "");
    assert_eq!(room.send(1, "XADD s 2-2 f w"), "$3 2-2");
    assert_eq!(room.output(2), "*1 *2 $1 s *1 *2 $3 2-2 *2 $1 f $1 w");
}
