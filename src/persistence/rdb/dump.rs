//! One value by itself: what DUMP gives and RESTORE takes.
//!
//! Type and value as in a snapshot, then the version (two bytes) and the checksum of all before it (eight),
//! least significant first.

use super::Limits;
use super::crc64::crc64;
use super::decoder::refused;
use super::format::{NEWEST, VERSION};
use super::input::{Input, Step, Stop};
use super::output::{Output, kind_of};
use super::value::{Begun, begin, string_value};
use crate::keyspace::{Value, ValueRef};

const VERSION_SIZE: usize = 2;
const SUM_SIZE: usize = 8;

/// Why RESTORE refuses a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestoreError {
    /// It is cut or altered, or of a version newer than 11.
    Footer,
    /// It is no value that is known and sound.
    Format,
    /// It unpacks to more than `limits.room`.
    Room,
}

/// The value as bytes; strings are compressed if `compress`. O(size).
pub fn dump(value: ValueRef<'_>, compress: bool) -> Vec<u8> {
    let mut output = Output::new(compress);
    output.byte(kind_of(value));
    output.value(value);
    seal(output.bytes)
}

/// Puts version and checksum behind.
pub(super) fn seal(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    let sum = crc64(0, &bytes);
    bytes.extend_from_slice(&sum.to_le_bytes());
    bytes
}

/// What is before version and checksum, which must be right.
pub(super) fn body_of<'a>(payload: &'a [u8], limits: &Limits) -> Result<&'a [u8], RestoreError> {
    let (summed, sum) = payload
        .split_last_chunk::<SUM_SIZE>()
        .ok_or(RestoreError::Footer)?;
    let (body, version) = summed
        .split_last_chunk::<VERSION_SIZE>()
        .ok_or(RestoreError::Footer)?;
    let sum_is_wrong = limits.checksum && crc64(0, summed) != u64::from_le_bytes(*sum);
    if u16::from_le_bytes(*version) > NEWEST || sum_is_wrong {
        return Err(RestoreError::Footer);
    }
    Ok(body)
}

/// How many bytes the value takes in a snapshot, its type and key not counted. O(size).
pub fn serialized_len(value: ValueRef<'_>, compress: bool) -> usize {
    let mut output = Output::new(compress);
    output.value(value);
    output.bytes.len()
}

/// The value that [`dump`] or a DUMP of Redis 2.6 to 7.2 has made into `payload`; its checksum is looked
/// at if `limits.checksum`. Memory stays within a small multiple of the payload, as with
/// [`super::Decoder`]. O(size).
///
/// # Errors
/// As [`RestoreError`] says.
pub fn restore(payload: &[u8], limits: &Limits) -> Result<Value, RestoreError> {
    let body = body_of(payload, limits)?;
    let mut input = Input::new(body, 0, limits.room);
    match value(&mut input, limits) {
        Ok(Some(value)) => Ok(value),
        Err(_) if input.lacked_room() => Err(RestoreError::Room),
        Ok(None) | Err(Stop::Short(_) | Stop::Bad(_)) => Err(RestoreError::Format),
    }
}

fn value(input: &mut Input<'_>, limits: &Limits) -> Step<Option<Value>> {
    let kind = input.byte()?;
    if let Some(reason) = refused(kind) {
        return Err(input.bad(0, reason));
    }
    match begin(kind, input, limits)? {
        Begun::Text(text) => Ok(Some(string_value(text))),
        Begun::Whole(value) => Ok(value),
        Begun::Parts(mut parts) => {
            while !parts.is_complete() {
                parts.next(input, limits)?;
            }
            Ok(parts.finish(limits))
        }
    }
}
