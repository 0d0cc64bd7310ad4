//! The engine as wasm in a real browser answers what it answers natively.

#![cfg(target_arch = "wasm32")]

#[path = "../../support/transcript.rs"]
mod transcript;

use resplay::cli::ServerTransport;
use resplay::instance::Config;
use resplay::server::Server;
use resplay_browser_tests::TRANSCRIPTS;
use transcript::Transcript;
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const START: i64 = 1_700_000_000_000_000;

#[wasm_bindgen_test]
fn transcripts_are_answered_as_written() {
    let mut lines = 0;
    let mut wrong = Vec::new();
    for (name, text) in TRANSCRIPTS {
        let mut now = START;
        let mut server = Server::new(Config::default(), 3, now);
        let mut transport = ServerTransport::new(&mut server, 6379, None, &mut now);
        match Transcript::parse(text).play(&mut transport, false) {
            Ok(played) => lines += played,
            Err(error) => wrong.push(format!("{name}: {error}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    console_log!(
        "transcripts: {} files, {lines} commands against the engine in the browser",
        TRANSCRIPTS.len()
    );
}

#[wasm_bindgen_test]
fn a_ranking_of_a_hundred_thousand_keeps_its_order() {
    let mut server = Server::new(Config::default(), 3, START);
    let client = server.connect(START, "127.0.0.1:50000");
    let mut request = Vec::new();
    for member in 0..100_000_u32 {
        // A permutation, so that members come in no order.
        let score = member.wrapping_mul(77_777) % 100_003;
        request.extend_from_slice(format!("ZADD board {score} m{member}\r\n").as_bytes());
    }
    server.receive(START, client, &request);
    server.take_output(client);
    server.receive(
        START,
        client,
        b"ZCARD board\r\nZREVRANGE board 0 0\r\nZREVRANK board m1\r\n",
    );
    let output = server.take_output(client);
    let output = String::from_utf8_lossy(&output);
    let above = (0..100_000_u32)
        .filter(|member| member.wrapping_mul(77_777) % 100_003 > 77_777)
        .count();
    assert!(output.starts_with(":100000\r\n*1\r\n"), "{output}");
    assert!(
        output.ends_with(&format!(":{above}\r\n")),
        "{output} {above}"
    );
}
