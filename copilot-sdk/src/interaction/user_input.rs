use serde::Serialize;

use crate::ids::SessionId;
use crate::payload::{questions, records};

records! {
    /// A question of the agent to the user, asked with its tool `ask_user` (request
    /// `userInput.request`).
    #[derive(Debug, Clone, PartialEq, Eq)]
    UserInputRequest {
        /// The session.
        session_id: SessionId = "sessionId",
        /// The question.
        question: String = "question",
        /// The choices; may be empty.
        choices: Vec<String> = "choices",
        /// Whether the user may answer with free text. Defaults to `true`.
        allow_freeform: bool = "allowFreeform" [or true],
    }
}

questions! { UserInputRequest }

/// The user's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UserInputAnswer {
    /// The answer.
    pub answer: String,
    /// Whether it is free text, not one of the choices.
    pub was_freeform: bool,
}

impl UserInputRequest {
    /// Answers the question, with a choice if the text is one, otherwise with free text.
    pub fn answer(&self, answer: impl Into<String>) -> UserInputAnswer {
        let answer = answer.into();
        let was_freeform = !self.choices.contains(&answer);
        UserInputAnswer { answer, was_freeform }
    }
}

impl UserInputAnswer {
    /// Creates an answer that is one of the choices.
    pub fn choice(choice: impl Into<String>) -> Self {
        Self { answer: choice.into(), was_freeform: false }
    }

    /// Creates an answer of free text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { answer: text.into(), was_freeform: true }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json, value::to_raw_value};

    use super::{UserInputAnswer, UserInputRequest};
    use crate::handler::BoxHandler;

    async fn ask(
        handler: &BoxHandler<UserInputRequest, UserInputAnswer>,
        params: Value,
    ) -> Result<Value, String> {
        let params = to_raw_value(&params).expect("JSON is JSON");
        let answer = handler.clone().of_unread().answer(&"s".into(), params).await;
        let answer = answer.map_err(|error| error.to_string())?;
        serde_json::from_str(answer.get()).map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn a_recorded_question_is_answered() {
        let handler = BoxHandler::new(async |question: UserInputRequest| {
            assert!(question.allow_freeform);
            question.answer(question.choices.last().map_or("none", String::as_str))
        });
        let question = json!({"sessionId": "s", "question": "Which \
                                                             color?", "choices": ["red", "blue"], "allowFreeform": true});
        assert_eq!(
            ask(&handler, question).await,
            Ok(json!({"answer": "blue", "wasFreeform": false}))
        );
        let open = json!({"question": "Why?", "choices": null, "allowFreeform": null});
        assert_eq!(ask(&handler, open).await, Ok(json!({"answer": "none", "wasFreeform": true})));
    }

    #[tokio::test]
    async fn a_handler_that_fails_or_panics_is_an_error() {
        let failing = BoxHandler::new(async |_| Err::<UserInputAnswer, _>("the terminal is gone"));
        assert_eq!(ask(&failing, json!({})).await, Err("the terminal is gone".into()));
        let panicking = BoxHandler::new(async |_| -> UserInputAnswer { panic!("oh") });
        assert_eq!(ask(&panicking, json!({})).await, Err("the handler panicked: oh".into()));
        assert_eq!(
            ask(&panicking, json!([])).await,
            Err("the question cannot be read: it is not an object, or lacks a field that it needs"
                .into())
        );
    }
}
