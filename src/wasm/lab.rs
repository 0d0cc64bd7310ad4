//! The lab that a worker drives: one server, its connections, consoles and live views.

use super::console::{Console, ConsoleStep};
use super::recent;
use super::views::{Metrics, Update, View};
use crate::cli::{Action, Language, Options, Session};
use crate::instance::Config;
use crate::server::{Event, Server};
use std::collections::{BTreeMap, BTreeSet};

/// Commands that a console runs in one step; the worker does other things in between.
const COMMANDS_PER_STEP: usize = 256;

/// How much longer than computing a view takes, its next computation is put off: a view over
/// very many keys must not take the worker's whole time.
const REST_FACTOR: i64 = 4;

/// First port of clients, as a system would give them.
const CLIENT_PORTS: u64 = 49_152;

struct Watched {
    view: View,
    dirty: bool,
    last: Option<Update>,
    next_expiry_ms: Option<i64>,
    not_before_us: i64,
}

/// One server with everything that the page has open on it.
pub struct Lab {
    server: Server,
    /// Microseconds since 1970.
    clock: fn() -> i64,
    port: u16,
    consoles: BTreeMap<u32, Console>,
    watched: BTreeMap<u32, Watched>,
    metrics: Metrics,
    /// Clients whose connection the server has closed.
    closed: BTreeSet<u64>,
    connected: u64,
    seconds_noticed: bool,
}

/// Bytes that a server may hold. A wasm module can address 4 GiB, and beside the data one
/// command may need a string of 512 MB and its copy while it grows.
const MEMORY_CEILING: usize = 2 << 30;

impl Lab {
    /// A lab with an empty server on `port`, all chance from `seed`, and a clock to ask.
    pub fn new(seed: u64, port: u16, clock: fn() -> i64) -> Self {
        let now_us = clock();
        let mut lab = Lab {
            server: Server::new(Config::default(), seed, now_us),
            clock,
            port,
            consoles: BTreeMap::new(),
            watched: BTreeMap::new(),
            metrics: Metrics::default(),
            closed: BTreeSet::new(),
            connected: 0,
            seconds_noticed: false,
        };
        lab.server.set_memory_ceiling(MEMORY_CEILING);
        lab.metrics.sample(&lab.server, now_us / 1000);
        lab
    }

    fn now_ms(&self) -> i64 {
        (self.clock)() / 1000
    }

    // ---- connections ----------------------------------------------------------------------

    /// Opens a connection to the server on `port`; none when nothing listens there.
    pub fn connect(&mut self, port: u16) -> Option<u64> {
        if port != self.port {
            return None;
        }
        let address = format!("127.0.0.1:{}", CLIENT_PORTS + self.connected % 16_384);
        self.connected += 1;
        let id = self.server.connect((self.clock)(), &address);
        self.take_events();
        Some(id)
    }

    /// Hands bytes to the server, and answers what it wrote.
    pub fn send(&mut self, client: u64, bytes: &[u8]) -> Vec<u8> {
        recent::remember(client, bytes);
        self.server.receive((self.clock)(), client, bytes);
        self.take_events();
        self.server.take_output(client)
    }

    /// What the server wrote to a client since it was last asked.
    pub fn take_output(&mut self, client: u64) -> Vec<u8> {
        self.server.take_output(client)
    }

    /// Whether the server has closed a connection.
    pub fn is_closed(&self, client: u64) -> bool {
        self.closed.contains(&client)
    }

    /// Closes a connection.
    pub fn disconnect(&mut self, client: u64) {
        self.closed.remove(&client);
        self.server.disconnect((self.clock)(), client);
    }

    fn take_events(&mut self) {
        for event in self.server.take_events() {
            match event {
                Event::Closed(client) => {
                    self.closed.insert(client);
                }
                // A server that crashes on purpose goes the way of one that does not.
                Event::Crashed(message) | Event::FailedToStart(message) => panic!("{message}"),
                // Its connections have closed, and every new one closes at once.
                Event::Shutdown => {}
            }
        }
    }

    // ---- consoles -------------------------------------------------------------------------

    /// Opens a console under the number `id`, which connects at once.
    pub fn open_console(&mut self, id: u32, options: Options) -> ConsoleStep {
        let console = Console {
            session: Session::new(options),
            client: None,
            sent: Vec::new(),
            received: Vec::new(),
            clear: false,
        };
        self.consoles.insert(id, console);
        let step = self.step_console(id);
        step.unwrap_or_else(|| unreachable!("the console was put there above"))
    }

    /// Enters a line; [`Lab::step_console`] runs it. Ignored while another one runs.
    pub fn submit(&mut self, id: u32, line: &str) {
        let now_ms = self.now_ms();
        if let Some(console) = self.consoles.get_mut(&id)
            && console.session.is_idle()
        {
            console.session.submit(line.as_bytes(), now_ms);
        }
    }

    /// Runs a console's line for a while, and takes what came of it. None for an unknown console.
    pub fn step_console(&mut self, id: u32) -> Option<ConsoleStep> {
        let mut console = self.consoles.remove(&id)?;
        self.drive(&mut console);
        let step = console.take_step();
        self.consoles.insert(id, console);
        Some(step)
    }

    /// Ctrl-C.
    pub fn interrupt(&mut self, id: u32) {
        let now_ms = self.now_ms();
        if let Some(console) = self.consoles.get_mut(&id) {
            console.session.interrupt(now_ms);
        }
    }

    /// Has a console's help answer in this language.
    pub fn set_language(&mut self, id: u32, language: Language) {
        if let Some(console) = self.consoles.get_mut(&id) {
            console.session.set_language(language);
        }
    }

    /// Closes a console and its connection.
    pub fn close_console(&mut self, id: u32) {
        if let Some(console) = self.consoles.remove(&id)
            && let Some(client) = console.client
        {
            self.disconnect(client);
        }
    }

    fn drive(&mut self, console: &mut Console) {
        for _ in 0..COMMANDS_PER_STEP {
            let mut output = Vec::new();
            while let Some(action) = console.session.next_action() {
                output.extend(self.act(console, action));
            }
            let Some(client) = console.client else {
                if console.session.is_idle() {
                    return;
                }
                continue;
            };
            if output.is_empty() {
                output = self.server.take_output(client);
            }
            let now_ms = self.now_ms();
            if !output.is_empty() {
                console.received.extend_from_slice(&output);
                console.session.received(&output, now_ms);
            } else if self.is_closed(client) {
                console.session.closed(now_ms);
                self.disconnect(client);
                console.client = None;
            } else {
                // Idle, or the server sleeps.
                return;
            }
        }
    }

    /// Does what a session asks for; answers what the server wrote.
    fn act(&mut self, console: &mut Console, action: Action) -> Vec<u8> {
        match action {
            Action::Connect(host, port) => {
                self.hang_up(console);
                let is_here = matches!(host.as_str(), "127.0.0.1" | "localhost");
                console.client = is_here.then(|| self.connect(port)).flatten();
                let result = console.client.map(|_| ()).ok_or("Connection refused");
                console.session.connected(result, (self.clock)() / 1000);
            }
            Action::Send(bytes) => {
                console.sent.extend_from_slice(&bytes);
                if let Some(client) = console.client {
                    return self.send(client, &bytes);
                }
            }
            Action::Close => self.hang_up(console),
            Action::Clear => console.clear = true,
            Action::Quit => {}
        }
        Vec::new()
    }

    fn hang_up(&mut self, console: &mut Console) {
        if let Some(client) = console.client.take() {
            self.disconnect(client);
        }
    }

    // ---- live views -----------------------------------------------------------------------

    /// Watches a view under the number `id`, or has that number watch another view.
    pub fn watch(&mut self, id: u32, view: View) {
        let watched = Watched {
            view,
            dirty: true,
            last: None,
            next_expiry_ms: None,
            not_before_us: 0,
        };
        self.watched.insert(id, watched);
        self.note_changes();
    }

    /// Ends a watch.
    pub fn unwatch(&mut self, id: u32) {
        self.watched.remove(&id);
        self.note_changes();
    }

    /// What a view shows now, without watching it.
    pub fn look(&self, view: &View) -> Update {
        view.compute(&self.server, &self.metrics, self.now_ms()).0
    }

    fn note_changes(&mut self) {
        for db in 0..self.server.keyspace().len() {
            let is_watched = self
                .watched
                .values()
                .any(|watched| watched.view.db() == Some(db));
            self.server.note_changes(db, is_watched);
        }
    }

    /// The views that have something new to show.
    pub fn take_updates(&mut self) -> Vec<(u32, Update)> {
        self.find_changed();
        let now_ms = self.now_ms();
        let mut updates = Vec::new();
        for (&id, watched) in &mut self.watched {
            let expired = watched.next_expiry_ms.is_some_and(|at| at <= now_ms);
            let began_us = (self.clock)();
            if !(watched.dirty || expired) || began_us < watched.not_before_us {
                continue;
            }
            let (update, next_expiry_ms) =
                watched.view.compute(&self.server, &self.metrics, now_ms);
            watched.dirty = false;
            watched.next_expiry_ms = next_expiry_ms;
            let ended_us = (self.clock)();
            // What takes no time at all may be computed at every frame.
            let took_us = ended_us.saturating_sub(began_us);
            if took_us > 1000 {
                watched.not_before_us =
                    ended_us.saturating_add(took_us.saturating_mul(REST_FACTOR));
            }
            if watched.last.as_ref() != Some(&update) {
                watched.last = Some(update.clone());
                updates.push((id, update));
            }
        }
        updates
    }

    fn find_changed(&mut self) {
        for db in 0..self.server.keyspace().len() {
            let watched = &mut self.watched;
            self.server.read_changes(db, |changes| {
                for watched in watched.values_mut() {
                    if watched.view.db() != Some(db) || watched.dirty {
                        continue;
                    }
                    watched.dirty = match changes {
                        None => true,
                        Some(changes) => changes.keys().any(|key| watched.view.shows(key)),
                    };
                }
            });
        }
        if std::mem::take(&mut self.seconds_noticed) {
            for watched in self.watched.values_mut() {
                watched.dirty |= watched.view == View::Metrics;
            }
        }
    }

    // ---- time -----------------------------------------------------------------------------

    /// Lets the server do what time brings; answers the milliseconds until the next call is due.
    pub fn tick(&mut self) -> i64 {
        let now_us = (self.clock)();
        let mut wait_ms = self.server.tick(now_us);
        self.take_events();
        let now_ms = now_us / 1000;
        self.seconds_noticed |= self.metrics.sample(&self.server, now_ms);
        for watched in self.watched.values() {
            if let Some(at) = watched.next_expiry_ms {
                wait_ms = wait_ms.min(at.saturating_sub(now_ms));
            }
        }
        wait_ms.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wasm::views::{Content, KeysQuery, Sort};
    use std::cell::Cell;

    thread_local! {
        static NOW_US: Cell<i64> = const { Cell::new(1_700_000_000_000_000) };
    }

    fn lab() -> (Lab, u64) {
        let mut lab = Lab::new(1, 6379, || NOW_US.get());
        let client = lab.connect(6379).unwrap();
        (lab, client)
    }

    fn wait(lab: &mut Lab, milliseconds: i64) {
        NOW_US.set(NOW_US.get() + milliseconds * 1000);
        lab.tick();
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
    fn a_ranking_follows_its_key_and_nothing_else() {
        let (mut lab, client) = lab();
        lab.watch(1, ranking("music"));
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
        lab.watch(1, ranking("z"));
        assert_eq!(shown(&lab.take_updates()).len(), 1);
        assert!(lab.tick() <= 30);
        wait(&mut lab, 31);
        assert_eq!(shown(&lab.take_updates()).len(), 0);
    }

    #[test]
    fn looking_costs_the_server_no_memory_and_counts_nothing() {
        let (mut lab, client) = lab();
        lab.send(client, b"zadd z 1 a 2 b\r\n");
        lab.watch(1, ranking("z"));
        lab.take_updates();
        let before = lab.server.used_memory();
        for _ in 0..200 {
            lab.send(client, b"zincrby z 1 a\r\n");
            assert_eq!(lab.take_updates().len(), 1);
        }
        assert!(lab.server.used_memory() < before + 4096);
        assert_eq!(lab.server.keyspace()[0].stats().hits, 0);
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
        let names = |lab: &Lab, query: &KeysQuery| {
            let Update::Keys(update) = lab.look(&View::Keys(query.clone())) else {
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
            names(&lab, &query),
            (100, 40, "key:40 key:41 key:42".to_string(), 2)
        );
        let mut other = query.clone();
        other.sort = Sort::Length;
        other.descending = true;
        other.offset = 0;
        assert_eq!(names(&lab, &other).2, "key:99 key:98 key:97");
        // Beyond the end the window is moved back, so that it is full.
        other.offset = 1000;
        assert_eq!(names(&lab, &other).2, "key:02 key:01 key:00");
        other.pattern = b"*".to_vec();
        other.type_name = "set".to_string();
        assert_eq!(names(&lab, &other), (1, 0, "set".to_string(), 2));
        other.db = 77;
        assert_eq!(names(&lab, &other).0, 0);
        other.limit = 0;
        assert_eq!(names(&lab, &other).2, "");
    }

    #[test]
    fn values_of_every_type_are_shown_in_windows() {
        let (mut lab, client) = lab();
        lab.send(
            client,
            b"set s \"ab\\xffcd\"\r\nrpush l a b c d\r\nhset h f 1\r\nsadd u m\r\nzadd z 1.5 m\r\n",
        );
        let content = |key: &str, offset, limit| {
            let view = View::Value {
                db: 0,
                key: key.into(),
                offset,
                limit,
            };
            match lab.look(&view) {
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
        lab.watch(1, View::Metrics);
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
}
