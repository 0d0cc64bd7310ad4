//! The façade: one lab as the page's worker drives it. What is about a browser stands in
//! `bindings` alone; the rest is plain Rust, tested natively.

#[cfg(target_arch = "wasm32")]
mod bindings;
mod console;
#[cfg(target_arch = "wasm32")]
mod host;
mod lab;
#[cfg(target_arch = "wasm32")]
mod lua;
mod recent;
mod text;
pub mod views;

pub use console::{ConsoleStep, Mark, Style};
pub use lab::{Arrival, Lab};
pub use recent::{CrashedCommand, recent_commands};
pub use text::{Bytes, Text};
