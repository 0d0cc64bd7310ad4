//! Users as several clients see them: who is asked again, closed, shown to others or written down.

use super::*;

const NOW_US: i64 = 1_700_000_000_000_000;

struct Lab(Server);

impl Lab {
    fn new() -> Lab {
        Lab(Server::new(Config::default(), 1, NOW_US))
    }

    fn client(&mut self) -> u64 {
        self.0.connect(NOW_US, "127.0.0.1:50000")
    }

    fn send(&mut self, id: u64, line: &str) -> String {
        let line = format!("{line}\r\n");
        self.0.receive(NOW_US, id, line.as_bytes());
        self.read(id)
    }

    fn read(&mut self, id: u64) -> String {
        let output = self.0.take_output(id);
        String::from_utf8_lossy(&output).replace("\r\n", " ")
    }

    fn closed(&mut self) -> Vec<u64> {
        let closed = |event| match event {
            Event::Closed(id) => Some(id),
            _ => None,
        };
        self.0
            .take_events()
            .into_iter()
            .filter_map(closed)
            .collect()
    }
}

#[test]
fn who_waits_is_asked_again_before_it_is_served() {
    let mut lab = Lab::new();
    let (admin, one, two) = (lab.client(), lab.client(), lab.client());
    lab.send(admin, "acl setuser ann on nopass +blpop ~a ~b");
    for id in [one, two] {
        assert_eq!(lab.send(id, "auth ann x"), "+OK ");
    }
    assert_eq!(lab.send(one, "blpop a 0"), "");
    assert_eq!(lab.send(two, "blpop b 0"), "");
    lab.send(admin, "acl setuser ann resetkeys ~b");
    lab.send(admin, "rpush a 1");
    let denied = "-NOPERM No permissions to access a key ";
    assert_eq!(lab.read(one), denied);
    assert_eq!(lab.send(admin, "llen a"), ":1 ");
    lab.send(admin, "rpush b 1");
    assert_eq!(lab.read(two), "*2 $1 b $1 1 ");
    assert_eq!(lab.send(two, "blpop a 0"), denied);
}

#[test]
fn who_is_no_more_is_closed() {
    let mut lab = Lab::new();
    let (admin, ann, bob) = (lab.client(), lab.client(), lab.client());
    lab.send(admin, "acl setuser ann on nopass +@all ~* &*");
    lab.send(admin, "acl setuser bob on nopass +@all ~* &*");
    lab.send(ann, "auth ann x");
    lab.send(bob, "auth bob x");
    assert_eq!(lab.send(admin, "acl deluser ann"), ":1 ");
    assert_eq!(lab.closed(), [ann]);
    // Itself after the reply.
    assert_eq!(lab.send(bob, "acl deluser bob nobody"), ":1 ");
    assert_eq!(lab.closed(), [bob]);
    assert_eq!(lab.send(bob, "ping"), "");
}

#[test]
fn who_listens_is_closed_when_it_may_no_more() {
    let mut lab = Lab::new();
    let admin = lab.client();
    lab.send(admin, "acl setuser ann on nopass +@all &news.* &x");
    let listeners: Vec<u64> = (0..4).map(|_| lab.client()).collect();
    for (id, line) in listeners.iter().zip([
        "subscribe news.a",
        "psubscribe news.*",
        "ssubscribe x",
        "ping",
    ]) {
        lab.send(*id, "auth ann x");
        lab.send(*id, line);
    }
    assert_eq!(
        lab.send(listeners[3], "subscribe y"),
        "-NOPERM No permissions to access a channel "
    );
    lab.send(admin, "acl setuser ann &y");
    assert_eq!(lab.closed(), []);
    lab.send(admin, "acl setuser ann resetchannels &news.a &x");
    assert_eq!(lab.closed(), [listeners[1]]);
    lab.send(admin, "acl setuser ann resetchannels allchannels");
    lab.send(admin, "acl setuser ann resetchannels &nothing");
    assert_eq!(lab.closed(), [listeners[0], listeners[2]]);
}

#[test]
fn passwords_are_not_shown() {
    let mut lab = Lab::new();
    let (monitor, client) = (lab.client(), lab.client());
    lab.send(client, "config set slowlog-log-slower-than 0");
    lab.send(monitor, "monitor");
    for (line, shown) in [
        ("auth secret", "\"auth\" \"(redacted)\""),
        ("auth ann secret", "\"auth\" \"(redacted)\" \"(redacted)\""),
        (
            "hello 2 setname auth auth ann secret",
            "\"hello\" \"2\" \"setname\" \"auth\" \"auth\" \"(redacted)\" \"(redacted)\"",
        ),
        ("auth a b c", "\"auth\" \"a\" \"b\" \"c\""),
    ] {
        lab.send(client, line);
        let seen = lab.read(monitor);
        assert!(seen.ends_with(&format!("{shown} ")), "{line}: {seen}");
    }
    lab.send(client, "acl setuser ann on >secret");
    lab.send(client, "config set requirepass secret timeout 7");
    assert_eq!(lab.read(monitor), "");
    let slow = lab.send(client, "slowlog get 3");
    assert!(!slow.contains("secret"), "{slow}");
    let config = "$6 config $3 set $11 requirepass $10 (redacted) $7 timeout $1 7";
    assert!(slow.contains(config), "{slow}");
    assert!(
        slow.contains("$3 acl $7 setuser $10 (redacted) $10 (redacted) $10 (redacted)"),
        "{slow}"
    );
}

#[test]
fn strangers_may_not_send_or_keep_much() {
    let mut lab = Lab::new();
    let admin = lab.client();
    lab.send(admin, "config set requirepass secret");
    let many = lab.client();
    let error = "-ERR Protocol error: unauthenticated multibulk length ";
    assert_eq!(lab.send(many, "*11"), error);
    let long = lab.client();
    let error = "-ERR Protocol error: unauthenticated bulk length ";
    assert_eq!(lab.send(long, "*1\r\n$16385"), error);
    // In one go with the password it is no stranger any more.
    let known = lab.client();
    let words = ["$1\r\na\r\n"; 12].concat();
    let line = format!("auth secret\r\n*13\r\n$6\r\nexists\r\n{}", words.trim_end());
    assert_eq!(lab.send(known, &line), "+OK :0 ");
    let deaf = lab.client();
    lab.closed();
    for _ in 0..1000 {
        lab.0.receive(NOW_US, deaf, b"get a\r\n");
    }
    assert_eq!(lab.closed(), [deaf]);
    let stats = lab.send(admin, "info stats");
    assert!(stats.contains("acl_access_denied_auth:0"), "{stats}");
}

#[test]
fn what_is_denied_is_noted() {
    let mut lab = Lab::new();
    let (admin, client) = (lab.client(), lab.client());
    lab.send(admin, "acl setuser ann on >x +get +multi +exec +publish ~a");
    lab.send(client, "auth ann wrong");
    lab.send(client, "auth ann x");
    for line in [
        "set a 1",
        "get b",
        "publish c d",
        "get b",
        "multi",
        "get b",
        "exec",
    ] {
        lab.send(client, line);
    }
    let log = lab.send(admin, "acl log 1");
    assert!(
        log.starts_with(
            "*1 *20 $5 count :1 $6 reason $3 key $7 context $5 multi $6 object $1 b $8 username $3 ann \
             $11 age-seconds $1 0 $11 client-info $"
        ),
        "{log}"
    );
    assert!(
        log.contains(" user=ann ")
            && log.ends_with(
                "$8 entry-id :4 $17 timestamp-created :1700000000000 $22 timestamp-last-updated \
                 :1700000000000 "
            ),
        "{log}"
    );
    lab.send(admin, "hello 3");
    assert!(
        lab.send(admin, "acl log")
            .starts_with("*5 %10 $5 count :1 ")
    );
    assert!(
        lab.send(admin, "acl getuser ann")
            .starts_with("%6 $5 flags ~2 $2 on ")
    );
    let stats = lab.send(admin, "info stats");
    let counts = "acl_access_denied_auth:1 acl_access_denied_cmd:1 acl_access_denied_key:3 \
                  acl_access_denied_channel:1";
    assert!(stats.contains(counts), "{stats}");
    let errors = lab.send(admin, "info errorstats");
    assert!(errors.contains("errorstat_NOPERM:count=5"), "{errors}");
}
