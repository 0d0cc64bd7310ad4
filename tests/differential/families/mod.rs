//! The families, one file each: every one makes groups of its own commands.

mod bitmap;
mod connection;
mod databases;
mod dump;
mod expire;
mod functions;
mod geo;
mod hash;
mod hyperloglog;
mod keys;
mod list;
mod lua_libraries;
mod scan;
mod scripting;
mod server;
mod set;
mod sort;
mod sorted_set;
mod stream;
mod strings;
mod transactions;

use crate::random::{Group, Random};

/// A named source of groups.
pub struct Family {
    pub name: &'static str,
    pub group: fn(&mut Random) -> Group,
}

/// Every family.
pub const ALL: &[Family] = &[
    Family {
        name: "bitmap",
        group: bitmap::group,
    },
    Family {
        name: "connection",
        group: connection::group,
    },
    Family {
        name: "databases",
        group: databases::group,
    },
    Family {
        name: "dump",
        group: dump::group,
    },
    Family {
        name: "expire",
        group: expire::group,
    },
    Family {
        name: "functions",
        group: functions::group,
    },
    Family {
        name: "hash",
        group: hash::group,
    },
    Family {
        name: "geo",
        group: geo::group,
    },
    Family {
        name: "hyperloglog",
        group: hyperloglog::group,
    },
    Family {
        name: "keys",
        group: keys::group,
    },
    Family {
        name: "list",
        group: list::group,
    },
    Family {
        name: "lua_libraries",
        group: lua_libraries::group,
    },
    Family {
        name: "scan",
        group: scan::group,
    },
    Family {
        name: "scripting",
        group: scripting::group,
    },
    Family {
        name: "server",
        group: server::group,
    },
    Family {
        name: "set",
        group: set::group,
    },
    Family {
        name: "sort",
        group: sort::group,
    },
    Family {
        name: "sorted_set",
        group: sorted_set::group,
    },
    Family {
        name: "stream",
        group: stream::group,
    },
    Family {
        name: "strings",
        group: strings::group,
    },
    Family {
        name: "transactions",
        group: transactions::group,
    },
];
