//! What the model says: the builder that scripts are written with.

use std::time::Duration;

use serde_json::Value;

use super::call::Call;
use super::hold::Hold;

/// One reply of a [`ScriptedModel`](super::ScriptedModel).
///
/// Begin with what it is, then add to it. The same reply is sent as events or as one JSON body, in
/// whichever wire form the request wants.
///
/// ```
/// use copilot_sdk::testing::{Call, Reply};
/// use serde_json::json;
///
/// let answer = Reply::text("Take a coat.").reasoning("It is November.").usage(100, 30);
/// let question = Reply::text("Let me look.").call(Call::new("get_weather", json!({"city": "Lisbon"})));
/// let limited = Reply::error(429, "slow down").header("retry-after", "1");
/// let broken = Reply::text("Take a").cut();
/// ```
///
/// A reply that is an [`error`](Self::error), [`closed`](Self::closed) or [`raw`](Self::raw) has no
/// message: text, calls and usage that are added to it are not sent.
#[derive(Debug, Clone)]
#[must_use]
pub struct Reply {
    pub(super) form: Form,
    pub(super) message: Message,
    pub(super) headers: Vec<(String, String)>,
    pub(super) delay: Option<Duration>,
    pub(super) hold: Option<Hold>,
}

/// What a reply is at the level of HTTP.
#[derive(Debug, Clone)]
pub(super) enum Form {
    Message,
    Error { status: u16, message: String, code: Option<String> },
    Raw { content_type: String, body: String },
    Closed,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Message {
    pub(super) reasoning: Vec<String>,
    pub(super) text: Vec<String>,
    pub(super) calls: Vec<Call>,
    pub(super) usage: Option<Usage>,
    pub(super) finish: Option<Finish>,
    pub(super) ending: Ending,
    /// Each with the number of text chunks that precede it.
    pub(super) holds: Vec<(usize, Hold)>,
    pub(super) pace: Option<Duration>,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Usage {
    pub(super) input: u64,
    pub(super) output: u64,
    pub(super) cached: u64,
    pub(super) reasoning: u64,
}

/// How the transmission of a message ends.
#[derive(Debug, Clone, Default)]
pub(super) enum Ending {
    #[default]
    Finished,
    Unfinished,
    Cut,
    Malformed,
    Error(String),
}

/// Why the model stopped talking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Finish {
    /// It was done (`stop`, `completed`, `end_turn`); the default of a reply without calls.
    Stop,
    /// It wants tools to run (`tool_calls`, `completed`, `tool_use`); the default of a reply with
    /// calls.
    ToolCalls,
    /// It ran into its output limit (`length`, `max_output_tokens`, `max_tokens`). The CLI then
    /// asks it to continue, at most twice, so such a script needs up to three replies.
    Length,
    /// A filter stopped it (`content_filter`, `refusal`).
    ContentFilter,
}

impl Reply {
    /// The model says this, streamed word by word.
    pub fn text(text: impl AsRef<str>) -> Self {
        Self::chunks(words(text.as_ref()))
    }

    /// The model says this, streamed in exactly these pieces.
    pub fn chunks<S: Into<String>>(chunks: impl IntoIterator<Item = S>) -> Self {
        let mut reply = Self::new(Form::Message);
        reply.message.text = chunks.into_iter().map(Into::into).collect();
        reply
    }

    /// The model calls one tool, and says nothing.
    pub fn tool(name: impl Into<String>, arguments: Value) -> Self {
        Self::tools([Call::new(name, arguments)])
    }

    /// The model calls several tools at once, and says nothing.
    pub fn tools<C: Into<Call>>(calls: impl IntoIterator<Item = C>) -> Self {
        let mut reply = Self::new(Form::Message);
        reply.message.calls = calls.into_iter().map(Into::into).collect();
        reply
    }

    /// The provider refuses with this HTTP status and message, in the error form of the request's
    /// wire form.
    ///
    /// Quick in tests are 400, 403, 404 (no retry) and 429 with `retry-after: 1`; the CLI tries a
    /// 401 three times in 2 s, a 500 six times in 15 s, a plain 429 six times in 50 s.
    pub fn error(status: u16, message: impl Into<String>) -> Self {
        Self::new(Form::Error { status, message: message.into(), code: None })
    }

    /// The connection is closed without an answer; the CLI tries again after 1 s.
    pub fn closed() -> Self {
        Self::new(Form::Closed)
    }

    /// HTTP 200 with exactly this body.
    pub fn raw(content_type: impl Into<String>, body: impl Into<String>) -> Self {
        Self::new(Form::Raw { content_type: content_type.into(), body: body.into() })
    }

    /// HTTP 200 with an event stream that holds no event; the CLI tries this six times in 5 s.
    pub fn empty_stream() -> Self {
        Self::raw("text/event-stream", "")
    }

    /// What the model thinks before it speaks, streamed word by word.
    pub fn reasoning(mut self, text: impl AsRef<str>) -> Self {
        self.message.reasoning = words(text.as_ref());
        self
    }

    /// Adds a tool call, after the text and the calls so far.
    pub fn call(mut self, call: impl Into<Call>) -> Self {
        self.message.calls.push(call.into());
        self
    }

    /// The tokens that the provider counts: `input` includes cached ones, `output` includes
    /// reasoning. Default: none are reported (Anthropic's form demands numbers and gets zeros).
    pub fn usage(mut self, input: u64, output: u64) -> Self {
        let usage = self.message.usage.get_or_insert_default();
        (usage.input, usage.output) = (input, output);
        self
    }

    /// How many of the input tokens came from the provider's cache. Default 0.
    pub fn cached_tokens(mut self, tokens: u64) -> Self {
        self.message.usage.get_or_insert_default().cached = tokens;
        self
    }

    /// How many of the output tokens were reasoning. Default 0; Anthropic's form does not tell.
    pub fn reasoning_tokens(mut self, tokens: u64) -> Self {
        self.message.usage.get_or_insert_default().reasoning = tokens;
        self
    }

    /// Why the model stops. Default: [`Finish::ToolCalls`] with calls, else [`Finish::Stop`].
    pub fn finish(mut self, finish: Finish) -> Self {
        self.message.finish = Some(finish);
        self
    }

    /// The provider's word for an [`error`](Self::error), in place of the one for its status (wire
    /// names `type` and `code`), such as `insufficient_quota`.
    pub fn code(mut self, word: impl Into<String>) -> Self {
        if let Form::Error { code, .. } = &mut self.form {
            *code = Some(word.into());
        }
        self
    }

    /// Adds an HTTP header to the answer.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Waits this long before the answer begins. Where a test must act meanwhile,
    /// [`held`](Self::held) is better.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = Some(delay);
        self
    }

    /// Waits this long between two chunks of text, as a real model does; meant for demonstrations.
    pub fn pace(mut self, pause: Duration) -> Self {
        self.message.pace = Some(pause);
        self
    }

    /// Sends nothing, not even a status, until the hold is released.
    pub fn held(mut self, hold: &Hold) -> Self {
        self.hold = Some(hold.clone());
        self
    }

    /// Sends the status and this many chunks of text (all when there are fewer), then waits for the
    /// release.
    ///
    /// To a request that wants no stream it sends the status, and the body after the release.
    pub fn held_after(mut self, chunks: usize, hold: &Hold) -> Self {
        self.message.holds.push((chunks, hold.clone()));
        self
    }

    /// The connection breaks after the text and the calls, before the message is finished.
    ///
    /// A body without stream breaks in its middle. The CLI tries again after 1 s.
    pub fn cut(self) -> Self {
        self.ending(Ending::Cut)
    }

    /// The answer ends properly, but without the event or field that says that the message is
    /// finished.
    ///
    /// The CLI tries such a stream six times in 5 s. It takes a body without stream as it is, and
    /// tool calls in a chat completions stream.
    pub fn unfinished(self) -> Self {
        self.ending(Ending::Unfinished)
    }

    /// After the text and the calls comes an event that is not JSON; a body without stream ends in
    /// its middle.
    ///
    /// The CLI tries this six times in 5 s.
    pub fn malformed(self) -> Self {
        self.ending(Ending::Malformed)
    }

    /// The stream begins well, but after the text and the calls comes an error in place of the
    /// finish.
    ///
    /// To a request that wants no stream it is HTTP 500. The CLI tries both six times in 15 s.
    pub fn fails(self, message: impl Into<String>) -> Self {
        self.ending(Ending::Error(message.into()))
    }

    fn new(form: Form) -> Self {
        Self { form, message: Message::default(), headers: Vec::new(), delay: None, hold: None }
    }

    fn ending(mut self, ending: Ending) -> Self {
        self.message.ending = ending;
        self
    }
}

impl Message {
    pub(super) fn finish(&self) -> Finish {
        self.finish.unwrap_or(if self.calls.is_empty() { Finish::Stop } else { Finish::ToolCalls })
    }
}

/// Splits text behind its spaces, so that the pieces together are the text.
fn words(text: &str) -> Vec<String> {
    text.split_inclusive(' ').map(Into::into).collect()
}
