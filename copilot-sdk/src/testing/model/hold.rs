//! Holds: replies that wait until the test releases them.

use std::sync::Arc;

use tokio::sync::watch;

/// Holds replies back until the test releases them, so that tests need no sleeps.
///
/// Cloning is cheap: clones share one hold. A release lets all of its replies go, including later
/// ones. Without a release, a held reply waits until the agent gives up or the model is dropped.
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
pub struct Hold(Arc<watch::Sender<HoldState>>);

#[derive(Debug, Default)]
struct HoldState {
    reached: bool,
    released: bool,
    abandoned: bool,
}

impl Hold {
    /// Creates a hold that is not yet released.
    pub fn new() -> Self {
        Self::default()
    }

    /// Releases the hold: held replies go on, later ones pass without a stop.
    pub fn release(&self) {
        self.0.send_modify(|state| state.released = true);
    }

    /// Waits until a reply has reached the hold: everything before it has been sent.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe.
    pub async fn reached(&self) {
        self.until(|state| state.reached).await;
    }

    /// Waits until the agent has closed the connection of a held reply, as it does on abort.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe.
    pub async fn abandoned(&self) {
        self.until(|state| state.abandoned).await;
    }

    /// Waits for the release. Dropping the future before it marks the reply as abandoned.
    pub(super) async fn wait(self) {
        let waiting = WaitingGuard(&self);
        self.0.send_modify(|state| state.reached = true);
        self.until(|state| state.released).await;
        drop(waiting);
    }

    async fn until(&self, condition: impl Fn(&HoldState) -> bool) {
        // Fails only when the sender is gone, and `self` holds it.
        let mut states = self.0.subscribe();
        let _sender_lives = states.wait_for(condition).await;
    }
}

struct WaitingGuard<'a>(&'a Hold);

impl Drop for WaitingGuard<'_> {
    fn drop(&mut self) {
        self.0.0.send_if_modified(|state| {
            state.abandoned |= !state.released;
            state.abandoned
        });
    }
}
