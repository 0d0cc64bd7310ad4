//! How long clients wait while a million keys are saved. A measurement, for release builds:
//! `cargo test --release --test saving -- --ignored --nocapture`

use super::Session;
use resplay::instance::Config;
use resplay::lab::disk::LabDisk;
use std::time::{Duration, Instant};

const KEYS: usize = 1_000_000;

#[test]
#[ignore = "a measurement, for release builds"]
fn the_longest_pause_while_a_million_keys_are_saved() {
    for compress in [true, false] {
        let config = Config {
            rdbcompression: compress,
            ..Config::default()
        };
        let disk = LabDisk::new();
        // A host whose storage commits at once.
        let store = || {
            while let Some(batch) = disk.take_batch() {
                disk.committed(batch.id);
            }
        };
        store();
        let mut session = Session::on_disk(config, disk.clone());
        // Compressible, as most text is.
        session.send(&format!("DEBUG POPULATE {KEYS} key 64"));
        let mut rng = fastrand::Rng::with_seed(1);
        let start = Instant::now();
        session.send("SAVE");
        while session.output().is_empty() {
            store();
            session.server.tick(session.now_us);
        }
        let whole = start.elapsed();
        let pipeline = |rng: &mut fastrand::Rng| {
            let mut lines = String::new();
            for _ in 0..100 {
                lines += &format!("SET key:{} {}\r\n", rng.usize(..KEYS), rng.u64(..));
            }
            lines
        };
        let mut quiet = Duration::ZERO;
        for _ in 0..300 {
            let lines = pipeline(&mut rng);
            let start = Instant::now();
            session.send(&lines);
            quiet = quiet.max(start.elapsed());
        }
        let start = Instant::now();
        session.send("BGSAVE");
        let begun = start.elapsed();
        let (mut longest, mut busy, mut slices) = (Duration::ZERO, Duration::ZERO, 0);
        let mut longest_writes = Duration::ZERO;
        loop {
            let lines = pipeline(&mut rng);
            let start = Instant::now();
            session.send(&lines);
            longest_writes = longest_writes.max(start.elapsed());
            session.now_us += 1000;
            let start = Instant::now();
            let wait = session.server.tick(session.now_us);
            store();
            let took = start.elapsed();
            longest = longest.max(took);
            busy += took;
            slices += 1;
            if wait > 1 {
                break;
            }
        }
        println!(
            "{KEYS} keys, compression {compress}: SAVE {whole:?}; BGSAVE begun in {begun:?}, \
             {slices} slices, the longest {longest:?}, {busy:?} in all; 100 SETs {longest_writes:?} at \
             most ({quiet:?} before)",
        );
        assert_eq!(session.info("rdb_last_bgsave_status"), "ok");
    }
}
