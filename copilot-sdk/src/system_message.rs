//! The system message: the instructions that precede the conversation.
//!
//! Plain text is appended to the CLI's own message. A [`SystemMessage`] can also replace the whole
//! message or change individual [sections](Section).
//!
//! ```no_run
//! # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
//! use copilot_sdk::system_message::{Section, SystemMessage};
//!
//! let message = SystemMessage::customize()
//!     .replace_section(Section::Tone, "Answer in one short paragraph, in Portuguese.")
//!     .append_to_section(Section::Guidelines, "Run the tests before you say that it works.");
//! let session = client.session().system_message(message).create().await?;
//! # Ok(())
//! # }
//! ```
//!
//! Instructions for a repository belong in its files instead: see
//! [`SessionBuilder::instruction_directories`](crate::SessionBuilder::instruction_directories) and
//! [`SessionBuilder::skip_custom_instructions`](crate::SessionBuilder::skip_custom_instructions).
//! To add text to a single turn, use a [hook](crate::hook).

use std::future::Future;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value, json};

use crate::handler::{BoxHandler, Handler, IntoAnswer};
use crate::ids::SessionId;
use crate::open_enum::open_enum;
use crate::payload::answers;
use crate::sorted_map::SortedMap;

/// The instructions that precede the conversation (wire name `systemMessage`).
///
/// ```
/// use copilot_sdk::system_message::{Section, SystemMessage};
///
/// let more: SystemMessage = "Answer in Portuguese.".into();
/// let other = SystemMessage::customize()
///     .replace_section(Section::Tone, "Be brief and warm.")
///     .remove_section(Section::ToolEfficiency)
///     .transform_section(Section::Guidelines, async |section| section.content.to_lowercase());
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct SystemMessage {
    mode: Mode,
    /// Contradictory changes, reported when the session is created.
    problems: Vec<String>,
}

#[derive(Debug, Clone)]
enum Mode {
    Append(String),
    Replace(String),
    /// Changes of sections, by wire name.
    Customize {
        sections: SortedMap<String, SectionChange>,
        content: Option<String>,
    },
}

#[derive(Debug, Clone)]
enum SectionChange {
    Replace(String),
    Remove,
    Append(String),
    Prepend(String),
    Preserve,
    Transform(BoxHandler<SectionText, String>),
}

open_enum! {
    /// A section of the CLI's system message. The CLI appends sections it does not know to the end,
    /// with a warning in the log.
    pub enum Section {
        /// The first sentence.
        Preamble = "preamble",
        /// The agent's identity; contains other sections.
        Identity = "identity",
        /// The tone of its replies.
        Tone = "tone",
        /// Efficient use of tools.
        ToolEfficiency = "tool_efficiency",
        /// The environment: directory, repository, operating system.
        EnvironmentContext = "environment_context",
        /// Rules for changing code.
        CodeChangeRules = "code_change_rules",
        /// General guidelines.
        Guidelines = "guidelines",
        /// Safety rules.
        Safety = "safety",
        /// Instructions for tools; contains other sections.
        ToolInstructions = "tool_instructions",
        /// Instructions of the repository and the user.
        CustomInstructions = "custom_instructions",
        /// Instructions the CLI adds at run time.
        RuntimeInstructions = "runtime_instructions",
        /// The final instructions.
        LastInstructions = "last_instructions",
    }
}

/// A section about to be sent, passed to a transform (request `systemMessage.transform`).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SectionText {
    /// The session.
    pub session_id: SessionId,
    /// The section.
    pub section: Section,
    /// The text of the section.
    pub content: String,
}

impl SystemMessage {
    /// Appends text to the CLI's own system message (mode `append`).
    pub fn append(content: impl Into<String>) -> Self {
        Self::new(Mode::Append(content.into()))
    }

    /// Replaces the whole system message, including the CLI's safety rules and tool instructions
    /// (mode `replace`).
    pub fn replace(content: impl Into<String>) -> Self {
        Self::new(Mode::Replace(content.into()))
    }

    /// Changes sections of the CLI's own system message (mode `customize`).
    pub fn customize() -> Self {
        Self::new(Mode::Customize { sections: SortedMap::new(), content: None })
    }

    fn new(mode: Mode) -> Self {
        Self { mode, problems: Vec::new() }
    }

    /// Replaces a section.
    pub fn replace_section(self, section: impl Into<Section>, content: impl Into<String>) -> Self {
        self.with(section, SectionChange::Replace(content.into()))
    }

    /// Removes a section.
    pub fn remove_section(self, section: impl Into<Section>) -> Self {
        self.with(section, SectionChange::Remove)
    }

    /// Appends text to a section. Repeated calls append in order.
    pub fn append_to_section(
        self,
        section: impl Into<Section>,
        content: impl Into<String>,
    ) -> Self {
        self.with(section, SectionChange::Append(content.into()))
    }

    /// Prepends text to a section. Of repeated calls, the last one comes first.
    pub fn prepend_to_section(
        self,
        section: impl Into<Section>,
        content: impl Into<String>,
    ) -> Self {
        self.with(section, SectionChange::Prepend(content.into()))
    }

    /// Keeps a section even if its container is changed.
    pub fn preserve_section(self, section: impl Into<Section>) -> Self {
        self.with(section, SectionChange::Preserve)
    }

    /// Transforms a section's text each time it is sent. The handler may be called several times
    /// per prompt. If it fails, the text is unchanged.
    pub fn transform_section<Fut>(
        self,
        section: impl Into<Section>,
        handler: impl Handler<SectionText, Fut>,
    ) -> Self
    where
        Fut: Future<Output: IntoAnswer<String>> + Send + 'static,
    {
        self.with(section, SectionChange::Transform(BoxHandler::new(handler)))
    }

    /// Adds text at the end, in every mode.
    pub fn content(mut self, more: impl Into<String>) -> Self {
        let more = more.into();
        let joined =
            |text: String| if text.is_empty() { more.clone() } else { format!("{text}\n\n{more}") };
        self.mode = match self.mode {
            Mode::Append(text) => Mode::Append(joined(text)),
            Mode::Replace(text) => Mode::Replace(joined(text)),
            Mode::Customize { sections, content } => {
                Mode::Customize { sections, content: Some(joined(content.unwrap_or_default())) }
            }
        };
        self
    }

    /// Adds a change; text that was to be appended is kept.
    fn with(self, section: impl Into<Section>, change: SectionChange) -> Self {
        let mut problems = self.problems;
        let (mut sections, content) = match self.mode {
            Mode::Customize { sections, content } => (sections, content),
            Mode::Append(text) => (SortedMap::new(), Some(text)),
            Mode::Replace(text) => {
                let problem = "system_message: `replace(..)` leaves no sections to change: begin \
                               with `customize()`";
                problems.push(problem.to_owned());
                (SortedMap::new(), Some(text))
            }
        };
        let name = section.into().as_str().to_owned();
        match sections.get_mut(&name) {
            None => drop(sections.insert(name, change)),
            Some(own) => {
                let (former, later) = (own.setter(), change.setter());
                if !own.join(change) {
                    problems.push(format!(
                        "system_message: the section `{name}` is changed twice, by `{former}` and \
                         `{later}`: leave one out"
                    ));
                }
            }
        }
        Self { mode: Mode::Customize { sections, content }, problems }
    }

    /// The same without the description of the machine, unless it says what becomes of that or
    /// replaces everything.
    pub(crate) fn without_environment(self) -> Self {
        let (mut sections, content) = match self.mode {
            Mode::Customize { sections, content } => (sections, content),
            Mode::Append(text) => (SortedMap::new(), Some(text)),
            Mode::Replace(_) => return self,
        };
        let section = Section::EnvironmentContext.as_str().to_owned();
        if !sections.contains_key(&section) {
            sections.insert(section, SectionChange::Remove);
        }
        Self { mode: Mode::Customize { sections, content }, problems: self.problems }
    }

    pub(crate) fn check(&self) -> Vec<String> {
        self.problems.clone()
    }

    /// The `systemMessage` param of `session.create`.
    pub(crate) fn to_wire(&self) -> Value {
        match &self.mode {
            Mode::Append(content) => json!({"mode": "append", "content": content}),
            Mode::Replace(content) => json!({"mode": "replace", "content": content}),
            Mode::Customize { sections, content } => {
                let mut changes = Map::new();
                for (section, change) in sections {
                    changes.insert(section.clone(), change.to_wire());
                }
                let mut wire = Map::new();
                wire.insert("mode".to_owned(), "customize".into());
                if !changes.is_empty() {
                    wire.insert("sections".to_owned(), changes.into());
                }
                if let Some(content) = content {
                    wire.insert("content".to_owned(), content.as_str().into());
                }
                wire.into()
            }
        }
    }

    /// The result of `systemMessage.transform`: every section received, changed or not.
    ///
    /// # Errors
    ///
    /// If the request cannot be read.
    pub(crate) async fn transform(
        &self,
        session_id: &SessionId,
        params: &RawValue,
    ) -> serde_json::Result<Box<RawValue>> {
        answers! {
            #[derive(Serialize)]
            struct Params {
                sections: SortedMap<String, Text> = "sections" [required],
            }
        }
        answers! {
            #[derive(Serialize)]
            struct Text {
                content: String = "content",
            }
        }
        let mut params: Params = serde_json::from_str(params.get())?;
        for (name, text) in params.sections.iter_mut() {
            let section = Section::from(name.as_str());
            let Some(handler) = self.transform_of(&section) else { continue };
            let input = SectionText {
                session_id: session_id.clone(),
                section,
                content: text.content.clone(),
            };
            match handler.call(input).await {
                Ok(content) => text.content = content,
                Err(error) => {
                    tracing::error!(
                        %session_id, section = name, error = &*error,
                        "a transform of the system message failed; the section stays as it is"
                    );
                }
            }
        }
        to_raw_value(&params)
    }

    fn transform_of(&self, section: &Section) -> Option<&BoxHandler<SectionText, String>> {
        match &self.mode {
            Mode::Customize { sections, .. } => match sections.get(section.as_str())? {
                SectionChange::Transform(handler) => Some(handler),
                _ => None,
            },
            Mode::Append(_) | Mode::Replace(_) => None,
        }
    }
}

impl<T: Into<String>> From<T> for SystemMessage {
    fn from(content: T) -> Self {
        Self::append(content)
    }
}

impl SectionChange {
    /// Combines this with a later change of the same section. Returns `false` if the two
    /// contradict.
    fn join(&mut self, later: Self) -> bool {
        match (self, later) {
            (Self::Append(text), Self::Append(later)) => *text = format!("{text}\n\n{later}"),
            (Self::Prepend(text), Self::Prepend(later)) => *text = format!("{later}\n\n{text}"),
            (Self::Remove, Self::Remove) | (Self::Preserve, Self::Preserve) => {}
            _ => return false,
        }
        true
    }

    fn setter(&self) -> &'static str {
        match self {
            Self::Replace(_) => "replace_section",
            Self::Remove => "remove_section",
            Self::Append(_) => "append_to_section",
            Self::Prepend(_) => "prepend_to_section",
            Self::Preserve => "preserve_section",
            Self::Transform(_) => "transform_section",
        }
    }

    fn to_wire(&self) -> Value {
        match self {
            Self::Replace(content) => json!({"action": "replace", "content": content}),
            Self::Remove => json!({"action": "remove"}),
            Self::Append(content) => json!({"action": "append", "content": content}),
            Self::Prepend(content) => json!({"action": "prepend", "content": content}),
            Self::Preserve => json!({"action": "preserve"}),
            Self::Transform(_) => json!({"action": "transform"}),
        }
    }
}

#[cfg(test)]
mod tests;
