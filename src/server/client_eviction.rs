//! maxmemory-clients: the clients that hold most are closed when all together hold too much.

use super::Server;
use crate::instance::LogLevel;

/// Bytes below which no limit counts, so that somebody can always be served.
const LEAST: u64 = 128 * 1024;

impl Server {
    /// Closes clients until the rest is within maxmemory-clients: first those that hold most, to a factor
    /// of two, and of these who came first. Linear in the clients while there is a limit.
    pub(super) fn evict_clients(&mut self) {
        let config = &self.instance.config;
        let limit = match config.maxmemory_clients {
            0 => return,
            bytes @ 1.. => bytes.unsigned_abs(),
            _ if config.maxmemory == 0 => return,
            percent => {
                let bytes = config.maxmemory as f64 * percent.unsigned_abs() as f64 / 100.0;
                bytes as u64
            }
        };
        let limit = limit.max(LEAST);
        let clients = self.instance.clients.iter();
        let open = clients.filter(|client| !client.closing);
        let held = |client: &crate::instance::Client| client.memory(&client.output) as u64;
        let mut all = 0;
        let mut largest = Vec::new();
        for client in open {
            let bytes = held(client);
            all += bytes;
            if !client.no_evict && !client.monitor {
                largest.push((
                    u64::MAX.wrapping_sub(bytes.ilog2().into()),
                    client.id,
                    bytes,
                ));
            }
        }
        if all < limit {
            return;
        }
        largest.sort_unstable();
        for (_, id, bytes) in largest {
            if all < limit {
                return;
            }
            let Some(mut client) = self.instance.clients.remove(id) else {
                continue;
            };
            let text = self.instance.describe(&client, &client.output);
            let text = ["Evicting client: ", &String::from_utf8_lossy(&text)].concat();
            self.instance.log(LogLevel::Notice, text);
            self.instance.stats.evicted_clients += 1;
            client.output.clear();
            client.holds.clear();
            client.query_buffer = Vec::new();
            self.close(&mut client);
            self.instance.clients.insert(client);
            all -= bytes;
        }
        if all >= limit {
            let text = "Over client maxmemory after evicting all evictable clients";
            self.instance.log(LogLevel::Warning, text);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::instance::Config;
    use crate::server::{Event, Server};

    #[test]
    fn who_holds_most_goes_first_and_no_evict_stays() {
        let mut server = Server::new(Config::default(), 1, 0);
        let connect = |server: &mut Server| server.connect(0, "127.0.0.1:1");
        let clients: Vec<u64> = (0..4).map(|_| connect(&mut server)).collect();
        let large = [
            b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100000\r\n".as_slice(),
            &[b'x'; 90_000],
        ]
        .concat();
        server.receive(0, clients[0], b"CLIENT NO-EVICT ON\r\n");
        server.receive(0, clients[0], &large);
        server.receive(0, clients[1], &large[..40_000]);
        server.receive(0, clients[2], &large[..70_000]);
        assert!(server.take_events().is_empty());
        server.receive(0, clients[3], b"CONFIG SET maxmemory-clients 150kb\r\n");
        assert_eq!(server.take_events(), [Event::Closed(clients[2])]);
        server.receive(0, clients[3], b"CONFIG SET maxmemory-clients 1\r\n");
        assert_eq!(server.take_events(), [Event::Closed(clients[1])]);
        server.take_output(clients[3]);
        server.receive(0, clients[3], b"CONFIG GET maxmemory-clients\r\n");
        let answer = server.take_output(clients[3]);
        assert_eq!(answer, b"*2\r\n$17\r\nmaxmemory-clients\r\n$1\r\n1\r\n");
        assert_eq!(server.instance().stats.evicted_clients, 2);
    }
}
