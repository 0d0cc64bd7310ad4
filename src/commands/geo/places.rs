//! What is known of places by name: GEOPOS, GEOHASH, GEODIST.

use super::{unit, write_distance, write_point};
use crate::commands::context::{CommandResult, Context};
use crate::resp::Args;
use crate::resp::error::SYNTAX;
use crate::types::geo::{Point, distance};

/// GEOPOS key [member ...]
pub fn geopos(ctx: &mut Context, args: Args) -> CommandResult {
    let set = ctx.keyspace[ctx.client.db].read_sorted_set(args.at(1))?;
    let members = args.tail(2);
    ctx.reply.array(members.len());
    for member in members.iter() {
        match set.and_then(|set| set.score(member)) {
            Some(score) => write_point(ctx.reply, Point::of_score(score)),
            None => ctx.reply.null_array(),
        }
    }
    Ok(())
}

/// GEOHASH key [member ...]
pub fn geohash(ctx: &mut Context, args: Args) -> CommandResult {
    let set = ctx.keyspace[ctx.client.db].read_sorted_set(args.at(1))?;
    let members = args.tail(2);
    ctx.reply.array(members.len());
    for member in members.iter() {
        match set.and_then(|set| set.score(member)) {
            Some(score) => ctx.reply.bulk(&Point::of_score(score).geohash()),
            None => ctx.reply.null(),
        }
    }
    Ok(())
}

/// GEODIST key member1 member2 [M | KM | FT | MI]
pub fn geodist(ctx: &mut Context, args: Args) -> CommandResult {
    let metres = match args.get(4) {
        None => 1.0,
        Some(_) if args.len() > 5 => return Err(SYNTAX),
        Some(word) => unit(word)?,
    };
    let set = ctx.keyspace[ctx.client.db].read_sorted_set(args.at(1))?;
    let place = |at: usize| Some(Point::of_score(set?.score(args.at(at))?));
    match place(2).zip(place(3)) {
        Some((one, other)) => write_distance(ctx.reply, distance(one, other) / metres),
        None => ctx.reply.null(),
    }
    Ok(())
}
