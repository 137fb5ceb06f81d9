//! Turns that abort the agent when they are dropped before they end.

use std::sync::Arc;

use serde::Serialize;
use tokio::time::timeout;

use super::Session;
use super::handle::ANSWER;
use crate::event::EventData;
use crate::ids::MessageId;
use crate::jsonrpc::CODE_METHOD_NOT_FOUND;
use crate::payload::answers;
use crate::prompt::Prompt;
use crate::turn::{Events, Turn, TurnBeginning};

/// What became of a prompt that was to be removed from the queue.
enum Withdrawn {
    Removed,
    /// It was not queued any more.
    Begun,
    /// The CLI cannot remove prompts.
    Stays,
}

impl Session {
    /// Makes a turn abort the agent if it is dropped before it ends.
    pub(super) fn abort_with(&self, turn: Turn, prompt: Prompt) -> Turn {
        let (session, beginning) = (self.0.downgrade(), turn.beginning().clone());
        turn.on_abandoned(move |begun| {
            let Some(session) = session.upgrade().map(Self) else { return };
            if begun && !session.is_busy() {
                return;
            }
            // Locked here, so that a prompt sent from now on comes after the abort.
            let sending = Arc::clone(&session.0.sending).try_lock_owned();
            let server = Arc::clone(&session.0.server);
            server.callbacks().spawn(async move {
                let mut sending = sending.ok();
                if !begun {
                    match session.withdraw_abandoned(&beginning, &prompt).await {
                        Withdrawn::Removed => return,
                        Withdrawn::Begun => {}
                        Withdrawn::Stays => {
                            drop(sending.take());
                            if !session.begins(&beginning).await {
                                return;
                            }
                        }
                    }
                }
                let aborted = match sending {
                    Some(_sending) => session.post_abort().await,
                    None => session.abort().await,
                };
                if let Err(error) = aborted {
                    tracing::debug!(%error, "a turn that was dropped could not be aborted");
                }
            });
        })
    }

    /// Removes a prompt from the queue.
    async fn withdraw_abandoned(&self, beginning: &TurnBeginning, prompt: &Prompt) -> Withdrawn {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Withdraw<'a> {
            message_id: &'a MessageId,
            expected_prompt: &'a str,
        }
        answers! {
            struct Answer {
                removed: bool = "removed" [required],
            }
        }
        let params = Withdraw { message_id: &beginning.message_id, expected_prompt: prompt.text() };
        let answer = self.0.peer.call("session.queue.withdrawMessage", params);
        match timeout(ANSWER, answer).await {
            Ok(Ok(Answer { removed: true })) => {
                self.0.inbox.withdrawn(beginning.number);
                Withdrawn::Removed
            }
            Ok(Err(error)) if error.rpc_code() == Some(CODE_METHOD_NOT_FOUND) => Withdrawn::Stays,
            _ => Withdrawn::Begun,
        }
    }

    /// Waits until the turn of a queued prompt begins; `false` if it never does.
    async fn begins(&self, beginning: &TurnBeginning) -> bool {
        let mut events = Events::new(self.0.inbox.subscribe_to_turn());
        if !self.0.inbox.waits_for(beginning.number) {
            return true;
        }
        while let Some(Ok(event)) = events.next().await {
            if beginning.is(&event) {
                return true;
            }
            if matches!(event.data, EventData::SessionIdle(_))
                && !self.0.inbox.waits_for(beginning.number)
            {
                return false;
            }
        }
        false
    }
}
