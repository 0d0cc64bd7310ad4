//! Libraries of functions in snapshots and logs, carried between the engine and a real redis-server, both ways.

#[allow(dead_code)]
#[path = "support/redis.rs"]
mod redis;
#[path = "support/reply.rs"]
mod reply;

use redis::{Connection, RealServer};
use reply::{Reply, request};
use resplay::disk::{Disk, read_all};
use resplay::instance::{AppendFsync, Config};
use resplay::lab::disk::LabDisk;
use resplay::server::{Event, Server};
use std::path::Path;

const NOW: i64 = 1_700_000_000_000_000;
const DIR: &str = "/var/lib/redis";
const LOG_FOLDER: &str = "/var/lib/redis/appendonlydir";

type Args = Vec<Vec<u8>>;

fn words(text: &str) -> Args {
    text.split(' ')
        .map(|word| word.as_bytes().to_vec())
        .collect()
}

/// Libraries that call, write, keep what they count, and are long enough to be compressed.
fn libraries() -> Vec<Vec<u8>> {
    let long = "-- what every library says of itself, at length\n".repeat(40);
    [
        "#!lua name=counting\nlocal calls = 0\nredis.register_function('count', function() calls = calls + 1 return calls end)\n",
        "#!lua name=keeping\nredis.register_function{function_name='keep', description='keeps a value',\n  \
         callback=function(keys, args) return redis.call('SET', keys[1], args[1]) end}\n\
         redis.register_function{function_name='look', flags={'no-writes'},\n  \
         callback=function(keys) return redis.call('GET', keys[1]) end}\n",
        &format!("#!lua name=long\n{long}redis.register_function('long', function(k, a) return cjson.encode(a) end)\n"),
    ]
    .map(|code| code.as_bytes().to_vec())
    .to_vec()
}

fn load(code: &[u8]) -> Args {
    [words("FUNCTION LOAD REPLACE"), vec![code.to_vec()]].concat()
}

/// Commands after which the libraries are those of [`libraries`].
fn history() -> Vec<Args> {
    let mut commands = vec![load(
        b"#!lua name=gone\nredis.register_function('gone', function() end)\n",
    )];
    for code in libraries() {
        let old = [
            b"#!lua name=".as_slice(),
            &code[11..],
            b"redis.register_function('old', redis.log)\n",
        ]
        .concat();
        // Replaced by itself, and the last but one by the present one.
        commands.extend([load(&old), load(&code)]);
    }
    commands.extend([
        words("FUNCTION DELETE gone"),
        words("FCALL keep 1 kept value"),
        words("FCALL count 0"),
    ]);
    commands
}

/// What is asked of a server that should have them.
fn questions() -> Vec<Args> {
    [
        "FUNCTION LIST WITHCODE",
        "FCALL look 1 kept",
        "FCALL long 0 a b",
        "FCALL count 0",
        "FUNCTION STATS",
    ]
    .map(words)
    .to_vec()
}

/// With the elements of all arrays sorted: the order of libraries is each server's own.
fn sorted(reply: Reply) -> Reply {
    match reply {
        Reply::Array(items) => {
            let mut items: Vec<Reply> = items.into_iter().map(sorted).collect();
            items.sort_unstable();
            Reply::Array(items)
        }
        reply => reply,
    }
}

fn text_of(reply: Reply) -> String {
    match reply {
        Reply::Simple(text) | Reply::Bulk(text) | Reply::Error(text) => {
            String::from_utf8_lossy(&text).into_owned()
        }
        other => panic!("{other:?}"),
    }
}

fn settle(disk: &LabDisk) {
    while let Some(batch) = disk.take_batch() {
        disk.committed(batch.id);
    }
}

fn lab_disk() -> LabDisk {
    let mut disk = LabDisk::new();
    for folder in ["/var", "/var/lib", DIR, LOG_FOLDER] {
        let made = disk.create_directory(folder);
        assert!(made.is_ok() || disk.metadata(folder).is_ok());
    }
    disk
}

fn config(log: Option<bool>) -> Config {
    Config {
        appendonly: log.is_some(),
        appendfsync: AppendFsync::No,
        aof_use_rdb_preamble: log.unwrap_or(true),
        save: Vec::new(),
        ..Config::default()
    }
}

struct Ours {
    server: Server,
    client: u64,
    disk: LabDisk,
    now: i64,
}

impl Ours {
    /// Not yet loaded as a whole.
    fn new(config: Config, disk: &LabDisk) -> Ours {
        Self::with(config, disk, |_| ())
    }

    fn with(config: Config, disk: &LabDisk, prepare: fn(&mut Server)) -> Ours {
        let mut server = Server::with_disk(config, Box::new(disk.clone()), 5, NOW);
        // The first client begins the loading.
        prepare(&mut server);
        let client = server.connect(NOW, "127.0.0.1:50000");
        Ours {
            server,
            client,
            disk: disk.clone(),
            now: NOW,
        }
    }

    fn start(config: Config, disk: &LabDisk) -> Ours {
        let mut ours = Ours::new(config, disk);
        while ours.server.loading().is_some() {
            ours.server.tick(NOW);
        }
        let events = ours.server.take_events();
        assert!(events.is_empty(), "{events:?}");
        ours
    }

    fn ask(&mut self, args: &[Vec<u8>]) -> Reply {
        self.server.receive(self.now, self.client, &request(args));
        let mut output = self.server.take_output(self.client);
        if output.is_empty() {
            // It waits for the disk.
            self.pass();
            output = self.server.take_output(self.client);
        }
        Reply::parse(&output).expect("there is a reply").0
    }

    fn pass(&mut self) {
        for _ in 0..400 {
            self.now += 10_000;
            self.server.tick(self.now);
            settle(&self.disk);
        }
    }
}

fn ask(real: &mut Connection, args: &[Vec<u8>]) -> Reply {
    real.send(&request(args));
    real.receive()
}

fn wait_until_loaded(real: &mut Connection) {
    while text_of(ask(real, &words("PING"))) != "PONG" {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

/// The files of a folder of a real server, brought to a disk.
fn bring(from: &Path, to: &str, disk: &mut LabDisk) {
    for entry in std::fs::read_dir(from).expect("it is there") {
        let entry = entry.expect("it can be listed");
        if entry.file_type().is_ok_and(|kind| kind.is_file()) {
            let path = format!("{to}/{}", entry.file_name().to_string_lossy());
            disk.create(&path).expect("there is room");
            disk.append(&path, &std::fs::read(entry.path()).expect("it can be read"))
                .expect("there is room");
        }
    }
}

/// The files of a folder of a disk, brought to a real server's.
fn carry(disk: &LabDisk, from: &str, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder can be made");
    for name in disk.list(from).expect("the folder is there") {
        if let Ok(bytes) = read_all(disk, &format!("{from}/{name}"), 1 << 30) {
            std::fs::write(to.join(name), bytes).expect("it can be written");
        }
    }
}

fn same_answers(ours: &mut Ours, real: &mut Connection, what: &str) {
    for question in questions() {
        let (mine, theirs) = (sorted(ours.ask(&question)), sorted(ask(real, &question)));
        assert!(!matches!(mine, Reply::Error(_)), "{what}: {mine}");
        assert_eq!(
            mine,
            theirs,
            "{what}: {}",
            question.join(&b' ').escape_ascii()
        );
    }
}

/// Both with the same history.
fn both(log: Option<bool>, disk: &LabDisk) -> (Ours, RealServer) {
    let mut ours = Ours::start(config(log), disk);
    let options: &[&str] = match log {
        None => &[],
        Some(true) => &["--appendonly", "yes"],
        Some(false) => &["--appendonly", "yes", "--aof-use-rdb-preamble", "no"],
    };
    let real = RealServer::start_in(|_| (), options);
    let mut connection = real.connect();
    for command in history() {
        let (mine, theirs) = (ours.ask(&command), ask(&mut connection, &command));
        assert_eq!(mine, theirs, "{}", command.join(&b' ').escape_ascii());
        assert!(!matches!(mine, Reply::Error(_)), "{mine}");
    }
    (ours, real)
}

#[test]
fn snapshots_hold_them() {
    let mut disk = lab_disk();
    let (mut ours, real) = both(None, &disk);
    for line in ["FLUSHALL", "FCALL keep 1 kept value", "SAVE"] {
        assert_eq!(
            ours.ask(&words(line)),
            ask(&mut real.connect(), &words(line)),
            "{line}"
        );
    }
    settle(&disk);
    let there = RealServer::start_in(|folder| carry(&disk, DIR, folder), &[]);
    let mut again = Ours::start(config(None), &disk);
    same_answers(&mut again, &mut there.connect(), "ours, read by both");

    let folder = real.path("dump.rdb");
    bring(folder.parent().expect("a folder"), DIR, &mut disk);
    let mut here = Ours::start(config(None), &disk);
    let there = RealServer::start_in(
        |to| assert!(std::fs::copy(&folder, to.join("dump.rdb")).is_ok()),
        &[],
    );
    same_answers(&mut here, &mut there.connect(), "theirs, read by both");
    // Counting begins anew with the code.
    for reload in ["DEBUG RELOAD", "DEBUG RELOAD NOSAVE"] {
        assert_eq!(text_of(here.ask(&words(reload))), "OK");
        assert_eq!(
            here.ask(&words("FCALL count 0")),
            Reply::Integer(1),
            "{reload}"
        );
    }
}

#[test]
fn logs_hold_them() {
    for preamble in [true, false] {
        for rewritten in [false, true] {
            let what = format!("preamble {preamble}, rewritten {rewritten}");
            let disk = lab_disk();
            let (mut ours, real) = both(Some(preamble), &disk);
            let mut connection = real.connect();
            ours.pass();
            if rewritten {
                ours.ask(&words("BGREWRITEAOF"));
                ours.pass();
                ask(&mut connection, &words("BGREWRITEAOF"));
                let done = |info: String| {
                    info.contains("aof_rewrite_in_progress:0")
                        && info.contains("aof_rewrite_scheduled:0")
                };
                while !done(text_of(ask(&mut connection, &words("INFO persistence")))) {
                    std::thread::sleep(std::time::Duration::from_millis(5));
                }
            }
            let options: &[&str] = &["--appendonly", "yes"];
            let there = RealServer::start_in(
                |folder| carry(&disk, LOG_FOLDER, &folder.join("appendonlydir")),
                options,
            );
            let mut there = there_loaded(&there);
            let mut again = Ours::start(config(Some(preamble)), &disk);
            same_answers(&mut again, &mut there, &format!("ours, {what}"));

            let mut disk = lab_disk();
            // It writes what it has before it reads; while a sync goes on it may have held something back.
            ask(&mut connection, &words("DEBUG LOADAOF"));
            bring(&real.path("appendonlydir"), LOG_FOLDER, &mut disk);
            let mut here = Ours::start(config(Some(preamble)), &disk);
            same_answers(&mut here, &mut connection, &format!("theirs, {what}"));
        }
    }
}

fn there_loaded(server: &RealServer) -> Connection {
    let mut connection = server.connect();
    wait_until_loaded(&mut connection);
    connection
}

/// One library after another, so that the order is the same.
#[test]
fn dumps_are_the_same_bytes() {
    let server = RealServer::start_in(|_| (), &[]);
    let mut real = server.connect();
    let mut ours = Ours::start(config(None), &lab_disk());
    for compression in ["yes", "no"] {
        for code in libraries() {
            let configure = words(&format!("CONFIG SET rdbcompression {compression}"));
            let commands = [
                configure,
                words("FUNCTION FLUSH"),
                load(&code),
                words("FUNCTION DUMP"),
            ];
            let replies = commands.map(|command| {
                let mine = ours.ask(&command);
                assert_eq!(mine, ask(&mut real, &command));
                mine
            });
            let Reply::Bulk(payload) = &replies[3] else {
                panic!("{}", replies[3]);
            };
            let restore = [
                words("FUNCTION RESTORE"),
                vec![payload.clone(), b"FLUSH".to_vec()],
            ]
            .concat();
            for command in [restore, words("FUNCTION LIST WITHCODE")] {
                let (mine, theirs) = (ours.ask(&command), ask(&mut real, &command));
                assert_eq!(sorted(mine), sorted(theirs));
            }
        }
    }
}

/// What a server says that does not start.
fn refusal(mut ours: Ours) -> String {
    while ours.server.loading().is_some() {
        ours.server.tick(NOW);
    }
    let events = ours.server.take_events();
    let failed = events.into_iter().find_map(|event| match event {
        Event::FailedToStart(why) => Some(why),
        _ => None,
    });
    failed.expect("it does not start")
}

#[test]
fn without_an_interpreter_files_with_functions_are_not_loaded_without_them() {
    for log in [None, Some(true), Some(false)] {
        let disk = lab_disk();
        let (mut ours, _real) = both(log, &disk);
        match log {
            None => drop(ours.ask(&words("SAVE"))),
            Some(_) => {
                ours.ask(&words("BGREWRITEAOF"));
                ours.pass();
            }
        }
        settle(&disk);
        let ours = Ours::with(config(log), &disk, |server| {
            server.set_interpreter(Box::new(|_| Err("it is not there".to_owned())));
        });
        let why = refusal(ours);
        assert!(
            why.contains("scripting could not be loaded: it is not there"),
            "{log:?}: {why}"
        );
        // Nothing is lost.
        let mut ours = Ours::start(config(log), &disk);
        assert_eq!(ours.ask(&words("FCALL count 0")), Reply::Integer(1));
    }
}

#[test]
fn a_snapshot_whose_library_does_not_load_is_refused() {
    for (code, why) in [
        (
            "#!lua name=broken\nthis is no Lua",
            "Error compiling function",
        ),
        ("#!lua name=empty\n", "No functions registered"),
        ("#!js name=foreign\n", "Engine 'js' not found"),
    ] {
        let mut disk = lab_disk();
        let mut file = b"REDIS0010\xf5".to_vec();
        file.push(u8::try_from(code.len()).expect("it is short"));
        file.extend_from_slice(code.as_bytes());
        file.extend_from_slice(b"\xff\0\0\0\0\0\0\0\0");
        let path = format!("{DIR}/dump.rdb");
        disk.create(&path).expect("there is room");
        disk.append(&path, &file).expect("there is room");
        let said = refusal(Ours::new(config(None), &disk));
        assert!(
            said.contains(why) || said.contains("check server logs"),
            "{said}"
        );
    }
}
