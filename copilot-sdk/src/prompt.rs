//! Prompts: text for the agent, with attachments and options.
//!
//! Plain text is accepted wherever a prompt is. A [`Prompt`] adds [attachments](crate::attachment),
//! the way it is delivered during a running turn ([`Delivery`]), the agent's mode ([`AgentMode`]),
//! and the format of the answer ([`ResponseFormat`]).
//!
//! ```no_run
//! # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
//! use copilot_sdk::attachment::Attachment;
//! use copilot_sdk::prompt::{AgentMode, Prompt};
//!
//! let prompt = Prompt::new("Plan the change that this diagram shows.")
//!     .attachment(Attachment::file("docs/design.png"))
//!     .agent_mode(AgentMode::Plan);
//! println!("{}", session.ask(prompt).await?);
//! # Ok(())
//! # }
//! ```
//!
//! [`Session::ask`](crate::Session::ask) waits for the answer,
//! [`Session::stream`](crate::Session::stream) yields events as it is written, and
//! [`Session::send`](crate::Session::send) only delivers the prompt. For an answer as a Rust value,
//! [`Session::ask_as`](crate::Session::ask_as) sets the response format by itself.

use serde::Serialize;
use serde_json::Value;

use crate::attachment::Attachment;
use crate::open_enum::open_enum;
use crate::payload::enum_fields;
use crate::secret::SecretMap;

/// A prompt for the agent (call `session.send`). Converts from plain text.
///
/// ```
/// use copilot_sdk::attachment::Attachment;
/// use copilot_sdk::prompt::Prompt;
///
/// let prompt = Prompt::new("What does this function do?")
///     .attachment(Attachment::file("src/main.rs").lines(10, 20));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use]
pub struct Prompt {
    #[serde(rename = "prompt")]
    text: String,
    #[serde(rename = "displayPrompt", skip_serializing_if = "Option::is_none")]
    display_text: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment>,
    #[serde(rename = "mode", skip_serializing_if = "Option::is_none")]
    delivery: Option<Delivery>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_mode: Option<AgentMode>,
    #[serde(skip_serializing_if = "SecretMap::is_empty")]
    request_headers: SecretMap,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prepend: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    billable: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    required_tool: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<ResponseFormat>,
}

/// How a prompt is delivered during a running turn (wire name `mode`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Delivery {
    /// Queued until the running turn ends. The default.
    Enqueue,
    /// Joins the running turn and steers it.
    Immediate,
}

open_enum! {
    /// The agent's mode for a prompt (wire name `agentMode`).
    ///
    /// For the modes of a session, see [`SessionMode`](crate::event::SessionMode).
    pub enum AgentMode {
        /// Asks the user when needed.
        Interactive = "interactive",
        /// Makes a plan without changing anything.
        Plan = "plan",
        /// Continues without asking.
        Autopilot = "autopilot",
        /// Marks the prompt in histories as shell input. The CLI does not run it as a command; the
        /// model reads it as text.
        Shell = "shell",
    }
}

enum_fields! { AgentMode }

/// The required format of the answer (wire name `responseFormat`).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename = "json_schema", rename_all = "camelCase")]
#[must_use]
pub struct ResponseFormat {
    json_schema: NamedSchema,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct NamedSchema {
    name: String,
    schema: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    strict: Option<bool>,
}

impl Prompt {
    /// Creates a prompt from text.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            display_text: None,
            attachments: Vec::new(),
            delivery: None,
            agent_mode: None,
            request_headers: SecretMap::default(),
            source: None,
            prepend: None,
            billable: None,
            required_tool: None,
            response_format: None,
        }
    }

    /// The text shown in histories instead (wire name `displayPrompt`). The model reads the prompt
    /// itself.
    pub fn display_prompt(mut self, text: impl Into<String>) -> Self {
        self.display_text = Some(text.into());
        self
    }

    /// Adds an attachment.
    pub fn attachment(mut self, attachment: Attachment) -> Self {
        self.attachments.push(attachment);
        self
    }

    /// Adds attachments.
    pub fn attachments(mut self, attachments: impl IntoIterator<Item = Attachment>) -> Self {
        self.attachments.extend(attachments);
        self
    }

    /// How it is delivered during a running turn (wire name `mode`). Defaults to
    /// [`Delivery::Enqueue`].
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::prompt::{Delivery, Prompt};
    ///
    /// let turn = session.stream("Port the parser to the new API").await?;
    /// session.send(Prompt::new("Leave the tests alone.").delivery(Delivery::Immediate)).await?;
    /// println!("{}", turn.reply().await?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn delivery(mut self, delivery: Delivery) -> Self {
        self.delivery = Some(delivery);
        self
    }

    /// The agent's mode for this prompt (wire name `agentMode`). Defaults to the session's.
    pub fn agent_mode(mut self, mode: impl Into<AgentMode>) -> Self {
        self.agent_mode = Some(mode.into());
        self
    }

    /// Adds a header to the model requests of this turn (wire name `requestHeaders`).
    pub fn request_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.request_headers.insert(name, value);
        self
    }

    /// The author shown in histories (wire name `source`): `user`, `system`, or `agent-` and the id
    /// of an agent. Defaults to `user`. The model does not see it.
    pub fn source(mut self, source: impl Into<String>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Whether it goes to the front of the queue (wire name `prepend`). Defaults to `false`.
    pub fn prepend(mut self, prepend: bool) -> Self {
        self.prepend = Some(prepend);
        self
    }

    /// Whether it counts against the account's quota (wire name `billable`). Defaults to `true`.
    pub fn billable(mut self, billable: bool) -> Self {
        self.billable = Some(billable);
        self
    }

    /// The tool the model must call (wire name `requiredTool`).
    ///
    /// Works only with GitHub's models: the CLI does not pass it to a custom
    /// [provider](crate::SessionBuilder::provider), and does not check the name. There, ask for the
    /// tool in the prompt.
    pub fn required_tool(mut self, name: impl Into<String>) -> Self {
        self.required_tool = Some(name.into());
        self
    }

    /// The required format of the answer (wire name `responseFormat`).
    pub fn response_format(mut self, format: ResponseFormat) -> Self {
        self.response_format = Some(format);
        self
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The text that the events and the history of a session show.
    pub(crate) fn shown_text(&self) -> &str {
        self.display_text.as_deref().unwrap_or(&self.text)
    }

    /// Whether it is put before the prompts that wait.
    pub(crate) fn is_prepended(&self) -> bool {
        self.prepend == Some(true)
    }

    /// Whether it joins the running turn, and so has no turn of its own.
    pub(crate) fn is_steering(&self) -> bool {
        self.delivery == Some(Delivery::Immediate)
    }

    /// The attached files that do not exist, for a CLI on this machine.
    pub(crate) fn missing_files(&self) -> impl Iterator<Item = String> {
        self.attachments.iter().filter_map(Attachment::missing)
    }

    /// Every problem that the CLI would accept and ignore or misread.
    pub(crate) fn check(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for attachment in &self.attachments {
            problems.extend(attachment.check());
        }
        if self.text.is_empty() && self.attachments.is_empty() {
            problems.push("the prompt is empty: give it text or an attachment".to_owned());
        }
        if self.required_tool.as_deref() == Some("") {
            problems.push("required_tool is empty: name a tool, or leave it out".to_owned());
        }
        problems.extend(self.request_headers.header_problems("request_header"));
        if let Some(source) = &self.source
            && !matches!(source.as_str(), "user" | "system")
            && source.strip_prefix("agent-").is_none_or(str::is_empty)
        {
            problems.push(format!(
                "the source {source:?} is not known: use \"user\", \"system\", or \"agent-\" and \
                 the id of an agent"
            ));
        }
        if let Some(AgentMode::Unknown(mode)) = &self.agent_mode {
            problems.push(format!(
                "the agent mode {mode:?} is not known, and the CLI would ignore it: \
                 use \"interactive\", \"plan\", \"autopilot\" or \"shell\""
            ));
        }
        if let Some(format) = &self.response_format {
            problems.extend(format.problem());
        }
        problems
    }
}

impl<T: Into<String>> From<T> for Prompt {
    fn from(text: T) -> Self {
        Self::new(text)
    }
}

impl ResponseFormat {
    /// JSON that matches a schema. The name is passed to the model provider.
    pub fn json_schema(name: impl Into<String>, schema: Value) -> Self {
        Self {
            json_schema: NamedSchema { name: name.into(), schema, description: None, strict: None },
        }
    }

    /// The purpose of the answer.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.json_schema.description = Some(description.into());
        self
    }

    /// Whether the provider must enforce the schema. Defaults to the provider's behavior.
    pub fn strict(mut self, strict: bool) -> Self {
        self.json_schema.strict = Some(strict);
        self
    }

    fn problem(&self) -> Option<String> {
        let NamedSchema { name, schema, .. } = &self.json_schema;
        if name.is_empty()
            || name.len() > 64
            || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
        {
            return Some(format!(
                "response_format: the name {name:?} is not 1 to 64 letters, digits, `-` and `_`"
            ));
        }
        (!schema.is_object()).then(|| "response_format: the schema is not a JSON object".to_owned())
    }
}

#[cfg(test)]
mod tests;
