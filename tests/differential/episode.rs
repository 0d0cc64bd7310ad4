//! One episode: what is played, and playing it on both sides.

use std::fmt::Write as _;
use std::time::Duration;

use crate::compare::{self, Disagreement};
use crate::differences::Differences;
use crate::engine::Peer;
use crate::families::Family;
use crate::random::{Group, Random, words};
use crate::redis::{Connection, RealServer};
use crate::reply::{Reply, request};

/// Commands sent in one go.
const PIPELINE: usize = 60;
const PIPELINES: usize = 6;

/// Parameters that decide encodings, at a small setting that random values cross all the time.
const SMALL: &[(&str, &str)] = &[
    ("hash-max-listpack-entries", "4"),
    ("hash-max-listpack-value", "16"),
    ("list-max-listpack-size", "4"),
    ("set-max-intset-entries", "4"),
    ("stream-node-max-entries", "4"),
    ("zset-max-listpack-entries", "4"),
    ("zset-max-listpack-value", "16"),
];

/// What an episode plays: groups of commands that stay together when it is shrunk.
#[derive(Clone)]
pub struct Episode {
    /// Sent to both before anything is compared.
    pub prelude: Vec<Vec<Vec<u8>>>,
    pub groups: Vec<Group>,
    /// Whether a subscriber listens to what happens to keys, and what it hears is compared.
    pub listens: bool,
}

impl Episode {
    /// The same with a subscriber, and so that keys expire only when they are asked for.
    pub fn listening(mut self, seed: u64) -> Episode {
        self.listens = true;
        // 7.2 looks at the options of some before it looks for the key, and 7.0 knows no rank with
        // its score.
        let differs = |args: &Vec<Vec<u8>>| match args[0].as_slice() {
            b"BITCOUNT" | b"BITPOS" => args.len() != 2,
            b"ZRANK" | b"ZREVRANK" => args.len() > 3,
            // The keys of a set's elements are missed in the set's order, which is nobody's business.
            b"SORT" | b"SORT_RO" => args.len() > 2,
            _ => false,
        };
        self.groups.retain(|group| !group.iter().any(differs));
        // The subscriber is there to stay.
        for arg in self.groups.iter_mut().flatten().flatten() {
            if arg == b"pubsub" {
                *arg = b"master".to_vec();
            }
        }
        let events = ["EAmn", "EAmn", "KAmn", "KEA"][seed as usize % 4];
        self.prelude.push(words("DEBUG SET-ACTIVE-EXPIRE 0"));
        let notify = format!("CONFIG SET notify-keyspace-events {events}");
        self.prelude.push(words(&notify));
        self
    }

    /// The episode of a family and a seed: always the same.
    pub fn generate(family: &Family, others: &[&Family], seed: u64) -> Episode {
        let mut random = Random::new(family.name, seed);
        let mut prelude = vec![
            words("CONFIG SET proto-max-bulk-len 1mb"),
            words("CONFIG SET maxmemory-samples 5 lfu-log-factor 10 hll-sparse-max-bytes 3000"),
            words("DEBUG SET-ACTIVE-EXPIRE 1"),
            // What the server's family changes.
            words(
                "CONFIG SET timeout 0 dbfilename dump.rdb rdbcompression yes \
                 stop-writes-on-bgsave-error yes appendfsync everysec \
                 no-appendfsync-on-rewrite no auto-aof-rewrite-percentage 100 \
                 auto-aof-rewrite-min-size 64mb aof-load-truncated yes \
                 aof-use-rdb-preamble yes aof-timestamp-enabled no",
            ),
            [words("CONFIG SET save"), vec![Vec::new()]].concat(),
        ];
        let small = random.one_in(2);
        for (name, value) in SMALL {
            let default = match *name {
                "list-max-listpack-size" => "-2",
                "set-max-intset-entries" => "512",
                "stream-node-max-entries" => "100",
                name if name.ends_with("entries") => "128",
                _ => "64",
            };
            prelude.push(words(&format!(
                "CONFIG SET {name} {}",
                if small { value } else { default }
            )));
        }
        if random.one_in(3) {
            prelude.push(words("HELLO 3"));
        }
        let mut groups = Vec::new();
        let mut commands = 0;
        while commands < PIPELINE * PIPELINES {
            // Other families' commands fill the keys with types that are not this family's.
            let other = others[random.below(others.len())].group;
            let group = if random.one_in(8) {
                other(&mut random)
            } else {
                (family.group)(&mut random)
            };
            commands += group.len();
            groups.push(group);
        }
        Episode {
            prelude,
            groups,
            listens: false,
        }
    }

    /// How many commands it plays.
    pub fn commands(&self) -> usize {
        self.groups.iter().map(Vec::len).sum()
    }

    /// The commands as a person would type them.
    pub fn transcript(&self) -> String {
        let mut text = String::new();
        for args in self.prelude.iter().chain(self.groups.iter().flatten()) {
            for (index, arg) in args.iter().enumerate() {
                let plain = !arg.is_empty()
                    && arg
                        .iter()
                        .all(|byte| byte.is_ascii_graphic() && *byte != b'"');
                let space = if index == 0 { "  " } else { " " };
                let quote = if plain { "" } else { "\"" };
                // Writing to a String cannot fail.
                let _ = write!(text, "{space}{quote}{}{quote}", arg.escape_ascii());
            }
            text.push('\n');
        }
        text
    }
}

/// Both sides, kept for many episodes.
pub struct Arena {
    real: RealServer,
}

impl Arena {
    /// Starts the real server.
    pub fn start() -> Arena {
        Arena {
            real: RealServer::start(),
        }
    }

    /// Plays an episode from nothing; says where the two part first.
    pub fn play(&mut self, episode: &Episode, differences: &Differences) -> Option<Disagreement> {
        let mut real = self.real.connect();
        let mut ours = Peer::start();
        ask(&mut real, &words("FLUSHALL"));
        ask(&mut real, &words("FUNCTION FLUSH"));
        ask(&mut real, &words("SCRIPT FLUSH"));
        ask(&mut real, &words("CONFIG RESETSTAT"));
        for args in &episode.prelude {
            ask(&mut real, args);
            ours.ask(Peer::MAIN, args);
        }
        let mut sides = Sides {
            real,
            ours,
            real_audit: self.real.connect(),
            real_witness: self.real.connect(),
        };
        if episode.listens {
            let listen = words("PSUBSCRIBE __key*__:*");
            sides.ours.ask(Peer::WITNESS, &listen);
            ask(&mut sides.real_witness, &listen);
        }
        let mut at = 0;
        while at < episode.groups.len() {
            let mut pipeline: Vec<&Vec<Vec<u8>>> = Vec::new();
            let mut brief = None;
            while at < episode.groups.len() && pipeline.len() < PIPELINE && brief.is_none() {
                pipeline.extend(&episode.groups[at]);
                brief = episode.groups[at]
                    .iter()
                    .find(|args| is_brief(args))
                    .map(|args| args[1].clone());
                at += 1;
            }
            let found = sides
                .pipeline(&pipeline, differences)
                .or_else(|| sides.audit(brief))
                .or_else(|| sides.compare_heard(episode.listens, &pipeline));
            if found.is_some() {
                return found;
            }
        }
        None
    }
}

/// Whether a command makes a key that is gone at once; it ends its pipeline, so that no other command of
/// it meets the key while one side has dropped it and the other has not.
fn is_brief(args: &[Vec<u8>]) -> bool {
    args.len() == 3 && args[0] == b"PEXPIRE" && args[2] == b"1"
}

/// The two, each with a second client that looks without being in a transaction or another database.
struct Sides {
    real: Connection,
    real_audit: Connection,
    real_witness: Connection,
    ours: Peer,
}

impl Sides {
    /// Sends a pipeline to both and compares the replies.
    fn pipeline(
        &mut self,
        pipeline: &[&Vec<Vec<u8>>],
        differences: &Differences,
    ) -> Option<Disagreement> {
        let end = words("ECHO end-of-this-pipeline");
        let mut bytes = Vec::new();
        for args in pipeline {
            bytes.extend_from_slice(&request(args));
        }
        // Whatever the pipeline switched off is on again at its end.
        for args in [words("CLIENT REPLY ON"), words("DISCARD"), end.clone()] {
            bytes.extend_from_slice(&request(&args));
        }
        self.real.send(&bytes);
        let theirs = until_end(|| self.real.receive(), &end[1]);
        let mut answers = self.ours.exchange(Peer::MAIN, &bytes, &end[1]).into_iter();
        let missing = || Reply::Error(NO_REPLY.to_vec());
        let mine = until_end(|| answers.next().unwrap_or_else(missing), &end[1]);
        compare::replies(pipeline, &mine, &theirs, differences)
    }

    /// Compares the data, after the key that has just expired has been touched on both sides.
    fn audit(&mut self, brief: Option<Vec<u8>>) -> Option<Disagreement> {
        if let Some(key) = brief {
            std::thread::sleep(Duration::from_millis(3));
            for database in 0..16 {
                let exists = [b"EXISTS".to_vec(), key.clone()];
                let found = self
                    .audit_one(&words(&format!("SELECT {database}")))
                    .or_else(|| self.audit_one(&exists));
                if found.is_some() {
                    return found;
                }
            }
        }
        self.audit_one(&words("DEBUG DIGEST"))
    }

    /// Compares what the subscriber has heard.
    fn compare_heard(&mut self, listens: bool, pipeline: &[&Vec<Vec<u8>>]) -> Option<Disagreement> {
        if !listens {
            return None;
        }
        // In RESP2 a subscriber's PING is answered with an array.
        let end = Reply::Array(vec![
            Reply::Bulk(b"pong".to_vec()),
            Reply::Bulk(b"end".to_vec()),
        ]);
        let ping = request(&words("PING end"));
        self.real_witness.send(&ping);
        let theirs = std::iter::from_fn(|| Some(self.real_witness.receive()));
        let theirs: Vec<Reply> = theirs.take_while(|reply| *reply != end).collect();
        let mut mine = self.ours.exchange_until(Peer::WITNESS, &ping, &end);
        mine.pop();
        let parts = (0..mine.len().max(theirs.len())).find(|&at| mine.get(at) != theirs.get(at))?;
        let heard = |of: &[Reply]| of.get(parts).cloned().unwrap_or(Reply::Null);
        let (mine, theirs) = (heard(&mine), heard(&theirs));
        // What differs most likely comes of the last command that names the key.
        let about = |reply: &Reply| {
            let last = reply.items().and_then(<[Reply]>::last)?;
            Some(last.text()?.to_vec())
        };
        let keys: Vec<_> = [about(&mine), about(&theirs)]
            .into_iter()
            .flatten()
            .collect();
        let command = pipeline
            .iter()
            .rfind(|args| args.iter().any(|arg| keys.contains(arg)))
            .map_or_else(|| words("(events)"), |args| (*args).clone());
        Some(Disagreement::new(&command, mine, theirs))
    }

    fn audit_one(&mut self, args: &[Vec<u8>]) -> Option<Disagreement> {
        let mine = self.ours.ask(Peer::AUDIT, args);
        let theirs = ask(&mut self.real_audit, args);
        (mine != theirs).then(|| Disagreement::new(args, mine, theirs))
    }
}

/// Stands where our side gave no reply at all.
const NO_REPLY: &[u8] = b"(no reply)";

/// Replies up to the marker.
fn until_end(mut next: impl FnMut() -> Reply, marker: &[u8]) -> Vec<Reply> {
    let mut replies = Vec::new();
    loop {
        match next() {
            Reply::Bulk(text) if text == marker => return replies,
            Reply::Error(text) if text == NO_REPLY => return replies,
            reply => replies.push(reply),
        }
    }
}

fn ask(real: &mut Connection, args: &[Vec<u8>]) -> Reply {
    real.send(&request(args));
    real.receive()
}
