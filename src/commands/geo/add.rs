//! GEOADD.

use super::point;
use crate::commands::context::{CommandResult, Context};
use crate::commands::sorted_set;
use crate::resp::error::SYNTAX;
use crate::resp::{Args, OwnedArgs};

/// GEOADD key [NX | XX] [CH] longitude latitude member [longitude latitude member ...]
///
/// It is a ZADD of the scores, and that is what the log is told.
pub fn geoadd(ctx: &mut Context, args: Args) -> CommandResult {
    let mut first = 2;
    let (mut only_new, mut only_present) = (false, false);
    while let Some(word) = args.get(first) {
        let is = |name: &[u8]| word.eq_ignore_ascii_case(name);
        only_new |= is(b"nx");
        only_present |= is(b"xx");
        if !is(b"nx") && !is(b"xx") && !is(b"ch") {
            break;
        }
        first += 1;
    }
    let places = args.tail(first);
    if !places.len().is_multiple_of(3) || (only_new && only_present) {
        return Err(SYNTAX);
    }
    let mut zadd = OwnedArgs::default();
    zadd.push(b"zadd");
    for option in 1..first {
        zadd.push(args.at(option));
    }
    for place in (0..places.len()).step_by(3) {
        let score = point(places.at(place), places.at(place + 1))?.score();
        zadd.push(itoa::Buffer::new().format(score).as_bytes());
        zadd.push(places.at(place + 2));
    }
    let zadd = zadd.as_args();
    if ctx.effects.is_enabled() {
        ctx.effects.replace(&zadd.iter().collect::<Vec<_>>());
    }
    sorted_set::zadd(ctx, zadd)
}
