//! The error that a tool writes for the model.

use std::error::Error as StdError;
use std::fmt;

/// An error whose text is written for the model, so that it can do better next time.
///
/// Any other error that a tool returns is replaced by a fixed sentence, because a text that was not
/// written for the model may carry secrets. A `ToolError` is found inside other errors too
/// (`anyhow`, `Box<dyn Error>`, or as the source of your own): the model reads its text, and
/// nothing that was wrapped around it.
///
/// ```
/// use copilot_sdk::ToolError;
///
/// fn look_up(city: &str) -> Result<f32, ToolError> {
///     match city {
///         "Lisbon" => Ok(21.5),
///         _ => Err(ToolError::new(format!("no station in {city}: try the next larger city"))),
///     }
/// }
/// # assert!(look_up("Atlantis").is_err());
/// ```
#[derive(Debug)]
#[must_use]
pub struct ToolError(ModelText);

/// The text itself. It is the source of its `ToolError`, because a wrapper such as `anyhow` hides
/// the type of the error that it wraps but never its sources.
#[derive(Debug)]
struct ModelText {
    text: String,
    cause: Option<Box<dyn StdError + Send + Sync>>,
}

/// A text that the model reads: a `String`, `&str`, or anything that becomes one. Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no text for the model",
    label = "not a text",
    note = "the text of an error was not written for the model, and may carry secrets: write what \
            the model is to read, and keep the error for the log: `.map_err(|error| \
            ToolError::new(\"...\").with_source(error))`",
    note = "or return the error itself, with `#[tool(show_errors)]` where all of its text may be \
            seen"
)]
pub trait ErrorText: sealed::Sealed + Into<String> {}

mod sealed {
    pub trait Sealed {}
}

impl<T: Into<String>> sealed::Sealed for T {}

#[diagnostic::do_not_recommend]
impl<T: Into<String>> ErrorText for T {}

impl ToolError {
    /// An error that the model reads as `text`.
    pub fn new(text: impl ErrorText) -> Self {
        Self(ModelText { text: text.into(), cause: None })
    }

    /// Adds what caused it, for the log; the model does not see it.
    pub fn with_source(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// What the model reads.
    pub fn text(&self) -> &str {
        &self.0.text
    }
}

/// The text for the model in `error` or in any of its causes.
pub(crate) fn model_text<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a str> {
    let mut next: Option<&'a (dyn StdError + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<ToolError>() {
            return Some(found.text());
        }
        if let Some(found) = error.downcast_ref::<ModelText>() {
            return Some(&found.text);
        }
        next = error.source();
    }
    None
}

/// `error` and its causes in one line, for the log.
pub(crate) fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        if !cause.is::<ModelText>() {
            text.push_str(": ");
            text.push_str(&cause.to_string());
        }
        next = cause.source();
    }
    text
}

impl fmt::Display for ToolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

impl StdError for ToolError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.0)
    }
}

impl fmt::Display for ModelText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("written for the model")
    }
}

impl StdError for ModelText {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.as_ref().map(|cause| &**cause as &(dyn StdError + 'static))
    }
}
