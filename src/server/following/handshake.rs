//! The handshake of a replica with its primary, up to the reply to PSYNC.

use crate::commands::{abort_failover, end_failover};
use crate::instance::{Client, LogLevel};
use crate::replication::{Stage, Step};
use crate::server::Server;
use crate::types::numbers::parse_i64;

/// Longest line that a primary may answer with, in bytes.
const LONGEST_LINE: usize = 64 * 1024;

impl Server {
    /// The link is open: is there a primary behind it?
    pub(super) fn greet_primary(&mut self) {
        let text = "Non blocking connect for SYNC fired the event.";
        self.instance.log(LogLevel::Notice, text);
        self.instance.follower.stage = Stage::Handshake(Step::Ping);
        self.instance.tell_primary(&[b"PING"]);
    }

    /// The next line that the primary has sent, without its end; a lone line end says that it is there.
    pub(super) fn primary_line(&mut self) -> Option<String> {
        let input = &mut self.instance.follower.input;
        loop {
            let Some(end) = memchr::memchr(b'\n', input) else {
                if input.len() > LONGEST_LINE {
                    self.instance.drop_primary_link();
                }
                return None;
            };
            let line: Vec<u8> = input.drain(..=end).collect();
            let line = line.strip_suffix(b"\n").unwrap_or(&line);
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if !line.is_empty() {
                return Some(String::from_utf8_lossy(line).into_owned());
            }
        }
    }

    /// The primary's reply to a step of the handshake.
    pub(super) fn hear_reply(&mut self, step: Step) {
        let Some(line) = self.primary_line() else {
            return;
        };
        let error = line.strip_prefix('-');
        match step {
            Step::Ping => {
                let tolerated = ["-NOAUTH", "-NOPERM", "-ERR operation not permitted"];
                let is_there =
                    line.starts_with('+') || tolerated.iter().any(|start| line.starts_with(start));
                if !is_there {
                    let text = ["Error reply to PING from master: '", &line, "'"].concat();
                    self.instance.log(LogLevel::Warning, text);
                    return self.instance.drop_primary_link();
                }
                let text = "Master replied to PING, replication can continue...";
                self.instance.log(LogLevel::Notice, text);
                self.introduce();
            }
            Step::Auth => {
                if error.is_some() {
                    let text = ["Unable to AUTH to MASTER: ", &line].concat();
                    self.instance.log(LogLevel::Warning, text);
                    return self.instance.drop_primary_link();
                }
                self.await_reply(Step::Port);
            }
            Step::Port => {
                self.not_understood("listening-port", &line);
                match self.instance.config.replica_announce_ip.is_empty() {
                    true => self.await_reply(Step::Capabilities),
                    false => self.await_reply(Step::Address),
                }
            }
            Step::Address => {
                self.not_understood("ip-address", &line);
                self.await_reply(Step::Capabilities);
            }
            Step::Capabilities => {
                self.not_understood("capa", &line);
                self.ask_to_resume();
            }
            Step::Psync => self.hear_psync(&line),
        }
    }

    fn await_reply(&mut self, step: Step) {
        self.instance.follower.stage = Stage::Handshake(step);
    }

    fn not_understood(&mut self, option: &str, line: &str) {
        if line.starts_with('-') {
            let text = [
                "(Non critical) Master does not understand REPLCONF ",
                option,
                ": ",
                line,
            ];
            self.instance.log(LogLevel::Notice, text.concat());
        }
    }

    /// Logs in, and says where this replica listens and what it understands.
    fn introduce(&mut self) {
        let config = &self.instance.config;
        let (user, password) = (config.masteruser.clone(), config.masterauth.clone());
        let port = match config.replica_announce_port {
            0 => config.port,
            port => port,
        };
        let (port, address) = (port.to_string(), config.replica_announce_ip.clone());
        let instance = &mut self.instance;
        let logs_in = !password.is_empty();
        match (logs_in, user.is_empty()) {
            (false, _) => {}
            (true, true) => instance.tell_primary(&[b"AUTH", password.as_bytes()]),
            (true, false) => {
                instance.tell_primary(&[b"AUTH", user.as_bytes(), password.as_bytes()]);
            }
        }
        instance.tell_primary(&[b"REPLCONF", b"listening-port", port.as_bytes()]);
        if !address.is_empty() {
            instance.tell_primary(&[b"REPLCONF", b"ip-address", address.as_bytes()]);
        }
        instance.tell_primary(&[b"REPLCONF", b"capa", b"eof", b"capa", b"psync2"]);
        self.await_reply(if logs_in { Step::Auth } else { Step::Port });
    }

    fn ask_to_resume(&mut self) {
        let mut id = String::from("?");
        let mut offset = String::from("-1");
        if self.instance.follower.resumable {
            id = self.instance.primary.id().to_owned();
            offset = (self.instance.primary.offset() + 1).to_string();
            let text = format!("Trying a partial resynchronization (request {id}:{offset}).");
            self.instance.log(LogLevel::Notice, text);
        } else {
            let text = "Partial resynchronization not possible (no cached master)";
            self.instance.log(LogLevel::Notice, text);
        }
        let mut words = vec![b"PSYNC".as_slice(), id.as_bytes(), offset.as_bytes()];
        if self.instance.failover.is_some() {
            let text = "Initiating failover request.";
            self.instance.log(LogLevel::Notice, text);
            words.push(b"FAILOVER");
        }
        self.instance.tell_primary(&words);
        self.await_reply(Step::Psync);
    }

    fn hear_psync(&mut self, line: &str) {
        let mut words = line.split(' ');
        let accepted = line.starts_with("+FULLRESYNC") || line.starts_with("+CONTINUE");
        if self.instance.failover.is_some() {
            let (keyspace, instance) = (&mut self.keyspace, &mut self.instance);
            if !accepted {
                let why = "Failover target rejected psync request";
                return abort_failover(keyspace, instance, &mut self.effects, why);
            }
            end_failover(keyspace, instance);
        }
        match words.next().unwrap_or_default() {
            "+FULLRESYNC" => {
                let id = words.next().filter(|id| id.len() == 40).map(str::to_owned);
                let offset = words.next().and_then(|it| parse_i64(it.as_bytes()));
                let offset = offset.and_then(|offset| u64::try_from(offset).ok());
                let Some((id, offset)) = id.zip(offset) else {
                    let text = "Master replied with wrong +FULLRESYNC syntax.";
                    self.instance.log(LogLevel::Warning, text);
                    return self.instance.drop_primary_link();
                };
                let text = format!("Full resync from master: {id}:{offset}");
                self.instance.log(LogLevel::Notice, text);
                self.instance.follower.initial = Some((id, offset));
                self.begin_transfer();
            }
            "+CONTINUE" => {
                let text = "Successful partial resynchronization with master.";
                self.instance.log(LogLevel::Notice, text);
                if let Some(id) = words.next().filter(|id| id.len() == 40)
                    && id != self.instance.primary.id()
                {
                    self.instance.primary.go_on_as(id.to_owned());
                    let text = ["Master replication ID changed to ", id].concat();
                    self.instance.log(LogLevel::Notice, text);
                    // They are to learn the new name.
                    self.instance.close_replicas();
                }
                self.hear_from_now_on();
                let text = "MASTER <-> REPLICA sync: Master accepted a Partial Resynchronization.";
                self.instance.log(LogLevel::Notice, text);
            }
            "-NOMASTERLINK" | "-LOADING" => {
                let text = "Master is currently unable to PSYNC but should be in the future: ";
                let text = [text, line].concat();
                self.instance.log(LogLevel::Notice, text);
                self.instance.drop_primary_link();
            }
            _ => {
                let text = match line.starts_with("-ERR") {
                    true => format!(
                        "Master does not support PSYNC or is in error state (reply: {line})"
                    ),
                    false => format!("Unexpected reply to PSYNC from master: {line}"),
                };
                self.instance.log(LogLevel::Notice, text);
                let text = "Retrying with SYNC...";
                self.instance.log(LogLevel::Notice, text);
                self.instance.tell_primary(&[b"SYNC"]);
                self.begin_transfer();
            }
        }
    }

    /// From here on the link brings the stream.
    pub(super) fn hear_from_now_on(&mut self) {
        use crate::network::LinkState;
        let id = self.instance.clients.next_id();
        let now_ms = self.instance.now_ms();
        let link = self.instance.follower.link;
        let state = link.and_then(|link| self.instance.links.state(link));
        let (local_addr, addr) = match state {
            Some(LinkState::Open { local, peer }) => (local.clone(), peer.clone()),
            _ => (String::new(), String::new()),
        };
        let mut client = Box::new(Client {
            id,
            addr,
            local_addr,
            connected_ms: now_ms,
            active_ms: now_ms,
            is_primary: true,
            trusted: true,
            authenticated: true,
            db: self.instance.follower.db,
            ..Client::default()
        });
        self.instance.acl.settle(&mut client);
        self.instance.clients.insert(client);
        self.instance.follower.client = Some(id);
        self.instance.follower.stage = Stage::Connected;
        self.instance.follower.resumable = true;
        self.instance.follower.heard_ms = now_ms;
        self.instance.acknowledge();
    }
}
