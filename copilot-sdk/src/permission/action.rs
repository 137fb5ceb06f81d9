use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::parts::{
    FactoryOperation, FactoryPhase, FileEdit, MemoryAction, MemoryDirection, MemoryScope,
    SandboxPathGrant, ShellCommandName, ShellSegment, ShellUrl,
};
use crate::nullable::without_nulls;
use crate::sizes::{Arguments, field};

macro_rules! actions {
    ($($(#[$doc:meta])* $kind:literal $variant:ident($payload:ident) {
        $($(#[$field_doc:meta])* $field:ident: $type:ty,)*
    })*) => {
        /// What the agent wants to do, by the kind of the request (wire name `kind`).
        ///
        /// `Debug` shows the arguments of calls and the text of files by name and size only.
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub enum PermissionAction {
            $($(#[$doc])* $variant($payload),)*
            /// A kind that this version does not know, or no object; no `allow_*` rule matches it.
            Other {
                /// The wire name of the kind.
                kind: String,
                /// The request as it came.
                json: Value,
            },
        }

        impl PermissionAction {
            /// The wire name of the kind, such as `shell` or `custom-tool`.
            pub fn kind(&self) -> &str {
                match self {
                    $(Self::$variant(_) => $kind,)*
                    Self::Other { kind, .. } => kind,
                }
            }

            /// A kind that is known, and whether every field of it was understood.
            fn known(kind: &str, fields: Map<String, Value>) -> Option<(Self, bool)> {
                match kind {
                    $($kind => {
                        let (payload, is_whole) = read(fields);
                        Some((Self::$variant(payload), is_whole))
                    })*
                    _ => None,
                }
            }
        }

        impl fmt::Debug for PermissionAction {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$variant(payload) => {
                        f.debug_tuple(stringify!($variant)).field(payload).finish()
                    })*
                    Self::Other { kind, json } => f
                        .debug_struct("Other")
                        .field("kind", kind)
                        .field("json", &Arguments(json))
                        .finish(),
                }
            }
        }

        $(
            $(#[$doc])*
            #[derive(Clone, Default, PartialEq, Deserialize)]
            #[serde(rename_all = "camelCase", default)]
            #[non_exhaustive]
            pub struct $payload {
                $($(#[$field_doc])* pub $field: $type,)*
            }

            impl fmt::Debug for $payload {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.debug_struct(stringify!($payload))
                        $(.field(stringify!($field), &field(stringify!($field), &self.$field)))*
                        .finish()
                }
            }
        )*
    };
}

actions! {
    /// Run a shell command (wire kind `shell`).
    "shell" Shell(ShellCommand) {
        /// The whole command line.
        full_command_text: String,
        /// The shell that would run it, such as `bash`.
        shell_type: Option<String>,
        /// What the model says that it is for.
        intention: String,
        /// The commands found in the text, and whether the CLI knows them to be read-only.
        commands: Vec<ShellCommandName>,
        /// The parts of a compound command.
        command_segments: Vec<ShellSegment>,
        /// Paths that the command may touch.
        possible_paths: Vec<String>,
        /// Where those paths lead after links are followed.
        resolved_paths: BTreeMap<String, String>,
        /// Addresses that the command may contact.
        possible_urls: Vec<ShellUrl>,
        /// Whether output is redirected into a file; `true` unless the CLI says otherwise.
        #[serde(default = "yes")]
        has_write_file_redirection: bool,
        /// Whether an approval for the rest of the session may be given.
        can_offer_session_approval: bool,
        /// A warning of the CLI about this command.
        warning: Option<String>,
        /// The directory it would run in.
        resolved_working_directory: Option<String>,
        /// Whether it is to run outside of the sandbox.
        request_sandbox_bypass: bool,
        /// Whether it is to run in a wider sandbox.
        request_sandbox_permissive: bool,
        /// Why the sandbox is in the way, in words of the model.
        request_sandbox_bypass_reason: Option<String>,
        /// A widening of the sandbox that comes with an approval.
        sandbox_path_grant: Option<SandboxPathGrant>,
    }
    /// Create or change a file (wire kind `write`).
    "write" Write(FileWrite) {
        /// What the change is for.
        intention: String,
        /// The file, as the tool names it.
        file_name: String,
        /// The change as a unified diff.
        diff: String,
        /// The new contents, where the CLI gives them.
        new_file_contents: Option<String>,
        /// Each file before and after.
        file_edits: Vec<FileEdit>,
        /// Whether an approval for the rest of the session may be given.
        can_offer_session_approval: bool,
        /// The file after links are followed.
        resolved_path: Option<String>,
        /// Whether it is to happen outside of the sandbox.
        request_sandbox_bypass: bool,
        /// Why the sandbox is in the way, in words of the model.
        request_sandbox_bypass_reason: Option<String>,
        /// A widening of the sandbox that comes with an approval.
        sandbox_path_grant: Option<SandboxPathGrant>,
    }
    /// Read a file or a directory (wire kind `read`).
    "read" Read(FileRead) {
        /// What it is read for.
        intention: String,
        /// The path, as the tool names it.
        path: String,
        /// The path after links are followed.
        resolved_path: Option<String>,
        /// Whether it is to happen outside of the sandbox.
        request_sandbox_bypass: bool,
        /// Why the sandbox is in the way, in words of the model.
        request_sandbox_bypass_reason: Option<String>,
        /// A widening of the sandbox that comes with an approval.
        sandbox_path_grant: Option<SandboxPathGrant>,
    }
    /// Fetch an address (wire kind `url`).
    "url" Url(UrlFetch) {
        /// What it is fetched for.
        intention: String,
        /// The address.
        url: String,
        /// The address that redirected here.
        redirected_from: Option<String>,
        /// Whether it is to happen outside of the sandbox.
        request_sandbox_bypass: bool,
        /// Why the sandbox is in the way, in words of the model.
        request_sandbox_bypass_reason: Option<String>,
    }
    /// Call a tool of an MCP server (wire kind `mcp`).
    "mcp" Mcp(McpToolCall) {
        /// The server's name in the session's configuration.
        server_name: String,
        /// The tool with the server's name in front, such as `files-list`.
        tool_name: String,
        /// The tool's own name for people.
        tool_title: String,
        /// The arguments of the call.
        args: Option<Value>,
        /// Whether the server says that the tool changes nothing.
        read_only: bool,
        /// What the CLI would do, such as `approve`.
        permission_recommendation: Option<String>,
    }
    /// Call a tool of this program or of another client (wire kind `custom-tool`).
    "custom-tool" CustomTool(CustomToolCall) {
        /// The tool.
        tool_name: String,
        /// The tool's description.
        tool_description: String,
        /// The arguments of the call.
        args: Option<Value>,
        /// Whether the tool was registered to run without a question.
        skip_permission: bool,
    }
    /// Keep or rate a fact for later sessions (wire kind `memory`).
    "memory" Memory(MemoryChange) {
        /// Which of the two; absent means that it is kept.
        action: Option<MemoryAction>,
        /// What the fact is about.
        subject: Option<String>,
        /// The fact.
        fact: String,
        /// Where it was found.
        citations: Option<String>,
        /// How it is rated.
        direction: Option<MemoryDirection>,
        /// Why.
        reason: Option<String>,
        /// The repository that it belongs to, as `owner/name`.
        repo_nwo: Option<String>,
        /// Whom it is kept for.
        scope: Option<MemoryScope>,
    }
    /// Call a tool that a `pre_tool_use` hook wants asked about (wire kind `hook`).
    "hook" Hook(HookQuestion) {
        /// The tool.
        tool_name: String,
        /// The arguments of the call.
        tool_args: Option<Value>,
        /// The hook's reason for asking.
        hook_message: Option<String>,
        /// The directory of the session.
        working_directory: Option<String>,
    }
    /// Install, change or remove an extension (wire kind `extension-management`).
    "extension-management" ExtensionManagement(ExtensionManagement) {
        /// What is to happen.
        operation: String,
        /// The extension.
        extension_name: Option<String>,
    }
    /// Give an extension capabilities (wire kind `extension-permission-access`).
    "extension-permission-access" ExtensionPermissionAccess(ExtensionPermissionAccess) {
        /// The extension.
        extension_name: String,
        /// The capabilities.
        capabilities: Vec<String>,
    }
    /// Let an extension read environment variables (wire kind `extension-env-access`).
    "extension-env-access" ExtensionEnvAccess(ExtensionEnvAccess) {
        /// The extension.
        extension_name: String,
        /// The names of the variables.
        environment_variables: Vec<String>,
    }
    /// Run a factory, a workflow of several agents (wire kind `factory`).
    "factory" Factory(FactoryRun) {
        /// What is to happen.
        operation: FactoryOperation,
        /// The factory.
        name: String,
        /// What it does.
        description: String,
        /// Its phases, in order.
        phases: Vec<FactoryPhase>,
        /// How many sub-agents may run at the same time.
        max_concurrent_subagents: Option<u64>,
        /// How many sub-agents may run in all.
        max_total_subagents: Option<u64>,
        /// How long it may take, in seconds.
        timeout_seconds: Option<f64>,
        /// How many AI credits it may cost.
        max_ai_credits: Option<f64>,
        /// The name under which an approval would be kept.
        approval_key: String,
        /// Whether the approval may be kept.
        can_persist_approval: bool,
    }
}

impl PermissionAction {
    /// Reads the action, and whether all of it was understood; an odd field costs nothing but
    /// itself.
    pub(super) fn from_json(json: Value) -> (Self, bool) {
        let kind = json.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
        // `workflow` is the name that newer CLIs use for the same request.
        let known = if kind == "workflow" { "factory" } else { &kind };
        let fields = json.as_object().cloned().map_or_else(Map::new, without_nulls);
        Self::known(known, fields).unwrap_or((Self::Other { kind, json }, false))
    }

    /// Whether an approval would let the action leave the sandbox.
    pub(super) fn leaves_sandbox(&self) -> bool {
        match self {
            Self::Shell(shell) => {
                shell.request_sandbox_bypass
                    || shell.request_sandbox_permissive
                    || shell.sandbox_path_grant.is_some()
            }
            Self::Write(write) => {
                write.request_sandbox_bypass || write.sandbox_path_grant.is_some()
            }
            Self::Read(read) => read.request_sandbox_bypass || read.sandbox_path_grant.is_some(),
            Self::Url(url) => url.request_sandbox_bypass,
            _ => false,
        }
    }
}

/// Reads each field that fits its type, and tells whether all did.
fn read<T: DeserializeOwned + Default>(fields: Map<String, Value>) -> (T, bool) {
    let fields = Value::Object(fields);
    if let Ok(whole) = T::deserialize(&fields) {
        return (whole, true);
    }
    let Value::Object(mut fields) = fields else { return (T::default(), false) };
    fields.retain(|name, value| {
        T::deserialize(&Value::Object(Map::from_iter([(name.clone(), value.clone())]))).is_ok()
    });
    (T::deserialize(&Value::Object(fields)).unwrap_or_default(), false)
}

/// What is not said about safety counts as unsafe.
fn yes() -> bool {
    true
}
