//! Work that was open when a session ended, and that the CLI does not ask for again (it still waits
//! for the answers).

use std::collections::HashSet;
use std::sync::Arc;

use serde::Deserialize;

use super::history;
use crate::error::Result;
use crate::event::{Event, EventData};
use crate::ids::{MessageId, RequestId, SessionId};
use crate::session_peer::SessionPeer;

/// A turn that waits for answers.
pub(super) struct OpenTurn {
    /// The prompt that it is about.
    pub(super) prompt: MessageId,
    /// The stored events whose questions still wait, in their order.
    pub(super) questions: Vec<Arc<Event>>,
}

/// The turn that waits for answers, if one does.
///
/// The history alone does not tell: a call that was given up as interrupted has no answer in it
/// either.
pub(super) async fn open_turn(peer: &SessionPeer) -> Result<Option<OpenTurn>> {
    let waiting = waiting(peer).await?;
    if waiting.is_empty() {
        return Ok(None);
    }
    let history: Vec<_> = history::fetch(peer).await?.into_iter().map(Arc::new).collect();
    Ok(OpenTurn::find(&history, waiting, peer.id()))
}

/// The questions that wait for an answer.
pub(super) async fn waiting(peer: &SessionPeer) -> Result<HashSet<RequestId>> {
    let mut waiting = HashSet::new();
    for method in ["session.tools.listPendingRequests", "session.permissions.pendingRequests"] {
        let pending = peer.ask::<PendingItems>(method).await?;
        waiting.extend(pending.items.into_iter().map(|item| item.request_id));
    }
    Ok(waiting)
}

impl OpenTurn {
    /// Finds the questions in the history that asked them.
    pub(super) fn find(
        history: &[Arc<Event>],
        mut waiting: HashSet<RequestId>,
        id: &SessionId,
    ) -> Option<Self> {
        let mut turn = Self { prompt: MessageId::from(""), questions: Vec::new() };
        for event in history {
            let asked = match &event.data {
                EventData::ExternalToolRequested(call) => call.request_id.clone(),
                EventData::PermissionRequested(request) => request.request_id.clone(),
                // One that cannot be read is refused.
                EventData::Other(other) => match other.decode::<PendingItem>() {
                    Ok(item) => item.request_id,
                    Err(_) => continue,
                },
                // The message that asks for a tool comes before the question about it.
                EventData::AssistantMessage(message)
                    if event.is_root() && turn.questions.is_empty() =>
                {
                    let prompt = message.originating_message_id.clone();
                    turn.prompt = prompt.unwrap_or(turn.prompt);
                    continue;
                }
                _ => continue,
            };
            if waiting.remove(&asked) {
                turn.questions.push(Arc::clone(event));
            }
        }
        for request_id in waiting {
            tracing::warn!(
                session_id = %id, %request_id,
                "a question still waits that the history does not hold: it is not answered"
            );
        }
        (!turn.questions.is_empty()).then_some(turn)
    }
}

/// The id of the question that an event asks, where it can still be answered later.
pub(super) fn request_id(event: &Event) -> Option<&RequestId> {
    match &event.data {
        EventData::ExternalToolRequested(call) => Some(&call.request_id),
        EventData::PermissionRequested(request) => Some(&request.request_id),
        _ => None,
    }
}

#[derive(Deserialize)]
struct PendingItems {
    items: Vec<PendingItem>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PendingItem {
    request_id: RequestId,
}
