//! Snapshots: a whole state as one object.

use object_store::path::Path;
use serde::{Deserialize, Serialize};

use super::frame;
use super::record::{Piece, StoredData};
use super::state::{KnownCall, StoredState};
use super::tree::{FileTree, NodeContent, TreeNode};
use crate::error::Result;

/// Writes a state. The bytes of inline pieces follow the header.
pub(crate) fn encode(state: &StoredState) -> Result<Vec<u8>> {
    let mut inline = Vec::new();
    let files = state.tree.nodes().map(|(path, node)| Stored {
        path: path.clone(),
        created: node.created,
        changed: node.changed,
        pieces: match &node.content {
            NodeContent::File(pieces) => {
                Some(pieces.iter().map(|piece| Piece::of(piece, &mut inline)).collect())
            }
            NodeContent::Folder => None,
        },
    });
    let files = files.collect();
    let calls = state.calls.iter().map(|call| StoredCall {
        id: call.id.clone(),
        result: call.result.as_ref().map(|result| Piece::of(result, &mut inline)),
    });
    let calls = calls.collect();
    frame::encode(&SnapshotHeader { files, calls }, &inline)
}

/// Reads a state.
pub(crate) fn decode(name: &Path, bytes: &[u8]) -> Result<StoredState> {
    let (header, mut inline) = frame::decode(name, bytes)?;
    read(header, &mut inline).ok_or_else(|| frame::damaged(name, "it is shorter than it says"))
}

fn read(header: SnapshotHeader, inline: &mut &[u8]) -> Option<StoredState> {
    let mut tree = FileTree::default();
    for Stored { path, created, changed, pieces } in header.files {
        let content = match pieces {
            Some(pieces) => NodeContent::File(
                pieces.into_iter().map(|p| p.read(inline)).collect::<Option<_>>()?,
            ),
            None => NodeContent::Folder,
        };
        tree.insert(path, TreeNode { created, changed, content });
    }
    let calls = header.calls.into_iter().map(|StoredCall { id, result }| {
        let result: Option<StoredData> = match result {
            Some(piece) => Some(piece.read(inline)?),
            None => None,
        };
        Some(KnownCall { id, result })
    });
    let calls = calls.collect::<Option<_>>()?;
    Some(StoredState { tree, calls })
}

#[derive(Serialize, Deserialize)]
struct SnapshotHeader {
    files: Vec<Stored>,
    calls: Vec<StoredCall>,
}

/// A file, or a folder, which has no pieces.
#[derive(Serialize, Deserialize)]
struct Stored {
    path: String,
    created: u64,
    changed: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pieces: Option<Vec<Piece>>,
}

#[derive(Serialize, Deserialize)]
struct StoredCall {
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    result: Option<Piece>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::record::{Body, Change};

    #[test]
    fn a_state_is_read_as_it_is_written() {
        let inline = |text: &str| StoredData::Inline(text.as_bytes().to_vec());
        let large = StoredData::Body(Body { name: "n-1".into(), len: 70_000 });
        let mut state = StoredState::default();
        for change in [
            Change::Append { path: "/s/a".into(), data: inline("one") },
            Change::Append { path: "/s/a".into(), data: large },
            Change::Append { path: "/s/a".into(), data: inline("two") },
            Change::Write { path: "/empty".into(), data: inline("") },
            Change::MakeDirectory { path: "/d".into(), recursive: true },
            Change::Began { call: "r1".into() },
            Change::Began { call: "r2".into() },
            Change::Ended { call: "r1".into(), result: inline("{}") },
        ] {
            state.apply(change, 5).unwrap();
        }
        let (name, bytes) = (Path::from("body/x"), encode(&state).unwrap());
        assert_eq!(decode(&name, &bytes).unwrap(), state);
        assert_eq!(state.pieces().map(StoredData::len).collect::<Vec<_>>(), [0, 3, 70_000, 3, 2]);
        let short = bytes.get(..bytes.len() - 1).unwrap();
        assert!(decode(&name, short).is_err());
    }
}
