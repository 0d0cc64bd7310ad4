//! A crate of its own, so that the native tests and their dependencies need not be built for wasm.

/// The transcripts of `tests/transcripts/`, by file name: a browser has no folder to read them from.
pub const TRANSCRIPTS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/transcripts.rs"));

/// What random lives of a deployment come to natively, a line each: the seed, and the fingerprint of its story.
pub const STORIES: &str = include_str!(concat!(env!("OUT_DIR"), "/stories.txt"));
