//! GEOSEARCH and the older GEORADIUS: the places inside an area.

use super::store::store;
use super::{point, unit, write_distance, write_point};
use crate::commands::arguments::{integer, is_word};
use crate::commands::context::{CommandResult, Context};
use crate::resp::error::SYNTAX;
use crate::resp::{Args, ReplyError, ReplyWriter};
use crate::types::geo::{Area, Point, Shape};
use crate::types::numbers::parse_f64;
use crate::types::partial_sort::sort_part;
use crate::types::sorted_set::{ScoreRange, SortedSet};

/// Which of the commands it is, as far as they differ.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// GEORADIUS
    Radius,
    /// GEORADIUSBYMEMBER
    RadiusByMember,
    /// GEOSEARCH
    Search,
    /// GEOSEARCHSTORE
    SearchStore,
}

impl Form {
    pub(super) fn is_search(self) -> bool {
        matches!(self, Form::Search | Form::SearchStore)
    }
}

/// A place that was found.
pub(super) struct Found {
    pub(super) member: Vec<u8>,
    pub(super) score: f64,
    point: Point,
    /// In metres.
    pub(super) distance: f64,
    /// How many were found before.
    number: usize,
}

#[derive(Default)]
struct Query<'a> {
    /// None where it is looked up in a set that does not exist.
    centre: Option<Point>,
    from_member: bool,
    from_point: bool,
    shape: Option<Shape>,
    unit: f64,
    with_coordinates: bool,
    with_distance: bool,
    with_hash: bool,
    any: bool,
    count: usize,
    descending: Option<bool>,
    target: Option<&'a [u8]>,
    store_distance: bool,
}

/// GEORADIUS key longitude latitude radius unit [WITHCOORD] [WITHDIST] [WITHHASH]
/// [COUNT count [ANY]] [ASC | DESC] [STORE key | STOREDIST key]
pub fn georadius(ctx: &mut Context, args: Args) -> CommandResult {
    search(ctx, args, Form::Radius, true)
}

/// GEORADIUS_RO: as GEORADIUS without STORE and STOREDIST
pub fn georadius_ro(ctx: &mut Context, args: Args) -> CommandResult {
    search(ctx, args, Form::Radius, false)
}

/// GEORADIUSBYMEMBER key member radius unit …, the options of GEORADIUS
pub fn georadiusbymember(ctx: &mut Context, args: Args) -> CommandResult {
    search(ctx, args, Form::RadiusByMember, true)
}

/// GEORADIUSBYMEMBER_RO: as GEORADIUSBYMEMBER without STORE and STOREDIST
pub fn georadiusbymember_ro(ctx: &mut Context, args: Args) -> CommandResult {
    search(ctx, args, Form::RadiusByMember, false)
}

/// GEOSEARCH key FROMMEMBER member | FROMLONLAT longitude latitude BYRADIUS radius unit |
/// BYBOX width height unit [ASC | DESC] [COUNT count [ANY]] [WITHCOORD] [WITHDIST] [WITHHASH]
pub fn geosearch(ctx: &mut Context, args: Args) -> CommandResult {
    search(ctx, args, Form::Search, false)
}

/// GEOSEARCHSTORE destination source …, as GEOSEARCH [STOREDIST]
pub fn geosearchstore(ctx: &mut Context, args: Args) -> CommandResult {
    search(ctx, args, Form::SearchStore, true)
}

fn search(ctx: &mut Context, args: Args, form: Form, stores: bool) -> CommandResult {
    let source = args.at(if form == Form::SearchStore { 2 } else { 1 });
    let set = ctx.keyspace[ctx.client.db].read_sorted_set(source)?;
    let query = Query::parse(args, form, stores, set)?;
    let Some((set, centre)) = set.zip(query.centre) else {
        return match query.target {
            Some(target) => store(ctx, target, &[], None, form),
            None => {
                ctx.reply.array(0);
                Ok(())
            }
        };
    };
    let area = Area {
        centre,
        shape: query.shape.unwrap_or(Shape::Circle { radius: 0.0 }),
        unit: query.unit,
    };
    let mut found = places(set, &area, if query.any { query.count } else { 0 });
    let wanted = match query.count {
        0 => found.len(),
        count => count.min(found.len()),
    };
    // Of the nearest it must be known which they are.
    let nearest_first = query.count > 0 && !query.any;
    if let Some(descending) = query.descending.or(nearest_first.then_some(false)) {
        sort(&mut found, wanted, descending);
    }
    found.truncate(wanted);
    match query.target {
        Some(target) => {
            let unit = query.store_distance.then_some(query.unit);
            store(ctx, target, &found, unit, form)
        }
        None => {
            query.write(ctx.reply, &found);
            Ok(())
        }
    }
}

/// The places of a set that lie in the area, `most` of them at most unless that is 0.
fn places(set: &SortedSet, area: &Area, most: usize) -> Vec<Found> {
    let mut found = Vec::new();
    for cell in area.cells() {
        let (first, end) = cell.scores();
        let range = ScoreRange {
            minimum: first as f64,
            minimum_exclusive: false,
            maximum: end as f64,
            maximum_exclusive: true,
        };
        for (member, score) in set.range(set.score_range(&range)) {
            let point = Point::of_score(score);
            let Some(distance) = area.distance_inside(point) else {
                continue;
            };
            found.push(Found {
                member: member.to_vec(),
                score,
                point,
                distance,
                number: found.len(),
            });
            if found.len() == most {
                return found;
            }
        }
    }
    found
}

/// Sorts by distance, as far as the `wanted` first. Redis sorts all of them by merging, which leaves
/// equal ones in their order, but part of them by a quicksort.
fn sort(found: &mut [Found], wanted: usize, descending: bool) {
    let all = wanted == found.len();
    let compare = |one: &Found, other: &Found| {
        let order = one.distance.total_cmp(&other.distance);
        let order = if descending { order.reverse() } else { order };
        if all {
            order.then(one.number.cmp(&other.number))
        } else {
            order
        }
    };
    sort_part(found, 0, wanted.saturating_sub(1), &compare);
}

impl<'a> Query<'a> {
    fn parse(
        args: Args<'a>,
        form: Form,
        stores: bool,
        set: Option<&SortedSet>,
    ) -> Result<Self, ReplyError> {
        let mut query = Query::default();
        let mut at = match form {
            Form::Radius => {
                query.centre = Some(point(args.at(2), args.at(3))?);
                query.radius(args.at(4), args.at(5))?;
                6
            }
            Form::RadiusByMember => {
                if let Some(set) = set {
                    query.centre = Some(place(set, args.at(2))?);
                    query.radius(args.at(3), args.at(4))?;
                }
                5
            }
            Form::Search => 2,
            Form::SearchStore => {
                query.target = Some(args.at(1));
                3
            }
        };
        while at < args.len() {
            at += query.option(args.tail(at), form, stores, set)?;
        }
        query.check(args.at(0), form)?;
        Ok(query)
    }

    /// Reads the option at the beginning of `args`, and says how many arguments it takes.
    fn option(
        &mut self,
        args: Args<'a>,
        form: Form,
        stores: bool,
        set: Option<&SortedSet>,
    ) -> Result<usize, ReplyError> {
        let word = args.at(0);
        let is = |name: &str| is_word(word, name);
        let search = form.is_search();
        let old_store = stores && !search;
        let mut takes = 1;
        if is("withdist") {
            self.with_distance = true;
        } else if is("withhash") {
            self.with_hash = true;
        } else if is("withcoord") {
            self.with_coordinates = true;
        } else if is("any") {
            self.any = true;
        } else if is("asc") || is("desc") {
            self.descending = Some(is("desc"));
        } else if is("count") && args.len() > 1 {
            let count = integer(args.at(1))?;
            if count <= 0 {
                return Err("ERR COUNT must be > 0".into());
            }
            self.count = usize::try_from(count).unwrap_or(usize::MAX);
            takes = 2;
        } else if old_store && (is("store") || is("storedist")) && args.len() > 1 {
            self.target = Some(args.at(1));
            self.store_distance = is("storedist");
            takes = 2;
        } else if is("storedist") && form == Form::SearchStore {
            self.store_distance = true;
        } else if is("frommember") && args.len() > 1 && search && !self.from_point {
            // Without a set the other options are looked at all the same.
            if let Some(set) = set {
                self.centre = Some(place(set, args.at(1))?);
            }
            self.from_member = true;
            takes = 2;
        } else if is("fromlonlat") && args.len() > 2 && search && !self.from_member {
            self.centre = Some(point(args.at(1), args.at(2))?);
            self.from_point = true;
            takes = 3;
        } else if is("byradius") && args.len() > 2 && search && !self.has_box() {
            self.radius(args.at(1), args.at(2))?;
            takes = 3;
        } else if is("bybox") && args.len() > 3 && search && !self.has_circle() {
            let width = parse_f64(args.at(1)).ok_or("ERR need numeric width")?;
            let height = parse_f64(args.at(2)).ok_or("ERR need numeric height")?;
            if height < 0.0 || width < 0.0 {
                return Err("ERR height or width cannot be negative".into());
            }
            self.unit = unit(args.at(3))?;
            self.shape = Some(Shape::Box { width, height });
            takes = 4;
        } else {
            return Err(SYNTAX);
        }
        Ok(takes)
    }

    fn has_box(&self) -> bool {
        matches!(self.shape, Some(Shape::Box { .. }))
    }

    fn has_circle(&self) -> bool {
        matches!(self.shape, Some(Shape::Circle { .. }))
    }

    fn radius(&mut self, radius: &[u8], of: &[u8]) -> Result<(), ReplyError> {
        let radius = parse_f64(radius).ok_or("ERR need numeric radius")?;
        if radius < 0.0 {
            return Err("ERR radius cannot be negative".into());
        }
        self.unit = unit(of)?;
        self.shape = Some(Shape::Circle { radius });
        Ok(())
    }

    fn check(&self, name: &[u8], form: Form) -> Result<(), ReplyError> {
        let details = self.with_distance || self.with_hash || self.with_coordinates;
        if self.target.is_some() && details {
            return Err(match form {
                Form::SearchStore => ReplyError::new(
                    "ERR GEOSEARCHSTORE is not compatible with WITHDIST, WITHHASH and WITHCOORD options",
                ),
                _ => ReplyError::new(
                    "ERR STORE option in GEORADIUS is not compatible with WITHDIST, WITHHASH and \
                     WITHCOORD options",
                ),
            });
        }
        if form.is_search() && !self.from_member && !self.from_point {
            return Err(ReplyError::quoting(
                "ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for ",
                name,
                "",
            ));
        }
        if form.is_search() && self.shape.is_none() {
            return Err(ReplyError::quoting(
                "ERR exactly one of BYRADIUS and BYBOX can be specified for ",
                name,
                "",
            ));
        }
        if self.any && self.count == 0 {
            return Err("ERR the ANY argument requires COUNT argument".into());
        }
        Ok(())
    }

    fn write(&self, reply: &mut ReplyWriter, found: &[Found]) {
        let details = usize::from(self.with_distance)
            + usize::from(self.with_hash)
            + usize::from(self.with_coordinates);
        reply.array(found.len());
        for place in found {
            if details > 0 {
                reply.array(1 + details);
            }
            reply.bulk(&place.member);
            if self.with_distance {
                write_distance(reply, place.distance / self.unit);
            }
            if self.with_hash {
                reply.integer(place.score as i64);
            }
            if self.with_coordinates {
                write_point(reply, place.point);
            }
        }
    }
}

/// Where a member of the set is.
fn place(set: &SortedSet, member: &[u8]) -> Result<Point, ReplyError> {
    set.score(member)
        .map(Point::of_score)
        .ok_or(ReplyError::new(
            "ERR could not decode requested zset member",
        ))
}
