//! Copies of few bytes.
//!
//! In wasm a copy of a size that the compiler does not know is a call, and took half the time of a reply of small strings.
//! Up to 32 bytes go as two copies of a size that it does know, which may overlap.

/// The longest that is copied in two.
const SHORT: usize = 32;

/// Copies `bytes` to the front of `into`.
///
/// # Panics
/// When `into` is shorter.
#[inline(always)]
pub fn copy(into: &mut [u8], bytes: &[u8]) {
    let into = &mut into[..bytes.len()];
    match bytes.len() {
        0 => {}
        1 => into[0] = bytes[0],
        2..=3 => copy_twice::<2>(into, bytes),
        4..=7 => copy_twice::<4>(into, bytes),
        8..=15 => copy_twice::<8>(into, bytes),
        16..=SHORT => copy_twice::<16>(into, bytes),
        _ => into.copy_from_slice(bytes),
    }
}

/// Copies `N` to `2 * N` bytes: the first `N`, and over their end the last `N`.
#[inline(always)]
fn copy_twice<const N: usize>(into: &mut [u8], bytes: &[u8]) {
    if let (Some(first), Some(last)) = (bytes.first_chunk::<N>(), bytes.last_chunk::<N>()) {
        if let Some(front) = into.first_chunk_mut::<N>() {
            *front = *first;
        }
        if let Some(end) = into.last_chunk_mut::<N>() {
            *end = *last;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_is_copied_and_nothing_else() {
        let bytes: Vec<u8> = (1..=100).collect();
        for len in 0..=100 {
            let mut into = [0; 101];
            copy(&mut into, &bytes[..len]);
            assert_eq!(into[..len], bytes[..len]);
            assert!(into[len..].iter().all(|&byte| byte == 0));
        }
    }
}
