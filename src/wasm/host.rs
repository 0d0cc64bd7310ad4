//! A bare server for Node: no lab, no views, files that JavaScript keeps. The counterpart of
//! `src/bin/resplay-server`, whose JavaScript half is in `pkg/lib`.

use super::bindings::{clock, keep_panics, stopwatch, to_js};
use crate::disk::{Disk, DiskError, Metadata, SyncOutcome, Ticket, resolve};
use crate::instance::{Arguments, ConfigError, LogLevel};
use crate::network::LinkRequest;
use crate::server::{Event, Server, Signal};
use js_sys::{Array, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// Bytes that a server may hold, as in the lab: a module can address 4 GiB.
const MEMORY_CEILING: usize = 2 << 30;

#[wasm_bindgen]
extern "C" {
    /// Files by the calls of Node's `fs`; what fails throws an error with a `code`.
    pub type Files;

    /// `[length, is a folder (0 or 1), milliseconds since 1970]`
    #[wasm_bindgen(method, catch)]
    fn metadata(this: &Files, path: &str) -> Result<Vec<f64>, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn list(this: &Files, path: &str) -> Result<Vec<String>, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn read(this: &Files, path: &str, offset: f64, len: f64) -> Result<Uint8Array, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn create(this: &Files, path: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn append(this: &Files, path: &str, bytes: &[u8]) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn truncate(this: &Files, path: &str, len: f64) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn rename(this: &Files, from: &str, to: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn remove(this: &Files, path: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = createDirectory)]
    fn create_directory(this: &Files, path: &str) -> Result<(), JsValue>;
    /// Answers a number that grows.
    #[wasm_bindgen(method)]
    fn sync(this: &Files, path: &str) -> f64;
    /// Whether it is through; throws if it has failed.
    #[wasm_bindgen(method, catch)]
    fn synced(this: &Files, ticket: f64) -> Result<bool, JsValue>;
}

/// What the engine is told of a thrown error.
fn told(error: &JsValue) -> DiskError {
    let text = |name: &str| {
        let value = js_sys::Reflect::get(error, &name.into()).ok()?;
        value.as_string()
    };
    match text("code").as_deref() {
        Some("ENOENT") => DiskError::NotFound,
        Some("ENOSPC" | "EDQUOT") => DiskError::NoSpace,
        Some("EISDIR") => DiskError::IsDirectory,
        Some("ENOTDIR") => DiskError::NotDirectory,
        Some("EEXIST") => DiskError::Exists,
        Some("ENOTEMPTY") => DiskError::NotEmpty,
        Some("EACCES" | "EPERM") => DiskError::Denied,
        Some("EROFS") => DiskError::ReadOnly,
        Some("EINVAL") => DiskError::Invalid,
        _ => DiskError::Failed(text("message").unwrap_or_else(|| "Input/output error".into())),
    }
}

struct HostDisk(Files);

impl Disk for HostDisk {
    fn metadata(&self, path: &str) -> Result<Metadata, DiskError> {
        let found = self.0.metadata(path).map_err(|error| told(&error))?;
        let [len, is_directory, modified_ms] = found[..] else {
            return Err(DiskError::Invalid);
        };
        Ok(Metadata {
            len: len as u64,
            is_directory: is_directory != 0.0,
            modified_ms: modified_ms as i64,
        })
    }

    fn list(&self, path: &str) -> Result<Vec<String>, DiskError> {
        self.0.list(path).map_err(|error| told(&error))
    }

    fn read(
        &self,
        path: &str,
        offset: u64,
        len: usize,
        into: &mut Vec<u8>,
    ) -> Result<usize, DiskError> {
        let read = self.0.read(path, offset as f64, len as f64);
        let bytes = read.map_err(|error| told(&error))?;
        let start = into.len();
        let count = bytes.length() as usize;
        into.resize(start + count, 0);
        if let Some(place) = into.get_mut(start..) {
            bytes.copy_to(place);
        }
        Ok(count)
    }

    fn create(&mut self, path: &str) -> Result<(), DiskError> {
        self.0.create(path).map_err(|error| told(&error))
    }

    fn append(&mut self, path: &str, bytes: &[u8]) -> Result<(), DiskError> {
        self.0.append(path, bytes).map_err(|error| told(&error))
    }

    fn truncate(&mut self, path: &str, len: u64) -> Result<(), DiskError> {
        let truncated = self.0.truncate(path, len as f64);
        truncated.map_err(|error| told(&error))
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), DiskError> {
        self.0.rename(from, to).map_err(|error| told(&error))
    }

    fn remove(&mut self, path: &str) -> Result<(), DiskError> {
        self.0.remove(path).map_err(|error| told(&error))
    }

    fn create_directory(&mut self, path: &str) -> Result<(), DiskError> {
        self.0.create_directory(path).map_err(|error| told(&error))
    }

    fn sync(&mut self, path: &str) -> Ticket {
        Ticket(self.0.sync(path) as u64)
    }

    fn outcome(&self, ticket: Ticket) -> SyncOutcome {
        match self.0.synced(ticket.0 as f64) {
            Ok(true) => SyncOutcome::Durable,
            Ok(false) => SyncOutcome::Pending,
            Err(error) => SyncOutcome::Failed(told(&error)),
        }
    }
}

/// What the host has to know of the configuration.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Settings {
    port: i64,
    bind: Vec<String>,
    backlog: i64,
    keepalive: i64,
    /// Absolute; empty without.
    unixsocket: String,
    unixsocketperm: String,
    logfile: String,
    daemonize: bool,
    /// Absolute; empty without.
    pidfile: String,
}

/// Why a server does not start.
#[derive(Serialize)]
struct Refused {
    /// Whether it goes to standard error as it is, rather than to the log.
    fatal: bool,
    message: String,
}

#[derive(Serialize)]
struct Happening {
    /// `closed`, `crashed`, `failed` or `shutdown`.
    kind: &'static str,
    client: Option<f64>,
    message: Option<String>,
}

/// What is to be done with a link: open it where there is a host, or else close it.
#[derive(Serialize)]
struct Wanted {
    link: f64,
    host: Option<String>,
    port: u16,
    bind: Option<String>,
}

/// A server whose sockets, files and signals are the caller's.
#[wasm_bindgen(js_name = BareServer)]
pub struct BareServer(Server);

#[wasm_bindgen(js_class = BareServer)]
impl BareServer {
    /// A server by the words of a command line, started in `folder`. `input` is what was read
    /// from standard input, for `-`. Throws `{ fatal, message }`.
    pub fn start(
        words: Vec<String>,
        input: &[u8],
        folder: &str,
        files: Files,
        seed: u64,
        pid: u32,
    ) -> Result<BareServer, JsValue> {
        keep_panics();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let arguments = Arguments::parse(&words);
        let path = arguments.path.map(|path| resolve(folder, &path));
        let lines = [input, b"\n", &arguments.options].concat();
        let disk = HostDisk(files);
        let sentinel = arguments.sentinel;
        let config = Server::configuration(sentinel, path.as_deref(), &lines, folder, &disk);
        let config = config.map_err(|error| {
            to_js(&Refused {
                fatal: matches!(error, ConfigError::Fatal { .. }),
                message: error.to_string(),
            })
        })?;
        let mut server = Server::with_disk(config, Box::new(disk), seed, clock());
        server.set_memory_ceiling(MEMORY_CEILING);
        server.set_stopwatch(stopwatch);
        server.set_process(pid, path);
        server.log_start();
        Ok(BareServer(server))
    }

    /// What the host has to know of the configuration.
    pub fn settings(&self) -> JsValue {
        let config = &self.0.instance().config;
        let absolute = |path: &String| match path.is_empty() {
            true => String::new(),
            false => resolve(&config.dir, path),
        };
        to_js(&Settings {
            port: config.port,
            bind: config.bind.clone(),
            backlog: config.tcp_backlog,
            keepalive: config.tcp_keepalive,
            unixsocket: absolute(&config.unixsocket),
            unixsocketperm: config.unixsocketperm.clone(),
            logfile: config.logfile.clone(),
            daemonize: config.daemonize,
            pidfile: absolute(&config.pidfile),
        })
    }

    /// The server listens and is about to load its files.
    pub fn initialized(&mut self, banner: bool) {
        self.0.log_initialized(banner);
    }

    /// Clients are served.
    pub fn ready(&mut self) {
        self.0.log_ready();
    }

    /// Whether files are still being loaded.
    #[wasm_bindgen(js_name = isLoading)]
    pub fn is_loading(&self) -> bool {
        self.0.loading().is_some()
    }

    /// Writes a line to the server's log, as a warning.
    pub fn warn(&mut self, text: &str) {
        self.0.log(clock(), LogLevel::Warning, text);
    }

    /// The log's lines since the last call.
    #[wasm_bindgen(js_name = takeLog)]
    pub fn take_log(&mut self) -> Vec<String> {
        self.0.take_log()
    }

    /// A client has come; its number.
    pub fn connect(&mut self, addr: &str, local: &str) -> f64 {
        self.0.connect_at(clock(), addr, Some(local)) as f64
    }

    /// A client has gone.
    pub fn disconnect(&mut self, client: f64) {
        self.0.disconnect(clock(), client as u64);
    }

    /// A client has sent something.
    pub fn receive(&mut self, client: f64, bytes: &[u8]) {
        self.0.receive(clock(), client as u64, bytes);
    }

    /// What a client is to be sent.
    #[wasm_bindgen(js_name = takeOutput)]
    pub fn take_output(&mut self, client: f64) -> Vec<u8> {
        self.0.take_output(client as u64)
    }

    /// The clients that are to be sent something.
    #[wasm_bindgen(js_name = clientsWithOutput)]
    pub fn clients_with_output(&self) -> Vec<f64> {
        let clients = self.0.clients_with_output().into_iter();
        clients.map(|client| client as f64).collect()
    }

    /// Bytes that wait to be sent to a client.
    #[wasm_bindgen(js_name = waitingOutput)]
    pub fn waiting_output(&self, client: f64) -> usize {
        self.0.waiting_output(client as u64)
    }

    /// Bytes of a client that wait to be worked on.
    #[wasm_bindgen(js_name = waitingInput)]
    pub fn waiting_input(&self, client: f64) -> usize {
        self.0.waiting_input(client as u64)
    }

    /// Lets time do its work; the milliseconds until the next call is due.
    pub fn tick(&mut self) -> f64 {
        self.0.tick(clock()) as f64
    }

    /// The milliseconds until somebody's wait is over; undefined while nobody waits.
    #[wasm_bindgen(js_name = nextWait)]
    pub fn next_wait(&self) -> Option<f64> {
        self.0.next_wait().map(|wait_ms| wait_ms as f64)
    }

    /// Which links are to be opened or closed: an array of `{ link, host, port, bind }`, without a
    /// host to be closed.
    #[wasm_bindgen(js_name = takeLinkRequests)]
    pub fn take_link_requests(&mut self) -> Array {
        let requests = self.0.take_link_requests().into_iter();
        let requests = requests.map(|request| match request {
            LinkRequest::Open {
                link,
                host,
                port,
                bind,
            } => to_js(&Wanted {
                link: link as f64,
                host: Some(host),
                port,
                bind,
            }),
            LinkRequest::Close { link } => to_js(&Wanted {
                link: link as f64,
                host: None,
                port: 0,
                bind: None,
            }),
        });
        requests.collect()
    }

    /// A link is open.
    #[wasm_bindgen(js_name = linkOpened)]
    pub fn link_opened(&mut self, link: f64, local: &str, peer: &str) {
        self.0.link_opened(clock(), link as u64, local, peer);
    }

    /// A link could not be opened.
    #[wasm_bindgen(js_name = linkFailed)]
    pub fn link_failed(&mut self, link: f64, why: &str) {
        self.0.link_failed(clock(), link as u64, why);
    }

    /// The other side of a link has sent something.
    #[wasm_bindgen(js_name = linkReceived)]
    pub fn link_received(&mut self, link: f64, bytes: &[u8]) {
        self.0.link_received(clock(), link as u64, bytes);
    }

    /// A link is no more.
    #[wasm_bindgen(js_name = linkClosed)]
    pub fn link_closed(&mut self, link: f64) {
        self.0.link_closed(clock(), link as u64);
    }

    /// The links that are to be sent something.
    #[wasm_bindgen(js_name = linksWithOutput)]
    pub fn links_with_output(&self) -> Vec<f64> {
        let links = self.0.links_with_output().into_iter();
        links.map(|link| link as f64).collect()
    }

    /// What is to be sent on a link.
    #[wasm_bindgen(js_name = takeLinkOutput)]
    pub fn take_link_output(&mut self, link: f64) -> Vec<u8> {
        let mut output = Vec::new();
        self.0.append_link_output(link as u64, &mut output);
        output
    }

    /// SIGINT or SIGTERM.
    pub fn signal(&mut self, interrupt: bool) {
        let signal = match interrupt {
            true => Signal::Interrupt,
            false => Signal::Terminate,
        };
        self.0.signal(clock(), signal);
    }

    /// What has happened since the last call: an array of `{ kind, client, message }`.
    #[wasm_bindgen(js_name = takeEvents)]
    pub fn take_events(&mut self) -> Array {
        let events = self.0.take_events().into_iter();
        let events = events.map(|event| {
            let (kind, client, message) = match event {
                Event::Closed(client) => ("closed", Some(client as f64), None),
                Event::Crashed(text) => ("crashed", None, Some(text)),
                Event::Shutdown => ("shutdown", None, None),
                Event::FailedToStart(text) | Event::Exited(text) => ("failed", None, Some(text)),
            };
            to_js(&Happening {
                kind,
                client,
                message,
            })
        });
        events.collect()
    }
}
