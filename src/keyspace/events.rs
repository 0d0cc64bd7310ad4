//! The classes of keyspace events, with the letters of notify-keyspace-events.

use bitflags::bitflags;
use std::cell::RefCell;
use std::rc::Rc;

bitflags! {
    /// What kind of thing happened to a key.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct EventClass: u16 {
        /// `g`: commands of no type, such as DEL, EXPIRE, RENAME.
        const GENERIC = 1 << 0;
        /// `$`: strings.
        const STRING = 1 << 1;
        /// `l`: lists.
        const LIST = 1 << 2;
        /// `s`: sets.
        const SET = 1 << 3;
        /// `h`: hashes.
        const HASH = 1 << 4;
        /// `z`: sorted sets.
        const SORTED_SET = 1 << 5;
        /// `x`: a key's time ran out.
        const EXPIRED = 1 << 6;
        /// `e`: a key made room under maxmemory.
        const EVICTED = 1 << 7;
        /// `t`: streams.
        const STREAM = 1 << 8;
        /// `n`: a key came into being.
        const NEW = 1 << 9;
        /// `d`: modules, of which there are none.
        const MODULE = 1 << 10;
        /// `m`: a key was asked for that does not exist.
        const KEY_MISS = 1 << 11;
        /// `K`: tell by the key's name, `__keyspace@0__:key`.
        const KEYSPACE = 1 << 12;
        /// `E`: tell by the event's name, `__keyevent@0__:event`.
        const KEYEVENT = 1 << 13;
        /// `A`: all but `n` and `m`.
        const ALL = Self::GENERIC.bits()
            | Self::STRING.bits()
            | Self::LIST.bits()
            | Self::SET.bits()
            | Self::HASH.bits()
            | Self::SORTED_SET.bits()
            | Self::EXPIRED.bits()
            | Self::EVICTED.bits()
            | Self::STREAM.bits()
            | Self::MODULE.bits();
    }
}

/// The letters of notify-keyspace-events, in the order that CONFIG GET has them.
const LETTERS: [(u8, EventClass); 14] = [
    (b'g', EventClass::GENERIC),
    (b'$', EventClass::STRING),
    (b'l', EventClass::LIST),
    (b's', EventClass::SET),
    (b'h', EventClass::HASH),
    (b'z', EventClass::SORTED_SET),
    (b'x', EventClass::EXPIRED),
    (b'e', EventClass::EVICTED),
    (b't', EventClass::STREAM),
    (b'd', EventClass::MODULE),
    (b'n', EventClass::NEW),
    (b'K', EventClass::KEYSPACE),
    (b'E', EventClass::KEYEVENT),
    (b'm', EventClass::KEY_MISS),
];

impl EventClass {
    /// The classes of these letters; none when one of them means nothing.
    pub fn parse(letters: &[u8]) -> Option<Self> {
        letters.iter().try_fold(Self::empty(), |all, letter| {
            let known = LETTERS.iter().find(|(known, _)| known == letter);
            let class = match letter {
                b'A' => Self::ALL,
                _ => known?.1,
            };
            Some(all | class)
        })
    }

    /// The letters. Beside `A` no `n` is shown, as in Redis.
    pub fn letters(self) -> String {
        let mut text = String::new();
        let hidden = if self.contains(Self::ALL) {
            text.push('A');
            Self::ALL | Self::NEW
        } else {
            Self::empty()
        };
        for (letter, class) in LETTERS {
            if (self - hidden).contains(class) {
                text.push(char::from(letter));
            }
        }
        text
    }
}

/// Something happened to a key, and subscribers are to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyEvent {
    /// The key's database.
    pub db: usize,
    /// The key.
    pub key: Box<[u8]>,
    /// The event's name.
    pub event: &'static str,
}

/// The events that nobody has been told yet, of all databases, in their order.
pub(super) type Notices = Rc<RefCell<Vec<KeyEvent>>>;

/// Keys that have changed, for the clients that track them.
#[derive(Debug, Default)]
pub struct ChangedKeys {
    /// The keys in their order, and whether one went by itself: by time, or to make room.
    pub keys: Vec<(Box<[u8]>, bool)>,
    /// All keys of a database are gone.
    pub cleared: bool,
}

impl ChangedKeys {
    /// Whether nothing has changed.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty() && !self.cleared
    }
}

/// The keys that have changed and that nobody has been told of, of all databases.
pub(super) type Changed = Rc<RefCell<ChangedKeys>>;

/// What one database has to tell subscribers, and the clients that track keys.
pub(super) struct Told {
    db: usize,
    /// Where changed keys are noted, while somebody tracks keys.
    changed: Option<Changed>,
    /// The classes of events that go to `notices`.
    classes: EventClass,
    notices: Notices,
}

impl Told {
    pub(super) fn new(db: usize) -> Self {
        Told {
            db,
            changed: None,
            classes: EventClass::empty(),
            notices: Notices::default(),
        }
    }

    pub(super) fn start(&mut self, classes: EventClass, notices: &Notices) {
        self.classes = classes;
        self.notices = notices.clone();
    }

    pub(super) fn track(&mut self, changed: Option<&Changed>) {
        self.changed = changed.cloned();
    }

    /// Says that a key has changed, and what happened to it.
    pub(super) fn modified(&self, key: &[u8], class: EventClass, event: &'static str) {
        if let Some(changed) = &self.changed {
            let by_itself = EventClass::EXPIRED.union(EventClass::EVICTED);
            let by_itself = by_itself.contains(class);
            changed.borrow_mut().keys.push((key.into(), by_itself));
        }
        self.notify(key, class, event);
    }

    /// Says that all keys are gone.
    pub(super) fn cleared(&self) {
        if let Some(changed) = &self.changed {
            changed.borrow_mut().cleared = true;
        }
    }

    /// Whether anything is told at all.
    pub(super) fn is_on(&self) -> bool {
        !self.classes.is_empty()
    }

    pub(super) fn notify(&self, key: &[u8], class: EventClass, event: &'static str) {
        if self.classes.intersects(class) {
            self.notices.borrow_mut().push(KeyEvent {
                db: self.db,
                key: key.into(),
                event,
            });
        }
    }

    pub(super) fn new_key(&self, key: &[u8]) {
        self.notify(key, EventClass::NEW, "new");
    }

    pub(super) fn missed(&self, key: &[u8]) {
        self.notify(key, EventClass::KEY_MISS, "keymiss");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_have_one_order() {
        let shown = |text: &str| EventClass::parse(text.as_bytes()).map(EventClass::letters);
        for (written, expected) in [
            ("", ""),
            ("KEA", "AKE"),
            ("KEAmn", "AKEm"),
            ("mn", "nm"),
            ("gxE$", "g$xE"),
            ("Kgd$lshzxetmn", "AKm"),
        ] {
            assert_eq!(shown(written).as_deref(), Some(expected));
        }
        assert_eq!(shown("KEB"), None);
    }
}
