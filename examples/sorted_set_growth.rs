//! What ZADD, ZRANK and ZREVRANGE 0 9 cost in a sorted set of a million members, over what they cost in one
//! of a thousand. Run: `cargo run --release --example sorted_set_growth`

use std::hint::black_box;
use std::time::Instant;

use resplay::types::sorted_set::{Limits, SortedSet};

const LIMITS: Limits = Limits {
    max_listpack_entries: 128,
    max_listpack_value: 64,
    hash_seed: 1,
};
const OPERATIONS: usize = 200_000;
const ROUNDS: usize = 7;

struct Subject {
    set: SortedSet,
    members: Vec<[u8; 14]>,
    rng: fastrand::Rng,
}

impl Subject {
    fn new(count: usize) -> Subject {
        let mut rng = fastrand::Rng::with_seed(count as u64);
        let mut members: Vec<[u8; 14]> = (0..count)
            .map(|number| {
                let mut member = *b"member:0000000";
                for (place, digit) in (0..).zip(member[7..].iter_mut().rev()) {
                    *digit = b'0' + (number / 10usize.pow(place) % 10) as u8;
                }
                member
            })
            .collect();
        rng.shuffle(&mut members);
        let mut set = SortedSet::new();
        for member in &members {
            set.insert(member, rng.f64() * 1e6, &LIMITS);
        }
        Subject { set, members, rng }
    }

    /// Nanoseconds an operation.
    fn time(&mut self, mut operation: impl FnMut(&mut SortedSet, &[u8], f64)) -> f64 {
        // Laid out in a row, as requests arrive: fetching them is not what is measured.
        let requests: Vec<([u8; 14], f64)> = (0..OPERATIONS)
            .map(|_| {
                (
                    self.members[self.rng.usize(..self.members.len())],
                    self.rng.f64() * 1e6,
                )
            })
            .collect();
        let start = Instant::now();
        for (member, score) in &requests {
            operation(&mut self.set, member, *score);
        }
        start.elapsed().as_nanos() as f64 / OPERATIONS as f64
    }
}

fn zadd(set: &mut SortedSet, member: &[u8], score: f64) {
    black_box(set.insert(member, score, &LIMITS));
}

fn zrank(set: &mut SortedSet, member: &[u8], _score: f64) {
    black_box(set.rank(member));
}

fn zrevrange(set: &mut SortedSet, _member: &[u8], _score: f64) {
    let len = set.len();
    for entry in set.range_reversed(len - 10..len) {
        black_box(entry);
    }
}

type Operation = fn(&mut SortedSet, &[u8], f64);

fn main() {
    let mut small = Subject::new(1000);
    let mut large = Subject::new(1_000_000);
    let bytes = large.set.allocated_bytes() as f64 / large.set.len() as f64;
    println!("bytes a member (of 14 bytes, before malloc rounds up): {bytes:.1}");
    println!(
        "{:<16} {:>12} {:>12} {:>7}",
        "", "1 000", "1 000 000", "ratio"
    );
    let operations: [(&str, Operation); 3] = [
        ("ZADD", zadd),
        ("ZRANK", zrank),
        ("ZREVRANGE 0 9", zrevrange),
    ];
    for (name, operation) in operations {
        // Interleaved, and the best of each: whatever else the machine does only adds.
        let (mut few, mut many) = (f64::INFINITY, f64::INFINITY);
        for _ in 0..ROUNDS {
            few = few.min(small.time(operation));
            many = many.min(large.time(operation));
        }
        println!(
            "{name:<16} {few:>9.1} ns {many:>9.1} ns {:>7.2}",
            many / few
        );
    }
}
