//! Where generated commands get their keys, values and bad arguments from.

/// The arguments of one command, its name first.
pub type Args = Vec<Vec<u8>>;

/// Commands that only make sense together; shrinking keeps or drops them as one.
pub type Group = Vec<Args>;

/// A command written as words: `words("SET a 1")`.
pub fn words(text: &str) -> Args {
    text.split(' ')
        .map(|word| word.as_bytes().to_vec())
        .collect()
}

/// The type a key usually has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    String,
    Bitmap,
    Hash,
    List,
    Set,
    SortedSet,
    Stream,
    /// A sorted set whose scores are all 0. What ranges by member answer on any other is undefined: it
    /// depends on how the real server happened to build its skip list.
    Lex,
}

const KINDS: [Kind; 7] = [
    Kind::String,
    Kind::Bitmap,
    Kind::Hash,
    Kind::List,
    Kind::Set,
    Kind::SortedSet,
    Kind::Stream,
];

/// Values that decide something in an implementation: integers by width, sizes around the limits of the
/// encodings, bytes that are no text.
const VALUES: &[&[u8]] = &[
    b"a",
    b"b",
    b"c",
    b"d",
    b"e",
    b"f",
    b"hello",
    b"Hello World",
    b"foobar",
    b"",
    b"0",
    b"1",
    b"2",
    b"-1",
    b"10",
    b"12",
    b"127",
    b"128",
    b"-129",
    b"4095",
    b"4096",
    b"32768",
    b"8388608",
    b"2147483648",
    b"-2147483649",
    b"9223372036854775807",
    b"-9223372036854775808",
    b"9223372036854775808",
    b"01",
    b"+1",
    b" 1",
    b"1 ",
    b"1.5",
    b"3.0",
    b"-0",
    b"1e3",
    b"inf",
    b"nan",
    b"0x10",
    b"\x00",
    b"\x00\xff\x80",
    b"a\r\nb",
    b"caf\xc3\xa9",
    b"exactly-sixteen!",
    b"seventeen-letters",
    b"this value is forty-four bytes long, exactly",
    b"this value has forty-five bytes, so not embstr",
    b"sixty-four bytes are what a listpack takes when nothing is set!!",
    b"and this one is longer than sixty-four bytes, so that it leaves any listpack",
];

/// Integers that are good arguments, and some that are out of somebody's range.
const INTEGERS: &[&str] = &[
    "0",
    "0",
    "1",
    "1",
    "2",
    "3",
    "5",
    "7",
    "10",
    "-1",
    "-1",
    "-2",
    "-3",
    "-5",
    "-10",
    "100",
    "-100",
    "255",
    "1000",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775806",
];

/// What is no integer.
const NO_INTEGERS: &[&str] = &[
    "abc",
    "",
    "1.5",
    " 1",
    "1 ",
    "+1",
    "01",
    "9223372036854775808",
    "-",
    "1e3",
    "--1",
];

const FLOATS: &[&str] = &[
    "0",
    "1",
    "-1",
    "2",
    "3",
    "10",
    "1.5",
    "-2.5",
    "0.1",
    "3.14159",
    "1e3",
    "1e17",
    "1e20",
    "1e-7",
    "5e-324",
    "inf",
    "-inf",
    "+inf",
    "Infinity",
    "100000",
    "9007199254740993",
    "-0",
    "0.30000000000000004",
    "1.7976931348623157e308",
];

const NO_FLOATS: &[&str] = &[
    "abc", "", "nan", " 1", "1 ", "1.2.3", "0x", "1e", "--1", "(1", "1e400",
];

/// A seeded source of everything a generator needs.
pub struct Random(fastrand::Rng);

impl Random {
    /// The same name and seed give the same commands.
    pub fn new(name: &str, seed: u64) -> Random {
        let name = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Random(fastrand::Rng::with_seed(
            name ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15),
        ))
    }

    /// A number from 0 up to, not including, `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0.usize(..limit)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0.i64(low..=high)
    }

    /// True once in `n` times.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// One of several.
    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    /// A key that most often holds the given type, at times another, at times nothing.
    pub fn key(&mut self, kind: Kind) -> Vec<u8> {
        let other = KINDS[self.below(KINDS.len())];
        let kind = if self.one_in(12) && kind != Kind::Lex {
            other
        } else {
            kind
        };
        let name = match kind {
            Kind::String => "str",
            Kind::Bitmap => "bits",
            Kind::Hash => "hash",
            Kind::List => "list",
            Kind::Set => "set",
            Kind::SortedSet => "zset",
            Kind::Stream => "stream",
            Kind::Lex => "lex",
        };
        format!("{name}:{}", self.below(4)).into_bytes()
    }

    /// A key of any type.
    pub fn any_key(&mut self) -> Vec<u8> {
        let kind = KINDS[self.below(KINDS.len())];
        self.key(kind)
    }

    /// One to three keys of a type.
    pub fn keys(&mut self, kind: Kind) -> Vec<Vec<u8>> {
        (0..1 + self.below(3)).map(|_| self.key(kind)).collect()
    }

    /// A string value, small numbers and letters more often than the rest.
    pub fn value(&mut self) -> Vec<u8> {
        match self.below(4) {
            0 => self.below(30).to_string().into_bytes(),
            1 => vec![b'a' + u8::try_from(self.below(8)).unwrap_or(0)],
            _ => self.pick(VALUES).to_vec(),
        }
    }

    /// A member or field: from so few that they are met again.
    pub fn member(&mut self) -> Vec<u8> {
        match self.below(8) {
            0 => self.value(),
            1..3 => self.below(12).to_string().into_bytes(),
            _ => format!("m{}", self.below(10)).into_bytes(),
        }
    }

    /// An integer argument; now and then none at all.
    pub fn integer(&mut self) -> Vec<u8> {
        let from = if self.one_in(14) {
            NO_INTEGERS
        } else {
            INTEGERS
        };
        self.pick(from).as_bytes().to_vec()
    }

    /// An index or count near what a small collection has; rarely anything else.
    pub fn index(&mut self) -> Vec<u8> {
        if self.one_in(12) {
            self.integer()
        } else {
            self.between(-8, 8).to_string().into_bytes()
        }
    }

    /// A count of zero or more, which a server may not have to repeat a billion times.
    pub fn count(&mut self) -> Vec<u8> {
        if self.one_in(12) {
            self.integer()
        } else {
            self.below(7).to_string().into_bytes()
        }
    }

    /// A floating-point argument; now and then none at all.
    pub fn float(&mut self) -> Vec<u8> {
        let from = if self.one_in(14) { NO_FLOATS } else { FLOATS };
        self.pick(from).as_bytes().to_vec()
    }

    /// A score: small whole numbers most often, so that they tie.
    pub fn score(&mut self) -> Vec<u8> {
        if self.one_in(3) {
            self.float()
        } else {
            self.between(-5, 20).to_string().into_bytes()
        }
    }

    /// One end of a range of scores.
    pub fn score_bound(&mut self) -> Vec<u8> {
        let mut bound = match self.below(8) {
            0 => b"-inf".to_vec(),
            1 => b"+inf".to_vec(),
            _ => self.score(),
        };
        if self.one_in(4) {
            bound.insert(0, b'(');
        }
        bound
    }

    /// One end of a range of members.
    pub fn lex_bound(&mut self) -> Vec<u8> {
        match self.below(9) {
            0 => b"-".to_vec(),
            1 => b"+".to_vec(),
            2 => self.member(),
            other => {
                let mut bound = self.member();
                bound.insert(0, if other % 2 == 0 { b'[' } else { b'(' });
                bound
            }
        }
    }

    /// A glob pattern over keys or members.
    pub fn pattern(&mut self) -> Vec<u8> {
        let patterns = [
            "*",
            "*",
            "m*",
            "m[0-4]",
            "[^m]*",
            "?",
            "m?",
            "*1",
            "str:*",
            "hash:?",
            "zset:[12]",
            "\\*",
            "[",
            "a*b",
            "",
            "[a-",
        ];
        self.pick(&patterns).as_bytes().to_vec()
    }

    /// Seconds to live: long enough that no run meets the end, or past, or no time at all.
    pub fn seconds(&mut self) -> Vec<u8> {
        match self.below(10) {
            0 => b"-1".to_vec(),
            1 => b"0".to_vec(),
            2 => b"-1000".to_vec(),
            3 => b"9223372036854775807".to_vec(),
            4 => self.pick(NO_INTEGERS).as_bytes().to_vec(),
            _ => self.between(1_000, 9_000_000).to_string().into_bytes(),
        }
    }

    /// Milliseconds to live, as [`Random::seconds`].
    pub fn milliseconds(&mut self) -> Vec<u8> {
        match self.below(10) {
            0 => b"-1".to_vec(),
            1 => b"0".to_vec(),
            2 => b"9223372036854775807".to_vec(),
            3 => self.pick(NO_INTEGERS).as_bytes().to_vec(),
            _ => self
                .between(1_000_000, 9_000_000_000)
                .to_string()
                .into_bytes(),
        }
    }

    /// A moment in Unix seconds: long ago, or after the year 2096.
    pub fn unix_seconds(&mut self) -> Vec<u8> {
        match self.below(8) {
            0 => b"1000000000".to_vec(),
            1 => b"0".to_vec(),
            2 => self.pick(NO_INTEGERS).as_bytes().to_vec(),
            3 => b"9223372036854775807".to_vec(),
            _ => self
                .between(4_000_000_000, 4_200_000_000)
                .to_string()
                .into_bytes(),
        }
    }

    /// A moment in Unix milliseconds, as [`Random::unix_seconds`].
    pub fn unix_milliseconds(&mut self) -> Vec<u8> {
        match self.below(8) {
            0 => b"1000000000000".to_vec(),
            1 => b"-1".to_vec(),
            2 => self.pick(NO_INTEGERS).as_bytes().to_vec(),
            _ => self
                .between(4_000_000_000_000, 4_200_000_000_000)
                .to_string()
                .into_bytes(),
        }
    }

    /// An option's name, at times in lower case.
    pub fn option(&mut self, name: &str) -> Vec<u8> {
        if self.one_in(6) {
            name.to_ascii_lowercase().into_bytes()
        } else {
            name.as_bytes().to_vec()
        }
    }

    /// Makes a group of one command, now and then damaged: an argument lost, doubled, moved or replaced.
    pub fn one(&mut self, command: Args) -> Group {
        let command = if self.one_in(25) {
            spoil(self, command)
        } else {
            command
        };
        vec![command]
    }
}

/// Commands whose arguments are times: a small number moved into such a place would make a key that
/// expires while the two sides are being compared.
const TIMED: &[&[u8]] = &[
    b"PEXPIRE",
    b"PSETEX",
    b"SETEX",
    b"EXPIRE",
    b"SET",
    b"GETEX",
    b"EXPIREAT",
    b"PEXPIREAT",
    b"RESTORE",
];

/// Commands that take a number of repetitions, which must not become a huge one; and SPOP, whose key has
/// to be the one that its group deletes afterwards.
const FIXED: &[&[u8]] = &[
    b"SRANDMEMBER",
    b"HRANDFIELD",
    b"ZRANDMEMBER",
    b"DEBUG",
    b"SPOP",
];

/// Damages a command.
pub fn spoil(random: &mut Random, mut command: Args) -> Args {
    let moves = !TIMED.contains(&command[0].as_slice()) && !FIXED.contains(&command[0].as_slice());
    let at = random.below(command.len().max(2) - 1) + 1;
    match random.below(if moves { 6 } else { 3 }) {
        0 if command.len() > 1 => {
            command.pop();
        }
        1 => command.push(
            random
                .pick(&["junk", "1", "", "NX", "LIMIT", "COUNT"])
                .as_bytes()
                .to_vec(),
        ),
        2 => command.truncate(1),
        3 if at < command.len() => {
            command.remove(at);
        }
        4 if at + 1 < command.len() => command.swap(at, at + 1),
        5 if at < command.len() => {
            let value = random.value();
            command[at] = value;
        }
        _ => {}
    }
    command
}

/// Builds a command from words and byte strings.
#[macro_export]
macro_rules! command {
    ($($part:expr),+ $(,)?) => {{
        let mut args: $crate::random::Args = Vec::new();
        $( $crate::random::Part::add($part, &mut args); )+
        args
    }};
}

/// What [`command!`] takes.
pub trait Part {
    fn add(self, to: &mut Args);
}

/// Words, parted by spaces.
impl Part for &str {
    fn add(self, to: &mut Args) {
        to.extend(words(self));
    }
}

impl Part for Vec<u8> {
    fn add(self, to: &mut Args) {
        to.push(self);
    }
}

impl Part for Vec<Vec<u8>> {
    fn add(self, to: &mut Args) {
        to.extend(self);
    }
}
