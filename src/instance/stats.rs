//! Counters that INFO tells of.

use crate::map::SortedMap;

/// Samples that an instantaneous rate is averaged over, one every 100 ms.
const SAMPLES: usize = 16;

/// Kinds of error replies counted apart; clients could invent codes without end.
const MAX_ERROR_KINDS: usize = 128;

/// What INFO commandstats tells of one command.
#[derive(Clone, Copy, Debug, Default)]
pub struct CommandStats {
    /// Times it ran.
    pub calls: u64,
    /// Microseconds that it took in all, as far as they were measured.
    pub microseconds: u64,
    /// Times it was refused before running.
    pub rejected: u64,
    /// Times it answered an error.
    pub failed: u64,
}

/// A counter read every 100 ms, and how fast it rises.
#[derive(Debug, Default)]
struct Rate {
    last: u64,
    samples: [f64; SAMPLES],
    next: usize,
}

impl Rate {
    fn sample(&mut self, value: u64, elapsed_ms: i64) {
        let risen = value.saturating_sub(self.last) as f64;
        self.samples[self.next] = risen * 1000.0 / elapsed_ms.max(1) as f64;
        self.next = (self.next + 1) % SAMPLES;
        self.last = value;
    }

    fn per_second(&self) -> f64 {
        self.samples.iter().sum::<f64>() / SAMPLES as f64
    }
}

/// All counters of a server but those that databases keep.
#[derive(Debug)]
pub struct Stats {
    /// Connections accepted.
    pub connections: u64,
    /// Connections refused, because there were maxclients.
    pub rejected_connections: u64,
    /// Bytes that a primary has sent this replica.
    pub repl_bytes_in: u64,
    /// Bytes sent to replicas.
    pub repl_bytes_out: u64,
    /// Commands of a primary that failed here.
    pub unexpected_errors: u64,
    /// Times that a client sent something.
    pub reads: u64,
    /// Times that the host took something for a client.
    pub takes: u64,
    /// Microseconds that the server has run.
    pub busy_us: i64,
    /// Clients closed to make room (maxmemory-clients).
    pub evicted_clients: u64,
    /// Commands run.
    pub commands: u64,
    /// Bytes received.
    pub bytes_in: u64,
    /// Bytes sent.
    pub bytes_out: u64,
    /// Most memory held at a time.
    pub peak_memory: usize,
    /// Clients closed because their output was beyond its limit.
    pub output_limit_disconnections: u64,
    /// Clients closed because their input was beyond its limit.
    pub query_limit_disconnections: u64,
    /// Error replies in all.
    pub error_replies: u64,
    /// Error replies by their code.
    pub errors: SortedMap<Vec<u8>, u64>,
    /// By the command's id.
    pub by_command: Vec<CommandStats>,
    command_rate: Rate,
    input_rate: Rate,
    output_rate: Rate,
    sampled_ms: i64,
}

impl Stats {
    /// Zeros for `commands` commands.
    pub fn new(commands: usize) -> Self {
        Stats {
            connections: 0,
            rejected_connections: 0,
            repl_bytes_in: 0,
            repl_bytes_out: 0,
            unexpected_errors: 0,
            reads: 0,
            takes: 0,
            busy_us: 0,
            evicted_clients: 0,
            commands: 0,
            bytes_in: 0,
            bytes_out: 0,
            peak_memory: 0,
            output_limit_disconnections: 0,
            query_limit_disconnections: 0,
            error_replies: 0,
            errors: SortedMap::new(),
            by_command: vec![CommandStats::default(); commands],
            command_rate: Rate::default(),
            input_rate: Rate::default(),
            output_rate: Rate::default(),
            sampled_ms: 0,
        }
    }

    /// CONFIG RESETSTAT.
    pub fn reset(&mut self) {
        let (peak_memory, busy_us) = (self.peak_memory, self.busy_us);
        *self = Stats::new(self.by_command.len());
        self.peak_memory = peak_memory;
        self.busy_us = busy_us;
    }

    /// Counts an error reply by its code.
    pub fn count_error(&mut self, code: &[u8]) {
        self.error_replies += 1;
        if let Some(count) = self.errors.get_mut(code) {
            *count += 1;
        } else if self.errors.len() < MAX_ERROR_KINDS {
            self.errors.insert(code.to_vec(), 1);
        }
    }

    /// Takes a sample for the rates; cron calls it every 100 ms.
    pub fn sample(&mut self, now_ms: i64) {
        let elapsed = now_ms - self.sampled_ms;
        // Cron may come more often.
        if self.sampled_ms != 0 && (0..100).contains(&elapsed) {
            return;
        }
        if self.sampled_ms != 0 && elapsed > 0 {
            self.command_rate.sample(self.commands, elapsed);
            self.input_rate.sample(self.bytes_in, elapsed);
            self.output_rate.sample(self.bytes_out, elapsed);
        }
        self.sampled_ms = now_ms;
    }

    /// Commands per second over the last 1.6 seconds.
    pub fn commands_per_second(&self) -> f64 {
        self.command_rate.per_second()
    }

    /// Bytes received per second.
    pub fn input_per_second(&self) -> f64 {
        self.input_rate.per_second()
    }

    /// Bytes sent per second.
    pub fn output_per_second(&self) -> f64 {
        self.output_rate.per_second()
    }
}
