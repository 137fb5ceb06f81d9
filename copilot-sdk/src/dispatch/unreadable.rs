//! Unreadable questions, refused because the agent would otherwise wait forever.

use serde::Deserialize;

use super::Dispatch;
use super::question::Question;
use crate::event::OtherEvent;
use crate::ids::RequestId;

impl Dispatch {
    pub(crate) fn refuse_unreadable(&self, event: &OtherEvent) {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Asked {
            request_id: RequestId,
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
                self.answer(question, &request_id, question.refusal());
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
