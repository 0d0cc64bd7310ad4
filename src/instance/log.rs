//! The server's log: lines as redis-server writes them, kept until the host takes them and
//! until they are in the log file.

use std::collections::VecDeque;

use super::Instance;
use super::config::Named;
use crate::disk::{Disk, DiskError, resolve};
use crate::memory::apart;
use crate::types::calendar::log_time;

/// Lines kept for a host that does not take them.
const MAX_LINES: usize = 1000;

/// Longest message, in bytes.
const MAX_MESSAGE: usize = 1024;

/// How much a line matters; loglevel names the least that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// For who works on the server.
    Debug,
    /// Now and then of use.
    Verbose,
    /// What one wants to know of a server that works.
    Notice,
    /// What needs a look.
    Warning,
    /// As a loglevel: nothing is written.
    Nothing,
}

impl Named for LogLevel {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("debug", LogLevel::Debug),
        ("verbose", LogLevel::Verbose),
        ("notice", LogLevel::Notice),
        ("warning", LogLevel::Warning),
        ("nothing", LogLevel::Nothing),
    ];
}

/// Lines on their way out. They are not counted as the server's memory.
#[derive(Default)]
pub struct Log {
    lines: VecDeque<String>,
    /// How many of the newest lines are not in the log file yet.
    unwritten: usize,
}

impl Log {
    fn push(&mut self, line: String) {
        if self.lines.len() == MAX_LINES {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
        self.unwritten = (self.unwritten + 1).min(MAX_LINES);
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        let lines = std::mem::take(&mut self.lines);
        apart(|| drop(lines));
    }
}

impl Instance {
    /// Whether loglevel lets lines of this level into the log.
    pub fn logs(&self, level: LogLevel) -> bool {
        level >= self.config.loglevel
    }

    /// Writes a line to the log if loglevel lets it: pid, role, time (UTC), level, text.
    pub fn log(&mut self, level: LogLevel, text: impl AsRef<str>) {
        let role = match (self.is_sentinel(), self.is_replica()) {
            (true, _) => 'X',
            (false, true) => 'S',
            (false, false) => 'M',
        };
        self.log_as(role, level, text.as_ref());
    }

    /// Like [`Instance::log`], as a process in the role `role`: `M` a master, `S` a replica,
    /// `C` a child or a process that only starts.
    pub fn log_as(&mut self, role: char, level: LogLevel, text: &str) {
        if !self.logs(level) {
            return;
        }
        let mark = match level {
            LogLevel::Debug => '.',
            LogLevel::Verbose => '-',
            LogLevel::Notice => '*',
            LogLevel::Warning | LogLevel::Nothing => '#',
        };
        let (pid, now_ms) = (self.pid, self.now_ms());
        apart(|| {
            let line = format!(
                "{pid}:{role} {} {mark} {}",
                log_time(now_ms),
                shortened(text)
            );
            self.log.push(line);
        });
    }

    /// Writes lines as they are, at notice.
    pub fn log_raw(&mut self, lines: &[&str]) {
        if self.config.loglevel <= LogLevel::Notice {
            apart(|| lines.iter().for_each(|line| self.log.push((*line).into())));
        }
    }

    /// Appends the lines that are new to the log file, if there is one. Nothing comes of it when
    /// that fails: a server does not stop because its log does.
    pub fn write_log(&mut self) {
        let new = std::mem::take(&mut self.log.unwritten);
        if new == 0 || self.config.logfile.is_empty() {
            return;
        }
        let from = self.log.lines.len().saturating_sub(new);
        let (disk, log, config) = (&mut self.disk, &self.log, &self.config);
        let text = apart(|| {
            let mut text = String::new();
            for line in log.lines.iter().skip(from) {
                text.push_str(line);
                text.push('\n');
            }
            text
        });
        let path = resolve(&config.dir, &config.logfile);
        if disk.append(&path, text.as_bytes()) == Err(DiskError::NotFound)
            && disk.create(&path).is_ok()
        {
            // No room for a line is nothing that the log could tell.
            let _ = disk.append(&path, text.as_bytes());
        }
        apart(|| drop(text));
    }

    /// The lines since the last call, the oldest first; of more than 1000 the newest. They are
    /// the caller's memory from here on.
    pub fn take_log(&mut self) -> Vec<String> {
        self.write_log();
        let lines = std::mem::take(&mut self.log.lines);
        apart(|| lines.into())
    }
}

/// At most [`MAX_MESSAGE`] bytes of `text`.
fn shortened(text: &str) -> &str {
    let mut ends = (0..=MAX_MESSAGE.min(text.len())).rev();
    let end = ends.find(|&end| text.is_char_boundary(end));
    text.get(..end.unwrap_or(0)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::{MemoryDisk, MountedDisk, read_all};
    use crate::instance::Config;

    fn instance(config: Config) -> Instance {
        // 29 February 2024, 23:59:59.007 UTC
        let mut instance = Instance::new(config, 1, 1_709_251_199_007_000, 0);
        instance.pid = 42;
        instance.disk = MountedDisk::new(Box::new(MemoryDisk::with_directories(&["/var/log"])));
        instance
    }

    #[test]
    fn lines_look_as_redis_server_s() {
        let mut instance = instance(Config::default());
        instance.log(LogLevel::Verbose, "not at notice");
        instance.log(LogLevel::Notice, "DB saved on disk");
        instance.log_as('C', LogLevel::Warning, "starting");
        assert_eq!(
            instance.take_log(),
            [
                "42:M 29 Feb 2024 23:59:59.007 * DB saved on disk",
                "42:C 29 Feb 2024 23:59:59.007 # starting"
            ]
        );
        assert!(instance.take_log().is_empty());
    }
    #[test]
    fn the_file_gets_each_line_once_and_failing_harms_nobody() {
        let mut instance = instance(Config {
            logfile: "/var/log/redis.log".into(),
            ..Config::default()
        });
        instance.log(LogLevel::Notice, "one");
        instance.write_log();
        instance.write_log();
        instance.log(LogLevel::Notice, String::from("two"));
        assert_eq!(instance.take_log().len(), 2);
        let written = read_all(&instance.disk, "/var/log/redis.log", 1000).unwrap();
        let written = String::from_utf8(written).unwrap();
        let texts: Vec<&str> = written.lines().map(|line| &line[30..]).collect();
        assert_eq!(texts, ["* one", "* two"]);
        instance.config.logfile = "/nosuch/redis.log".into();
        instance.log(LogLevel::Notice, "three");
        instance.write_log();
        assert_eq!(instance.take_log().len(), 1);
    }

    #[test]
    fn what_nobody_takes_is_bounded_and_not_the_server_s_memory() {
        let mut instance = instance(Config::default());
        let before = crate::memory::allocated();
        for number in 0..MAX_LINES + 10 {
            instance.log(LogLevel::Notice, "x".repeat(5000) + &number.to_string());
        }
        assert_eq!(crate::memory::allocated(), before);
        assert_eq!(instance.take_log().len(), MAX_LINES);
    }
}
