//! Replies parsed into a Rust type.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::time::Duration;

use futures_core::future::BoxFuture;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::super::{Ask, Reply, Session, WaitFor};
use crate::error::{Error, ErrorKind, Result};
use crate::prompt::{Prompt, ResponseFormat};
use crate::schema::Parameters;

/// A prompt whose reply is parsed into a `T`, created by [`Session::ask_as`]. Sent when awaited.
#[must_use = "nothing is asked until this is awaited"]
pub struct AskAs<'a, T> {
    ask: Ask<'a>,
    answer: PhantomData<fn() -> T>,
}

impl Session {
    /// Sends a prompt and parses the reply into a `T`: a `#[data]` struct, or any other type whose
    /// schema is an object (wire name `responseFormat`).
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::data;
    ///
    /// #[data]
    /// struct Review {
    ///     /// Whether the change can be merged.
    ///     approved: bool,
    ///     /// What has to be done before.
    ///     remarks: Vec<String>,
    /// }
    ///
    /// let review: Review = session.ask_as("Review the staged change").await?;
    /// println!("{} remarks", review.remarks.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`ask`](Self::ask); [`ErrorKind::Config`] if the schema of `T` is not an object;
    /// [`ErrorKind::Session`] if the reply does not parse into a `T`, with the place and the start
    /// of the reply in the text.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future does not stop the agent; call [`abort`](Self::abort) for that.
    pub fn ask_as<T: DeserializeOwned + JsonSchema>(
        &self,
        prompt: impl Into<Prompt>,
    ) -> AskAs<'_, T> {
        AskAs { ask: self.ask(prompt), answer: PhantomData }
    }
}

impl<'a, T: DeserializeOwned + JsonSchema> AskAs<'a, T> {
    /// See [`Ask::wait_for`].
    pub fn wait_for(self, what: WaitFor) -> Self {
        Self { ask: self.ask.wait_for(what), ..self }
    }

    /// See [`Ask::deadline`].
    pub fn deadline(self, after: Duration) -> Self {
        Self { ask: self.ask.deadline(after), ..self }
    }

    /// See [`Ask::idle_timeout`].
    pub fn idle_timeout(self, after: Duration) -> Self {
        Self { ask: self.ask.idle_timeout(after), ..self }
    }

    /// Returns the parsed answer together with the full [`Reply`].
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// # #[copilot_sdk::data]
    /// # struct Review { approved: bool }
    /// let (review, reply) =
    ///     session.ask_as::<Review>("Review the staged change").with_reply().await?;
    /// println!("{}, for {} tokens", review.approved, reply.usage().output_tokens);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Same as [`Session::ask_as`].
    pub async fn with_reply(self) -> Result<(T, Reply)> {
        let session = self.ask.session;
        let reply = self.formed()?.await?;
        let answer = read(&reply).map_err(|error| error.in_session(session.id()))?;
        Ok((answer, reply))
    }

    /// The ask with the response format added to its prompt.
    fn formed(self) -> Result<Ask<'a>> {
        let parameters = Parameters::of::<T>();
        let name = T::schema_name();
        if !parameters.is_object() {
            let text = format!(
                "`{name}` cannot be an answer, because it is not a JSON object: wrap it in a struct"
            );
            return Err(Error::config(vec![text]).in_session(self.ask.session.id()));
        }
        if !parameters.problems().is_empty() {
            let problems = parameters.problems().iter();
            let texts = problems
                .map(|problem| format!("`{name}` cannot be an answer: {problem}"))
                .collect();
            return Err(Error::config(texts).in_session(self.ask.session.id()));
        }
        let format = ResponseFormat::json_schema(schema_name(&name), parameters.schema().clone());
        let mut ask = self.ask;
        ask.prompt = ask.prompt.response_format(format);
        Ok(ask)
    }
}

impl<'a, T: DeserializeOwned + JsonSchema + 'a> IntoFuture for AskAs<'a, T> {
    type Output = Result<T>;
    type IntoFuture = BoxFuture<'a, Result<T>>;

    fn into_future(self) -> Self::IntoFuture {
        let asked = self.formed();
        Box::pin(async move {
            let ask = asked?;
            let session = ask.session;
            read(&ask.await?).map_err(|error| error.in_session(session.id()))
        })
    }
}

impl<T> fmt::Debug for AskAs<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AskAs").field("prompt", &self.ask.prompt).finish_non_exhaustive()
    }
}

fn read<T: DeserializeOwned + JsonSchema>(reply: &Reply) -> Result<T> {
    let text = unfenced(reply.text());
    serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_str(text)).map_err(
        |error| {
            let start: String = text.chars().take(120).collect();
            let path = error.path().to_string();
            let place = if path == "." { String::new() } else { format!(" at `{path}`") };
            let message = format!(
                "the agent's answer is not a `{}`{place}; it begins with `{start}`",
                T::schema_name()
            );
            Error::new(ErrorKind::Session, message).with_source(error.into_inner())
        },
    )
}

/// Strips the Markdown fence that models put around JSON if the provider does not enforce the
/// format.
fn unfenced(text: &str) -> &str {
    let text = text.trim();
    let inner = text.strip_prefix("```json").or_else(|| text.strip_prefix("```"));
    inner.and_then(|text| text.strip_suffix("```")).map_or(text, str::trim)
}

/// The type name in the characters and length that model providers accept.
fn schema_name(name: &str) -> String {
    let fits = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    let name: String = name.chars().map(fits).take(64).collect();
    if name.is_empty() { "answer".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::{schema_name, unfenced};

    #[test]
    fn a_fence_around_the_json_is_taken_off() {
        for text in ["{}", " {} ", "```json\n{}\n```", "```\n{}\n```\n"] {
            assert_eq!(unfenced(text), "{}");
        }
    }

    #[test]
    fn names_fit_what_providers_take() {
        assert_eq!(schema_name("Vec<Person>"), "Vec_Person_");
        assert_eq!(schema_name(""), "answer");
        assert_eq!(schema_name(&"x".repeat(80)).len(), 64);
    }
}
