//! Sessions against a server in this process. What they print was read off redis-cli 7.0.15 at
//! a terminal.

use super::*;
use crate::instance::Config;
use crate::server::Server;

struct Lab {
    server: Server,
    client: Option<u64>,
    now_us: i64,
}

impl Lab {
    fn new() -> Self {
        let now_us = 1_700_000_000_000_000;
        Lab {
            server: Server::new(Config::default(), 1, now_us),
            client: None,
            now_us,
        }
    }

    fn with<R>(&mut self, work: impl FnOnce(&mut ServerTransport<'_>) -> R) -> R {
        let mut transport =
            ServerTransport::new(&mut self.server, 6379, self.client, &mut self.now_us);
        let result = work(&mut transport);
        self.client = transport.client();
        result
    }

    fn open(&mut self, options: Options) -> Session {
        let mut session = Session::new(options);
        let printed = self.with(|transport| open(&mut session, transport));
        assert_eq!(printed, b"");
        session
    }

    fn run(&mut self, session: &mut Session, line: &str) -> String {
        let printed = self.with(|transport| run_line(session, transport, line.as_bytes()));
        String::from_utf8(printed).unwrap()
    }

    /// Runs lines, each with what is printed and the prompt behind it.
    fn play(&mut self, session: &mut Session, script: &[(&str, &str, &str)]) {
        for (line, printed, prompt) in script {
            assert_eq!(self.run(session, line), *printed, "{line}");
            assert_eq!(session.prompt(), *prompt, "after {line}");
        }
    }
}

const PROMPT: &str = "127.0.0.1:6379> ";

#[test]
fn words_that_never_reach_the_server() {
    let mut lab = Lab::new();
    let mut session = lab.open(Options::default());
    lab.play(
        &mut session,
        &[
            ("", "", PROMPT),
            ("  \t", "", PROMPT),
            ("\"abc", "Invalid argument(s)\n", PROMPT),
            ("echo b\"c", "Invalid argument(s)\n", PROMPT),
            ("echo \"a\"b", "Invalid argument(s)\n", PROMPT),
            (
                "0 ping",
                "Invalid redis-cli repeat command option value.\n",
                PROMPT,
            ),
            (
                "-1 ping",
                "Invalid redis-cli repeat command option value.\n",
                PROMPT,
            ),
            (
                "\"\" x",
                "Invalid redis-cli repeat command option value.\n",
                PROMPT,
            ),
            (
                "99999999999999999999 ping",
                "Invalid redis-cli repeat command option value.\n",
                PROMPT,
            ),
            (
                ":set",
                "unknown redis-cli internal command ':set'\n",
                PROMPT,
            ),
            (":set foo", "unknown redis-cli preference 'foo'\n", PROMPT),
            (
                ":bar",
                "unknown redis-cli internal command ':bar'\n",
                PROMPT,
            ),
            (
                "restart",
                "Use 'restart' only in Lua debugging mode.\n",
                PROMPT,
            ),
            ("help nosuch", "\r\n", PROMPT),
            ("help @nosuch", "\r\n", PROMPT),
            (":set nohints", "", PROMPT),
        ],
    );
    assert!(!session.hints());
    lab.run(&mut session, ":set hints");
    assert!(session.hints());
}

#[test]
fn commands_are_repeated_and_errors_shown() {
    let mut lab = Lab::new();
    let mut session = lab.open(Options::default());
    lab.play(
        &mut session,
        &[
            ("  3 ping", "PONG\nPONG\nPONG\n", PROMPT),
            (
                "echo \"a\\x01\\n\\\"é\"",
                "\"a\\x01\\n\\\"\\xc3\\xa9\"\n",
                PROMPT,
            ),
            ("echo 'it\\'s'", "\"it's\"\n", PROMPT),
            (
                "foo",
                "(error) ERR unknown command 'foo', with args beginning with: \n",
                PROMPT,
            ),
            (
                "3",
                "(error) ERR unknown command '3', with args beginning with: \n",
                PROMPT,
            ),
            (
                "clear x",
                "(error) ERR unknown command 'clear', with args beginning with: 'x' \n",
                PROMPT,
            ),
            (
                "echo",
                "(error) ERR wrong number of arguments for 'echo' command\n",
                PROMPT,
            ),
            ("debug sleep 0.6", "OK\n(0.60s)\n", PROMPT),
        ],
    );
}

#[test]
fn the_prompt_follows_the_connection() {
    let mut lab = Lab::new();
    let mut session = lab.open(Options::default());
    lab.play(
        &mut session,
        &[
            ("select 3", "OK\n", "127.0.0.1:6379[3]> "),
            ("multi", "OK\n", "127.0.0.1:6379[3](TX)> "),
            ("select 5", "QUEUED\n", "127.0.0.1:6379[5](TX)> "),
            ("discard", "OK\n", "127.0.0.1:6379[3]> "),
            (
                "select 99",
                "(error) ERR DB index is out of range\n",
                "127.0.0.1:6379[3]> ",
            ),
            (
                "2 multi",
                "OK\n(error) ERR MULTI calls can not be nested\n",
                "127.0.0.1:6379[3](TX)> ",
            ),
            ("exec", "(empty array)\n", "127.0.0.1:6379[3]> "),
            ("multi", "OK\n", "127.0.0.1:6379[3](TX)> "),
            ("select 4", "QUEUED\n", "127.0.0.1:6379[4](TX)> "),
            ("exec", "1) OK\n", "127.0.0.1:6379[4]> "),
            ("multi", "OK\n", "127.0.0.1:6379[4](TX)> "),
            ("reset", "RESET\n", PROMPT),
        ],
    );
}

#[test]
fn a_lost_connection_is_opened_again_with_its_database() {
    let mut lab = Lab::new();
    let mut session = lab.open(Options::default());
    lab.run(&mut session, "select 2");
    lab.run(&mut session, "client kill type normal skipme no");
    lab.play(
        &mut session,
        &[
            (
                "ping",
                "Error: Server closed the connection\n",
                "not connected> ",
            ),
            ("ping", "PONG\n", "127.0.0.1:6379[2]> "),
        ],
    );
    assert!(lab.run(&mut session, "client info").contains(" db=2 "));
    lab.play(
        &mut session,
        &[
            (
                "connect 127.0.0.1 1",
                "Could not connect to Redis at 127.0.0.1:1: Connection refused\n",
                "not connected> ",
            ),
            (
                "ping",
                "Could not connect to Redis at 127.0.0.1:1: Connection refused\n",
                "not connected> ",
            ),
            ("connect 127.0.0.1 6379", "", "127.0.0.1:6379[2]> "),
            (
                "3 quit",
                "OK\nError: Server closed the connection\n",
                "not connected> ",
            ),
        ],
    );
    lab.run(&mut session, "quit");
    assert!(session.has_ended());
}

#[test]
fn resp3_is_asked_for_when_connecting() {
    let mut lab = Lab::new();
    let mut session = lab.open(Options {
        resp3: true,
        db: 1,
        ..Options::default()
    });
    assert_eq!(session.prompt(), "127.0.0.1:6379[1]> ");
    let hello = lab.run(&mut session, "hello");
    assert!(hello.starts_with("1# \"server\" => \"redis\"\n"), "{hello}");
    assert!(hello.contains("3# \"proto\" => (integer) 3\n"), "{hello}");
}

#[test]
fn text_for_people_is_printed_without_quotes() {
    let mut lab = Lab::new();
    let mut session = lab.open(Options::default());
    assert!(
        lab.run(&mut session, "info server")
            .starts_with("# Server\r\nredis_version:")
    );
    assert!(lab.run(&mut session, "client list").starts_with("id="));
    let mut raw = lab.open(Options {
        output: Output::Raw,
        ..Options::default()
    });
    assert_eq!(lab.run(&mut raw, "echo \"a b\\n\""), "a b\n\n");
    let unknown = lab.run(&mut raw, "foo");
    assert_eq!(
        unknown,
        "ERR unknown command 'foo', with args beginning with: \n\n"
    );
}

#[test]
fn help_is_in_the_language_of_the_session() {
    let mut lab = Lab::new();
    let mut session = lab.open(Options::default());
    let english = lab.run(&mut session, "help echo");
    assert!(english.starts_with(
        "\r\n  \x1b[1mECHO\x1b[0m \x1b[90mmessage\x1b[0m\r\n  \x1b[33msummary:\x1b[0m "
    ));
    assert!(english.ends_with("\x1b[33mgroup:\x1b[0m connection\r\n\r\n"));
    session.set_language(Language::Chinese);
    assert_ne!(lab.run(&mut session, "? echo"), english);
    assert!(!lab.run(&mut session, "help @connection").contains("group:"));
    assert!(
        lab.run(&mut session, "help")
            .starts_with("redis-cli 7.2.4\nTo get help")
    );
}

#[test]
fn a_command_without_a_reply_can_be_interrupted() {
    let mut session = Session::new(Options::default());
    assert_eq!(
        session.next_action(),
        Some(Action::Connect("127.0.0.1".to_string(), 6379))
    );
    session.connected(Ok(()), 0);
    session.submit(b"3 ping", 0);
    let ping = Action::Send(b"*1\r\n$4\r\nping\r\n".to_vec());
    assert_eq!(session.next_action(), Some(ping.clone()));
    session.received(b"+PONG\r\n", 1);
    // The second has not been sent yet, and will not be.
    session.interrupt(1);
    assert!(session.is_idle() && session.next_action().is_none());
    session.submit(b"ping", 2);
    assert_eq!(session.next_action(), Some(ping));
    session.interrupt(3);
    assert_eq!(session.next_action(), Some(Action::Close));
    assert_eq!(session.prompt(), "not connected> ");
    assert_eq!(session.take_output(), b"PONG\n");
}

#[test]
fn messages_come_until_ctrl_c() {
    for (line, answer, printed) in [
        (
            "subscribe a",
            "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n",
            "Reading messages... (press Ctrl-C to quit)\n1) \"subscribe\"\n2) \"a\"\n3) (integer) 1\n",
        ),
        ("monitor", "+OK\r\n", "OK\n"),
    ] {
        let mut session = Session::new(Options::default());
        while session.next_action().is_some() {}
        session.connected(Ok(()), 0);
        session.submit(line.as_bytes(), 0);
        while session.next_action().is_some() {}
        session.received(answer.as_bytes(), 0);
        assert_eq!(String::from_utf8_lossy(&session.take_output()), printed);
        assert!(!session.is_idle());
        session.received(b"+more\r\n", 10);
        assert_eq!(session.take_output(), b"more\n");
        session.interrupt(20);
        assert_eq!(session.next_action(), Some(Action::Close));
        assert!(matches!(session.next_action(), Some(Action::Connect(..))));
        session.connected(Ok(()), 30);
        assert!(session.is_idle());
        assert!(session.take_output().is_empty());
    }
}

#[test]
fn a_command_that_waits_is_given_up_with_its_connection() {
    let mut lab = Lab::new();
    let mut session = lab.open(Options::default());
    session.submit(b"blpop tasks 0", 0);
    let Some(Action::Send(bytes)) = session.next_action() else {
        panic!("nothing is sent");
    };
    let id = lab.client.unwrap();
    lab.server.receive(lab.now_us, id, &bytes);
    for _ in 0..50 {
        lab.now_us += 100_000;
        lab.server.tick(lab.now_us);
        assert!(lab.server.take_output(id).is_empty());
    }
    assert!(!session.is_idle());
    // redis-cli ends here, and its connection with it. A reply that is under way is not printed.
    session.interrupt(0);
    session.received(b"*2\r\n$5\r\ntasks\r\n$1\r\na\r\n", 0);
    assert_eq!(session.take_output(), b"");
    assert_eq!(session.prompt(), "not connected> ");
    assert!(session.is_idle());
    lab.play(
        &mut session,
        &[
            ("rpush tasks a", "(integer) 1\n", PROMPT),
            ("llen tasks", "(integer) 1\n", PROMPT),
            ("blpop tasks 0", "1) \"tasks\"\n2) \"a\"\n", PROMPT),
            ("blpop tasks 1.5", "(nil)\n(1.50s)\n", PROMPT),
        ],
    );
    assert_eq!(lab.server.instance().blocked_clients, 0);
}
