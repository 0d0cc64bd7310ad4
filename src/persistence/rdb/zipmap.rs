//! The zipmap, in which Redis before 2.6 stored small hashes.
//!
//! Layout: number of pairs (a byte, 254 and more = count them), pairs, 0xFF. A pair: length and field,
//! length, a byte that tells how many bytes lie unused behind the value, value, unused bytes. A length
//! is a byte, or 0xFE and a little-endian u32.

use super::cursor::Cursor;
use crate::types::listpack::Listpack;

const END: u8 = 0xFF;
const LONG: u8 = 0xFE;

/// Fields and values by turns as a listpack, and the longest of them; None unless every byte is as it
/// should be, and there is a pair at least. O(n).
pub(super) fn to_listpack(bytes: &[u8]) -> Option<(Listpack, usize)> {
    let (&end, body) = bytes.split_last()?;
    let mut cursor = Cursor::new(body);
    let declared = cursor.byte()?;
    let mut entries = Listpack::with_capacity(body.len());
    let mut count = 0_usize;
    let mut longest = 0;
    while !cursor.is_empty() {
        let len = length(&mut cursor)?;
        let field = cursor.take(len)?;
        let len = length(&mut cursor)?;
        let unused = cursor.byte()?;
        let value = cursor.take(len)?;
        cursor.take(usize::from(unused))?;
        entries.push_back(field);
        entries.push_back(value);
        longest = longest.max(field.len()).max(value.len());
        count += 1;
    }
    let counted = declared >= LONG || usize::from(declared) == count;
    (end == END && counted && count > 0).then_some((entries, longest))
}

fn length(cursor: &mut Cursor<'_>) -> Option<usize> {
    match cursor.byte()? {
        LONG => cursor.u32().map(|len| len as usize),
        END => None,
        len => Some(usize::from(len)),
    }
}
