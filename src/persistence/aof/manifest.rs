//! The manifest: which files make up the log, and in which order they are loaded.
//!
//! A line a file, `file appendonly.aof.1.base.rdb seq 1 type b`, with names quoted where they
//! need it. Types: `b` the base (what a rewrite wrote), `i` increments on top of it in the order
//! of their numbers, `h` history: files that a rewrite has made needless, to be deleted.

use crate::resp::{quote, split_args};

/// Longest line that Redis reads, in bytes.
const MAX_LINE: usize = 1024;

/// A file of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AofFile {
    /// Its name below appenddirname.
    pub name: String,
    /// Its number; increments are loaded by it.
    pub seq: i64,
}

/// The files of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// What the last rewrite wrote.
    pub base: Option<AofFile>,
    /// To be deleted.
    pub history: Vec<AofFile>,
    /// What came after the base, in order.
    pub incr: Vec<AofFile>,
    last_base: i64,
    last_incr: i64,
    /// Whether it differs from what is on the disk.
    pub changed: bool,
}

/// Why a manifest is refused, with Redis's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestError {
    /// Which line, from 1, and what it says; none when the fault is not in one line.
    pub line: Option<(usize, String)>,
    /// What is wrong.
    pub text: &'static str,
}

impl Manifest {
    /// Reads a manifest. Linear in its length.
    ///
    /// # Errors
    /// Those of Redis 7.0.
    pub fn parse(bytes: &[u8]) -> Result<Manifest, ManifestError> {
        let mut manifest = Manifest::default();
        if bytes.is_empty() {
            return Err(ManifestError {
                line: None,
                text: "Found an empty AOF manifest",
            });
        }
        for (index, line) in bytes.split_inclusive(|&byte| byte == b'\n').enumerate() {
            if line.starts_with(b"#") {
                continue;
            }
            // C reads so far and no further; a NUL ends what it sees.
            let line = &line[..line.len().min(MAX_LINE)];
            let line = line.split(|&byte| byte == 0).next().unwrap_or(line);
            if !line.ends_with(b"\n") {
                return Err(ManifestError {
                    line: None,
                    text: "The AOF manifest file contains too long line",
                });
            }
            let line = trim(line);
            manifest.add(line).map_err(|text| ManifestError {
                line: Some((index + 1, String::from_utf8_lossy(line).into_owned())),
                text,
            })?;
        }
        manifest.changed = false;
        Ok(manifest)
    }

    fn add(&mut self, line: &[u8]) -> Result<(), &'static str> {
        const INVALID: &str = "Invalid AOF manifest file format";
        let words = split_args(line).map_err(|_| INVALID)?;
        if words.len() < 6 || !words.len().is_multiple_of(2) {
            return Err(INVALID);
        }
        let (mut name, mut seq, mut kind) = (None, 0, 0);
        for pair in words.chunks_exact(2) {
            let (key, value) = (&pair[0], &pair[1]);
            if key.eq_ignore_ascii_case(b"file") {
                if value.contains(&b'/') || value.contains(&b'\\') {
                    return Err("File can't be a path, just a filename");
                }
                name = Some(String::from_utf8(value.clone()).map_err(|_| INVALID)?);
            } else if key.eq_ignore_ascii_case(b"seq") {
                seq = leading_number(value);
            } else if key.eq_ignore_ascii_case(b"type") {
                kind = value.first().copied().unwrap_or(0);
            }
        }
        let Some(name) = name.filter(|_| seq != 0 && kind != 0) else {
            return Err(INVALID);
        };
        let file = AofFile { name, seq };
        match kind {
            b'b' if self.base.is_some() => return Err("Found duplicate base file information"),
            b'b' => {
                self.last_base = seq;
                self.base = Some(file);
            }
            b'h' => self.history.push(file),
            b'i' if seq <= self.last_incr => return Err("Found a non-monotonic sequence number"),
            b'i' => {
                self.last_incr = seq;
                self.incr.push(file);
            }
            _ => return Err("Unknown AOF file type"),
        }
        Ok(())
    }

    /// The manifest as it is written.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut list = |files: &mut dyn Iterator<Item = &AofFile>, kind: &str| {
            for file in files {
                out.extend_from_slice(b"file ");
                let name = file.name.as_bytes();
                let plain = |byte: &u8| byte.is_ascii_graphic() && !b"\\\"'".contains(byte);
                if name.is_empty() || !name.iter().all(plain) {
                    quote(name, &mut out);
                } else {
                    out.extend_from_slice(name);
                }
                out.extend_from_slice(b" seq ");
                out.extend_from_slice(itoa::Buffer::new().format(file.seq).as_bytes());
                out.extend_from_slice(b" type ");
                out.extend_from_slice(kind.as_bytes());
                out.push(b'\n');
            }
        };
        list(&mut self.base.iter(), "b");
        list(&mut self.history.iter(), "h");
        list(&mut self.incr.iter(), "i");
        out
    }

    /// The files to load, in order.
    pub fn files(&self) -> impl Iterator<Item = &AofFile> {
        self.base.iter().chain(&self.incr)
    }

    /// Whether there is nothing to load.
    pub fn is_empty(&self) -> bool {
        self.base.is_none() && self.incr.is_empty()
    }

    /// Takes `file_name`, a log of Redis before 7, for the base.
    pub fn adopt(&mut self, file_name: &str) {
        self.base = Some(AofFile {
            name: file_name.to_string(),
            seq: 1,
        });
        self.last_base = 1;
        self.changed = true;
    }

    /// Adds a base with the next number; the one before becomes history. Answers its name.
    pub fn next_base(&mut self, file_name: &str, is_rdb: bool) -> String {
        self.history.splice(..0, self.base.take());
        self.last_base = self.last_base.saturating_add(1);
        let suffix = if is_rdb { "rdb" } else { "aof" };
        let name = format!("{file_name}.{}.base.{suffix}", self.last_base);
        self.base = Some(AofFile {
            name: name.clone(),
            seq: self.last_base,
        });
        self.changed = true;
        name
    }

    /// Adds an increment with the next number. Answers its name.
    pub fn next_incr(&mut self, file_name: &str) -> String {
        self.last_incr = self.last_incr.saturating_add(1);
        let name = format!("{file_name}.{}.incr.aof", self.last_incr);
        self.incr.push(AofFile {
            name: name.clone(),
            seq: self.last_incr,
        });
        self.changed = true;
        name
    }

    /// Makes history of the increments that a new base contains: all but the last while it is
    /// being written to.
    pub fn retire_incr(&mut self, keep_last: bool) {
        let retired = self.incr.len().saturating_sub(usize::from(keep_last));
        for file in self.incr.drain(..retired) {
            // Redis adds each in front of the list.
            self.history.insert(0, file);
            self.changed = true;
        }
    }

    /// Forgets the history. Answers the names of its files.
    pub fn take_history(&mut self) -> Vec<String> {
        self.changed |= !self.history.is_empty();
        let history = std::mem::take(&mut self.history);
        history.into_iter().map(|file| file.name).collect()
    }
}

/// The number that `text` begins with, 0 without one, as C's `atoll` reads it.
pub(super) fn leading_number(text: &[u8]) -> i64 {
    let text = trim(text);
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let digits = digits.iter().take_while(|byte| byte.is_ascii_digit());
    let number = digits.fold(0i64, |number, digit| {
        number
            .saturating_mul(10)
            .saturating_add(i64::from(digit - b'0'))
    });
    if negative { -number } else { number }
}

fn trim(mut line: &[u8]) -> &[u8] {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    while line.first().is_some_and(blank) {
        line = &line[1..];
    }
    while line.last().is_some_and(blank) {
        line = &line[..line.len() - 1];
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> (Option<usize>, &'static str) {
        let error = Manifest::parse(text.as_bytes()).unwrap_err();
        (error.line.map(|(number, _)| number), error.text)
    }

    #[test]
    fn a_manifest_is_read_and_written() {
        let text = "file appendonly.aof.2.base.rdb seq 2 type b\n\
                    file appendonly.aof.1.base.rdb seq 1 type h\n\
                    file \"a b\" seq 3 type i\nfile c seq 7 type i\n";
        let mut manifest = Manifest::parse(text.as_bytes()).unwrap();
        assert_eq!(manifest.to_bytes(), text.as_bytes());
        assert_eq!(manifest.next_incr("x"), "x.8.incr.aof");
        assert_eq!(manifest.next_base("x", false), "x.3.base.aof");
        manifest.retire_incr(true);
        assert_eq!(
            manifest.take_history(),
            [
                "c",
                "a b",
                "appendonly.aof.2.base.rdb",
                "appendonly.aof.1.base.rdb"
            ]
        );
        assert_eq!(
            manifest.to_bytes(),
            b"file x.3.base.aof seq 3 type b\nfile x.8.incr.aof seq 8 type i\n"
        );
        // Comments, case and further pairs are let pass.
        let text = "# note\n FILE a SEQ 1x Type incr what ever\r\n";
        let manifest = Manifest::parse(text.as_bytes()).unwrap();
        assert_eq!(manifest.incr.len(), 1);
    }

    #[test]
    fn faults_are_named_by_line_as_redis_does() {
        const INVALID: &str = "Invalid AOF manifest file format";
        assert_eq!(refused(""), (None, "Found an empty AOF manifest"));
        assert_eq!(refused("\n"), (Some(1), INVALID));
        assert_eq!(
            refused("# x\nfile a seq 1 type b\nfile"),
            (None, "The AOF manifest file contains too long line")
        );
        assert_eq!(refused("file a seq 1\n"), (Some(1), INVALID));
        assert_eq!(refused("file a seq 0 type b\n"), (Some(1), INVALID));
        assert_eq!(refused("file \"a seq 1 type b\n"), (Some(1), INVALID));
        let slash = "file a/b seq 1 type b\n";
        assert_eq!(
            refused(slash),
            (Some(1), "File can't be a path, just a filename")
        );
        assert_eq!(
            refused("file a seq 1 type x\n"),
            (Some(1), "Unknown AOF file type")
        );
        let bases = "file a seq 1 type b\nfile b seq 2 type b\n";
        assert_eq!(
            refused(bases),
            (Some(2), "Found duplicate base file information")
        );
        let incr = "# c\nfile a seq 2 type i\nfile b seq 1 type i\n";
        assert_eq!(
            refused(incr),
            (Some(3), "Found a non-monotonic sequence number")
        );
    }

    #[test]
    fn mutated_manifests_never_panic() {
        let text = b"file appendonly.aof.2.base.rdb seq 2 type b\nfile \"a\\x20b\" seq 3 type i\n";
        let mut rng = fastrand::Rng::with_seed(7);
        let mut read = 0;
        for _ in 0..20_000 {
            let mut bytes = text.to_vec();
            for _ in 0..rng.usize(1..5) {
                let at = rng.usize(..bytes.len());
                match rng.u8(..3) {
                    0 => bytes[at] = rng.u8(..),
                    1 => bytes.truncate(at.max(1)),
                    _ => bytes.insert(at, b"\n \"\\\0#"[rng.usize(..6)]),
                }
            }
            if let Ok(manifest) = Manifest::parse(&bytes) {
                read += 1;
                let again = Manifest::parse(&manifest.to_bytes());
                assert!(manifest.is_empty() || again == Ok(manifest));
            }
        }
        assert!(read > 100, "{read} of them were manifests");
    }
}
