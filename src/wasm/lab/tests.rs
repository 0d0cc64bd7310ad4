use super::*;
use crate::cli::Options;
use crate::lab::Imported;
use crate::wasm::views::{Content, KeysQuery, Sort, Update, View};
use std::cell::Cell;

thread_local! {
    static NOW_US: Cell<i64> = const { Cell::new(1_700_000_000_000_000) };
}

fn now_us() -> i64 {
    NOW_US.get()
}

fn lab() -> (Lab, u64) {
    let mut lab = Lab::new(LabDisk::new(), 1, 6379, (now_us, now_us));
    let client = lab.connect("6379").unwrap();
    (lab, client)
}

fn wait(lab: &mut Lab, milliseconds: i64) {
    let mut left = milliseconds;
    while left >= 0 {
        // What is longer would be time that was stolen.
        NOW_US.set(NOW_US.get() + left.min(1000) * 1000);
        lab.tick();
        left -= 1000;
    }
}

/// Commits what there is to store, and lets the server know.
fn store(lab: &mut Lab) {
    while let Some(batch) = lab.take_batch() {
        lab.batch_done(batch.id, None);
        lab.tick();
    }
}

fn ranking(key: &str) -> View {
    View::Ranking {
        db: 0,
        key: key.into(),
        limit: 3,
        descending: true,
    }
}

fn shown(updates: &[(u32, Update)]) -> Vec<(usize, String, f64)> {
    let [(_, Update::Ranking(update))] = updates else {
        panic!("one ranking, not {updates:?}");
    };
    let entries = update.entries.iter();
    let entry = |entry: &crate::wasm::views::RankingEntry| {
        (entry.rank, entry.member.text.clone(), entry.score)
    };
    entries.map(entry).collect()
}

#[test]
fn a_fresh_disk_is_as_old_as_the_lab() {
    let (lab, _) = lab();
    let files = lab.files("/etc").unwrap();
    let conf = files.iter().find(|file| file.path.ends_with("redis.conf"));
    assert_eq!(conf.unwrap().modified_ms, 1_700_000_000_000);
}

#[test]
fn a_ranking_follows_its_key_and_nothing_else() {
    let (mut lab, client) = lab();
    lab.watch(1, "", ranking("music"));
    assert_eq!(shown(&lab.take_updates()), []);
    for song in 1..=9 {
        lab.send(client, format!("zadd music 1 song{song}\r\n").as_bytes());
    }
    lab.take_updates();
    lab.send(
        client,
        b"zincrby music 50 song3\r\nzincrby music 60 song5\r\nzincrby music 80 song7\r\n",
    );
    let entry = |rank, member: &str, score| (rank, member.to_string(), score);
    assert_eq!(
        shown(&lab.take_updates()),
        [
            entry(1, "song7", 81.0),
            entry(2, "song5", 61.0),
            entry(3, "song3", 51.0)
        ]
    );
    // Below what is shown, in another key, in another database: nothing new.
    lab.send(
        client,
        b"zincrby music 2 song1\r\nset other 1\r\nselect 1\r\nzadd music 99 x\r\nselect 0\r\n",
    );
    assert!(lab.take_updates().is_empty());
    lab.send(client, b"flushall\r\nset music 1\r\n");
    store(&mut lab);
    let updates = lab.take_updates();
    let [(1, Update::Ranking(update))] = &updates[..] else {
        panic!("{updates:?}")
    };
    assert_eq!((update.state, update.type_name), ("wrongtype", "string"));
    lab.unwatch(1);
    lab.send(client, b"del music\r\n");
    assert!(lab.take_updates().is_empty());
}

#[test]
fn a_key_that_expires_leaves_the_view_without_a_command() {
    let (mut lab, client) = lab();
    lab.send(client, b"zadd z 1 a\r\npexpire z 30\r\n");
    lab.watch(1, "", ranking("z"));
    assert_eq!(shown(&lab.take_updates()).len(), 1);
    assert!(lab.tick() <= 30);
    wait(&mut lab, 31);
    assert_eq!(shown(&lab.take_updates()).len(), 0);
}

#[test]
fn looking_costs_the_server_no_memory_and_counts_nothing() {
    let (mut lab, client) = lab();
    lab.send(client, b"zadd z 1 a 2 b\r\n");
    lab.watch(1, "", ranking("z"));
    lab.take_updates();
    let before = lab.timeline.machine().server(6379).unwrap().used_memory();
    for _ in 0..200 {
        lab.send(client, b"zincrby z 1 a\r\n");
        assert_eq!(lab.take_updates().len(), 1);
    }
    assert!(lab.timeline.machine().server(6379).unwrap().used_memory() < before + 4096);
    assert_eq!(
        lab.timeline.machine().server(6379).unwrap().keyspace()[0]
            .stats()
            .hits,
        0
    );
}

#[test]
fn keys_are_sorted_filtered_and_cut() {
    let (mut lab, client) = lab();
    for number in 0..100 {
        lab.send(
            client,
            format!("set key:{number:02} {}\r\n", "x".repeat(number + 1)).as_bytes(),
        );
    }
    lab.send(client, b"sadd set a b c\r\nselect 3\r\nset x 1\r\n");
    let query = KeysQuery {
        db: 0,
        pattern: b"key:*".to_vec(),
        type_name: String::new(),
        sort: Sort::Name,
        descending: false,
        offset: 40,
        limit: 3,
    };
    let names = |lab: &mut Lab, query: &KeysQuery| {
        let Update::Keys(update) = lab.look("", &View::Keys(query.clone())) else {
            panic!("not keys")
        };
        let names: Vec<_> = update.rows.iter().map(|row| row.key.text.clone()).collect();
        (
            update.total,
            update.offset,
            names.join(" "),
            update.databases.len(),
        )
    };
    assert_eq!(
        names(&mut lab, &query),
        (100, 40, "key:40 key:41 key:42".to_string(), 2)
    );
    let mut other = query.clone();
    other.sort = Sort::Length;
    other.descending = true;
    other.offset = 0;
    assert_eq!(names(&mut lab, &other).2, "key:99 key:98 key:97");
    // Beyond the end the window is moved back, so that it is full.
    other.offset = 1000;
    assert_eq!(names(&mut lab, &other).2, "key:02 key:01 key:00");
    other.pattern = b"*".to_vec();
    other.type_name = "set".to_string();
    assert_eq!(names(&mut lab, &other), (1, 0, "set".to_string(), 2));
    other.db = 77;
    assert_eq!(names(&mut lab, &other).0, 0);
    other.limit = 0;
    assert_eq!(names(&mut lab, &other).2, "");
}

#[test]
fn values_of_every_type_are_shown_in_windows() {
    let (mut lab, client) = lab();
    lab.send(
        client,
        b"set s \"ab\\xffcd\"\r\nrpush l a b c d\r\nhset h f 1\r\nsadd u m\r\nzadd z 1.5 m\r\n\
          xadd x 1-1 a b\r\nxadd x 2-2 a b c d\r\n",
    );
    let mut content = |key: &str, offset, limit| {
        let view = View::Value {
            db: 0,
            key: key.into(),
            offset,
            limit,
        };
        match lab.look("", &view) {
            Update::Value(update) => (update.offset, update.content),
            other => panic!("{other:?}"),
        }
    };
    let (_, Content::String { bytes }) = content("s", 1, 2) else {
        panic!("no string")
    };
    assert_eq!(bytes.0, b"b\xff");
    let (2, Content::List { elements }) = content("l", 9, 2) else {
        panic!("no list")
    };
    assert_eq!(elements[1].text, "d");
    assert!(matches!(content("h", 0, 9).1, Content::Hash { fields } if fields.len() == 1));
    assert!(matches!(content("u", 0, 9).1, Content::Set { members } if members.len() == 1));
    assert!(
        matches!(content("z", 0, 9).1, Content::Zset { entries } if entries[0].score_text == "1.5")
    );
    let (1, Content::Stream { entries }) = content("x", 1, 1) else {
        panic!("no stream")
    };
    assert_eq!((entries.len(), entries[0].fields.len()), (1, 2));
    assert_eq!(content("none", 0, 9).1, Content::None);
}

#[test]
fn consoles_work_side_by_side() {
    let (mut lab, _) = lab();
    assert_eq!(
        lab.open_console(1, Options::default()).prompt,
        "127.0.0.1:6379> "
    );
    lab.open_console(2, Options::default());
    lab.submit(1, "1000 incr n");
    let mut printed = String::new();
    loop {
        let step = lab.step_console(1).unwrap();
        printed.push_str(&step.text);
        if step.idle {
            break;
        }
    }
    assert_eq!(printed.lines().count(), 1000);
    lab.submit(2, "select 1");
    let step = lab.step_console(2).unwrap();
    assert_eq!(
        (step.text.as_str(), step.prompt.as_str()),
        ("OK\n", "127.0.0.1:6379[1]> ")
    );
    assert_eq!(step.sent.0, b"*2\r\n$6\r\nselect\r\n$1\r\n1\r\n");
    assert_eq!(step.received.0, b"+OK\r\n");
    lab.submit(2, "client kill type normal");
    lab.step_console(2);
    lab.submit(1, "get n");
    let step = lab.step_console(1).unwrap();
    assert_eq!(step.text, "Error: Server closed the connection\n");
    lab.submit(1, "get n");
    assert_eq!(lab.step_console(1).unwrap().text, "\"1000\"\n");
    lab.submit(1, "quit");
    assert!(lab.step_console(1).unwrap().closed);
    lab.close_console(1);
    assert!(lab.step_console(1).is_none());
}

#[test]
fn the_gauges_have_a_past() {
    let (mut lab, client) = lab();
    lab.watch(1, "", View::Metrics);
    lab.take_updates();
    for _ in 0..50 {
        lab.send(client, b"get nothing\r\n");
    }
    wait(&mut lab, 1000);
    wait(&mut lab, 1000);
    let updates = lab.take_updates();
    let [(1, Update::Metrics(update))] = &updates[..] else {
        panic!("{updates:?}")
    };
    assert_eq!(update.samples.len(), 2);
    assert_eq!(update.samples[0].operations_per_second, 50.0);
    assert_eq!(update.samples[0].misses, 50.0);
    assert_eq!(update.samples[1].operations_per_second, 0.0);
    assert_eq!(update.totals.misses, 50);
}

#[test]
fn consoles_outlive_their_server() {
    let (mut lab, _) = lab();
    lab.open_console(1, Options::default());
    let enter = |lab: &mut Lab, line: &str| {
        lab.submit(1, line);
        let step = lab.step_console(1).unwrap();
        (step.text, step.prompt)
    };
    let refused = "Could not connect to Redis at 127.0.0.1:6379: Connection refused\n";
    lab.take_instances();
    assert_eq!(lab.kill("6379").total, 0);
    let (text, prompt) = enter(&mut lab, "ping");
    assert_eq!(text, "Error: Server closed the connection\n");
    assert_eq!(prompt, "not connected> ");
    assert_eq!(enter(&mut lab, "ping").0, refused);
    lab.watch(1, "", ranking("z"));
    assert_eq!(shown(&lab.take_updates()), []);
    assert_eq!(lab.take_instances().unwrap().len(), 1);
    lab.start("6379");
    wait(&mut lab, 100);
    assert_eq!(
        enter(&mut lab, "zadd z 1 a"),
        ("(integer) 1\n".into(), "127.0.0.1:6379> ".into())
    );
    assert_eq!(shown(&lab.take_updates()).len(), 1);
    assert_eq!(enter(&mut lab, "shutdown nosave").0, "");
    assert_eq!(enter(&mut lab, "ping").0, refused);
}

#[test]
fn a_file_replaces_the_data_or_nothing() {
    let (mut lab, client) = lab();
    let load = |lab: &mut Lab, bytes: &[u8]| {
        assert!(lab.load("6379", bytes).unwrap());
        loop {
            if let Some(done) = lab.load_step() {
                return done;
            }
        }
    };
    lab.send(client, b"set a 1\r\nset b 2\r\nsave\r\n");
    store(&mut lab);
    wait(&mut lab, 200);
    let dump = lab
        .read_file("/var/lib/redis/dump.rdb", 0, usize::MAX)
        .unwrap();
    lab.send(client, b"set c 3\r\nwatch a\r\nmulti\r\nget a\r\n");
    for cut in 0..dump.len() {
        assert!(
            matches!(load(&mut lab, &dump[..cut]), Imported::Damaged(_)),
            "{cut}"
        );
    }
    assert!(matches!(load(&mut lab, b"hello\r\n"), Imported::Damaged(_)));
    let before = lab.timeline.machine().server(6379).unwrap().used_memory();
    assert_eq!(load(&mut lab, &dump), Imported::Keys(2));
    let after = lab.timeline.machine().server(6379).unwrap().used_memory();
    assert!(after.abs_diff(before) < 20_000, "{before} {after}");
    lab.take_output(client);
    assert_eq!(lab.send(client, b"exec\r\ndbsize\r\n"), b"*-1\r\n:2\r\n");
    let log = b"*3\r\n$3\r\nSET\r\n$1\r\nx\r\n$1\r\n9\r\n";
    assert_eq!(load(&mut lab, log), Imported::Keys(1));
    assert_eq!(
        lab.send(client, b"get x\r\ndbsize\r\n"),
        b"$1\r\n9\r\n:1\r\n"
    );
    lab.kill("6379");
    assert!(!lab.load("6379", log).unwrap());
}

#[test]
fn the_page_goes_on_when_a_learner_sets_a_password() {
    let (mut lab, client) = lab();
    lab.open_console(1, Options::default());
    let enter = |lab: &mut Lab, line: &str| {
        lab.submit(1, line);
        lab.step_console(1).unwrap().text
    };
    enter(&mut lab, "set a 1");
    assert_eq!(enter(&mut lab, "config set requirepass secret"), "OK\n");
    assert_eq!(enter(&mut lab, "acl setuser default -@all"), "OK\n");
    enter(&mut lab, "reset");
    let asked = "(error) NOAUTH Authentication required.\n";
    assert_eq!(enter(&mut lab, "get a"), asked);
    // The page's own connections, those it has and those to come, and its views.
    assert_eq!(lab.send(client, b"get a\r\n"), b"$1\r\n1\r\n");
    let other = lab.connect("6379").unwrap();
    assert_eq!(lab.send(other, b"dbsize\r\n"), b":1\r\n");
    lab.watch(1, "", View::Metrics);
    assert!(!lab.take_updates().is_empty());
    let begun = lab.load("6379", b"*3\r\n$3\r\nset\r\n$1\r\nb\r\n$1\r\n2\r\n");
    assert_eq!(begun, Ok(true));
    let imported = loop {
        if let Some(imported) = lab.load_step() {
            break imported;
        }
    };
    assert_eq!(imported, Imported::Keys(1));
    assert_eq!(lab.send(other, b"get b\r\n"), b"$1\r\n2\r\n");
    // A new console is a stranger, as a new redis-cli is.
    lab.open_console(2, Options::default());
    lab.submit(2, "get b");
    assert_eq!(lab.step_console(2).unwrap().text, asked);
    lab.submit(2, "auth secret");
    assert_eq!(lab.step_console(2).unwrap().text, "OK\n");
    lab.submit(2, "get b");
    let text = lab.step_console(2).unwrap().text;
    assert_eq!(
        text,
        "(error) NOPERM User default has no permissions to run the 'get' command\n"
    );
}
