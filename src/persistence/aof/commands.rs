//! A base file as commands: the fewest that make the data again.

use super::annotate;
use crate::instance::Instance;
use crate::keyspace::{Record, SnapshotEncoder, ValueRef};
use crate::persistence::rdb::{WriteOptions, Writer, aux_fields};
use crate::resp::{write_bulk, write_command, write_length};
use crate::types::dict::Entry;
use crate::types::listpack::Element;
use crate::types::numbers::format_f64;

/// Elements of one command at most.
const ITEMS_PER_COMMAND: usize = 64;

/// Writes records as commands.
pub struct CommandWriter {
    out: Vec<u8>,
    selected: Option<usize>,
}

impl CommandWriter {
    /// Begins a base file at the present time.
    pub fn new(instance: &Instance) -> Self {
        let mut out = Vec::new();
        if instance.config.aof_timestamp_enabled {
            annotate(&mut out, instance.now_ms().div_euclid(1000));
        }
        for (_, library) in instance.functions.libraries().iter() {
            let words = [b"FUNCTION".as_slice(), b"LOAD", &library.code];
            write_command(&mut out, words.into_iter());
        }
        CommandWriter {
            out,
            selected: None,
        }
    }

    fn element(&mut self, element: Element<'_>) {
        write_bulk(&mut self.out, element.bytes(&mut itoa::Buffer::new()));
    }

    fn value(&mut self, key: &[u8], value: ValueRef<'_>) {
        // What begins a command at every 64th item of `words` words each.
        let begin = |out: &mut Vec<u8>, name: &[u8], item: usize, len: usize, words: usize| {
            if item.is_multiple_of(ITEMS_PER_COMMAND) {
                let items = ITEMS_PER_COMMAND.min(len - item);
                write_length(out, b'*', 2 + items * words);
                write_bulk(out, name);
                write_bulk(out, key);
            }
        };
        match value {
            ValueRef::Stream(stream) => super::stream::write(&mut self.out, key, stream),
            ValueRef::String(string) => {
                let mut digits = itoa::Buffer::new();
                let words = [b"SET", key, string.as_bytes(&mut digits)];
                write_command(&mut self.out, words.into_iter());
            }
            ValueRef::List(list) => {
                for (item, element) in list.iter().enumerate() {
                    begin(&mut self.out, b"RPUSH", item, list.len(), 1);
                    self.element(element);
                }
            }
            ValueRef::Set(set) => {
                for (item, member) in set.iter().enumerate() {
                    begin(&mut self.out, b"SADD", item, set.len(), 1);
                    self.element(member);
                }
            }
            ValueRef::SortedSet(sorted_set) => {
                for (item, (member, score)) in sorted_set.iter().enumerate() {
                    begin(&mut self.out, b"ZADD", item, sorted_set.len(), 2);
                    write_bulk(&mut self.out, format_f64(score).as_str().as_bytes());
                    self.element(member);
                }
            }
            ValueRef::Hash(hash) => {
                for (item, (field, value)) in hash.iter().enumerate() {
                    begin(&mut self.out, b"HMSET", item, hash.len(), 2);
                    self.element(field);
                    self.element(value);
                }
            }
        }
    }
}

impl SnapshotEncoder for CommandWriter {
    fn record(&mut self, db: usize, record: &Record) {
        let mut digits = itoa::Buffer::new();
        if self.selected != Some(db) {
            self.selected = Some(db);
            let words = [b"SELECT".as_slice(), digits.format(db).as_bytes()];
            write_command(&mut self.out, words.into_iter());
        }
        self.value(record.key(), record.value());
        if let Some(at) = record.expire_at() {
            let words = [b"PEXPIREAT", record.key(), digits.format(at).as_bytes()];
            write_command(&mut self.out, words.into_iter());
        }
    }

    fn finish(&mut self) {}

    fn pending_len(&self) -> usize {
        self.out.len()
    }

    fn pending(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }
}

/// The base file of a log that begins without data.
pub fn first_base(instance: &Instance) -> Vec<u8> {
    if instance.config.aof_use_rdb_preamble {
        let aux = aux_fields(instance, true);
        let mut writer = Writer::new(WriteOptions::of(instance), &aux);
        for (_, library) in instance.functions.libraries().iter() {
            writer.function(&library.code);
        }
        writer.finish();
        writer.pending()
    } else {
        CommandWriter::new(instance).pending()
    }
}
