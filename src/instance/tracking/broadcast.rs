//! Prefixes that clients are told of, and the keys that have changed since they were told.

use crate::map::SortedMap;
use crate::resp::ReplyWriter;

/// Changed keys that may wait for the end of a turn.
const MOST: usize = 10_000;

/// A changed key and who changed it, 0 for nobody.
type Change = (Box<[u8]>, u64);

/// What has changed below one prefix.
#[derive(Default)]
pub(super) struct Changed {
    /// Who is told, in rising order.
    pub(super) clients: Vec<u64>,
    /// In their order; a key may occur several times, and then the last counts.
    keys: Vec<Change>,
}

impl Changed {
    /// The keys as an array of RESP, each once and in rising order, but those that `except` has
    /// changed. Nothing when no key is left.
    pub(super) fn message(&self, except: Option<u64>) -> Vec<u8> {
        let wanted = || {
            let keys = self.keys.iter();
            keys.filter(|(_, writer)| except != Some(*writer))
        };
        let count = wanted().count();
        let mut message = ReplyWriter::new(true);
        if count > 0 {
            message.array(count);
        }
        for (key, _) in wanted() {
            message.bulk(key);
        }
        message.take()
    }

    fn tidy(&mut self) {
        // Unstable, so that the place decides between equal keys.
        let mut order: Vec<usize> = (0..self.keys.len()).collect();
        order.sort_unstable_by(|&a, &b| (&self.keys[a].0, a).cmp(&(&self.keys[b].0, b)));
        let mut tidy: Vec<Change> = Vec::with_capacity(order.len());
        for at in order {
            let (key, writer) = std::mem::take(&mut self.keys[at]);
            match tidy.last_mut() {
                Some(last) if last.0 == key => last.1 = writer,
                _ => tidy.push((key, writer)),
            }
        }
        self.keys = tidy;
    }
}

/// The prefixes, in rising order.
#[derive(Default)]
pub(super) struct Broadcast {
    prefixes: SortedMap<Box<[u8]>, Changed>,
    waiting: usize,
}

impl Broadcast {
    pub(super) fn prefixes(&self) -> usize {
        self.prefixes.len()
    }

    /// Whether so much waits that clients are to be told at once.
    pub(super) fn is_full(&self) -> bool {
        self.waiting > MOST
    }

    pub(super) fn add(&mut self, prefix: &[u8], client: u64) {
        if !self.prefixes.contains_key(prefix) {
            self.prefixes.insert(prefix.into(), Changed::default());
        }
        if let Some(changed) = self.prefixes.get_mut(prefix)
            && let Err(at) = changed.clients.binary_search(&client)
        {
            changed.clients.insert(at, client);
        }
    }

    pub(super) fn remove(&mut self, prefix: &[u8], client: u64) {
        if let Some(changed) = self.prefixes.get_mut(prefix) {
            changed.clients.retain(|&told| told != client);
            if changed.clients.is_empty() {
                self.prefixes.remove(prefix);
            }
        }
    }

    /// Notes that `writer` has changed `key`. Linear in the prefixes.
    pub(super) fn changed(&mut self, key: &[u8], writer: u64) {
        for (prefix, changed) in self.prefixes.iter_mut() {
            if key.starts_with(prefix) {
                self.waiting += 1;
                changed.keys.push((key.into(), writer));
            }
        }
    }

    /// What has changed since the last call, by prefix.
    pub(super) fn take_changed(&mut self) -> Vec<Changed> {
        if std::mem::take(&mut self.waiting) == 0 {
            return Vec::new();
        }
        let prefixes = self.prefixes.values_mut();
        let changed = prefixes.filter(|changed| !changed.keys.is_empty());
        let taken = changed.map(|changed| {
            let mut taken = Changed {
                clients: changed.clients.clone(),
                keys: std::mem::take(&mut changed.keys),
            };
            taken.tidy();
            taken
        });
        taken.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_told_once_and_belongs_to_whom_changed_it_last() {
        let mut broadcast = Broadcast::default();
        broadcast.add(b"a", 1);
        broadcast.add(b"", 2);
        for (key, writer) in [("ab", 1), ("b", 1), ("aa", 2), ("ab", 2)] {
            broadcast.changed(key.as_bytes(), writer);
        }
        let changed = broadcast.take_changed();
        let texts = |except| {
            let message = |changed: &Changed| String::from_utf8(changed.message(except)).unwrap();
            changed.iter().map(message).collect::<Vec<_>>()
        };
        let all = "*3\r\n$2\r\naa\r\n$2\r\nab\r\n$1\r\nb\r\n";
        assert_eq!(texts(None), [all, "*2\r\n$2\r\naa\r\n$2\r\nab\r\n"]);
        assert_eq!(texts(Some(2)), ["*1\r\n$1\r\nb\r\n", ""]);
        assert!(broadcast.take_changed().is_empty());
    }
}
