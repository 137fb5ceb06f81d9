//! The definition of a tool in `session.create` and `session.resume`.

use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::definition::Tool;
use crate::defer::Defer;
use crate::schema::Parameters;

/// The wire form of a [`Tool`]; it never carries a null.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Definition<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters: Option<&'a RawValue>,
    /// Always set: otherwise the CLI silently handles calls to some names itself.
    overrides_built_in_tool: bool,
    #[serde(skip_serializing_if = "is_false")]
    skip_permission: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    defer: Option<Defer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a Map<String, Value>>,
    #[serde(skip_serializing_if = "is_false")]
    is_terminal: bool,
}

impl Tool {
    /// The definition to send. With the default permission policy, registering a tool is consent to
    /// run it; a custom policy is asked about every tool that does not opt out.
    pub(crate) fn definition(&self, default_policy: bool) -> Definition<'_> {
        let tool = self.spec();
        Definition {
            name: &tool.name,
            description: tool.description.as_deref(),
            parameters: tool.parameters.as_deref().map(Parameters::json),
            overrides_built_in_tool: true,
            skip_permission: if default_policy { !tool.ask } else { tool.skip_permission },
            defer: tool.defer,
            metadata: tool
                .metadata
                .as_deref()
                .and_then(Value::as_object)
                .filter(|object| !object.is_empty()),
            is_terminal: tool.terminal,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}
