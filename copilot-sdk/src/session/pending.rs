//! Work that was pending when a session ended. The CLI still waits for the answers, but does not
//! ask again.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::history;
use crate::error::Result;
use crate::event::{Event, EventData};
use crate::ids::{MessageId, RequestId, SessionId};
use crate::jsonrpc::CODE_METHOD_NOT_FOUND;
use crate::payload::answers;
use crate::session_peer::SessionPeer;

/// A turn with pending questions.
pub(super) struct OpenTurn {
    /// The prompt of the turn.
    pub(super) prompt: MessageId,
    /// The stored events of the pending questions, in order.
    pub(super) questions: Vec<Arc<Event>>,
}

/// The turn with pending questions, if there is one.
///
/// The history alone is not enough: calls given up as interrupted have no answer in it either.
pub(super) async fn open_turn(peer: &SessionPeer) -> Result<Option<OpenTurn>> {
    let waiting = waiting(peer).await?;
    if waiting.is_empty() {
        return Ok(None);
    }
    let history = history::fetch(peer).await?;
    Ok(OpenTurn::find(&history, waiting, peer.id()))
}

/// The ids of the pending questions.
pub(super) async fn waiting(peer: &SessionPeer) -> Result<HashSet<RequestId>> {
    let tools = listed(peer, "session.tools.listPendingRequests").await?;
    let permissions = listed(peer, "session.permissions.pendingRequests").await?;
    let mut waiting = HashSet::new();
    // An older CLI does not list them: they are what the last turn asked and was not answered.
    if tools.is_none() || permissions.is_none() {
        let history = history::fetch(peer).await?;
        waiting = unanswered(&history, tools.is_none(), permissions.is_none());
    }
    waiting.extend(tools.unwrap_or_default());
    waiting.extend(permissions.unwrap_or_default());
    Ok(waiting)
}

/// The ids that the CLI lists; `None` if it has no such method.
async fn listed(peer: &SessionPeer, method: &str) -> Result<Option<Vec<RequestId>>> {
    match peer.ask::<PendingItems>(method).await {
        Ok(pending) => Ok(Some(pending.items.into_iter().map(|item| item.request_id).collect())),
        Err(error) if error.rpc_code() == Some(CODE_METHOD_NOT_FOUND) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The questions of the last turn that have no answer.
fn unanswered(history: &[Arc<Event>], tools: bool, permissions: bool) -> HashSet<RequestId> {
    let mut open = HashMap::new();
    for event in history {
        match &event.data {
            // What was open before is given up.
            EventData::UserMessage(_) | EventData::Abort(_) if event.is_root() => open.clear(),
            EventData::ExternalToolRequested(call) if tools => {
                open.insert(call.request_id.clone(), Some(call.tool_call_id.clone()));
            }
            EventData::PermissionRequested(request) if permissions && !request.resolved_by_hook => {
                open.insert(request.request_id.clone(), None);
            }
            EventData::ExternalToolCompleted(done) => drop(open.remove(&done.request_id)),
            EventData::PermissionCompleted(done) => drop(open.remove(&done.request_id)),
            EventData::ToolExecutionComplete(done) => {
                open.retain(|_, call| call.as_ref() != Some(&done.tool_call_id));
            }
            _ => {}
        }
    }
    open.into_keys().collect()
}

impl OpenTurn {
    /// Finds the events that asked the pending questions.
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
                // Pending questions that cannot be read are refused later.
                EventData::Other(other) => match other.decode::<PendingItem>() {
                    Ok(item) => item.request_id,
                    Err(_) => continue,
                },
                EventData::UserMessage(message) if event.is_root() && turn.questions.is_empty() => {
                    let prompt = message.message_id.clone();
                    turn.prompt = prompt.unwrap_or_else(|| MessageId::from(""));
                    continue;
                }
                // The message that calls a tool precedes the question about it, and names the
                // prompt: an older CLI names it in the prompt alone, or not at all.
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
                "a pending question is missing from the history and is not answered"
            );
        }
        (!turn.questions.is_empty()).then_some(turn)
    }
}

/// The id of the question in an event, if it can be answered after a restart.
pub(super) fn request_id(event: &Event) -> Option<&RequestId> {
    match &event.data {
        EventData::ExternalToolRequested(call) => Some(&call.request_id),
        EventData::PermissionRequested(request) => Some(&request.request_id),
        _ => None,
    }
}

answers! {
    struct PendingItems {
        items: Vec<PendingItem> = "items" [required],
    }

    struct PendingItem {
        request_id: RequestId = "requestId",
    }
}
