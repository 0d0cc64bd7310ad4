//! What the worker calls. With `host`, the only file that knows JavaScript.

use super::lab::{Arrival, Lab};

use super::recent::recent_commands;
use super::text::Bytes;
use super::views::{KeysQuery, Sort, View};
use crate::cli::{self, Language, Options, Output};
use crate::commands::syntax;
use crate::disk::{DiskError, SyncOutcome, Ticket};
use crate::lab::disk::{Batch, LabDisk, OpenError};
use crate::lab::{Imported, Line};
use serde::Serialize;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

/// How far the two clocks of the browser may differ before the precise one is not believed:
/// it may stand still while the machine sleeps.
const CLOCK_DRIFT_MS: f64 = 500.0;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
    #[wasm_bindgen(thread_local_v2, js_namespace = performance, js_name = timeOrigin)]
    static TIME_ORIGIN: f64;
}

thread_local! {
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Microseconds since 1970.
pub(super) fn clock() -> i64 {
    let coarse = js_sys::Date::now();
    let precise = TIME_ORIGIN.with(|origin| *origin) + performance_now();
    let now_ms = match (precise - coarse).abs() < CLOCK_DRIFT_MS {
        true => precise,
        false => coarse,
    };
    (now_ms * 1000.0) as i64
}

/// Microseconds since the worker began. It costs a fifth of [`clock`].
pub(super) fn stopwatch() -> i64 {
    (performance_now() * 1000.0) as i64
}

/// Whether the engine has failed, so that whatever is thrown is its end.
pub(super) fn has_panicked() -> bool {
    PANIC.with_borrow(Option::is_some)
}

pub(super) fn to_js(value: &impl Serialize) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true);
    // Nothing that is handed over here can fail to be an object.
    value.serialize(&serializer).unwrap_or(JsValue::NULL)
}

#[derive(Serialize)]
struct Crash {
    message: Option<String>,
    commands: Vec<super::CrashedCommand>,
}

/// What is known of a panic, once a call has thrown. The engine that threw must not be called
/// any more; this may.
#[wasm_bindgen(js_name = takeCrash)]
pub fn take_crash() -> JsValue {
    to_js(&Crash {
        message: PANIC.take(),
        commands: recent_commands(),
    })
}

#[derive(Serialize)]
struct Localized {
    en: &'static str,
    zh: &'static str,
}

impl From<crate::commands::Summary> for Localized {
    fn from(summary: crate::commands::Summary) -> Self {
        Localized {
            en: summary.en,
            zh: summary.zh,
        }
    }
}

#[derive(Serialize)]
struct CommandInfo {
    name: String,
    group: &'static str,
    syntax: String,
    summary: Localized,
    since: &'static str,
    complexity: &'static str,
}

/// Every command of the table.
#[wasm_bindgen]
pub fn commands() -> JsValue {
    let commands: Vec<_> = cli::sorted_commands()
        .into_iter()
        .map(|(name, entry)| CommandInfo {
            name,
            group: entry.command.group.name(),
            syntax: syntax::arguments(entry.command.arguments),
            summary: entry.command.summary.into(),
            since: entry.command.since,
            complexity: entry.command.complexity,
        })
        .collect();
    to_js(&commands)
}

/// The greyed hint behind a line.
#[wasm_bindgen]
pub fn hint(line: &str) -> String {
    cli::hint(line.as_bytes())
}

#[derive(Serialize)]
struct Completion {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<Localized>,
}

#[derive(Serialize)]
struct Completions {
    start: usize,
    end: usize,
    candidates: Vec<Completion>,
}

/// What Tab offers behind `line`, the line up to the cursor.
#[wasm_bindgen]
pub fn complete(line: &str) -> JsValue {
    let completions = cli::complete(line);
    let units = |text: &str| text.encode_utf16().count();
    let candidates = completions.candidates.into_iter();
    to_js(&Completions {
        start: units(&line[..completions.start]),
        end: units(line),
        candidates: candidates
            .map(|candidate| Completion {
                text: candidate.text,
                summary: candidate.summary.map(Localized::from),
            })
            .collect(),
    })
}

/// Whether a line holds a password.
#[wasm_bindgen(js_name = isSensitive)]
pub fn is_sensitive(line: &str) -> bool {
    cli::Session::is_sensitive(line.as_bytes())
}

pub(super) fn keep_panics() {
    std::panic::set_hook(Box::new(|panic| {
        PANIC.set(Some(panic.to_string()));
    }));
}

fn language(name: &str) -> Language {
    match name {
        "zh" => Language::Chinese,
        _ => Language::English,
    }
}

/// A window's edge from JavaScript, where it may be anything.
fn size(number: f64, max: usize) -> usize {
    // `as` saturates, and makes 0 of what is no number.
    (number as usize).min(max)
}

/// Most rows of a key list.
const MAX_ROWS: usize = 1000;

/// Most elements of a collection, and bytes of a string, in one window.
const MAX_ELEMENTS: usize = 1 << 20;

/// A record of the store, or anything else that JavaScript took for one.
fn record(key: f64, bytes: &js_sys::Uint8Array) -> (u64, Vec<u8>) {
    (key as u64, bytes.to_vec())
}

/// Records on their way from the store to the disk.
#[wasm_bindgen]
#[derive(Default)]
pub struct Records(Vec<(u64, Vec<u8>)>);

#[wasm_bindgen]
impl Records {
    /// None so far.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Records {
        Records::default()
    }

    /// Adds a record.
    pub fn push(&mut self, key: f64, bytes: &js_sys::Uint8Array) {
        self.0.push(record(key, bytes));
    }
}

/// What went wrong, for who asked; nothing has crashed.
#[derive(Serialize)]
struct Failure {
    /// `disk`, `damaged`, `refused` or `newer`.
    failure: &'static str,
    message: String,
}

fn failure(failure: &'static str, message: impl ToString) -> JsValue {
    let message = message.to_string();
    to_js(&Failure { failure, message })
}

fn disk_failure(error: &DiskError) -> JsValue {
    failure("disk", error)
}

fn open_failure(error: &OpenError) -> JsValue {
    match error {
        OpenError::Newer { .. } => failure("newer", error),
        OpenError::Damaged { .. } => failure("damaged", error),
    }
}

fn ticket(result: Result<Ticket, DiskError>) -> JsValue {
    match result {
        Ok(ticket) => JsValue::from_f64(ticket.0 as f64),
        Err(error) => disk_failure(&error),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FileInfo {
    path: String,
    is_directory: bool,
    size: f64,
    unsynced: f64,
    modified: f64,
}

#[derive(Serialize)]
struct BatchInfo {
    id: f64,
    deletes: Vec<(f64, f64)>,
    puts: Vec<(f64, Bytes)>,
}

impl From<Batch> for BatchInfo {
    fn from(batch: Batch) -> Self {
        let deletes = batch.deletes.into_iter();
        let puts = batch.puts.into_iter();
        BatchInfo {
            id: batch.id as f64,
            deletes: deletes.map(|(from, to)| (from as f64, to as f64)).collect(),
            puts: puts
                .map(|(key, bytes)| (key as f64, Bytes(bytes)))
                .collect(),
        }
    }
}

/// The lab. Connections are numbers of its own; consoles and views have the numbers that the
/// caller gives them. What can fail answers `{ failure, message }` then: what is thrown is a
/// crash.
#[wasm_bindgen]
pub struct Engine(Lab);

#[wasm_bindgen]
impl Engine {
    /// A lab with nothing on its disk and a server on `port`.
    #[wasm_bindgen(constructor)]
    pub fn new(seed: u64, port: u16) -> Engine {
        keep_panics();
        Engine(Lab::new(LabDisk::new(), seed, port, (clock, stopwatch)))
    }

    /// A lab with the disk that a store holds; a failure when the records make none. Opened that
    /// way, an engine is `Engine.restore(…)`.
    pub fn restore(records: Records, seed: u64, port: u16) -> Result<Engine, JsValue> {
        keep_panics();
        match LabDisk::open(records.0) {
            Ok(disk) => Ok(Engine(Lab::new(disk, seed, port, (clock, stopwatch)))),
            Err(error) => Err(open_failure(&error)),
        }
    }

    // ---- disk -----------------------------------------------------------------------------

    /// What is to go to the store now; undefined when nothing is.
    #[wasm_bindgen(js_name = takeBatch)]
    pub fn take_batch(&mut self) -> JsValue {
        match self.0.take_batch() {
            Some(batch) => to_js(&BatchInfo::from(batch)),
            None => JsValue::UNDEFINED,
        }
    }

    /// The store has answered for a batch.
    #[wasm_bindgen(js_name = batchDone)]
    pub fn batch_done(&mut self, id: f64, error: Option<String>) {
        self.0.batch_done(id as u64, error.as_deref());
    }

    /// A number that grows with every change of the disk.
    #[wasm_bindgen(js_name = diskChanges)]
    pub fn disk_changes(&self) -> f64 {
        self.0.disk_changes() as f64
    }

    /// Everything below a folder.
    pub fn files(&self, folder: &str) -> JsValue {
        let files = match self.0.files(folder) {
            Ok(files) => files,
            Err(error) => return disk_failure(&error),
        };
        let files = files.into_iter().map(|file| FileInfo {
            unsynced: file.len.saturating_sub(file.durable) as f64,
            size: file.len as f64,
            is_directory: file.is_directory,
            modified: file.modified_ms as f64,
            path: file.path,
        });
        to_js(&files.collect::<Vec<_>>())
    }

    /// Bytes of a file.
    #[wasm_bindgen(js_name = readFile)]
    pub fn read_file(&self, path: &str, offset: f64, length: f64) -> JsValue {
        match self
            .0
            .read_file(path, offset as u64, size(length, usize::MAX))
        {
            Ok(bytes) => js_sys::Uint8Array::from(&bytes[..]).into(),
            Err(error) => disk_failure(&error),
        }
    }

    /// Writes a whole file; the number of the sync that makes it durable.
    #[wasm_bindgen(js_name = writeFile)]
    pub fn write_file(&mut self, path: &str, bytes: &[u8]) -> JsValue {
        ticket(self.0.write_file(path, bytes))
    }

    /// Removes a file or an empty folder; the number of the sync that makes that durable.
    #[wasm_bindgen(js_name = removeFile)]
    pub fn remove_file(&mut self, path: &str) -> JsValue {
        ticket(self.0.remove_file(path))
    }

    /// Makes an empty folder; the number of the sync that makes that durable.
    #[wasm_bindgen(js_name = makeFolder)]
    pub fn make_folder(&mut self, path: &str) -> JsValue {
        ticket(self.0.make_folder(path))
    }

    /// Gives a file or folder another name; the number of the sync that makes that durable.
    #[wasm_bindgen(js_name = renameFile)]
    pub fn rename_file(&mut self, from: &str, to: &str) -> JsValue {
        ticket(self.0.rename_file(from, to))
    }

    /// What would be printed instead of a server, or sentinel, with a configuration of this text.
    #[wasm_bindgen(js_name = checkConfig)]
    pub fn check_config(&self, text: &str, sentinel: bool) -> String {
        self.0.check_config(text, sentinel)
    }

    /// Whether a sync is through; a failure when it has failed.
    #[wasm_bindgen(js_name = isSynced)]
    pub fn is_synced(&self, ticket: f64) -> JsValue {
        match self.0.sync_outcome(Ticket(ticket as u64)) {
            SyncOutcome::Pending => JsValue::FALSE,
            SyncOutcome::Durable => JsValue::TRUE,
            SyncOutcome::Failed(error) => disk_failure(&error),
        }
    }

    /// Begins to load a dump or an AOF into the server of this name, in place of its data; a failure
    /// when that cannot be.
    pub fn load(&mut self, process: &str, bytes: &[u8]) -> JsValue {
        match self.0.load(process, bytes) {
            Ok(true) => JsValue::TRUE,
            Ok(false) => failure("refused", "The server does not run"),
            Err(error) => disk_failure(&error),
        }
    }

    /// Loads the next slice: undefined as long as there is more, then the number of keys, or a
    /// failure.
    #[wasm_bindgen(js_name = loadStep)]
    pub fn load_step(&mut self) -> JsValue {
        match self.0.load_step() {
            None => JsValue::UNDEFINED,
            Some(Imported::Keys(keys)) => JsValue::from_f64(keys as f64),
            Some(Imported::Damaged(text)) => failure("damaged", text),
            Some(Imported::Refused) => failure("refused", "The server does not run"),
        }
    }

    // ---- processes ------------------------------------------------------------------------

    /// The processes, if something about them is new.
    #[wasm_bindgen(js_name = takeInstances)]
    pub fn take_instances(&mut self) -> JsValue {
        match self.0.take_instances() {
            Some(instances) => to_js(&instances),
            None => JsValue::UNDEFINED,
        }
    }

    /// Starts a process as redis-server with these words would be started in `folder` on `host` (the first, when that
    /// is empty), at a terminal or not: its name, or a failure.
    pub fn launch(
        &mut self,
        words: Vec<String>,
        folder: &str,
        host: &str,
        terminal: bool,
    ) -> JsValue {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match self.0.launch(&words, folder, host, terminal) {
            Ok(name) => JsValue::from(name),
            Err(error) => failure("refused", error),
        }
    }

    /// Starts the process of this name.
    pub fn start(&mut self, process: &str) {
        self.0.start(process);
    }

    /// kill -9; what that has lost.
    pub fn kill(&mut self, process: &str) -> JsValue {
        to_js(&self.0.kill(process))
    }

    /// kill -INT, or kill.
    pub fn signal(&mut self, process: &str, interrupt: bool) {
        self.0.signal(process, interrupt);
    }

    /// What a process has printed since the line of this number: the number to ask with next, and lines.
    pub fn printed(&self, process: &str, number: f64) -> JsValue {
        to_js(&self.0.printed(process, number))
    }

    /// kill -STOP and kill -CONT.
    #[wasm_bindgen(js_name = pauseProcess)]
    pub fn pause_process(&mut self, process: &str, stopped: bool) {
        self.0.pause_process(process, stopped);
    }

    /// Takes a process that has ended off the list.
    pub fn forget(&mut self, process: &str) {
        self.0.forget(process);
    }

    // ---- network --------------------------------------------------------------------------

    /// Cuts the line from one process to another, or mends it.
    pub fn cut(&mut self, from: &str, to: &str, cut: bool) {
        self.0.cut(from, to, cut);
    }

    /// Sets the line from one process to another, in milliseconds and bytes a second; all lines when both names are
    /// empty.
    #[wasm_bindgen(js_name = setLine)]
    pub fn set_line(&mut self, from: &str, to: &str, latency: f64, jitter: f64, rate: f64) {
        let line = Line {
            latency_us: (latency * 1000.0) as i64,
            jitter_us: (jitter * 1000.0) as i64,
            bytes_per_second: rate as u64,
        };
        self.0.set_line(from, to, line);
    }

    /// Mends all lines, and has none of them be slow.
    pub fn heal(&mut self) {
        self.0.heal();
    }

    /// Begins to note messages, or ends.
    #[wasm_bindgen(js_name = watchMessages)]
    pub fn watch_messages(&mut self, on: bool) {
        self.0.watch_messages(on);
    }

    /// The lab as a picture shows it, with what has happened after the event of this number.
    pub fn topology(&mut self, after: f64) -> JsValue {
        to_js(&self.0.topology(after))
    }

    /// What was done to processes and lines from outside.
    pub fn deeds(&self) -> JsValue {
        to_js(&self.0.deeds())
    }

    // ---- time -----------------------------------------------------------------------------

    /// What the page shows of the time.
    pub fn time(&self) -> JsValue {
        to_js(&self.0.time())
    }

    /// What was done until the moment that is shown, as bytes; undefined when it is not kept.
    pub fn history(&self) -> Option<Vec<u8>> {
        self.0.history()
    }

    /// The data of a server as a file: a snapshot, or commands. Undefined when it does not run.
    pub fn data(&self, process: &str, snapshot: bool) -> Option<Vec<u8>> {
        self.0.data(process, snapshot)
    }

    /// Has the clock stand still, or go on.
    #[wasm_bindgen(js_name = pauseClock)]
    pub fn pause_clock(&mut self, paused: bool) {
        self.0.pause_clock(paused);
    }

    /// Has the clock go so many times faster than real time.
    #[wasm_bindgen(js_name = setSpeed)]
    pub fn set_speed(&mut self, speed: f64) {
        self.0.set_speed(speed);
    }

    /// Leads the clock ahead by so many milliseconds, as quickly as the lab can go.
    pub fn hurry(&mut self, by_ms: f64) {
        self.0.hurry(by_ms);
    }

    /// Leads the clock on to the next moment at which anything is due.
    pub fn step(&mut self) {
        self.0.step();
    }

    /// Shows an earlier moment, in milliseconds since 1970; false when there is no history.
    #[wasm_bindgen(js_name = lookAt)]
    pub fn look_at(&mut self, at_ms: f64) -> bool {
        self.0.look_at(at_ms)
    }

    /// Shows the present again.
    #[wasm_bindgen(js_name = lookAtPresent)]
    pub fn look_at_present(&mut self) {
        self.0.look_at_present();
    }

    /// Goes on from the moment that is shown.
    pub fn fork(&mut self) {
        self.0.fork();
    }

    /// Power goes: nothing runs until `powerCut`.
    pub fn freeze(&mut self) {
        self.0.freeze();
    }

    /// Power is back, and the store holds these records; what that has lost.
    #[wasm_bindgen(js_name = powerCut)]
    pub fn power_cut(&mut self, records: Records) -> JsValue {
        match self.0.power_cut(records.0) {
            Ok(losses) => to_js(&losses),
            Err(error) => open_failure(&error),
        }
    }

    // ---- connections ----------------------------------------------------------------------

    /// Opens a connection; undefined when there is no such process, or it does not run.
    pub fn connect(&mut self, process: &str) -> Option<f64> {
        self.0.connect(process).map(|client| client as f64)
    }

    /// Opens a connection as any client would; undefined when nothing listens there.
    #[wasm_bindgen(js_name = connectClient)]
    pub fn connect_client(&mut self, host: &str, port: u16) -> Option<f64> {
        let connection = self.0.connect_client(host, port)?;
        Some(connection as f64)
    }

    /// Hands bytes to the server, and answers what it wrote.
    pub fn send(&mut self, client: f64, bytes: &[u8]) -> Vec<u8> {
        self.0.send(client as u64, bytes)
    }

    /// What the server wrote since.
    #[wasm_bindgen(js_name = takeOutput)]
    pub fn take_output(&mut self, client: f64) -> Vec<u8> {
        self.0.take_output(client as u64)
    }

    /// Whether the server has closed the connection.
    #[wasm_bindgen(js_name = isClosed)]
    pub fn is_closed(&self, client: f64) -> bool {
        self.0.is_closed(client as u64)
    }

    /// Closes a connection.
    pub fn disconnect(&mut self, client: f64) {
        self.0.disconnect(client as u64);
    }

    /// Opens a console.
    #[wasm_bindgen(js_name = openConsole)]
    pub fn open_console(
        &mut self,
        id: u32,
        process: &str,
        db: f64,
        resp3: bool,
        raw: bool,
        language_name: &str,
    ) -> JsValue {
        let (host, port) = process.rsplit_once(':').unwrap_or(("127.0.0.1", process));
        let options = Options {
            host: host.to_owned(),
            port: port.parse().unwrap_or(0),
            db: db as i64,
            resp3,
            output: if raw { Output::Raw } else { Output::Terminal },
            language: language(language_name),
            ..Options::default()
        };
        to_js(&self.0.open_console(id, options))
    }

    /// Enters a line.
    pub fn submit(&mut self, console: u32, line: &str) {
        self.0.submit(console, line);
    }

    /// Runs a console for a while; undefined for an unknown one.
    #[wasm_bindgen(js_name = stepConsole)]
    pub fn step_console(&mut self, console: u32) -> JsValue {
        match self.0.step_console(console) {
            Some(step) => to_js(&step),
            None => JsValue::UNDEFINED,
        }
    }

    /// Ctrl-C.
    pub fn interrupt(&mut self, console: u32) {
        self.0.interrupt(console);
    }

    /// Has help answer in `en` or `zh`.
    #[wasm_bindgen(js_name = setLanguage)]
    pub fn set_language(&mut self, console: u32, name: &str) {
        self.0.set_language(console, language(name));
    }

    /// Closes a console.
    #[wasm_bindgen(js_name = closeConsole)]
    pub fn close_console(&mut self, console: u32) {
        self.0.close_console(console);
    }

    /// Watches the ends of a sorted set.
    #[wasm_bindgen(js_name = watchRanking)]
    pub fn watch_ranking(
        &mut self,
        id: u32,
        process: &str,
        db: f64,
        key: &[u8],
        limit: f64,
        descending: bool,
    ) {
        let view = View::Ranking {
            db: db as usize,
            key: key.to_vec(),
            limit: size(limit, MAX_ROWS),
            descending,
        };
        self.0.watch(id, process, view);
    }

    /// Watches a window into the keys. `sort` is one of the names of the page's contract.
    #[expect(
        clippy::too_many_arguments,
        reason = "a structure would cost a crossing a field"
    )]
    #[wasm_bindgen(js_name = watchKeys)]
    pub fn watch_keys(
        &mut self,
        id: u32,
        process: &str,
        db: f64,
        pattern: &[u8],
        type_name: &str,
        sort: &str,
        descending: bool,
        offset: f64,
        limit: f64,
    ) {
        let sort = match sort {
            "type" => Sort::Type,
            "length" => Sort::Length,
            "memory" => Sort::Memory,
            "ttl" => Sort::Ttl,
            _ => Sort::Name,
        };
        let query = KeysQuery {
            db: db as usize,
            pattern: pattern.to_vec(),
            type_name: type_name.to_string(),
            sort,
            descending,
            offset: size(offset, usize::MAX),
            limit: size(limit, MAX_ROWS),
        };
        self.0.watch(id, process, View::Keys(query));
    }

    /// Watches a window into a value.
    #[wasm_bindgen(js_name = watchValue)]
    pub fn watch_value(
        &mut self,
        id: u32,
        process: &str,
        db: f64,
        key: &[u8],
        offset: f64,
        limit: f64,
    ) {
        self.0
            .watch(id, process, value_view(db, key, offset, limit));
    }

    /// A window into a value, once.
    #[wasm_bindgen(js_name = readValue)]
    pub fn read_value(
        &mut self,
        process: &str,
        db: f64,
        key: &[u8],
        offset: f64,
        limit: f64,
    ) -> JsValue {
        to_js(&self.0.look(process, &value_view(db, key, offset, limit)))
    }

    /// Watches the gauges.
    #[wasm_bindgen(js_name = watchMetrics)]
    pub fn watch_metrics(&mut self, id: u32) {
        self.0.watch(id, "", View::Metrics);
    }

    /// Watches save points, AOF and RDB.
    #[wasm_bindgen(js_name = watchPersistence)]
    pub fn watch_persistence(&mut self, id: u32, process: &str) {
        self.0.watch(id, process, View::Persistence);
    }

    /// Watches a window into an AOF file.
    #[wasm_bindgen(js_name = watchLog)]
    pub fn watch_log(&mut self, id: u32, path: &str, offset: f64, limit: f64) {
        let view = View::Log {
            path: path.to_string(),
            offset: offset as i64,
            limit: size(limit, MAX_ROWS),
        };
        self.0.watch(id, "", view);
    }

    /// Ends a watch.
    pub fn unwatch(&mut self, id: u32) {
        self.0.unwatch(id);
    }

    /// What is new: an array of `[id, update]`.
    #[wasm_bindgen(js_name = takeUpdates)]
    pub fn take_updates(&mut self) -> JsValue {
        to_js(&self.0.take_updates())
    }

    /// Lets time do its work; answers the milliseconds until the next call is due.
    pub fn tick(&mut self) -> f64 {
        self.0.tick() as f64
    }
}

/// Longest that a step of an arrival takes, in microseconds.
const ARRIVAL_US: i64 = 20_000;

/// A lab whose history is being made again from bytes.
#[wasm_bindgen]
pub struct Arriving(Arrival);

#[wasm_bindgen]
impl Arriving {
    /// Begins; throws a failure when the bytes hold no history.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: &[u8]) -> Result<Arriving, JsValue> {
        keep_panics();
        let begun = Arrival::begin(bytes);
        begun
            .map(Arriving)
            .map_err(|error| failure("damaged", error))
    }

    /// Goes on for a while: how much is done, 1 at the end; or a failure.
    pub fn step(&mut self) -> JsValue {
        match self.0.step(ARRIVAL_US, stopwatch) {
            Ok(true) => JsValue::from_f64(1.0),
            Ok(false) => JsValue::from_f64(self.0.progress().min(0.999)),
            Err(error) => failure("damaged", error),
        }
    }

    /// The lab, at the end; throws a failure when that is none.
    pub fn finish(self, port: u16, paused: bool) -> Result<Engine, JsValue> {
        let lab = self.0.finish(port, paused, (clock, stopwatch));
        lab.map(Engine).map_err(|error| failure("damaged", error))
    }
}

fn value_view(db: f64, key: &[u8], offset: f64, limit: f64) -> View {
    View::Value {
        db: db as usize,
        key: key.to_vec(),
        offset: size(offset, usize::MAX),
        limit: size(limit, MAX_ELEMENTS),
    }
}
