//! SAVE, BGSAVE, save points and SHUTDOWN, as a client and the log see them.

use super::Session;
use super::slow_disk::SlowDisk;
use resplay::disk::DiskError;
use resplay::instance::{Config, SavePoint};
use resplay::server::Event;

const MISCONF: &str = "-MISCONF Redis is configured to save RDB snapshots, but it's currently \
                       unable to persist to disk.";

fn on(disk: &SlowDisk) -> Session {
    Session::on_disk(Config::default(), disk.clone())
}

#[test]
fn save_answers_when_the_file_is_durable_and_nobody_is_served_before() {
    let disk = SlowDisk::new(false);
    let mut session = on(&disk);
    session.send("SET a 1");
    let other = session.server.connect(session.now_us, "127.0.0.1:50001");
    assert_eq!(session.send("SAVE"), "");
    assert_eq!(session.send("PING"), "");
    session.server.receive(session.now_us, other, b"GET a\r\n");
    session.wait_ms(50);
    assert_eq!(session.output(), "");
    assert!(session.server.take_output(other).is_empty());
    assert_eq!(disk.names(), ["temp-1.rdb"]);
    // The content is durable before the file gets its name, and then the name.
    disk.settle();
    session.wait_ms(5);
    assert_eq!(session.output(), "");
    assert_eq!(disk.names(), ["dump.rdb"]);
    disk.settle();
    session.wait_ms(5);
    assert_eq!(session.output(), "+OK\r\n+PONG");
    assert_eq!(session.server.take_output(other), b"$1\r\n1\r\n");
    assert_eq!(session.info("rdb_changes_since_last_save"), "0");
    assert_eq!(session.info("rdb_saves"), "1");
    assert_eq!(session.log(), ["M * DB saved on disk"]);
    assert_eq!(session.send("LASTSAVE"), ":1700000000");
}

#[test]
fn save_wants_no_reply_where_the_client_wants_none() {
    let disk = SlowDisk::new(false);
    let mut session = on(&disk);
    session.send("CLIENT REPLY SKIP");
    session.send("SAVE");
    for _ in 0..2 {
        disk.settle();
        session.wait_ms(5);
    }
    assert_eq!(session.output(), "");
    assert_eq!(session.send("PING"), "+PONG");
}

#[test]
fn bgsave_goes_on_while_commands_do() {
    let disk = SlowDisk::new(true);
    let mut session = on(&disk);
    session.send("DEBUG POPULATE 5000");
    session.send("SET counter 0");
    assert_eq!(session.send("BGSAVE"), "+Background saving started");
    assert_eq!(
        session.send("BGSAVE"),
        "-ERR Background save already in progress"
    );
    assert_eq!(
        session.send("SAVE"),
        "-ERR Background save already in progress"
    );
    // A slice at a time, and at once again.
    assert_eq!(session.server.tick(session.now_us), 0);
    session.send("INCR counter");
    assert_eq!(session.info("rdb_bgsave_in_progress"), "1");
    assert_eq!(session.info("current_save_keys_total"), "5001");
    let done: u32 = session.info("current_save_keys_processed").parse().unwrap();
    assert!((1000..3000).contains(&done), "{done}");
    session.wait_ms(20);
    assert_eq!(session.info("rdb_bgsave_in_progress"), "0");
    assert_eq!(session.info("current_save_keys_processed"), "0");
    assert_eq!(session.info("rdb_last_bgsave_status"), "ok");
    // What came after it began is not in it.
    assert_eq!(session.info("rdb_changes_since_last_save"), "1");
    assert_eq!(
        session.log(),
        [
            "M * Background saving started by pid 1001",
            "C * DB saved on disk",
            "M * Background saving terminated with success"
        ]
    );
    assert_eq!(disk.names(), ["dump.rdb"]);
}

#[test]
fn bgsave_does_not_run_ahead_of_its_disk() {
    let disk = SlowDisk::new(false);
    let mut session = on(&disk);
    session.send("CONFIG SET rdbcompression no");
    session.send("DEBUG POPULATE 30000 key 100");
    session.send("BGSAVE");
    let mut len = 0;
    for _ in 0..40 {
        session.wait_ms(100);
        let after = disk.len("temp-1001.rdb");
        // It has its name in the end.
        assert!(
            after <= len + (1 << 20) + (1 << 17),
            "{after} bytes after {len}"
        );
        len = after;
        disk.settle();
    }
    session.wait_ms(5);
    assert_eq!(session.info("rdb_last_bgsave_status"), "ok");
    assert_eq!(session.info("rdb_bgsave_in_progress"), "0");
}

#[test]
fn bgsave_in_a_transaction_comes_after_it() {
    let mut session = on(&SlowDisk::new(true));
    session.send("MULTI");
    session.send("BGSAVE");
    assert_eq!(
        session.send("SAVE"),
        "-ERR Command not allowed inside a transaction"
    );
    session.send("DISCARD");
    session.send("MULTI");
    session.send("BGSAVE");
    session.send("SET a 1");
    assert_eq!(
        session.send("EXEC"),
        "*2\r\n+Background saving scheduled\r\n+OK"
    );
    session.wait_ms(300);
    assert_eq!(session.info("rdb_saves"), "1");
    assert_eq!(session.info("rdb_changes_since_last_save"), "0");
    assert_eq!(session.send("BGSAVE now"), "-ERR syntax error");
    assert_eq!(
        session.send("BGSAVE schedule"),
        "+Background saving started"
    );
}

#[test]
fn save_points_fire_by_themselves_and_reset_the_count() {
    let disk = SlowDisk::new(true);
    let config = Config {
        save: vec![
            SavePoint {
                seconds: 900,
                changes: 1,
            },
            SavePoint {
                seconds: 60,
                changes: 3,
            },
        ],
        ..Config::default()
    };
    let mut session = Session::on_disk(config, disk.clone());
    session.send("SET a 1");
    session.send("SET b 1");
    session.wait_ms(62_000);
    assert!(disk.names().is_empty());
    session.send("SET c 1");
    session.wait_ms(200);
    assert_eq!(disk.names(), ["dump.rdb"]);
    assert_eq!(session.info("rdb_changes_since_last_save"), "0");
    assert_eq!(session.log()[0], "M * 3 changes in 60 seconds. Saving...");
    session.send("DEL c");
    session.wait_ms(899_000);
    assert_eq!(session.info("rdb_changes_since_last_save"), "1");
    session.wait_ms(2_000);
    assert_eq!(session.info("rdb_changes_since_last_save"), "0");
    assert_eq!(session.log()[0], "M * 1 changes in 900 seconds. Saving...");
}

#[test]
fn a_save_that_fails_stops_writes_until_one_goes_well() {
    let disk = SlowDisk::new(true);
    let mut session = on(&disk);
    session.send("SET a 1");
    disk.fail("append", DiskError::NoSpace);
    // SAVE that fails tells its client, and stops nothing.
    assert_eq!(session.send("SAVE"), "-ERR");
    assert_eq!(session.send("SET a 2"), "+OK");
    assert_eq!(session.info("rdb_last_bgsave_status"), "ok");
    assert_eq!(session.send("BGSAVE"), "+Background saving started");
    session.wait_ms(10);
    assert_eq!(session.info("rdb_last_bgsave_status"), "err");
    assert!(disk.names().is_empty());
    assert!(session.send("SET a 3").starts_with(MISCONF));
    assert!(session.send("PING").starts_with(MISCONF));
    assert!(session.send("FLUSHALL").starts_with(MISCONF));
    assert_eq!(session.send("GET a"), "$1\r\n2");
    assert_eq!(
        session.log(),
        [
            "M # Write error saving DB on disk(rdbSaveRio): No space left on device",
            "M * Background saving started by pid 1001",
            "C # Write error saving DB on disk(rdbSaveRio): No space left on device",
            "M # Background saving error"
        ]
    );
    session.send("CONFIG SET stop-writes-on-bgsave-error no");
    assert_eq!(session.send("SET a 3"), "+OK");
    session.send("CONFIG SET stop-writes-on-bgsave-error yes");
    assert!(session.send("PING").starts_with(MISCONF));
    disk.heal();
    assert_eq!(session.send("SAVE"), "+OK");
    assert_eq!(session.send("SET a 4"), "+OK");
}

#[test]
fn a_queue_of_writes_is_refused_as_one() {
    let disk = SlowDisk::new(true);
    let mut session = on(&disk);
    session.send("WATCH a");
    session.send("MULTI");
    session.send("SET a 1");
    disk.fail("rename", DiskError::IsDirectory);
    let other = session.server.connect(session.now_us, "127.0.0.1:50001");
    session.server.receive(session.now_us, other, b"BGSAVE\r\n");
    session.wait_ms(5);
    let refused = session.send("EXEC");
    let expected = "-EXECABORT Transaction discarded because of: MISCONF Redis is";
    assert!(refused.starts_with(expected), "{refused}");
    // The transaction is over.
    assert_eq!(session.send("GET a"), "$-1");
    assert_eq!(session.info("watching_clients"), "0");
    assert_eq!(session.info("errorstat_EXECABORT"), "count=1");
    session.send("MULTI");
    session.send("GET a");
    assert_eq!(session.send("EXEC"), "*1\r\n$-1");
    assert_eq!(
        session.log()[1],
        "C # Error moving temp DB file temp-1001.rdb on the final destination dump.rdb (in server \
         root dir /var/lib/redis): Is a directory"
    );
    assert!(disk.names().is_empty());
}

#[test]
fn after_a_failure_a_save_point_waits_five_seconds() {
    let disk = SlowDisk::new(true);
    let mut session = on(&disk);
    session.send("CONFIG SET save \"1 1\"");
    session.send("SET a 1");
    disk.fail("create", DiskError::Denied);
    session.wait_ms(3_000);
    assert_eq!(session.info("rdb_saves"), "1");
    assert_eq!(
        session.log()[2],
        "C # Failed opening the temp RDB file temp-1001.rdb (in server root dir /var/lib/redis) \
         for saving: Permission denied"
    );
    disk.heal();
    session.wait_ms(4_000);
    assert_eq!(session.info("rdb_saves"), "1");
    session.wait_ms(2_000);
    assert_eq!(session.info("rdb_saves"), "2");
    assert_eq!(session.info("rdb_last_bgsave_status"), "ok");
}

#[test]
fn a_sync_that_fails_is_told() {
    let disk = SlowDisk::new(true);
    let mut session = on(&disk);
    disk.fail("sync", DiskError::Failed("Input/output error".into()));
    assert_eq!(session.send("SAVE"), "-ERR");
    assert_eq!(
        session.log(),
        ["M # Write error saving DB on disk(fsync): Input/output error"]
    );
    assert!(disk.names().is_empty());
}

#[test]
fn flushall_ends_a_background_save_and_saves_the_emptiness() {
    let disk = SlowDisk::new(true);
    let mut session = on(&disk);
    session.send("DEBUG POPULATE 5000");
    session.send("SET a 1");
    session.send("BGSAVE");
    session.server.tick(session.now_us);
    assert_eq!(session.send("FLUSHALL"), "+OK");
    assert_eq!(session.info("rdb_bgsave_in_progress"), "0");
    assert_eq!(session.info("rdb_changes_since_last_save"), "0");
    assert_eq!(session.info("rdb_last_bgsave_status"), "ok");
    assert_eq!(disk.names(), ["dump.rdb"]);
    assert!(disk.dump().len() < 200);
    assert_eq!(
        session.log(),
        [
            "M * Background saving started by pid 1001",
            "M # Background saving terminated by signal 10",
            "M * DB saved on disk"
        ]
    );
    session.send("CONFIG SET save \"\"");
    session.send("SET a 1");
    session.send("FLUSHALL");
    assert_eq!(session.info("rdb_changes_since_last_save"), "2");
}

#[test]
fn flushdb_leaves_the_background_save_what_it_still_needs() {
    let disk = SlowDisk::new(true);
    let mut session = on(&disk);
    session.send("CONFIG SET save \"\"");
    session.send("DEBUG POPULATE 5000");
    session.send("SAVE");
    let whole = disk.dump();
    session.send("BGSAVE");
    session.server.tick(session.now_us);
    session.send("FLUSHDB");
    session.send("SET a 1");
    assert_eq!(session.send("DBSIZE"), ":1");
    session.wait_ms(20);
    // The same records in another order.
    assert_eq!(disk.dump().len(), whole.len());
    assert_eq!(session.info("rdb_last_bgsave_status"), "ok");
}

#[test]
fn shutdown_saves_and_ends() {
    let disk = SlowDisk::new(false);
    let mut session = on(&disk);
    session.send("SET a 1");
    assert_eq!(session.send("SHUTDOWN"), "");
    session.wait_ms(10);
    assert!(session.server.take_events().is_empty());
    for _ in 0..2 {
        disk.settle();
        session.wait_ms(5);
    }
    let client = session.client;
    assert_eq!(
        session.server.take_events(),
        [Event::Closed(client), Event::Shutdown]
    );
    assert_eq!(disk.names(), ["dump.rdb"]);
    assert_eq!(session.send("PING"), "");
    assert_eq!(
        session.log(),
        [
            "M # User requested shutdown...",
            "M * Saving the final RDB snapshot before exiting.",
            "M * DB saved on disk",
            "M # Redis is now ready to exit, bye bye..."
        ]
    );
    let late = session.server.connect(session.now_us, "127.0.0.1:50002");
    assert_eq!(session.server.take_events(), [Event::Closed(late)]);
}

#[test]
fn shutdown_saves_where_there_are_save_points_or_when_told() {
    for (line, save, saved) in [
        ("SHUTDOWN", "\"\"", false),
        ("SHUTDOWN SAVE", "\"\"", true),
        ("SHUTDOWN", "\"60 1\"", true),
        ("SHUTDOWN NOSAVE NOW", "\"60 1\"", false),
    ] {
        let disk = SlowDisk::new(true);
        let mut session = on(&disk);
        session.send(&format!("CONFIG SET save {save}"));
        assert_eq!(session.send(line), "");
        assert!(session.server.take_events().contains(&Event::Shutdown));
        assert_eq!(!disk.names().is_empty(), saved, "{line} {save}");
    }
}

#[test]
fn shutdown_that_cannot_save_goes_on_unless_forced() {
    let disk = SlowDisk::new(true);
    let mut session = on(&disk);
    session.send("DEBUG POPULATE 3000");
    session.send("BGSAVE");
    session.server.tick(session.now_us);
    disk.fail("append", DiskError::NoSpace);
    assert_eq!(
        session.send("SHUTDOWN"),
        "-ERR Errors trying to SHUTDOWN. Check logs."
    );
    assert_eq!(session.send("DBSIZE"), ":3000");
    assert!(disk.names().is_empty());
    assert_eq!(session.send("SHUTDOWN FORCE"), "");
    assert!(session.server.take_events().contains(&Event::Shutdown));
    let log = session.log();
    assert!(log.contains(&"M # There is a child saving an .rdb. Killing it!".into()));
    assert!(log.contains(&"M # Error trying to save the DB, can't exit.".into()));
    assert!(log.contains(&"M # Error trying to save the DB. Exit anyway.".into()));
}

#[test]
fn options_of_shutdown_are_looked_at() {
    let mut session = on(&SlowDisk::new(true));
    for line in [
        "SHUTDOWN now what",
        "SHUTDOWN SAVE NOSAVE",
        "SHUTDOWN ABORT NOW",
    ] {
        assert_eq!(session.send(line), "-ERR syntax error", "{line}");
    }
    assert_eq!(
        session.send("SHUTDOWN ABORT"),
        "-ERR No shutdown in progress."
    );
    assert_eq!(session.send("PING"), "+PONG");
}

#[test]
fn what_a_snapshot_takes_meanwhile_is_not_the_server_s_memory() {
    let mut session = on(&SlowDisk::new(true));
    session.send("DEBUG POPULATE 20000 key 100");
    let before = session.server.used_memory();
    session.send("BGSAVE");
    session.server.tick(session.now_us);
    for key in 0..20_000 {
        session.send(&format!("DEL key:{key}"));
    }
    assert!(session.server.used_memory() < before / 4);
    session.wait_ms(100);
    assert_eq!(session.info("rdb_last_bgsave_status"), "ok");
    let images: u64 = session.info("rdb_last_cow_size").parse().unwrap();
    assert!(images > 100_000, "{images}");
}
