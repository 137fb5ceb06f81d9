//! Results of tool calls.

use serde::Serialize;
use serde_json::{Map, Value};

/// The result of a tool call, with every field the CLI supports.
///
/// Return it if text or JSON is not enough. The fields are named as on the wire, in snake case.
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
    /// The text for the model (wire name `textResultForLlm`).
    pub text_result_for_llm: String,
    /// The outcome of the call (wire name `resultType`).
    pub result_type: ResultType,
    /// The error shown in events and logs (wire name `error`). The model gets the text instead.
    pub error: Option<String>,
    /// The line shown in the session's timeline instead of the text (wire name `sessionLog`).
    pub session_log: Option<String>,
    /// Values for the CLI's own telemetry (wire name `toolTelemetry`).
    pub tool_telemetry: Map<String, Value>,
    /// Images and files for the model (wire name `binaryResultsForLlm`).
    pub binary_results_for_llm: Vec<Binary>,
    /// JSON content blocks for clients that render more than text (wire name `contents`).
    pub contents: Vec<Value>,
    /// Names of deferred tools the model may use from now on (wire name `toolReferences`).
    pub tool_references: Vec<String>,
}

/// The outcome of a tool call (wire name `resultType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ResultType {
    /// The tool succeeded.
    #[default]
    Success,
    /// The tool failed; the model gets the reason and continues.
    Failure,
    /// The user rejected the call. **The whole turn stops.**
    Rejected,
    /// The call was not allowed; the model gets the reason and continues.
    Denied,
    /// The tool timed out; the model is told so and continues.
    Timeout,
}

impl ToolResult {
    /// The tool succeeded; `text` is for the model.
    pub fn success(text: impl Into<String>) -> Self {
        Self::new(ResultType::Success, text)
    }

    /// The tool failed; `text` tells the model what was wrong and what to do instead.
    pub fn failure(text: impl Into<String>) -> Self {
        Self::new(ResultType::Failure, text)
    }

    /// The user rejected the call: the turn stops, and the model is not called again.
    pub fn rejected(text: impl Into<String>) -> Self {
        Self::new(ResultType::Rejected, text)
    }

    /// The call is not allowed; `text` tells the model why.
    pub fn denied(text: impl Into<String>) -> Self {
        Self::new(ResultType::Denied, text)
    }

    /// The tool timed out; `text` tells the model so.
    pub fn timeout(text: impl Into<String>) -> Self {
        Self::new(ResultType::Timeout, text)
    }

    /// Shows `line` in the session's timeline instead of the text.
    pub fn session_log(mut self, line: impl Into<String>) -> Self {
        self.session_log = Some(line.into());
        self
    }

    /// Sets the error shown in events and logs. The model gets the text instead.
    pub fn error(mut self, error: impl Into<String>) -> Self {
        self.error = Some(error.into());
        self
    }

    /// Adds a value to the CLI's telemetry of this call.
    pub fn telemetry(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.tool_telemetry.insert(key.into(), value.into());
        self
    }

    /// Adds an image or file for the model.
    pub fn binary(mut self, binary: Binary) -> Self {
        self.binary_results_for_llm.push(binary);
        self
    }

    /// Adds a JSON content block for clients that render more than text.
    pub fn content(mut self, block: impl Into<Value>) -> Self {
        self.contents.push(block.into());
        self
    }

    /// Makes a deferred tool available to the model from now on.
    pub fn tool_reference(mut self, tool_name: impl Into<String>) -> Self {
        self.tool_references.push(tool_name.into());
        self
    }

    fn new(result_type: ResultType, text: impl Into<String>) -> Self {
        Self { text_result_for_llm: text.into(), result_type, ..Self::default() }
    }
}

/// Binary data for the model: an image or a file.
///
/// What the model gets:
///
/// | | |
/// |---|---|
/// | a file of text, such as `text/csv`, `application/json` or `image/svg+xml` | its text |
/// | an image | the image, if the session's model has vision; plus a line of text if the result has none |
/// | any other file | a line with its type, size and description: no model API accepts files from tools |
///
/// GitHub's list of models tells whether a model has vision. For a custom model, enable it with
/// [`CapabilityOverride::vision`](crate::model::CapabilityOverride::vision), on the session or the
/// [`ProviderModel`](crate::provider::ProviderModel); otherwise the CLI sends no images.
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
    /// The bytes, base64 on the wire (wire name `data`).
    pub data: Vec<u8>,
    /// The media type, such as `image/png` (wire name `mimeType`).
    pub mime_type: String,
    /// Image or file (wire name `type`).
    pub kind: BinaryKind,
    /// A description for the model (wire name `description`).
    pub description: Option<String>,
    /// Additional JSON metadata (wire name `metadata`).
    pub metadata: Map<String, Value>,
}

/// The kind of [`Binary`] data (wire name `type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum BinaryKind {
    /// An image.
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

    /// A file that is not an image.
    pub fn resource(mime_type: impl Into<String>, data: impl Into<Vec<u8>>) -> Self {
        Self::new(BinaryKind::Resource, mime_type.into(), data.into())
    }

    /// Sets the description for the model.
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// Adds a metadata value.
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self
    }

    fn new(kind: BinaryKind, mime_type: String, data: Vec<u8>) -> Self {
        Self { data, mime_type, kind, description: None, metadata: Map::new() }
    }
}
