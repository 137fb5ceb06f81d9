//! Questions that were open when a session ended, and that the CLI does not ask again (it still waits for the answers).

use std::collections::HashSet;
use std::sync::Arc;

use serde::Deserialize;

use super::history;
use crate::connection::Addressed;
use crate::error::Result;
use crate::event::{Event, EventData};
use crate::ids::{RequestId, SessionId};
use crate::rpc::Peer;

/// The stored events whose questions still wait, in their order.
///
/// The history alone does not tell: a call that was given up as interrupted has no answer in it either.
pub(super) async fn questions(peer: &Peer, id: &SessionId) -> Result<Vec<Arc<Event>>> {
    let addressed = || Addressed { session_id: id };
    let mut waiting = HashSet::new();
    for method in ["session.tools.listPendingRequests", "session.permissions.pendingRequests"] {
        let pending = peer.call::<Pending>(method, addressed()).await?;
        waiting.extend(pending.items.into_iter().map(|item| item.request_id));
    }
    if waiting.is_empty() {
        return Ok(Vec::new());
    }
    let asks = |event: &Event| match &event.data {
        EventData::ExternalToolRequested(call) => waiting.contains(&call.request_id),
        EventData::PermissionRequested(request) => waiting.contains(&request.request_id),
        _ => false,
    };
    let events = history::fetch(peer, id).await?;
    Ok(events.into_iter().filter(asks).map(Arc::new).collect())
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
