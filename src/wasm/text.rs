//! Redis strings for JavaScript: text, and the bytes only where the text does not say it all.

use crate::cli::format::write_escaped;

/// Bytes that become a `Uint8Array`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

#[cfg(target_arch = "wasm32")]
impl serde::Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

/// A string that can be shown, without loss.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(serde::Serialize))]
pub struct Text {
    /// The string, or its escaped form when it is no UTF-8.
    pub text: String,
    /// The string itself when it is no UTF-8.
    #[cfg_attr(target_arch = "wasm32", serde(skip_serializing_if = "Option::is_none"))]
    pub bytes: Option<Bytes>,
}

impl From<&[u8]> for Text {
    fn from(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Text {
                text: text.to_string(),
                bytes: None,
            },
            Err(_) => {
                let mut escaped = Vec::new();
                write_escaped(&mut escaped, bytes);
                Text {
                    text: String::from_utf8_lossy(&escaped).into_owned(),
                    bytes: Some(Bytes(bytes.to_vec())),
                }
            }
        }
    }
}
