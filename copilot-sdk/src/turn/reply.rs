//! The reply to a prompt.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::event::{AssistantUsage, Event, EventData};
use crate::ids::{MessageId, ToolCallId};

/// The agent's reply to one prompt. Displays as its text.
///
/// ```no_run
/// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
/// let reply = session.ask("Which file is the largest?").await?;
/// println!("{reply}");
/// for call in reply.tool_calls() {
///     println!("used {} ({})", call.name, if call.success { "ok" } else { "failed" });
/// }
/// println!("{} tokens written", reply.usage().output_tokens);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Reply {
    message_id: MessageId,
    /// Whether the session was resumed in mid-turn; the CLI then does not name the prompt of later
    /// messages.
    resumed: bool,
    model: Option<String>,
    text: String,
    messages: Vec<String>,
    tool_calls: Vec<ToolCallRecord>,
    usage: Usage,
    events: Vec<Arc<Event>>,
}

/// Usage of all model calls, including those of sub-agents. Values the provider does not report are
/// zero.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[non_exhaustive]
pub struct Usage {
    /// Number of model calls (events `assistant.usage`).
    pub model_calls: u64,
    /// Input tokens, including cached ones (wire name `inputTokens`).
    pub input_tokens: u64,
    /// Output tokens (wire name `outputTokens`).
    pub output_tokens: u64,
    /// Input tokens read from the provider's cache (wire name `cacheReadTokens`).
    pub cache_read_tokens: u64,
    /// Tokens written to the provider's cache (wire name `cacheWriteTokens`).
    pub cache_write_tokens: u64,
    /// Tokens spent on reasoning (wire name `reasoningTokens`).
    pub reasoning_tokens: u64,
    /// Cost in premium requests billed by GitHub (wire name `cost`); 0 with a custom provider.
    pub cost: f64,
    /// Cost in billionths of an AI unit (wire name `totalNanoAiu`); 0 with a custom provider.
    pub nano_aiu: f64,
    /// Total duration of the model calls (wire name `duration`, milliseconds). Zero for the
    /// individual models of a [`SessionUsage`](crate::session::SessionUsage), for which the CLI
    /// reports only the sum.
    pub model_time: Duration,
}

/// A tool call made during a turn, to a built-in tool or one of yours.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ToolCallRecord {
    /// The call's id (wire name `toolCallId`).
    pub id: ToolCallId,
    /// The tool's name (wire name `toolName`).
    pub name: String,
    /// The JSON arguments as written by the model.
    pub arguments: Option<Box<RawValue>>,
    /// Whether the tool succeeded; `false` while it is running.
    pub success: bool,
    /// The text returned to the model: the result or the error. Empty while the tool is running.
    pub output: String,
}

impl Reply {
    /// The agent's last message of the turn, or an empty string if there is none.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The agent's last message of the turn, owned.
    pub fn into_text(self) -> String {
        self.text
    }

    /// Every message of the turn with text, in order; the last one is [`text`](Self::text).
    pub fn messages(&self) -> &[String] {
        &self.messages
    }

    /// The id of the prompt.
    pub fn message_id(&self) -> &MessageId {
        &self.message_id
    }

    /// The tool calls of the turn, in the order in which they started.
    pub fn tool_calls(&self) -> &[ToolCallRecord] {
        &self.tool_calls
    }

    /// The model that wrote the last message of the turn.
    pub fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    /// Usage of the turn: tokens, requests, time.
    pub fn usage(&self) -> Usage {
        self.usage
    }

    /// The stored events of the turn, in order, without deltas and progress.
    pub fn events(&self) -> &[Arc<Event>] {
        &self.events
    }

    /// The rest of a reply that started before the session was resumed.
    pub(crate) fn resumed(message_id: MessageId) -> Self {
        Self { resumed: true, ..Self::new(message_id) }
    }

    /// Marks the turn as interrupted by a restart of the CLI.
    pub(crate) fn resume(&mut self) {
        self.resumed = true;
    }

    pub(crate) fn new(message_id: MessageId) -> Self {
        Self {
            message_id,
            resumed: false,
            model: None,
            text: String::new(),
            messages: Vec::new(),
            tool_calls: Vec::new(),
            usage: Usage::default(),
            events: Vec::new(),
        }
    }

    fn answers(&self, prompt: Option<&MessageId>) -> bool {
        prompt.map_or(self.resumed, |prompt| *prompt == self.message_id)
    }

    pub(crate) fn fold(&mut self, event: &Arc<Event>) {
        match &event.data {
            EventData::AssistantMessage(message)
                if event.is_root()
                    && self.answers(message.originating_message_id.as_ref())
                    && !message.content.is_empty() =>
            {
                self.model.clone_from(&message.model);
                self.text.clone_from(&message.content);
                self.messages.push(message.content.clone());
            }
            EventData::ToolExecutionStart(start) => self.tool_calls.push(ToolCallRecord {
                id: start.tool_call_id.clone(),
                name: start.tool_name.clone(),
                arguments: start.arguments.clone(),
                success: false,
                output: String::new(),
            }),
            EventData::ToolExecutionComplete(done) => {
                if let Some(call) =
                    self.tool_calls.iter_mut().rfind(|call| call.id == done.tool_call_id)
                {
                    call.success = done.success;
                    call.output = match (&done.result, &done.error) {
                        (Some(result), _) => result.content.clone(),
                        (None, Some(error)) => error.message.clone(),
                        (None, None) => String::new(),
                    };
                }
            }
            EventData::AssistantUsage(usage) => self.usage.add(usage),
            _ => {}
        }
        if !event.ephemeral {
            self.events.push(Arc::clone(event));
        }
    }
}

impl Usage {
    fn add(&mut self, call: &AssistantUsage) {
        self.model_calls = self.model_calls.saturating_add(1);
        self.input_tokens = self.input_tokens.saturating_add(call.input_tokens.unwrap_or(0));
        self.output_tokens = self.output_tokens.saturating_add(call.output_tokens.unwrap_or(0));
        self.cache_read_tokens =
            self.cache_read_tokens.saturating_add(call.cache_read_tokens.unwrap_or(0));
        self.cache_write_tokens =
            self.cache_write_tokens.saturating_add(call.cache_write_tokens.unwrap_or(0));
        self.reasoning_tokens =
            self.reasoning_tokens.saturating_add(call.reasoning_tokens.unwrap_or(0));
        self.cost += call.cost.unwrap_or(0.0);
        self.nano_aiu += call.copilot_usage.as_deref().map_or(0.0, nano_aiu);
        self.model_time =
            self.model_time.saturating_add(milliseconds(call.duration.unwrap_or(0.0)));
    }

    /// The sum of both.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            model_calls: self.model_calls.saturating_add(other.model_calls),
            input_tokens: self.input_tokens.saturating_add(other.input_tokens),
            output_tokens: self.output_tokens.saturating_add(other.output_tokens),
            cache_read_tokens: self.cache_read_tokens.saturating_add(other.cache_read_tokens),
            cache_write_tokens: self.cache_write_tokens.saturating_add(other.cache_write_tokens),
            reasoning_tokens: self.reasoning_tokens.saturating_add(other.reasoning_tokens),
            cost: self.cost + other.cost,
            nano_aiu: self.nano_aiu + other.nano_aiu,
            model_time: self.model_time.saturating_add(other.model_time),
        }
    }
}

fn nano_aiu(copilot_usage: &RawValue) -> f64 {
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct CopilotUsage {
        total_nano_aiu: f64,
    }
    serde_json::from_str::<CopilotUsage>(copilot_usage.get()).unwrap_or_default().total_nano_aiu
}

/// A duration from the wire; zero if it is invalid.
pub(crate) fn milliseconds(count: f64) -> Duration {
    Duration::try_from_secs_f64(count / 1000.0).unwrap_or_default()
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl AsRef<str> for Reply {
    fn as_ref(&self) -> &str {
        &self.text
    }
}
