//! A path in JSON, whatever its bytes.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A path: a text, or, where it is none, an object with its bytes in hexadecimal digits and a text for people.
#[derive(Debug, Clone, PartialEq, Eq, Hash, JsonSchema)]
#[schemars(with = "Form")]
pub struct Name(pub PathBuf);

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Form {
    Text(String),
    Bytes { bytes: String, text: String },
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(text) = self.0.to_str() {
            return serializer.serialize_str(text);
        }
        let bytes = self.0.as_os_str().as_encoded_bytes();
        let bytes = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Form::Bytes { bytes, text: self.0.to_string_lossy().into_owned() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Name, D::Error> {
        Ok(Name(match Form::deserialize(deserializer)? {
            Form::Text(text) => text.into(),
            Form::Bytes { bytes, text } => from_hex(&bytes).unwrap_or_else(|| text.into()),
        }))
    }
}

impl From<&Path> for Name {
    fn from(path: &Path) -> Name {
        Name(path.to_owned())
    }
}

#[cfg(unix)]
fn from_hex(digits: &str) -> Option<PathBuf> {
    let pair = |at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(pair).collect();
    Some(<std::ffi::OsString as std::os::unix::ffi::OsStringExt>::from_vec(bytes?).into())
}

#[cfg(not(unix))]
fn from_hex(_: &str) -> Option<PathBuf> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn every_path_comes_back() {
        use std::os::unix::ffi::OsStrExt;
        for bytes in [&b"a.xml"[..], b"a\nb.xml", b"caf\xe9.xml", "ö.xml".as_bytes()] {
            let name = Name(std::ffi::OsStr::from_bytes(bytes).into());
            let text = serde_json::to_string(&name).unwrap();
            assert!(!text.contains('\n'));
            assert_eq!(serde_json::from_str::<Name>(&text).unwrap(), name, "{text}");
        }
    }
}
