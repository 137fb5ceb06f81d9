//! The routes: the page, a prompt whose turn is streamed, and the answers to its questions.

use std::convert::Infallible;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::sse::{Event as Sent, KeepAlive, Sse};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use copilot_sdk::event::EventData;
use copilot_sdk::session::Turn;
use futures_util::Stream;
use futures_util::stream::unfold;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::{OwnedMutexGuard, mpsc};

use crate::approvals::Question;
use crate::conversation::{Conversation, Conversations};

/// The whole server.
pub fn router(conversations: Conversations) -> Router {
    Router::new()
        .route("/", get(async || Html(include_str!("../page.html"))))
        .route("/ask", get(ask))
        .route("/answer", post(answer))
        .with_state(conversations)
}

// Who the user is, is what your own login says, not a parameter that the browser sends.
#[derive(Deserialize)]
struct Ask {
    user: String,
    prompt: String,
}

/// Sends a prompt, and its turn to the browser while it runs.
async fn ask(State(conversations): State<Conversations>, Query(ask): Query<Ask>) -> Response {
    let conversation = match conversations.of(&ask.user).await {
        Ok(conversation) => conversation,
        Err(error) => return (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    };
    let Ok(mut questions) = conversation.questions.clone().try_lock_owned() else {
        return (StatusCode::CONFLICT, "another page shows a turn of yours").into_response();
    };
    while questions.try_recv().is_ok() {} // of a page that has left
    match conversation.session.stream(ask.prompt).await {
        Ok(turn) => Sse::new(messages(conversation, turn, questions))
            .keep_alive(KeepAlive::default())
            .into_response(),
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}

#[derive(Deserialize)]
struct Answer {
    user: String,
    id: u64,
    allow: bool,
}

/// Answers a question of the agent.
async fn answer(
    State(conversations): State<Conversations>,
    Query(answer): Query<Answer>,
) -> StatusCode {
    let known = conversations.known(&answer.user).await;
    let pending = known.is_some_and(|known| known.approvals.answer(answer.id, answer.allow));
    if pending { StatusCode::NO_CONTENT } else { StatusCode::GONE }
}

type Questions = OwnedMutexGuard<mpsc::UnboundedReceiver<Question>>;

/// What the browser is sent; dropped when it leaves.
fn messages(
    conversation: Conversation,
    turn: Turn,
    questions: Questions,
) -> impl Stream<Item = Result<Sent, Infallible>> {
    let running = Running { conversation, turn, questions, ended: false };
    unfold(running, |mut running| async {
        let message = running.next().await?;
        Some((Ok(Sent::default().data(message.to_string())), running))
    })
}

/// A turn that a page shows.
struct Running {
    conversation: Conversation,
    turn: Turn,
    questions: Questions,
    ended: bool,
}

impl Running {
    /// The next message; `None` after the one that says that the turn has ended.
    async fn next(&mut self) -> Option<Value> {
        while !self.ended {
            let event = tokio::select! {
                question = self.questions.recv() => {
                    return question.map(|question| json!({"asks": question}));
                }
                event = self.turn.next() => event,
            };
            match event {
                Some(Ok(event)) => match &event.data {
                    EventData::AssistantMessageDelta(delta) => {
                        return Some(json!({"text": delta.delta_content}));
                    }
                    EventData::ToolExecutionStart(call) => {
                        return Some(json!({"tool": call.tool_name}));
                    }
                    _ => {}
                },
                Some(Err(error)) => {
                    self.ended = true;
                    return Some(json!({"failed": error.to_string()}));
                }
                None => {
                    self.ended = true;
                    return Some(json!({"ended": true}));
                }
            }
        }
        None
    }
}

impl Drop for Running {
    /// Stops the agent when the browser has left in the middle of a turn.
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        let Conversation { user, session, approvals, .. } = self.conversation.clone();
        approvals.give_up();
        tokio::spawn(async move {
            match session.abort().await {
                Ok(()) => println!("aborted  {user} has left"),
                Err(error) => eprintln!("{user}: {error}"),
            }
        });
    }
}
