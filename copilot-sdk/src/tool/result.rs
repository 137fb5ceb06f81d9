//! The answer to a tool call.

use serde::Serialize;
use serde_json::{Map, Value};

/// The answer to a tool call, with everything that the CLI knows to do with one.
///
/// Return it where text or JSON is not enough; the fields have the wire's names in snake case.
///
/// ```
/// use copilot_sdk::ToolResult;
///
/// let result = ToolResult::success("fn main() {}").session_log("read src/main.rs");
/// assert_eq!(result.text_result_for_llm, "fn main() {}");
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
#[must_use]
pub struct ToolResult {
    /// What the model reads (wire name `textResultForLlm`).
    pub text_result_for_llm: String,
    /// How the call ended (wire name `resultType`).
    pub result_type: ResultType,
    /// What events and logs show of a failure; the model reads the text (wire name `error`).
    pub error: Option<String>,
    /// What the session's timeline shows in place of the text (wire name `sessionLog`).
    pub session_log: Option<String>,
    /// Values for the CLI's own telemetry (wire name `toolTelemetry`).
    pub tool_telemetry: Map<String, Value>,
    /// Images and files that the model is given (wire name `binaryResultsForLlm`).
    pub binary_results_for_llm: Vec<Binary>,
    /// Content blocks for clients that show more than text, as JSON (wire name `contents`).
    pub contents: Vec<Value>,
    /// Names of deferred tools that the model may use from now on (wire name `toolReferences`).
    pub tool_references: Vec<String>,
}

/// How a tool call ended (wire name `resultType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ResultType {
    /// The tool did what it was asked.
    #[default]
    Success,
    /// It did not; the model reads why and goes on.
    Failure,
    /// The user rejected the call: **the whole turn stops**.
    Rejected,
    /// The call was not allowed; the model reads why and goes on.
    Denied,
    /// The tool took too long; the model reads so and goes on.
    Timeout,
}

impl ToolResult {
    /// The tool did what it was asked, and the model reads `text`.
    pub fn success(text: impl Into<String>) -> Self {
        Self::new(ResultType::Success, text)
    }

    /// The tool failed, and the model reads `text`: what was wrong and what to do instead.
    pub fn failure(text: impl Into<String>) -> Self {
        Self::new(ResultType::Failure, text)
    }

    /// The user does not want this: the turn stops and the model is not called again.
    pub fn rejected(text: impl Into<String>) -> Self {
        Self::new(ResultType::Rejected, text)
    }

    /// The call is not allowed, and the model reads why.
    pub fn denied(text: impl Into<String>) -> Self {
        Self::new(ResultType::Denied, text)
    }

    /// The tool took too long, and the model reads so.
    pub fn timeout(text: impl Into<String>) -> Self {
        Self::new(ResultType::Timeout, text)
    }

    /// Shows `line` in the session's timeline in place of the text.
    pub fn session_log(mut self, line: impl Into<String>) -> Self {
        self.session_log = Some(line.into());
        self
    }

    /// Tells events and logs what went wrong; the model reads the text.
    pub fn error(mut self, error: impl Into<String>) -> Self {
        self.error = Some(error.into());
        self
    }

    /// Adds a value to the CLI's own telemetry of this call.
    pub fn telemetry(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.tool_telemetry.insert(key.into(), value.into());
        self
    }

    /// Gives the model an image or a file besides the text.
    pub fn binary(mut self, binary: Binary) -> Self {
        self.binary_results_for_llm.push(binary);
        self
    }

    /// Adds a content block, as JSON, for clients that show more than text.
    pub fn content(mut self, block: impl Into<Value>) -> Self {
        self.contents.push(block.into());
        self
    }

    /// Lets the model use a deferred tool from now on.
    pub fn tool_reference(mut self, tool_name: impl Into<String>) -> Self {
        self.tool_references.push(tool_name.into());
        self
    }

    fn new(result_type: ResultType, text: impl Into<String>) -> Self {
        Self { text_result_for_llm: text.into(), result_type, ..Self::default() }
    }
}

/// Bytes that a tool hands to the model: an image, or a file.
///
/// What the model is given of it:
///
/// | | |
/// |---|---|
/// | a file of text, such as `text/csv`, `application/json` or `image/svg+xml` | its text |
/// | an image | the image, if the session's model has vision; and a line that says so, where the result has no text |
/// | any other file | a line with its type, size and description: no model API takes files from tools |
///
/// Whether a model has vision, GitHub's list of models says. For a model of your own
/// [`CapabilityOverride::vision`](crate::model::CapabilityOverride::vision) switches it on, on the
/// session or on the [`ProviderModel`](crate::provider::ProviderModel); without it the CLI sends no
/// image.
///
/// ```
/// use copilot_sdk::tool::Binary;
///
/// let chart = Binary::png(vec![0x89, b'P', b'N', b'G']).description("sales by month");
/// assert_eq!(chart.mime_type, "image/png");
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[must_use]
pub struct Binary {
    /// The bytes; base64 on the wire (wire name `data`).
    pub data: Vec<u8>,
    /// What the bytes are, such as `image/png` (wire name `mimeType`).
    pub mime_type: String,
    /// Image or file (wire name `type`).
    pub kind: BinaryKind,
    /// What the model is told about it (wire name `description`).
    pub description: Option<String>,
    /// Anything else, as JSON (wire name `metadata`).
    pub metadata: Map<String, Value>,
}

/// What [`Binary`] bytes are to the model (wire name `type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum BinaryKind {
    /// A picture that the model looks at.
    Image,
    /// Any other file.
    Resource,
}

impl Binary {
    /// A PNG image.
    pub fn png(data: impl Into<Vec<u8>>) -> Self {
        Self::image("image/png", data)
    }

    /// A JPEG image.
    pub fn jpeg(data: impl Into<Vec<u8>>) -> Self {
        Self::image("image/jpeg", data)
    }

    /// An image of any other kind.
    pub fn image(mime_type: impl Into<String>, data: impl Into<Vec<u8>>) -> Self {
        Self::new(BinaryKind::Image, mime_type.into(), data.into())
    }

    /// A file that is no image.
    pub fn resource(mime_type: impl Into<String>, data: impl Into<Vec<u8>>) -> Self {
        Self::new(BinaryKind::Resource, mime_type.into(), data.into())
    }

    /// Tells the model what this is.
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// Adds a value to what is said about the bytes.
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self
    }

    fn new(kind: BinaryKind, mime_type: String, data: Vec<u8>) -> Self {
        Self { data, mime_type, kind, description: None, metadata: Map::new() }
    }
}
