//! Hashes: a few short fields and values in a listpack, the rest in a hash table.

use super::bytes::FieldValue;
use super::dict::{self, Dict};
use super::listpack::{self, Element, Listpack, Position};
use super::sampling::{below, distinct_indices};

/// Up to where the compact encoding goes: the configuration parameters of the same names.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// hash-max-listpack-entries
    pub max_listpack_entries: usize,
    /// hash-max-listpack-value, in bytes, for fields and values alike
    pub max_listpack_value: usize,
    /// Seed of the hash tables made.
    pub hash_seed: u64,
}

/// From one in this many fields on, picking goes through all of them instead of drawing and
/// discarding those drawn before.
const SWEEP_FROM: usize = 3;

/// Fields with values, both byte strings.
#[derive(Clone)]
pub struct Hash(Encoding);

#[derive(Clone)]
enum Encoding {
    /// Field, value, field, value …
    Listpack(Listpack),
    Table(Box<Table>),
}

/// The hash table and what its fields and values take.
#[derive(Clone)]
struct Table {
    fields: Dict<FieldValue>,
    field_bytes: usize,
}

impl Table {
    fn new(limits: &Limits, room: usize) -> Self {
        let mut fields = Dict::new(limits.hash_seed);
        fields.reserve(room);
        Self {
            fields,
            field_bytes: 0,
        }
    }

    fn set(&mut self, field: &[u8], value: &[u8]) -> bool {
        let make = || FieldValue::new(field, value);
        let (pair, created) = self.fields.find_or_insert_with(field, make);
        if !created {
            self.field_bytes -= pair.allocated_bytes();
            pair.set_value(value);
        }
        self.field_bytes += pair.allocated_bytes();
        created
    }

    fn remove(&mut self, field: &[u8]) -> bool {
        let removed = self.fields.remove(field);
        self.field_bytes -= removed.as_ref().map_or(0, FieldValue::allocated_bytes);
        removed.is_some()
    }
}

impl std::fmt::Debug for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl Default for Hash {
    fn default() -> Self {
        Self::new()
    }
}

impl Hash {
    /// An empty hash, as a listpack.
    pub fn new() -> Self {
        Self(Encoding::Listpack(Listpack::new()))
    }

    /// An empty hash, as a hash table with room for that many fields.
    pub fn new_table(room: usize, limits: &Limits) -> Self {
        Self(Encoding::Table(Box::new(Table::new(limits, room))))
    }

    /// Takes over a listpack of fields and values by turns, such as one from an RDB file; `None`
    /// when it ends with a field or holds a field twice. It becomes a hash table if there are more
    /// than the limit allows. O(n).
    pub fn from_listpack(list: Listpack, limits: &Limits) -> Option<Self> {
        if !list.len().is_multiple_of(2) || !list.all_different(1, limits.hash_seed) {
            return None;
        }
        let mut hash = Self(Encoding::Listpack(list));
        if hash.len() > limits.max_listpack_entries {
            hash.convert_to_table(0, limits);
        }
        Some(hash)
    }

    /// Changes to a hash table if it is not one yet. O(n) then.
    pub fn make_table(&mut self, limits: &Limits) {
        if self.as_listpack().is_some() {
            self.convert_to_table(0, limits);
        }
    }

    /// Changes to a hash table when these new fields and values (by turns) are not going to fit in
    /// a listpack: one of them is too long, or there are too many.
    pub fn prepare_for<'a>(
        &mut self,
        added: impl ExactSizeIterator<Item = &'a [u8]>,
        limits: &Limits,
    ) {
        let Encoding::Listpack(list) = &self.0 else {
            return;
        };
        let count = added.len() / 2;
        if count > limits.max_listpack_entries {
            self.convert_to_table(count, limits);
            return;
        }
        let mut total = 0_usize;
        for bytes in added {
            if bytes.len() > limits.max_listpack_value {
                self.convert_to_table(count, limits);
                return;
            }
            total += bytes.len();
        }
        if !list.can_grow_by(total) {
            self.convert_to_table(count, limits);
        }
    }

    /// How many fields there are. O(1), for a listpack beyond 65 534 elements O(n).
    pub fn len(&self) -> usize {
        match &self.0 {
            Encoding::Listpack(list) => list.len() / 2,
            Encoding::Table(table) => table.fields.len(),
        }
    }

    /// True when there are no fields.
    pub fn is_empty(&self) -> bool {
        match &self.0 {
            Encoding::Listpack(list) => list.is_empty(),
            Encoding::Table(table) => table.fields.is_empty(),
        }
    }

    /// What OBJECT ENCODING says.
    pub fn encoding(&self) -> &'static str {
        match &self.0 {
            Encoding::Listpack(_) => "listpack",
            Encoding::Table(_) => "hashtable",
        }
    }

    /// The listpack, when that is the encoding.
    pub fn as_listpack(&self) -> Option<&Listpack> {
        if let Encoding::Listpack(list) = &self.0 {
            Some(list)
        } else {
            None
        }
    }

    /// Bytes of heap held. O(1).
    pub fn allocated_bytes(&self) -> usize {
        match &self.0 {
            Encoding::Listpack(list) => list.allocated_bytes(),
            Encoding::Table(table) => {
                size_of::<Table>() + table.fields.allocated_bytes() + table.field_bytes
            }
        }
    }

    /// The value of a field. O(1), in a listpack O(n).
    pub fn get(&self, field: &[u8]) -> Option<Element<'_>> {
        match &self.0 {
            Encoding::Listpack(list) => Some(list.at(list.next(list.find(field, 1)?)?)),
            Encoding::Table(table) => table
                .fields
                .get(field)
                .map(|pair| Element::Str(pair.value())),
        }
    }

    /// True when there is such a field. O(1), in a listpack O(n).
    pub fn contains(&self, field: &[u8]) -> bool {
        match &self.0 {
            Encoding::Listpack(list) => list.find(field, 1).is_some(),
            Encoding::Table(table) => table.fields.contains(field),
        }
    }

    /// Sets a field; true when it is new. O(1), in a listpack O(n).
    pub fn set(&mut self, field: &[u8], value: &[u8], limits: &Limits) -> bool {
        if let Encoding::Listpack(list) = &self.0
            && (field.len().max(value.len()) > limits.max_listpack_value
                || !list.can_grow_by(field.len() + value.len()))
        {
            self.convert_to_table(1, limits);
        }
        match &mut self.0 {
            Encoding::Listpack(list) => {
                if let Some(place) = value_position(list, field) {
                    list.replace(place, value);
                    return false;
                }
                list.push_back(field);
                list.push_back(value);
                if list.len() / 2 > limits.max_listpack_entries {
                    self.convert_to_table(0, limits);
                }
                true
            }
            Encoding::Table(table) => table.set(field, value),
        }
    }

    /// Removes a field; false when it was not there. O(1), in a listpack O(n).
    pub fn remove(&mut self, field: &[u8]) -> bool {
        match &mut self.0 {
            Encoding::Listpack(list) => {
                let found = list.find(field, 1);
                if let Some(position) = found {
                    list.remove(position, 2);
                }
                found.is_some()
            }
            Encoding::Table(table) => table.remove(field),
        }
    }

    /// All fields with their values: as added in a listpack, in no order in a hash table.
    pub fn iter(&self) -> Iter<'_> {
        match &self.0 {
            Encoding::Listpack(list) => Iter::Listpack(list.iter()),
            Encoding::Table(table) => Iter::Table(table.fields.iter()),
        }
    }

    /// Calls `each` with some fields and values and returns the cursor for the next call, as
    /// [`Dict::scan`]. A listpack gives everything at once.
    pub fn scan<'a>(
        &'a self,
        cursor: u64,
        mut each: impl FnMut((Element<'a>, Element<'a>)),
    ) -> u64 {
        if let Encoding::Table(table) = &self.0 {
            return table.fields.scan(cursor, &mut |pair| each(elements(pair)));
        }
        self.iter().for_each(each);
        0
    }

    /// True when a scan goes by steps, and not everything at once.
    pub fn scans_in_steps(&self) -> bool {
        matches!(self.0, Encoding::Table(_))
    }

    /// A random field and its value, each as likely as any other. O(1), in a listpack O(n).
    pub fn random(&self, rng: &mut fastrand::Rng) -> Option<(Element<'_>, Element<'_>)> {
        match &self.0 {
            Encoding::Listpack(list) if list.is_empty() => None,
            Encoding::Listpack(list) => {
                let mut pair = list.iter_from(list.seek(below(rng, self.len()) as i64 * 2)?);
                Some((pair.next()?, pair.next()?))
            }
            Encoding::Table(table) => table.fields.random(rng).map(elements),
        }
    }

    /// Calls `each` with `count` different random fields, or with all when there are not more.
    /// O(count), in a listpack O(n).
    pub fn random_distinct<'a>(
        &'a self,
        count: usize,
        rng: &mut fastrand::Rng,
        mut each: impl FnMut((Element<'a>, Element<'a>)),
    ) {
        let len = self.len();
        if count >= len {
            return self.iter().for_each(each);
        }
        match &self.0 {
            Encoding::Table(table) if count < len / SWEEP_FROM => {
                let mut drawn: Dict<&FieldValue> = Dict::new(0);
                while drawn.len() < count {
                    let Some(pair) = table.fields.random(rng) else {
                        return;
                    };
                    if drawn.insert(pair).is_none() {
                        each(elements(pair));
                    }
                }
            }
            _ => {
                let mut rest = self.iter();
                let mut passed = 0;
                for index in distinct_indices(len, count, rng) {
                    if let Some(pair) = rest.nth(index - passed) {
                        each(pair);
                    }
                    passed = index + 1;
                }
            }
        }
    }

    fn convert_to_table(&mut self, additional: usize, limits: &Limits) {
        let mut table = Table::new(limits, self.len().saturating_add(additional));
        let (mut field_digits, mut value_digits) = (itoa::Buffer::new(), itoa::Buffer::new());
        for (field, value) in self.iter() {
            table.set(
                field.bytes(&mut field_digits),
                value.bytes(&mut value_digits),
            );
        }
        self.0 = Encoding::Table(Box::new(table));
    }
}

fn value_position(list: &Listpack, field: &[u8]) -> Option<Position> {
    list.next(list.find(field, 1)?)
}

fn elements(pair: &FieldValue) -> (Element<'_>, Element<'_>) {
    (Element::Str(pair.field()), Element::Str(pair.value()))
}

/// The fields and values of a [`Hash`].
pub enum Iter<'a> {
    /// As added.
    Listpack(listpack::Iter<'a>),
    /// In no order.
    Table(dict::Iter<'a, FieldValue>),
}

impl<'a> Iterator for Iter<'a> {
    type Item = (Element<'a>, Element<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Iter::Listpack(list) => Some((list.next()?, list.next()?)),
            Iter::Table(pairs) => pairs.next().map(elements),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    const LIMITS: Limits = Limits {
        max_listpack_entries: 512,
        max_listpack_value: 64,
        hash_seed: 3,
    };

    fn contents(hash: &Hash) -> BTreeMap<Vec<u8>, Vec<u8>> {
        hash.iter()
            .map(|(field, value)| (field.to_vec(), value.to_vec()))
            .collect()
    }

    fn filled(n: usize) -> Hash {
        let mut hash = Hash::new();
        for i in 0..n {
            hash.set(
                format!("f{i}").as_bytes(),
                i.to_string().as_bytes(),
                &LIMITS,
            );
        }
        hash
    }

    #[test]
    fn encodings_change_where_redis_changes_them() {
        assert_eq!(filled(512).encoding(), "listpack");
        assert_eq!(filled(513).encoding(), "hashtable");
        let (short, long) = ([b'x'; 64], [b'x'; 65]);
        let mut hash = Hash::new();
        hash.set(&short, &short, &LIMITS);
        assert_eq!(hash.encoding(), "listpack");
        hash.set(b"a", &long, &LIMITS);
        assert_eq!((hash.encoding(), hash.len()), ("hashtable", 2));
        let mut hash = Hash::new();
        hash.prepare_for([&b"a"[..], &long].into_iter(), &LIMITS);
        assert_eq!(hash.encoding(), "hashtable");
        let mut hash = Hash::new();
        hash.prepare_for([&b"a"[..]; 1024].into_iter(), &LIMITS);
        assert_eq!(hash.encoding(), "listpack");
        hash.prepare_for([&b"a"[..]; 1026].into_iter(), &LIMITS);
        assert_eq!(hash.encoding(), "hashtable");
    }

    #[test]
    fn refuses_unsound_listpacks() {
        let list = |elements: &[&[u8]]| {
            let mut list = Listpack::new();
            elements.iter().for_each(|&element| list.push_back(element));
            list
        };
        assert!(Hash::from_listpack(list(&[b"a", b"1", b"b", b"1"]), &LIMITS).is_some());
        assert!(Hash::from_listpack(list(&[b"a", b"1", b"b"]), &LIMITS).is_none());
        assert!(Hash::from_listpack(list(&[b"a", b"1", b"a", b"2"]), &LIMITS).is_none());
    }

    #[test]
    fn random_fields_are_different_and_fair() {
        let mut rng = fastrand::Rng::with_seed(9);
        let mut table = filled(40);
        table.convert_to_table(1000, &LIMITS);
        for hash in [filled(40), table] {
            for count in [0, 1, 5, 12, 20, 39, 40, 50] {
                let mut drawn = BTreeSet::new();
                hash.random_distinct(count, &mut rng, |(field, value)| {
                    assert_eq!(field.to_vec()[1..], value.to_vec());
                    assert!(drawn.insert(field.to_vec()));
                });
                assert_eq!(drawn.len(), count.min(40), "{}", hash.encoding());
            }
            let mut counts = BTreeMap::new();
            for _ in 0..4000 {
                let mut count = |field: Element| *counts.entry(field.to_vec()).or_insert(0) += 1;
                hash.random_distinct(4, &mut rng, |(field, _)| count(field));
                count(hash.random(&mut rng).unwrap().0);
            }
            assert!(
                counts.values().all(|count| (380..620).contains(count)),
                "{counts:?}"
            );
        }
        assert_eq!(Hash::new().random(&mut rng), None);
    }

    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            3 => (-15..15_i64).prop_map(|i| i.to_string().into_bytes()),
            1 => any::<i64>().prop_map(|i| i.to_string().into_bytes()),
            3 => "[a-e]{1,2}".prop_map(String::into_bytes),
            1 => prop::collection::vec(any::<u8>(), 0..12),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn behaves_like_a_btree_map(
            steps in prop::collection::vec((bytes(), bytes(), 0..3_u8), 0..150),
            hash_seed: u64,
            max_listpack_entries in 0..30_usize,
            max_listpack_value in 0..15_usize,
        ) {
            let limits = Limits { max_listpack_entries, max_listpack_value, hash_seed };
            let mut hash = Hash::new();
            let mut model = BTreeMap::new();
            for (field, value, what) in steps {
                if what < 2 {
                    let created = model.insert(field.clone(), value.clone()).is_none();
                    prop_assert_eq!(hash.set(&field, &value, &limits), created);
                } else {
                    prop_assert_eq!(hash.remove(&field), model.remove(&field).is_some());
                }
                prop_assert_eq!(hash.get(&field).map(|v| v.to_vec()), model.get(&field).cloned());
                prop_assert_eq!(hash.contains(&field), model.contains_key(&field));
                prop_assert_eq!(hash.len(), model.len());
                if let Encoding::Table(table) = &hash.0 {
                    let real: usize = table.fields.iter().map(FieldValue::allocated_bytes).sum();
                    prop_assert_eq!(table.field_bytes, real);
                }
            }
            prop_assert_eq!(contents(&hash), model.clone());
            prop_assert_eq!(contents(&hash.clone()), model.clone());
            let mut scanned = BTreeMap::new();
            let mut cursor = 0;
            loop {
                cursor = hash.scan(cursor, |(field, value)| {
                    scanned.insert(field.to_vec(), value.to_vec());
                });
                if cursor == 0 {
                    break;
                }
            }
            prop_assert_eq!(scanned, model);
        }
    }
}
