//! The simulated machine that processes run on: its disk, its processes, and what is lost when
//! they die.

mod connections;
pub mod disk;
mod import;
mod ledger;
pub mod log_index;
mod losses;
mod machine;
mod network;
mod process;

pub use import::{Import, Imported};
pub use ledger::Why;
pub use losses::{Cause, Losses, LostCommand};
pub use machine::{Instance, Machine, State};
pub use process::LaunchError;
