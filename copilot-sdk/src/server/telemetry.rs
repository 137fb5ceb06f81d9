//! OpenTelemetry settings of the CLI.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::usual_path::usual_path;

/// OpenTelemetry export of the CLI, configured through its environment variables.
///
/// When enabled, calls to this program's tools carry a trace context
/// ([`ToolContext::trace_context`](crate::ToolContext::trace_context)).
///
/// ```
/// use copilot_sdk::Client;
/// use copilot_sdk::client::{OtlpProtocol, Telemetry};
///
/// let telemetry = Telemetry::otlp("http://localhost:4318")
///     .protocol(OtlpProtocol::HttpJson)
///     .source_name("my-agent");
/// let client = Client::builder().telemetry(telemetry);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Telemetry {
    exporter: Exporter,
    protocol: Option<OtlpProtocol>,
    source_name: Option<String>,
    capture_content: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Exporter {
    Otlp(String),
    File(PathBuf),
}

/// The OTLP encoding of exported traces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OtlpProtocol {
    /// JSON over HTTP (value `http/json`).
    HttpJson,
    /// Protocol buffers over HTTP (value `http/protobuf`).
    HttpProtobuf,
}

impl Telemetry {
    /// Sends traces to an OTLP endpoint (`OTEL_EXPORTER_OTLP_ENDPOINT`).
    pub fn otlp(endpoint: impl Into<String>) -> Self {
        Self::new(Exporter::Otlp(endpoint.into()))
    }

    /// Writes traces to a file (`COPILOT_OTEL_FILE_EXPORTER_PATH`).
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::new(Exporter::File(usual_path(path)))
    }

    /// The encoding of exported traces (`OTEL_EXPORTER_OTLP_PROTOCOL`). Defaults to the CLI's own.
    pub fn protocol(mut self, protocol: OtlpProtocol) -> Self {
        self.protocol = Some(protocol);
        self
    }

    /// The source name of the traces (`COPILOT_OTEL_SOURCE_NAME`). Defaults to the CLI's own.
    pub fn source_name(mut self, name: impl Into<String>) -> Self {
        self.source_name = Some(name.into());
        self
    }

    /// Whether traces include prompts and answers
    /// (`OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT`). Defaults to the CLI's own setting.
    pub fn capture_content(mut self, capture: bool) -> Self {
        self.capture_content = Some(capture);
        self
    }

    fn new(exporter: Exporter) -> Self {
        Self { exporter, protocol: None, source_name: None, capture_content: None }
    }

    /// The environment variables that configure it.
    pub(crate) fn variables(&self) -> Vec<(&'static str, OsString)> {
        let (kind, place): (&str, (&str, OsString)) = match &self.exporter {
            Exporter::Otlp(endpoint) => {
                ("otlp-http", ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.into()))
            }
            Exporter::File(path) => ("file", ("COPILOT_OTEL_FILE_EXPORTER_PATH", path.into())),
        };
        let mut variables = vec![
            ("COPILOT_OTEL_ENABLED", "true".into()),
            ("COPILOT_OTEL_EXPORTER_TYPE", kind.into()),
            place,
        ];
        if let Some(protocol) = self.protocol {
            let name = match protocol {
                OtlpProtocol::HttpJson => "http/json",
                OtlpProtocol::HttpProtobuf => "http/protobuf",
            };
            variables.push(("OTEL_EXPORTER_OTLP_PROTOCOL", name.into()));
        }
        if let Some(name) = &self.source_name {
            variables.push(("COPILOT_OTEL_SOURCE_NAME", name.into()));
        }
        if let Some(capture) = self.capture_content {
            let name = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";
            variables.push((name, capture.to_string().into()));
        }
        variables
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_a_variable() {
        let telemetry = Telemetry::otlp("http://localhost:4318")
            .protocol(OtlpProtocol::HttpProtobuf)
            .source_name("me")
            .capture_content(false);
        let expected = [
            ("COPILOT_OTEL_ENABLED", "true"),
            ("COPILOT_OTEL_EXPORTER_TYPE", "otlp-http"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("COPILOT_OTEL_SOURCE_NAME", "me"),
            ("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "false"),
        ];
        assert_eq!(
            telemetry.variables(),
            expected.map(|(name, value)| (name, OsString::from(value)))
        );
    }
}
