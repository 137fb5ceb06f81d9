//! Messages for a session whose id is not known yet, because the server assigns it.

use std::sync::{Arc, MutexGuard, PoisonError};

use serde_json::value::RawValue;

use super::{Inbox, Registration, Router};
use crate::event::Event;
use crate::ids::SessionId;
use crate::jsonrpc::Responder;
use crate::queue::DEFAULT_BUDGET;
use crate::session_peer::SessionPeer;

/// Buffers messages while sessions without an id are being created.
#[derive(Default)]
pub(super) struct UnroutedBuffer {
    expected: usize,
    kept: Vec<(SessionId, Unrouted)>,
    bytes: usize,
}

pub(super) enum Unrouted {
    Event(Event, usize),
    Request { method: Box<str>, params: Box<RawValue>, responder: Responder },
}

/// A session being created whose id is not known yet. Its messages are buffered until this is
/// dropped.
pub(crate) struct Expected(Arc<Router>);

impl Router {
    /// Starts buffering messages for unknown sessions.
    pub(crate) fn expect_unnamed(self: &Arc<Self>) -> Expected {
        self.unrouted().expected += 1;
        Expected(Arc::clone(self))
    }

    /// Buffers a message for an unknown session. Returns it if no session is expected or the buffer
    /// is full.
    pub(super) fn keep(&self, id: &str, message: Unrouted) -> Option<Unrouted> {
        let mut unrouted = self.unrouted();
        let size = message.size();
        if unrouted.expected == 0 || unrouted.bytes + size > DEFAULT_BUDGET {
            return Some(message);
        }
        unrouted.bytes += size;
        unrouted.kept.push((SessionId::from(id), message));
        None
    }

    fn unrouted(&self) -> MutexGuard<'_, UnroutedBuffer> {
        self.unrouted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Expected {
    /// Registers the opened session and delivers its buffered messages in order. Returns `None` if
    /// the id is taken.
    pub(crate) fn register(self, inbox: Arc<dyn Inbox>, peer: SessionPeer) -> Option<Registration> {
        let id = peer.id().clone();
        let registration = Registration::reserve_after(&self.0, inbox, peer, |inbox| {
            for (_, message) in self.0.unrouted().kept.extract_if(.., |(kept, _)| *kept == id) {
                match message {
                    Unrouted::Event(event, size) => inbox.event(event, size),
                    Unrouted::Request { method, params, responder } => {
                        inbox.request(&method, &params, responder);
                    }
                }
            }
        })?;
        registration.place().opened();
        Some(registration)
    }
}

impl Drop for Expected {
    fn drop(&mut self) {
        let mut unrouted = self.0.unrouted();
        unrouted.expected -= 1;
        if unrouted.expected == 0 {
            // Dropping buffered requests refuses them, which does not lock the router.
            *unrouted = UnroutedBuffer::default();
        }
    }
}

impl Unrouted {
    fn size(&self) -> usize {
        match self {
            Self::Event(_, size) => *size,
            Self::Request { params, .. } => params.get().len(),
        }
    }
}
