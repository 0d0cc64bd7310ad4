//! What `loglevel verbose` and `loglevel debug` add to the log.

use super::Server;
use crate::instance::{Client, LogLevel};

/// Time between two lines about what is held, in milliseconds.
const PERIOD_MS: i64 = 5000;

impl Server {
    /// A client has hung up; one that the server itself has closed is not worth a line.
    pub(super) fn tell_of_closed(&mut self, client: &Client) {
        if client.closing || !self.instance.logs(LogLevel::Verbose) {
            return;
        }
        let line = self.instance.describe(client, &client.output);
        let line = String::from_utf8_lossy(&line);
        let text = ["Client closed connection ", &line].concat();
        self.instance.log(LogLevel::Verbose, text);
    }

    /// How full the databases are, and at `debug` who is connected.
    pub(super) fn tell_sizes(&mut self) {
        let now_ms = self.cron_ms;
        let is_due = now_ms.saturating_sub(self.told_sizes_ms) >= PERIOD_MS;
        if !is_due || !self.instance.logs(LogLevel::Verbose) {
            return;
        }
        self.told_sizes_ms = now_ms;
        for (number, database) in self.keyspace.iter_mut().enumerate() {
            let [(slots, keys), (_, volatile)] = database.table_sizes();
            if keys + volatile > 0 {
                let text =
                    format!("DB {number}: {keys} keys ({volatile} volatile) in {slots} slots HT.");
                self.instance.log(LogLevel::Verbose, text);
            }
        }
        if self.instance.logs(LogLevel::Debug) && !self.instance.is_sentinel() {
            let replicas = self.instance.replicas().count();
            let clients = self.instance.clients.len().saturating_sub(replicas);
            let bytes = self.used_memory();
            let text =
                format!("{clients} clients connected ({replicas} replicas), {bytes} bytes in use");
            self.instance.log(LogLevel::Debug, text);
        }
    }
}
