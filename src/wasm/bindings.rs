//! What the worker calls. The only file that knows JavaScript.

use super::lab::Lab;
use super::recent::recent_commands;
use super::views::{KeysQuery, Sort, View};
use crate::cli::{self, Language, Options, Output};
use crate::commands::syntax;
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
fn clock() -> i64 {
    let coarse = js_sys::Date::now();
    let precise = TIME_ORIGIN.with(|origin| *origin) + performance_now();
    let now_ms = match (precise - coarse).abs() < CLOCK_DRIFT_MS {
        true => precise,
        false => coarse,
    };
    (now_ms * 1000.0) as i64
}

fn to_js(value: &impl Serialize) -> JsValue {
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

/// The lab. Clients are numbers as CLIENT ID has them; consoles and views have the numbers that
/// the caller gives them.
#[wasm_bindgen]
pub struct Engine(Lab);

#[wasm_bindgen]
impl Engine {
    /// An empty server on `port`.
    #[wasm_bindgen(constructor)]
    pub fn new(seed: u64, port: u16) -> Engine {
        std::panic::set_hook(Box::new(|panic| {
            PANIC.set(Some(panic.to_string()));
        }));
        Engine(Lab::new(seed, port, clock))
    }

    /// Opens a connection; undefined when nothing listens at `port`.
    pub fn connect(&mut self, port: u16) -> Option<f64> {
        self.0.connect(port).map(|client| client as f64)
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
        port: u16,
        db: f64,
        resp3: bool,
        raw: bool,
        language_name: &str,
    ) -> JsValue {
        let options = Options {
            port,
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
    pub fn watch_ranking(&mut self, id: u32, db: f64, key: &[u8], limit: f64, descending: bool) {
        let view = View::Ranking {
            db: db as usize,
            key: key.to_vec(),
            limit: size(limit, MAX_ROWS),
            descending,
        };
        self.0.watch(id, view);
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
        self.0.watch(id, View::Keys(query));
    }

    /// Watches a window into a value.
    #[wasm_bindgen(js_name = watchValue)]
    pub fn watch_value(&mut self, id: u32, db: f64, key: &[u8], offset: f64, limit: f64) {
        self.0.watch(id, value_view(db, key, offset, limit));
    }

    /// A window into a value, once.
    #[wasm_bindgen(js_name = readValue)]
    pub fn read_value(&self, db: f64, key: &[u8], offset: f64, limit: f64) -> JsValue {
        to_js(&self.0.look(&value_view(db, key, offset, limit)))
    }

    /// Watches the gauges.
    #[wasm_bindgen(js_name = watchMetrics)]
    pub fn watch_metrics(&mut self, id: u32) {
        self.0.watch(id, View::Metrics);
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

fn value_view(db: f64, key: &[u8], offset: f64, limit: f64) -> View {
    View::Value {
        db: db as usize,
        key: key.to_vec(),
        offset: size(offset, usize::MAX),
        limit: size(limit, MAX_ELEMENTS),
    }
}
