//! The turn that is read on after a resume, or after permissions that were left open.

use std::sync::{Arc, Mutex, PoisonError};

use super::Session;
use crate::error::Result;
use crate::turn::{Turn, left_open};

impl Session {
    /// The turn continued by resuming with
    /// [`continue_pending_work`](crate::SessionBuilder::continue_pending_work), or the one that
    /// ended with [`ErrorKind::Pending`](crate::ErrorKind::Pending) in this program; `None` if no
    /// turn was pending.
    ///
    /// After a resume, its reply covers the turn from there on; [`history`](Self::history) has the
    /// earlier part.
    ///
    /// The turn is kept until the first call or the first prompt, whichever comes first; later
    /// calls return `None`. The work continues whether or not this is called.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// let session = client.session().continue_pending_work(true).resume("nightly-report").await?;
    /// if let Some(turn) = session.resumed_turn() {
    ///     println!("{}", turn.reply().await?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn resumed_turn(&self) -> Option<Turn> {
        self.0.resumed.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Keeps a turn until it is taken.
    pub(super) fn keep_turn(&self, turn: Turn) {
        keep(&self.0.resumed, self.goes_on(turn));
    }

    /// Keeps a turn that ends because permissions were left open, to be read on.
    pub(super) fn goes_on(&self, turn: Turn) -> Turn {
        let kept = Arc::downgrade(&self.0.resumed);
        turn.on_standstill(move |turn| {
            if let Some(kept) = kept.upgrade() {
                keep(&kept, turn);
            }
        })
    }

    /// Fails if a turn waits for permissions: the CLI would queue the next prompt behind it.
    pub(super) fn nothing_is_left_open(&self) -> Result<()> {
        let open = self.0.dispatch.left_open();
        if open.is_empty() {
            return Ok(());
        }
        let what = "the prompt was not sent, because the turn before it waits";
        self.0.peer.locate(Err(left_open(what, open)))
    }
}

fn keep(kept: &Mutex<Option<Turn>>, turn: Turn) {
    let earlier = kept.lock().unwrap_or_else(PoisonError::into_inner).replace(turn);
    drop(earlier);
}
