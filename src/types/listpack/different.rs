//! Whether elements occur twice, for listpacks that come from outside.

use std::hash::{BuildHasher, Hasher};

use super::Listpack;
use foldhash::fast::FixedState;

/// Up to here all are compared with all.
const FEW: usize = 16;

impl Listpack {
    /// Whether no element is equal to another, looking at one element, then skipping `skip`: 1 looks at
    /// the fields among field–value pairs. `seed` makes it hard to choose elements that take long. O(n).
    pub fn all_different(&self, skip: usize, seed: u64) -> bool {
        let count = self.len().div_ceil(skip + 1);
        let mut digits = itoa::Buffer::new();
        let mut place = self.first();
        let following = |place| {
            let mut place = self.next(place)?;
            for _ in 0..skip {
                place = self.next(place)?;
            }
            Some(place)
        };
        if count <= FEW {
            while let Some(at) = place {
                place = following(at);
                let element = self.at(at);
                if place.is_some_and(|next| {
                    let bytes = element.bytes(&mut digits);
                    self.find_from(next, bytes, skip).is_some()
                }) {
                    return false;
                }
            }
            return true;
        }
        // Positions in a table with open addressing; no element lies at 0.
        let mask = (count * 2).next_power_of_two() - 1;
        let mut table = vec![0_u32; mask + 1];
        while let Some(at) = place {
            let element = self.at(at);
            let bytes = element.bytes(&mut digits);
            let mut hasher = FixedState::with_seed(seed).build_hasher();
            hasher.write(bytes);
            let mut index = hasher.finish() as usize & mask;
            while table[index] != 0 {
                if self.at(super::Position(table[index])) == *bytes {
                    return false;
                }
                index = (index + 1) & mask;
            }
            table[index] = at.0;
            place = following(at);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_that_comes_twice_is_found_wherever_it_is() {
        for count in [1, 2, 16, 17, 100] {
            let mut list = Listpack::new();
            for i in 0..count {
                list.push_back(format!("field{i}").as_bytes());
                list.push_back(b"value");
            }
            assert!(list.all_different(1, 7));
            assert_eq!(list.all_different(0, 7), count == 1);
            for at in 0..count {
                let mut list = list.clone();
                list.push_back(format!("field{at}").as_bytes());
                list.push_back(b"value");
                assert!(!list.all_different(1, 7), "{at} of {count}");
            }
        }
        assert!(Listpack::new().all_different(0, 7));
    }

    #[test]
    fn an_integer_is_the_same_in_digits() {
        for more in [0, 30] {
            // "12" as a string of two bytes, which nobody who writes listpacks properly makes.
            let mut bytes = vec![12, 0, 0, 0, 2, 0, 12, 1, 0x82, b'1', b'2', 3, 0xff];
            bytes[0] = bytes.len() as u8;
            let mut list = Listpack::from_bytes(bytes).expect("it is sound");
            assert!(!list.all_different(0, 7));
            for i in 0..more {
                list.push_back(i64::from(100 + i));
            }
            assert!(!list.all_different(0, 7));
        }
    }
}
