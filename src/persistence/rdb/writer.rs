//! A snapshot being written, record by record.

use super::crc64::crc64;
use super::format::{MAGIC, VERSION, opcode};
use super::output::{Output, kind_of};
use crate::instance::{Instance, REDIS_VERSION};
use crate::keyspace::{AccessClock, Record};
use crate::types::dict::Entry;

/// What a snapshot holds besides the data.
#[derive(Clone, Copy, Debug)]
pub struct WriteOptions {
    /// rdbcompression
    pub compress: bool,
    /// rdbchecksum
    pub checksum: bool,
    /// How recently or often keys were used.
    pub usage: Usage,
}

/// Which of a key's usage is written, as maxmemory-policy asks.
#[derive(Clone, Copy, Debug)]
pub enum Usage {
    /// Nothing.
    None,
    /// Seconds since the last use, by this clock.
    Idle(AccessClock),
    /// The logarithmic counter, by this clock.
    Frequency(AccessClock),
}

impl WriteOptions {
    /// The options of the configuration.
    pub fn of(instance: &Instance) -> Self {
        let policy = instance.config.maxmemory_policy;
        WriteOptions {
            compress: instance.config.rdbcompression,
            checksum: instance.config.rdbchecksum,
            usage: if policy.is_lfu() {
                Usage::Frequency(instance.access_clock())
            } else if policy.is_lru() {
                Usage::Idle(instance.access_clock())
            } else {
                Usage::None
            },
        }
    }
}

/// What Redis 7.0 says about itself at the head of a snapshot; `preamble` when it is the first part of
/// an append-only file.
pub fn aux_fields(instance: &Instance, preamble: bool) -> Vec<(&'static str, String)> {
    let mut fields = vec![
        ("redis-ver", REDIS_VERSION.to_string()),
        ("redis-bits", usize::BITS.to_string()),
        ("ctime", (instance.now_ms() / 1000).to_string()),
        ("used-mem", instance.used_memory().to_string()),
    ];
    // Who loads it may go on with the stream from here.
    if let Some(place) = instance.stream_place() {
        fields.push(("repl-stream-db", place.db.to_string()));
        fields.push(("repl-id", place.id));
        fields.push(("repl-offset", place.offset.to_string()));
    }
    fields.push(("aof-base", u8::from(preamble).to_string()));
    fields
}

/// Writes a snapshot in version 10, which Redis 7.0 and later load.
pub struct Writer {
    output: Output,
    options: WriteOptions,
    /// Checksum of all bytes that were taken.
    sum: u64,
}

impl Writer {
    /// Begins a snapshot with these fields (see [`aux_fields`]).
    pub fn new(options: WriteOptions, aux: &[(&str, String)]) -> Self {
        let mut output = Output::new(options.compress);
        output.bytes.extend_from_slice(MAGIC);
        output
            .bytes
            .extend_from_slice(format!("{VERSION:04}").as_bytes());
        for (name, value) in aux {
            output.byte(opcode::AUX);
            output.string(name.as_bytes());
            output.string(value.as_bytes());
        }
        Writer {
            output,
            options,
            sum: 0,
        }
    }

    /// A library of functions: its code. They stand before the first database.
    pub fn function(&mut self, code: &[u8]) {
        self.output.byte(opcode::FUNCTION2);
        self.output.string(code);
    }

    /// The records that follow are of database `db`, which has `keys` keys of which `volatile` expire.
    /// Databases without keys are left out.
    pub fn select(&mut self, db: usize, keys: usize, volatile: usize) {
        self.output.byte(opcode::SELECTDB);
        self.output.length(db as u64);
        self.output.byte(opcode::RESIZEDB);
        self.output.length(keys as u64);
        self.output.length(volatile as u64);
    }

    /// One key. O(size of its value).
    pub fn record(&mut self, record: &Record) {
        let output = &mut self.output;
        if let Some(at) = record.expire_at() {
            output.byte(opcode::EXPIRETIME_MS);
            output.bytes.extend_from_slice(&at.to_le_bytes());
        }
        match self.options.usage {
            Usage::None => {}
            Usage::Idle(clock) => {
                output.byte(opcode::IDLE);
                output.length(u64::from(clock.idle_seconds(record.access())));
            }
            Usage::Frequency(clock) => {
                output.byte(opcode::FREQ);
                output.byte(clock.frequency(record.access()));
            }
        }
        output.byte(kind_of(record.value()));
        output.string(record.key());
        output.value(record.value());
    }

    /// Ends the snapshot; take the last bytes then.
    pub fn finish(&mut self) {
        self.output.byte(opcode::EOF);
        self.add_up();
        let sum = if self.options.checksum { self.sum } else { 0 };
        self.output.bytes.extend_from_slice(&sum.to_le_bytes());
    }

    /// Bytes made and not yet taken.
    pub fn pending_len(&self) -> usize {
        self.output.bytes.len()
    }

    /// Takes the bytes made since the last call.
    pub fn pending(&mut self) -> Vec<u8> {
        self.add_up();
        std::mem::take(&mut self.output.bytes)
    }

    fn add_up(&mut self) {
        if self.options.checksum {
            self.sum = crc64(self.sum, &self.output.bytes);
        }
    }
}
