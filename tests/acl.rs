//! Users and what they may do, step by step against a real redis-server: random rules, log-ins and commands of
//! several clients, transactions, subscriptions that end with a right, and what is noted of it all.
//!
//! ```text
//! RESPLAY_USERS=1000000 RESPLAY_SEED=7 cargo nextest run --test acl      that many steps
//! ```
//!
//! Takes a second or two. What 7.2 says in other words is put into the same: who may not do what, the rules on
//! commands (7.2 keeps them as they were given, 7.0 finds a set of its own; DRYRUN tells whether they mean the
//! same), sanitize-payload (which 7.2 always names), and the entries of ACL LOG (7.2's say more).

#[path = "support/redis.rs"]
#[allow(dead_code)]
mod redis;
#[path = "support/reply.rs"]
mod reply;

use std::cell::RefCell;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::rc::Rc;

use redis::RealServer;
use reply::{Reply, request};
use resplay::disk::{Disk, DiskError, MemoryDisk, Metadata, SyncOutcome, Ticket, read_all};
use resplay::instance::{Config, ProtectedAction};
use resplay::server::{Event, Server};

const CLIENTS: usize = 4;
const SHORT: usize = 12_000;
/// Steps after which everything begins anew.
const HISTORY: usize = 800;
const START_US: i64 = 1_700_000_000_000_000;

const USERS: [&str; 4] = ["ann", "bob", "default", "nobody"];
const KEYS: [&str; 6] = ["a", "a1", "b1", "b2", "c", "weight_1"];

#[rustfmt::skip]
const RULES: &[&str] = &[
    "on", "on", "on", "off", "nopass", "resetpass", ">one", ">one", ">two", "<one", "<two",
    "#fe05bcdcdc4928012781a5f1a2a77cbb5398e106f5ed0e7bcb15c5b51b5bdbd7", "!1234", "#XYZ",
    "!fe05bcdcdc4928012781a5f1a2a77cbb5398e106f5ed0e7bcb15c5b51b5bdbd7",
    "reset", "clearselectors", "skip-sanitize-payload", "sanitize-payload", "RESETPASS", "",
    "~a*", "~a*", "~b?", "%R~b*", "%W~b*", "%RW~c", "%wr~a1", "%~a", "%R", "%X~a", "~*", "allkeys", "resetkeys", "~",
    "%R~*", "&news.*", "&news.b*", "&n?ws", "&*", "allchannels", "resetchannels", "&a b",
    "+@all", "-@all", "allcommands", "nocommands", "+@read", "+@write", "-@write", "+@keyspace", "-@dangerous",
    "+@connection", "+@pubsub", "+@transaction", "-@hash", "+@nosuch", "-@", "+@STRING",
    "+get", "+SET", "-get", "-set", "+mget", "+del", "+sort", "+multi", "+exec", "+subscribe", "+nosuch", "-nosuch",
    "+config", "-config", "+config|get", "-config|get", "+CONFIG|set", "+config|nosuch", "+config|get|x", "+config|",
    "+select|0", "+select|1", "-select", "+select", "+select|", "-select|0", "+client|id", "+acl|whoami", "-acl",
    "+object|freq", "+debug|object", "+", "-", "~", "nosuch", "(", ")", "()",
    "(+get ~b*)", "(+set %W~c)", "(allcommands allkeys)", "(+@read resetchannels &news.a %R~*)", "( +mget ~* )",
    "(+nosuch)", "(on)", "(+get", "~b1)", "(~a1 +select|2 +config|get)",
];

#[rustfmt::skip]
const COMMANDS: &[&str] = &[
    "PING", "ECHO hi", "SELECT 0", "SELECT 1", "SELECT 2", "GET KEY", "SET KEY 1", "SET KEY 2 GET", "DEL KEY KEY",
    "MGET KEY KEY", "MSET KEY 1 KEY 2", "COPY KEY KEY", "RENAME KEY KEY", "LMOVE KEY KEY LEFT RIGHT", "RPUSH KEY 2 1",
    "SORT KEY", "SORT KEY BY nosort", "SORT KEY BY weight_*", "SORT KEY GET #", "SORT KEY BY weight_* GET b* STORE KEY",
    "SORT_RO KEY GET b*", "SINTERSTORE KEY KEY KEY", "ZUNIONSTORE KEY 2 KEY KEY", "ZUNION 2 KEY KEY", "ZUNION x KEY",
    "BITFIELD KEY GET u8 0", "BITFIELD KEY SET u8 0 1", "GETEX KEY", "GETDEL KEY", "HSET KEY f 1", "HGET KEY f",
    "EXISTS KEY KEY", "TTL KEY", "OBJECT FREQ KEY", "TYPE KEY", "KEYS nosuch*", "DBSIZE",
    "CONFIG GET maxmemory", "CONFIG SET maxmemory 0", "CONFIG RESETSTAT", "CLIENT GETNAME", "CLIENT SETNAME me",
    "ACL WHOAMI", "ACL GENPASS 0", "PUBLISH news.a x", "PUBLISH other x", "SPUBLISH news.a x", "PUBSUB NUMPAT",
    "GEOADD KEY 13.3 38.1 place", "GEORADIUS KEY 15 37 200 km STORE KEY", "LMPOP 1 KEY LEFT", "NOSUCH KEY", "GET",
    "TOUCH KEY", "PFCOUNT KEY KEY", "PFMERGE KEY KEY", "LCS KEY KEY", "SMISMEMBER KEY 1", "WATCH KEY", "UNWATCH",
    "MEMORY USAGE nosuch", "DEBUG OBJECT nosuch", "COMMAND COUNT x", "CLIENT REPLY x",
];

fn setting<T: std::str::FromStr>(name: &str, or: T) -> T {
    std::env::var(name).map_or(or, |text| {
        text.parse()
            .unwrap_or_else(|_| panic!("{name} is no number: {text}"))
    })
}

/// What was said, in the words of 7.0 as far as they mean the same.
fn plain(reply: &Reply) -> String {
    let all = |mark: &str, items: &[Reply]| {
        let mut parts = Vec::new();
        let mut hide = false;
        for item in items {
            let text = plain(item);
            if text == "\"sanitize-payload\"" || text == "+sanitize-payload" {
                continue;
            }
            parts.push(if hide { "rules".into() } else { text.clone() });
            hide = text == "\"commands\"";
        }
        // What ACL LOG says of an entry beyond the user's name is another matter.
        if parts.first().is_some_and(|first| first == "\"count\"") {
            parts.truncate(10);
        }
        if parts.first().is_some_and(|first| first == "\"server\"") {
            return "HELLO".to_string();
        }
        format!("{mark}[{}]", parts.join(" "))
    };
    match reply {
        Reply::Array(items) => all("*", items),
        Reply::Map(items) => all("%", items),
        Reply::Set(items) => all("~", items),
        Reply::Push(items) => all(">", items),
        Reply::Error(text) => denied(&String::from_utf8_lossy(text)),
        Reply::Bulk(text) if text.starts_with(b"user ") => line(&String::from_utf8_lossy(text)),
        Reply::Bulk(text) if text.starts_with(b"User ") => {
            let text = String::from_utf8_lossy(text);
            let (_, rest) = text.split_once(" has ").expect("it says who has no right");
            Reply::Bulk(["This user has ", rest].concat().into_bytes()).to_string()
        }
        other => other.to_string(),
    }
}

fn denied(text: &str) -> String {
    let Some((before, why)) = text.split_once("NOPERM ") else {
        return format!("-{}", text.replace("HELLO <proto> AUTH", "HELLO AUTH"));
    };
    let what = match why {
        _ if why.starts_with("ACLs rules changed") => why,
        "No permissions to access a key" => "a key",
        "No permissions to access a channel" => "a channel",
        _ if why.ends_with("one of the keys used as arguments") => "a key",
        _ if why.ends_with("one of the channels used as arguments") => "a channel",
        _ => why.split(" run ").last().unwrap_or_default(),
    };
    format!("-{before}NOPERM {what}")
}

/// A line of ACL LIST without its rules on commands.
fn line(text: &str) -> String {
    let words = text.split(' ').filter_map(|word| match word {
        "sanitize-payload" => None,
        _ if !word.starts_with(['+', '-']) => Some(word),
        _ if word.ends_with(')') => Some(")"),
        _ => None,
    });
    words.collect::<Vec<_>>().join(" ")
}

struct Player {
    real: UnixStream,
    ours: u64,
    /// In the middle of what few commands may stand.
    subscribed: bool,
    in_multi: bool,
}

struct Stage {
    server: RealServer,
    ours: Server,
    players: Vec<Player>,
    random: fastrand::Rng,
    played: Vec<String>,
    denied: usize,
    closed: usize,
}

impl Stage {
    fn new(seed: u64) -> Stage {
        let server = RealServer::start();
        let config = Config {
            save: Vec::new(),
            enable_debug_command: ProtectedAction::Yes,
            ..Config::default()
        };
        let mut stage = Stage {
            server,
            ours: Server::new(config, 7, START_US),
            players: Vec::new(),
            random: fastrand::Rng::with_seed(seed),
            played: Vec::new(),
            denied: 0,
            closed: 0,
        };
        // The first does what needs the right to do everything.
        for _ in 0..=CLIENTS {
            let player = stage.join();
            stage.players.push(player);
        }
        stage.say(
            0,
            &["ACL SETUSER root on nopass +@all ~* &*", "AUTH root x"],
        );
        stage.say(0, &["SET weight_1 5", "RPUSH a 3 1 2"]);
        stage
    }

    fn join(&mut self) -> Player {
        let real = self.server.connect().stream;
        Player {
            real,
            ours: self.ours.connect(START_US, "127.0.0.1:50001"),
            subscribed: false,
            in_multi: false,
        }
    }

    fn story(&self) -> String {
        self.played[self.played.len().saturating_sub(60)..].join("\n")
    }

    fn pick(&mut self, from: &[&'static str]) -> &'static str {
        from[self.random.usize(..from.len())]
    }

    fn say(&mut self, who: usize, lines: &[&str]) {
        for line in lines {
            self.one(who, line);
        }
    }

    /// Sends a command to both, and compares what they say.
    fn one(&mut self, who: usize, text: &str) {
        self.played.push(format!("{who}: {text}"));
        let words: Vec<Vec<u8>> = text
            .split(' ')
            .map(|word| match word {
                "''" => Vec::new(),
                word => word.as_bytes().to_vec(),
            })
            .collect();
        let bytes = request(&words);
        let id = self.players[who].ours;
        self.ours.receive(START_US, id, &bytes);
        let mine = self.ours.take_output(id);
        let theirs = self.ask_real(who, &bytes);
        let mine = Reply::parse(&mine).map(|(reply, _)| reply);
        if let Some(Reply::Error(text)) = &mine
            && text.starts_with(b"NOPERM")
        {
            self.denied += 1;
        }
        let (mine, theirs) = (mine.as_ref().map(plain), theirs.as_ref().map(plain));
        assert_eq!(mine, theirs, "ours and real\n{}", self.story());
        let closed: Vec<u64> = self
            .ours
            .take_events()
            .into_iter()
            .filter_map(closed)
            .collect();
        for at in 0..self.players.len() {
            if closed.contains(&self.players[at].ours) {
                self.closed += 1;
                let theirs = self.read_real(at);
                assert_eq!(theirs, None, "{at} is closed\n{}", self.story());
                self.players[at] = self.join();
            }
        }
    }

    fn ask_real(&mut self, who: usize, bytes: &[u8]) -> Option<Reply> {
        self.players[who].real.write_all(bytes).ok()?;
        self.read_real(who)
    }

    /// The next reply of the real server; none when it closes the connection.
    fn read_real(&mut self, who: usize) -> Option<Reply> {
        let mut unread = Vec::new();
        let mut chunk = [0; 65536];
        loop {
            if let Some((reply, length)) = Reply::parse(&unread) {
                assert_eq!(length, unread.len(), "one reply\n{}", self.story());
                return Some(reply);
            }
            match self.players[who].real.read(&mut chunk) {
                Ok(0) => return None,
                Ok(read) => unread.extend_from_slice(&chunk[..read]),
                Err(error) if error.kind() == ErrorKind::ConnectionReset => return None,
                Err(error) => panic!("{who} is told nothing: {error}\n{}", self.story()),
            }
        }
    }

    fn command(&mut self) -> String {
        let mut text = self.pick(COMMANDS).to_owned();
        while text.contains("KEY ") || text.ends_with("KEY") {
            text = text.replacen("KEY", self.pick(&KEYS), 1);
        }
        text
    }

    fn manage(&mut self) -> String {
        let user = self.pick(&USERS);
        match self.random.u8(..40) {
            0..18 => {
                let rules = (0..self.random.usize(..6)).map(|_| self.pick(RULES));
                let mut rules: Vec<&str> = rules.collect();
                for rule in &mut rules {
                    if rule.is_empty() {
                        *rule = "''";
                    }
                }
                let line = format!("ACL SETUSER {user} {}", rules.join(" "));
                line.trim_end().to_owned()
            }
            18 => format!("ACL SETUSER {user} on nopass +@all ~* &*"),
            19 => format!("ACL SETUSER {user} reset on >one +@all -@dangerous ~a* &news.*"),
            20 => format!("ACL DELUSER {user} nosuch"),
            21..24 => format!("ACL GETUSER {user}"),
            24 | 25 => "ACL LIST".into(),
            26 => "ACL USERS".into(),
            27..33 => format!("ACL DRYRUN {user} {}", self.command()),
            33 | 34 => "ACL LOG".into(),
            35 => [
                "ACL LOG RESET",
                "ACL LOG 1",
                "ACL LOG -1",
                "ACL LOG x",
                "ACL LOG 1 2",
            ][self.random.usize(..5)]
            .into(),
            36 => ["CONFIG SET requirepass one", "CONFIG SET requirepass ''"]
                [self.random.usize(..2)]
            .into(),
            37 => "CONFIG GET requirepass".into(),
            38 => [
                "CONFIG SET acllog-max-len 3",
                "CONFIG SET acllog-max-len 128",
            ][self.random.usize(..2)]
            .into(),
            _ => [
                "CONFIG SET acl-pubsub-default allchannels",
                "CONFIG SET acl-pubsub-default resetchannels",
                "CONFIG SET acl-pubsub-default x",
                "ACL LOAD",
                "ACL SAVE",
                "ACL CAT nosuch",
                "ACL GENPASS x",
                "ACL NOSUCH",
                "ACL",
                "ACL WHOAMI",
            ][self.random.usize(..10)]
            .into(),
        }
    }

    fn play(&mut self, who: usize) -> String {
        let Player {
            subscribed,
            in_multi,
            ..
        } = self.players[who];
        let (user, password) = (self.pick(&USERS), self.pick(&["one", "one", "two", "''"]));
        match self.random.u8(..24) {
            0 | 1 if in_multi => "EXEC".into(),
            2 if in_multi => "DISCARD".into(),
            _ if subscribed && self.random.u8(..3) == 0 => "RESET".into(),
            _ if subscribed => self.subscribing(),
            0..4 => format!("AUTH {user} {password}"),
            4 => format!("AUTH {password}"),
            5 => format!("HELLO 3 AUTH {user} {password}"),
            6 if !in_multi => "HELLO 2".into(),
            7 => ["RESET", "AUTH", "AUTH a b c", "HELLO 2 AUTH one"][self.random.usize(..4)].into(),
            8 | 9 if !in_multi => "MULTI".into(),
            10 if !in_multi => self.subscribing(),
            _ => self.command(),
        }
    }

    fn subscribing(&mut self) -> String {
        let name = self.pick(&["news.b", "news.b*", "news", "n?ws", "x"]);
        match self.random.u8(..5) {
            0 | 1 => format!("SUBSCRIBE {name}"),
            2 | 3 => format!("PSUBSCRIBE {name}"),
            _ => format!("SSUBSCRIBE {name}"),
        }
    }

    fn step(&mut self) {
        if self.random.u8(..3) == 0 {
            let line = self.manage();
            self.one(0, &line);
            return;
        }
        let who = self.random.usize(1..=CLIENTS);
        let line = self.play(who);
        self.one(who, &line);
        let client = self.players[who].ours;
        let client = self.ours.instance().clients.get(client);
        let state = client.map(|it| (it.is_subscribed(), it.transaction.is_some()));
        let (subscribed, in_multi) = state.unwrap_or_default();
        self.players[who].subscribed = subscribed;
        self.players[who].in_multi = in_multi;
    }
}

fn closed(event: Event) -> Option<u64> {
    match event {
        Event::Closed(id) => Some(id),
        _ => None,
    }
}

#[test]
fn users_may_do_what_they_may_on_the_real_server() {
    let steps = setting("RESPLAY_USERS", SHORT);
    let first: u64 = setting("RESPLAY_SEED", 1);
    let (mut played, mut denied, mut closed, mut seed) = (0, 0, 0, first);
    while played < steps {
        let mut stage = Stage::new(seed);
        for _ in 0..HISTORY {
            stage.step();
        }
        seed += 1;
        played += HISTORY;
        denied += stage.denied;
        closed += stage.closed;
    }
    println!("acl: {played} steps, {denied} commands denied, {closed} clients closed");
    assert!(denied > played / 50 && closed > 0, "too little happens");
}

/// A disk that the test can reach while the server has it.
#[derive(Clone)]
struct Shared(Rc<RefCell<MemoryDisk>>);

impl Shared {
    fn put(&self, path: &str, text: &[u8]) {
        let mut disk = self.0.borrow_mut();
        disk.create(path).expect("there is room");
        disk.append(path, text).expect("there is room");
    }
}

#[rustfmt::skip]
impl Disk for Shared {
    fn metadata(&self, path: &str) -> Result<Metadata, DiskError> { self.0.borrow().metadata(path) }
    fn list(&self, path: &str) -> Result<Vec<String>, DiskError> { self.0.borrow().list(path) }
    fn read(&self, path: &str, at: u64, len: usize, into: &mut Vec<u8>) -> Result<usize, DiskError> {
        self.0.borrow().read(path, at, len, into)
    }
    fn create(&mut self, path: &str) -> Result<(), DiskError> { self.0.borrow_mut().create(path) }
    fn append(&mut self, path: &str, bytes: &[u8]) -> Result<(), DiskError> { self.0.borrow_mut().append(path, bytes) }
    fn truncate(&mut self, path: &str, len: u64) -> Result<(), DiskError> { self.0.borrow_mut().truncate(path, len) }
    fn rename(&mut self, from: &str, to: &str) -> Result<(), DiskError> { self.0.borrow_mut().rename(from, to) }
    fn remove(&mut self, path: &str) -> Result<(), DiskError> { self.0.borrow_mut().remove(path) }
    fn create_directory(&mut self, path: &str) -> Result<(), DiskError> { self.0.borrow_mut().create_directory(path) }
    fn sync(&mut self, path: &str) -> Ticket { self.0.borrow_mut().sync(path) }
    fn outcome(&self, ticket: Ticket) -> SyncOutcome { self.0.borrow().outcome(ticket) }
}

/// Both servers with a file of users of the same text.
struct Pair {
    real: RealServer,
    real_client: redis::Connection,
    ours: Server,
    client: u64,
    disk: Shared,
    path: String,
}

impl Pair {
    fn start(text: &str) -> Pair {
        let prepare = |folder: &std::path::Path| {
            std::fs::write(folder.join("users.acl"), text).expect("a file can be written");
        };
        let real = RealServer::start_in(prepare, &["--aclfile", "users.acl"]);
        let real_client = real.connect();
        let folder = real.path("");
        let folder = folder.to_str().expect("it is text").trim_end_matches('/');
        let disk = MemoryDisk::with_directories(&[folder]);
        let disk = Shared(Rc::new(RefCell::new(disk)));
        let path = format!("{folder}/users.acl");
        disk.put(&path, text.as_bytes());
        let config = Config {
            dir: folder.into(),
            aclfile: "users.acl".into(),
            save: Vec::new(),
            ..Config::default()
        };
        let mut ours = Server::with_disk(config, Box::new(disk.clone()), 1, START_US);
        let client = ours.connect(START_US, "127.0.0.1:50000");
        Pair {
            real,
            real_client,
            ours,
            client,
            disk,
            path,
        }
    }

    fn same(&mut self, line: &str) {
        let words: Vec<Vec<u8>> = line.split(' ').map(|it| it.as_bytes().to_vec()).collect();
        let bytes = request(&words);
        self.real_client.send(&bytes);
        let theirs = self.real_client.receive();
        self.ours.receive(START_US, self.client, &bytes);
        let output = self.ours.take_output(self.client);
        let (mine, _) = Reply::parse(&output).expect("a whole reply");
        assert_eq!(plain(&mine), plain(&theirs), "{line}");
    }
}

#[test]
fn a_file_of_users_is_read_and_written_alike() {
    let mut pair = Pair::start(
        "user ann on >one ~a* +get\n\nuser default on nopass ~* &* +@all\n  user bob off (+set ~b)\n",
    );
    pair.same("ACL LIST");
    pair.same("ACL SETUSER cat on +@read (+set %W~x)");
    pair.same("ACL DELUSER bob");
    pair.same("ACL SAVE");
    pair.same("ACL SETUSER dan on");
    pair.same("ACL LOAD");
    pair.same("ACL LIST");
    // What our server has written is read by the real one, and the other way round.
    let real = pair.real.path("users.acl");
    let mine = read_all(&pair.disk, &pair.path, 1 << 20).expect("it was saved");
    let theirs = std::fs::read(&real).expect("it was saved");
    pair.disk.put(&pair.path, &theirs);
    std::fs::write(&real, &mine).expect("a file can be written");
    pair.same("ACL LOAD");
    pair.same("ACL LIST");
    for bad in [
        "usr ann on\n",
        "user\n",
        "user ann +nosuch on -nosuch\nuser bob nosuch worse\nuser bob on\n",
        // (A parenthesis that nothing closes ends the real server.)
        "user ann on (+get)\nuser b\tc on\n# a comment\n",
        "user ann >one #12\n",
    ] {
        std::fs::write(&real, bad).expect("a file can be written");
        pair.disk.put(&pair.path, bad.as_bytes());
        pair.same("ACL LOAD");
        pair.same("ACL LIST");
    }
    std::fs::remove_file(&real).expect("it is there");
    let (mut disk, path) = (pair.disk.clone(), pair.path.clone());
    disk.remove(&path).expect("it is there");
    pair.same("ACL LOAD");
    pair.same("ACL LIST");
    pair.same("ACL SAVE");
    pair.same("ACL LOAD");
    pair.same("ACL LIST");
}

#[test]
fn a_server_whose_users_make_no_sense_does_not_start() {
    let start = |config: Config, text: &str| {
        let mut disk = MemoryDisk::with_directories(&[&config.dir]);
        disk.create("/var/lib/redis/users.acl")
            .expect("there is room");
        disk.append("/var/lib/redis/users.acl", text.as_bytes())
            .expect("there is room");
        let mut server = Server::with_disk(config, Box::new(disk), 1, START_US);
        server.tick(START_US);
        let failed = |event| match event {
            Event::FailedToStart(text) => Some(text),
            _ => None,
        };
        let failed = server.take_events().into_iter().find_map(failed);
        (failed, server.take_log().join("\n"))
    };
    let with = |rules: &[&str]| Config {
        users: vec![(
            b"ann".to_vec(),
            rules.iter().map(|rule| rule.as_bytes().to_vec()).collect(),
        )],
        ..Config::default()
    };
    assert_eq!(start(with(&["on", "+get"]), "").0, None);
    let (failed, log) = start(with(&["+nosuch"]), "");
    assert_eq!(
        failed.as_deref(),
        Some("Critical error while loading ACLs. Exiting.")
    );
    let why = "Error loading ACL rule '+nosuch' for the user named 'ann': Unknown command or category name in ACL";
    assert!(log.contains(why), "{log}");
    let both = Config {
        aclfile: "users.acl".into(),
        ..with(&[])
    };
    let (failed, _) = start(both, "");
    assert!(failed.is_some_and(|text| text.ends_with("but not both.")));
    let file = Config {
        aclfile: "users.acl".into(),
        ..Config::default()
    };
    assert_eq!(start(file.clone(), "user ann on\n").0, None);
    let (failed, _) = start(file, "user ann nosuch\n");
    assert_eq!(
        failed.as_deref(),
        Some(
            "Aborting Redis startup because of ACL errors: users.acl:1: Syntax error. WARNING: ACL errors \
             detected, no change to the previously active ACL rules was performed"
        )
    );
}
