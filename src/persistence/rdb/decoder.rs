//! A snapshot being read, fed in pieces of any size.

use super::Limits;
use super::crc64::crc64;
use super::format::{
    FIRST_WITH_CHECKSUM, MAGIC, NEWEST, VALKEY_MAGIC, VALKEY_VERSION, kind, opcode,
};
use super::input::{Input, LoadError, Step, Stop};
use super::value::{Begun, Parts, begin};
use crate::keyspace::Record;

/// Magic and version.
const HEADER: usize = 9;

/// What a snapshot consists of, in its order.
pub enum Item {
    /// A field about the snapshot itself.
    Aux(Vec<u8>, Vec<u8>),
    /// The records that follow are of this database.
    SelectDb(u64),
    /// How many keys the database has, and how many of them expire: a hint.
    Resize(u64, u64),
    /// A key. It may have expired; who loads decides.
    Record(Record),
    /// A key with an empty collection, which some old servers wrote; it is not to be stored.
    EmptyKey(Vec<u8>),
    /// The code of a library of functions.
    Function(Vec<u8>),
    /// The end; the checksum was right.
    End,
}

/// Reads a snapshot of version 1 to 11, or of Valkey 9.
///
/// Holds the bytes of one string at most besides what it was fed last and the collection it is
/// building, so memory stays within 32 times the bytes fed (small elements in blocks and tables of their
/// own). Only compressed strings may declare more, and get it as they unpack: 88 times their size at
/// most, and 512 MB each.
pub struct Decoder {
    buffer: Vec<u8>,
    /// Read up to here.
    at: usize,
    /// Added up to here.
    summed: usize,
    /// Offset of the buffer in the file.
    base: u64,
    sum: u64,
    /// Bytes from `at` on that must be there before it is worth trying.
    needed: usize,
    parser: Parser,
    end: Option<Result<(), LoadError>>,
}

struct Parser {
    limits: Limits,
    /// 0 until the head is read.
    version: u16,
    expire_at: Option<i64>,
    idle: Option<u64>,
    frequency: Option<u8>,
    building: Option<(Vec<u8>, Parts)>,
    /// Offset of the item that was read last.
    started: u64,
    /// The checksum at the end of the file.
    stored_sum: Option<u64>,
}

impl Decoder {
    /// Begins before the first byte of a snapshot.
    pub fn new(limits: Limits) -> Self {
        Decoder {
            buffer: Vec::new(),
            at: 0,
            summed: 0,
            base: 0,
            sum: 0,
            needed: HEADER,
            parser: Parser {
                limits,
                version: 0,
                expire_at: None,
                idle: None,
                frequency: None,
                building: None,
                started: 0,
                stored_sum: None,
            },
            end: None,
        }
    }

    /// Adds bytes that follow those fed before.
    pub fn feed(&mut self, bytes: &[u8]) {
        if self.at > 0 {
            self.add_up(self.at);
            self.buffer.drain(..self.at);
            self.base += self.at as u64;
            self.at = 0;
            self.summed = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// The next item; None when more bytes are needed first. After [`Item::End`] it stays the end.
    ///
    /// # Errors
    /// What is wrong and where; asking again gives the same answer.
    #[expect(
        clippy::should_implement_trait,
        reason = "no iterator: None is a pause, not the end"
    )]
    pub fn next(&mut self) -> Result<Option<Item>, LoadError> {
        match &self.end {
            Some(Ok(())) => return Ok(Some(Item::End)),
            Some(Err(error)) => return Err(error.clone()),
            None => {}
        }
        if self.buffer.len() - self.at < self.needed {
            return Ok(None);
        }
        let mut input = Input::new(
            &self.buffer[self.at..],
            self.base + self.at as u64,
            self.parser.limits.room,
        );
        let step = self.parser.item(&mut input);
        self.at += input.kept();
        let result = match step {
            Ok(item) => {
                self.needed = 1;
                Ok(Some(item))
            }
            Err(Stop::Short(needed)) => {
                self.needed = needed;
                Ok(None)
            }
            Err(Stop::Bad(error)) => Err(*error),
        };
        let result = match result {
            Ok(Some(Item::End)) => self.check_sum().map(|()| Some(Item::End)),
            result => result,
        };
        match &result {
            Ok(Some(Item::End)) => self.end = Some(Ok(())),
            Err(error) => self.end = Some(Err(error.clone())),
            Ok(_) => {}
        }
        result
    }

    /// How many more bytes [`Decoder::next`] needs before it can go on. It may be as much as a
    /// damaged file declares: do not allocate it, and feed what there is.
    pub fn wants(&self) -> usize {
        let available = self.buffer.len() - self.at;
        self.needed.saturating_sub(available).max(1)
    }

    /// Offset of what is read next.
    pub fn offset(&self) -> u64 {
        self.base + self.at as u64
    }

    /// Offset of the item that [`Decoder::next`] gave last, with what belongs to it.
    pub fn item_offset(&self) -> u64 {
        self.parser.started
    }

    /// The error to report when the file is over although [`Decoder::next`] wants more.
    pub fn truncated(&self) -> LoadError {
        LoadError {
            offset: self.base + self.buffer.len() as u64,
            expected: format!("at least {} bytes more, found the end", self.wants()),
        }
    }

    /// After [`Item::End`]: bytes that were fed and are no part of the snapshot.
    pub fn rest(&self) -> &[u8] {
        &self.buffer[self.at..]
    }

    fn add_up(&mut self, until: usize) {
        self.sum = crc64(self.sum, &self.buffer[self.summed..until]);
        self.summed = until;
    }

    fn check_sum(&mut self) -> Result<(), LoadError> {
        let Some(stored) = self.parser.stored_sum else {
            return Ok(());
        };
        let at = self.at - size_of::<u64>();
        self.add_up(at);
        if stored == 0 || stored == self.sum || !self.parser.limits.checksum {
            return Ok(());
        }
        Err(LoadError {
            offset: self.base + at as u64,
            expected: format!("checksum {:016x}, found {stored:016x}", self.sum),
        })
    }
}

impl Parser {
    fn item(&mut self, input: &mut Input<'_>) -> Step<Item> {
        if self.version == 0 {
            self.version = version(input)?;
            input.keep();
        }
        let item = loop {
            if let Some((_, parts)) = &mut self.building {
                while !parts.is_complete() {
                    parts.next(input, &self.limits)?;
                    input.keep();
                }
            }
            if let Some((key, parts)) = self.building.take() {
                let (expire_at, access) = self.take_attributes();
                break match parts.finish(&self.limits) {
                    Some(value) => Item::Record(Record::of_value(&key, value, expire_at, access)),
                    None => Item::EmptyKey(key),
                };
            }
            let offset = input.offset();
            if self.expire_at.is_none() && self.idle.is_none() && self.frequency.is_none() {
                self.started = offset;
            }
            match input.byte()? {
                opcode::EXPIRETIME => {
                    let seconds = i32::from_le_bytes(input.array()?);
                    self.expire_at = Some(i64::from(seconds) * 1000);
                }
                opcode::EXPIRETIME_MS => {
                    self.expire_at = Some(i64::from_le_bytes(input.array()?));
                }
                opcode::FREQ => self.frequency = Some(input.byte()?),
                opcode::IDLE => self.idle = Some(input.length()?),
                opcode::SELECTDB => break Item::SelectDb(input.length()?),
                opcode::RESIZEDB => break Item::Resize(input.length()?, input.length()?),
                opcode::AUX => {
                    let key = input.string()?.into_vec();
                    break Item::Aux(key, input.string()?.into_vec());
                }
                opcode::FUNCTION2 => break Item::Function(input.string()?.into_vec()),
                // How large the tables of a cluster's slot are: a hint that is of no use here.
                opcode::SLOT_INFO if self.version == VALKEY_VERSION => {
                    for _ in 0..3 {
                        input.length()?;
                    }
                }
                opcode::MODULE_AUX => return Err(module(input, offset)?),
                opcode::EOF => {
                    if self.version >= FIRST_WITH_CHECKSUM {
                        self.stored_sum = Some(u64::from_le_bytes(input.array()?));
                    }
                    break Item::End;
                }
                kind => {
                    if let Some(reason) = refused(kind) {
                        return Err(input.bad(offset, reason));
                    }
                    let key = input.string()?;
                    if kind == kind::MODULE_2 {
                        return Err(module(input, offset)?);
                    }
                    let mut digits = itoa::Buffer::new();
                    match begin(kind, input, &self.limits)? {
                        Begun::Text(text) => {
                            let (expire_at, access) = self.take_attributes();
                            let text = text.bytes(&mut digits);
                            let mut digits = itoa::Buffer::new();
                            let key = key.bytes(&mut digits);
                            break Item::Record(Record::of_string(key, text, expire_at, access));
                        }
                        Begun::Whole(Some(value)) => {
                            let (expire_at, access) = self.take_attributes();
                            let key = key.bytes(&mut digits);
                            break Item::Record(Record::of_value(key, value, expire_at, access));
                        }
                        Begun::Whole(None) => {
                            self.take_attributes();
                            break Item::EmptyKey(key.into_vec());
                        }
                        Begun::Parts(parts) => self.building = Some((key.into_vec(), parts)),
                    }
                }
            }
            input.keep();
        };
        input.keep();
        Ok(item)
    }

    /// Expiry time and access stamp of the key that ends here.
    fn take_attributes(&mut self) -> (Option<i64>, u32) {
        // Redis stores -1 for none.
        let expire_at = self.expire_at.take().filter(|at| *at != -1);
        let clock = self.limits.clock;
        (
            expire_at,
            clock.restored(self.idle.take(), self.frequency.take()),
        )
    }
}

/// Reads the head.
fn version(input: &mut Input<'_>) -> Step<u16> {
    let offset = input.offset();
    let head = input.take(HEADER)?;
    let digits = |from: usize| {
        let digits = std::str::from_utf8(&head[from..]).ok()?;
        digits.parse::<u16>().ok()
    };
    if head.starts_with(MAGIC) {
        match digits(MAGIC.len()) {
            Some(version) if (1..=NEWEST).contains(&version) => return Ok(version),
            _ => {
                let found = head[MAGIC.len()..].escape_ascii();
                let text = format!("a version from 1 to {NEWEST}, found {found}");
                return Err(input.bad(offset + MAGIC.len() as u64, text));
            }
        }
    }
    if head.starts_with(VALKEY_MAGIC) && digits(VALKEY_MAGIC.len()) == Some(VALKEY_VERSION) {
        return Ok(VALKEY_VERSION);
    }
    let text = format!("REDIS and a version, found {}", head.escape_ascii());
    Err(input.bad(offset, text))
}

/// Why this type of value is not read.
pub(super) fn refused(kind: u8) -> Option<String> {
    let reason = match kind {
        kind::STRING..=kind::ZSET_2
        | kind::MODULE_2
        | kind::HASH_ZIPMAP..=kind::LIST_QUICKLIST
        | kind::HASH_LISTPACK..=kind::LIST_QUICKLIST_2
        | kind::SET_LISTPACK
        | kind::STREAM_LISTPACKS
        | kind::STREAM_LISTPACKS_2
        | kind::STREAM_LISTPACKS_3 => return None,
        opcode::FUNCTION_PRE_GA => "no functions of a release candidate of Redis 7.0",
        kind::MODULE_PRE_GA => "no value of a module",
        kind::HASH_2 => "no hash whose fields expire (Valkey 9)",
        _ => return Some(format!("a type or opcode, found {kind}")),
    };
    Some(reason.to_owned())
}

/// Refuses data of a module, whose name is in the number that comes next: nine letters of six bits, and
/// a version of ten.
fn module(input: &mut Input<'_>, offset: u64) -> Step<Stop> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let id = input.length()?;
    let name: String = (0..9)
        .map(|place| char::from(LETTERS[(id >> (58 - 6 * place)) as usize & 63]))
        .collect();
    Ok(input.bad(offset, format!("no data of module '{name}'")))
}
