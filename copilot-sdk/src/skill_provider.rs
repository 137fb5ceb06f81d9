//! Skills that this program provides instead of files.
//!
//! A [`SkillProvider`] lists skills and hands out their text when the agent needs one, from a
//! database for instance. Give it to a session with [`SessionBuilder::skill_provider`].
//!
//! ```no_run
//! # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
//! use copilot_sdk::handler::HandlerError;
//! use copilot_sdk::skill_provider::{ProvidedSkill, SkillProvider};
//!
//! struct Handbook;
//!
//! impl SkillProvider for Handbook {
//!     async fn list(&self) -> Result<Vec<ProvidedSkill>, HandlerError> {
//!         Ok(vec![ProvidedSkill::new("release", "How this team makes a release")])
//!     }
//!
//!     async fn read(&self, name: String) -> Result<Option<String>, HandlerError> {
//!         Ok((name == "release").then(|| "Tag the commit, then wait for the build.".to_owned()))
//!     }
//! }
//!
//! let session = client.session().skill_provider(Handbook).create().await?;
//! # Ok(())
//! # }
//! ```
//!
//! [`SessionBuilder::skill_provider`]: crate::SessionBuilder::skill_provider

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use crate::handler::{BoxHandler, HandlerError};
use crate::request::RequestHandlers;
use crate::usual_path::usual_path;

/// Provides skills. Implement the methods as `async fn`.
///
/// Calls may run at the same time, also for sub-agents. The CLI gives up after 30 seconds. The
/// agent does not see the text of an error.
pub trait SkillProvider: Send + Sync + 'static {
    /// Lists the skills: at most 1024, with at most 1 MiB of names and descriptions (wire name
    /// `skillProvider.list`). Names must differ in more than the case of letters.
    fn list(&self) -> impl Future<Output = Result<Vec<ProvidedSkill>, HandlerError>> + Send;

    /// The text of a skill, `None` if there is none of that name any more (wire name
    /// `skillProvider.read`).
    ///
    /// It is that of a `SKILL.md` of at most 1 MiB. Front matter is optional; what it says must
    /// agree with the list. `allowed-tools` can only stand there.
    fn read(
        &self,
        name: String,
    ) -> impl Future<Output = Result<Option<String>, HandlerError>> + Send;
}

impl<P: SkillProvider> SkillProvider for Arc<P> {
    fn list(&self) -> impl Future<Output = Result<Vec<ProvidedSkill>, HandlerError>> + Send {
        (**self).list()
    }

    fn read(
        &self,
        name: String,
    ) -> impl Future<Output = Result<Option<String>, HandlerError>> + Send {
        (**self).read(name)
    }
}

/// A skill that this program provides (wire type `SkillProviderDescriptor`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use]
pub struct ProvidedSkill {
    name: String,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_invocable: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disable_model_invocation: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    argument_hint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    directory: Option<PathBuf>,
}

impl ProvidedSkill {
    /// Creates a skill. The name has up to 64 letters, digits, `.`, `_` and `-`, and begins with a
    /// letter or digit. The agent reads the description to decide when to use it.
    pub fn new(name: impl Into<String>, description: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            description: description.into(),
            user_invocable: None,
            disable_model_invocation: None,
            argument_hint: None,
            directory: None,
        }
    }

    /// Whether users may invoke it as a slash command (wire name `userInvocable`). Defaults to
    /// `true`.
    pub fn user_invocable(mut self, invocable: bool) -> Self {
        self.user_invocable = Some(invocable);
        self
    }

    /// Keeps the agent from using it on its own (wire name `disableModelInvocation`). Defaults to
    /// `false`.
    pub fn disable_model_invocation(mut self, disabled: bool) -> Self {
        self.disable_model_invocation = Some(disabled);
        self
    }

    /// What a user may write behind the slash command (wire name `argumentHint`).
    pub fn argument_hint(mut self, hint: impl Into<String>) -> Self {
        self.argument_hint = Some(hint.into());
        self
    }

    /// The absolute path of the directory with its other files (wire name `directory`). The agent
    /// may read them once it uses the skill.
    pub fn directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = Some(usual_path(directory));
        self
    }
}

/// Lets the provider answer the CLI's requests.
pub(crate) fn register(provider: impl SkillProvider, handlers: &mut RequestHandlers) {
    #[derive(Serialize)]
    struct Listed {
        skills: Vec<ProvidedSkill>,
    }
    #[derive(Deserialize)]
    struct Named {
        name: String,
    }
    #[derive(Serialize)]
    struct Text {
        markdown: Option<String>,
    }
    let provider = Arc::new(provider);
    let own = Arc::clone(&provider);
    let list = BoxHandler::new(move |_: Box<RawValue>| {
        let provider = Arc::clone(&own);
        async move {
            let skills = provider.list().await?;
            Ok::<Box<RawValue>, HandlerError>(to_raw_value(&Listed { skills })?)
        }
    });
    let read = BoxHandler::new(move |params: Box<RawValue>| {
        let provider = Arc::clone(&provider);
        async move {
            let Named { name } = serde_json::from_str(params.get())?;
            let markdown = provider.read(name).await?;
            Ok::<Box<RawValue>, HandlerError>(to_raw_value(&Text { markdown })?)
        }
    });
    handlers.typed("skillProvider.list", list);
    handlers.typed("skillProvider.read", read);
}
