//! Records: what the log of a session is made of.

use object_store::path::Path;
use serde::{Deserialize, Serialize};

use super::frame;
use crate::error::Result;

/// A change of a session's files, or of what is known about its tool calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    Append {
        path: String,
        data: StoredData,
    },
    Write {
        path: String,
        data: StoredData,
    },
    Rename {
        from: String,
        to: String,
    },
    Remove {
        path: String,
        recursive: bool,
        force: bool,
    },
    MakeDirectory {
        path: String,
        recursive: bool,
    },
    /// A tool is about to run.
    Began {
        call: String,
    },
    /// What the tool gave, as it is sent to the CLI.
    Ended {
        call: String,
        result: StoredData,
    },
}

/// A piece of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StoredData {
    /// In the record itself.
    Inline(Vec<u8>),
    /// In an object of its own.
    Body(Body),
}

/// An object that holds a piece of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Body {
    pub(crate) name: String,
    pub(crate) len: u64,
}

/// One object of the log.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Record {
    /// Changes, and when they were made, in milliseconds since 1970.
    Changes { at: u64, changes: Vec<Change> },
    /// Everything before this record is in the body of that name.
    Snapshot { body: String },
}

impl StoredData {
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Inline(bytes) => u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            Self::Body(body) => body.len,
        }
    }
}

impl Change {
    /// The piece of a file the change brings.
    pub(crate) fn data_mut(&mut self) -> Option<&mut StoredData> {
        match self {
            Self::Append { data, .. } | Self::Write { data, .. } => Some(data),
            Self::Ended { result, .. } => Some(result),
            _ => None,
        }
    }
}

impl Record {
    /// Writes the record. The nonce is the holder's: no two holders write the same bytes.
    pub(crate) fn encode(&self, nonce: &str) -> Result<Vec<u8>> {
        let mut inline = Vec::new();
        let record = match self {
            Self::Changes { at, changes } => {
                let changes = changes.iter().map(|change| Wire::of(change, &mut inline)).collect();
                WireRecord::Changes { at: *at, changes }
            }
            Self::Snapshot { body } => WireRecord::Snapshot { body: body.clone() },
        };
        frame::encode(&RecordHeader { nonce: nonce.to_owned(), record }, &inline)
    }

    pub(crate) fn decode(name: &Path, bytes: &[u8]) -> Result<Self> {
        let (RecordHeader { record, .. }, mut inline) = frame::decode(name, bytes)?;
        Ok(match record {
            WireRecord::Changes { at, changes } => {
                let changes = changes
                    .into_iter()
                    .map(|change| change.read(&mut inline))
                    .collect::<Option<_>>()
                    .ok_or_else(|| frame::damaged(name, "it is shorter than it says"))?;
                Self::Changes { at, changes }
            }
            WireRecord::Snapshot { body } => Self::Snapshot { body },
        })
    }
}

/// A piece of a file in a header: the bytes of inline ones follow the header, in order.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Piece {
    Body { body: Body },
    Inline { len: usize },
}

impl Piece {
    pub(crate) fn of(data: &StoredData, inline: &mut Vec<u8>) -> Self {
        match data {
            StoredData::Inline(bytes) => {
                inline.extend_from_slice(bytes);
                Self::Inline { len: bytes.len() }
            }
            StoredData::Body(body) => Self::Body { body: body.clone() },
        }
    }

    /// Takes the bytes of the piece from `inline`. Returns `None` if there are too few.
    pub(crate) fn read(self, inline: &mut &[u8]) -> Option<StoredData> {
        match self {
            Self::Body { body } => Some(StoredData::Body(body)),
            Self::Inline { len } => {
                let (bytes, rest) = inline.split_at_checked(len)?;
                *inline = rest;
                Some(StoredData::Inline(bytes.to_vec()))
            }
        }
    }
}

#[derive(Serialize, Deserialize)]
struct RecordHeader {
    nonce: String,
    #[serde(flatten)]
    record: WireRecord,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WireRecord {
    #[serde(untagged)]
    Changes { at: u64, changes: Vec<Wire> },
    #[serde(untagged)]
    Snapshot { body: String },
}

/// A change as it stands in a header.
#[derive(Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
enum Wire {
    Append { path: String, data: Piece },
    Write { path: String, data: Piece },
    Rename { from: String, to: String },
    Remove { path: String, recursive: bool, force: bool },
    MakeDirectory { path: String, recursive: bool },
    Began { call: String },
    Ended { call: String, result: Piece },
}

impl Wire {
    fn of(change: &Change, inline: &mut Vec<u8>) -> Self {
        match change.clone() {
            Change::Append { path, data } => Self::Append { path, data: Piece::of(&data, inline) },
            Change::Write { path, data } => Self::Write { path, data: Piece::of(&data, inline) },
            Change::Rename { from, to } => Self::Rename { from, to },
            Change::Remove { path, recursive, force } => Self::Remove { path, recursive, force },
            Change::MakeDirectory { path, recursive } => Self::MakeDirectory { path, recursive },
            Change::Began { call } => Self::Began { call },
            Change::Ended { call, result } => {
                Self::Ended { call, result: Piece::of(&result, inline) }
            }
        }
    }

    fn read(self, inline: &mut &[u8]) -> Option<Change> {
        Some(match self {
            Self::Append { path, data } => Change::Append { path, data: data.read(inline)? },
            Self::Write { path, data } => Change::Write { path, data: data.read(inline)? },
            Self::Rename { from, to } => Change::Rename { from, to },
            Self::Remove { path, recursive, force } => Change::Remove { path, recursive, force },
            Self::MakeDirectory { path, recursive } => Change::MakeDirectory { path, recursive },
            Self::Began { call } => Change::Began { call },
            Self::Ended { call, result } => Change::Ended { call, result: result.read(inline)? },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_read_as_they_are_written() {
        let inline = |text: &str| StoredData::Inline(text.as_bytes().to_vec());
        let large = StoredData::Body(Body { name: "n-1".into(), len: 70_000 });
        let changes = vec![
            Change::Append { path: "/a".into(), data: inline("one\n") },
            Change::Write { path: "/b".into(), data: large },
            Change::Rename { from: "/b".into(), to: "/c".into() },
            Change::Remove { path: "/c".into(), recursive: false, force: true },
            Change::MakeDirectory { path: "/d".into(), recursive: true },
            Change::Began { call: "r1".into() },
            Change::Ended { call: "r1".into(), result: inline("{}") },
        ];
        let name = Path::from("log/1");
        for record in [Record::Changes { at: 7, changes }, Record::Snapshot { body: "s".into() }] {
            let bytes = record.encode("nonce").unwrap();
            assert_eq!(Record::decode(&name, &bytes).unwrap(), record);
            assert_ne!(bytes, record.encode("another").unwrap());
        }
        let short = br#"{"format":1,"nonce":"n","at":1,"changes":[{"op":"append","path":"/a","data":{"len":3}}]}"#;
        let error = Record::decode(&name, short).unwrap_err();
        assert!(error.to_string().starts_with("`log/1` in the session store cannot be read"));
    }
}
