//! What the records of a session add up to.

use std::collections::VecDeque;

use super::path::EVENTS;
use super::record::{Change, StoredData};
use super::tree::{FileTree, TreeError};

/// A session: its files, and what is known about the latest calls of its tools.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct StoredState {
    pub(crate) tree: FileTree,
    pub(crate) calls: VecDeque<KnownCall>,
}

/// A call of a tool that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownCall {
    pub(crate) id: String,
    /// What the tool gave. `None` if its holder ended before it did.
    pub(crate) result: Option<StoredData>,
}

/// How many calls are kept: more than can be open at once.
const CALLS: usize = 1000;

impl StoredState {
    /// Makes a change.
    pub(crate) fn apply(&mut self, change: Change, at: u64) -> Result<(), TreeError> {
        match change {
            Change::Began { call } => {
                if self.call(&call).is_none() {
                    self.calls.push_back(KnownCall { id: call, result: None });
                }
                while self.calls.len() > CALLS {
                    self.calls.pop_front();
                }
            }
            Change::Ended { call, result } => {
                if let Some(known) = self.calls.iter_mut().find(|known| known.id == call) {
                    known.result = Some(result);
                }
            }
            change => self.tree.apply(change, at)?,
        }
        Ok(())
    }

    /// Whether there is a session: the CLI stores no events of one without a prompt.
    pub(crate) fn has_events(&self) -> bool {
        self.tree.look(EVENTS).is_ok()
    }

    /// What is known about a call.
    pub(crate) fn call(&self, id: &str) -> Option<&KnownCall> {
        self.calls.iter().find(|call| call.id == id)
    }

    /// Every piece, in an order that depends on the state alone.
    pub(crate) fn pieces_mut(&mut self) -> impl Iterator<Item = &mut StoredData> {
        let files = self.tree.nodes_mut().flat_map(super::tree::TreeNode::pieces_mut);
        files.chain(self.calls.iter_mut().filter_map(|call| call.result.as_mut()))
    }

    /// Every piece, in the same order.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = &StoredData> {
        let files = self.tree.nodes().flat_map(|(_, node)| node.pieces());
        files.chain(self.calls.iter().filter_map(|call| call.result.as_ref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_known_from_its_beginning_and_the_oldest_are_forgotten() {
        let mut state = StoredState::default();
        let began = |id: usize| Change::Began { call: id.to_string() };
        state.apply(began(0), 1).unwrap();
        state.apply(began(0), 1).unwrap();
        assert_eq!(state.call("0"), Some(&KnownCall { id: "0".into(), result: None }));
        let result = StoredData::Inline(b"{}".to_vec());
        state.apply(Change::Ended { call: "0".into(), result: result.clone() }, 1).unwrap();
        assert_eq!(state.call("0"), Some(&KnownCall { id: "0".into(), result: Some(result) }));
        for id in 1..=CALLS {
            state.apply(began(id), 1).unwrap();
        }
        assert_eq!((state.calls.len(), state.call("0")), (CALLS, None));
    }
}
