//! A real redis-server loads what BGSAVE wrote while commands went on, and INFO tells what it does.

use super::Session;
use super::point_in_time::command;
use super::redis::{Connection, RealServer};
use super::reply::{Reply, request};
use super::slow_disk::SlowDisk;
use resplay::instance::Config;
use std::process::Command;

fn ask(real: &mut Connection, line: &str) -> String {
    let words: Vec<Vec<u8>> = line.split(' ').map(|word| word.into()).collect();
    real.send(&request(&words));
    match real.receive() {
        Reply::Simple(text) | Reply::Bulk(text) | Reply::Error(text) => {
            String::from_utf8_lossy(&text).into_owned()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_real_server_loads_a_dump_made_while_commands_went_on() {
    let real = RealServer::start();
    let mut connection = real.connect();
    for seed in 1..=6 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let disk = SlowDisk::new(true);
        let config = Config {
            save: Vec::new(),
            rdbcompression: seed % 2 == 0,
            rdbchecksum: seed % 3 != 0,
            ..Config::default()
        };
        let mut session = Session::on_disk(config, disk.clone());
        // In 2090, so that what expires soon is there when the real server loads it.
        session.now_us = 3_800_000_000_000_000;
        let run =
            |session: &mut Session, rng: &mut fastrand::Rng, count: usize, may_flush: bool| {
                for _ in 0..count {
                    let line = command(rng, 300, session.now_us);
                    // FLUSHALL would end the save, and FLUSHDB leave little to save.
                    if line != "FLUSHALL" && (line != "FLUSHDB" || may_flush) {
                        session.send(&line);
                    }
                }
            };
        for db in 0..3 {
            session.send(&format!("SELECT {db}"));
            session.send("DEBUG POPULATE 3000 many 20");
            run(&mut session, &mut rng, 1500, false);
        }
        let digest = session.send("DEBUG DIGEST");
        session.send("BGSAVE");
        let mut slices = 0;
        while session.info("rdb_bgsave_in_progress") == "1" {
            run(&mut session, &mut rng, 300, true);
            session.now_us += 1000;
            session.server.tick(session.now_us);
            slices += 1;
        }
        assert!(slices > 5, "{slices} slices");
        assert_eq!(session.info("rdb_last_bgsave_status"), "ok");
        assert_ne!(session.send("DEBUG DIGEST"), digest);

        let path = real.path("dump.rdb");
        std::fs::write(&path, disk.dump()).expect("the folder is there");
        let check = Command::new("redis-check-rdb").arg(&path).output();
        let check = check.expect("redis-check-rdb is there");
        assert!(check.status.success(), "seed {seed}: {check:?}");
        let reply = ask(&mut connection, "DEBUG RELOAD NOSAVE");
        assert_eq!(reply, "OK", "seed {seed}");
        let theirs = ask(&mut connection, "DEBUG DIGEST");
        assert_eq!(format!("+{theirs}"), digest, "seed {seed}");
    }
}

/// The names of the fields, in their order.
fn fields(info: &str) -> Vec<&str> {
    info.lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn info_has_the_fields_of_the_real_server() {
    let real = RealServer::start();
    let mut connection = real.connect();
    let theirs = ask(&mut connection, "INFO persistence");
    let mut session = Session::new(Config::default(), 1);
    let ours = session.send("INFO persistence");
    assert_eq!(fields(&ours), fields(&theirs));
}
