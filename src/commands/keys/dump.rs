//! DUMP and RESTORE: a value as bytes, and back.

use crate::commands::arguments::{integer, is_word};
use crate::commands::context::{CommandResult, Context};
use crate::keyspace::{EventClass, Record};
use crate::persistence::rdb::{self, Limits, RestoreError};
use crate::resp::error::{OUT_OF_MEMORY, SYNTAX};
use crate::resp::{Args, ReplyError};

const BUSY_KEY: ReplyError = ReplyError::new("BUSYKEY Target key name already exists.");

/// DUMP key
pub fn dump(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let compress = ctx.instance.config.rdbcompression;
    match ctx.keyspace[ctx.client.db].read(args.at(1)) {
        None => ctx.reply.null(),
        Some(value) => ctx.reply.bulk(&rdb::dump(value, compress)),
    }
    Ok(())
}

/// What may follow a payload.
#[derive(Default)]
struct Options {
    replace: bool,
    absolute: bool,
    idle: Option<u64>,
    frequency: Option<u8>,
}

impl Options {
    fn parse(args: Args<'_>) -> Result<Self, ReplyError> {
        let mut options = Options::default();
        let mut at = 4;
        while at < args.len() {
            let word = args.at(at);
            let value = args.get(at + 1);
            if is_word(word, "REPLACE") {
                options.replace = true;
            } else if is_word(word, "ABSTTL") {
                options.absolute = true;
            } else if let Some(value) = value
                && is_word(word, "IDLETIME")
                && options.frequency.is_none()
            {
                let idle = u64::try_from(integer(value)?);
                options.idle = Some(idle.map_err(|_| "ERR Invalid IDLETIME value, must be >= 0")?);
                at += 1;
            } else if let Some(value) = value
                && is_word(word, "FREQ")
                && options.idle.is_none()
            {
                let frequency = u8::try_from(integer(value)?);
                let wrong = "ERR Invalid FREQ value, must be >= 0 and <= 255";
                options.frequency = Some(frequency.map_err(|_| wrong)?);
                at += 1;
            } else {
                return Err(SYNTAX);
            }
            at += 1;
        }
        Ok(options)
    }
}

/// RESTORE key ttl serialized-value [REPLACE] [ABSTTL] [IDLETIME seconds] [FREQ frequency]
pub fn restore(ctx: &mut Context<'_>, args: Args<'_>) -> CommandResult {
    let options = Options::parse(args)?;
    let key = args.at(1);
    let limits = Limits {
        checksum: !ctx.instance.skip_checksum_validation,
        ..Limits::of(ctx.instance)
    };
    let db = &mut ctx.keyspace[ctx.client.db];
    if !options.replace && db.exists(key) {
        return Err(BUSY_KEY);
    }
    let ttl = integer(args.at(2))?;
    if ttl < 0 {
        return Err("ERR Invalid TTL value, must be >= 0".into());
    }
    let value = rdb::restore(args.at(3), &limits).map_err(|error| match error {
        RestoreError::Footer => "ERR DUMP payload version or checksum are wrong".into(),
        RestoreError::Format => "ERR Bad data format".into(),
        RestoreError::Room => OUT_OF_MEMORY,
    })?;
    let replaced = options.replace && db.remove(key);
    // Redis adds without asking whether 64 bits hold the sum: what wraps lies in the past.
    let expire_at = match ttl {
        0 => None,
        ttl if options.absolute => Some(ttl),
        ttl => Some(ttl.wrapping_add(db.now_ms())),
    };
    if expire_at.is_some_and(|at| db.is_over(at)) {
        if replaced {
            db.modified(key, EventClass::GENERIC, "del");
            db.add_dirty(1);
            ctx.effects.replace(&[b"DEL", key]);
        }
        ctx.reply.ok();
        return Ok(());
    }
    let access = db.clock().restored(options.idle, options.frequency);
    db.tell_new(key);
    db.replace(Record::of_value(key, value, expire_at, access));
    if let Some(at) = expire_at
        && !options.absolute
    {
        let mut digits = itoa::Buffer::new();
        let mut told: Vec<&[u8]> = args.iter().collect();
        told[2] = digits.format(at).as_bytes();
        told.push(b"ABSTTL");
        ctx.effects.replace(&told);
    }
    db.modified(key, EventClass::GENERIC, "restore");
    db.add_dirty(1);
    ctx.reply.ok();
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::commands::testing::Session;
    use crate::keyspace::EvictionPolicy;

    const PAYLOAD: &[u8] = b"\x00\x05hello\n\x00cr\xdfve4 \n";

    fn restore(session: &mut Session, line: &str) -> String {
        let words = line.split(' ').map(|word| match word {
            "PAYLOAD" => PAYLOAD,
            word => word.as_bytes(),
        });
        let reply = session.run_args(&words.collect::<Vec<_>>());
        String::from_utf8_lossy(&reply).trim_end().to_owned()
    }

    fn told(session: &mut Session) -> Vec<String> {
        let payload = String::from_utf8_lossy(PAYLOAD);
        let told = session.told();
        told.iter()
            .map(|line| line.replace(&*payload, "PAYLOAD"))
            .collect()
    }

    #[test]
    fn restore_is_told_with_the_moment_of_its_end() {
        let mut session = Session::new();
        session.instance.set_now(5_000_000);
        let (now, clock) = (session.instance.now_ms(), session.instance.access_clock());
        session.keyspace.set_now(now, clock);
        for (line, effects) in [
            ("RESTORE a 0 PAYLOAD", &["RESTORE a 0 PAYLOAD"][..]),
            ("RESTORE b 1000 PAYLOAD", &["RESTORE b 6000 PAYLOAD ABSTTL"]),
            (
                "RESTORE b 1 PAYLOAD REPLACE IDLETIME 7",
                &["RESTORE b 5001 PAYLOAD REPLACE IDLETIME 7 ABSTTL"],
            ),
            (
                "RESTORE c 9000 PAYLOAD ABSTTL",
                &["RESTORE c 9000 PAYLOAD ABSTTL"],
            ),
            ("RESTORE d 4000 PAYLOAD ABSTTL", &[]),
            ("RESTORE a 4000 PAYLOAD ABSTTL REPLACE", &["DEL a"]),
        ] {
            assert_eq!(restore(&mut session, line), "+OK", "{line}");
            assert_eq!(told(&mut session), effects, "{line}");
        }
        assert_eq!(session.run("EXISTS a b c d"), ":2");
        assert_eq!(idle_and_frequency(&session, "b").0, 7);
    }

    fn idle_and_frequency(session: &Session, key: &str) -> (u32, u8) {
        let record = session.keyspace[0]
            .peek(key.as_bytes())
            .expect("it is there");
        let clock = session.instance.access_clock();
        let stamp = record.access();
        (clock.idle_seconds(stamp), clock.frequency(stamp))
    }

    #[test]
    fn frequency_and_idle_time_count_where_the_policy_looks_at_them() {
        let mut session = Session::new();
        restore(&mut session, "RESTORE idle 0 PAYLOAD IDLETIME 1000");
        restore(&mut session, "RESTORE often 0 PAYLOAD FREQ 200");
        assert_eq!(idle_and_frequency(&session, "idle").0, 1000);
        assert_eq!(idle_and_frequency(&session, "often").0, 0);
        session.instance.config.maxmemory_policy = EvictionPolicy::AllKeysLfu;
        let clock = session.instance.access_clock();
        session.keyspace.set_now(0, clock);
        restore(&mut session, "RESTORE often 0 PAYLOAD FREQ 200 REPLACE");
        assert_eq!(idle_and_frequency(&session, "often").1, 200);
    }

    #[test]
    fn checksums_can_be_left_aside() {
        let mut session = Session::new();
        let mut altered = PAYLOAD.to_vec();
        altered[3] = b'a';
        let words: [&[u8]; 4] = [b"RESTORE", b"k", b"0", &altered];
        assert!(session.run_args(&words).starts_with(b"-ERR DUMP payload"));
        session.run("DEBUG SET-SKIP-CHECKSUM-VALIDATION 1");
        assert_eq!(session.run_args(&words), b"+OK\r\n");
        assert_eq!(session.run("GET k"), "$5 hallo");
    }

    #[test]
    fn debug_object_tells_how_long_a_value_is_in_a_snapshot() {
        let mut session = Session::new();
        for (line, len) in [
            ("SET k hello", 6),
            ("SET k 12345678", 5),
            ("SET k aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 12),
            ("SADD s 1 2 3", 15),
        ] {
            session.run(line);
            let key = line.split(' ').nth(1).unwrap_or_default();
            let text = session.run(&format!("DEBUG OBJECT {key}"));
            let part = format!(" serializedlength:{len} lru:");
            assert!(text.contains(&part), "{line}: {text}");
        }
    }
}
