//! The wire form of a result.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::result::{Binary, BinaryKind, ResultType, ToolResult};
use crate::json_text::push_text;

/// The wire form of a [`ToolResult`].
///
/// `ToolResult` itself is not `Serialize`, so that a list of them cannot be mistaken for JSON.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireResult<'a> {
    text_result_for_llm: Cow<'a, str>,
    result_type: ResultType,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_log: Option<&'a str>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    tool_telemetry: &'a Map<String, Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    binary_results_for_llm: Vec<WireBinary<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    contents: &'a [Value],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    tool_references: &'a [String],
}

impl<'a> From<&'a ToolResult> for WireResult<'a> {
    fn from(result: &'a ToolResult) -> Self {
        Self {
            text_result_for_llm: text_for_model(result),
            result_type: result.result_type,
            error: result.error.as_deref(),
            session_log: result.session_log.as_deref(),
            tool_telemetry: &result.tool_telemetry,
            binary_results_for_llm: result.binary_results_for_llm.iter().map(WireBinary).collect(),
            contents: &result.contents,
            tool_references: &result.tool_references,
        }
    }
}

impl WireResult<'_> {
    /// Appends the result as JSON.
    pub(crate) fn write(&self, json: &mut Vec<u8>) -> serde_json::Result<()> {
        if !self.is_text() {
            return serde_json::to_writer(json, self);
        }
        json.reserve(self.text_result_for_llm.len() + 64);
        json.extend_from_slice(br#"{"textResultForLlm":"#);
        push_text(json, &self.text_result_for_llm);
        json.extend_from_slice(br#","resultType":"#);
        serde_json::to_writer(&mut *json, &self.result_type)?;
        json.push(b'}');
        Ok(())
    }

    /// Whether the result has nothing but a text.
    fn is_text(&self) -> bool {
        self.error.is_none()
            && self.session_log.is_none()
            && self.tool_telemetry.is_empty()
            && self.binary_results_for_llm.is_empty()
            && self.contents.is_empty()
            && self.tool_references.is_empty()
    }
}

/// The text, including files that would not reach the model otherwise: the CLI sends only images.
fn text_for_model(result: &ToolResult) -> Cow<'_, str> {
    let text = result.text_result_for_llm.as_str();
    let files = result.binary_results_for_llm.iter();
    let files: Vec<String> =
        files.filter_map(|file| file_for_model(file, text.is_empty())).collect();
    if files.is_empty() {
        return text.into();
    }
    let text = (!text.is_empty()).then(|| text.to_owned());
    text.into_iter().chain(files).collect::<Vec<_>>().join("\n\n").into()
}

fn file_for_model(file: &Binary, alone: bool) -> Option<String> {
    if let Some(text) = text_of(file) {
        return Some(match &file.description {
            Some(description) => format!("{description}:\n{text}"),
            None => text.to_owned(),
        });
    }
    let size = file.data.len();
    let about = match &file.description {
        Some(description) => format!("{}, {size} bytes: {description}", file.mime_type),
        None => format!("{}, {size} bytes", file.mime_type),
    };
    if file.kind == BinaryKind::Image {
        return alone.then(|| format!("[image ({about}), shown to models with vision]"));
    }
    tracing::warn!(
        mime_type = file.mime_type,
        size,
        "a tool returned a file that cannot be sent to a model"
    );
    Some(format!("[file ({about}), which cannot be shown]"))
}

/// The content of a text file.
fn text_of(file: &Binary) -> Option<&str> {
    const APPLICATION: [&str; 10] =
        ["csv", "javascript", "json", "ndjson", "sql", "toml", "x-ndjson", "x-yaml", "xml", "yaml"];
    let mime_type = file.mime_type.split(';').next().unwrap_or_default().trim();
    let (kind, name) = mime_type.split_once('/')?;
    let is_text = kind.eq_ignore_ascii_case("text")
        || ["+json", "+xml", "+yaml"].iter().any(|suffix| name.ends_with(suffix))
        || (kind.eq_ignore_ascii_case("application") && APPLICATION.contains(&name));
    if is_text { std::str::from_utf8(&file.data).ok() } else { None }
}

#[derive(Debug)]
struct WireBinary<'a>(&'a Binary);

impl Serialize for WireBinary<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let binary = self.0;
        let mut wire = serializer.serialize_struct("Binary", 5)?;
        wire.serialize_field("type", &binary.kind)?;
        wire.serialize_field("data", &STANDARD.encode(&binary.data))?;
        wire.serialize_field("mimeType", &binary.mime_type)?;
        if let Some(description) = &binary.description {
            wire.serialize_field("description", description)?;
        }
        if !binary.metadata.is_empty() {
            wire.serialize_field("metadata", &binary.metadata)?;
        }
        wire.end()
    }
}
