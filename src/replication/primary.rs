//! The stream of a primary: its name, its bytes and their numbers.

use super::Backlog;
use crate::resp::write_command;

/// Why a replica has to be given all the data, or the part of the stream that it missed.
#[derive(Debug, PartialEq, Eq)]
pub enum Continue {
    /// It can go on from where it was: the bytes since.
    From(Vec<u8>),
    /// It followed another stream.
    UnknownId,
    /// What it missed is no longer kept.
    Gone,
}

/// What a primary tells its replicas. Nothing is written down before the first of them has come.
#[derive(Debug)]
pub struct Primary {
    /// Forty hexadecimal digits that name the stream.
    id: String,
    /// The name under which the stream went on up to a byte, before this server became a primary.
    former: Option<(String, u64)>,
    /// Number of the last byte.
    offset: u64,
    backlog: Option<Backlog>,
    /// The database that the stream has last selected.
    db: Option<usize>,
    /// The stream is another's, and is passed on as it comes.
    passes_on: bool,
    /// Bytes since the replicas were last sent any.
    fresh: Vec<u8>,
    /// Clients that are replicas, in the order they came.
    pub replicas: Vec<u64>,
    /// Somebody waits for the replicas to say how far they are (WAIT).
    pub wants_offsets: bool,
    /// A replica has said how far it is since those who wait for that were looked at.
    pub acknowledged: bool,
    /// A background save has come to its end since the replicas that wait for it were looked at:
    /// well or not.
    pub saved: Option<bool>,
    /// What has been made of a snapshot that replicas are sent as it is made, and is to be sent.
    pub snapshot: Vec<u8>,
    /// Whether a snapshot is sent like that, and what ends it.
    pub mark: Option<String>,
    /// When the last replica went, in milliseconds since 1970.
    pub alone_since_ms: i64,
    /// When the replicas were last sent a PING.
    pub pinged_ms: i64,
    /// When cron last looked after the replicas.
    pub checked_ms: i64,
    /// Attached with all data, with the part they missed, and refused that part, so far.
    pub counts: [u64; 3],
}

impl Primary {
    /// A primary without replicas.
    pub fn new(id: String) -> Primary {
        Primary {
            id,
            former: None,
            offset: 0,
            backlog: None,
            db: None,
            passes_on: false,
            fresh: Vec::new(),
            replicas: Vec::new(),
            wants_offsets: false,
            acknowledged: false,
            saved: None,
            snapshot: Vec::new(),
            mark: None,
            alone_since_ms: 0,
            pinged_ms: 0,
            checked_ms: 0,
            counts: [0; 3],
        }
    }

    /// The name of the stream.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Gives the stream another name; nobody can go on with the old one.
    pub fn rename(&mut self, id: String) {
        self.id = id;
        self.former = None;
    }

    /// The former name, and the number of the first byte that no longer bears it.
    pub fn former(&self) -> Option<(&str, u64)> {
        let former = self.former.as_ref();
        former.map(|(id, end)| (id.as_str(), *end))
    }

    /// Number of the last byte.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// What is kept for those who come back, while the stream runs.
    pub fn backlog(&self) -> Option<&Backlog> {
        self.backlog.as_ref()
    }

    /// Whether commands are to be told.
    #[inline]
    pub fn is_on(&self) -> bool {
        self.backlog.is_some()
    }

    /// Begins the stream: from here on commands are told.
    pub fn start(&mut self, id: String, backlog_size: usize, now_ms: i64) {
        self.rename(id);
        self.pinged_ms = now_ms;
        self.checked_ms = now_ms;
        self.backlog = Some(Backlog::new(backlog_size, self.offset + 1));
    }

    /// Ends the stream, and takes another name so that nobody goes on with it.
    pub fn stop(&mut self, id: String) {
        self.rename(id);
        self.backlog = None;
        self.fresh = Vec::new();
    }

    /// Whether the stream is another's.
    pub fn passes_on(&self) -> bool {
        self.passes_on
    }

    /// From here on the stream is another's: what it is called and where it stands comes from there.
    pub fn pass_on(&mut self, backlog_size: usize) {
        self.passes_on = true;
        self.db = None;
        if self.backlog.is_none() {
            self.backlog = Some(Backlog::new(backlog_size, self.offset + 1));
        }
    }

    /// All data has been taken from the stream `id`, up to its byte `offset`.
    pub fn begin_at(&mut self, id: String, offset: u64, backlog_size: usize) {
        self.rename(id);
        self.offset = offset;
        self.fresh = Vec::new();
        self.backlog = Some(Backlog::new(backlog_size, offset + 1));
    }

    /// The stream goes on under another name; its former one holds up to here.
    pub fn go_on_as(&mut self, id: String) {
        let former = std::mem::replace(&mut self.id, id);
        self.former = Some((former, self.offset + 1));
    }

    /// The stream is this server's own from here on, under another name.
    pub fn take_over(&mut self, id: String) {
        self.go_on_as(id);
        self.passes_on = false;
        self.db = None;
    }

    /// What a file says of the stream that the data stems from: who goes on with it may come here.
    pub fn remember(&mut self, former: String, offset: u64, backlog_size: usize, now_ms: i64) {
        self.offset = offset;
        self.former = Some((former, offset + 1));
        self.alone_since_ms = now_ms;
        self.pinged_ms = now_ms;
        self.checked_ms = now_ms;
        self.backlog = Some(Backlog::new(backlog_size, offset + 1));
    }

    /// Tells the replicas bytes of the stream that is passed on.
    pub fn relay(&mut self, bytes: &[u8]) {
        self.append(bytes);
    }

    /// The database that the stream has last selected, if it names none with the next command.
    pub fn selected(&self) -> Option<usize> {
        self.db
    }

    /// repl-backlog-size has changed.
    pub fn resize_backlog(&mut self, size: usize) {
        if let Some(backlog) = &mut self.backlog {
            backlog.resize(size);
        }
    }

    /// The next command names its database, as a replica that begins with a snapshot needs it.
    pub fn select_anew(&mut self) {
        self.db = None;
    }

    /// Tells encoded commands with their databases, as one transaction or one by one.
    pub fn feed<'a>(
        &mut self,
        commands: impl Iterator<Item = (usize, &'a [u8])>,
        transaction: bool,
    ) {
        if self.passes_on {
            return;
        }
        let mut begun = false;
        for (db, command) in commands {
            if self.db != Some(db) {
                self.db = Some(db);
                let mut number = itoa::Buffer::new();
                let words = [b"SELECT", number.format(db).as_bytes()];
                self.tell(&words);
            }
            if transaction && !begun {
                begun = true;
                self.tell(&[b"MULTI"]);
            }
            self.append(command);
        }
        if begun {
            self.tell(&[b"EXEC"]);
        }
    }

    /// Tells something that belongs to no database (PING, REPLCONF GETACK).
    pub fn tell(&mut self, command: &[&[u8]]) {
        if self.passes_on {
            return;
        }
        let mut bytes = Vec::new();
        write_command(&mut bytes, command.iter().copied());
        self.append(&bytes);
    }

    fn append(&mut self, bytes: &[u8]) {
        if let Some(backlog) = &mut self.backlog {
            backlog.append(bytes);
            self.offset += bytes.len() as u64;
            self.fresh.extend_from_slice(bytes);
        }
    }

    /// The bytes since the last call, which every replica is to be sent.
    pub fn take_fresh(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.fresh)
    }

    /// Whether there are bytes that the replicas have not been sent.
    #[inline]
    pub fn has_fresh(&self) -> bool {
        !self.fresh.is_empty()
    }

    /// What a replica needs that followed the stream `id` and wants its byte `from` next.
    pub fn resume(&self, id: &[u8], from: u64) -> Continue {
        let follows = |name: &str| id.eq_ignore_ascii_case(name.as_bytes());
        let was_so = |(name, end): &(String, u64)| follows(name) && from <= *end;
        if !follows(&self.id) && !self.former.as_ref().is_some_and(was_so) {
            return Continue::UnknownId;
        }
        let missed = self.backlog.as_ref().and_then(|it| it.since(from));
        missed.map_or(Continue::Gone, Continue::From)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(primary: &mut Primary) -> String {
        String::from_utf8(primary.take_fresh())
            .unwrap()
            .replace("\r\n", " ")
    }

    #[test]
    fn nothing_is_told_before_somebody_listens() {
        let mut primary = Primary::new("0".repeat(40));
        primary.feed([(0, b"x".as_slice())].into_iter(), false);
        assert_eq!((primary.offset(), primary.has_fresh()), (0, false));
        primary.start("1".repeat(40), 100, 0);
        primary.tell(&[b"PING"]);
        assert_eq!(told(&mut primary), "*1 $4 PING ");
        assert_eq!(primary.offset(), 14);
    }

    #[test]
    fn databases_are_selected_and_transactions_wrapped() {
        let mut primary = Primary::new("0".repeat(40));
        primary.start("1".repeat(40), 1000, 0);
        primary.feed(
            [(0, b"a ".as_slice()), (3, b"b ".as_slice())].into_iter(),
            true,
        );
        assert_eq!(
            told(&mut primary),
            "*2 $6 SELECT $1 0 *1 $5 MULTI a *2 $6 SELECT $1 3 b *1 $4 EXEC "
        );
        primary.feed([(3, b"c ".as_slice())].into_iter(), false);
        assert_eq!(told(&mut primary), "c ");
        primary.select_anew();
        primary.feed([(3, b"d ".as_slice())].into_iter(), false);
        assert_eq!(told(&mut primary), "*2 $6 SELECT $1 3 d ");
    }

    #[test]
    fn who_comes_back_gets_what_it_missed_or_hears_why_not() {
        let mut primary = Primary::new("0".repeat(40));
        let id = "a".repeat(40);
        primary.start(id.clone(), 14, 0);
        primary.tell(&[b"PING"]);
        assert_eq!(primary.resume(b"x", 1), Continue::UnknownId);
        assert_eq!(
            primary.resume(id.as_bytes(), 5),
            Continue::From(b"$4\r\nPING\r\n".to_vec())
        );
        assert_eq!(
            primary.resume(id.as_bytes(), 15),
            Continue::From(Vec::new())
        );
        assert_eq!(primary.resume(id.as_bytes(), 16), Continue::Gone);
        primary.tell(&[b"PING"]);
        assert_eq!(primary.resume(id.as_bytes(), 5), Continue::Gone);
        primary.stop("b".repeat(40));
        assert_eq!(primary.resume(id.as_bytes(), 15), Continue::UnknownId);
        assert!(!primary.is_on());
    }
}
