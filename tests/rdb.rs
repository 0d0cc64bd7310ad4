//! Snapshots carried between the engine and a real redis-server, both ways, with values of every type and
//! encoding. RESPLAY_SNAPSHOTS says how many, RESPLAY_SEED from which seed.

#[path = "support/redis.rs"]
mod redis;
#[path = "support/reply.rs"]
mod reply;

use std::process::Command;

use redis::{Connection, RealServer};
use reply::{Reply, request};
use resplay::instance::Config;
use resplay::persistence::rdb::{Limits, Loader, Progress};
use resplay::server::Server;

const NOW: i64 = 1_700_000_000_000_000;
/// Beyond any run of these tests, in milliseconds.
const FAR: i64 = 4_000_000_000_000;

type Args = Vec<Vec<u8>>;

fn words(text: &str) -> Args {
    text.split(' ')
        .map(|word| word.as_bytes().to_vec())
        .collect()
}

struct Ours {
    server: Server,
    client: u64,
}

impl Ours {
    fn start(rdbchecksum: bool) -> Ours {
        let config = Config {
            rdbchecksum,
            ..Config::default()
        };
        let mut server = Server::new(config, 5, NOW);
        let client = server.connect(NOW, "127.0.0.1:50000");
        Ours { server, client }
    }

    fn ask(&mut self, args: &[Vec<u8>]) -> Reply {
        self.server.receive(NOW, self.client, &request(args));
        let output = self.server.take_output(self.client);
        Reply::parse(&output).expect("there is a reply").0
    }
}

fn ask(real: &mut Connection, args: &[Vec<u8>]) -> Reply {
    real.send(&request(args));
    real.receive()
}

/// The configuration of one round: what decides encodings and the form of the file.
fn configuration(rng: &mut fastrand::Rng) -> Vec<Args> {
    let mut commands = vec![
        words(&format!(
            "CONFIG SET rdbcompression {}",
            pick(rng, &["yes", "no"])
        )),
        words(&format!(
            "CONFIG SET maxmemory-policy {}",
            pick(
                rng,
                &["noeviction", "allkeys-lru", "volatile-lfu", "volatile-ttl"]
            )
        )),
        words(&format!(
            "DEBUG QUICKLIST-PACKED-THRESHOLD {}",
            pick(rng, &["0", "100b"])
        )),
    ];
    let small = rng.bool();
    for (name, low, high) in [
        ("hash-max-listpack-entries", "4", "128"),
        ("hash-max-listpack-value", "16", "64"),
        ("list-max-listpack-size", "4", "-2"),
        ("set-max-intset-entries", "4", "512"),
        ("stream-node-max-entries", "3", "100"),
        ("zset-max-listpack-entries", "4", "128"),
        ("zset-max-listpack-value", "16", "64"),
    ] {
        let value = if small { low } else { high };
        commands.push(words(&format!("CONFIG SET {name} {value}")));
    }
    commands
}

fn pick<'a>(rng: &mut fastrand::Rng, from: &[&'a str]) -> &'a str {
    from[rng.usize(..from.len())]
}

/// A string: an integer of any width, a word, bytes, something long that repeats itself or does not.
fn text(rng: &mut fastrand::Rng) -> Vec<u8> {
    match rng.usize(..12) {
        0..3 => rng.i64(-140..140).to_string().into_bytes(),
        3 => rng.i16(..).to_string().into_bytes(),
        4 => rng.i32(..).to_string().into_bytes(),
        5 => rng.i64(..).to_string().into_bytes(),
        6..9 => format!("member-{}", rng.u16(..)).into_bytes(),
        9 => {
            let len = rng.usize(..100);
            std::iter::repeat_with(|| rng.u8(..)).take(len).collect()
        }
        10 => b"many a word is many a word and ".repeat(rng.usize(..40)),
        _ => {
            let len = [63, 64, 65, 254, 16_384, 40_000][rng.usize(..6)];
            let period = 1 + rng.usize(..700);
            (0..len).map(|at| (at % period * 31 / 7) as u8).collect()
        }
    }
}

/// Commands that make a key.
fn key(rng: &mut fastrand::Rng, number: usize) -> Vec<Args> {
    let name = match rng.usize(..8) {
        0 => number.to_string().into_bytes(),
        1 => [text(rng), number.to_string().into_bytes()].concat(),
        _ => format!("key:{number}").into_bytes(),
    };
    let count = match rng.usize(..6) {
        0 => 1,
        1 => 100 + rng.usize(..1200),
        _ => 2 + rng.usize(..12),
    };
    let add = ["SET", "RPUSH", "SADD", "HSET", "ZADD", "SADD", "XADD"][rng.usize(..7)];
    if add == "XADD" {
        return stream(rng, &name, count);
    }
    let integers = rng.bool();
    let mut commands = Vec::new();
    for _ in 0..count {
        let mut command = vec![add.as_bytes().to_vec(), name.clone()];
        let member = match add {
            "SADD" if integers => rng.i64(-100_000..100_000).to_string().into_bytes(),
            _ if count > 100 => format!("m{}", rng.u32(..)).into_bytes(),
            _ => text(rng),
        };
        match add {
            "HSET" => command.extend([member, text(rng)]),
            "ZADD" => {
                // Not -0, which a listpack does not keep: other limits would change it, as in Redis.
                let score = match rng.usize(..5) {
                    0 => rng.f64().to_string(),
                    1 => pick(rng, &["inf", "-inf", "1e300", "0.1", "5e-324"]).to_string(),
                    _ => rng.i32(-1000..1000).to_string(),
                };
                command.extend([score.into_bytes(), member]);
            }
            _ => command.push(member),
        }
        commands.push(command);
        if add == "SET" {
            break;
        }
    }
    if rng.usize(..3) == 0 {
        let at = FAR + rng.i64(..1_000_000);
        commands.push(vec![
            b"PEXPIREAT".to_vec(),
            name,
            at.to_string().into_bytes(),
        ]);
    }
    commands
}

/// Commands that make a stream with groups, whose entries are pending, acknowledged, deleted.
fn stream(rng: &mut fastrand::Rng, name: &[u8], count: usize) -> Vec<Args> {
    let mut commands = Vec::new();
    let about = |words: &str| -> Args {
        let words = words.split(' ').map(|word| match word {
            "KEY" => name.to_vec(),
            word => word.as_bytes().to_vec(),
        });
        words.collect()
    };
    for entry in 1..=count {
        let mut command = about(&format!("XADD KEY {}-{entry}", 5 + entry / 7));
        for field in 0..1 + rng.usize(..3) {
            let field = match rng.usize(..6) {
                0 => text(rng),
                _ => field.to_string().into_bytes(),
            };
            command.extend([field, text(rng)]);
        }
        commands.push(command);
    }
    for group in 0..rng.usize(..3) {
        commands.push(about(&format!(
            "XGROUP CREATE KEY group{group} 0 ENTRIESREAD {group}"
        )));
        for consumer in ["ann", "bob", "nobody"] {
            // 7.2 would create who reads nothing, and 7.0 would not.
            let create = format!("XGROUP CREATECONSUMER KEY group{group} {consumer}");
            commands.push(about(&create));
            let most = rng.usize(1..9);
            let read =
                format!("XREADGROUP GROUP group{group} {consumer} COUNT {most} STREAMS KEY >");
            commands.push(about(&read));
        }
    }
    for _ in 0..rng.usize(..4) {
        let entry = 1 + rng.usize(..count);
        let id = format!("{}-{entry}", 5 + entry / 7);
        commands.push(about(&match rng.usize(..4) {
            0 => format!("XDEL KEY {id}"),
            1 => format!("XTRIM KEY MINID {id}"),
            2 => format!("XTRIM KEY MAXLEN ~ {entry}"),
            _ => format!("XACK KEY group0 {id}"),
        }));
    }
    commands
}

fn data(rng: &mut fastrand::Rng) -> Vec<Args> {
    let mut commands = Vec::new();
    for number in 0..40 {
        if rng.usize(..10) == 0 {
            commands.push(words(&format!("SELECT {}", rng.usize(..16))));
        }
        commands.extend(key(rng, number));
    }
    commands
}

fn load(bytes: &[u8], ours: &mut Ours) {
    let limits = Limits::of(ours.server.instance());
    let mut loader = Loader::new(limits, bytes.len() as u64, NOW / 1000, false);
    let mut rest = bytes;
    loop {
        match loader.step(ours.server.keyspace_mut(), 1000) {
            Ok(Progress::Wants(_)) => {
                let piece = rest.len().min(10_000);
                assert!(piece > 0, "{}", loader.decoder.truncated());
                loader.decoder.feed(&rest[..piece]);
                rest = &rest[piece..];
            }
            Ok(Progress::Paused) => {}
            Ok(Progress::Done) => break,
            Err(error) => panic!("{error}"),
        }
    }
    assert!(rest.is_empty() && loader.decoder.rest().is_empty());
    assert_eq!((loader.expired, loader.empty), (0, 0));
}

fn check_rdb(path: &std::path::Path) {
    let output = Command::new("redis-check-rdb")
        .arg(path)
        .output()
        .expect("redis-check-rdb is installed with redis-server");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("RDB looks OK"), "{text}");
}

#[test]
fn snapshots_go_both_ways() {
    let setting = |name: &str, or: u64| -> u64 {
        std::env::var(name).map_or(or, |text| text.parse().expect("a number"))
    };
    let first = setting("RESPLAY_SEED", 1);
    let count = setting("RESPLAY_SNAPSHOTS", 12);
    let server = RealServer::start();
    let mut real = server.connect();
    ask(&mut real, &words("CONFIG SET sanitize-dump-payload yes"));
    let dump = server.path("dump.rdb");
    let digest = words("DEBUG DIGEST");
    let mut keys = 0;
    for seed in first..first + count {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut ours = Ours::start(rng.usize(..3) > 0);
        ask(&mut real, &words("FLUSHALL"));
        ask(&mut real, &words("SELECT 0"));
        for args in configuration(&mut rng).into_iter().chain(data(&mut rng)) {
            let (mine, theirs) = (ours.ask(&args), ask(&mut real, &args));
            let refused = matches!(mine, Reply::Error(_)) || matches!(theirs, Reply::Error(_));
            assert!(
                !refused,
                "{}: {mine} {theirs}",
                args.join(&b' ').escape_ascii()
            );
        }
        let expected = ours.ask(&digest);
        assert_eq!(
            ask(&mut real, &digest),
            expected,
            "seed {seed}: they differ already"
        );

        // Theirs loads here, and here too where other limits hold.
        assert_eq!(
            ask(&mut real, &words("SAVE")),
            Reply::Simple(b"OK".to_vec())
        );
        let theirs = std::fs::read(&dump).expect("the real server has saved");
        for other_limits in [false, true] {
            let mut loaded = Ours::start(true);
            if other_limits {
                for args in configuration(&mut rng) {
                    loaded.ask(&args);
                }
            }
            load(&theirs, &mut loaded);
            assert_eq!(loaded.ask(&digest), expected, "seed {seed}: theirs here");
        }

        // Ours loads there and here, and redis-check-rdb has nothing to say against it.
        assert_eq!(ours.ask(&words("SAVE")), Reply::Simple(b"OK".to_vec()));
        let path = "/var/lib/redis/dump.rdb";
        let disk = &ours.server.instance().disk;
        let mine = resplay::disk::read_all(disk, path, u64::MAX).expect("the engine has saved");
        std::fs::write(&dump, &mine).expect("the folder can be written");
        check_rdb(&dump);
        let reply = ask(&mut real, &words("DEBUG RELOAD NOSAVE"));
        assert_eq!(reply, Reply::Simple(b"OK".to_vec()), "seed {seed}");
        assert_eq!(ask(&mut real, &digest), expected, "seed {seed}: ours there");
        let mut loaded = Ours::start(true);
        load(&mine, &mut loaded);
        assert_eq!(loaded.ask(&digest), expected, "seed {seed}: ours here");
        keys += ours
            .server
            .keyspace()
            .iter()
            .map(|db| db.len())
            .sum::<usize>();
    }
    println!("rdb: {count} snapshots each way, {keys} keys");
}

/// What a server says of a stream and its groups, times apart.
fn told(mut ask: impl FnMut(&[Vec<u8>]) -> Reply) -> Vec<String> {
    [
        "XINFO STREAM s",
        "XINFO GROUPS s",
        "XPENDING s group0",
        "XPENDING s group1",
        "XRANGE s - +",
        "XREADGROUP GROUP group0 ann STREAMS s 0",
        "XREADGROUP GROUP group1 bob COUNT 2 STREAMS s >",
    ]
    .map(|line| ask(&words(line)).to_string())
    .to_vec()
}

#[test]
fn groups_go_both_ways() {
    let server = RealServer::start();
    let mut real = server.connect();
    ask(&mut real, &words("CONFIG SET sanitize-dump-payload yes"));
    for seed in 0..30 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut ours = Ours::start(true);
        ask(&mut real, &words("FLUSHALL"));
        let count = rng.usize(1..250);
        for args in stream(&mut rng, b"s", count) {
            let (mine, theirs) = (ours.ask(&args), ask(&mut real, &args));
            assert_eq!(mine.to_string(), theirs.to_string());
        }
        let mut dumps = [ours.ask(&words("DUMP s")), ask(&mut real, &words("DUMP s"))];
        let restore = |dump: &mut Reply| -> Args {
            let Reply::Bulk(payload) = std::mem::replace(dump, Reply::Null) else {
                panic!("there is a stream")
            };
            let words = [&b"RESTORE"[..], b"s", b"0", &payload, b"REPLACE"];
            words.map(<[u8]>::to_vec).to_vec()
        };
        let [mine, theirs] = &mut dumps;
        let mut again = Ours::start(true);
        assert_eq!(
            again.ask(&restore(theirs)).to_string(),
            "+OK",
            "seed {seed}"
        );
        assert_eq!(
            ask(&mut real, &restore(mine)).to_string(),
            "+OK",
            "seed {seed}"
        );
        let expected = told(|args| ours.ask(args));
        assert_eq!(
            told(|args| again.ask(args)),
            expected,
            "seed {seed}: theirs here"
        );
        assert_eq!(
            told(|args| ask(&mut real, args)),
            expected,
            "seed {seed}: ours there"
        );
    }
}
