//! Replies parsed into a Rust type.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::super::request::{Prepared, Request, limits};
use super::super::{Reply, Retry, Session, WaitFor};
use crate::error::{Error, ErrorKind, Result};
use crate::json_path::JsonPath;
use crate::prompt::{Prompt, ResponseFormat};
use crate::schema::{Parameters, TypeSchema};

/// A prompt whose reply is parsed into a `T`, created by [`Session::ask_as`]. Sent when awaited.
#[must_use = "nothing is asked until this is awaited"]
pub struct AskAs<T>(Prepared<T>);

limits!(AskAs<T>);

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
    /// Dropping the future does not stop the agent, unless
    /// [`abort_on_drop`](AskAs::abort_on_drop) is set; call [`abort`](Self::abort) for that.
    pub fn ask_as<T: DeserializeOwned + JsonSchema + 'static>(
        &self,
        prompt: impl Into<Prompt>,
    ) -> AskAs<T> {
        let request = Request::new(self, prompt.into());
        AskAs(Prepared::new(request, |request| {
            Box::pin(async move { answer(request).await.map(|(answer, _)| answer) })
        }))
    }
}

impl<T: DeserializeOwned + JsonSchema> AskAs<T> {
    /// Retries the turn when its request to the model failed, see
    /// [`Ask::retry`](crate::session::Ask::retry).
    pub fn retry(self, retry: Retry) -> Self {
        Self(self.0.with(|request| request.retry = Some(retry)))
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
    ///
    /// # Cancel safety
    ///
    /// As [`Session::ask`](crate::Session::ask).
    pub async fn with_reply(self) -> Result<(T, Reply)> {
        match self.0.into_request() {
            Some(request) => answer(request).await,
            None => Err(Error::new(ErrorKind::Closed, "the answer was asked for already")),
        }
    }
}

impl<T> Future for AskAs<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll(cx)
    }
}

impl<T> fmt::Debug for AskAs<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AskAs").field(&self.0).finish()
    }
}

/// Asks for the form of a `T`, and reads the reply as one.
async fn answer<T: DeserializeOwned + JsonSchema>(request: Request) -> Result<(T, Reply)> {
    let peer = request.session.0.peer.clone();
    let format = peer.locate(format(TypeSchema::of::<T>(), &T::schema_name()))?;
    let prompt = request.prompt.response_format(format);
    let reply = Request { prompt, ..request }.reply().await?;
    let answer = peer.locate(read(&reply))?;
    Ok((answer, reply))
}

/// The form of the answer, told to the model provider.
fn format(ty: TypeSchema, name: &str) -> Result<ResponseFormat> {
    let parameters = Parameters::of(ty);
    if !parameters.is_object() {
        let text = format!(
            "`{name}` cannot be an answer, because it is not a JSON object: wrap it in a struct"
        );
        return Err(Error::config(vec![text]));
    }
    let problems = parameters.problems().iter();
    Error::check(
        problems.map(|problem| format!("`{name}` cannot be an answer: {problem}")).collect(),
    )?;
    Ok(ResponseFormat::json_schema(schema_name(name), parameters.schema().clone()))
}

fn read<T: DeserializeOwned + JsonSchema>(reply: &Reply) -> Result<T> {
    let text = unfenced(reply.text());
    serde_json::from_str(text).map_err(|error| misfit(&T::schema_name(), text, error))
}

fn misfit(name: &str, text: &str, error: serde_json::Error) -> Error {
    let start: String = text.chars().take(120).collect();
    let path = JsonPath::of(text, &error).to_string();
    let place = if path == "." { String::new() } else { format!(" at `{path}`") };
    let message = format!("the agent's answer is not a `{name}`{place}; it begins with `{start}`");
    Error::new(ErrorKind::Session, message).with_source(error)
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
