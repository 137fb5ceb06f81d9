//! The form of every object: a line of JSON with the format's number, then bytes.

use object_store::path::Path;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};

/// The format this version writes. It reads this one and older ones.
const FORMAT: u32 = 1;

/// Writes an object.
pub(crate) fn encode(header: &impl Serialize, body: &[u8]) -> Result<Vec<u8>> {
    #[derive(Serialize)]
    struct Framed<'a, H> {
        format: u32,
        #[serde(flatten)]
        header: &'a H,
    }
    let mut bytes = serde_json::to_vec(&Framed { format: FORMAT, header }).map_err(|error| {
        Error::new(ErrorKind::Store, "an object cannot be written as JSON").with_source(error)
    })?;
    bytes.push(b'\n');
    bytes.extend_from_slice(body);
    Ok(bytes)
}

/// Reads an object: what its first line says, and the bytes after it.
pub(crate) fn decode<'a, H: DeserializeOwned>(
    name: &Path,
    bytes: &'a [u8],
) -> Result<(H, &'a [u8])> {
    #[derive(Deserialize)]
    struct Numbered {
        format: u32,
    }
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (header, body) = bytes.split_at_checked(end).unwrap_or((bytes, &[]));
    let numbered: Numbered = serde_json::from_slice(header).map_err(|e| damaged(name, e))?;
    if numbered.format > FORMAT {
        let text = format!(
            "`{name}` has format {}, and this program reads format {FORMAT} and older ones: \
             update the `copilot-sdk` crate in it",
            numbered.format
        );
        return Err(Error::new(ErrorKind::Store, text));
    }
    let header = serde_json::from_slice(header).map_err(|e| damaged(name, e))?;
    Ok((header, body.get(1..).unwrap_or_default()))
}

/// The error about an object that is not as it was written.
pub(crate) fn damaged(
    name: &Path,
    source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> Error {
    let text = format!("`{name}` in the session store cannot be read: it was changed or damaged");
    Error::new(ErrorKind::Store, text).with_source(source)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn objects_are_read_as_they_are_written() {
        let bytes = encode(&json!({"nonce": "n"}), b"one\ntwo").unwrap();
        let (header, body) = decode::<Value>(&Path::from("a"), &bytes).unwrap();
        assert_eq!((&header["nonce"], body), (&json!("n"), b"one\ntwo".as_slice()));
        let (_, empty) = decode::<Value>(&Path::from("a"), br#"{"format":1}"#).unwrap();
        assert_eq!(empty, b"");
    }

    #[test]
    fn newer_and_damaged_objects_are_refused_by_name() {
        for (bytes, says) in [
            (r#"{"format":2}"#, "`s/log/1` has format 2, and this program reads format 1"),
            ("", "`s/log/1` in the session store cannot be read"),
            (r#"{"nonce":"n"}"#, "`s/log/1` in the session store cannot be read"),
        ] {
            let error = decode::<Value>(&Path::from("s/log/1"), bytes.as_bytes()).unwrap_err();
            assert!(error.to_string().starts_with(says), "{error}");
        }
    }
}
