//! The commands: their table, and a file or folder for each family.

mod arguments;
mod call;
mod command;
mod connection;
mod context;
mod effects;
mod getkeys;
mod syntax;
mod table;
mod transaction;

pub use call::call;
pub use command::{
    BeginSearch, Categories, Command, FindKeys, Flags, Group, KeyFlags, KeySpec, Run, Summary,
};
pub use context::{CommandResult, Context};
pub use effects::{Effect, Effects};
pub use getkeys::{KeysError, keys_of};
pub use syntax::{Argument, ArgumentKind};
pub use table::{Entry, Table, table};
