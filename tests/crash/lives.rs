//! One run: a few lives of a server, each ended by a crash at a random moment.

use fastrand::Rng;
use resplay::instance::{AppendFsync, Config, SavePoint};

use crate::history::History;
use crate::machine::{Machine, Pace};
use crate::reply::Reply;
use crate::workload::{encode, write};

const SECOND: i64 = 1_000_000;

/// How late the small steps of a run may make a tick or a batch, in microseconds.
const LATENESS: i64 = SECOND / 2;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    Always,
    EverySec,
    No,
    Snapshots,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Kill,
    Plug,
    /// SHUTDOWN, and then the plug.
    Shutdown,
}

/// What was seen, so that a run that tests nothing is noticed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    pub lives: u64,
    pub kills: u64,
    pub plugs: u64,
    pub shutdowns: u64,
    pub acknowledged: u64,
    pub lost: u64,
    pub in_background: u64,
    pub in_commit: u64,
    pub rewrites: u64,
    pub snapshots: u64,
}

impl Seen {
    pub fn add(&mut self, other: &Seen) {
        self.lives += other.lives;
        self.kills += other.kills;
        self.plugs += other.plugs;
        self.shutdowns += other.shutdowns;
        self.acknowledged += other.acknowledged;
        self.lost += other.lost;
        self.in_background += other.in_background;
        self.in_commit += other.in_commit;
        self.rewrites += other.rewrites;
        self.snapshots += other.snapshots;
    }
}

/// What a client waits for.
#[derive(Clone, Copy, Debug)]
enum Asked {
    /// The write of this number.
    Write(usize),
    /// A snapshot of so many writes, that everybody waits for.
    Save(usize),
    /// A snapshot of so many writes.
    BackgroundSave(usize),
    /// Anything else.
    Other,
}

struct Client {
    id: u64,
    pending: Vec<u8>,
    asked: std::collections::VecDeque<Asked>,
}

/// What INFO persistence tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Info {
    bgsave: bool,
    rewrite: bool,
    /// Background saves that were begun.
    saves: u64,
    /// The last one that ended was a success.
    saved_well: bool,
    rewrites: u64,
}

struct Run {
    chance: Rng,
    policy: Policy,
    pace: Pace,
    /// While a rewrite runs, nothing syncs the log.
    lax: bool,
    machine: Machine,
    history: History,
    clients: Vec<Client>,
    control: u64,
    info: Info,
    /// Writes in the last snapshot that succeeded, and in one that is being made.
    saved: usize,
    saving: Option<usize>,
    /// Writes in the snapshot that a power cut brings back, where the one that was loaded is only in
    /// the page cache: its process was killed before it was durable.
    beneath: Option<usize>,
    seen: Seen,
}

fn config(policy: Policy, chance: &mut Rng) -> Config {
    let often = vec![SavePoint {
        seconds: 1,
        changes: 20,
    }];
    let snapshots = policy == Policy::Snapshots;
    Config {
        appendonly: !snapshots,
        appendfsync: match policy {
            Policy::Always => AppendFsync::Always,
            Policy::No => AppendFsync::No,
            _ => AppendFsync::EverySec,
        },
        save: if snapshots || chance.bool() {
            often
        } else {
            Vec::new()
        },
        aof_use_rdb_preamble: chance.bool(),
        aof_timestamp_enabled: chance.u8(..4) == 0,
        no_appendfsync_on_rewrite: policy != Policy::Always && chance.u8(..4) == 0,
        auto_aof_rewrite_min_size: if chance.bool() { 2000 } else { 1 << 26 },
        auto_aof_rewrite_percentage: 50,
        rdbcompression: chance.bool(),
        ..Config::default()
    }
}

/// Runs the lives of `seed` under `policy`.
///
/// # Panics
/// When something is lost that was promised, or files do not load.
pub fn run(policy: Policy, seed: u64) -> Seen {
    let mut chance = Rng::with_seed(seed);
    let paces = [(50, 3000), (1000, 60_000), (100_000, 700_000)];
    let (least, most) = paces[[0, 0, 1, 1, 2][chance.usize(..5)]];
    let pace = Pace { least, most };
    let config = config(policy, &mut chance);
    let lax = config.no_appendfsync_on_rewrite;
    let mut run = Run {
        policy,
        pace,
        lax,
        machine: Machine::new(config, pace, seed),
        history: History::new(),
        clients: Vec::new(),
        control: 0,
        info: Info::default(),
        saved: 0,
        saving: None,
        beneath: None,
        seen: Seen::default(),
        chance,
    };
    run.start();
    if run.chance.u8(..4) == 0 {
        run.ballast();
    }
    for _ in 0..run.chance.u8(1..5) {
        run.live();
        run.crash();
    }
    run.seen
}

impl Run {
    /// Values large enough for a snapshot of several slices.
    fn ballast(&mut self) {
        for number in 0..16 {
            let text: String = (0..12_000).map(|_| self.chance.alphanumeric()).collect();
            self.send(0, vec![(format!("SET ballast{number} {text}"), true)]);
        }
    }

    /// Has the server start and load, now and then with a crash in between.
    fn start(&mut self) {
        self.machine.start();
        self.machine.tick_server();
        while self.machine.is_loading() {
            if self.chance.u8(..10) == 0 {
                self.machine.kill();
                self.machine.start();
            }
            self.machine.step(&mut self.chance, 1000);
        }
        assert_eq!(self.machine.exit, None, "the server does not start");
        self.clients.clear();
        for _ in 0..self.chance.u8(1..4) {
            let id = self.machine.connect().expect("it runs");
            self.clients.push(Client {
                id,
                pending: Vec::new(),
                asked: Default::default(),
            });
        }
        self.control = self.machine.connect().expect("it runs");
        self.info = Info::default();
        self.info = self.ask_info();
    }

    fn ask(&mut self, line: &str) -> Option<Reply> {
        let mut pending = Vec::new();
        self.machine.take_replies(self.control, &mut pending);
        self.machine.send(self.control, &encode(line));
        let mut pending = Vec::new();
        self.machine.take_replies(self.control, &mut pending).pop()
    }

    /// The data, once the server tells.
    fn digest(&mut self) -> String {
        let client = self.machine.connect().expect("it runs");
        self.machine.send(client, &encode("DEBUG DIGEST"));
        let mut pending = Vec::new();
        for _ in 0..100_000 {
            let mut replies = self.machine.take_replies(client, &mut pending);
            if let Some(reply) = replies.pop() {
                return String::from_utf8_lossy(reply.text().unwrap_or_default()).into_owned();
            }
            self.machine.step(&mut self.chance, 1000);
        }
        panic!("no digest within minutes");
    }

    fn ask_info(&mut self) -> Info {
        let Some(reply) = self.ask("INFO persistence") else {
            // Everybody waits for a SAVE.
            return self.info;
        };
        let text = String::from_utf8_lossy(reply.text().unwrap_or_default()).into_owned();
        let number = |name: &str| -> u64 {
            let mut lines = text.lines();
            let line = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            let line = line.unwrap_or_else(|| panic!("no {name} in {text}"));
            line.parse().expect("a number")
        };
        Info {
            bgsave: number("rdb_bgsave_in_progress") == 1,
            rewrite: number("aof_rewrite_in_progress") == 1,
            saves: number("rdb_saves"),
            saved_well: text.contains("rdb_last_bgsave_status:ok"),
            rewrites: number("aof_rewrites"),
        }
    }

    /// Sends lines together; with each whether it is a write.
    fn send(&mut self, client: usize, lines: Vec<(String, bool)>) {
        let mut bytes = Vec::new();
        for (line, is_write) in lines {
            bytes.extend(encode(&line));
            let count = self.history.len();
            let asked = match line.as_str() {
                "SAVE" => Asked::Save(count),
                "BGSAVE" => Asked::BackgroundSave(count),
                _ if is_write => {
                    self.history.write(line);
                    Asked::Write(count)
                }
                _ => Asked::Other,
            };
            self.clients[client].asked.push_back(asked);
        }
        let id = self.clients[client].id;
        self.machine.send(id, &bytes);
    }

    /// Whether everybody waits for a SAVE, so that commands would be run in an order of their own.
    fn everybody_waits(&self) -> bool {
        let saves = |client: &Client| {
            let mut asked = client.asked.iter();
            asked.any(|asked| matches!(asked, Asked::Save(_)))
        };
        self.clients.iter().any(saves)
    }

    fn read_replies(&mut self) {
        for client in &mut self.clients {
            for reply in self.machine.take_replies(client.id, &mut client.pending) {
                let asked = client.asked.pop_front().expect("somebody asked");
                let text = String::from_utf8_lossy(reply.text().unwrap_or_default());
                match asked {
                    Asked::Write(number) => {
                        let refused = text.starts_with("MISCONF") || text.starts_with("LOADING");
                        assert!(!refused, "{text}");
                        self.history.writes[number].acknowledged_us = Some(self.machine.now_us);
                        self.seen.acknowledged += 1;
                    }
                    Asked::Save(count) if text == "OK" => {
                        self.saved = count;
                        self.saving = None;
                        self.beneath = None;
                        self.seen.snapshots += 1;
                    }
                    Asked::BackgroundSave(count) if text == "Background saving started" => {
                        self.saving = Some(count);
                    }
                    _ => {}
                }
            }
        }
    }

    /// Looks whether something began or ended in the background.
    fn look(&mut self) {
        self.read_replies();
        let before = self.info;
        self.info = self.ask_info();
        let another = self.info.saves > before.saves;
        if before.bgsave
            && self.info.saved_well
            && (another || !self.info.bgsave)
            && let Some(count) = self.saving.take()
        {
            self.saved = count;
            self.beneath = None;
            self.seen.snapshots += 1;
        }
        if self.info.bgsave && (another || !before.bgsave) {
            // Without having been told to: at a save point.
            self.saving.get_or_insert(self.history.len());
        }
        self.seen.rewrites += self.info.rewrites.saturating_sub(before.rewrites);
    }

    fn live(&mut self) {
        self.seen.lives += 1;
        let mut steps = self.chance.u32(5..150);
        let mut most_us = [300, 3000, 30_000][self.chance.usize(..3)];
        while steps > 0 && self.machine.runs() {
            steps -= 1;
            match self.chance.u8(..20) {
                0..9 => self.machine.step(&mut self.chance, most_us),
                _ if self.everybody_waits() => self.machine.step(&mut self.chance, most_us),
                9..18 => {
                    let client = self.chance.usize(..self.clients.len());
                    let count = [1, 1, 1, 2, 6][self.chance.usize(..5)];
                    let lines = (0..count)
                        .map(|_| (write(&mut self.chance), true))
                        .collect();
                    self.send(client, lines);
                }
                18 => {
                    let client = self.chance.usize(..self.clients.len());
                    let snapshots = self.policy == Policy::Snapshots;
                    let line = match self.chance.u8(..4) {
                        0 if snapshots => "SAVE",
                        0 | 1 if snapshots => "BGSAVE",
                        0 => "BGSAVE",
                        _ if snapshots => "PING",
                        _ => "BGREWRITEAOF",
                    };
                    self.send(client, vec![(line.to_string(), false)]);
                    // Half of the time something happens soon.
                    if line != "PING" && self.chance.bool() {
                        steps = steps.min(self.chance.u32(..30));
                    }
                }
                _ => {
                    // A while in which little happens.
                    let wait = [SECOND / 10, SECOND, 3 * SECOND, 20 * SECOND];
                    let until = self.machine.now_us + wait[self.chance.usize(..4)];
                    while self.machine.now_us < until && self.machine.runs() {
                        self.machine.step(&mut self.chance, 20_000);
                        self.look();
                    }
                    most_us = [300, 3000, 30_000][self.chance.usize(..3)];
                }
            }
            self.look();
        }
    }

    /// Ends this life and begins the next; checks what is left.
    fn crash(&mut self) {
        let end = match self.chance.u8(..10) {
            0..4 => End::Kill,
            4..9 => End::Plug,
            _ => End::Shutdown,
        };
        if self.info.bgsave || self.info.rewrite {
            self.seen.in_background += 1;
        }
        if self.machine.is_committing() {
            self.seen.in_commit += 1;
        }
        let asked = self.clients.iter().flat_map(|client| &client.asked);
        let mut saves = asked.filter_map(|asked| match asked {
            Asked::Save(count) => Some(*count),
            _ => None,
        });
        self.saving = self.saving.or(saves.next());
        let crashed_us = self.machine.now_us;
        match end {
            End::Kill => self.seen.kills += 1,
            End::Plug => self.seen.plugs += 1,
            End::Shutdown => {
                self.seen.shutdowns += 1;
                self.shut_down();
            }
        }
        if end == End::Kill {
            self.machine.kill();
        } else {
            self.machine.pull_the_plug(&mut self.chance);
        }
        self.start();
        let digest = self.digest();
        let Some(left) = self.history.find_last(&digest) else {
            panic!("{end:?}: the data is none that there ever was: {digest}");
        };
        if self.policy == Policy::Snapshots && end != End::Shutdown {
            let beneath = self.beneath.filter(|_| end == End::Plug);
            let allowed = [Some(self.saved), self.saving, beneath];
            let mut allowed = allowed.iter().flatten();
            let fits = allowed.any(|count| self.history.digest_after(*count) == digest);
            let (saved, saving) = (self.saved, self.saving);
            assert!(
                fits,
                "{end:?}: {left} writes are left; saved {saved}, being saved {saving:?}"
            );
        } else {
            self.check_lost(end, left, crashed_us);
        }
        let lost = self.history.writes.iter().skip(left);
        self.seen.lost += lost.filter(|write| write.acknowledged_us.is_some()).count() as u64;
        self.history.cut(left, end != End::Kill);
        if end != End::Kill {
            self.beneath = None;
        } else if self.saving.is_some() {
            self.beneath.get_or_insert(self.saved);
        }
        self.saved = left;
        self.saving = None;
    }

    fn check_lost(&self, end: End, left: usize, crashed_us: i64) {
        let slow = LATENESS + 3 * self.pace.most;
        let policy = if self.lax { Policy::No } else { self.policy };
        // How old an acknowledged write may be that is lost.
        let oldest = match (end, policy) {
            (End::Shutdown, _) | (_, Policy::Always) => None,
            // It was written before it was acknowledged, unless a sync was slow.
            (End::Kill, _) if self.policy == Policy::EverySec => Some(2 * SECOND + LATENESS),
            (End::Kill, _) => None,
            (End::Plug, Policy::EverySec) if self.pace.most < SECOND / 10 => Some(SECOND + slow),
            (End::Plug, Policy::EverySec) => Some(2 * SECOND + slow),
            (End::Plug, _) => Some(30 * SECOND + slow),
        };
        for (number, write) in self.history.writes.iter().enumerate().skip(left) {
            let Some(acknowledged_us) = write.acknowledged_us else {
                continue;
            };
            let age = crashed_us - acknowledged_us;
            assert!(
                oldest.is_some_and(|oldest| age <= oldest),
                "{end:?} under {:?}: write {number} ({}) was acknowledged {} ms before and is lost; {left} of {} are left",
                self.policy,
                write.line,
                age / 1000,
                self.history.len(),
            );
        }
    }

    fn shut_down(&mut self) {
        // SHUTDOWN SAVE, so that snapshots are made where there are no save points, too.
        self.machine.send(self.control, &encode("SHUTDOWN SAVE"));
        let mut patience = 100_000;
        while self.machine.runs() {
            self.machine.step(&mut self.chance, 3000);
            self.read_replies();
            patience -= 1;
            assert!(patience > 0, "SHUTDOWN does not end");
        }
    }
}
