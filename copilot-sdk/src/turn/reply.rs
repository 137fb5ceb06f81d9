//! The reply to a prompt.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::value::RawValue;

use crate::event::{AssistantUsage, Event, EventData};
use crate::heap_size::HeapSize;
use crate::ids::{MessageId, ToolCallId};
use crate::payload::{answers, read_whole};

/// The memory that a reply may take.
const LIMIT: usize = 256 * 1024 * 1024;

/// The agent's reply to one prompt. Displays as its text.
///
/// Holds at most 256 MiB. Of a longer turn it lacks messages, tool calls, outputs and events that
/// no longer fit, with a warning in the log; its text and usage are always those of the whole turn,
/// and [`Session::events`](crate::Session::events) has every event.
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
    /// Whether a message of the turn named its prompt; the CLI then names it in all of them.
    named: bool,
    model: Option<String>,
    messages: Vec<String>,
    /// The last message, if there was no room for it among the others.
    unlisted: Option<String>,
    finish_reason: Option<String>,
    /// Of the last model call, whose message may be still to come.
    last_finish_reason: Option<String>,
    tool_calls: Vec<ToolCallRecord>,
    usage: Usage,
    events: Vec<Arc<Event>>,
    /// The memory of all of these.
    held: usize,
    is_full: bool,
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
    /// Whether it has ended; false for what was still running when the turn was over.
    pub ended: bool,
}

impl Reply {
    /// The agent's last message of the turn, or an empty string if there is none.
    pub fn text(&self) -> &str {
        self.unlisted.as_ref().or(self.messages.last()).map_or("", String::as_str)
    }

    /// The agent's last message of the turn, owned.
    pub fn into_text(mut self) -> String {
        self.unlisted.or_else(|| self.messages.pop()).unwrap_or_default()
    }

    /// Every message of the turn with text, in order; the last one is [`text`](Self::text).
    pub fn messages(&self) -> &[String] {
        &self.messages
    }

    /// Why the model ended its last message (wire name `finishReason`): `stop`, `length` if it ran
    /// out of output tokens, `content_filter` if the provider stopped or refused the answer,
    /// `tool_calls` if the turn ended with a tool, or another word of the provider.
    ///
    /// The words are the same for every provider. If a message ran out of tokens, the CLI asks for
    /// the rest up to twice, and [`text`](Self::text) is the last part only.
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// let reply = session.ask("List all species of birds").await?;
    /// if reply.finish_reason() == Some("length") {
    ///     println!("the list is cut off");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn finish_reason(&self) -> Option<&str> {
        self.finish_reason.as_deref()
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
            named: false,
            model: None,
            messages: Vec::new(),
            unlisted: None,
            finish_reason: None,
            last_finish_reason: None,
            tool_calls: Vec::new(),
            usage: Usage::default(),
            events: Vec::new(),
            held: 0,
            is_full: false,
        }
    }

    fn answers(&self, prompt: Option<&MessageId>) -> bool {
        prompt.map_or(self.resumed || !self.named, |prompt| *prompt == self.message_id)
    }

    pub(crate) fn fold(&mut self, event: &Arc<Event>) {
        if let EventData::AssistantMessage(message) = &event.data {
            self.named |= event.is_root() && message.originating_message_id.is_some();
        }
        match &event.data {
            EventData::AssistantMessage(message)
                if event.is_root() && self.answers(message.originating_message_id.as_ref()) =>
            {
                self.finish_reason.clone_from(&self.last_finish_reason);
                if message.content.is_empty() {
                    return self.keep(event);
                }
                self.model.clone_from(&message.model);
                let content = message.content.clone();
                if self.has_room(content.len()) {
                    self.messages.push(content);
                    self.unlisted = None;
                } else {
                    self.unlisted = Some(content);
                }
            }
            EventData::ToolExecutionStart(start) => {
                let call = ToolCallRecord {
                    id: start.tool_call_id.clone(),
                    name: start.tool_name.clone(),
                    arguments: start.arguments.clone(),
                    success: false,
                    output: String::new(),
                    ended: false,
                };
                if self.has_room(call.name.heap_size() + call.arguments.heap_size()) {
                    self.tool_calls.push(call);
                }
            }
            EventData::ToolExecutionComplete(done) => {
                let output = match (&done.result, &done.error) {
                    (Some(result), _) => &*result.content,
                    (None, Some(error)) => &*error.message,
                    (None, None) => "",
                };
                let fits = self.has_room(output.len());
                // Some model servers give an id twice, also to calls that run at once.
                let mut calls = self.tool_calls.iter_mut();
                let open = calls.find(|call| call.id == done.tool_call_id && !call.ended);
                if let Some(call) = open {
                    call.ended = true;
                    call.success = done.success;
                    call.output.push_str(if fits { output } else { "" });
                }
            }
            EventData::AssistantUsage(usage) => {
                self.usage.add(usage);
                if event.is_root() {
                    self.last_finish_reason.clone_from(&usage.finish_reason);
                }
            }
            _ => {}
        }
        self.keep(event);
    }

    fn keep(&mut self, event: &Arc<Event>) {
        if !event.ephemeral && self.has_room(event.heap_size()) {
            self.events.push(Arc::clone(event));
        }
    }

    /// Whether so many bytes more are kept, beside the place in a list.
    fn has_room(&mut self, bytes: usize) -> bool {
        let held = self.held.saturating_add(bytes + 2 * size_of::<ToolCallRecord>());
        if held <= LIMIT {
            self.held = held;
        } else if !std::mem::replace(&mut self.is_full, true) {
            let message_id = &self.message_id;
            tracing::warn!(%message_id, "a reply is full: it keeps {LIMIT} bytes of a turn");
        }
        held <= LIMIT
    }
}

impl Usage {
    fn add(&mut self, call: &AssistantUsage) {
        *self = self.plus(Self {
            model_calls: 1,
            input_tokens: call.input_tokens.unwrap_or(0),
            output_tokens: call.output_tokens.unwrap_or(0),
            cache_read_tokens: call.cache_read_tokens.unwrap_or(0),
            cache_write_tokens: call.cache_write_tokens.unwrap_or(0),
            reasoning_tokens: call.reasoning_tokens.unwrap_or(0),
            cost: call.cost.unwrap_or(0.0),
            nano_aiu: call.copilot_usage.as_deref().map_or(0.0, nano_aiu),
            model_time: milliseconds(call.duration.unwrap_or(0.0)),
        });
    }

    /// The sum of both. Saturates, because the numbers come over the wire.
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
    answers! {
        struct CopilotUsage {
            total_nano_aiu: f64 = "totalNanoAiu" [required],
        }
    }
    read_whole::<CopilotUsage>(copilot_usage.get()).map_or(0.0, |usage| usage.total_nano_aiu)
}

/// A duration from the wire; zero if it is invalid.
pub(crate) fn milliseconds(count: f64) -> Duration {
    Duration::try_from_secs_f64(count / 1000.0).unwrap_or_default()
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl AsRef<str> for Reply {
    fn as_ref(&self) -> &str {
        self.text()
    }
}

#[cfg(test)]
mod tests;
