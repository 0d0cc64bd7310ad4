//! What a server does by itself as time passes.

use super::Server;
use crate::commands::{finish_shutdown, look_after_failover, save_outcome};
use crate::instance::Client;
use crate::persistence::Purpose;

/// Time between two looks at a server that does nothing by itself, in milliseconds.
const PERIOD_MS: i64 = 100;

/// Buckets of a resizing table that cron moves in each database, so that an idle server
/// finishes what a write began.
const REHASHED_BUCKETS: usize = 1000;

/// Keys of a replica's own clients that cron looks at.
const OWN_KEYS: usize = 1000;

impl Server {
    /// Tells the server that it is `now_us` (microseconds since 1970): expires keys, closes idle
    /// clients, serves those that waited for a sleeping server, writes a slice of a snapshot, looks at
    /// the save points.
    /// Answers the milliseconds until it wants to be called again; 0 while a snapshot has more to
    /// write.
    pub fn tick(&mut self, now_us: i64) -> i64 {
        self.entered(now_us, |server| {
            server.start_loading();
            if server.crashed {
                return PERIOD_MS;
            }
            server.check_landing();
            let loads = server.load_slice();
            if loads && server.landing.is_none() {
                return i64::from(server.instance.config.key_load_delay > 0);
            }
            server.poll_log();
            server.end_when_synced();
            if server.crashed {
                return PERIOD_MS;
            }
            server.release_replies();
            // It goes on while the server sleeps, as a forked child does.
            let busy = match server.snapshot_waits() {
                true => Some(1),
                false => server
                    .persistence
                    .step_background(&mut server.keyspace, &mut server.instance),
            };
            let period_ms = 1000 / server.instance.hz();
            let wait = if loads { 1 } else { busy.unwrap_or(period_ms) };
            server.give_up_useless_snapshot();
            server.finish_save();
            server.send_snapshot();
            let now_ms = server.instance.now_ms();
            if server.is_asleep() {
                return (server.asleep_until - now_ms).clamp(1, PERIOD_MS).min(wait);
            }
            for id in std::mem::take(&mut server.waiting) {
                server.serve(id, &[]);
            }
            let pause_left = server.check_pause();
            let next = server.end_waits();
            server.resume_unblocked();
            if (busy.is_none() || now_ms.saturating_sub(server.cron_ms) >= period_ms)
                && !server.instance.cron_is_paused
            {
                server.cron();
            }
            let sentinel = server.instance.with_sentinel(|it, world| it.tick(world));
            server.hear_primary();
            server.take_requests();
            server.instance.send_stream();
            server.end_silent_turn();
            server.settle_pushes(None);
            let waits = [next, pause_left, sentinel].into_iter().flatten();
            waits.fold(wait, i64::min)
        })
    }

    fn cron(&mut self) {
        let now_ms = self.instance.now_ms();
        self.cron_ms = now_ms;
        self.instance.stats.sample(now_ms);
        if self.instance.active_expire && !self.instance.hides_expired() {
            let started = self.instance.start_event();
            let effort = self.instance.config.active_expire_effort.max(1) as usize;
            self.expire_cycle.run(&mut self.keyspace, effort);
            self.instance.end_event("expire-cycle", started);
            self.tell_of_removed_keys();
        }
        self.expire_own_keys();
        self.evict_by_itself();
        self.fail_transactions();
        self.notify(0);
        self.instance.broadcast_invalid();
        self.tell_sizes();
        self.check_outputs();
        self.evict_clients();
        if self.instance.config.activerehashing {
            for database in self.keyspace.iter_mut() {
                database.rehash(REHASHED_BUCKETS);
            }
        }
        self.close_idle_clients(now_ms);
        let (keyspace, instance) = (&mut self.keyspace, &mut self.instance);
        self.persistence.check_save_points(keyspace, instance);
        self.persistence.check_scheduled_save(keyspace, instance);
        let (keyspace, instance) = (&mut self.keyspace, &mut self.instance);
        look_after_failover(keyspace, instance, &mut self.effects);
        self.take_requests();
        self.look_after_primary(now_ms);
        self.look_after_replicas(now_ms);
        let (keyspace, instance) = (&mut self.keyspace, &mut self.instance);
        self.persistence
            .aof
            .note_writes(self.effects.writes.count());
        self.persistence.check_rewrite(keyspace, instance);
    }

    /// Removes keys whose time has come that clients of this replica have written.
    fn expire_own_keys(&mut self) {
        if !self.instance.is_replica() {
            self.instance.follower.own_keys.clear();
            return;
        }
        let now_ms = self.instance.now_ms();
        let looks = self.instance.follower.own_keys.len().min(OWN_KEYS);
        for _ in 0..looks {
            let Some((db, key)) = self.instance.follower.own_keys.pop_front() else {
                return;
            };
            let expire_at = self.keyspace[db].peek(&key).and_then(|it| it.expire_at());
            match expire_at {
                Some(at) if at <= now_ms => {
                    self.keyspace[db].remove(&key);
                }
                Some(_) => self.instance.follower.own_keys.push_back((db, key)),
                None => {}
            }
        }
    }

    /// Answers whoever waits for a save that has come to its end.
    fn finish_save(&mut self) {
        let Some((purpose, ok)) = self.persistence.saved(&mut self.instance) else {
            return;
        };
        let (client, outcome) = match purpose {
            Purpose::Flush | Purpose::Save(None) => return,
            Purpose::Save(Some(client)) => (client, save_outcome(ok)),
            Purpose::Shutdown { client, force } => {
                let outcome = finish_shutdown(&mut self.instance, ok, force);
                self.take_requests();
                (client, outcome)
            }
        };
        if let Err(error) = &outcome {
            self.instance.stats.count_error(error.code());
        }
        let Some(client) = self.instance.clients.get_mut(client) else {
            return;
        };
        match outcome {
            Err(error) => client.output.error(&error),
            Ok(()) if !self.crashed => client.output.ok(),
            Ok(()) => {}
        }
    }

    /// Tells the log of keys that went by time or eviction, each for itself.
    pub(super) fn tell_of_removed_keys(&mut self) {
        if !self.effects.is_enabled() {
            return;
        }
        for database in self.keyspace.iter_mut() {
            for key in database.take_removed_unasked() {
                self.effects.removed(database.index(), &key);
            }
        }
        let writes = self.effects.writes.count();
        let aof = &mut self.persistence.aof;
        aof.feed(self.effects.unit(), false, &self.instance, writes);
        self.instance
            .primary
            .feed(self.effects.unit().for_replicas(), false);
        self.effects.end_unit();
    }

    /// Marks the clients that watch keys whose time has come.
    fn fail_transactions(&mut self) {
        if self.instance.watching_clients == 0 {
            return;
        }
        for database in self.keyspace.iter_mut() {
            for id in database.take_touched_clients() {
                if let Some(client) = self.instance.clients.get_mut(id) {
                    client.watch_failed = true;
                }
            }
        }
    }

    fn close_idle_clients(&mut self, now_ms: i64) {
        let timeout_ms = self.instance.config.timeout.saturating_mul(1000);
        if timeout_ms == 0 {
            return;
        }
        let idle = |client: &&mut Client| {
            !client.closing
                && !client.is_subscribed()
                && !client.is_replica()
                && !client.is_primary
                && !client.monitor
                && client.blocked.is_none()
                && now_ms.saturating_sub(client.active_ms) > timeout_ms
        };
        let idle = self.instance.clients.iter_mut().filter(idle);
        let idle: Vec<u64> = idle.map(|client| client.id).collect();
        for id in idle {
            self.close_other(id);
        }
    }
}
