//! A script that takes too long: what others are answered, and how it ends.

use super::{Event, Server};
use crate::instance::{BusyServer, Config};
use crate::resp::write_command;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

thread_local! {
    static CLOCK: Cell<i64> = const { Cell::new(0) };
}

/// Half a second passes each time that somebody looks.
fn stopwatch() -> i64 {
    CLOCK.set(CLOCK.get() + 500_000);
    CLOCK.get()
}

fn command(words: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let words: Vec<&[u8]> = words.iter().map(|word| word.as_bytes()).collect();
    write_command(&mut bytes, words.iter().copied());
    bytes
}

fn server() -> Server {
    let mut server = Server::new(Config::default(), 1, 1_700_000_000_000_000);
    server.set_stopwatch(stopwatch);
    server
}

fn run(server: &mut Server, client: u64, words: &[&str]) -> String {
    server.receive(1_700_000_000_000_000, client, &command(words));
    String::from_utf8_lossy(&server.take_output(client)).into_owned()
}

const ENDLESS: &str = "while true do end";
const WRITES: &str = "redis.call('SET', 'key', 'written') while true do end";

#[test]
fn where_nobody_can_be_served_it_is_ended() {
    let mut server = server();
    let client = server.connect(1_700_000_000_000_000, "127.0.0.1:50000");
    let ended = run(&mut server, client, &["EVAL", ENDLESS, "0"]);
    assert!(ended.contains("ERR Script ended after"), "{ended}");
    let ended = run(&mut server, client, &["EVAL", WRITES, "0"]);
    assert!(ended.contains("What it has written stays"), "{ended}");
    assert_eq!(
        run(&mut server, client, &["GET", "key"]),
        "$7\r\nwritten\r\n"
    );
}

#[test]
fn without_a_stopwatch_it_is_ended_too() {
    let mut server = Server::new(Config::default(), 1, 1_700_000_000_000_000);
    let client = server.connect(1_700_000_000_000_000, "127.0.0.1:50000");
    run(
        &mut server,
        client,
        &["CONFIG", "SET", "lua-time-limit", "20"],
    );
    let ended = run(&mut server, client, &["EVAL", ENDLESS, "0"]);
    assert!(ended.contains("ERR Script ended after 20"), "{ended}");
}

/// Lends a poll that sends one thing after the other, each on a connection of its own, and collects what
/// is answered.
fn polled(server: &mut Server, commands: Vec<Vec<u8>>) -> Rc<RefCell<Vec<String>>> {
    let answers = Rc::new(RefCell::new(Vec::new()));
    let collected = answers.clone();
    let mut commands = commands.into_iter();
    server.serve_during_scripts(Box::new(move |busy: &mut dyn BusyServer| {
        let Some(bytes) = commands.next() else {
            return;
        };
        let client = busy.connect("127.0.0.1:50001");
        assert!(busy.receive(client, &bytes));
        let answer = String::from_utf8_lossy(&busy.take_output(client)).into_owned();
        collected.borrow_mut().push(answer);
        busy.disconnect(client);
    }));
    answers
}

#[test]
fn others_are_told_and_may_kill_it() {
    let mut server = server();
    let client = server.connect(1_700_000_000_000_000, "127.0.0.1:50000");
    let answers = polled(
        &mut server,
        vec![
            command(&["PING"]),
            command(&["GET", "key"]),
            [
                command(&["MULTI"]),
                command(&["GET", "key"]),
                command(&["EXEC"]),
            ]
            .concat(),
            command(&["FUNCTION", "KILL"]),
            command(&["SHUTDOWN"]),
            b"*1\r\n$9\r\nnot whole".to_vec(),
            command(&["SCRIPT", "KILL"]),
        ],
    );
    let killed = run(&mut server, client, &["EVAL", ENDLESS, "0"]);
    assert!(
        killed.starts_with("-ERR Script killed by user with SCRIPT KILL..."),
        "{killed}"
    );
    let busy = "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n";
    let answers = answers.borrow();
    assert_eq!(answers[0], busy);
    assert_eq!(answers[1], busy);
    assert!(answers[2].starts_with("+OK\r\n-BUSY"), "{}", answers[2]);
    assert_eq!(answers[3], busy);
    assert_eq!(answers[4], busy);
    assert_eq!(answers[6], "+OK\r\n");
    // The lab goes on.
    assert_eq!(run(&mut server, client, &["PING"]), "+PONG\r\n");
    assert_eq!(
        run(&mut server, client, &["SCRIPT", "KILL"]),
        "-NOTBUSY No scripts in execution right now.\r\n"
    );
}

#[test]
fn one_that_has_written_cannot_be_killed_but_the_server_can() {
    let mut server = server();
    let client = server.connect(1_700_000_000_000_000, "127.0.0.1:50000");
    let answers = polled(
        &mut server,
        vec![
            command(&["SCRIPT", "KILL"]),
            command(&["SHUTDOWN", "NOSAVE"]),
        ],
    );
    run(&mut server, client, &["EVAL", WRITES, "0"]);
    let unkillable = &answers.borrow()[0];
    assert!(unkillable.starts_with("-UNKILLABLE Sorry the script already executed write"));
    assert!(server.take_events().contains(&Event::Shutdown));
}

#[test]
fn the_client_whose_script_runs_is_left_alone() {
    let mut server = server();
    let client = server.connect(1_700_000_000_000_000, "127.0.0.1:50000");
    server.serve_during_scripts(Box::new(move |busy: &mut dyn BusyServer| {
        assert!(!busy.receive(client, b"PING\r\n"));
        busy.disconnect(client);
        let other = busy.connect("127.0.0.1:50001");
        assert!(!busy.is_closing(other));
        busy.receive(other, &command(&["SCRIPT", "KILL"]));
    }));
    let killed = run(&mut server, client, &["EVAL", ENDLESS, "0"]);
    assert!(killed.contains("Script killed by user"), "{killed}");
}

#[test]
fn a_transaction_that_ends_meanwhile_is_discarded() {
    let mut server = server();
    let client = server.connect(1_700_000_000_000_000, "127.0.0.1:50000");
    let exec = command(&["EXEC"]);
    let answers = polled(
        &mut server,
        vec![
            [command(&["MULTI"]), exec.clone(), exec].concat(),
            command(&["SCRIPT", "KILL"]),
        ],
    );
    run(&mut server, client, &["EVAL", ENDLESS, "0"]);
    let busy = "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n";
    let discarded = "-EXECABORT Transaction discarded because of: ";
    assert_eq!(
        answers.borrow()[0],
        format!("+OK\r\n{discarded}{busy}{discarded}{busy}")
    );
}

#[test]
fn who_has_not_logged_in_may_not_kill_it() {
    let mut server = server();
    let client = server.connect(1_700_000_000_000_000, "127.0.0.1:50000");
    run(
        &mut server,
        client,
        &["CONFIG", "SET", "requirepass", "secret"],
    );
    let log_in = command(&["AUTH", "secret"]);
    let answers = polled(
        &mut server,
        vec![
            command(&["SHUTDOWN", "NOSAVE"]),
            command(&["SCRIPT", "KILL"]),
            [log_in, command(&["SCRIPT", "KILL"])].concat(),
        ],
    );
    run(&mut server, client, &["EVAL", ENDLESS, "0"]);
    let answers = answers.borrow();
    assert_eq!(answers[..2], ["-NOAUTH Authentication required.\r\n"; 2]);
    assert_eq!(answers[2], "+OK\r\n+OK\r\n");
}
