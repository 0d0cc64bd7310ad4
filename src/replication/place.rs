//! Where in a stream some data stands.

use crate::types::numbers::parse_i64;

/// Where in a stream some data stands, as a snapshot says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamPlace {
    /// The stream's name: forty hexadecimal digits.
    pub id: String,
    /// Number of the last byte that is in the data.
    pub offset: u64,
    /// The database that the stream had selected there.
    pub db: usize,
}

impl StreamPlace {
    /// Takes up a field of a snapshot, if it is about this.
    pub fn take(&mut self, name: &[u8], value: &[u8]) {
        let number = || parse_i64(value).and_then(|number| u64::try_from(number).ok());
        match name {
            b"repl-id" if value.len() == 40 => {
                self.id = String::from_utf8_lossy(value).into_owned();
            }
            b"repl-offset" => self.offset = number().unwrap_or(0),
            b"repl-stream-db" => {
                self.db = number()
                    .and_then(|it| usize::try_from(it).ok())
                    .unwrap_or(0);
            }
            _ => {}
        }
    }

    /// Whether a snapshot has said it.
    pub fn is_known(&self) -> bool {
        !self.id.is_empty()
    }
}
