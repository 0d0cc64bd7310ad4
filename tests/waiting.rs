//! Clients that wait, against a real redis-server: several at once, and after every step the replies of all of
//! them are compared.
//!
//! A step gives one client something to send. It is over when each client has had all its replies or waits, which
//! the real server's `blocked_clients` tells.
//!
//! ```text
//! RESPLAY_STEPS=200000 RESPLAY_SEED=7 cargo nextest run --test waiting      more of it
//! ```
//!
//! What 7.2 does differently is not played: a client with several keys runs its command again there, so that the key
//! named first is served and not the one that came first. While such a client waits, only commands are sent that
//! make one key of the wanted type. Who waits for a group that goes hears NOGROUP in the words of a command that finds
//! none, and streams are never overwritten. `src/server/waiting_tests.rs` holds the rest.

#[path = "support/elements.rs"]
#[allow(dead_code)]
mod elements;
#[path = "support/redis.rs"]
#[allow(dead_code)]
mod redis;
#[path = "support/reply.rs"]
#[allow(dead_code)]
mod reply;

use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;

use redis::{Connection, RealServer};
use reply::{Reply, request};
use resplay::instance::{Config, ProtectedAction};
use resplay::server::Server;

const CLIENTS: usize = 6;
const SHORT: usize = 6_000;
const LISTS: [&str; 4] = ["l0", "l1", "l2", "l3"];
const SETS: [&str; 3] = ["z0", "z1", "z2"];
const STREAMS: [&str; 2] = ["x0", "x1"];

fn setting(name: &str, or: u64) -> u64 {
    std::env::var(name).map_or(or, |text| text.parse().expect("a number"))
}

fn words(line: &str) -> Vec<Vec<u8>> {
    line.split(' ')
        .map(|word| word.as_bytes().to_vec())
        .collect()
}

/// One connection of the real server that can be looked at without waiting.
struct Socket {
    stream: UnixStream,
    unread: Vec<u8>,
    id: i64,
}

impl Socket {
    fn new(server: &RealServer) -> Socket {
        let mut connection = server.connect();
        let id = ask(&mut connection, "CLIENT ID");
        let Reply::Integer(id) = id else {
            panic!("{id}")
        };
        let stream = connection.stream;
        stream.set_nonblocking(true).expect("it is a socket");
        Socket {
            stream,
            unread: Vec::new(),
            id,
        }
    }

    /// The replies that have come.
    fn replies(&mut self) -> Vec<Reply> {
        let mut chunk = [0; 4096];
        loop {
            match self.stream.read(&mut chunk) {
                Ok(0) => panic!("the real server closed the connection"),
                Ok(read) => self.unread.extend_from_slice(&chunk[..read]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => panic!("{error}"),
            }
        }
        parse_all(&mut self.unread)
    }
}

fn parse_all(bytes: &mut Vec<u8>) -> Vec<Reply> {
    let mut replies = Vec::new();
    while let Some((reply, length)) = (!bytes.is_empty()).then(|| Reply::parse(bytes)).flatten() {
        // HELLO tells of two different servers.
        let hello = reply
            .items()
            .and_then(<[Reply]>::first)
            .and_then(Reply::text)
            == Some(b"server");
        replies.push(match reply {
            _ if hello => Reply::Null,
            Reply::Error(text) if is_gone(&text) => Reply::Error(b"NOGROUP".to_vec()),
            reply => reply,
        });
        bytes.drain(..length);
    }
    replies
}

/// Whether an error says that a group is not there (any more).
fn is_gone(error: &[u8]) -> bool {
    error.starts_with(b"NOGROUP") || error.starts_with(b"UNBLOCKED the stream")
}

fn ask(connection: &mut Connection, line: &str) -> Reply {
    connection.send(&request(&words(line)));
    connection.receive()
}

/// What a waiting client waits with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Waits {
    OneKey,
    Keys,
    Move,
}

struct Player {
    real: Socket,
    ours: u64,
    /// Replies that have not come.
    due: usize,
    waits: Waits,
}

struct Table {
    server: RealServer,
    control: Connection,
    ours: Server,
    ours_control: u64,
    now_us: i64,
    players: Vec<Player>,
    random: fastrand::Rng,
    /// Milliseconds of the last entry of any stream.
    entry: u32,
    played: Vec<String>,
    /// Times that a client waited, and that one was served by another's command.
    waited: usize,
    served: usize,
}

impl Table {
    fn new(seed: u64) -> Table {
        let server = RealServer::start();
        let control = server.connect();
        let now_us = 1_700_000_000_000_000;
        let config = Config {
            save: Vec::new(),
            enable_debug_command: ProtectedAction::Yes,
            ..Config::default()
        };
        let mut ours = Server::new(config, 7, now_us);
        let ours_control = ours.connect(now_us, "127.0.0.1:50000");
        let mut table = Table {
            server,
            control,
            ours,
            ours_control,
            now_us,
            players: Vec::new(),
            random: fastrand::Rng::with_seed(seed),
            entry: 0,
            played: Vec::new(),
            waited: 0,
            served: 0,
        };
        for _ in 0..CLIENTS {
            let player = table.join();
            table.players.push(player);
        }
        table
    }

    fn join(&mut self) -> Player {
        Player {
            real: Socket::new(&self.server),
            ours: self.ours.connect(self.now_us, "127.0.0.1:50001"),
            due: 0,
            waits: Waits::OneKey,
        }
    }

    fn pick(&mut self, from: &[&'static str]) -> &'static str {
        from[self.random.usize(..from.len())]
    }

    fn waits(&self, kind: Waits) -> bool {
        let waits = |player: &Player| player.due > 0 && player.waits == kind;
        self.players.iter().any(waits)
    }

    /// A command that waits for entries of streams, and how it does.
    fn reading(&mut self) -> (String, Waits) {
        let several = self.random.u8(..4) == 0 && !self.waits(Waits::Move);
        let (keys, count) = match several {
            true => ("x0 x1", 2),
            false => (self.pick(&STREAMS), 1),
        };
        let most = ["", "COUNT 1 ", "COUNT 2 "][self.random.usize(..3)];
        let line = match self.random.bool() {
            true => {
                let soon = format!("{}-0", self.entry + u32::from(self.random.u8(..4)));
                let id = ["$", "$", &soon][self.random.usize(..3)];
                let ids = [id; 2][..count].join(" ");
                format!("XREAD {most}BLOCK 0 STREAMS {keys} {ids}")
            }
            false => {
                let consumer = self.pick(&["ann", "bob", "carol"]);
                let noack = ["", "", "NOACK "][self.random.usize(..3)];
                let ids = [">"; 2][..count].join(" ");
                format!("XREADGROUP GROUP g {consumer} {most}{noack}BLOCK 0 STREAMS {keys} {ids}")
            }
        };
        match several {
            true => (line, Waits::Keys),
            false => (line, Waits::OneKey),
        }
    }

    /// A command that gives one stream an entry, or does something to its group.
    fn feed(&mut self) -> String {
        let key = self.pick(&STREAMS);
        self.entry += 1;
        let entry = self.entry;
        match self.random.u8(..16) {
            0 => format!("DEL {key}"),
            1 => format!("XGROUP DESTROY {key} g"),
            2..4 => format!("XGROUP CREATE {key} g $ MKSTREAM"),
            4 => format!("XGROUP SETID {key} g {}", entry.saturating_sub(3)),
            5 => format!("XACK {key} g {}-0 {}-0", entry - 1, entry.saturating_sub(2)),
            6 => format!("XDEL {key} {}-0", entry - 1),
            7 => format!("XGROUP DELCONSUMER {key} g bob"),
            8 => format!("EXPIRE {key} 100"),
            _ => format!("XADD {key} {entry}-0 name value"),
        }
    }

    /// A command that may wait, and how it would.
    fn blocking(&mut self) -> (String, Waits) {
        if self.random.u8(..4) == 0 {
            return self.reading();
        }
        let several = self.random.u8(..3) == 0 && !self.waits(Waits::Move);
        let lists = self.random.u8(..3) > 0;
        let names: &[&str] = if lists { &LISTS } else { &SETS };
        let mut keys = vec![self.pick(names)];
        if several {
            keys.push(self.pick(names));
        }
        let waits = match several && keys[0] != keys[1] {
            true => Waits::Keys,
            false => Waits::OneKey,
        };
        let count = keys.len();
        let keys = keys.join(" ");
        let many = self.random.u8(1..4);
        let line = match (self.random.u8(..5), lists) {
            (0, true) => format!(
                "BLMPOP 0 {count} {keys} {} COUNT {many}",
                self.pick(&["LEFT", "RIGHT"])
            ),
            (0, false) => format!(
                "BZMPOP 0 {count} {keys} {} COUNT {many}",
                self.pick(&["MIN", "MAX"])
            ),
            (1 | 2, true) if !several && !self.waits(Waits::Keys) => {
                let to = self.pick(&LISTS);
                let line = match self.random.u8(..4) {
                    0 => format!("BRPOPLPUSH {keys} {to} 0"),
                    _ => {
                        let ends = [self.pick(&["LEFT", "RIGHT"]), self.pick(&["LEFT", "RIGHT"])];
                        format!("BLMOVE {keys} {to} {} {} 0", ends[0], ends[1])
                    }
                };
                return (line, Waits::Move);
            }
            (_, true) => format!("{} {keys} 0", self.pick(&["BLPOP", "BRPOP"])),
            (_, false) => format!("{} {keys} 0", self.pick(&["BZPOPMIN", "BZPOPMAX"])),
        };
        (line, waits)
    }

    /// A command that makes at most one key, of the type that its name promises.
    fn push(&mut self) -> String {
        let value = self.random.u8(..50);
        if self.random.u8(..4) == 0 {
            return self.feed();
        }
        match self.random.u8(..7) {
            0..4 => {
                let (name, key) = (self.pick(&["LPUSH", "RPUSH"]), self.pick(&LISTS));
                let more = ["", " x", " x y z"][self.random.usize(..3)];
                format!("{name} {key} {value}{more}")
            }
            4 | 5 => {
                let key = self.pick(&SETS);
                let more = ["", " 9 x", " 0.5 x 1.5 y"][self.random.usize(..3)];
                format!("ZADD {key} {value} m{value}{more}")
            }
            _ => {
                let names = [self.pick(&LISTS), self.pick(&SETS)];
                format!("DEL {} {}", names[0], names[1])
            }
        }
    }

    /// A command that may make any key of any type.
    fn other(&mut self) -> String {
        let any = |table: &mut Table| match table.random.bool() {
            true => table.pick(&LISTS),
            false => table.pick(&SETS),
        };
        let (a, b) = (any(self), any(self));
        let (from, to) = (self.pick(&LISTS), self.pick(&LISTS));
        match self.random.u8(..16) {
            0 => format!("RENAME {a} {b}"),
            1 => format!("RENAMENX {a} {b}"),
            2 => format!("COPY {a} {b} REPLACE"),
            3 => format!("COPY {a} {b} DB 1"),
            4 => format!("MOVE {a} {}", self.random.u8(..2)),
            5 => format!("LMOVE {from} {to} LEFT RIGHT"),
            6 => format!("RPOPLPUSH {from} {to}"),
            7 => format!("SORT {a} ALPHA STORE {b}"),
            8 => format!("ZUNIONSTORE {b} 2 z0 z1"),
            9 => format!("ZRANGESTORE {b} {} 0 -1", self.pick(&SETS)),
            10 => format!("GEOADD {b} 13.3 38.1 place"),
            11 => format!("SET {a} text"),
            12 => format!("SADD {a} member"),
            13 if !self.waits(Waits::Move) => "SWAPDB 0 1".into(),
            14 => format!("SUNIONSTORE {a} {b}"),
            _ => self.push(),
        }
    }

    /// What a client sends in one step, and how it may wait then.
    fn lines(&mut self) -> (Vec<String>, Waits) {
        let careful = self.waits(Waits::Keys);
        match self.random.u8(..20) {
            0..8 => {
                let (line, waits) = self.blocking();
                let mut lines = vec![line];
                // Behind it, to run when the wait is over. Only what makes no key.
                match self.random.u8(..6) {
                    0 => lines.push("PING".into()),
                    1 => lines.extend(["LLEN l0".into(), "ECHO behind".into()]),
                    _ => {}
                }
                (lines, waits)
            }
            8 | 9 if !careful => {
                let mut lines = vec!["MULTI".to_string()];
                for _ in 0..1 + self.random.u8(..4) {
                    let line = match self.random.u8(..4) {
                        0 => self.blocking().0,
                        1 => self.other(),
                        _ => self.push(),
                    };
                    lines.push(line);
                }
                lines.push("EXEC".into());
                (lines, Waits::OneKey)
            }
            10 | 11 if !careful => (vec![self.other()], Waits::OneKey),
            12 => {
                let line = self.pick(&[
                    "SELECT 0", "SELECT 0", "SELECT 1", "HELLO 3", "HELLO 2", "LPOP l0",
                ]);
                (vec![line.to_string()], Waits::OneKey)
            }
            _ => (vec![self.push()], Waits::OneKey),
        }
    }

    fn step(&mut self) {
        let who = self.random.usize(..CLIENTS);
        let waits = self.players[who].due > 0;
        match self.random.u8(..40) {
            0 if waits => self.leave(who),
            1..4 if waits => self.unblock(who),
            4 if !waits => self.time_out(who),
            _ if waits => {}
            _ => {
                let (lines, waits) = self.lines();
                self.played.push(format!("{who}: {}", lines.join("; ")));
                self.send(who, &lines);
                self.players[who].waits = waits;
                let served = self.settle();
                self.waited += usize::from(self.players[who].due > 0);
                self.served += served.saturating_sub(1);
            }
        }
    }

    fn send(&mut self, who: usize, lines: &[String]) {
        let bytes: Vec<u8> = lines
            .iter()
            .flat_map(|line| request(&words(line)))
            .collect();
        let player = &mut self.players[who];
        player.due += lines.len();
        player
            .real
            .stream
            .write_all(&bytes)
            .expect("the real server reads");
        self.ours.receive(self.now_us, player.ours, &bytes);
    }

    /// A client goes while it waits, and another comes.
    fn leave(&mut self, who: usize) {
        self.played.push(format!("{who}: leaves"));
        self.ours.disconnect(self.now_us, self.players[who].ours);
        self.players[who] = self.join();
        self.settle();
    }

    fn unblock(&mut self, who: usize) {
        let reason = self.pick(&["", " TIMEOUT", " error"]);
        self.played.push(format!("{who}: is unblocked{reason}"));
        let player = &self.players[who];
        let theirs = ask(
            &mut self.control,
            &format!("CLIENT UNBLOCK {}{reason}", player.real.id),
        );
        let mine = self.ask_ours(&format!("CLIENT UNBLOCK {}{reason}", player.ours));
        self.compare("CLIENT UNBLOCK", &mine, &theirs);
        self.settle();
    }

    /// A client waits for a moment only.
    fn time_out(&mut self, who: usize) {
        let (line, waits) = self.blocking();
        let line = match line.strip_suffix(" 0") {
            Some(line) => format!("{line} 0.003"),
            None if line.starts_with('X') => line.replacen(" 0 ", " 3 ", 1),
            None => line.replacen(" 0 ", " 0.003 ", 1),
        };
        let lines = [line, "PING".to_string()];
        self.played.push(format!("{who}: {}", lines.join("; ")));
        self.send(who, &lines);
        self.players[who].waits = waits;
        if self
            .ours
            .instance()
            .clients
            .iter()
            .all(|client| client.id != self.players[who].ours || client.blocked.is_none())
        {
            self.settle();
            return;
        }
        self.now_us += 3000;
        self.ours.tick(self.now_us);
        // However late the real server looks at its clock.
        self.settle_with(Some(who));
    }

    fn blocked(&mut self) -> usize {
        let info = ask(&mut self.control, "INFO clients");
        let info = String::from_utf8_lossy(info.text().expect("INFO is text")).into_owned();
        let blocked = info.split("blocked_clients:").nth(1).expect("it is there");
        blocked
            .lines()
            .next()
            .unwrap_or("")
            .parse()
            .expect("a number")
    }

    fn ask_ours(&mut self, line: &str) -> Reply {
        self.ours
            .receive(self.now_us, self.ours_control, &request(&words(line)));
        let mut output = self.ours.take_output(self.ours_control);
        parse_all(&mut output).pop().expect("a reply")
    }

    /// Waits until everybody has had what there is, and compares it. Answers how many had something.
    fn settle(&mut self) -> usize {
        self.settle_with(None)
    }

    /// The same, and one of them has had all.
    fn settle_with(&mut self, done: Option<usize>) -> usize {
        let mut theirs = vec![Vec::new(); CLIENTS];
        for round in 0.. {
            assert!(round < 100_000, "nothing settles\n{}", self.story());
            let blocked = self.blocked();
            for (player, replies) in self.players.iter_mut().zip(&mut theirs) {
                replies.extend(player.real.replies());
            }
            let waiting = self.players.iter().zip(&theirs);
            let waiting = waiting.filter(|(player, replies)| player.due > replies.len());
            let waiting = waiting.count();
            let done = done.is_none_or(|who| self.players[who].due == theirs[who].len());
            if waiting == blocked && done {
                break;
            }
        }
        let mut served = 0;
        for (who, theirs) in theirs.iter().enumerate() {
            let id = self.players[who].ours;
            let mine = parse_all(&mut self.ours.take_output(id));
            let mine = Reply::Array(mine);
            self.compare(
                &format!("replies to {who}"),
                &mine,
                &Reply::Array(theirs.clone()),
            );
            self.players[who].due -= theirs.len();
            served += usize::from(!theirs.is_empty());
        }
        served
    }

    fn audit(&mut self) {
        let theirs = ask(&mut self.control, "DEBUG DIGEST");
        let mine = self.ask_ours("DEBUG DIGEST");
        self.compare("data", &mine, &theirs);
        for key in STREAMS {
            let line = format!("XPENDING {key} g");
            let (mine, theirs) = (self.ask_ours(&line), ask(&mut self.control, &line));
            if !matches!(&theirs, Reply::Error(_)) {
                self.compare(&line, &mine, &theirs);
            }
        }
        let blocked = self.ours.instance().blocked_clients;
        assert_eq!(
            blocked,
            self.players.iter().filter(|player| player.due > 0).count()
        );
    }

    fn compare(&self, what: &str, mine: &Reply, theirs: &Reply) {
        let (mine, theirs) = (mine.to_string(), theirs.to_string());
        assert!(
            mine == theirs,
            "{what}\nours {mine}\nreal {theirs}\n{}",
            self.story()
        );
    }

    /// The last steps, the newest at the end.
    fn story(&self) -> String {
        let from = self.played.len().saturating_sub(40);
        self.played[from..].join("\n")
    }
}

#[test]
fn waiting_clients_are_served_as_by_the_real_server() {
    let seed = setting("RESPLAY_SEED", 1);
    let steps = setting("RESPLAY_STEPS", SHORT as u64);
    let mut table = Table::new(seed);
    for step in 0..steps {
        table.step();
        if step % 16 == 0 {
            table.audit();
        }
    }
    let Table { waited, served, .. } = table;
    println!(
        "waiting: {steps} steps from seed {seed}, {waited} waits, {served} clients served by others"
    );
    assert!(waited > 100 && served > 100, "hardly anybody waits");
}
