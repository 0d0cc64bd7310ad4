//! The ziplist, in which small collections were stored before Redis 7.0 had listpacks.
//!
//! Layout, little endian: bytes (u32), offset of the last entry (u32), number of entries (u16, 65535 =
//! count them), entries, 0xFF. An entry: size of the one before it (a byte, or 0xFE and a u32), encoding
//! byte(s), data.

use super::cursor::Cursor;
use crate::types::listpack::{Element, Listpack};

const HEADER: usize = 10;
const END: u8 = 0xFF;
const MANY: u16 = 0xFFFF;
const LONG_PREVIOUS: u8 = 0xFE;

/// The same elements as a listpack; None unless every byte is as it should be. O(n).
pub(super) fn to_listpack(bytes: &[u8]) -> Option<Listpack> {
    let (&end, body) = bytes.split_last()?;
    let mut cursor = Cursor::new(body);
    let total = cursor.u32()? as usize;
    let tail = cursor.u32()? as usize;
    let declared = u16::from_le_bytes(cursor.array()?);
    if end != END || total != bytes.len() {
        return None;
    }
    let mut entries = Listpack::with_capacity(body.len() - HEADER);
    let mut count = 0_usize;
    let mut last = HEADER;
    let mut previous = 0;
    while !cursor.is_empty() {
        let start = cursor.at();
        let stored = match cursor.byte()? {
            LONG_PREVIOUS => cursor.u32()? as usize,
            // The end cannot stand before the end.
            END => return None,
            size => usize::from(size),
        };
        if stored != previous {
            return None;
        }
        entries.push_back(element(&mut cursor)?);
        count += 1;
        last = start;
        previous = cursor.at() - start;
    }
    let counted = declared == MANY || usize::from(declared) == count;
    (counted && tail == last).then_some(entries)
}

fn element<'a>(cursor: &mut Cursor<'a>) -> Option<Element<'a>> {
    let code = cursor.byte()?;
    let len = match code >> 6 {
        0 => usize::from(code),
        1 => usize::from(code & 0x3f) << 8 | usize::from(cursor.byte()?),
        2 => u32::from_be_bytes(cursor.array()?) as usize,
        _ => {
            return Some(Element::Int(match code {
                0xc0 => i64::from(i16::from_le_bytes(cursor.array()?)),
                0xd0 => i64::from(i32::from_le_bytes(cursor.array()?)),
                0xe0 => i64::from_le_bytes(cursor.array()?),
                0xf0 => {
                    let [low, middle, high] = cursor.array()?;
                    i64::from(i32::from_le_bytes([0, low, middle, high]) >> 8)
                }
                0xfe => i64::from(i8::from_le_bytes(cursor.array()?)),
                0xf1..=0xfd => i64::from(code & 0x0f) - 1,
                _ => return None,
            }));
        }
    };
    cursor.take(len).map(Element::from)
}
