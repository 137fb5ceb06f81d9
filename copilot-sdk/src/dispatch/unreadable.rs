//! Unreadable questions, refused because the agent would otherwise wait forever.

use super::Dispatch;
use super::question::{Question, UNREADABLE};
use crate::event::OtherEvent;
use crate::ids::RequestId;
use crate::payload::answers;

impl Dispatch {
    pub(crate) fn refuse_unreadable(&self, event: &OtherEvent) {
        answers! {
            struct Asked {
                request_id: RequestId = "requestId",
            }
        }
        let (session_id, event_type) = (self.session_id(), event.event_type.as_str());
        // On a shared server, another client may be able to read it.
        let Some(question) = Question::of_event_type(event_type).filter(|_| self.exclusive) else {
            return;
        };
        match event.decode::<Asked>() {
            Ok(Asked { request_id }) => {
                tracing::error!(
                    %session_id, event_type,
                    "a question of the cli cannot be read; it is refused"
                );
                self.answer(question, &request_id, question.refusal(UNREADABLE));
            }
            Err(error) => {
                tracing::error!(
                    %session_id, event_type, %error,
                    "a question of the cli has no id under which it could be refused"
                );
            }
        }
    }
}
