//! RESP2 and RESP3: parsing requests, writing replies, reading replies.
//!
//! The lowest room of the engine. It knows bytes and nothing of keys or commands.

mod args;
pub mod error;
mod reader;
mod request;
pub mod split;
mod writer;

pub use args::{Args, OwnedArgs, Span};
pub use error::ReplyError;
pub use reader::{ReadError, Reply, ReplyReader};
pub use request::{
    ProtocolError, RequestLimits, RequestParser, write_bulk, write_command, write_length,
};
pub use split::{quote, split_args};
pub use writer::{Deferred, ReplyWriter};
