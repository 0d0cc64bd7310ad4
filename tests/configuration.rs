//! redis.conf, the command line and CONFIG REWRITE, against the real redis-server.
//!
//! Takes some three seconds. RESPLAY_COMMANDS makes it longer: a random file for each 500.

// Not every helper is used by every test.
#[allow(dead_code)]
#[path = "support/redis.rs"]
mod redis;
#[path = "support/reply.rs"]
mod reply;

use std::process::Command;

use redis::RealServer;
use reply::{Reply, request};
use resplay::disk::{Disk, MemoryDisk, read_all};
use resplay::instance::{Arguments, DEFAULT_FILE, DEFAULT_SENTINEL_FILE, Parameter};
use resplay::server::Server;

const START: i64 = 1_700_000_000_000_000;

/// Lines good and bad. None has a real server leave something behind before it refuses to start.
const LINES: &[&str] = &[
    "",
    "# a comment",
    "   \t",
    "timeout 5",
    "  TIMEOUT\t7  ",
    "timeout 5 # not a comment",
    "timeout -1",
    "timeout 99999999999999999999",
    "timeout \"5\"",
    "timeout '5",
    "timeout",
    "timeout 1 2",
    "\"timeout\" \"\\x35\"",
    "maxmemory 100mb",
    "maxmemory 1 mb",
    "maxmemory 3Kb",
    "maxmemory 1tb",
    "maxmemory \"\"",
    "maxmemory-policy allkeys-LRU",
    "maxmemory-policy lru",
    "maxclients 0",
    "databases 0",
    "databases 4",
    "save 900 1",
    "save 900 1 300 10",
    "save \"900 1\"",
    "save \"900  1 5 5\"",
    "save \"\"",
    "save",
    "save 900",
    "save 0 1",
    "save 1 -1",
    "save 1 x",
    "save +1 +1",
    "save 1 \"\"",
    "save \" \"",
    "appendonly yes",
    "appendonly YES",
    "appendonly maybe",
    "appendfsync always",
    "appendfsync sometimes",
    "appendfilename \"a.aof\"",
    "appendfilename \"\"",
    "appendfilename a/b",
    "appenddirname \"\"",
    "appenddirname a/b",
    "auto-aof-rewrite-percentage 50%",
    "auto-aof-rewrite-percentage 0",
    "auto-aof-rewrite-min-size 1gb",
    "auto-aof-rewrite-min-size -1",
    "dbfilename \"a b.rdb\"",
    "dbfilename a/b",
    "dbfilename a\\b",
    "dbfilename \"\"",
    "dir /",
    "dir ..",
    "dir ./nosuch",
    "dir \"\"",
    "dir c.conf",
    "loglevel verbose",
    "loglevel loud",
    "logfile \"\"",
    "logfile /nosuch/log",
    "logfile /",
    "rdbchecksum no",
    "rdbcompression on",
    "enable-debug-command local",
    "enable-protected-configs maybe",
    "hash-max-ziplist-entries 7",
    "hash-max-ziplist-value x",
    "zset-max-listpack-value 1kb",
    "nosuch-directive 1",
    "rename-command getex \"\"",
    "rename-command GETEX taken",
    "rename-command getex get",
    "rename-command getdel GETEX",
    "rename-command nosuch x",
    "rename-command getex",
    "requirepass secret",
    "requirepass \"\"",
    "requirepass a b",
    "aclfile /nosuch/users.acl",
    "acllog-max-len -1",
    "acl-pubsub-default nochannels",
    "user",
    "user ann",
    "user ann on >secret ~a* +@read -get &news.*",
    "user ann on +nosuch +@nosuch",
    "user bob (+get ~a) ( +set ~b )",
    "user bob on nosuch",
    "user bob ~* ~a",
    "user bob #12",
    "USER \"c d\" on",
    "include",
    "include c.conf",
    "include conf.d/*.conf",
    "include conf.d/[xy]*",
    "include nosuch.conf",
    "include nosuch/*",
    "\"\" 1",
    "a\"b\"c",
    "x\x0by",
];

/// Words of a command line.
const WORDS: &[&str] = &[
    "--timeout",
    "5",
    "--timeout 6",
    "--save",
    "900",
    "1",
    "",
    "--appendonly",
    "yes",
    "x y",
    "--dir",
    "/",
    "--",
    "-x",
    "--SAVE",
    "\"",
    "--port x",
    "a\\b",
];

/// A small generator of choices: the same for a seed everywhere.
struct Choices(u64);

impl Choices {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % bound as u64).expect("it is below a usize")
    }
}

fn files() -> [(&'static str, &'static str); 3] {
    [
        ("c.conf", "timeout 3\n\n"),
        ("conf.d/a.conf", "timeout 8\nsave 1 1\n"),
        ("conf.d/b.conf", "appendfsync no\n"),
    ]
}

/// What both say to a file and options that end in a line which nobody can load.
fn refused(folder: &std::path::Path, text: &str, options: &[&str]) -> (String, String) {
    let words = [&["redis.conf"], options, &["--that-is-all", "1"]].concat();
    let place = folder.to_str().expect("the folder's name is text");

    let mut disk = MemoryDisk::with_directories(&[place, &format!("{place}/conf.d")]);
    for (name, text) in files().into_iter().chain([("redis.conf", text)]) {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("a file can be written");
        let path = path.to_str().expect("the folder's name is text");
        disk.create(path).expect("there is room");
        disk.append(path, text.as_bytes()).expect("there is room");
    }
    let program = std::env::var("RESPLAY_ORACLE").unwrap_or_else(|_| "redis-server".into());
    let output = Command::new(program)
        .args(&words)
        .current_dir(folder)
        .output()
        .expect("redis-server runs");
    let real = [output.stdout, output.stderr].concat();
    let real = String::from_utf8_lossy(&real).into_owned();
    // What goes through the log has its time before it, and a greeting.
    let real = real.lines().filter(|line| !line.contains("oO0OoO0"));
    let message = |line: &str| match line.starts_with(|first: char| first.is_ascii_digit()) {
        true => line.split(" # ").last().map(str::to_owned),
        false => Some(line.to_owned()),
    };
    let real = real.filter_map(message);
    let real: String = real.map(|line| line + "\n").collect();

    let arguments = Arguments::parse(&words);
    let path = arguments.path.as_deref();
    let ours = match Server::configuration(false, path, &arguments.options, place, &disk) {
        Ok(_) => "it starts".into(),
        Err(error) => error.to_string(),
    };
    (ours, real)
}

/// The same text for both: versions and line ends aside.
fn plain(text: &str) -> String {
    let version = text
        .split("(Redis ")
        .nth(1)
        .and_then(|rest| rest.split(')').next());
    let text = text.replace(version.unwrap_or("no version"), "VERSION");
    // A log level of 7.2.
    let text = text.replace("warning, nothing", "warning");
    text.trim_end().to_owned()
}

#[test]
fn files_and_options_are_refused_alike() {
    let folder = std::env::temp_dir().join(format!("resplay-configuration-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("conf.d")).expect("a folder can be made");
    let folder = folder.canonicalize().expect("it is there");
    let mut cases: Vec<(String, Vec<&str>)> = LINES
        .iter()
        .map(|line| ((*line).to_owned(), Vec::new()))
        .collect();
    let commands: usize = std::env::var("RESPLAY_COMMANDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(0);
    let mut choices = Choices(1);
    for _ in 0..40 + (commands / 500).min(2000) {
        let lines = (0..choices.below(5)).map(|_| LINES[choices.below(LINES.len())]);
        let text = lines.collect::<Vec<_>>().join("\n");
        let words = (0..choices.below(6)).map(|_| WORDS[choices.below(WORDS.len())]);
        let words = words.collect();
        cases.push((text, words));
    }
    let mut wrong = Vec::new();
    for (text, options) in &cases {
        let (ours, real) = refused(&folder, text, options);
        if plain(&ours) != plain(&real) {
            wrong.push(format!("{text:?} {options:?}\nours: {ours}\nreal: {real}"));
        }
    }
    // Nothing to do about a folder that cannot be removed.
    let _ = std::fs::remove_dir_all(&folder);
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    println!("{} starts were refused alike", cases.len());
}

/// Both servers with one file, and what has to be said to both.
struct Pair {
    real: RealServer,
    real_client: redis::Connection,
    ours: Server,
    client: u64,
    path: String,
}

impl Pair {
    fn start(text: &str) -> Pair {
        Self::start_as(text, &[])
    }

    /// Two sentinels.
    fn start_sentinels(text: &str) -> Pair {
        Self::start_as(text, &["--sentinel"])
    }

    fn start_as(text: &str, options: &[&str]) -> Pair {
        let real = RealServer::start_with(Some(text), options);
        let real_client = real.connect();
        let name = |name: &str| real.path(name).to_str().expect("it is text").to_owned();
        let (folder, path) = (name(""), name("redis.conf"));
        let mut disk = MemoryDisk::with_directories(&[folder.trim_end_matches('/'), "/tmp"]);
        disk.create(&path).expect("there is room");
        disk.append(&path, text.as_bytes()).expect("there is room");
        let sentinel = options.contains(&"--sentinel");
        let config = Server::configuration(sentinel, Some(&path), b"", &folder, &disk);
        let config = config.expect("it is a good file");
        let mut ours = Server::with_disk(config, Box::new(disk), 1, START);
        ours.set_process(1, Some(path.clone()));
        let client = ours.connect(START, "127.0.0.1:50000");
        Pair {
            real,
            real_client,
            ours,
            client,
            path,
        }
    }

    fn ask(&mut self, words: &[&str]) -> (Reply, Reply) {
        let words: Vec<Vec<u8>> = words.iter().map(|word| word.as_bytes().to_vec()).collect();
        let bytes = request(&words);
        self.real_client.send(&bytes);
        let real = self.real_client.receive();
        self.ours.receive(START, self.client, &bytes);
        let output = self.ours.take_output(self.client);
        let (ours, _) = Reply::parse(&output).expect("the engine answers");
        (ours, real)
    }

    fn same(&mut self, words: &[&str]) {
        let (ours, real) = self.ask(words);
        assert_eq!(ours.to_string(), real.to_string(), "{words:?}");
    }

    /// The file as both have it now.
    fn texts(&self) -> (String, String) {
        let ours = read_all(&self.ours.instance().disk, &self.path, 1 << 20);
        let ours = String::from_utf8(ours.expect("it is there")).expect("it is text");
        let real = std::fs::read_to_string(self.real.path("redis.conf"));
        (ours, real.expect("it is there"))
    }
}

/// The part that was there before, and the lines below the signature, in no order (the real
/// server's comes from a hash table), without those of parameters that only it has.
fn parts(text: &str) -> (String, Vec<String>) {
    let signature = "# Generated by CONFIG REWRITE\n";
    let (head, tail) = text.split_once(signature).unwrap_or((text, ""));
    let shared = |line: &&str| {
        let name = line.split(' ').next().unwrap_or_default();
        !ITS_OWN.contains(&name) && Parameter::find(name.as_bytes()).is_some()
    };
    let mut tail: Vec<String> = tail.lines().filter(shared).map(str::to_owned).collect();
    tail.sort_unstable();
    (head.to_owned(), tail)
}

/// Both have rewritten the file alike: names the first line that differs.
fn assert_alike(ours: &str, real: &str, after: &[&str]) {
    let ((ours, our_tail), (real, real_tail)) = (parts(ours), parts(real));
    for (at, (ours, real)) in ours.lines().zip(real.lines()).enumerate() {
        assert_eq!(ours, real, "line {} after {after:?}", at + 1);
    }
    assert_eq!(ours.len(), real.len(), "after {after:?}:\n{ours}\n{real}");
    assert_eq!(our_tail, real_tail, "after {after:?}");
}

/// What the real server was told on its command line.
const ITS_OWN: &[&str] = &["port", "unixsocket"];

const FILES: &[&str] = &[
    "save 900 1\nsave 300 10\n# the end\n",
    "# a\n\n\n# b\n  timeout 5 \nmaxmemory 2048\ntimeout 6\n\nHASH-max-ziplist-entries 9\n\
     dbfilename \"x y.rdb\"\nsave 5 5\n# in between\nsave 6 6 7 7\nappendfsync always\n\
     \"rdbcompression\" no\nenable-protected-configs yes",
    "save \"\"\ninclude nosuch/*\nmaxmemory-policy allkeys-lru\nhash-max-listpack-value 7\n\
     # Generated by CONFIG REWRITE\ntimeout 1\nloglevel verbose\nenable-protected-configs yes\n",
];

/// A default file as it is, but for what a test is not to touch.
fn movable(text: &str) -> String {
    let lines = text.lines().map(|line| match line.split(' ').next() {
        Some("dir") => "dir .",
        Some("logfile") => "logfile \"\"",
        Some("port") => "port 0",
        _ => line,
    });
    lines.map(|line| line.to_owned() + "\n").collect()
}

#[test]
fn the_default_files_are_taken_and_kept_alike() {
    for (text, kept) in [
        (DEFAULT_FILE, "# The folder of this file"),
        (DEFAULT_SENTINEL_FILE, "### This sentinel"),
    ] {
        let text = movable(text);
        let is_sentinel = kept.ends_with("sentinel");
        let (mut pair, sets): (_, &[&[&str]]) = match is_sentinel {
            true => (
                Pair::start_sentinels(&text),
                &[
                    &["SENTINEL", "FLUSHCONFIG"],
                    &["SENTINEL", "SET", "mymaster", "quorum", "3"],
                    &["SENTINEL", "SET", "mymaster", "auth-pass", "secret"],
                ],
            ),
            false => (
                Pair::start(&text),
                &[
                    &["CONFIG", "REWRITE"],
                    &["CONFIG", "SET", "appendonly", "yes", "save", "60 100"],
                    &["CONFIG", "SET", "maxmemory", "64mb", "maxclients", "50"],
                    &["CONFIG", "SET", "requirepass", "a b", "hz", "20"],
                    &["CONFIG", "SET", "repl-backlog-size", "2mb"],
                    &["CONFIG", "SET", "slowlog-max-len", "128", "save", ""],
                    &["CONFIG", "SET", "min-slaves-to-write", "1"],
                ],
            ),
        };
        for set in sets {
            pair.same(set);
            if !is_sentinel {
                pair.same(&["CONFIG", "REWRITE"]);
            }
            let (ours, real) = pair.texts();
            assert_alike(&ours, &real, set);
            let comments = text.lines().filter(|line| line.starts_with('#'));
            assert!(comments.clone().count() > 30 && text.contains(kept));
            let all: Vec<&str> = ours.lines().collect();
            // In their order, every one.
            let mut rest = all.iter();
            for comment in comments {
                assert!(rest.any(|line| *line == comment), "{comment} after {set:?}");
            }
        }
    }
}

#[test]
fn commands_answer_to_their_new_names_alike() {
    let mut pair = Pair::start(
        "# names\nrename-command CONFIG Settings\nrename-command flushall \"\"\nsave \"\"\n\
         rename-command ZADD zput\nrename-command zput zpush\n\
         rename-command echo x\nrename-command ping echo\nrename-command X PING\n",
    );
    let calls = [
        "CONFIG GET maxmemory",
        "SETTINGS GET maxmemory",
        "settings NOPE",
        "settings",
        "settings get",
        "FLUSHALL",
        "flushall a b",
        "ZADD k 1 a",
        "zput k 1 a",
        "zpush k 1 a",
        "ZPUSH k",
        "ECHO",
        "ECHO hi",
        "PING",
        "PING hi",
        "COMMAND GETKEYS zpush k 1 a",
        "COMMAND GETKEYS zadd k 1 a",
        "COMMAND INFO zadd flushall config|get",
        "ACL DRYRUN default flushall",
        "ACL DRYRUN default zpush k 1 a",
        "ACL SETUSER ann on nopass ~* +zadd",
        "ACL SETUSER ann +zpush",
        "ACL DRYRUN ann zpush k 1 a",
        "MULTI",
        "zpush k 2 b",
        "ZADD k 3 c",
        "EXEC",
        "MULTI",
        "zpush k 2 b",
        "ping there",
        "EXEC",
        "ZRANGE k 0 -1 WITHSCORES",
        "settings SET timeout 9",
        "settings REWRITE",
    ];
    for call in calls {
        pair.same(&call.split(' ').collect::<Vec<_>>());
    }
    for script in [
        "return redis.call('zpush', 'k', '4', 'd')",
        "return redis.pcall('zadd', 'k', '4', 'd')",
        "return redis.acl_check_cmd('zpush', 'k', '4', 'd')",
    ] {
        pair.same(&["EVAL", script, "0"]);
    }
    let (ours, real) = pair.texts();
    assert_alike(&ours, &real, &["REWRITE"]);
    assert!(ours.contains("\nrename-command zput zpush\n"));
}

#[test]
fn configuration_is_read_set_and_rewritten_alike() {
    let default_file = movable(DEFAULT_FILE);
    for text in FILES.iter().copied().chain([default_file.as_str()]) {
        let mut pair = Pair::start(text);
        let ask_all = |pair: &mut Pair| {
            for parameter in Parameter::ALL {
                let name = parameter.name;
                // New in 7.2, or said on the real server's command line; the defaults of DEBUG and of
                // measuring every command are others here.
                if name.starts_with("set-max-listpack")
                    || ITS_OWN.contains(&name)
                    || name == "enable-debug-command"
                {
                    continue;
                }
                pair.same(&["CONFIG", "GET", name]);
            }
        };
        ask_all(&mut pair);
        for sets in [
            &["timeout", "9", "appendfsync", "no"][..],
            &["maxmemory", "3gb"],
            &["maxmemory", "1000"],
            &["save", "1 2 3 4 5 6"],
            &[
                "hash-max-listpack-entries",
                "11",
                "zset-max-ziplist-value",
                "2048",
            ],
            &["dbfilename", "\u{7}\"q\\ é.rdb"],
            &["dir", "/tmp"],
            &["rdbcompression", "yes", "timeout", "0"],
            &["save", ""],
            &[
                "maxmemory-policy",
                "volatile-ttl",
                "auto-aof-rewrite-min-size",
                "5mb",
            ],
        ] {
            pair.same(&[&["CONFIG", "SET"], sets].concat());
            pair.same(&["CONFIG", "REWRITE"]);
            let (ours, real) = pair.texts();
            assert_alike(&ours, &real, sets);
        }
        ask_all(&mut pair);
    }
}
