//! The stored format: records of bytes under numbers.
//!
//! Record 0 is the header: the magic, the version (u32), and the key of the first record of the
//! log (u64). Every other record is a body, a byte for its kind, and the checksum (u64): CRC-64 as
//! in RDB files, over the key and all that comes before. Numbers are little-endian; lengths and
//! ids inside a body are LEB128.
//!
//! - kind 1, piece: a whole piece of a file as it is ([`super::PIECE`] bytes);
//! - kind 2, log: the key of the record of the log before it (u64; 0 for the first), then
//!   operations. Running all operations of the log in order gives the disk.
//!
//! What a record says is applied as a whole or, when its transaction did not commit, not at all.

use crate::persistence::rdb::crc64;
use std::fmt;

/// The version of the format that is written.
pub const VERSION: u32 = 1;
/// What the header begins with, in every version.
pub const MAGIC: &[u8] = b"resplay disk";

/// Why stored records do not make a disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// They were written by a newer version of the format.
    Newer {
        /// The version they have.
        version: u32,
    },
    /// A record is missing, or is not what it should be.
    Damaged {
        /// Its key.
        key: u64,
        /// What is wrong with it.
        what: &'static str,
        /// The file that cannot be read because of it, when only one is concerned.
        path: Option<String>,
    },
}

impl fmt::Display for OpenError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpenError::Newer { version } => {
                write!(
                    out,
                    "the disk has format {version}, this version knows {VERSION}"
                )
            }
            OpenError::Damaged { key, what, path } => {
                write!(out, "record {key} of the disk {what}")?;
                match path {
                    Some(path) => write!(out, " (part of {path})"),
                    None => Ok(()),
                }
            }
        }
    }
}

impl std::error::Error for OpenError {}

/// One step in the life of the tree, as the log has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// A file or folder came: its number, when, its path.
    Create {
        id: u64,
        is_directory: bool,
        modified_ms: i64,
        path: String,
    },
    Rename {
        from: String,
        to: String,
    },
    Remove {
        path: String,
    },
    /// What follows belongs to this file, which is cut off at `len` first.
    File {
        id: u64,
        len: u64,
        modified_ms: i64,
    },
    /// Bytes at the end of that file.
    Append(Vec<u8>),
    /// The piece in this record, at the end of that file.
    Piece(u64),
}

const FILE: u8 = 1;
const FOLDER: u8 = 2;
const RENAME: u8 = 3;
const REMOVE: u8 = 4;
const CONTENT: u8 = 5;
const APPEND: u8 = 6;
const PIECE: u8 = 7;

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Piece = 1,
    Log = 2,
}

fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_number(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Writes an append, without a copy in between.
pub fn put_append(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(APPEND);
    put_bytes(out, bytes);
}

/// Writes an operation.
pub fn put_operation(out: &mut Vec<u8>, operation: &Operation) {
    match operation {
        Operation::Create {
            id,
            is_directory,
            modified_ms,
            path,
        } => {
            out.push(if *is_directory { FOLDER } else { FILE });
            put_number(out, *id);
            put_number(out, *modified_ms as u64);
            put_bytes(out, path.as_bytes());
        }
        Operation::Rename { from, to } => {
            out.push(RENAME);
            put_bytes(out, from.as_bytes());
            put_bytes(out, to.as_bytes());
        }
        Operation::Remove { path } => {
            out.push(REMOVE);
            put_bytes(out, path.as_bytes());
        }
        Operation::File {
            id,
            len,
            modified_ms,
        } => {
            out.push(CONTENT);
            put_number(out, *id);
            put_number(out, *len);
            put_number(out, *modified_ms as u64);
        }
        Operation::Append(bytes) => put_append(out, bytes),
        Operation::Piece(key) => {
            out.push(PIECE);
            put_number(out, *key);
        }
    }
}

/// Reads the operations of a record of the log, one by one.
pub struct Operations<'a>(pub &'a [u8]);

impl<'a> Operations<'a> {
    fn number(&mut self) -> Option<u64> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let len = usize::try_from(self.number()?).ok()?;
        let (bytes, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(bytes)
    }

    fn text(&mut self) -> Option<String> {
        let text = std::str::from_utf8(self.bytes()?).ok()?;
        Some(text.to_string())
    }

    fn operation(&mut self) -> Option<Operation> {
        let (code, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(match *code {
            FILE | FOLDER => Operation::Create {
                id: self.number()?,
                is_directory: *code == FOLDER,
                modified_ms: self.number()? as i64,
                path: self.text()?,
            },
            RENAME => Operation::Rename {
                from: self.text()?,
                to: self.text()?,
            },
            REMOVE => Operation::Remove { path: self.text()? },
            CONTENT => Operation::File {
                id: self.number()?,
                len: self.number()?,
                modified_ms: self.number()? as i64,
            },
            APPEND => Operation::Append(self.bytes()?.to_vec()),
            PIECE => Operation::Piece(self.number()?),
            _ => return None,
        })
    }

    /// The next operation, `None` at the end; an error when there is none to be made out.
    pub fn next(&mut self) -> Option<Result<Operation, ()>> {
        (!self.0.is_empty()).then(|| self.operation().ok_or(()))
    }
}

/// Makes a record of a body.
pub fn seal(key: u64, kind: Kind, mut body: Vec<u8>) -> Vec<u8> {
    body.reserve_exact(9);
    body.push(kind as u8);
    let sum = checksum(key, &body);
    body.extend_from_slice(&sum.to_le_bytes());
    body
}

/// The kind of a record, and where its body ends.
///
/// # Errors
/// What is wrong with it.
pub fn unseal(key: u64, record: &[u8]) -> Result<(Kind, usize), &'static str> {
    let short = "is too short";
    let (content, sum) = record.split_last_chunk::<8>().ok_or(short)?;
    if checksum(key, content) != u64::from_le_bytes(*sum) {
        return Err("has a wrong checksum");
    }
    let (kind, body) = content.split_last().ok_or(short)?;
    match kind {
        1 => Ok((Kind::Piece, body.len())),
        2 => Ok((Kind::Log, body.len())),
        _ => Err("is of an unknown kind"),
    }
}

/// The header.
pub fn header(first: u64) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&first.to_le_bytes());
    let sum = checksum(0, &out);
    out.extend_from_slice(&sum.to_le_bytes());
    out
}

/// The key of the first record of the log, as the header tells it.
///
/// # Errors
/// When it is no header, or one of a newer version.
pub fn read_header(record: &[u8]) -> Result<u64, OpenError> {
    let damaged = |what| OpenError::Damaged {
        key: 0,
        what,
        path: None,
    };
    let rest = record.strip_prefix(MAGIC);
    let Some((version, rest)) = rest.and_then(|rest| rest.split_first_chunk::<4>()) else {
        return Err(damaged("is no header"));
    };
    let version = u32::from_le_bytes(*version);
    if version > VERSION {
        return Err(OpenError::Newer { version });
    }
    let Some((first, sum)) = rest.split_first_chunk::<8>() else {
        return Err(damaged("is too short"));
    };
    let content = &record[..record.len() - sum.len()];
    if version == 0 || sum != checksum(0, content).to_le_bytes() {
        return Err(damaged("has a wrong checksum"));
    }
    Ok(u64::from_le_bytes(*first))
}

/// CRC-64 as in RDB files (Jones, reflected), of the key and the bytes.
pub fn checksum(key: u64, bytes: &[u8]) -> u64 {
    crc64(crc64(0, &key.to_le_bytes()), bytes)
}
