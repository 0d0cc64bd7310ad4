//! Servers with a log: what is written when, who waits, what is loaded.

use super::{Event, Server};
use crate::disk::testing::TestDisk;
use crate::disk::{Disk, DiskError};
use crate::instance::{AppendFsync, Config};
use crate::persistence::aof::AofState;

const START: i64 = 1_700_000_000_000_000;
const INCR: &str = "/var/lib/redis/appendonlydir/appendonly.aof.1.incr.aof";
const MANIFEST: &str = "/var/lib/redis/appendonlydir/appendonly.aof.manifest";

fn config(appendfsync: AppendFsync) -> Config {
    Config {
        appendonly: true,
        appendfsync,
        save: Vec::new(),
        ..Config::default()
    }
}

struct Node {
    server: Server,
    disk: TestDisk,
    client: u64,
    now: i64,
}

impl Node {
    fn start(config: Config, disk: &TestDisk) -> Node {
        let mut server = Server::with_disk(config, Box::new(disk.clone()), 5, START);
        let client = server.connect(START, "127.0.0.1:50000");
        Node {
            server,
            disk: disk.clone(),
            client,
            now: START,
        }
    }

    fn ask(&mut self, line: &str) -> String {
        let line = [line, "\r\n"].concat();
        self.server.receive(self.now, self.client, line.as_bytes());
        self.output()
    }

    fn output(&mut self) -> String {
        String::from_utf8_lossy(&self.server.take_output(self.client)).into_owned()
    }

    fn pass(&mut self, ms: i64) -> i64 {
        self.now += ms * 1000;
        self.server.tick(self.now)
    }

    /// Why the server did not start.
    fn failure(&mut self) -> String {
        let events = self.server.take_events();
        match events.first() {
            Some(Event::FailedToStart(text)) => text.clone(),
            _ => panic!("{events:?}"),
        }
    }

    fn log(&self) -> String {
        String::from_utf8_lossy(&self.disk.file(INCR)).replace("\r\n", " ")
    }
}

/// The words of a log without its lengths.
fn commands(log: &str) -> String {
    let words = log.split(' ').filter(|word| !word.starts_with(['*', '$']));
    words.collect::<Vec<_>>().join(" ").trim_end().to_string()
}

#[test]
fn what_commands_did_is_logged() {
    let disk = TestDisk::new();
    let mut node = Node::start(config(AppendFsync::EverySec), &disk);
    assert_eq!(
        disk.file(MANIFEST),
        b"file appendonly.aof.1.base.rdb seq 1 type b\n\
          file appendonly.aof.1.incr.aof seq 1 type i\n"
    );
    node.ask("set a 1");
    node.ask("get a");
    node.ask("select 3");
    node.ask("SADD s x y");
    node.ask("SPOP s 2");
    node.ask("multi");
    node.ask("incr n");
    node.ask("get n");
    node.ask("exec");
    node.ask("multi");
    node.ask("incr n");
    node.ask("incr n");
    node.ask("exec");
    node.ask("setex v 100 x");
    assert_eq!(
        commands(&node.log()),
        "SELECT 0 set a 1 SELECT 3 SADD s x y DEL s incr n MULTI incr n incr n EXEC \
         SET v x PXAT 1700000100000"
    );
    node.pass(101_000);
    node.ask("get v");
    assert!(node.log().ends_with("DEL $1 v "), "{}", node.log());

    let digest = node.ask("debug digest");
    let mut again = Node::start(config(AppendFsync::EverySec), &disk);
    assert_eq!(again.ask("debug digest"), digest);
    assert_eq!(again.ask("get a"), "$1\r\n1\r\n");
}

#[test]
fn times_are_noted_where_asked() {
    let disk = TestDisk::new();
    let config = Config {
        aof_timestamp_enabled: true,
        aof_use_rdb_preamble: false,
        ..config(AppendFsync::No)
    };
    let mut node = Node::start(config.clone(), &disk);
    node.ask("set a 1");
    node.ask("set b 1");
    node.pass(1000);
    node.ask("set c 1");
    assert_eq!(
        commands(&node.log()),
        "#TS:1700000000 SELECT 0 set a 1 set b 1 #TS:1700000001 set c 1"
    );
    let mut again = Node::start(config, &disk);
    assert_eq!(again.ask("dbsize"), ":3\r\n");
}

#[test]
fn always_replies_when_the_write_is_durable() {
    let disk = TestDisk::new();
    let mut node = Node::start(config(AppendFsync::Always), &disk);
    let reader = node.server.connect(node.now, "127.0.0.1:50001");
    disk.slow(true);
    let before = disk.syncs();
    assert_eq!(node.ask("set a 1\r\nincr a\r\nget a"), "");
    assert_eq!(disk.syncs(), before + 1, "one sync for the pipeline");
    assert!(node.server.clients_with_output().is_empty());
    // What others read rests on what is not durable either, and waits too.
    node.server.receive(node.now, reader, b"get a\r\n");
    assert_eq!(node.server.take_output(reader), b"");
    assert_eq!(node.ask("ping"), "");
    node.pass(5);
    assert_eq!(node.output(), "");
    let positions = node.server.persistence.aof.positions();
    assert!(positions.durable < positions.written);
    assert_eq!(positions.oldest_unsynced_ms, Some(START / 1000));

    disk.finish_syncs();
    assert_eq!(node.ask("incr a"), "", "the host ticks first");
    node.pass(0);
    assert_eq!(node.output(), "+OK\r\n:2\r\n$1\r\n2\r\n+PONG\r\n");
    assert_eq!(node.server.take_output(reader), b"$1\r\n2\r\n");
    disk.finish_syncs();
    node.pass(0);
    assert_eq!(node.output(), ":3\r\n");
    let positions = node.server.persistence.aof.positions();
    assert_eq!(positions.durable, positions.appended);
    assert_eq!(positions.oldest_unsynced_ms, None);
}

#[test]
fn always_ends_when_nothing_can_be_made_durable() {
    for failing_write in [false, true] {
        let disk = TestDisk::new();
        let mut node = Node::start(config(AppendFsync::Always), &disk);
        disk.slow(true);
        if failing_write {
            disk.fail_writes(Some(DiskError::NoSpace));
        } else {
            disk.fail_syncs(Some(DiskError::Failed("Input/output error".into())));
        }
        assert_eq!(node.ask("set a 1"), "");
        disk.finish_syncs();
        node.pass(1);
        assert_eq!(node.output(), "");
        let text = if failing_write {
            "Can't recover from AOF write error when the AOF fsync policy is 'always'. Exiting..."
        } else {
            "Can't persist AOF for fsync error when the AOF fsync policy is 'always': \
             Input/output error. Exiting..."
        };
        assert_eq!(node.server.take_events(), [Event::Exited(text.into())]);
        assert_eq!(node.ask("ping"), "");
    }
}

#[test]
fn everysec_syncs_once_a_second_unless_the_disk_is_busy() {
    let disk = TestDisk::new();
    let mut node = Node::start(config(AppendFsync::EverySec), &disk);
    let before = disk.syncs();
    for _ in 0..50 {
        assert_eq!(node.ask("incr n").as_bytes()[0], b':');
        node.pass(100);
        let positions = node.server.persistence.aof.positions();
        let unsynced = positions.oldest_unsynced_ms.unwrap_or(node.now / 1000);
        assert!(node.now / 1000 - unsynced <= 1000);
    }
    assert!((5..=6).contains(&(disk.syncs() - before)));

    // A sync that takes long holds the next writes back for two seconds.
    node.pass(1000);
    node.pass(1000);
    disk.slow(true);
    node.ask("set long 1");
    assert_eq!(node.server.persistence.aof.pending_syncs(), 1);
    let written = node.log().len();
    node.ask("set late 1");
    node.pass(1000);
    assert_eq!(node.log().len(), written);
    assert_eq!(node.server.persistence.aof.delayed_syncs(), 0);
    node.pass(1000);
    node.pass(100);
    assert!(node.log().len() > written);
    assert_eq!(node.server.persistence.aof.delayed_syncs(), 1);
    let log = node.server.take_log().join("\n");
    assert!(log.contains("Asynchronous AOF fsync is taking too long (disk is busy?)."));
    disk.finish_syncs();
    disk.slow(false);
    node.pass(1100);
    node.pass(100);
    let positions = node.server.persistence.aof.positions();
    assert_eq!(positions.durable, positions.appended);
}

#[test]
fn writes_are_refused_while_the_log_cannot_be_written() {
    let disk = TestDisk::new();
    let mut node = Node::start(config(AppendFsync::EverySec), &disk);
    node.ask("set a 1");
    disk.fail_writes(Some(DiskError::NoSpace));
    assert_eq!(node.ask("set b 1"), "+OK\r\n");
    let refused = "-MISCONF Errors writing to the AOF file: No space left on device\r\n";
    assert_eq!(node.ask("set c 1"), refused);
    assert_eq!(node.ask("ping"), refused);
    assert_eq!(node.ask("get b"), "$1\r\n1\r\n");
    disk.fail_writes(None);
    node.pass(1000);
    assert_eq!(node.ask("set c 1"), "+OK\r\n");
    let log = node.server.take_log().join("\n");
    assert!(log.contains("Error writing to the AOF file: No space left on device"));
    assert!(log.contains("AOF write error looks solved, Redis can write again."));
    let mut again = Node::start(config(AppendFsync::EverySec), &disk);
    assert_eq!(again.ask("dbsize"), ":3\r\n");

    disk.fail_syncs(Some(DiskError::Failed("Input/output error".into())));
    node.pass(1000);
    node.ask("set d 1");
    node.pass(1000);
    let refused = "-MISCONF Errors writing to the AOF file: Input/output error\r\n";
    assert_eq!(node.ask("set c 1"), refused);
    disk.fail_syncs(None);
    node.pass(1000);
    node.pass(1000);
    assert_eq!(node.ask("set c 1"), "+OK\r\n");
}

#[test]
fn a_log_cut_anywhere_loads_up_to_its_last_whole_transaction() {
    let disk = TestDisk::new();
    let mut node = Node::start(config(AppendFsync::No), &disk);
    // Digests by how much of the log there was.
    let mut digests = vec![(0, node.ask("debug digest"))];
    for line in [
        "set a 1",
        "multi\r\nrpush l x y\r\nincr a\r\nexec",
        "select 2",
        "hset h f v",
    ] {
        node.ask(line);
        let digest = node.ask("debug digest");
        digests.push((disk.file(INCR).len(), digest));
    }
    let log = disk.file(INCR);
    for cut in 0..=log.len() {
        disk.put(INCR, &log[..cut]);
        let mut again = Node::start(config(AppendFsync::No), &disk);
        let expected = digests.iter().rev().find(|(len, _)| *len <= cut);
        // SELECT alone may stay.
        let (least, digest) = expected.expect("the first is at 0");
        assert_eq!(again.ask("debug digest"), *digest, "{cut}");
        let kept = disk.file(INCR).len();
        assert!(*least <= kept && kept <= cut, "{cut}: {least} {kept}");
        // It goes on behind the cut.
        again.ask("set more 1");
        let digest = again.ask("debug digest");
        assert_eq!(
            Node::start(config(AppendFsync::No), &disk).ask("debug digest"),
            digest
        );

        if kept < cut {
            disk.put(INCR, &log[..cut]);
            let strict = Config {
                aof_load_truncated: false,
                ..config(AppendFsync::No)
            };
            let mut refused = Node::start(strict, &disk);
            let text = refused.failure();
            assert!(text.contains("Unexpected end of file"), "{text}");
        }
    }
}

#[test]
fn damage_is_named_and_nobody_served() {
    let disk = TestDisk::new();
    let mut node = Node::start(config(AppendFsync::No), &disk);
    node.ask("set a 1");
    let good = disk.file(INCR);
    let start = |bytes: &[u8]| {
        disk.put(INCR, bytes);
        let mut node = Node::start(config(AppendFsync::No), &disk);
        assert_eq!(node.ask("dbsize"), "");
        node.failure()
    };
    let text = start(&[&good, b"garbage\r\n".as_slice()].concat());
    let line = "Bad file format reading the append only file appendonly.aof.1.incr.aof: make a \
                backup of your AOF file, then use ./redis-check-aof --fix <filename.manifest>";
    assert!(text.starts_with(line), "{text}");
    assert!(text.contains(&format!("offset {}", good.len())), "{text}");
    let text = start(b"*1\r\n$4\r\nNOPE\r\n");
    assert!(text.starts_with("Unknown command 'NOPE' reading the append only file"));
    disk.clone().remove(INCR).unwrap();
    let mut missing = Node::start(config(AppendFsync::No), &disk);
    assert_eq!(
        missing.failure(),
        "Unable to obtain the AOF file appendonly.aof.1.incr.aof length. stat: \
             No such file or directory"
    );
    disk.put(INCR, &good);
    disk.put(MANIFEST, b"file a seq 1 type x\n");
    let mut bad = Node::start(config(AppendFsync::No), &disk);
    let text = bad.failure();
    assert!(
        text.contains("line 1") && text.contains("Unknown AOF file type"),
        "{text}"
    );
}

#[test]
fn an_old_single_file_is_taken_over() {
    let disk = TestDisk::new();
    let old = "/var/lib/redis/appendonly.aof";
    disk.put(old, b"*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n");
    let mut node = Node::start(config(AppendFsync::No), &disk);
    assert_eq!(node.ask("get a"), "$1\r\n1\r\n");
    assert!(disk.metadata(old).is_err());
    assert_eq!(
        disk.file(MANIFEST),
        b"file appendonly.aof seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n"
    );
    node.ask("set b 2");
    assert_eq!(
        Node::start(config(AppendFsync::No), &disk).ask("dbsize"),
        ":2\r\n"
    );
}

#[test]
fn clients_are_told_to_wait_while_much_is_loaded() {
    let disk = TestDisk::new();
    let mut node = Node::start(config(AppendFsync::No), &disk);
    for number in 0..30 {
        node.ask(&format!("debug populate 10 p{number}"));
        node.ask(&format!("mset {}", "k v ".repeat(10_000)));
    }
    let mut again = Node::start(config(AppendFsync::No), &disk);
    let loading = "-LOADING Redis is loading the dataset in memory\r\n";
    assert_eq!(again.ask("get k"), loading);
    assert_eq!(again.ask("ping"), loading);
    assert!(again.ask("info server").contains("redis_version"));
    let progress = again.server.loading().expect("it goes on");
    assert!(0 < progress.loaded && progress.loaded < progress.total);
    let mut ticks = 0;
    while again.server.loading().is_some() {
        assert_eq!(again.pass(0), 0);
        ticks += 1;
    }
    assert!(ticks > 1, "{ticks}");
    assert_eq!(again.ask("get k"), "$1\r\nv\r\n");
    assert_eq!(again.server.persistence.aof.state(), AofState::On);
}

#[test]
fn keys_whose_time_is_over_stay_while_the_log_is_replayed() {
    let disk = TestDisk::new();
    let mut node = Node::start(config(AppendFsync::No), &disk);
    node.ask("set a 1 px 500");
    node.ask("incr a");
    node.ask("pexpire a 600");
    node.ask("persist a");
    node.ask("set b 1 px 500");
    let mut again = Node::start(config(AppendFsync::No), &disk);
    again.pass(60_000);
    assert_eq!(again.ask("get a"), "$1\r\n2\r\n");
    assert_eq!(again.ask("exists b"), ":0\r\n");
    let mut late = Server::with_disk(
        config(AppendFsync::No),
        Box::new(disk.clone()),
        5,
        START + 60_000_000,
    );
    let client = late.connect(START + 60_000_000, "127.0.0.1:1");
    late.receive(START + 60_000_000, client, b"get a\r\nget b\r\n");
    assert_eq!(late.take_output(client), b"$1\r\n2\r\n$-1\r\n");
}

#[test]
fn syncing_rests_during_a_save_where_that_is_asked_for() {
    let disk = TestDisk::new();
    let config = Config {
        no_appendfsync_on_rewrite: true,
        ..config(AppendFsync::Always)
    };
    let mut node = Node::start(config, &disk);
    disk.slow(true);
    node.ask("bgsave");
    node.pass(1);
    let before = disk.syncs();
    assert_eq!(node.ask("set a 1"), "+OK\r\n");
    assert_eq!(disk.syncs(), before);
    for _ in 0..3 {
        disk.finish_syncs();
        node.pass(1);
    }
    node.output();
    assert_eq!(node.ask("set b 1"), "", "it waits again");
    disk.finish_syncs();
    node.pass(1);
    assert_eq!(node.output(), "+OK\r\n");
}

#[test]
fn a_rewrite_that_fails_leaves_a_log_that_loads() {
    let disk = TestDisk::new();
    let mut node = Node::start(config(AppendFsync::EverySec), &disk);
    node.ask("set a 1");
    disk.fail_writes(Some(DiskError::NoSpace));
    assert_eq!(
        node.ask("bgrewriteaof"),
        "-ERR Can't execute an AOF background rewriting. Please check the server logs for more \
         information.\r\n"
    );
    disk.fail_writes(None);
    assert!(node.ask("bgrewriteaof").starts_with("+Background"));
    assert!(node.ask("bgrewriteaof").contains("already in progress"));
    node.ask("set b 1");
    disk.fail_writes(Some(DiskError::NoSpace));
    node.pass(1);
    disk.fail_writes(None);
    node.pass(1000);
    let info = node.ask("info persistence");
    assert!(info.contains("aof_last_bgrewrite_status:err\r\n"), "{info}");
    assert!(info.contains("aof_rewrites_consecutive_failures:1\r\n"));
    node.ask("set c 1");
    let digest = node.ask("debug digest");
    let mut again = Node::start(config(AppendFsync::EverySec), &disk);
    assert_eq!(again.ask("debug digest"), digest);
    // Killed in the middle of one.
    again.ask("bgrewriteaof");
    again.ask("set d 1");
    let digest = again.ask("debug digest");
    let mut last = Node::start(config(AppendFsync::EverySec), &disk);
    assert_eq!(last.ask("debug digest"), digest);
    assert!(last.ask("bgrewriteaof").starts_with("+Background"));
    last.pass(1);
    last.pass(1);
    let names = disk.list("/var/lib/redis/appendonlydir").unwrap();
    assert_eq!(names.len(), 3, "{names:?}");
    let digest = last.ask("debug digest");
    assert_eq!(
        Node::start(config(AppendFsync::No), &disk).ask("debug digest"),
        digest
    );
}

#[test]
fn a_log_that_cannot_begin_stays_off() {
    let disk = TestDisk::new();
    let off = Config {
        appendonly: false,
        ..config(AppendFsync::EverySec)
    };
    let mut node = Node::start(off, &disk);
    disk.fail_writes(Some(DiskError::ReadOnly));
    disk.clone()
        .create_directory("/var/lib/redis/appendonlydir")
        .unwrap();
    assert_eq!(
        node.ask("config set appendonly yes"),
        "-ERR CONFIG SET failed (possibly related to argument 'appendonly') - Unable to turn on \
         AOF. Check server logs.\r\n"
    );
    assert!(node.ask("config get appendonly").contains("$2\r\nno"));
    disk.fail_writes(None);
    assert_eq!(node.ask("set a 1"), "+OK\r\n");
    assert_eq!(node.server.persistence.aof.state(), AofState::Off);
    // In a transaction the first rewrite comes after it.
    let replies = node.ask("multi\r\nconfig set appendonly yes\r\nset b 1\r\nexec");
    assert!(replies.ends_with("*2\r\n+OK\r\n+OK\r\n"), "{replies}");
    assert_eq!(node.server.persistence.aof.state(), AofState::WaitRewrite);
    for _ in 0..5 {
        node.pass(100);
    }
    assert_eq!(node.server.persistence.aof.state(), AofState::On);
    let mut again = Node::start(config(AppendFsync::EverySec), &disk);
    assert_eq!(again.ask("dbsize"), ":2\r\n");
}
