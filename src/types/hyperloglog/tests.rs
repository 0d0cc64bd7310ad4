use super::hash::{murmur, pattern};
use super::*;

const LIMIT: usize = 3000;

fn of(elements: impl IntoIterator<Item = u32>, max_sparse: usize) -> Vec<u8> {
    let mut bytes = create();
    for element in elements {
        add(&mut bytes, element.to_string().as_bytes(), max_sparse).unwrap();
    }
    bytes
}

#[test]
fn the_hash_is_murmur() {
    // From the reference implementation.
    assert_eq!(murmur(b"", 0), 0);
    assert_eq!(murmur(b"a", 0), 0x071717d2d36b6b11);
    assert_eq!(murmur(b"hello", 0), 0x1e68d17c457bf117);
    let (index, length) = pattern(b"a");
    assert!(index < REGISTERS && (1..=51).contains(&length));
}

#[test]
fn an_empty_one_is_a_single_run() {
    let bytes = create();
    assert_eq!(bytes, b"HYLL\x01\0\0\0\0\0\0\0\0\0\0\0\x7f\xff");
    assert_eq!(encoding(&bytes), Some(Encoding::Sparse));
    assert_eq!(cached_count(&bytes), Some(0));
    assert_eq!(count(&bytes), Ok(0));
}

#[test]
fn registers_are_split_off_and_joined() {
    let mut bytes = create();
    for index in [100, 101, 103, 102, 16_383, 0] {
        assert_eq!(raise(&mut bytes, index, 3, LIMIT), Ok(true));
        assert_eq!(raise(&mut bytes, index, 2, LIMIT), Ok(false));
    }
    let seen: Vec<_> = runs(&bytes).map(|run| (run.value, run.len)).collect();
    assert_eq!(seen, [(3, 1), (0, 99), (3, 4), (0, 16_279), (3, 1)]);
    assert_eq!(cached_count(&bytes), None);
}

#[test]
fn both_encodings_say_the_same() {
    for elements in [0, 1, 10, 300, 1000, 5000, 100_000] {
        let sparse = of(0..elements, usize::MAX);
        let dense = of(0..elements, 0);
        if elements > 0 {
            assert_eq!(encoding(&dense), Some(Encoding::Dense), "{elements}");
        }
        let counted = count(&sparse).unwrap();
        assert_eq!(Ok(counted), count(&dense));
        assert!(counted.abs_diff(u64::from(elements)) * 25 <= u64::from(elements));
        let mut merged = [0; REGISTERS];
        merge(&mut merged, &sparse).unwrap();
        assert_eq!(count_registers(&merged), counted);
        if encoding(&dense) == Some(Encoding::Dense) {
            assert!(dense_registers(&dense).eq(merged));
            let mut made = sparse.clone();
            make_dense(&mut made).unwrap();
            assert_eq!(made[HEADER..], dense[HEADER..]);
        }
    }
}

#[test]
fn a_sparse_one_keeps_to_its_limit() {
    for limit in [0, 20, 100, 3000] {
        let mut bytes = create();
        for element in 0u32..20_000 {
            add(&mut bytes, &element.to_le_bytes(), limit).unwrap();
            match encoding(&bytes).unwrap() {
                Encoding::Sparse => assert!(bytes.len() <= limit.max(18)),
                Encoding::Dense => assert_eq!(bytes.len(), dense::LEN),
            }
        }
        assert_eq!(encoding(&bytes), Some(Encoding::Dense));
    }
}

#[test]
fn a_made_up_one_is_refused() {
    let header = &create()[..HEADER];
    for runs in [
        &b""[..],
        b"\x7f",
        b"\x7f\xff\x00",
        b"\x80",
        b"\xff\xff",
        b"\x7f\xfe\x83",
    ] {
        let mut bytes = [header, runs].concat();
        let before = bytes.clone();
        assert_eq!(count(&bytes), Err(Corrupted), "{runs:x?}");
        assert_eq!(merge(&mut [0; REGISTERS], &bytes), Err(Corrupted));
        assert_eq!(make_dense(&mut bytes), Err(Corrupted));
        assert_eq!(bytes, before);
        for index in [0, 63, 16_383] {
            // What is changed must not be changed out of bounds; a register may well be there.
            let _ = raise(&mut bytes, index, 9, LIMIT);
        }
    }
    assert_eq!(encoding(b"HYLL"), None);
    assert_eq!(encoding(&[header, b"x"].concat()[..15]), None);
    assert_eq!(encoding(b"HYLL\0\0\0\0\0\0\0\0\0\0\0\0"), None);
    assert_eq!(encoding(b"HYLL\x02\0\0\0\0\0\0\0\0\0\0\0\x7f\xff"), None);
}

#[test]
fn registers_keep_apart() {
    let mut bytes = of(0..10, 0);
    let mut state = 7u32;
    let values = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 26) as u8
    };
    assert_eq!(registers_hold(&mut bytes, values), Ok(()));
}
