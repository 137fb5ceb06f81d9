//! Work that was open when a session ended, and that the CLI does not ask for again (it still waits
//! for the answers).

use std::collections::HashSet;
use std::sync::Arc;

use serde::Deserialize;

use super::history;
use crate::error::Result;
use crate::event::{Event, EventData};
use crate::ids::{MessageId, RequestId};
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
    let id = peer.id();
    let mut waiting = HashSet::new();
    for method in ["session.tools.listPendingRequests", "session.permissions.pendingRequests"] {
        let pending = peer.ask::<Pending>(method).await?;
        waiting.extend(pending.items.into_iter().map(|item| item.request_id));
    }
    if waiting.is_empty() {
        return Ok(None);
    }
    let mut turn = OpenTurn { prompt: MessageId::from(""), questions: Vec::new() };
    for event in history::fetch(peer).await? {
        let asked = match &event.data {
            EventData::ExternalToolRequested(call) => call.request_id.clone(),
            EventData::PermissionRequested(request) => request.request_id.clone(),
            // One that cannot be read is refused.
            EventData::Other(other) => match other.decode::<Item>() {
                Ok(item) => item.request_id,
                Err(_) => continue,
            },
            // The message that asks for a tool comes before the question about it.
            EventData::AssistantMessage(message)
                if event.is_root() && turn.questions.is_empty() =>
            {
                turn.prompt = message.originating_message_id.clone().unwrap_or(turn.prompt);
                continue;
            }
            _ => continue,
        };
        if waiting.remove(&asked) {
            turn.questions.push(Arc::new(event));
        }
    }
    for request_id in waiting {
        tracing::warn!(session_id = %id, %request_id, "a question still waits that the history \
                                                       does not hold: nobody answers it");
    }
    Ok((!turn.questions.is_empty()).then_some(turn))
}

#[derive(Deserialize)]
struct Pending {
    items: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    request_id: RequestId,
}
