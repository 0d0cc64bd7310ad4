//! What ZADD, ZRANK and ZREVRANGE 0 9 cost in a sorted set of a million members, over what they cost in one
//! of a thousand: requests in, replies out, in pipelines of 100, each for a random member.
//!
//! Run: `cargo run --release --example sorted_set_growth`. The aim is 3; here a command is so
//! quick in a small set that what it waits for memory in a large one weighs more than in the wasm (`npm run growth`).

use std::fmt::Write;
use std::hint::black_box;
use std::time::Instant;

use resplay::instance::Config;
use resplay::server::Server;

const PIPELINE: usize = 100;
/// A round is short, so that some rounds of both sizes have the machine to themselves.
const PIPELINES: usize = 50;
const ROUNDS: usize = 80;

struct Subject {
    server: Server,
    client: u64,
    members: usize,
    rng: fastrand::Rng,
    output: Vec<u8>,
}

fn request(bytes: &mut String, words: &[&str]) {
    // Writing to a string cannot fail.
    let _ = write!(bytes, "*{}\r\n", words.len());
    for word in words {
        let _ = write!(bytes, "${}\r\n{word}\r\n", word.len());
    }
}

impl Subject {
    fn new(members: usize) -> Subject {
        let mut server = Server::new(Config::default(), 1, 0);
        let client = server.connect(0, "127.0.0.1:50000");
        let rng = fastrand::Rng::with_seed(members as u64);
        let mut subject = Subject {
            server,
            client,
            members,
            rng,
            output: Vec::new(),
        };
        let mut order: Vec<usize> = (0..members).collect();
        subject.rng.shuffle(&mut order);
        for numbers in order.chunks(PIPELINE) {
            let mut bytes = String::new();
            for number in numbers {
                let score = subject.score();
                let member = format!("member:{number:07}");
                request(&mut bytes, &["ZADD", "ranking", &score, &member]);
            }
            subject.play(&bytes);
        }
        subject
    }

    fn score(&mut self) -> String {
        self.rng.u32(..1_000_000).to_string()
    }

    fn play(&mut self, bytes: &str) {
        self.server.receive(0, self.client, bytes.as_bytes());
        self.output.clear();
        self.server.append_output(self.client, &mut self.output);
        black_box(&self.output);
    }

    /// Nanoseconds a command.
    fn time(&mut self, command: &str) -> f64 {
        let pipelines: Vec<String> = (0..PIPELINES)
            .map(|_| {
                let mut bytes = String::new();
                for _ in 0..PIPELINE {
                    let member = format!("member:{:07}", self.rng.usize(..self.members));
                    let score = self.score();
                    match command {
                        "ZADD" => request(&mut bytes, &["ZADD", "ranking", &score, &member]),
                        "ZRANK" => request(&mut bytes, &["ZRANK", "ranking", &member]),
                        _ => request(&mut bytes, &["ZREVRANGE", "ranking", "0", "9"]),
                    }
                }
                bytes
            })
            .collect();
        let start = Instant::now();
        for bytes in &pipelines {
            self.play(bytes);
        }
        start.elapsed().as_nanos() as f64 / (PIPELINE * PIPELINES) as f64
    }
}

fn main() {
    let mut small = Subject::new(1000);
    let before = small.server.used_memory();
    let mut large = Subject::new(1_000_000);
    let bytes = large.server.used_memory().saturating_sub(before) as f64 / 1e6;
    println!("bytes a member of 14 bytes, all counted: {bytes:.1}");
    println!(
        "{:<16} {:>12} {:>12} {:>7}",
        "", "1 000", "1 000 000", "ratio"
    );
    for command in ["ZADD", "ZRANK", "ZREVRANGE 0 9"] {
        // Interleaved, and the best of each: whatever else the machine does only adds.
        let (mut few, mut many) = (f64::INFINITY, f64::INFINITY);
        for _ in 0..ROUNDS {
            few = few.min(small.time(command));
            many = many.min(large.time(command));
        }
        println!(
            "{command:<16} {few:>9.1} ns {many:>9.1} ns {:>7.2}",
            many / few
        );
    }
}
