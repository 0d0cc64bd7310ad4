use super::*;
use crate::disk::MemoryDisk;

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
    for parameter in Parameter::ALL {
        let value = parameter.get(&mut Config::default());
        assert_eq!(set(parameter.name, &value).unwrap(), value);
    }
}
