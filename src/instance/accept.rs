//! Who connects, and who is turned away at the door.

use super::{Client, Instance, LogLevel, is_local};
use crate::resp::ReplyError;

/// To whom is not on the server's machine, while there is no password.
const PROTECTED: ReplyError = ReplyError::new(
    "DENIED Redis is running in protected mode because protected mode is enabled and no password \
     is set for the default user. In this mode connections are only accepted from the loopback \
     interface. If you want to connect from external computers to Redis you may adopt one of the \
     following solutions: 1) Just disable protected mode sending the command 'CONFIG SET \
     protected-mode no' from the loopback interface by connecting to Redis from the same host the \
     server is running, however MAKE SURE Redis is not publicly accessible from internet if you \
     do so. Use CONFIG REWRITE to make this change permanent. 2) Alternatively you can just \
     disable the protected mode by editing the Redis configuration file, and setting the \
     protected mode option to 'no', and then restarting the server. 3) If you started the server \
     manually just for testing, restart it with the '--protected-mode no' option. 4) Set up an \
     authentication password for the default user. NOTE: You only need to do one of the above \
     things in order for the server to start accepting connections from the outside.",
);

impl Instance {
    /// A client that has just connected from `addr`; the server's own address on the connection is `local`.
    /// False: it is turned away, with an error in its output.
    pub fn accept(&mut self, addr: &str, local: Option<&str>) -> (Box<Client>, bool) {
        if self.logs(LogLevel::Verbose) {
            let text = match addr.strip_suffix(":0") {
                Some(socket) => ["Accepted connection to ", socket].concat(),
                None => ["Accepted ", addr].concat(),
            };
            self.log(LogLevel::Verbose, text);
        }
        let local_addr = match local {
            Some(local) => local.to_string(),
            None => format!("127.0.0.1:{}", self.config.port),
        };
        let mut client = Box::new(Client {
            id: self.clients.next_id(),
            addr: addr.to_string(),
            local_addr,
            connected_ms: self.now_ms(),
            active_ms: self.now_ms(),
            ..Client::default()
        });
        self.acl.start(&mut client);
        self.stats.connections += 1;
        let error = if self.clients.len() >= self.config.maxclients {
            self.stats.rejected_connections += 1;
            ReplyError::new("ERR max number of clients reached")
        } else if self.config.protected_mode && self.acl.needs_no_password() && !is_local(addr) {
            PROTECTED
        } else {
            return (client, true);
        };
        client.output.error(&error);
        (client, false)
    }
}
