use serde_json::{Map, Value};

use super::action::PermissionAction;
use super::request::PermissionRequest;

/// The scope of a lasting approval (wire name `approval`).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Approval {
    /// These shell commands, as named in the request (`commands`).
    Commands(Vec<String>),
    /// Reading (`read`).
    Read,
    /// Writing (`write`).
    Write,
    /// Tools of an MCP server (`mcp`).
    Mcp {
        /// The server.
        server_name: String,
        /// The tool, without the server's name; `None` means all.
        tool_name: Option<String>,
    },
    /// Model requests of an MCP server (`mcp-sampling`).
    McpSampling {
        /// The server.
        server_name: String,
    },
    /// Changes to memory (`memory`).
    Memory,
    /// A custom tool (`custom-tool`).
    CustomTool {
        /// The tool.
        tool_name: String,
    },
    /// Changes to extensions (`extension-management`).
    ExtensionManagement {
        /// The operation; `None` means all.
        operation: Option<String>,
    },
    /// The capabilities of an extension (`extension-permission-access`).
    ExtensionPermissionAccess {
        /// The extension.
        extension_name: String,
    },
    /// Environment variables for an extension (`extension-env-access`).
    ExtensionEnvAccess {
        /// The extension.
        extension_name: String,
        /// The names of the variables.
        environment_variables: Vec<String>,
    },
    /// A factory (`workflow`).
    Factory {
        /// The key from its request.
        approval_key: Option<String>,
    },
}

impl Approval {
    /// The narrowest approval that covers this and similar requests, or `None` if the CLI offers
    /// none.
    ///
    /// For a path outside the workspace, it covers only that path and not its directory. CLI
    /// 1.0.102 offers none for shell commands, but accepts [`Commands`](Self::Commands) with the
    /// whole command line, and then does not ask again for exactly that text.
    ///
    /// ```
    /// use copilot_sdk::permission::{Approval, PermissionDecision, PermissionRequest};
    ///
    /// fn remember(request: &PermissionRequest) -> PermissionDecision {
    ///     match request.command() {
    ///         Some(line) => {
    ///             PermissionDecision::ApproveForSession(Approval::Commands(vec![line.to_owned()]))
    ///         }
    ///         None => PermissionDecision::for_session(request),
    ///     }
    /// }
    /// ```
    pub fn covering(request: &PermissionRequest) -> Option<Self> {
        Some(match &request.action {
            PermissionAction::Shell(shell)
                if shell.can_offer_session_approval && !shell.commands.is_empty() =>
            {
                Self::Commands(
                    shell.commands.iter().map(|command| command.identifier.clone()).collect(),
                )
            }
            PermissionAction::Write(write) if write.can_offer_session_approval => Self::Write,
            PermissionAction::Read(_) => Self::Read,
            PermissionAction::Mcp(call) => {
                let prefix = format!("{}-", call.server_name);
                let tool_name = call.tool_name.strip_prefix(&prefix).unwrap_or(&call.tool_name);
                Self::Mcp {
                    server_name: call.server_name.clone(),
                    tool_name: Some(tool_name.to_owned()),
                }
            }
            PermissionAction::CustomTool(call) => {
                Self::CustomTool { tool_name: call.tool_name.clone() }
            }
            PermissionAction::Memory(_) => Self::Memory,
            PermissionAction::ExtensionManagement(change) => {
                Self::ExtensionManagement { operation: Some(change.operation.clone()) }
            }
            PermissionAction::ExtensionPermissionAccess(access) => {
                Self::ExtensionPermissionAccess { extension_name: access.extension_name.clone() }
            }
            PermissionAction::ExtensionEnvAccess(access) => Self::ExtensionEnvAccess {
                extension_name: access.extension_name.clone(),
                environment_variables: access.environment_variables.clone(),
            },
            PermissionAction::Factory(run) if run.can_persist_approval => {
                Self::Factory { approval_key: Some(run.approval_key.clone()) }
            }
            _ => return None,
        })
    }

    pub(super) fn to_wire(&self) -> Value {
        let text = |text: &String| Value::from(text.as_str());
        match self {
            Self::Commands(identifiers) => {
                of_kind("commands", vec![("commandIdentifiers", texts(identifiers))])
            }
            Self::Read => of_kind("read", vec![]),
            Self::Write => of_kind("write", vec![]),
            // The only meaningful `null` in the protocol: it means every tool of the server.
            Self::Mcp { server_name, tool_name } => {
                let tool_name = tool_name.as_ref().map_or(Value::Null, text);
                of_kind("mcp", vec![("serverName", text(server_name)), ("toolName", tool_name)])
            }
            Self::McpSampling { server_name } => {
                of_kind("mcp-sampling", vec![("serverName", text(server_name))])
            }
            Self::Memory => of_kind("memory", vec![]),
            Self::CustomTool { tool_name } => {
                of_kind("custom-tool", vec![("toolName", text(tool_name))])
            }
            Self::ExtensionManagement { operation } => of_kind(
                "extension-management",
                operation.iter().map(|is| ("operation", text(is))).collect(),
            ),
            Self::ExtensionPermissionAccess { extension_name } => {
                let name = ("extensionName", text(extension_name));
                of_kind("extension-permission-access", vec![name])
            }
            Self::ExtensionEnvAccess { extension_name, environment_variables } => {
                let name = ("extensionName", text(extension_name));
                let variables = ("environmentVariables", texts(environment_variables));
                of_kind("extension-env-access", vec![name, variables])
            }
            Self::Factory { approval_key } => of_kind(
                "workflow",
                approval_key.iter().map(|key| ("approvalKey", text(key))).collect(),
            ),
        }
    }
}

/// An object with this `kind` and these members.
pub(super) fn of_kind(kind: &str, members: Vec<(&'static str, Value)>) -> Value {
    let mut object = Map::new();
    object.insert("kind".to_owned(), kind.into());
    for (name, value) in members {
        object.insert(name.to_owned(), value);
    }
    Value::Object(object)
}

pub(super) fn texts(texts: &[String]) -> Value {
    texts.iter().map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Approval;

    #[test]
    fn every_approval_has_its_wire_form() {
        let table = [
            (
                Approval::Commands(vec!["ls".into()]),
                json!({"kind": "commands", "commandIdentifiers": ["ls"]}),
            ),
            (Approval::Read, json!({"kind": "read"})),
            (Approval::Write, json!({"kind": "write"})),
            (
                Approval::Mcp { server_name: "srv".into(), tool_name: Some("echo".into()) },
                json!({"kind": "mcp", "serverName": "srv", "toolName": "echo"}),
            ),
            (
                Approval::Mcp { server_name: "srv".into(), tool_name: None },
                json!({"kind": "mcp", "serverName": "srv", "toolName": null}),
            ),
            (
                Approval::McpSampling { server_name: "srv".into() },
                json!({"kind": "mcp-sampling", "serverName": "srv"}),
            ),
            (Approval::Memory, json!({"kind": "memory"})),
            (
                Approval::CustomTool { tool_name: "t".into() },
                json!({"kind": "custom-tool", "toolName": "t"}),
            ),
            (
                Approval::ExtensionManagement { operation: None },
                json!({"kind": "extension-management"}),
            ),
            (
                Approval::ExtensionManagement { operation: Some("install".into()) },
                json!({"kind": "extension-management", "operation": "install"}),
            ),
            (
                Approval::ExtensionPermissionAccess { extension_name: "e".into() },
                json!({"kind": "extension-permission-access", "extensionName": "e"}),
            ),
            (
                Approval::ExtensionEnvAccess {
                    extension_name: "e".into(),
                    environment_variables: vec!["V".into()],
                },
                json!({"kind": "extension-env-access", "extensionName": "e", "environmentVariables": ["V"]}),
            ),
            (Approval::Factory { approval_key: None }, json!({"kind": "workflow"})),
            (
                Approval::Factory { approval_key: Some("k".into()) },
                json!({"kind": "workflow", "approvalKey": "k"}),
            ),
        ];
        for (approval, wire) in table {
            assert_eq!(approval.to_wire(), wire, "{approval:?}");
        }
    }
}
