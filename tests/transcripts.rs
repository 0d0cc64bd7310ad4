//! Plays the files of `tests/transcripts/` against the engine and against a real redis-server, both through
//! the same redis-cli of ours. `tests/browser` plays them against the engine in Chromium.

#[path = "support/redis.rs"]
mod redis;
#[path = "support/reply.rs"]
mod reply;
#[path = "support/transcript.rs"]
mod transcript;

use std::fs;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::path::Path;

use redis::{Connection, RealServer};
use resplay::cli::{ServerTransport, Transport};
use resplay::instance::Config;
use resplay::server::Server;
use transcript::Transcript;

fn files() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    let mut files: Vec<(String, String)> = fs::read_dir(folder)
        .expect("there are transcripts")
        .map(|entry| {
            let path = entry.expect("there are transcripts").path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            (
                name,
                fs::read_to_string(&path).expect("a transcript is text"),
            )
        })
        .collect();
    files.sort();
    files
}

/// Plays every file with `play`, and fails with all that differ.
fn play_all(what: &str, mut play: impl FnMut(&Transcript) -> Result<usize, String>) {
    let mut wrong = Vec::new();
    let mut lines = 0;
    let files = files();
    for (name, text) in &files {
        match play(&Transcript::parse(text)) {
            Ok(played) => lines += played,
            Err(error) => wrong.push(format!("{name}: {error}")),
        }
    }
    println!(
        "transcripts: {} files, {lines} commands against {what}",
        files.len()
    );
    assert!(
        wrong.is_empty(),
        "{} files differ against {what}\n\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn the_engine_answers_as_written() {
    play_all("the engine", |transcript| {
        let mut now = 1_700_000_000_000_000;
        let mut server = Server::new(Config::default(), 3, now);
        transcript.play(
            &mut ServerTransport::new(&mut server, 6379, None, &mut now),
            false,
        )
    });
}

/// A real server; its clock goes as it likes.
struct Socket<'a> {
    server: &'a RealServer,
    connection: Option<Connection>,
}

impl Transport for Socket<'_> {
    fn connect(&mut self, _: &str, _: u16) -> Result<(), String> {
        self.connection = Some(self.server.connect());
        Ok(())
    }

    fn send(&mut self, bytes: &[u8]) {
        if let Some(connection) = &mut self.connection {
            connection
                .stream
                .write_all(bytes)
                .expect("the real server reads");
        }
    }

    fn receive(&mut self) -> Option<Vec<u8>> {
        let mut chunk = vec![0; 65536];
        let read = self
            .connection
            .as_mut()?
            .stream
            .read(&mut chunk)
            .expect("the real server answers");
        chunk.truncate(read);
        (read > 0).then_some(chunk)
    }

    fn close(&mut self) {
        if let Some(connection) = self.connection.take() {
            // It may be closed already.
            let _ = connection.stream.shutdown(Shutdown::Both);
        }
    }

    fn now_ms(&mut self) -> i64 {
        // Standing still: how long the real server takes is not written down.
        0
    }
}

#[test]
fn the_real_server_answers_as_written() {
    let server = RealServer::start();
    let mut flush = server.connect();
    play_all("the real server", |transcript| {
        for command in ["FLUSHALL", "CONFIG SET maxmemory-samples 5"] {
            let args: Vec<Vec<u8>> = command
                .split(' ')
                .map(|word| word.as_bytes().to_vec())
                .collect();
            flush.send(&reply::request(&args));
            flush.receive();
        }
        transcript.play(
            &mut Socket {
                server: &server,
                connection: None,
            },
            true,
        )
    });
}
