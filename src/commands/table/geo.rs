//! The commands for places on the earth.

use crate::commands::command::{
    BeginSearch, Categories, Command, FindKeys, Flags, Group, KeyFlags, KeySpec, Summary,
};
use crate::commands::geo;
use crate::commands::syntax::{Argument, block, double, integer, key, one_of, string, token};

const UNIT: Argument = one_of(
    "unit",
    &[
        token("m", "M"),
        token("km", "KM"),
        token("ft", "FT"),
        token("mi", "MI"),
    ],
);
const ORDER: Argument = one_of("order", &[token("asc", "ASC"), token("desc", "DESC")]).optional();
const COUNT: Argument = block(
    "count",
    &[
        integer("count").token("COUNT"),
        token("any", "ANY").optional(),
    ],
)
.optional();
const COUNT_WITH_LATER_ANY: Argument = block(
    "count",
    &[
        integer("count").token("COUNT"),
        token("any", "ANY").optional().since("6.2.0"),
    ],
)
.optional();
const WITHCOORD: Argument = token("withcoord", "WITHCOORD").optional();
const WITHDIST: Argument = token("withdist", "WITHDIST").optional();
const WITHHASH: Argument = token("withhash", "WITHHASH").optional();
const FROM: Argument = one_of(
    "from",
    &[
        string("member").token("FROMMEMBER"),
        block(
            "longitude_latitude",
            &[double("longitude"), double("latitude")],
        )
        .token("FROMLONLAT"),
    ],
);
const BY: Argument = one_of(
    "by",
    &[
        block("circle", &[double("radius").token("BYRADIUS"), UNIT]),
        block(
            "box",
            &[double("width").token("BYBOX"), double("height"), UNIT],
        ),
    ],
);

const SEARCH_COST: &str = "O(N+log(M)) where N is the number of places in the squares around the \
                           area and M is the number of places inside it";
const READ: &[KeySpec] = &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))];
const CHANGE: KeyFlags = KeyFlags::OW.union(KeyFlags::UPDATE);

/// The key behind `word`, looked for from argument `from` on.
const fn stored(word: &'static str, from: i32) -> KeySpec {
    KeySpec::new(
        CHANGE,
        BeginSearch::Keyword(word, from),
        FindKeys::Range {
            last: 0,
            step: 1,
            limit: 0,
        },
    )
}

const BASE: Command = Command {
    flags: Flags::READONLY,
    keys: READ,
    categories: Categories::GEO,
    group: Group::Geo,
    since: "3.2.0",
    ..Command::BASE
};

pub(super) const ROWS: &[Command] = &[
    Command {
        name: "geoadd",
        arity: -5,
        flags: Flags::WRITE.union(Flags::DENYOOM),
        keys: &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::UPDATE))],
        complexity: "O(log(N)) for each place",
        summary: Summary {
            en: "Adds places to a sorted set, with their coordinates as scores.",
            zh: "向有序集合添加地点，坐标编码为分数。",
        },
        arguments: &[
            key("key", 0),
            one_of("condition", &[token("nx", "NX"), token("xx", "XX")])
                .optional()
                .since("6.2.0"),
            token("change", "CH").optional().since("6.2.0"),
            block(
                "longitude_latitude_member",
                &[double("longitude"), double("latitude"), string("member")],
            )
            .multiple(),
        ],
        run: geo::geoadd,
        ..BASE
    },
    Command {
        name: "geopos",
        arity: -2,
        complexity: "O(N) where N is the number of places asked for",
        summary: Summary {
            en: "Returns the longitude and latitude of places.",
            zh: "返回地点的经度和纬度。",
        },
        arguments: &[key("key", 0), string("member").optional().multiple()],
        run: geo::geopos,
        ..BASE
    },
    Command {
        name: "geodist",
        arity: -4,
        complexity: "O(1)",
        summary: Summary {
            en: "Returns the distance between two places.",
            zh: "返回两个地点之间的距离。",
        },
        arguments: &[
            key("key", 0),
            string("member1"),
            string("member2"),
            UNIT.optional(),
        ],
        run: geo::geodist,
        ..BASE
    },
    Command {
        name: "geohash",
        arity: -2,
        complexity: "O(1) for each place asked for",
        summary: Summary {
            en: "Returns the geohashes of places, as geohash.org has them.",
            zh: "返回地点的标准 geohash 字符串。",
        },
        arguments: &[key("key", 0), string("member").optional().multiple()],
        run: geo::geohash,
        ..BASE
    },
    Command {
        name: "geosearch",
        arity: -7,
        since: "6.2.0",
        complexity: SEARCH_COST,
        summary: Summary {
            en: "Finds the places inside a circle or a box.",
            zh: "查找圆形或矩形区域内的地点。",
        },
        arguments: &[
            key("key", 0),
            FROM,
            BY,
            ORDER,
            COUNT,
            WITHCOORD,
            WITHDIST,
            WITHHASH,
        ],
        run: geo::geosearch,
        ..BASE
    },
    Command {
        name: "geosearchstore",
        arity: -8,
        flags: Flags::WRITE.union(Flags::DENYOOM),
        keys: &[
            KeySpec::one(1, CHANGE),
            KeySpec::one(2, KeyFlags::RO.union(KeyFlags::ACCESS)),
        ],
        since: "6.2.0",
        complexity: SEARCH_COST,
        summary: Summary {
            en: "Finds the places inside a circle or a box and stores them under a key.",
            zh: "查找圆形或矩形区域内的地点，并存入一个键。",
        },
        arguments: &[
            key("destination", 0),
            key("source", 1),
            FROM,
            BY,
            ORDER,
            COUNT,
            token("storedist", "STOREDIST").optional(),
        ],
        run: geo::geosearchstore,
        ..BASE
    },
    Command {
        name: "georadius",
        arity: -6,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::MOVABLEKEYS)),
        keys: &[
            KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS)),
            stored("STORE", 6),
            stored("STOREDIST", 6),
        ],
        complexity: SEARCH_COST,
        summary: Summary {
            en: "Finds the places around a point.",
            zh: "查找某个坐标周围的地点。",
        },
        deprecated: Some((
            "6.2.0",
            "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` argument",
        )),
        arguments: &[
            key("key", 0),
            double("longitude"),
            double("latitude"),
            double("radius"),
            UNIT,
            WITHCOORD,
            WITHDIST,
            WITHHASH,
            COUNT_WITH_LATER_ANY,
            ORDER,
            key("key", 1).token("STORE").optional(),
            key("key", 2).token("STOREDIST").optional(),
        ],
        run: geo::georadius,
        ..BASE
    },
    Command {
        name: "georadius_ro",
        arity: -6,
        since: "3.2.10",
        complexity: SEARCH_COST,
        summary: Summary {
            en: "Finds the places around a point and stores nothing.",
            zh: "只读地查找某个坐标周围的地点。",
        },
        deprecated: Some(("6.2.0", "`GEOSEARCH` with the `BYRADIUS` argument")),
        arguments: &[
            key("key", 0),
            double("longitude"),
            double("latitude"),
            double("radius"),
            UNIT,
            WITHCOORD,
            WITHDIST,
            WITHHASH,
            COUNT_WITH_LATER_ANY,
            ORDER,
        ],
        run: geo::georadius_ro,
        ..BASE
    },
    Command {
        name: "georadiusbymember",
        arity: -5,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::MOVABLEKEYS)),
        keys: &[
            KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS)),
            stored("STORE", 5),
            stored("STOREDIST", 5),
        ],
        complexity: SEARCH_COST,
        summary: Summary {
            en: "Finds the places around another.",
            zh: "查找某个地点周围的其他地点。",
        },
        deprecated: Some((
            "6.2.0",
            "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` and `FROMMEMBER` arguments",
        )),
        arguments: &[
            key("key", 0),
            string("member"),
            double("radius"),
            UNIT,
            WITHCOORD,
            WITHDIST,
            WITHHASH,
            COUNT,
            ORDER,
            key("key", 1).token("STORE").optional(),
            key("key", 2).token("STOREDIST").optional(),
        ],
        run: geo::georadiusbymember,
        ..BASE
    },
    Command {
        name: "georadiusbymember_ro",
        arity: -5,
        since: "3.2.10",
        complexity: SEARCH_COST,
        summary: Summary {
            en: "Finds the places around another and stores nothing.",
            zh: "只读地查找某个地点周围的其他地点。",
        },
        deprecated: Some((
            "6.2.0",
            "`GEOSEARCH` with the `BYRADIUS` and `FROMMEMBER` arguments",
        )),
        arguments: &[
            key("key", 0),
            string("member"),
            double("radius"),
            UNIT,
            WITHCOORD,
            WITHDIST,
            WITHHASH,
            COUNT,
            ORDER,
        ],
        run: geo::georadiusbymember_ro,
        ..BASE
    },
];
