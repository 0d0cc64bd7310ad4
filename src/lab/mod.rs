//! The simulated machine that processes run on. So far: its disk.

pub mod disk;
