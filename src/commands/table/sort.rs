//! Rows of SORT and SORT_RO, which share most of their syntax.

use crate::commands::command::{
    BeginSearch, Categories, Command, FindKeys, Flags, Group, KeyFlags, KeySpec, Summary,
};
use crate::commands::keys::{sort, sort_ro};
use crate::commands::syntax::{block, integer, key, one_of, pattern, token};

pub(super) const ROWS: &[Command] = &[
    Command {
        name: "sort",
        arity: -2,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::MOVABLEKEYS)),
        keys: &[
            KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS)),
            KeySpec::new(
                KeyFlags::RO.union(KeyFlags::ACCESS),
                BeginSearch::Unknown,
                FindKeys::Unknown,
            ),
            KeySpec::new(
                KeyFlags::OW.union(KeyFlags::UPDATE),
                BeginSearch::Unknown,
                FindKeys::Unknown,
            ),
        ],
        categories: Categories::DANGEROUS
            .union(Categories::LIST.union(Categories::SET.union(Categories::SORTED_SET))),
        group: Group::Generic,
        since: "1.0.0",
        complexity: "O(N+M*log(M)) for N elements of which M are wanted, O(N) when nothing is sorted",
        summary: Summary {
            en: "Sorts what a list, set or sorted set holds, and answers or stores it.",
            zh: "对列表、集合或有序集合的元素排序，返回或保存结果。",
        },
        arguments: &[
            key("key", 0),
            pattern("pattern").key_spec(1).token("BY").optional(),
            block("offset_count", &[integer("offset"), integer("count")])
                .token("LIMIT")
                .optional(),
            pattern("pattern")
                .key_spec(1)
                .token("GET")
                .multiple_token()
                .optional(),
            one_of("order", &[token("asc", "ASC"), token("desc", "DESC")]).optional(),
            token("sorting", "ALPHA").optional(),
            key("destination", 2).token("STORE").optional(),
        ],
        run: sort,
        ..Command::BASE
    },
    Command {
        name: "sort_ro",
        arity: -2,
        flags: Flags::READONLY.union(Flags::MOVABLEKEYS),
        keys: &[
            KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS)),
            KeySpec::new(
                KeyFlags::RO.union(KeyFlags::ACCESS),
                BeginSearch::Unknown,
                FindKeys::Unknown,
            ),
        ],
        categories: Categories::DANGEROUS
            .union(Categories::LIST.union(Categories::SET.union(Categories::SORTED_SET))),
        group: Group::Generic,
        since: "7.0.0",
        complexity: "O(N+M*log(M)) for N elements of which M are wanted, O(N) when nothing is sorted",
        summary: Summary {
            en: "Sorts what a list, set or sorted set holds, without storing anything.",
            zh: "对列表、集合或有序集合的元素排序，只读，不保存结果。",
        },
        arguments: &[
            key("key", 0),
            pattern("pattern").key_spec(1).token("BY").optional(),
            block("offset_count", &[integer("offset"), integer("count")])
                .token("LIMIT")
                .optional(),
            pattern("pattern")
                .key_spec(1)
                .token("GET")
                .multiple_token()
                .optional(),
            one_of("order", &[token("asc", "ASC"), token("desc", "DESC")]).optional(),
            token("sorting", "ALPHA").optional(),
        ],
        run: sort_ro,
        ..Command::BASE
    },
];
