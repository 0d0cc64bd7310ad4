//! Random commands between random slices of a snapshot: it must hold what was there when it began.

use super::Session;
use resplay::instance::Config;
use resplay::keyspace::{Keyspace, Record, SnapshotBudget, SnapshotEncoder};
use resplay::persistence::rdb::dump;
use resplay::types::dict::Entry;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Databases, keys, and what each holds: its payload and when it expires.
type Data = BTreeMap<(usize, Vec<u8>), (Vec<u8>, Option<i64>)>;

fn held(record: &Record) -> (Vec<u8>, Option<i64>) {
    (dump(record.value(), false), record.expire_at())
}

fn data_of(keyspace: &Keyspace) -> Data {
    let mut data = Data::new();
    for database in keyspace.iter() {
        for record in database.iter() {
            let name = (database.index(), record.key().to_vec());
            data.insert(name, held(record));
        }
    }
    data
}

#[derive(Default)]
struct Seen {
    data: Data,
    finished: bool,
}

/// Notes what it is given, and that nothing comes twice or late.
struct Noting(Rc<RefCell<Seen>>);

impl SnapshotEncoder for Noting {
    fn record(&mut self, db: usize, record: &Record) {
        let seen = &mut *self.0.borrow_mut();
        assert!(!seen.finished, "a record came after the end");
        let name = (db, record.key().to_vec());
        let text = format!("{db} {}", String::from_utf8_lossy(record.key()));
        assert!(
            seen.data.insert(name, held(record)).is_none(),
            "{text} came twice"
        );
    }

    fn finish(&mut self) {
        assert!(!std::mem::replace(&mut self.0.borrow_mut().finished, true));
    }

    fn pending_len(&self) -> usize {
        0
    }

    fn pending(&mut self) -> Vec<u8> {
        Vec::new()
    }
}

/// One random line for the server.
pub fn command(rng: &mut fastrand::Rng, keys: usize, now_us: i64) -> String {
    let key = |rng: &mut fastrand::Rng| format!("k{}", rng.usize(..keys));
    let (a, b) = (key(rng), key(rng));
    let n = rng.i64(-5..300);
    let db = rng.usize(..3);
    let later = now_us / 1000 + rng.i64(-50..400);
    match rng.u32(..52) {
        0..4 => format!("SET {a} {n}"),
        4 => format!("SET {a} {}", "v".repeat(rng.usize(..90))),
        5 => format!("SET {a} text PX {}", rng.i64(1..300)),
        6 => format!("SET {a} {n} KEEPTTL"),
        7..9 => format!("INCRBY {a} {n}"),
        9 => format!("INCRBYFLOAT {a} 0.5"),
        10 => format!("APPEND {a} tail"),
        11 => format!("SETRANGE {a} {} xyz", rng.usize(..60)),
        12 => format!("SETBIT {a} {} 1", rng.usize(..600)),
        13 => format!("GETDEL {a}"),
        14 => format!("GETEX {a} PXAT {later}"),
        15..17 => format!("DEL {a} {b}"),
        17 => format!("RENAME {a} {b}"),
        18 => format!("COPY {a} {b} DB {db} REPLACE"),
        19 => format!("MOVE {a} {db}"),
        20 => format!("PEXPIREAT {a} {later}"),
        21 => format!("PERSIST {a}"),
        22..24 => format!("RPUSH {a} {n} {b} {n}"),
        24 => format!("LPOP {a} {}", rng.usize(..3)),
        25 => format!("LSET {a} 0 {n}"),
        26 => format!("LMOVE {a} {b} LEFT RIGHT"),
        27..29 => format!("HSET {a} f{} {n} g {b}", rng.usize(..8)),
        29 => format!("HINCRBY {a} f1 {n}"),
        30 => format!("HDEL {a} f1 g"),
        31..33 => format!("SADD {a} {n} {b}"),
        33 => format!("SPOP {a}"),
        34 => format!("SMOVE {a} {b} {n}"),
        35..37 => format!("ZADD {a} {n} {b} 1 {n}"),
        37 => format!("ZINCRBY {a} 1.5 {b}"),
        38 => format!("ZPOPMIN {a}"),
        39 => format!("SORT {a} BY nosort STORE {b}"),
        40 => format!("SELECT {db}"),
        41 => format!("SWAPDB {db} {}", rng.usize(..3)),
        42 if rng.u8(..8) == 0 => "FLUSHDB".into(),
        42 => format!("GET {a}"),
        43 if rng.u8(..16) == 0 => "FLUSHALL".into(),
        // A table that grows or shrinks under the walk.
        43 if rng.u8(..8) == 0 => format!("DEBUG POPULATE {} p{n} 3", rng.usize(..400)),
        44 => (0..60).fold("DEL".into(), |line, i| format!("{line} p{n}:{i}")),
        45..48 => format!("XADD {a} 5-* f {n}"),
        48 => format!("XGROUP CREATE {a} g 0"),
        49 => format!("XREADGROUP GROUP g {b} COUNT 2 STREAMS {a} >"),
        50 => format!("XACK {a} g 5-{} 5-{}", rng.u8(..20), rng.u8(..20)),
        51 => format!("XDEL {a} 5-{}", rng.u8(..20)),
        _ => format!("BITOP NOT {a} {b}"),
    }
}

/// Runs one case; answers how many records the snapshot held.
fn case(seed: u64) -> usize {
    let mut rng = fastrand::Rng::with_seed(seed);
    let config = Config {
        // FLUSHALL saves where there are save points, and that is another test.
        save: Vec::new(),
        ..Config::default()
    };
    let mut session = Session::new(config, seed);
    let keys = [3, 30, 300][rng.usize(..3)];
    let run = |session: &mut Session, rng: &mut fastrand::Rng, most: usize| {
        for _ in 0..rng.usize(..=most) {
            let line = command(rng, keys, session.now_us);
            session.send(&line);
            if rng.u8(..20) == 0 {
                // Now and then time passes, and keys go by themselves.
                session.now_us += rng.i64(0..80_000);
                if rng.bool() {
                    session.server.tick(session.now_us);
                }
            }
        }
    };
    run(&mut session, &mut rng, 300);
    let mut held = 0;
    for _ in 0..rng.usize(1..4) {
        let before = data_of(session.server.keyspace());
        let seen = Rc::new(RefCell::new(Seen::default()));
        let encoder = Box::new(Noting(Rc::clone(&seen)));
        session.server.keyspace_mut().begin_snapshot(encoder);
        let given_up = rng.u8(..4) == 0;
        let mut steps = 0;
        loop {
            run(&mut session, &mut rng, 12);
            let budget = SnapshotBudget {
                records: rng.usize(1..20),
                buckets: rng.usize(1..12),
                bytes: 1,
            };
            let done = session.server.keyspace_mut().snapshot_step(budget);
            steps += 1;
            let progress = session.server.keyspace().snapshot_progress().unwrap();
            assert_eq!(progress.total, before.len() as u64);
            assert_eq!(progress.written, seen.borrow().data.len() as u64);
            if done || given_up && steps > 3 {
                break;
            }
            assert!(steps < 10_000, "seed {seed}: the walk has no end");
        }
        let seen = seen.borrow();
        assert!(
            seen.finished || given_up,
            "seed {seed}: the end was not told"
        );
        if seen.finished {
            assert!(
                seen.data == before,
                "seed {seed}: {}",
                difference(&before, &seen.data)
            );
            // What comes later is no longer told.
            run(&mut session, &mut rng, 12);
        }
        if rng.bool() {
            session.server.keyspace_mut().end_snapshot();
        }
        held += before.len();
    }
    held
}

fn difference(before: &Data, seen: &Data) -> String {
    let name = |(db, key): &(usize, Vec<u8>)| format!("{db} {}", String::from_utf8_lossy(key));
    for (at, value) in before {
        match seen.get(at) {
            None => return format!("{} is missing", name(at)),
            Some(other) if other != value => return format!("{} differs", name(at)),
            Some(_) => {}
        }
    }
    let more = seen.keys().find(|at| !before.contains_key(at));
    more.map_or("nothing".into(), |at| format!("{} is too much", name(at)))
}

#[test]
fn a_snapshot_holds_the_data_of_the_moment_it_began() {
    let cases: u64 = std::env::var("RESPLAY_SLICES")
        .map_or(Ok(2000), |text| text.parse())
        .expect("RESPLAY_SLICES is a number");
    let held: usize = (0..cases).map(case).sum();
    println!("snapshots: {cases} cases, {held} records in all");
    // A test in which nothing is saved would find nothing.
    assert!(held as u64 > cases * 50);
}

#[test]
fn marks_of_many_snapshots_given_up_are_not_taken_for_new_ones() {
    let mut session = Session::new(Config::default(), 1);
    for key in 0..40 {
        session.send(&format!("SET k{key} {key}"));
    }
    let mut rng = fastrand::Rng::with_seed(1);
    for round in 0..2000 {
        let before = data_of(session.server.keyspace());
        let seen = Rc::new(RefCell::new(Seen::default()));
        let keyspace = session.server.keyspace_mut();
        keyspace.begin_snapshot(Box::new(Noting(Rc::clone(&seen))));
        let budget = SnapshotBudget {
            records: 5,
            buckets: 1,
            bytes: 1,
        };
        keyspace.snapshot_step(budget);
        // Nearly all are given up.
        if round % 600 == 599 {
            while !session.server.keyspace_mut().snapshot_step(budget) {
                session.send(&format!("INCR k{}", rng.u8(..40)));
            }
            assert!(seen.borrow().data == before, "round {round}");
        }
        session.send(&format!("SET k{} new", rng.u8(..40)));
    }
}
