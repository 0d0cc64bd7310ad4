//! The commands that see a string as a row of bits.

use crate::commands::bitmap;
use crate::commands::command::{Categories, Command, Flags, Group, KeyFlags, KeySpec, Summary};
use crate::commands::syntax::{block, integer, key, one_of, string, token};

pub(super) const ROWS: &[Command] = &[
    Command {
        name: "setbit",
        arity: 4,
        flags: Flags::WRITE.union(Flags::DENYOOM),
        keys: &[KeySpec::one(
            1,
            KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::UPDATE)),
        )],
        categories: Categories::BITMAP,
        group: Group::Bitmap,
        since: "2.2.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Sets or clears one bit of a string and returns what it was.",
            zh: "设置或清除字符串中的一位，并返回原来的值。",
        },
        arguments: &[key("key", 0), integer("offset"), integer("value")],
        run: bitmap::setbit,
        ..Command::BASE
    },
    Command {
        name: "getbit",
        arity: 3,
        flags: Flags::READONLY.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::BITMAP,
        group: Group::Bitmap,
        since: "2.2.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Returns one bit of a string.",
            zh: "返回字符串中的一位。",
        },
        arguments: &[key("key", 0), integer("offset")],
        run: bitmap::getbit,
        ..Command::BASE
    },
    Command {
        name: "bitcount",
        arity: -2,
        flags: Flags::READONLY,
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::BITMAP,
        group: Group::Bitmap,
        since: "2.6.0",
        complexity: "O(N) where N is the number of bytes",
        summary: Summary {
            en: "Counts the bits that are set, in all of a string or in a range.",
            zh: "统计整个字符串或某个范围内值为 1 的位数。",
        },
        arguments: &[
            key("key", 0),
            block(
                "index",
                &[
                    integer("start"),
                    integer("end"),
                    one_of("index_unit", &[token("byte", "BYTE"), token("bit", "BIT")])
                        .optional()
                        .since("7.0.0"),
                ],
            )
            .optional(),
        ],
        run: bitmap::bitcount,
        ..Command::BASE
    },
    Command {
        name: "bitpos",
        arity: -3,
        flags: Flags::READONLY,
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::BITMAP,
        group: Group::Bitmap,
        since: "2.8.7",
        complexity: "O(N) where N is the number of bytes",
        summary: Summary {
            en: "Finds the first bit that is set, or the first that is clear.",
            zh: "查找第一个值为 1 或 0 的位。",
        },
        arguments: &[
            key("key", 0),
            integer("bit"),
            block(
                "index",
                &[
                    integer("start"),
                    block(
                        "end_index",
                        &[
                            integer("end"),
                            one_of("index_unit", &[token("byte", "BYTE"), token("bit", "BIT")])
                                .optional()
                                .since("7.0.0"),
                        ],
                    )
                    .optional(),
                ],
            )
            .optional(),
        ],
        run: bitmap::bitpos,
        ..Command::BASE
    },
    Command {
        name: "bitop",
        arity: -4,
        flags: Flags::WRITE.union(Flags::DENYOOM),
        keys: &[
            KeySpec::one(2, KeyFlags::OW.union(KeyFlags::UPDATE)),
            KeySpec::range(3, -1, 1, KeyFlags::RO.union(KeyFlags::ACCESS)),
        ],
        categories: Categories::BITMAP,
        group: Group::Bitmap,
        since: "2.6.0",
        complexity: "O(N) where N is the length of the longest string",
        summary: Summary {
            en: "Combines strings bit by bit and stores the result.",
            zh: "对多个字符串做按位运算，并保存结果。",
        },
        arguments: &[
            string("operation"),
            key("destkey", 0),
            key("key", 1).multiple(),
        ],
        run: bitmap::bitop,
        ..Command::BASE
    },
    Command {
        name: "bitfield",
        arity: -2,
        flags: Flags::WRITE.union(Flags::DENYOOM),
        keys: &[KeySpec::one(
            1,
            KeyFlags::RW
                .union(KeyFlags::ACCESS.union(KeyFlags::UPDATE.union(KeyFlags::VARIABLE_FLAGS))),
        )],
        categories: Categories::BITMAP,
        group: Group::Bitmap,
        since: "3.2.0",
        complexity: "O(1) for each operation",
        summary: Summary {
            en: "Reads and changes integers of any width inside a string.",
            zh: "读取并修改字符串中任意位宽的整数。",
        },
        arguments: &[
            key("key", 0),
            one_of(
                "operation",
                &[
                    block("encoding_offset", &[string("encoding"), integer("offset")]).token("GET"),
                    block(
                        "write",
                        &[
                            one_of(
                                "wrap_sat_fail",
                                &[
                                    token("wrap", "WRAP"),
                                    token("sat", "SAT"),
                                    token("fail", "FAIL"),
                                ],
                            )
                            .token("OVERFLOW")
                            .optional(),
                            one_of(
                                "write_operation",
                                &[
                                    block(
                                        "encoding_offset_value",
                                        &[string("encoding"), integer("offset"), integer("value")],
                                    )
                                    .token("SET"),
                                    block(
                                        "encoding_offset_increment",
                                        &[
                                            string("encoding"),
                                            integer("offset"),
                                            integer("increment"),
                                        ],
                                    )
                                    .token("INCRBY"),
                                ],
                            ),
                        ],
                    ),
                ],
            )
            .multiple()
            .optional(),
        ],
        run: bitmap::bitfield,
        ..Command::BASE
    },
    Command {
        name: "bitfield_ro",
        arity: -2,
        flags: Flags::READONLY.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::BITMAP,
        group: Group::Bitmap,
        since: "6.0.0",
        complexity: "O(1) for each operation",
        summary: Summary {
            en: "Reads integers of any width inside a string and changes nothing.",
            zh: "只读地读取字符串中任意位宽的整数。",
        },
        arguments: &[
            key("key", 0),
            block("encoding_offset", &[string("encoding"), integer("offset")])
                .token("GET")
                .multiple_token()
                .optional(),
        ],
        run: bitmap::bitfield_ro,
        ..Command::BASE
    },
];
