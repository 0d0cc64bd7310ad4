//! A real redis-server for a test: its own directory and socket, gone when the test is.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::reply::Reply;

/// The oracle. RESPLAY_ORACLE may name another binary (valkey-server, a newer redis-server).
pub struct RealServer {
    child: Child,
    directory: PathBuf,
}

impl RealServer {
    /// Starts one and waits until it answers.
    ///
    /// # Panics
    /// With a plain message when there is no redis-server: these tests are never skipped.
    pub fn start() -> RealServer {
        let quiet = ["--save", "", "--appendonly", "no", "--databases", "16"];
        let open = [
            "--enable-debug-command",
            "yes",
            "--enable-protected-configs",
            "yes",
        ];
        Self::start_with(None, &[&quiet[..], &open].concat())
    }

    /// Starts one with a redis.conf of this text, if any, and options, and waits until it answers.
    ///
    /// # Panics
    /// As [`RealServer::start`].
    pub fn start_with(file: Option<&str>, options: &[&str]) -> RealServer {
        let prepare = |directory: &Path| {
            if let Some(text) = file {
                std::fs::write(directory.join("redis.conf"), text).expect("a file can be written");
            }
        };
        Self::launch(prepare, file.map(|_| "redis.conf"), options)
    }

    /// Starts one with options, in a directory that `prepare` has put files into.
    ///
    /// # Panics
    /// As [`RealServer::start`].
    #[allow(dead_code)]
    pub fn start_in(prepare: impl FnOnce(&Path), options: &[&str]) -> RealServer {
        let quiet = ["--save", "", "--enable-debug-command", "yes"];
        Self::launch(prepare, None, &[&quiet[..], options].concat())
    }

    fn launch(prepare: impl FnOnce(&Path), file: Option<&str>, options: &[&str]) -> RealServer {
        let program = std::env::var("RESPLAY_ORACLE").unwrap_or_else(|_| "redis-server".into());
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let directory =
            std::env::temp_dir().join(format!("resplay-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&directory).expect("a temporary directory can be made");
        prepare(&directory);
        let child = Command::new(&program)
            .args(file)
            .args(["--port", "0", "--unixsocket", "socket"])
            .args(options)
            .current_dir(&directory)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{program} does not start ({error}); `node scripts/setup.mjs --test` installs it")
            });
        let server = RealServer { child, directory };
        let deadline = Instant::now() + Duration::from_secs(20);
        while UnixStream::connect(server.socket()).is_err() {
            assert!(
                Instant::now() < deadline,
                "{program} did not open its socket within 20 seconds"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        server
    }

    /// A new client.
    pub fn connect(&self) -> Connection {
        let stream = UnixStream::connect(self.socket()).expect("the server takes clients");
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .expect("a timeout can be set");
        Connection {
            stream,
            unread: Vec::new(),
        }
    }

    fn socket(&self) -> PathBuf {
        self.path("socket")
    }

    /// Where a file of its folder is.
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }
}

impl Drop for RealServer {
    fn drop(&mut self) {
        // Nothing to do about a failure here: the process or the directory is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// One client of the real server.
pub struct Connection {
    /// For what is no request and gets no reply.
    pub stream: UnixStream,
    unread: Vec<u8>,
}

impl Connection {
    /// Sends bytes as they are.
    pub fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).expect("the real server reads");
    }

    /// The next reply.
    pub fn receive(&mut self) -> Reply {
        let mut chunk = [0; 65536];
        loop {
            if let Some((reply, length)) = Reply::parse(&self.unread) {
                self.unread.drain(..length);
                return reply;
            }
            let read = self
                .stream
                .read(&mut chunk)
                .expect("the real server answers within 30 seconds");
            assert_ne!(read, 0, "the real server closed the connection");
            self.unread.extend_from_slice(&chunk[..read]);
        }
    }
}
