//! One redis-cli at a terminal, without the terminal and without the socket.
//!
//! The host hands in lines and what comes over the connection; it takes out what to print and
//! what to do ([`Action`]). Commands run one after another, each after the reply to the one
//! before, as redis-cli does it.

use super::format::{self, Output};
use super::{help, sensitive};
use crate::resp::split::split_args;
use crate::resp::{Reply, ReplyReader};
use std::collections::VecDeque;
use std::fmt::Write as _;

/// From this duration on the time of a command is printed, in milliseconds.
const SLOW_MS: i64 = 500;

/// The language of help texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

/// The options of redis-cli that matter to a session.
#[derive(Clone, Debug)]
pub struct Options {
    /// `-h`
    pub host: String,
    /// `-p`
    pub port: u16,
    /// `-n`
    pub db: i64,
    /// `-3`
    pub resp3: bool,
    /// `--raw`, or not.
    pub output: Output,
    /// The language that `help` answers in.
    pub language: Language,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            host: "127.0.0.1".to_string(),
            port: 6379,
            db: 0,
            resp3: false,
            output: Output::Terminal,
            language: Language::English,
        }
    }
}

/// What the host is to do for a session, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Close the present connection, if any, and open this one; then [`Session::connected`].
    Connect(String, u16),
    /// Send these bytes, then hand what comes to [`Session::received`].
    Send(Vec<u8>),
    /// Close the connection.
    Close,
    /// Empty the screen.
    Clear,
    /// `quit`: the session has ended.
    Quit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    Down,
    Connecting,
    Up,
    /// The server has closed it; the next command will find out.
    Broken,
}

/// What the next reply answers.
#[derive(Clone, Debug)]
enum Waiting {
    /// A command that connecting brought with it.
    Greeting(Vec<Vec<u8>>),
    Command,
    /// Messages, or the lines of MONITOR, until Ctrl-C.
    Stream,
}

/// A line being worked on.
#[derive(Debug, Default)]
struct Job {
    args: Vec<Vec<u8>>,
    /// Times it is still to be sent.
    repeat: u64,
    started_ms: i64,
    /// Nothing but the connection is wanted (`connect`, or the first one).
    connect_only: bool,
}

/// A redis-cli.
#[derive(Debug)]
pub struct Session {
    options: Options,
    link: Link,
    reader: ReplyReader,
    actions: VecDeque<Action>,
    out: Vec<u8>,
    job: Option<Job>,
    waiting: Option<Waiting>,
    greetings: VecDeque<Vec<Vec<u8>>>,
    hints: bool,
    /// The database of the prompt.
    db: i64,
    /// The one before MULTI.
    db_before_multi: i64,
    in_multi: bool,
    ended: bool,
}

impl Session {
    /// A session that wants to connect at once.
    pub fn new(options: Options) -> Self {
        let mut session = Session {
            db: options.db,
            db_before_multi: 0,
            options,
            link: Link::Down,
            reader: ReplyReader::default(),
            actions: VecDeque::new(),
            out: Vec::new(),
            job: None,
            waiting: None,
            greetings: VecDeque::new(),
            hints: true,
            in_multi: false,
            ended: false,
        };
        session.job = Some(Job {
            connect_only: true,
            ..Job::default()
        });
        session.connect();
        session
    }

    /// What stands before the cursor: `127.0.0.1:6379[1](TX)> ` or `not connected> `.
    pub fn prompt(&self) -> String {
        if matches!(self.link, Link::Down | Link::Connecting) {
            return "not connected> ".to_string();
        }
        let Options { host, port, .. } = &self.options;
        let mut prompt = match host.contains(':') {
            true => format!("[{host}]:{port}"),
            false => format!("{host}:{port}"),
        };
        if self.db != 0 {
            let _ = write!(prompt, "[{}]", self.db);
        }
        if self.in_multi {
            prompt.push_str("(TX)");
        }
        prompt.push_str("> ");
        prompt
    }

    /// Whether hints are wanted (`:set hints`).
    pub fn hints(&self) -> bool {
        self.hints
    }

    /// Has `help` answer in this language from now on.
    pub fn set_language(&mut self, language: Language) {
        self.options.language = language;
    }

    /// Has replies printed in this form from now on.
    pub fn set_output(&mut self, output: Output) {
        self.options.output = output;
    }

    /// Whether the last line is done and another may be submitted.
    pub fn is_idle(&self) -> bool {
        self.job.is_none()
    }

    /// Whether `quit` or `exit` was entered.
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// What to do next.
    pub fn next_action(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// What to print, since the last call.
    pub fn take_output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// A line was entered at `now_ms` (milliseconds, of any epoch). Only while idle.
    pub fn submit(&mut self, line: &[u8], now_ms: i64) {
        let Ok(mut args) = split_args(line) else {
            self.print("Invalid argument(s)\n");
            return;
        };
        let Some(first) = args.first() else {
            return;
        };
        let mut repeat = 1;
        if args.len() > 1
            && let Some(number) = leading_number(first)
        {
            match number {
                Some(number) => repeat = number,
                None => {
                    self.print("Invalid redis-cli repeat command option value.\n");
                    return;
                }
            }
            args.remove(0);
            // redis-cli looks at the first word, so `2 quit` goes to the server.
            self.start(args, repeat, now_ms);
            return;
        }
        let is = |word: &str| args[0].eq_ignore_ascii_case(word.as_bytes());
        if is("quit") || is("exit") {
            self.end();
        } else if args[0].first() == Some(&b':') {
            self.set_preference(&args);
        } else if is("restart") {
            self.print("Use 'restart' only in Lua debugging mode.\n");
        } else if args.len() == 3 && is("connect") {
            self.options.host = String::from_utf8_lossy(&args[1]).into_owned();
            self.options.port = port_number(&args[2]);
            self.job = Some(Job {
                connect_only: true,
                started_ms: now_ms,
                ..Job::default()
            });
            self.connect();
        } else if args.len() == 1 && is("clear") {
            self.actions.push_back(Action::Clear);
        } else {
            self.start(args, repeat, now_ms);
        }
    }

    /// Whether a line holds a password and must be kept out of the history.
    pub fn is_sensitive(line: &[u8]) -> bool {
        split_args(line).is_ok_and(|args| sensitive::is_sensitive(&args))
    }

    /// Ctrl-C: a repeated command is not sent again; one whose reply does not come (CLIENT REPLY
    /// OFF, DEBUG SLEEP) is given up with its connection.
    pub fn interrupt(&mut self, now_ms: i64) {
        if self.job.is_none() {
            return;
        }
        if matches!(self.waiting, Some(Waiting::Stream)) {
            // As redis-cli does: a new connection listens to nothing.
            self.actions.push_back(Action::Close);
            self.job = Some(Job {
                connect_only: true,
                started_ms: now_ms,
                ..Job::default()
            });
            return self.connect();
        }
        if let Some(Action::Send(_)) = self.actions.back() {
            self.actions.pop_back();
        } else {
            self.actions.push_back(Action::Close);
            self.drop_link();
        }
        self.finish(now_ms);
    }

    /// How [`Action::Connect`] ended: well, or with the reason in the system's words.
    pub fn connected(&mut self, result: Result<(), &str>, now_ms: i64) {
        match result {
            Ok(()) => {
                self.link = Link::Up;
                self.next(now_ms);
            }
            Err(reason) => {
                self.link = Link::Down;
                let Options { host, port, .. } = &self.options;
                let text = format!("Could not connect to Redis at {host}:{port}: {reason}\n");
                self.print(&text);
                self.finish(now_ms);
            }
        }
    }

    /// Bytes came from the server.
    pub fn received(&mut self, bytes: &[u8], now_ms: i64) {
        // What is late comes over a connection that was given up.
        if matches!(self.link, Link::Down | Link::Connecting) {
            return;
        }
        self.reader.feed(bytes);
        loop {
            match self.reader.next_reply() {
                Ok(None) => break,
                Ok(Some(reply)) => self.reply(&reply, now_ms),
                Err(error) => {
                    self.print(&format!("Error: {error}\n"));
                    self.actions.push_back(Action::Close);
                    self.drop_link();
                    self.finish(now_ms);
                    break;
                }
            }
        }
    }

    /// The server closed the connection.
    pub fn closed(&mut self, now_ms: i64) {
        if self.link != Link::Up {
            return;
        }
        self.link = Link::Broken;
        if self.job.is_some() {
            self.lost(now_ms);
        }
    }

    fn print(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn end(&mut self) {
        self.ended = true;
        self.actions.push_back(Action::Close);
        self.actions.push_back(Action::Quit);
        self.drop_link();
    }

    fn set_preference(&mut self, args: &[Vec<u8>]) {
        let word = |at: usize| String::from_utf8_lossy(args.get(at).map_or(&[], |arg| &arg[..]));
        if args.len() >= 2 && word(0).eq_ignore_ascii_case(":set") {
            if word(1).eq_ignore_ascii_case("hints") {
                self.hints = true;
            } else if word(1).eq_ignore_ascii_case("nohints") {
                self.hints = false;
            } else {
                let text = format!("unknown redis-cli preference '{}'\n", word(1));
                self.print(&text);
            }
        } else {
            let text = format!("unknown redis-cli internal command '{}'\n", word(0));
            self.print(&text);
        }
    }

    fn start(&mut self, args: Vec<Vec<u8>>, repeat: u64, now_ms: i64) {
        if args[0].eq_ignore_ascii_case(b"help") || args[0] == b"?" {
            help::write(&mut self.out, &args[1..], self.options.language);
            return;
        }
        self.job = Some(Job {
            args,
            repeat,
            started_ms: now_ms,
            connect_only: false,
        });
        match self.link {
            Link::Up => self.next(now_ms),
            Link::Broken => self.lost(now_ms),
            Link::Down | Link::Connecting => self.connect(),
        }
    }

    fn connect(&mut self) {
        let db = self.db;
        self.drop_link();
        // redis-cli 7.0 forgets to SELECT when the server has hung up, though its prompt still
        // shows the database; we select what the prompt shows.
        self.db = db;
        self.link = Link::Connecting;
        self.reader = ReplyReader::default();
        self.greetings.clear();
        if self.db != 0 {
            let number = self.db.to_string().into_bytes();
            self.greetings.push_back(vec![b"SELECT".to_vec(), number]);
        }
        if self.options.resp3 {
            let hello = vec![b"HELLO".to_vec(), b"3".to_vec()];
            self.greetings.push_back(hello);
        }
        let Options { host, port, .. } = &self.options;
        self.actions.push_back(Action::Connect(host.clone(), *port));
    }

    fn drop_link(&mut self) {
        self.link = Link::Down;
        self.waiting = None;
        if std::mem::take(&mut self.in_multi) {
            self.db = self.db_before_multi;
        }
    }

    /// The connection is gone while a command wants it.
    fn lost(&mut self, now_ms: i64) {
        // After SHUTDOWN that is what was asked for.
        let name = self.job.as_ref().and_then(|job| job.args.first());
        if !name.is_some_and(|name| name.eq_ignore_ascii_case(b"shutdown")) {
            self.print("Error: Server closed the connection\n");
        }
        self.actions.push_back(Action::Close);
        self.drop_link();
        self.finish(now_ms);
    }

    /// Sends what is next: a greeting, the command, or nothing when the line is done.
    fn next(&mut self, now_ms: i64) {
        if let Some(greeting) = self.greetings.pop_front() {
            self.send(&greeting);
            self.waiting = Some(Waiting::Greeting(greeting));
            return;
        }
        let Some(job) = &mut self.job else { return };
        if job.connect_only || job.repeat == 0 {
            self.finish(now_ms);
            return;
        }
        job.repeat -= 1;
        let args = std::mem::take(&mut job.args);
        if !self.in_multi && self.options.output != Output::Raw && subscribes(&args) {
            self.print("Reading messages... (press Ctrl-C to quit)\n");
        }
        self.send(&args);
        if let Some(job) = &mut self.job {
            job.args = args;
        }
        self.waiting = Some(Waiting::Command);
    }

    fn send(&mut self, args: &[Vec<u8>]) {
        self.actions.push_back(Action::Send(super::request(args)));
    }

    fn finish(&mut self, now_ms: i64) {
        self.waiting = None;
        let Some(job) = self.job.take() else { return };
        let elapsed = now_ms - job.started_ms;
        if elapsed >= SLOW_MS && !job.connect_only && self.options.output == Output::Terminal {
            let text = format!("({}.{:02}s)\n", elapsed / 1000, elapsed % 1000 / 10);
            self.print(&text);
        }
    }

    fn reply(&mut self, reply: &Reply, now_ms: i64) {
        let answers = |args: &[Vec<u8>]| is_message_of(reply, args);
        let job = self.job.as_ref().map_or(&[][..], |job| &job.args);
        if matches!(reply, Reply::Push(_)) && !answers(job) {
            self.print_reply(reply, false);
            return;
        }
        match self.waiting.take() {
            Some(Waiting::Stream) => {
                self.print_reply(reply, false);
                self.waiting = Some(Waiting::Stream);
            }
            // Nothing was asked; a server that talks all the same is printed.
            None => self.print_reply(reply, false),
            Some(Waiting::Greeting(args)) => {
                if let Reply::Error(text) = reply {
                    let words: Vec<_> = args
                        .iter()
                        .map(|arg| String::from_utf8_lossy(arg))
                        .collect();
                    let text = String::from_utf8_lossy(text);
                    let text = format!("{} failed: {text}\n", words.join(" "));
                    self.print(&text);
                    if words[0] == "SELECT" {
                        self.db = 0;
                    }
                }
                self.next(now_ms);
            }
            Some(Waiting::Command) => {
                let args = self.job.as_ref().map_or(Vec::new(), |job| job.args.clone());
                self.print_reply(reply, prints_raw(&args));
                self.follow(&args, reply);
                if streams(&args, reply) {
                    self.waiting = Some(Waiting::Stream);
                } else {
                    self.next(now_ms);
                }
            }
        }
    }

    fn print_reply(&mut self, reply: &Reply, verbatim: bool) {
        match (verbatim, self.options.output) {
            (true, _) => self.out.extend(format::raw(reply)),
            (false, Output::Terminal) => self.out.extend(format::terminal(reply)),
            (false, Output::Raw) => {
                self.out.extend(format::raw(reply));
                self.out.push(b'\n');
            }
        }
    }

    /// Keeps the prompt in step with what a command did to the connection.
    fn follow(&mut self, args: &[Vec<u8>], reply: &Reply) {
        let Some(name) = args.first() else { return };
        let failed = matches!(reply, Reply::Error(_));
        let is = |word: &str, count: usize| {
            args.len() == count && name.eq_ignore_ascii_case(word.as_bytes())
        };
        if is("select", 2) && !failed {
            self.db = text_number(&args[1]);
        } else if is("multi", 1) && !failed {
            self.in_multi = true;
            self.db_before_multi = self.db;
        } else if is("exec", 1) && self.in_multi {
            self.in_multi = false;
            if failed || *reply == Reply::Nil {
                self.db = self.db_before_multi;
            }
        } else if is("discard", 1) && !failed {
            self.in_multi = false;
            self.db = self.db_before_multi;
        } else if is("reset", 1) && !failed {
            self.in_multi = false;
            self.db = 0;
        }
    }
}

fn is_command(args: &[Vec<u8>], names: &[&str]) -> bool {
    let name = args.first().map_or(&[][..], |name| name.as_slice());
    names
        .iter()
        .any(|known| known.as_bytes().eq_ignore_ascii_case(name))
}

fn subscribes(args: &[Vec<u8>]) -> bool {
    is_command(args, &["subscribe", "psubscribe", "ssubscribe"])
}

/// Whether what came is a message that confirms this very command.
fn is_message_of(reply: &Reply, args: &[Vec<u8>]) -> bool {
    let (Reply::Push(items) | Reply::Array(items)) = reply else {
        return false;
    };
    let Some(Reply::Bulk(kind)) = items.first() else {
        return false;
    };
    args.first()
        .is_some_and(|name| name.eq_ignore_ascii_case(kind))
}

/// Whether the connection only listens after this.
fn streams(args: &[Vec<u8>], reply: &Reply) -> bool {
    match reply {
        Reply::Status(text) => is_command(args, &["monitor"]) && text == b"OK",
        _ => subscribes(args) && is_message_of(reply, args),
    }
}

/// A first word that is a number: how often the command is to run, or `Some(None)` when that
/// makes no sense. strtol reads an empty word as zero, and redis-cli believes it.
fn leading_number(word: &[u8]) -> Option<Option<u64>> {
    let text = std::str::from_utf8(word).ok()?;
    let digits = text.trim_start();
    let unsigned = digits.strip_prefix(['-', '+']).unwrap_or(digits);
    if text.is_empty() {
        return Some(None);
    }
    if unsigned.is_empty() || !unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = digits.parse::<i64>().ok().filter(|&number| number > 0);
    Some(number.and_then(|number| u64::try_from(number).ok()))
}

/// The number that a text begins with, as atoi reads it; 0 for none.
fn text_number(text: &[u8]) -> i64 {
    let text = String::from_utf8_lossy(text);
    let text = text.trim_start();
    let digits = text
        .char_indices()
        .take_while(|(at, letter)| letter.is_ascii_digit() || (*at == 0 && "+-".contains(*letter)))
        .count();
    text[..digits].parse().unwrap_or(0)
}

fn port_number(text: &[u8]) -> u16 {
    u16::try_from(text_number(text)).unwrap_or(0)
}

/// Commands whose text is meant for people, which redis-cli prints without quotes.
fn prints_raw(args: &[Vec<u8>]) -> bool {
    let word = |at: usize| {
        let word = args.get(at).map_or(&[][..], |arg| &arg[..]);
        word.to_ascii_lowercase()
    };
    matches!(
        (word(0).as_slice(), word(1).as_slice(), args.len()),
        (b"info" | b"lolwut", _, _)
            | (
                b"debug",
                b"htstats" | b"htstats-key" | b"client-eviction",
                _
            )
            | (b"memory", b"malloc-stats" | b"doctor", _)
            | (b"cluster", b"nodes" | b"info", 2)
            | (b"client", b"list" | b"info", _)
            | (b"latency", b"graph", 3)
            | (b"latency", b"doctor", 2)
    )
}
