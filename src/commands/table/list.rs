//! Rows of the list commands.

use crate::commands::command::{Categories, Command, Flags, Group, KeyFlags, KeySpec, Summary};
use crate::commands::list::{
    lindex, linsert, llen, lmove, lmpop, lpop, lpos, lpush, lpushx, lrange, lrem, lset, ltrim,
    rpop, rpoplpush, rpush, rpushx,
};
use crate::commands::syntax::{integer, key, one_of, string, token};

pub(super) const ROWS: &[Command] = &[
    Command {
        name: "lpush",
        arity: -3,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::FAST)),
        keys: &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::INSERT))],
        categories: Categories::LIST,
        group: Group::List,
        since: "1.0.0",
        complexity: "O(1) for each element",
        summary: Summary {
            en: "Puts elements at the head of a list, making the list if there is none.",
            zh: "把元素依次放到列表头部；列表不存在时先创建。",
        },
        arguments: &[key("key", 0), string("element").multiple()],
        run: lpush,
        ..Command::BASE
    },
    Command {
        name: "rpush",
        arity: -3,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::FAST)),
        keys: &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::INSERT))],
        categories: Categories::LIST,
        group: Group::List,
        since: "1.0.0",
        complexity: "O(1) for each element",
        summary: Summary {
            en: "Puts elements at the tail of a list, making the list if there is none.",
            zh: "把元素依次放到列表尾部；列表不存在时先创建。",
        },
        arguments: &[key("key", 0), string("element").multiple()],
        run: rpush,
        ..Command::BASE
    },
    Command {
        name: "lpushx",
        arity: -3,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::FAST)),
        keys: &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::INSERT))],
        categories: Categories::LIST,
        group: Group::List,
        since: "2.2.0",
        complexity: "O(1) for each element",
        summary: Summary {
            en: "Puts elements at the head of a list that already exists.",
            zh: "仅当列表已存在时，把元素放到其头部。",
        },
        arguments: &[key("key", 0), string("element").multiple()],
        run: lpushx,
        ..Command::BASE
    },
    Command {
        name: "rpushx",
        arity: -3,
        flags: Flags::WRITE.union(Flags::DENYOOM.union(Flags::FAST)),
        keys: &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::INSERT))],
        categories: Categories::LIST,
        group: Group::List,
        since: "2.2.0",
        complexity: "O(1) for each element",
        summary: Summary {
            en: "Puts elements at the tail of a list that already exists.",
            zh: "仅当列表已存在时，把元素放到其尾部。",
        },
        arguments: &[key("key", 0), string("element").multiple()],
        run: rpushx,
        ..Command::BASE
    },
    Command {
        name: "lpop",
        arity: -2,
        flags: Flags::WRITE.union(Flags::FAST),
        keys: &[KeySpec::one(
            1,
            KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::DELETE)),
        )],
        categories: Categories::LIST,
        group: Group::List,
        since: "1.0.0",
        complexity: "O(N) for N elements taken",
        summary: Summary {
            en: "Takes one or more elements off the head of a list.",
            zh: "从列表头部取出一个或多个元素。",
        },
        arguments: &[key("key", 0), integer("count").optional().since("6.2.0")],
        run: lpop,
        ..Command::BASE
    },
    Command {
        name: "rpop",
        arity: -2,
        flags: Flags::WRITE.union(Flags::FAST),
        keys: &[KeySpec::one(
            1,
            KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::DELETE)),
        )],
        categories: Categories::LIST,
        group: Group::List,
        since: "1.0.0",
        complexity: "O(N) for N elements taken",
        summary: Summary {
            en: "Takes one or more elements off the tail of a list.",
            zh: "从列表尾部取出一个或多个元素。",
        },
        arguments: &[key("key", 0), integer("count").optional().since("6.2.0")],
        run: rpop,
        ..Command::BASE
    },
    Command {
        name: "llen",
        arity: 2,
        flags: Flags::READONLY.union(Flags::FAST),
        keys: &[KeySpec::one(1, KeyFlags::RO)],
        categories: Categories::LIST,
        group: Group::List,
        since: "1.0.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Tells how many elements a list has.",
            zh: "返回列表中元素的个数。",
        },
        arguments: &[key("key", 0)],
        run: llen,
        ..Command::BASE
    },
    Command {
        name: "lindex",
        arity: 3,
        flags: Flags::READONLY,
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::LIST,
        group: Group::List,
        since: "1.0.0",
        complexity: "O(N) for N elements between the index and the nearer end, O(1) at the ends",
        summary: Summary {
            en: "Reads the element at an index of a list.",
            zh: "读取列表中指定下标的元素。",
        },
        arguments: &[key("key", 0), integer("index")],
        run: lindex,
        ..Command::BASE
    },
    Command {
        name: "lset",
        arity: 4,
        flags: Flags::WRITE.union(Flags::DENYOOM),
        keys: &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::UPDATE))],
        categories: Categories::LIST,
        group: Group::List,
        since: "1.0.0",
        complexity: "O(N) for N elements between the index and the nearer end, O(1) at the ends",
        summary: Summary {
            en: "Overwrites the element at an index of a list.",
            zh: "改写列表中指定下标的元素。",
        },
        arguments: &[key("key", 0), integer("index"), string("element")],
        run: lset,
        ..Command::BASE
    },
    Command {
        name: "linsert",
        arity: 5,
        flags: Flags::WRITE.union(Flags::DENYOOM),
        keys: &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::INSERT))],
        categories: Categories::LIST,
        group: Group::List,
        since: "2.2.0",
        complexity: "O(N) for N elements in front of the pivot",
        summary: Summary {
            en: "Inserts an element just before or after another one.",
            zh: "在某个元素之前或之后插入新元素。",
        },
        arguments: &[
            key("key", 0),
            one_of(
                "where",
                &[token("before", "BEFORE"), token("after", "AFTER")],
            ),
            string("pivot"),
            string("element"),
        ],
        run: linsert,
        ..Command::BASE
    },
    Command {
        name: "lrange",
        arity: 4,
        flags: Flags::READONLY,
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::LIST,
        group: Group::List,
        since: "1.0.0",
        complexity: "O(S+N) for N elements that start S elements from the nearer end",
        summary: Summary {
            en: "Reads the elements between two indexes of a list.",
            zh: "读取列表中两个下标之间的元素。",
        },
        arguments: &[key("key", 0), integer("start"), integer("stop")],
        run: lrange,
        ..Command::BASE
    },
    Command {
        name: "lrem",
        arity: 4,
        flags: Flags::WRITE,
        keys: &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::DELETE))],
        categories: Categories::LIST,
        group: Group::List,
        since: "1.0.0",
        complexity: "O(N+M) for a list of N elements of which M are removed",
        summary: Summary {
            en: "Removes elements that equal a value, from either end on.",
            zh: "从任一端开始，移除等于给定值的元素。",
        },
        arguments: &[key("key", 0), integer("count"), string("element")],
        run: lrem,
        ..Command::BASE
    },
    Command {
        name: "ltrim",
        arity: 4,
        flags: Flags::WRITE,
        keys: &[KeySpec::one(1, KeyFlags::RW.union(KeyFlags::DELETE))],
        categories: Categories::LIST,
        group: Group::List,
        since: "1.0.0",
        complexity: "O(N) for N elements removed",
        summary: Summary {
            en: "Keeps only the elements between two indexes of a list.",
            zh: "只保留列表中两个下标之间的元素。",
        },
        arguments: &[key("key", 0), integer("start"), integer("stop")],
        run: ltrim,
        ..Command::BASE
    },
    Command {
        name: "lpos",
        arity: -3,
        flags: Flags::READONLY,
        keys: &[KeySpec::one(1, KeyFlags::RO.union(KeyFlags::ACCESS))],
        categories: Categories::LIST,
        group: Group::List,
        since: "6.0.6",
        complexity: "O(N) for N elements looked at",
        summary: Summary {
            en: "Finds the indexes at which a value stands in a list.",
            zh: "查找给定值在列表中的下标。",
        },
        arguments: &[
            key("key", 0),
            string("element"),
            integer("rank").token("RANK").optional(),
            integer("num-matches").token("COUNT").optional(),
            integer("len").token("MAXLEN").optional(),
        ],
        run: lpos,
        ..Command::BASE
    },
    Command {
        name: "lmove",
        arity: 5,
        flags: Flags::WRITE.union(Flags::DENYOOM),
        keys: &[
            KeySpec::one(
                1,
                KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::DELETE)),
            ),
            KeySpec::one(2, KeyFlags::RW.union(KeyFlags::INSERT)),
        ],
        categories: Categories::LIST,
        group: Group::List,
        since: "6.2.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Takes an element off one end of a list and puts it at an end of another.",
            zh: "从一个列表的一端取出元素，放到另一个列表的一端。",
        },
        arguments: &[
            key("source", 0),
            key("destination", 1),
            one_of(
                "wherefrom",
                &[token("left", "LEFT"), token("right", "RIGHT")],
            ),
            one_of("whereto", &[token("left", "LEFT"), token("right", "RIGHT")]),
        ],
        run: lmove,
        ..Command::BASE
    },
    Command {
        name: "rpoplpush",
        arity: 3,
        flags: Flags::WRITE.union(Flags::DENYOOM),
        keys: &[
            KeySpec::one(
                1,
                KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::DELETE)),
            ),
            KeySpec::one(2, KeyFlags::RW.union(KeyFlags::INSERT)),
        ],
        categories: Categories::LIST,
        group: Group::List,
        since: "1.2.0",
        complexity: "O(1)",
        summary: Summary {
            en: "Takes the last element of a list and puts it at the head of another.",
            zh: "取出一个列表的末尾元素，放到另一个列表的头部。",
        },
        deprecated: Some(("6.2.0", "`LMOVE` with the `RIGHT` and `LEFT` arguments")),
        arguments: &[key("source", 0), key("destination", 1)],
        run: rpoplpush,
        ..Command::BASE
    },
    Command {
        name: "lmpop",
        arity: -4,
        flags: Flags::WRITE.union(Flags::MOVABLEKEYS),
        keys: &[KeySpec::counted(
            1,
            KeyFlags::RW.union(KeyFlags::ACCESS.union(KeyFlags::DELETE)),
        )],
        categories: Categories::LIST,
        group: Group::List,
        since: "7.0.0",
        complexity: "O(N+M) for N keys and M elements taken",
        summary: Summary {
            en: "Takes elements off the first of several lists that has any.",
            zh: "从多个列表中第一个非空的列表取出元素。",
        },
        arguments: &[
            integer("numkeys"),
            key("key", 0).multiple(),
            one_of("where", &[token("left", "LEFT"), token("right", "RIGHT")]),
            integer("count").token("COUNT").optional(),
        ],
        run: lmpop,
        ..Command::BASE
    },
];
