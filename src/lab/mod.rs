//! The simulated machine that processes run on: its disk, its processes, and what is lost when
//! they die.

mod archive;
#[cfg(test)]
mod archive_tests;
mod clock;
pub mod disk;
mod faults;
mod files;
mod history;
mod hosts;
mod import;
mod ledger;
mod log;
pub mod log_index;
mod losses;
mod machine;
#[cfg(test)]
mod machine_tests;
mod network;
mod ports;
mod process;
mod replay;
mod running;
mod timeline;
#[cfg(test)]
mod timeline_tests;

pub use archive::ArchiveError;
pub use clock::Clock;
pub use history::{Act, Beginning, History};
pub use hosts::{Endpoint, Host};
pub use import::{Import, Imported};
pub use ledger::Why;
pub use log::LogLine;
pub use losses::{Cause, Losses, LostCommand};
pub use machine::{Instance, Machine, State};
pub use network::{Conditions, Line, Message, Node, Trace};
pub use process::LaunchError;
pub use replay::Replay;
pub use timeline::Timeline;
