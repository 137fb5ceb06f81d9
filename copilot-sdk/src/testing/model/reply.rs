//! Replies of the model: the builder for scripts.

use std::time::Duration;

use serde_json::Value;

use super::hold::Hold;
use super::tool_call::ModelToolCall;

/// One reply of a [`ScriptedModel`](super::ScriptedModel).
///
/// Start with a constructor, then add to it. The request decides the wire form, and whether the
/// reply is streamed.
///
/// ```
/// use copilot_sdk::testing::{ModelToolCall, ModelReply};
/// use serde_json::json;
///
/// let answer = ModelReply::text("Take a coat.").reasoning("It is November.").usage(100, 30);
/// let call = ModelToolCall::new("get_weather", json!({"city": "Lisbon"}));
/// let question = ModelReply::text("Let me look.").call(call);
/// let limited = ModelReply::error(429, "slow down").header("retry-after", "1");
/// let broken = ModelReply::text("Take a").cut();
/// ```
///
/// An [`error`](Self::error), [`closed`](Self::closed) or [`raw`](Self::raw) reply has no message:
/// text, calls and usage added to it are not sent.
#[derive(Debug, Clone)]
#[must_use]
pub struct ModelReply {
    pub(super) kind: ReplyKind,
    pub(super) message: ModelMessage,
    pub(super) headers: Vec<(String, String)>,
    pub(super) delay: Option<Duration>,
    pub(super) hold: Option<Hold>,
}

/// The HTTP response of a reply.
#[derive(Debug, Clone)]
pub(super) enum ReplyKind {
    Message,
    Error { status: u16, message: String, code: Option<String> },
    Raw { content_type: String, body: String },
    Closed,
}

#[derive(Debug, Clone, Default)]
pub(super) struct ModelMessage {
    pub(super) reasoning: Vec<String>,
    pub(super) text: Vec<String>,
    pub(super) calls: Vec<ModelToolCall>,
    pub(super) usage: Option<ModelUsage>,
    pub(super) finish_reason: Option<FinishReason>,
    pub(super) ending: ReplyEnding,
    /// Holds, each with the number of text chunks before it.
    pub(super) holds: Vec<(usize, Hold)>,
    pub(super) pace: Option<Duration>,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ModelUsage {
    pub(super) input: u64,
    pub(super) output: u64,
    pub(super) cached: u64,
    pub(super) reasoning: u64,
}

/// How the transmission of a message ends.
#[derive(Debug, Clone, Default)]
pub(super) enum ReplyEnding {
    #[default]
    Finished,
    Unfinished,
    Cut,
    Malformed,
    Error(String),
}

/// The reason why the model stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FinishReason {
    /// The message is complete (`stop`, `completed`, `end_turn`). Default of replies without calls.
    Stop,
    /// The model waits for tool results (`tool_calls`, `completed`, `tool_use`). Default of replies
    /// with calls.
    ToolCalls,
    /// The output limit was reached (`length`, `max_output_tokens`, `max_tokens`). The CLI then
    /// asks the model to continue, at most twice: such a script needs up to three replies.
    Length,
    /// A content filter stopped the model (`content_filter`, `refusal`).
    ContentFilter,
}

impl ModelReply {
    /// A text, streamed word by word.
    pub fn text(text: impl AsRef<str>) -> Self {
        Self::chunks(words(text.as_ref()))
    }

    /// A text, streamed in exactly these chunks.
    pub fn chunks<S: Into<String>>(chunks: impl IntoIterator<Item = S>) -> Self {
        let mut reply = Self::new(ReplyKind::Message);
        reply.message.text = chunks.into_iter().map(Into::into).collect();
        reply
    }

    /// A tool call without text.
    pub fn tool(name: impl Into<String>, arguments: Value) -> Self {
        Self::tools([ModelToolCall::new(name, arguments)])
    }

    /// Parallel tool calls without text.
    pub fn tools<C: Into<ModelToolCall>>(calls: impl IntoIterator<Item = C>) -> Self {
        let mut reply = Self::new(ReplyKind::Message);
        reply.message.calls = calls.into_iter().map(Into::into).collect();
        reply
    }

    /// An HTTP error with this status and message, in the error format of the request's wire form.
    ///
    /// Fast in tests: 400, 403 and 404 (no retry), and 429 with `retry-after: 1`. The CLI tries a
    /// 401 three times in 2 s, a 500 six times in 15 s, a plain 429 six times in 50 s.
    pub fn error(status: u16, message: impl Into<String>) -> Self {
        Self::new(ReplyKind::Error { status, message: message.into(), code: None })
    }

    /// Closes the connection without a response; the CLI retries after 1 s.
    pub fn closed() -> Self {
        Self::new(ReplyKind::Closed)
    }

    /// HTTP 200 with exactly this body.
    pub fn raw(content_type: impl Into<String>, body: impl Into<String>) -> Self {
        Self::new(ReplyKind::Raw { content_type: content_type.into(), body: body.into() })
    }

    /// HTTP 200 with an event stream without events; the CLI tries this six times in 5 s.
    pub fn empty_stream() -> Self {
        Self::raw("text/event-stream", "")
    }

    /// Sets the reasoning that precedes the text, streamed word by word.
    pub fn reasoning(mut self, text: impl AsRef<str>) -> Self {
        self.message.reasoning = words(text.as_ref());
        self
    }

    /// Adds a tool call, after the text and the calls so far.
    pub fn call(mut self, call: impl Into<ModelToolCall>) -> Self {
        self.message.calls.push(call.into());
        self
    }

    /// Reports token usage: `input` includes cached tokens, `output` includes reasoning.
    ///
    /// Default: none is reported, except zeros in Anthropic messages, where usage is mandatory.
    pub fn usage(mut self, input: u64, output: u64) -> Self {
        let usage = self.message.usage.get_or_insert_default();
        (usage.input, usage.output) = (input, output);
        self
    }

    /// The number of input tokens read from the provider's cache. Default 0.
    pub fn cached_tokens(mut self, tokens: u64) -> Self {
        self.message.usage.get_or_insert_default().cached = tokens;
        self
    }

    /// The number of output tokens spent on reasoning. Default 0. Anthropic messages do not report
    /// it.
    pub fn reasoning_tokens(mut self, tokens: u64) -> Self {
        self.message.usage.get_or_insert_default().reasoning = tokens;
        self
    }

    /// The reason why the model stops. Default: [`FinishReason::ToolCalls`] with calls, otherwise
    /// [`FinishReason::Stop`].
    pub fn finish_reason(mut self, reason: FinishReason) -> Self {
        self.message.finish_reason = Some(reason);
        self
    }

    /// The provider's code of an [`error`](Self::error), such as `insufficient_quota` (wire names
    /// `type` and `code`). Default: derived from the status.
    pub fn code(mut self, word: impl Into<String>) -> Self {
        if let ReplyKind::Error { code, .. } = &mut self.kind {
            *code = Some(word.into());
        }
        self
    }

    /// Adds an HTTP header to the response.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Delays the response. Prefer [`held`](Self::held) if the test acts in the meantime.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = Some(delay);
        self
    }

    /// Pauses between chunks of text, as a real model does; for demonstrations.
    pub fn pace(mut self, pause: Duration) -> Self {
        self.message.pace = Some(pause);
        self
    }

    /// Sends nothing, not even the status, until the hold is released.
    pub fn held(mut self, hold: &Hold) -> Self {
        self.hold = Some(hold.clone());
        self
    }

    /// Sends the status and at most this many chunks of text, then waits for the release.
    ///
    /// Without streaming: sends the status, and the body after the release.
    pub fn held_after(mut self, chunks: usize, hold: &Hold) -> Self {
        self.message.holds.push((chunks, hold.clone()));
        self
    }

    /// Breaks the connection after the text and the calls, before the message is finished.
    ///
    /// Without streaming: breaks it in the middle of the body. The CLI retries after 1 s.
    pub fn cut(self) -> Self {
        self.ending(ReplyEnding::Cut)
    }

    /// Ends the response without the event or field that marks the message as finished.
    ///
    /// The CLI tries such a stream six times in 5 s. It accepts such a body without streaming, and
    /// tool calls in a stream of chat completions.
    pub fn unfinished(self) -> Self {
        self.ending(ReplyEnding::Unfinished)
    }

    /// Sends an event that is not JSON after the text and the calls.
    ///
    /// Without streaming: ends the body in its middle. The CLI tries this six times in 5 s.
    pub fn malformed(self) -> Self {
        self.ending(ReplyEnding::Malformed)
    }

    /// Sends an error after the text and the calls, in place of the finish.
    ///
    /// Without streaming: HTTP 500. The CLI tries both six times in 15 s.
    pub fn fails(self, message: impl Into<String>) -> Self {
        self.ending(ReplyEnding::Error(message.into()))
    }

    fn new(kind: ReplyKind) -> Self {
        Self {
            kind,
            message: ModelMessage::default(),
            headers: Vec::new(),
            delay: None,
            hold: None,
        }
    }

    fn ending(mut self, ending: ReplyEnding) -> Self {
        self.message.ending = ending;
        self
    }
}

impl ModelMessage {
    pub(super) fn finish_reason(&self) -> FinishReason {
        self.finish_reason.unwrap_or(if self.calls.is_empty() {
            FinishReason::Stop
        } else {
            FinishReason::ToolCalls
        })
    }
}

/// Splits text after its spaces; the pieces add up to the text.
fn words(text: &str) -> Vec<String> {
    text.split_inclusive(' ').map(Into::into).collect()
}
