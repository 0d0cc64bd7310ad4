//! Taking over the data that another server has loaded.

use super::Server;
use crate::keyspace::Keyspace;
use crate::resp::write_command;

impl Server {
    /// Puts the data of `other` in place of its own, and answers how many keys that are. To
    /// everybody it looks as if each key had been written at this moment: clients that watch keys
    /// fail, save points count, and an AOF is begun anew.
    pub fn adopt(&mut self, now_us: i64, other: Server) -> usize {
        let logs = self.persistence.aof.is_on();
        if logs {
            self.configure(now_us, b"no");
        }
        // What the data takes: all that the other has held, but for what an empty one does.
        let before = crate::memory::allocated();
        let empty = Keyspace::new(other.keyspace.len(), 0);
        let empty_size = crate::memory::allocated().wrapping_sub(before);
        drop(empty);
        let rest = other.instance.startup_memory.saturating_sub(empty_size);
        self.held += other.held.saturating_sub(rest);
        let data = other.keyspace;
        let functions = other.instance.functions;
        let keys = self.entered(now_us, |server| {
            server.instance.functions = functions;
            server.replace_data(data)
        });
        if logs {
            self.configure(now_us, b"yes");
        }
        self.entered(now_us, |server| {
            server.serve_blocked();
            server.resume_unblocked();
            server.end_silent_turn();
        });
        keys
    }

    /// Puts other data in place of its own: whoever watches, waits for or tracks keys learns of it. How many keys that
    /// are.
    pub(super) fn replace_data(&mut self, data: Keyspace) -> usize {
        let (keyspace, instance) = (&mut self.keyspace, &mut self.instance);
        self.persistence.abort_background(keyspace, instance);
        let changes = keyspace.dirty();
        let mut before = std::mem::replace(keyspace, data);
        for (database, before) in keyspace.iter_mut().zip(before.iter_mut()) {
            database.inherit_waiting(before);
        }
        drop(before);
        let keys: usize = keyspace.iter().map(|database| database.len()).sum();
        // The count of changes goes on.
        let wanted = changes.saturating_add(keys as u64);
        keyspace.add_dirty(wanted.saturating_sub(keyspace.dirty()));
        for database in keyspace.iter_mut() {
            database.note_removals(false);
            database.journal_mut().everything();
        }
        for client in instance.clients.iter_mut() {
            client.watch_failed |= !client.watched.is_empty();
        }
        // Whoever has read keys is to read them again.
        let tracks = self.instance.tracking.is_on();
        keyspace.track(tracks);
        if tracks {
            let mut changed = keyspace.take_changed();
            changed.cleared = true;
            self.instance.invalidate(changed, 0);
        }
        self.tell_time();
        keys
    }

    /// CONFIG SET appendonly, as if a client had said so.
    fn configure(&mut self, now_us: i64, value: &[u8]) {
        let id = self.connect(now_us, "127.0.0.1:0");
        self.trust(id);
        let mut request = Vec::new();
        let words: [&[u8]; 4] = [b"CONFIG", b"SET", b"appendonly", value];
        write_command(&mut request, words.into_iter());
        self.receive(now_us, id, &request);
        self.disconnect(now_us, id);
    }
}
