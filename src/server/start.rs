//! What a server says in its log when it starts.

use super::Server;
use crate::commands::{Mode, table};
use crate::disk::Disk;
use crate::instance::{Config, ConfigError, LogLevel, REDIS_VERSION};

fn is_command_in(mode: Mode, name: &[u8]) -> bool {
    table().find(name).is_some_and(|entry| entry.is_in(mode))
}

impl Server {
    /// The configuration of a server, or of a sentinel; see [`Config::load`].
    ///
    /// # Errors
    /// [`ConfigError`] for what redis-server would not start with.
    pub fn configuration(
        sentinel: bool,
        path: Option<&str>,
        options: &[u8],
        folder: &str,
        disk: &dyn Disk,
    ) -> Result<Config, ConfigError> {
        match sentinel {
            true => Config::load_sentinel(path, options, folder, disk, |name| {
                is_command_in(Mode::Sentinel, name)
            }),
            false => Config::load(path, options, folder, disk, |name| {
                is_command_in(Mode::Server, name)
            }),
        }
    }

    /// Logs what redis-server logs first. The host calls it once, when [`Server::set_process`] has
    /// said who the process is.
    pub fn log_start(&mut self) {
        let now_us = self.instance.now_us();
        self.entered(now_us, |server| {
            let instance = &mut server.instance;
            let pid = instance.pid;
            let notice = LogLevel::Notice;
            // So far it could still become a daemon, whose parent it would be.
            instance.log_as(
                'C',
                notice,
                "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo",
            );
            let version = format!(
                "Redis version={REDIS_VERSION}, bits=64, commit=00000000, modified=0, pid={pid}, just started"
            );
            instance.log_as('C', notice, &version);
            if instance.config_path.is_some() {
                instance.log_as('C', notice, "Configuration loaded");
            } else {
                instance.log_as(
                    'C',
                    LogLevel::Warning,
                    "Warning: no config file specified, using the default config. In order to \
                     specify a config file use redis-server /path/to/redis.conf",
                );
            }
        });
    }

    /// Logs what redis-server logs when it listens and is about to load its data: the banner if the
    /// host wants it (at a terminal), or else a line.
    pub fn log_initialized(&mut self, banner: bool) {
        let now_us = self.instance.now_us();
        self.entered(now_us, |server| {
            let instance = &mut server.instance;
            let notice = LogLevel::Notice;
            let port = instance.config.port;
            let mode = match instance.is_sentinel() {
                true => "sentinel",
                false => "standalone",
            };
            if banner || instance.config.always_show_logo {
                let pid = instance.pid;
                instance.log_raw(&[
                    "",
                    "      ▁▂▃▄▅▆▇",
                    &format!("      Resplay, as Redis {REDIS_VERSION} 64 bit"),
                    &format!("      Running in {mode} mode"),
                    &format!("      Port: {port}"),
                    &format!("      PID: {pid}"),
                    "",
                ]);
            } else {
                instance.log(notice, format!("Running mode={mode}, port={port}."));
            }
            instance.log(notice, "Server initialized");
        });
    }

    /// Writes a line of the host's to the log.
    pub fn log(&mut self, now_us: i64, level: LogLevel, text: &str) {
        self.entered(now_us, |server| server.instance.log(level, text));
    }

    /// Logs that the data is there and clients are served.
    pub fn log_ready(&mut self) {
        let now_us = self.instance.now_us();
        self.entered(now_us, |server| {
            let text = "Ready to accept connections tcp";
            server.instance.log(LogLevel::Notice, text);
        });
    }

    /// Says which process this is, and which file (absolute) its configuration was read from.
    pub fn set_process(&mut self, pid: u32, config_path: Option<String>) {
        let now_us = self.instance.now_us();
        self.entered(now_us, |server| {
            server.instance.pid = pid;
            // A copy, so that its memory is counted as the server's.
            server.instance.config_path = config_path.clone();
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instance::Config;

    #[test]
    fn a_start_reads_as_redis_server_s() {
        // 23 November 2026, 22:05:59.001 UTC
        let mut server = Server::new(Config::default(), 1, 1_795_471_559_001_000);
        server.set_process(7, Some("/etc/redis/redis.conf".into()));
        server.log_start();
        server.log_initialized(false);
        server.log_ready();
        let lines = server.take_log();
        server.log_initialized(true);
        let banner = server.take_log();
        assert!(
            banner.iter().any(|line| line.ends_with(" PID: 7")),
            "{banner:?}"
        );
        assert_eq!(
            lines[0],
            "7:C 23 Nov 2026 22:05:59.001 * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo"
        );
        let messages: Vec<&str> = lines.iter().map(|line| &line[31..]).collect();
        assert_eq!(
            messages[1..],
            [
                "Redis version=7.2.4, bits=64, commit=00000000, modified=0, pid=7, just started",
                "Configuration loaded",
                "Running mode=standalone, port=6379.",
                "Server initialized",
                "Ready to accept connections tcp",
            ]
        );
    }
}
