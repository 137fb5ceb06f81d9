//! Errors written for the model.

use std::error::Error as StdError;
use std::fmt;

/// An error whose text is written for the model, so that it can correct itself.
///
/// Any other error a tool returns is replaced by a fixed sentence, because text not written for the
/// model may contain secrets. A `ToolError` is also found inside other errors (`anyhow`,
/// `Box<dyn Error>`, or as the source of your own): the model gets its text and nothing of the
/// errors around it.
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

/// The text. It is the source of its `ToolError`, because wrappers such as `anyhow` hide the type
/// of the wrapped error, but not its sources.
#[derive(Debug)]
struct ModelText {
    text: String,
    cause: Option<Box<dyn StdError + Send + Sync>>,
}

impl ToolError {
    /// Creates an error with a text for the model.
    pub fn new(text: impl Into<String>) -> Self {
        Self(ModelText { text: text.into(), cause: None })
    }

    /// Adds the cause, for the log. The model does not see it.
    pub fn with_source(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// The text for the model.
    pub fn text(&self) -> &str {
        &self.0.text
    }
}

/// The text for the model found in `error` or its causes.
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

/// Formats `error` and its causes in one line, for the log.
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
