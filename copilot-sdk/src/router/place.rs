//! A session's place in the router: its states and transitions.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use tokio::sync::watch;

use super::{Inbox, Reopen, Router};
use crate::closed::Closed;
use crate::error::{Error, Result};
use crate::ids::{SessionId, ToolCallId};
use crate::jsonrpc::CODE_METHOD_NOT_FOUND;
use crate::sealed::{SealedArc, SealedWeak};
use crate::session_peer::{NoParams, SessionPeer};

/// The place of one session in the router.
///
/// ```text
///            opened            detach               detached, or the connection ends
///  Reserved ---------> Open -----------> Detaching ---------------------------------> Gone
///     |  |             |  ^                  ^                                         ^
///     |  |   suspend   |  |  reopened        |                                         |
///     |  |             v  |                  |                                         |
///     |  |           Suspended --------------|--- detach, or no connection comes ------+
///     |  +-- detach: the answer is awaited --+                                         |
///     +----- refused, or the connection ends ------------------------------------------+
/// ```
///
/// An id is free again once its place is gone. The CLI handles calls concurrently: a session opened
/// under an id that is still being detached would be lost with the old one.
pub(crate) struct Place {
    router: Weak<Router>,
    inbox: Arc<dyn Inbox>,
    peer: SessionPeer,
    state: Mutex<RegistrationState>,
    reopen: OnceLock<Arc<dyn Reopen>>,
    /// What the program holds of the open session.
    /// A [`SealedWeak`]; every session has a handle of the same type.
    handle: watch::Sender<Option<Box<dyn Any + Send + Sync>>>,
    gone: watch::Sender<Option<Result<()>>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RegistrationState {
    /// The CLI has been or is about to be asked to open the session.
    Reserved,
    Open,
    /// The connection has ended; the session waits for another one.
    Suspended,
    /// The CLI is detaching the session; `asked` tells whether the request has been sent.
    Detaching {
        asked: bool,
    },
    Gone,
}

/// An input of the state machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Input {
    /// The CLI opened the session, even if its response could not be read.
    Opened,
    /// The CLI did not open it.
    Refused,
    /// The session is no longer used here.
    Detach,
    /// The CLI answered `session.detach`.
    Detached,
    /// The connection has ended and may be replaced.
    Suspend,
    /// The session is open on the new connection.
    Reopened,
    /// The session has ended.
    End,
}

/// The effect of entering a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Nothing,
    /// Call `session.detach`.
    CallDetach,
    /// Tell the inbox that the connection has ended and may be replaced.
    Suspend,
    /// Tell the inbox that the session has ended, and free the id.
    Finish,
}

impl RegistrationState {
    /// The next state. Late or duplicate inputs change nothing.
    pub(super) fn next(self, input: Input) -> (Self, Effect) {
        use Input::{Detach, Detached, End, Opened, Refused, Reopened, Suspend};
        use RegistrationState::{Detaching, Gone, Open, Reserved, Suspended};
        match (self, input) {
            (Reserved, Opened) | (Suspended, Reopened) => (Open, Effect::Nothing),
            // A session can be detached only after it has been opened.
            (Reserved, Detach) => (Detaching { asked: false }, Effect::Nothing),
            (Detaching { asked: false }, Opened) | (Open, Detach) => {
                (Detaching { asked: true }, Effect::CallDetach)
            }
            (Open, Suspend) => (Suspended, Effect::Suspend),
            (Reserved | Detaching { asked: false }, Refused)
            | (Detaching { .. }, Detached)
            | (Suspended, Detach)
            | (Reserved | Detaching { .. }, Suspend)
            | (Reserved | Open | Suspended | Detaching { .. }, End) => (Gone, Effect::Finish),
            (state, _) => (state, Effect::Nothing),
        }
    }
}

impl Place {
    pub(super) fn new(router: &Arc<Router>, inbox: Arc<dyn Inbox>, peer: SessionPeer) -> Self {
        Self {
            router: Arc::downgrade(router),
            inbox,
            peer,
            state: Mutex::new(RegistrationState::Reserved),
            reopen: OnceLock::new(),
            handle: watch::Sender::new(None),
            gone: watch::Sender::new(None),
        }
    }

    pub(crate) fn id(&self) -> &SessionId {
        self.peer.id()
    }

    /// Asks the CLI to detach the session, which first runs its session-end hook.
    ///
    /// # Errors
    ///
    /// If the CLI refuses or the connection has ended.
    pub(crate) async fn detach(self: &Arc<Self>, reason: &'static str) -> Result<()> {
        self.begin_detach(reason);
        self.gone().await
    }

    /// Like [`detach`](Self::detach), but does not wait for the response.
    pub(crate) fn begin_detach(self: &Arc<Self>, reason: &'static str) {
        let closed = Closed::orderly(reason);
        self.apply(Input::Detach, &closed, Ok(()));
    }

    /// Whether a turn runs in the session or is about to begin. One that only waits for permissions
    /// that were left open does not run, unless a prompt is queued behind it.
    pub(crate) fn is_busy(&self) -> bool {
        self.inbox.is_busy()
    }

    /// Waits until no turn runs or is about to begin, and what the last one left is stored.
    pub(crate) async fn idle(&self) {
        self.inbox.idle().await;
    }

    /// The tool calls in progress.
    pub(crate) fn tool_calls(&self) -> Vec<ToolCallId> {
        self.inbox.tool_calls()
    }

    /// The way to reopen the session, if it is suspended.
    pub(crate) fn suspended(&self) -> Option<Arc<dyn Reopen>> {
        (*self.lock() == RegistrationState::Suspended).then(|| self.reopen.get().cloned()).flatten()
    }

    /// The session is open on the new connection. Returns whether it is still used here.
    pub(crate) fn reopened(self: &Arc<Self>) -> bool {
        self.apply(Input::Reopened, &Closed::orderly(""), Ok(()));
        *self.lock() != RegistrationState::Gone
    }

    /// The session has ended.
    pub(crate) fn end(self: &Arc<Self>, closed: &Closed) {
        let outcome = if closed.orderly { Ok(()) } else { Err(closed.error()) };
        self.apply(Input::End, closed, outcome);
    }

    pub(super) fn inbox(&self) -> &dyn Inbox {
        &*self.inbox
    }

    pub(super) fn peer(&self) -> &SessionPeer {
        &self.peer
    }

    pub(super) fn suspend(self: &Arc<Self>, closed: &Closed) {
        // One that is still being opened has nothing to reopen it; who opens it is told.
        let can_reopen = self.reopen.get().is_some();
        let input = if can_reopen { Input::Suspend } else { Input::End };
        self.apply(input, closed, Err(closed.error()));
    }

    pub(super) fn opened(self: &Arc<Self>) {
        self.apply(Input::Opened, &Closed::orderly(NOT_OPENED), Ok(()));
    }

    pub(super) fn refused(self: &Arc<Self>, closed: &Closed) {
        self.apply(Input::Refused, closed, Ok(()));
    }

    pub(super) fn reopens_with(&self, reopen: Arc<dyn Reopen>) {
        // Set once, because a session is opened once.
        let _ = self.reopen.set(reopen);
    }

    /// Sets the handle of the session, which is open.
    pub(crate) fn held_by<T: Send + Sync>(&self, handle: SealedWeak<T>) {
        self.handle.send_replace(Some(Box::new(handle)));
    }

    /// The handle of the session, once it is open; `None` if it is not held any more.
    pub(super) async fn handle<T: 'static>(&self) -> Option<SealedArc<T>> {
        let mut handle = self.handle.subscribe();
        tokio::select! {
            held = handle.wait_for(Option::is_some) => {
                let held = held.ok()?;
                held.as_ref()?.downcast_ref::<SealedWeak<T>>()?.upgrade()
            }
            _ = self.gone() => None,
        }
    }

    pub(super) fn is_detaching(&self) -> bool {
        matches!(*self.lock(), RegistrationState::Detaching { .. })
    }

    /// Waits until the session is gone.
    pub(super) async fn gone(&self) -> Result<()> {
        let mut gone = self.gone.subscribe();
        let told = gone.wait_for(Option::is_some).await.ok().and_then(|gone| gone.clone());
        told.unwrap_or(Ok(()))
    }

    fn apply(self: &Arc<Self>, input: Input, closed: &Closed, outcome: Result<()>) {
        let effect = {
            let mut state = self.lock();
            let (next, effect) = state.next(input);
            *state = next;
            effect
        };
        match effect {
            Effect::Nothing => {}
            Effect::Suspend => {
                self.peer.suspend(closed);
                self.inbox.suspended(closed);
            }
            Effect::CallDetach => self.call_detach(closed),
            Effect::Finish => self.finish(closed, outcome),
        }
    }

    fn call_detach(self: &Arc<Self>, closed: &Closed) {
        self.leave_by("session.detach", closed);
    }

    /// Calls a method that closes the session on the CLI's side.
    fn leave_by(self: &Arc<Self>, method: &'static str, closed: &Closed) {
        let place = Arc::clone(self);
        let reason = closed.clone();
        let then = move |answer: Result<_>| {
            let is_missing = |error: &Error| error.rpc_code() == Some(CODE_METHOD_NOT_FOUND);
            // Older CLIs know the other name alone.
            if method == "session.detach" && answer.as_ref().is_err_and(is_missing) {
                return place.leave_by("session.destroy", &reason);
            }
            let outcome = place.peer.locate(answer.map(drop));
            place.apply(Input::Detached, &reason, outcome);
        };
        if let Err(error) = self.peer.call_then(method, NoParams {}, then) {
            let outcome = self.peer.locate(Err(error));
            self.apply(Input::Detached, closed, outcome);
        }
    }

    /// In this order, so that a caller waiting for the end finds the session ended and the id free.
    fn finish(&self, closed: &Closed, outcome: Result<()>) {
        if let Some(router) = self.router.upgrade() {
            router.remove(self);
        }
        self.peer.close(closed);
        self.inbox.closed(closed);
        self.gone.send_replace(Some(outcome));
    }

    fn lock(&self) -> MutexGuard<'_, RegistrationState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) const NOT_OPENED: &str = "it was not opened";

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Place").field("id", self.id()).field("state", &*self.lock()).finish()
    }
}

#[cfg(test)]
mod tests;
