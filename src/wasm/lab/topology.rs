//! The lab as a picture shows it: who runs where, who follows whom, what passes between them, and what has happened.

use super::Lab;
use crate::lab::{Act, Endpoint, Line, Message, Node};

/// A process.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(target_arch = "wasm32", derive(serde::Serialize))]
#[cfg_attr(target_arch = "wasm32", serde(rename_all = "camelCase"))]
pub struct TopologyNode {
    /// What it is called.
    pub name: String,
    /// `primary`, `replica` or `sentinel`; none while it does not run.
    pub role: Option<&'static str>,
    /// The name of the primary that a replica follows.
    pub primary: Option<String>,
    /// Whether its link to that primary is up.
    pub link: bool,
    /// How far its replication stream is, in bytes.
    pub offset: f64,
    /// The primaries that a sentinel watches: where each is, as far as it knows, and whether it takes it for down.
    pub watches: Vec<Watch>,
}

/// What a sentinel thinks of a primary.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(target_arch = "wasm32", derive(serde::Serialize))]
pub struct Watch {
    /// The name of the process, if it is one of the lab's.
    pub process: Option<String>,
    /// `ok`, `sdown`, `odown` or `failover`.
    pub state: &'static str,
}

/// A line that is cut, in one direction.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(target_arch = "wasm32", derive(serde::Serialize))]
pub struct CutLine {
    /// The process that is not heard.
    pub from: String,
    /// The process that does not hear it.
    pub to: String,
}

/// A message on its way.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(target_arch = "wasm32", derive(serde::Serialize))]
#[cfg_attr(target_arch = "wasm32", serde(rename_all = "camelCase"))]
pub struct TopologyMessage {
    /// The process that sends it.
    pub from: String,
    /// The process that it goes to.
    pub to: String,
    /// What it is.
    pub kind: Message,
    /// When it was sent, in milliseconds since 1970.
    pub sent: f64,
    /// When it arrives, in milliseconds since 1970.
    pub arrives: f64,
    /// Its length in bytes.
    pub length: f64,
}

/// A line of a log.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(target_arch = "wasm32", derive(serde::Serialize))]
pub struct TopologyEvent {
    /// Grows with each.
    pub number: f64,
    /// When, in milliseconds since 1970.
    pub at: f64,
    /// The process that says so.
    pub process: String,
    /// What it says.
    pub text: String,
}

/// All of it.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(target_arch = "wasm32", derive(serde::Serialize))]
pub struct Topology {
    /// The processes.
    pub nodes: Vec<TopologyNode>,
    /// The lines that are cut.
    pub cuts: Vec<CutLine>,
    /// Messages since the last call.
    pub messages: Vec<TopologyMessage>,
    /// Lines of logs since the one that was named.
    pub events: Vec<TopologyEvent>,
}

/// Lines of logs that are handed over at a time.
const MAX_EVENTS: usize = 2000;

impl Lab {
    /// Begins to note messages, or ends.
    pub fn watch_messages(&mut self, on: bool) {
        self.timeline.machine_mut().watch_messages(on);
    }

    /// The lab as a picture shows it, with what has happened after the event of this number.
    pub fn topology(&mut self, after: f64) -> Topology {
        let messages = self.timeline.machine_mut().take_messages();
        let machine = self.timeline.machine();
        let name = |index: usize| machine.name_of(index);
        let instances = machine.instances();
        let called = |host: &str, port: i64| {
            let at = machine.endpoint(&format!("{host}:{port}"))?;
            Some(machine.name(at))
        };
        let nodes = instances.iter().map(|instance| {
            let server = machine
                .endpoint(&instance.name)
                .and_then(|at| machine.server(at));
            let mut node = TopologyNode {
                name: instance.name.clone(),
                role: None,
                primary: None,
                link: false,
                offset: 0.0,
                watches: Vec::new(),
            };
            let Some(server) = server else { return node };
            let standing = server.instance().standing();
            node.role = Some(standing.role);
            node.link = standing.link_is_up;
            node.offset = standing.offset as f64;
            if let Some((host, port)) = standing.primary {
                node.primary = called(&host, port);
            }
            let watches = standing.watches.into_iter();
            node.watches = watches
                .map(|(host, port, state)| Watch {
                    process: called(&host, port),
                    state,
                })
                .collect();
            node
        });
        let process = |node| match node {
            Node::Process(index) => Some(name(index)),
            Node::Outside => None,
        };
        let cuts = machine.conditions().cuts().filter_map(|(from, to)| {
            Some(CutLine {
                from: process(from)?,
                to: process(to)?,
            })
        });
        let messages = messages.into_iter().map(|trace| TopologyMessage {
            from: name(trace.from),
            to: name(trace.to),
            kind: trace.message,
            sent: trace.sent_us as f64 / 1000.0,
            arrives: trace.arrives_us as f64 / 1000.0,
            length: trace.len as f64,
        });
        // A banner is no event.
        let events = machine.log_since(after as u64);
        let events = events.filter(|line| line.text.starts_with(|it: char| it.is_ascii_digit()));
        let events: Vec<_> = events.collect();
        let events = events.iter().skip(events.len().saturating_sub(MAX_EVENTS));
        let events = events.map(|line| TopologyEvent {
            number: line.number as f64,
            at: line.at_us as f64 / 1000.0,
            process: name(line.process),
            text: line.text.clone(),
        });
        Topology {
            nodes: nodes.collect(),
            cuts: cuts.collect(),
            messages: messages.collect(),
            events: events.collect(),
        }
    }

    fn both(&self, from: &str, to: &str) -> Option<(Node, Node)> {
        let machine = self.timeline.machine();
        let node = |name: &str| match name {
            "" => Some(Node::Outside),
            name => machine.node(machine.endpoint(name)?),
        };
        Some((node(from)?, node(to)?))
    }

    /// Cuts the line from one process to another, or mends it. An empty name is who is outside.
    pub fn cut(&mut self, from: &str, to: &str, cut: bool) {
        self.catch_up();
        if let Some((from, to)) = self.both(from, to) {
            self.timeline.cut(from, to, cut);
        }
    }

    /// Sets the line from one process to another; between all processes when both names are empty.
    pub fn set_line(&mut self, from: &str, to: &str, line: Line) {
        self.catch_up();
        match (from, to) {
            ("", "") => self.timeline.set_lines(line),
            _ => {
                if let Some((from, to)) = self.both(from, to) {
                    self.timeline.set_line(from, to, Some(line));
                }
            }
        }
    }

    /// Mends all lines, and has none of them be slow.
    pub fn heal(&mut self) {
        self.catch_up();
        self.timeline.heal();
    }

    /// kill -STOP and kill -CONT.
    pub fn pause_process(&mut self, name: &str, stopped: bool) {
        self.catch_up();
        if let Some(at) = self.at(name) {
            self.timeline.pause(at, stopped);
        }
    }

    /// Takes a process that has ended off the list.
    pub fn forget(&mut self, name: &str) {
        self.catch_up();
        if let Some(at) = self.at(name) {
            self.timeline.forget(at);
        }
    }

    /// What was done to processes and lines from outside: when, in milliseconds since 1970, what, and to which process.
    pub fn deeds(&self) -> Vec<(f64, &'static str, String)> {
        let machine = self.timeline.machine();
        let at = |at: &Endpoint| machine.name(*at);
        let deeds = self.timeline.acts().filter_map(|(at_us, act)| {
            let (what, process) = match act {
                Act::Start(who) => ("start", at(who)),
                Act::Launch(words, ..) => ("launch", words.join(" ")),
                Act::Kill(who) => ("kill", at(who)),
                Act::Pause(who, true) => ("pause", at(who)),
                Act::Pause(who, false) => ("continue", at(who)),
                Act::Cut(_, _, true) => ("cut", String::new()),
                Act::Cut(_, _, false) | Act::Heal => ("mend", String::new()),
                Act::PowerCut(_) => ("power", String::new()),
                _ => return None,
            };
            Some((at_us as f64 / 1000.0, what, process))
        });
        deeds.collect()
    }
}
