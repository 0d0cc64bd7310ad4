use super::*;
use crate::disk::{Disk, MemoryDisk};

fn set(name: &str, value: &str) -> Result<String, String> {
    let mut config = Config::default();
    let disk = MemoryDisk::with_directories(&["/var/lib/redis", "/tmp"]);
    let source = Source {
        disk: &disk,
        from_file: false,
    };
    let parameter = Parameter::find(name.as_bytes()).unwrap();
    let values: Vec<&[u8]> = match parameter.is_multiple() {
        true => value.split(' ').map(str::as_bytes).collect(),
        false => vec![value.as_bytes()],
    };
    parameter
        .set(&mut config, &values, source)
        .map_err(|error| error.0)?;
    Ok(parameter.get(&mut config))
}

#[test]
fn memory_takes_units() {
    for (text, bytes) in [
        ("100", "100"),
        ("1k", "1000"),
        ("2KB", "2048"),
        ("1mb", "1048576"),
    ] {
        assert_eq!(set("maxmemory", text).unwrap(), bytes);
    }
    for text in ["", "mb"] {
        assert_eq!(set("maxmemory", text).unwrap(), "0");
    }
    for text in ["1 mb", "-1", "1tb", "99999999999gb"] {
        assert!(set("maxmemory", text).is_err(), "{text}");
    }
}

#[test]
fn bounds_and_names_are_told() {
    assert_eq!(
        set("maxmemory-samples", "0").unwrap_err(),
        "argument must be between 1 and 2147483647 inclusive"
    );
    assert_eq!(
        set("appendfsync", "lru").unwrap_err(),
        "argument(s) must be one of the following: everysec, always, no"
    );
    assert_eq!(
        set("maxmemory-policy", "ALLKEYS-LFU").unwrap(),
        "allkeys-lfu"
    );
    assert_eq!(set("hash-max-ziplist-entries", "7").unwrap(), "7");
}

#[test]
fn save_points_are_pairs() {
    for (text, shown) in [
        ("900 1 300 10", "900 1 300 10"),
        ("", ""),
        ("+7 0", "7 0"),
        ("900 ", "900 0"),
    ] {
        assert_eq!(set("save", text).unwrap(), shown);
    }
    for text in ["900", "0 1", "900 -1", "x 1", "900 1 ", "1  2", "+ 2"] {
        assert_eq!(set("save", text).unwrap_err(), "Invalid save parameters");
    }
}

#[test]
fn a_folder_must_exist() {
    assert_eq!(set("dir", "../../../tmp/.").unwrap(), "/tmp");
    for text in ["", "/nosuch"] {
        assert_eq!(set("dir", text).unwrap_err(), "No such file or directory");
    }
    assert!(set("dbfilename", "a/b").is_err());
    assert!(set("appendfilename", "").is_err());
}

#[test]
fn parameters_are_sorted_and_read_back_their_default() {
    let names: Vec<&str> = Parameter::ALL
        .iter()
        .map(|parameter| parameter.name)
        .collect();
    assert!(names.is_sorted(), "{names:?}");
    // Nobody is followed where there is no line of that name: it has no empty value.
    let others = Parameter::ALL.iter().filter(|it| it.name != "replicaof");
    for parameter in others {
        let value = parameter.get(&mut Config::default());
        assert_eq!(set(parameter.name, &value).unwrap(), value);
    }
}

/// Starts with a file of these lines, among some others.
fn load(text: &str) -> Result<Config, ConfigError> {
    let folders = ["/etc/conf.d", "/srv", "/var/lib/redis", "/var/log/redis"];
    let mut disk = MemoryDisk::with_directories(&folders);
    for (path, text) in [
        ("/etc/redis.conf", text),
        ("/etc/self.conf", "include self.conf"),
        ("/etc/conf.d/b.conf", "\nbad line"),
        ("/etc/conf.d/a.conf", "timeout 3\n"),
    ] {
        disk.create(path).unwrap();
        disk.append(path, text.as_bytes()).unwrap();
    }
    let is_command = |name: &[u8]| [&b"FLUSHALL"[..], b"GET"].contains(&name);
    Config::load(Some("redis.conf"), b"", "/etc", &disk, is_command)
}

/// The error of starting with a file of these lines.
fn start(text: &str) -> String {
    let result = load(text);
    result
        .err()
        .map_or(String::new(), |error| error.to_string())
}

#[test]
fn files_are_read_and_refused_as_redis_server_does() {
    const BAD: &str = "Bad directive or wrong number of arguments\n";
    for (text, place, reason) in [
        ("", None, ""),
        ("  # no\n\n\tPORT 1 \r\n\"timeout\" \"\\x31\"\n", None, ""),
        ("port 1\nx\n", Some((2, "x")), BAD),
        ("port", Some((1, "port")), "wrong number of arguments\n"),
        (
            "port 1 # 2",
            Some((1, "port 1 # 2")),
            "wrong number of arguments\n",
        ),
        (
            "\n port \"1",
            Some((2, "port \"1")),
            "Unbalanced quotes in configuration line\n",
        ),
        (
            "save 900",
            Some((1, "save 900")),
            "Invalid save parameters\n",
        ),
        (
            "dir /nosuch",
            Some((1, "dir /nosuch")),
            "No such file or directory\n",
        ),
        (
            "rename-command FLUSHALL GET",
            Some((1, "rename-command FLUSHALL GET")),
            "Target command name already exists\n",
        ),
        (
            "rename-command NOPE b",
            Some((1, "rename-command NOPE b")),
            "No such command in rename-command\n",
        ),
        (
            "rename-command FLUSHALL",
            Some((1, "rename-command FLUSHALL")),
            BAD,
        ),
        (
            "rename-command FLUSHALL \"\"\nrename-command GET FLUSHALL",
            None,
            "",
        ),
        ("include conf.d/b.conf", Some((2, "bad line")), BAD),
        ("include conf.d/*.conf", Some((3, "bad line")), BAD),
        ("include conf.d/[ac]*\ninclude /nosuch/*", None, ""),
        (
            "include self.conf",
            Some((1, "include self.conf")),
            "Too many included files\n",
        ),
    ] {
        let expected = match place {
            None => String::new(),
            Some((number, line)) => format!(
                "\n*** FATAL CONFIG FILE ERROR (Redis 7.2.4) ***\n\
                 Reading the configuration file, at line {number}\n>>> '{line}'\n{reason}"
            ),
        };
        assert_eq!(start(text), expected, "{text}");
    }
    assert_eq!(
        start("dir /srv\ninclude redis.conf"),
        "Fatal error, can't open config file 'redis.conf': No such file or directory"
    );
    assert_eq!(
        start("logfile /nosuch/log\ninclude conf.d/a.conf\nbad"),
        "\n*** FATAL CONFIG FILE ERROR (Redis 7.2.4) ***\n\
         Can't open the log file: No such file or directory\n"
    );
}

#[test]
fn save_lines_of_a_file_add_up_and_replace_the_default() {
    for (text, shown) in [
        ("", "900 1 300 10 60 10000"),
        ("save 1 2\nsave \"3 4\"", "1 2 3 4"),
        ("save 1 2 3 4", "1 2 3 4"),
        ("save 1 2\nsave \"\"", ""),
        ("save \"\"\nsave 5 6", "5 6"),
    ] {
        let mut config = load(text).unwrap();
        let save = Parameter::find(b"save").unwrap();
        assert_eq!(save.get(&mut config), shown, "{text}");
    }
}

#[test]
fn a_primary_is_named_by_host_and_port_or_by_no_one() {
    let loaded = load("slaveof 127.0.0.1 7000\nslave-priority 7\nmasterauth secret").unwrap();
    assert_eq!(loaded.replicaof, Some(("127.0.0.1".into(), 7000)));
    assert_eq!(loaded.replica_priority, 7);
    let loaded = load("replicaof a 1\nreplicaof NO one").unwrap();
    assert_eq!(loaded.replicaof, None);
    assert!(start("replicaof a").contains("wrong number of arguments"));
    assert!(start("replicaof a 70000").contains("Invalid master port"));
}
