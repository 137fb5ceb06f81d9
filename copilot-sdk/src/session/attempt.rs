//! One attempt at a turn, which is taken back where another one follows.

use std::time::Duration;

use tokio::time::timeout;

use super::Session;
use super::calls::RewindMode;
use crate::error::{Error, ErrorKind, Result};
use crate::event::{Event, EventData};
use crate::ids::EventId;
use crate::turn::{Events, Turn, TurnBeginning};

/// Tools of the CLI that change nothing.
const READERS: [&str; 7] =
    ["glob", "grep", "list_agents", "list_bash", "read_agent", "semantic_code_search", "view"];
/// How long a turn that has failed may take to end.
const END: Duration = Duration::from_secs(10);

/// What is known of one attempt.
pub(super) struct Attempt {
    beginning: TurnBeginning,
    /// The event that begins the turn.
    prompt: Option<EventId>,
    changed_something: bool,
    retry_after: Duration,
}

impl Attempt {
    pub(super) fn new(turn: &Turn) -> Self {
        Self {
            beginning: turn.beginning().clone(),
            prompt: None,
            changed_something: false,
            retry_after: Duration::ZERO,
        }
    }

    /// Reads the turn to its end, which is good, or an error.
    pub(super) async fn run(&mut self, mut turn: Turn, session: &Session) -> Result<Turn> {
        while let Some(event) = turn.next().await {
            self.note(&*event?, session);
        }
        Ok(turn)
    }

    /// The time after which the server takes requests again, where it told it.
    pub(super) fn retry_after(&self) -> Duration {
        self.retry_after
    }

    /// Whether a tool ran that is not known to change nothing.
    pub(super) fn changed_something(&self) -> bool {
        self.changed_something
    }

    fn note(&mut self, event: &Event, session: &Session) {
        match &event.data {
            EventData::UserMessage(_) if self.beginning.is(event) => {
                self.prompt = Some(event.id.clone());
            }
            EventData::ToolExecutionStart(start) => {
                let reads = match session.0.dispatch.own_tool(&start.tool_name) {
                    Some(tool) => tool.spec().read_only(),
                    None => READERS.contains(&&*start.tool_name),
                };
                self.changed_something |= !reads;
            }
            EventData::AutoModeSwitchRequested(limit) => {
                let seconds = limit.retry_after_seconds.unwrap_or_default();
                self.retry_after = Duration::try_from_secs_f64(seconds).unwrap_or_default();
            }
            _ => {}
        }
    }

    /// Takes the prompt and all that followed out of the history.
    pub(super) async fn take_back(&self, events: Events, session: &Session) -> Result<()> {
        let Some(prompt) = &self.prompt else {
            return Err(Error::new(ErrorKind::Session, "the turn has no beginning"));
        };
        let idle = timeout(END, self.until_idle(events)).await;
        if idle != Ok(true) {
            return Err(Error::new(ErrorKind::Session, "the agent went on to another prompt"));
        }
        session.rewind(prompt, RewindMode::Conversation).await.map(drop)
    }

    /// Waits for the end of the turn; `false` when another prompt follows.
    async fn until_idle(&self, mut events: Events) -> bool {
        let mut begun = false;
        while let Some(Ok(event)) = events.next().await {
            match &event.data {
                EventData::UserMessage(_) if event.is_root() => {
                    let is_ours = self.beginning.is(&event);
                    if begun && !is_ours {
                        return false;
                    }
                    begun |= is_ours;
                }
                EventData::SessionIdle(_) if begun && event.is_root() => return true,
                _ => {}
            }
        }
        false
    }
}
