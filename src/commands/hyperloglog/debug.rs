//! PFDEBUG and PFSELFTEST.

use super::bytes_of;
use crate::commands::arguments::is_word;
use crate::commands::context::{CommandResult, Context};
use crate::keyspace::EventClass;
use crate::resp::{Args, ReplyError};
use crate::types::hyperloglog::{self, Encoding};

/// PFDEBUG GETREG | DECODE | ENCODING | TODENSE key
pub fn pfdebug(ctx: &mut Context, args: Args) -> CommandResult {
    let (what, key) = (args.at(1), args.at(2));
    let db = &mut ctx.keyspace[ctx.client.db];
    let value = db
        .value_for_write(key)
        .ok_or(ReplyError::new("ERR The specified key does not exist"))?;
    let (_, encoding) = bytes_of(value)?;
    let bytes = db.string_mut_or_create(key)?;
    let mut converted = false;
    if is_word(what, "getreg") {
        converted = hyperloglog::make_dense(bytes)?;
        ctx.reply.array(hyperloglog::REGISTERS);
        for register in hyperloglog::dense_registers(bytes) {
            ctx.reply.integer(i64::from(register));
        }
    } else if is_word(what, "decode") {
        if encoding != Encoding::Sparse {
            return Err("ERR HLL encoding is not sparse".into());
        }
        ctx.reply.bulk(decoded(bytes).trim_end().as_bytes());
    } else if is_word(what, "encoding") {
        ctx.reply.simple(match encoding {
            Encoding::Dense => "dense",
            Encoding::Sparse => "sparse",
        });
    } else if is_word(what, "todense") {
        converted = hyperloglog::make_dense(bytes)?;
        ctx.reply.integer(i64::from(converted));
    } else {
        return Err(ReplyError::quoting(
            "ERR Unknown PFDEBUG subcommand '",
            what,
            "'",
        ));
    }
    if converted {
        // Redis has no event for it.
        db.modified(key, EventClass::empty(), "");
        db.add_dirty(1);
    }
    Ok(())
}

/// The runs as text: `Z:` for zeros in two bytes, `z:` in one, `v:value,length`.
fn decoded(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut number = itoa::Buffer::new();
    for run in hyperloglog::runs(bytes) {
        if run.value > 0 {
            text.push_str("v:");
            text.push_str(number.format(run.value));
            text.push(',');
        } else {
            text.push_str(if run.width == 2 { "Z:" } else { "z:" });
        }
        text.push_str(number.format(run.len));
        text.push(' ');
    }
    text
}

/// PFSELFTEST
///
/// Redis's own test with a tenth of its rounds: here nobody else is served meanwhile by another process.
pub fn pfselftest(ctx: &mut Context, _args: Args) -> CommandResult {
    const ROUNDS: usize = 100;
    const ELEMENTS: u64 = 1_000_000;
    let rng = &mut ctx.instance.rng;
    let mut dense = hyperloglog::create();
    hyperloglog::make_dense(&mut dense)?;
    for _ in 0..ROUNDS {
        if let Err(index) = hyperloglog::registers_hold(&mut dense, || rng.u8(..64)) {
            return Err(format!("ERR TESTFAILED Register {index} does not hold its value").into());
        }
    }
    let max_sparse = ctx.instance.config.hll_sparse_max_bytes;
    let mut sparse = hyperloglog::create();
    dense = hyperloglog::create();
    hyperloglog::make_dense(&mut dense)?;
    let seed = rng.u64(..);
    let mut checkpoint = 1;
    for element in 1..=ELEMENTS {
        let bytes = (element ^ seed).to_le_bytes();
        hyperloglog::add(&mut dense, &bytes, max_sparse)?;
        hyperloglog::add(&mut sparse, &bytes, max_sparse)?;
        if element < checkpoint {
            continue;
        }
        let is_sparse = hyperloglog::encoding(&sparse) == Some(Encoding::Sparse);
        if !is_sparse && element < (max_sparse / 2) as u64 {
            return Err("ERR TESTFAILED sparse encoding not used".into());
        }
        let count = hyperloglog::count(&dense)?;
        if hyperloglog::count(&sparse)? != count {
            return Err("ERR TESTFAILED dense/sparse disagree".into());
        }
        // Six times the standard error, 1.04 / √16384.
        let allowed = match checkpoint {
            10 => 1,
            checkpoint => (checkpoint as f64 * (6.0 * 1.04 / 128.0)).ceil() as u64,
        };
        let error = count.abs_diff(checkpoint);
        if error > allowed {
            return Err(
                format!("ERR TESTFAILED Too big error. card:{checkpoint} abserr:{error}").into(),
            );
        }
        checkpoint *= 10;
    }
    ctx.reply.ok();
    Ok(())
}
