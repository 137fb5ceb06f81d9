//! A reply that waits until the test lets it go.

use std::sync::Arc;

use tokio::sync::watch;

/// Holds a reply back until the test releases it, so that tests need no sleeps.
///
/// Clones are the same hold. It may hold several replies; releasing lets all of them go, also those
/// that come later. A hold that is never released keeps its reply back until the agent gives up or
/// the model is dropped.
///
/// ```
/// use copilot_sdk::testing::{Hold, ModelReply, ScriptedModel};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> copilot_sdk::Result<()> {
/// let hold = Hold::new();
/// let model = ScriptedModel::start([ModelReply::text("At last.").held(&hold)]).await?;
/// // Send a prompt, then:
/// # if false {
/// hold.reached().await; // the model was asked and says nothing
/// # }
/// hold.release();
/// # drop(model);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Hold(Arc<watch::Sender<State>>);

#[derive(Debug, Default)]
struct State {
    reached: bool,
    released: bool,
    abandoned: bool,
}

impl Hold {
    /// A hold that is not released yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets the reply go, or pass without a stop when it has not come that far.
    pub fn release(&self) {
        self.0.send_modify(|state| state.released = true);
    }

    /// Waits until a reply has come to this hold: the request arrived and what precedes the hold
    /// was sent.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost when the future is dropped.
    pub async fn reached(&self) {
        self.until(|state| state.reached).await;
    }

    /// Waits until the agent has closed the connection of a held reply, as it does on abort.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost when the future is dropped.
    pub async fn abandoned(&self) {
        self.until(|state| state.abandoned).await;
    }

    /// Holds the caller; dropping this future before the release counts as abandoning the reply.
    pub(super) async fn wait(self) {
        let waiting = Waiting(&self);
        self.0.send_modify(|state| state.reached = true);
        self.until(|state| state.released).await;
        drop(waiting);
    }

    async fn until(&self, condition: impl Fn(&State) -> bool) {
        // An error would mean that the sender is gone, and `self` is the sender.
        let mut states = self.0.subscribe();
        let _sender_lives = states.wait_for(condition).await;
    }
}

struct Waiting<'a>(&'a Hold);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.0.send_if_modified(|state| {
            state.abandoned |= !state.released;
            state.abandoned
        });
    }
}
