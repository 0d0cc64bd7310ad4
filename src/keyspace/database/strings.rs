//! Storing strings and changing them in place.

use super::Database;
use crate::keyspace::record::Record;
use crate::keyspace::value::{StringRef, StringValue, Value, ValueRef};
use crate::resp::ReplyError;
use crate::resp::error::{OUT_OF_MEMORY, WRONG_TYPE};

/// What becomes of the expiry time when a string is stored.
#[derive(Clone, Copy)]
enum Expiry {
    Keep,
    Become(Option<i64>),
}

impl Database {
    /// Stores a string, encoded as SET does, and keeps the expiry time the key may have.
    pub fn set_string(&mut self, key: &[u8], bytes: &[u8]) {
        self.store_string(key, bytes, Expiry::Keep);
    }

    /// Stores a string, encoded as SET does, that expires at `expire_at` or never.
    pub fn put_string(&mut self, key: &[u8], bytes: &[u8], expire_at: Option<i64>) {
        self.store_string(key, bytes, Expiry::Become(expire_at));
    }

    fn store_string(&mut self, key: &[u8], bytes: &[u8], expiry: Expiry) {
        self.expire_if_due(key);
        let stamp = self.clock.fresh();
        let wanted = match expiry {
            Expiry::Keep => None,
            Expiry::Become(expire_at) => expire_at,
        };
        let (record, inserted) = self
            .records
            .find_or_insert_with(key, || Record::of_string(key, bytes, wanted, stamp));
        if inserted {
            self.walk.born(record);
            self.told.new_key(key);
            if wanted.is_some() {
                Self::name_volatile(&mut self.volatile, record);
            }
            return;
        }
        self.walk.before_change(record);
        self.waiting.came(key, None);
        // How often a key is used outlives its value.
        let stamp = match self.clock.is_lfu() {
            true => self.clock.touched(record.access(), &mut self.rng),
            false => stamp,
        };
        record.set_access(stamp);
        let old = record.expire_at();
        let new = match expiry {
            Expiry::Keep => old,
            Expiry::Become(expire_at) => expire_at,
        };
        if old.is_some() == new.is_some() && record.overwrite_string(bytes) {
            if let Some(at) = new {
                record.overwrite_expiry(at);
            }
            return;
        }
        if old.is_some() {
            self.volatile.remove(key);
        }
        *record = Record::of_string(key, bytes, new, stamp);
        self.walk.born(record);
        if new.is_some() {
            Self::name_volatile(&mut self.volatile, record);
        }
    }

    /// The length of the string of `key`; neither stamps nor counts.
    ///
    /// # Errors
    /// WRONGTYPE.
    pub fn string_length(&mut self, key: &[u8]) -> Result<Option<usize>, ReplyError> {
        match self.inspect(key).map(Record::value) {
            None => Ok(None),
            Some(ValueRef::String(string)) => Ok(Some(string.len())),
            Some(_) => Err(WRONG_TYPE),
        }
    }

    /// Stores an integer and keeps the expiry time the key may have. No allocation where an
    /// integer was before.
    pub fn set_integer(&mut self, key: &[u8], number: i64) {
        if let Some(record) = self.records.get_mut(key) {
            self.walk.before_change(record);
            if record.overwrite_integer(number) {
                return;
            }
        }
        self.set_string(key, itoa::Buffer::new().format(number).as_bytes());
    }

    /// Stores a string as text even where it spells an integer, as INCRBYFLOAT does, and keeps the
    /// expiry time the key may have.
    pub fn set_text(&mut self, key: &[u8], bytes: &[u8]) {
        let expire_at = self.expire_at(key);
        if self.told.is_on() && !self.records.contains(key) {
            self.told.new_key(key);
        }
        let text = Value::String(StringValue::Embedded(bytes.into()));
        let old = self.records.get(key).filter(|_| self.clock.is_lfu());
        let access = old.map_or(self.clock.fresh(), Record::access);
        self.replace(Record::of_value(key, text, expire_at, access));
    }

    /// The string of `key` as a growable buffer, which makes it `raw`; created empty when the
    /// key does not exist.
    ///
    /// # Errors
    /// WRONGTYPE.
    pub fn string_mut_or_create(&mut self, key: &[u8]) -> Result<&mut Vec<u8>, ReplyError> {
        self.raw_or_create(key).map(|(raw, _)| raw)
    }

    /// The string of `key` as a buffer of at least `len` bytes, filled up with zeros, and how long
    /// it was before, if it existed.
    ///
    /// # Errors
    /// WRONGTYPE; OOM when there is no memory for so many bytes, and then nothing has changed.
    pub fn grown_string(
        &mut self,
        key: &[u8],
        len: usize,
    ) -> Result<(&mut Vec<u8>, Option<usize>), ReplyError> {
        let (raw, before) = self.raw_or_create(key)?;
        let missing = len.saturating_sub(raw.len());
        if missing > 0 {
            if raw.try_reserve(missing).is_err() {
                if before.is_none() {
                    self.take(key);
                }
                return Err(OUT_OF_MEMORY);
            }
            raw.resize(len, 0);
        }
        match self.records.get_mut(key).and_then(Record::large_mut) {
            Some(Value::String(StringValue::Raw(raw))) => Ok((raw, before)),
            _ => Err(WRONG_TYPE),
        }
    }

    /// The string of `key` as a growable buffer, and its length if the key existed.
    fn raw_or_create(&mut self, key: &[u8]) -> Result<(&mut Vec<u8>, Option<usize>), ReplyError> {
        self.expire_if_due(key);
        let stamp = self.clock.fresh();
        let (record, inserted) = self.records.find_or_insert_with(key, || {
            let raw = Value::String(StringValue::Raw(Vec::new()));
            Record::of_value(key, raw, None, stamp)
        });
        if inserted {
            self.walk.born(record);
            self.told.new_key(key);
        } else {
            self.walk.before_change(record);
            if !self.keeps_stamps {
                record.set_access(self.clock.touched(record.access(), &mut self.rng));
            }
        }
        if let ValueRef::String(string @ (StringRef::Int(_) | StringRef::Embedded(_))) =
            record.value()
        {
            let raw = Value::String(StringValue::Raw(string.to_vec()));
            let (expire_at, access) = (record.expire_at(), record.access());
            if expire_at.is_some() {
                self.volatile.remove(key);
            }
            *record = Record::of_value(key, raw, expire_at, access);
            self.walk.born(record);
            if expire_at.is_some() {
                Self::name_volatile(&mut self.volatile, record);
            }
        }
        match record.large_mut() {
            Some(Value::String(StringValue::Raw(raw))) => {
                let before = (!inserted).then_some(raw.len());
                Ok((raw, before))
            }
            _ => Err(WRONG_TYPE),
        }
    }
}
