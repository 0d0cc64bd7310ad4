//! Histories that are carried elsewhere: random lives made again from bytes, and bytes that are none.

use super::archive::ArchiveError;
use super::disk::LabDisk;
use super::history::{Act, Beginning, History};
use super::replay::Replay;
use super::timeline::Timeline;
use super::timeline_tests::{
    NOW_US, SECOND, ask, everything, live, pass, same, timeline, with_sentinels,
};
use crate::disk::Disk;

/// Makes a history again, in slices.
fn made_again(bytes: &[u8]) -> Replay {
    let mut replay = Replay::begin(bytes, usize::MAX).unwrap();
    let mut asked = 0;
    let mut enough = || {
        asked += 1;
        asked % 3 == 0
    };
    while !replay.step(&mut enough) {
        assert!((0.0..=1.0).contains(&replay.progress()));
    }
    replay
}

/// What the store of a lab would do with all that there is for it.
fn store(timeline: &mut Timeline) {
    while let Some(batch) = timeline.take_batch() {
        timeline.answered(batch.id, None);
    }
}

#[test]
fn a_life_is_the_same_elsewhere() {
    for seed in 100..104 {
        let mut real_us = NOW_US;
        let mut lab = timeline(seed);
        live(&mut lab, &mut real_us, seed, 80);
        let bytes = lab.to_bytes().unwrap();
        let (_, mut machine) = made_again(&bytes).finish();
        lab.look_at(lab.now_us());
        let here = everything(lab.machine_mut());
        same(&everything(&mut machine), &here, &format!("seed {seed}"));
    }
}

#[test]
fn a_failover_in_progress_goes_on_elsewhere() {
    let mut real_us = NOW_US;
    let mut lab = timeline(7);
    with_sentinels(&mut lab, 3, 3);
    pass(&mut lab, &mut real_us, 15 * SECOND);
    ask(&mut lab, 6379.into(), "SET kept 1");
    pass(&mut lab, &mut real_us, SECOND);
    lab.kill(6379.into());
    pass(&mut lab, &mut real_us, 4 * SECOND);
    let bytes = lab.to_bytes().unwrap();
    let mut there = Timeline::resume(made_again(&bytes), 5).unwrap();
    assert_eq!(there.now_us(), lab.now_us());
    assert!(there.machine().outside_connections().is_empty());
    let mut elsewhere_us = 5;
    pass(&mut there, &mut elsewhere_us, 30 * SECOND);
    pass(&mut lab, &mut real_us, 30 * SECOND);
    let question = "SENTINEL get-master-addr-by-name mymaster";
    let primary = ask(&mut lab, 26_379.into(), question);
    assert!(
        !primary.contains("6379") && primary.contains("63"),
        "{primary}"
    );
    assert_eq!(ask(&mut there, 26_379.into(), question), primary);
    // The store of the other lab is given everything, and its history can be carried on.
    let batch = there.take_batch().unwrap();
    let stored = LabDisk::open(batch.puts).unwrap();
    assert_eq!(
        stored.files("/").len(),
        there.machine().disk().files("/").len()
    );
    let again = made_again(&there.to_bytes().unwrap());
    let mut third = Timeline::resume(again, 9).unwrap();
    assert_eq!(ask(&mut third, 26_379.into(), question), primary);
}

#[test]
fn files_of_a_saved_lab_and_power_cuts_are_carried() {
    let mut disk = LabDisk::new();
    disk.tick(NOW_US / 1000 - 5000);
    disk.create("/etc/redis/redis.conf").unwrap();
    disk.append("/etc/redis/redis.conf", b"appendonly yes\ndir /srv\n")
        .unwrap();
    disk.create_directory("/srv").unwrap();
    disk.create("/srv/large").unwrap();
    disk.append("/srv/large", &[7; 300_000]).unwrap();
    disk.flush_all();
    let records = disk.take_batch().unwrap().puts;
    let mut lab = Timeline::new(Beginning {
        disk: LabDisk::open(records.clone()).unwrap(),
        at_us: NOW_US,
        seed: 3,
        port: 6379,
        memory_ceiling: usize::MAX,
    });
    lab.start(6379.into());
    let mut real_us = NOW_US;
    ask(&mut lab, 6379.into(), "SET a 1");
    pass(&mut lab, &mut real_us, 3 * SECOND);
    store(&mut lab);
    ask(&mut lab, 6379.into(), "SET b 2");
    lab.freeze();
    lab.power_cut(records).unwrap();
    pass(&mut lab, &mut real_us, 2 * SECOND);
    ask(&mut lab, 6379.into(), "SET c 3");
    let (_, mut machine) = made_again(&lab.to_bytes().unwrap()).finish();
    lab.look_at(lab.now_us());
    same(
        &everything(&mut machine),
        &everything(lab.machine_mut()),
        "after a power cut",
    );
}

#[test]
fn what_a_shell_does_is_carried() {
    let mut lab = timeline(3);
    let mut real_us = NOW_US;
    lab.make_folder("/home/learner/notes").unwrap();
    lab.write_file("/home/learner/notes/a", b"text").unwrap();
    lab.rename_file("/home/learner/notes/a", "/home/learner/b")
        .unwrap();
    let started = lab.launch_at(&["--port", "6400"], 0, "/home/learner", true);
    pass(&mut lab, &mut real_us, SECOND);
    let (_, mut machine) = made_again(&lab.to_bytes().unwrap()).finish();
    assert!(machine.server(started.unwrap()).is_some());
    let listed = machine.disk().files("/home/learner");
    let files: Vec<String> = listed.into_iter().map(|file| file.path).collect();
    assert!(files.contains(&"/home/learner/b".to_owned()), "{files:?}");
    lab.look_at(lab.now_us());
    let here = everything(lab.machine_mut());
    same(&everything(&mut machine), &here, "after a shell");
}

#[test]
fn what_is_no_history_is_refused() {
    let mut real_us = NOW_US;
    let mut lab = timeline(1);
    let all = with_sentinels(&mut lab, 2, 1);
    lab.write_file("/home/learner/a", b"text").unwrap();
    lab.kill(all[1]);
    store(&mut lab);
    pass(&mut lab, &mut real_us, SECOND);
    let bytes = lab.to_bytes().unwrap();
    assert!(Replay::begin(&[], 1).is_err());
    assert_eq!(Replay::begin(&[2], 1).err(), Some(ArchiveError::Newer));
    // What is cut off ends with an act, or is refused; it is never made into something else.
    let acts =
        |bytes: &[u8]| History::from_bytes(bytes, 1).map(|(history, _)| history.acts().count());
    let whole = acts(&bytes).unwrap();
    for len in 0..bytes.len() {
        assert!(acts(&bytes[..len]).is_err() || acts(&bytes[..len]).unwrap() < whole);
    }
    // Anything else is refused, or is a life of its own that ends.
    let mut rng = fastrand::Rng::with_seed(1);
    for _ in 0..300 {
        let mut other = bytes.clone();
        for _ in 0..=rng.usize(..4) {
            let at = rng.usize(..other.len());
            other[at] = rng.u8(..);
        }
        if let Ok(mut replay) = Replay::begin(&other, 1 << 24) {
            let mut steps = 0;
            while !replay.step(|| true) && steps < 20_000 {
                steps += 1;
            }
        }
    }
}

#[test]
fn a_history_that_is_too_long_is_refused() {
    let beginning = |span_us: i64| {
        let mut history = History::new(Beginning {
            disk: LabDisk::new(),
            at_us: NOW_US,
            seed: 1,
            port: 6379,
            memory_ceiling: 1,
        });
        history.add(NOW_US, Act::Heal);
        history.to_bytes(NOW_US + span_us)
    };
    assert!(Replay::begin(&beginning(3600 * SECOND), 1).is_ok());
    let long = Replay::begin(&beginning(8 * 86_400 * SECOND), 1);
    assert_eq!(long.err(), Some(ArchiveError::TooMuch));
    // A number of files or words that no bytes follow takes no memory.
    let mut bytes = beginning(SECOND);
    let end = bytes.len() - 2;
    bytes.truncate(end);
    bytes.extend([0, 5, 0xff, 0xff, 0xff, 0xff, 0x7f]);
    assert_eq!(Replay::begin(&bytes, 1).err(), Some(ArchiveError::TooMuch));
    let frozen = {
        let mut bytes = beginning(SECOND);
        bytes.extend([0, 25]);
        Replay::begin(&bytes, 1).unwrap()
    };
    assert!(
        Timeline::resume(
            {
                let mut it = frozen;
                it.step(|| false);
                it
            },
            0
        )
        .is_none()
    );
}
