//! The data types: pure structures with Redis's encodings. No keys, no clients, no replies.

pub mod bits;
pub mod bytes;
pub mod calendar;
pub mod dict;
pub mod geo;
pub mod glob;
pub mod hash;
pub mod hyperloglog;
pub mod intset;
pub mod list;
pub mod listpack;
pub mod long_double;
pub mod numbers;
pub mod partial_sort;
pub mod sampling;
pub mod set;
mod shortest;
pub mod sorted_set;
pub mod stream;
pub mod strtod;
pub mod trigonometry;
