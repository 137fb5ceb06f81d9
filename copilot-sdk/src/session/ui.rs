//! Forms that the program shows to the user.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Session;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::SessionId;
use crate::interaction::{ElicitationAnswer, Form};
use crate::schema::read_value;
use crate::session_peer::SessionPeer;

/// Forms for the user of a session, created by [`Session::ui`].
///
/// The form is shown by the session's [`on_elicitation`](crate::SessionBuilder::on_elicitation)
/// handler, or by another client of the same server. Tools, hooks and event callbacks may wait for
/// an answer; the `on_elicitation` handler itself may not, because it would wait for itself.
///
/// ```no_run
/// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
/// if session.ui().confirm("Deploy to production?").await? {
///     let region = session.ui().select("Where?", ["eu", "us"]).await?;
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// [`ErrorKind::Config`] if no client of the session shows forms, [`ErrorKind::Closed`] if the
/// session ends first, and [`ErrorKind::Protocol`] if the answer does not match the form.
///
/// # Cancel safety
///
/// Dropping the future leaves the form open and discards its answer.
#[derive(Clone, Copy)]
pub struct Ui<'a> {
    pub(super) session: &'a Session,
}

impl Ui<'_> {
    /// Whether a client of the session shows forms (wire name `capabilities.ui.elicitation`).
    pub fn is_available(self) -> bool {
        self.session.0.inbox.shows_forms()
    }

    /// Asks a yes-or-no question. Returns `false` if the user declines or closes the form.
    ///
    /// # Errors
    ///
    /// See [`Ui`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the form open; its answer is not read.
    pub async fn confirm(self, message: impl Into<String>) -> Result<bool> {
        Ok(self.field(message.into(), Form::confirm(), "confirmed").await?.unwrap_or(false))
    }

    /// Asks the user to choose an option. Returns `None` if the user declines or closes the form.
    ///
    /// # Errors
    ///
    /// See [`Ui`], and [`ErrorKind::Config`] if `options` is empty.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the form open; its answer is not read.
    pub async fn select<S: Into<String>>(
        self,
        message: impl Into<String>,
        options: impl IntoIterator<Item = S>,
    ) -> Result<Option<String>> {
        let options: Vec<String> = options.into_iter().map(Into::into).collect();
        if options.is_empty() {
            let text = "there is nothing to select: give at least one option";
            return Err(self.peer().config_error(text));
        }
        let choice: Option<String> =
            self.field(message.into(), Form::select(&options), "selection").await?;
        match choice {
            Some(choice) if !options.contains(&choice) => {
                let text = format!(
                    "the form was answered with `{choice}`, which is not one of the options"
                );
                Err(self.peer().error(ErrorKind::Protocol, text))
            }
            choice => Ok(choice),
        }
    }

    /// Asks for a line of text. Returns `None` if the user declines or closes the form.
    ///
    /// # Errors
    ///
    /// See [`Ui`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the form open; its answer is not read.
    pub async fn input(self, message: impl Into<String>) -> Result<Option<String>> {
        self.field(message.into(), Form::input(), "value").await
    }

    /// Asks for the fields of a struct, as described in [`Form::of`]. Returns `None` if the user
    /// declines or closes the form.
    ///
    /// The answer is validated against the limits of the fields, such as ranges and lengths.
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::data;
    ///
    /// #[data]
    /// struct Deployment {
    ///     /// Where to deploy to.
    ///     target: String,
    ///     dry_run: bool,
    /// }
    ///
    /// let answer = session.ui().elicit::<Deployment>("How shall I deploy?").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`Ui`], and [`ErrorKind::Config`] if a form cannot represent a field of `T`.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the form open; its answer is not read.
    pub async fn elicit<T: JsonSchema + DeserializeOwned>(
        self,
        message: impl Into<String>,
    ) -> Result<Option<T>> {
        let form = self.peer().locate(Form::of::<T>())?;
        let ElicitationAnswer::Accept(fields) = self.ask(message, form).await? else {
            return Ok(None);
        };
        read_value(&Value::Object(fields)).map(Some).map_err(|problems| {
            let problems: Vec<String> = problems.lines().collect();
            let text = format!(
                "the form was answered with fields that do not fit: {}",
                problems.join("; ")
            );
            self.peer().error(ErrorKind::Protocol, text)
        })
    }

    /// Shows any form and returns the raw answer (wire method `session.ui.elicitation`).
    ///
    /// # Errors
    ///
    /// See [`Ui`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the form open; its answer is not read.
    pub async fn ask(self, message: impl Into<String>, form: Form) -> Result<ElicitationAnswer> {
        self.session.check()?;
        // The CLI never answers if no client shows forms.
        if !self.is_available() {
            let text = "nobody shows forms in this session: give it `on_elicitation(..)`, or look \
                        at `ui().is_available()` first";
            return Err(self.peer().config_error(text));
        }
        let inner = &self.session.0;
        let params = Question {
            session_id: self.session.id(),
            message: message.into(),
            requested_schema: &form,
        };
        let answer = tokio::select! {
            biased;
            answer = inner.peer.call("session.ui.elicitation", params) => answer,
            () = inner.dispatch.over() => {
                Err(Error::new(ErrorKind::Closed, "the session ended before the form was answered"))
            }
        };
        self.peer().locate(answer)
    }

    /// Shows a form with a single field and reads that field.
    async fn field<T: DeserializeOwned>(
        self,
        message: String,
        form: Form,
        name: &str,
    ) -> Result<Option<T>> {
        match self.ask(message, form).await? {
            ElicitationAnswer::Accept(mut fields) => {
                let value = fields.remove(name).unwrap_or_default();
                serde_json::from_value(value).map(Some).map_err(|error| self.misfit(error))
            }
            ElicitationAnswer::Decline | ElicitationAnswer::Cancel => Ok(None),
        }
    }

    fn misfit(self, error: serde_json::Error) -> Error {
        let text = "the form was answered with fields of an unexpected shape";
        self.peer().error(ErrorKind::Protocol, text).with_source(error)
    }

    fn peer(&self) -> &SessionPeer {
        &self.session.0.peer
    }
}

impl fmt::Debug for Ui<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ui").field("session", self.session).finish()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Question<'a> {
    session_id: &'a SessionId,
    message: String,
    requested_schema: &'a Form,
}
