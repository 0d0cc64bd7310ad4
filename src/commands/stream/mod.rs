//! The stream commands.

mod add;
mod arguments;
mod claim;
mod group;
mod info;
mod options;
mod pending;
mod range;
mod read;
mod remove;
mod tell;

pub use add::xadd;
pub use claim::{xautoclaim, xclaim};
pub use group::{
    xgroup_create, xgroup_createconsumer, xgroup_delconsumer, xgroup_destroy, xgroup_help,
    xgroup_setid,
};
pub use info::{xinfo_consumers, xinfo_groups, xinfo_help, xinfo_stream};
pub use pending::{xack, xpending};
pub use range::{xlen, xrange, xrevrange};
pub use read::{xread, xreadgroup};
pub use remove::{xdel, xsetid, xtrim};

#[cfg(test)]
mod tests;
