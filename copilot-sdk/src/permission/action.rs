use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use super::parts::{
    FactoryOperation, FactoryPhase, FileEdit, MemoryAction, MemoryDirection, MemoryScope,
    SandboxPathGrant, ShellCommandName, ShellSegment, ShellUrl,
};
use crate::members::{Aside, Members, leading_text, read_object};
use crate::sizes::{ArgumentSizes, field};

macro_rules! actions {
    ($($(#[$doc:meta])* $kind:literal $variant:ident($payload:ident) {
        $($(#[$field_doc:meta])* $field:ident: $type:ty,)*
    })*) => {
        /// The action to permit, by kind of request (wire name `kind`).
        ///
        /// `Debug` shows only names and sizes of call arguments and file contents.
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub enum PermissionAction {
            $($(#[$doc])* $variant($payload),)*
            /// A kind unknown to this version, or an invalid request. No `allow_*` rule matches it.
            Other {
                /// The wire name of the kind.
                kind: String,
                /// The request as received.
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

            /// Parses a known kind. Returns the action and whether every field was understood.
            fn known<'a>(
                kind: &str,
                json: &'a RawValue,
                aside: &mut [Aside<'a>],
            ) -> Option<(Self, bool)> {
                match kind {
                    $($kind => {
                        let (payload, is_whole) = read(json, aside);
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
                        .field("json", &ArgumentSizes(json))
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
        /// The purpose, according to the model.
        intention: String,
        /// The commands found in the text, and whether the CLI considers them read-only.
        commands: Vec<ShellCommandName>,
        /// The parts of a compound command.
        command_segments: Vec<ShellSegment>,
        /// Paths that the command may touch.
        possible_paths: Vec<String>,
        /// The targets of those paths, with links resolved.
        resolved_paths: BTreeMap<String, String>,
        /// Addresses that the command may contact.
        possible_urls: Vec<ShellUrl>,
        /// Whether output is redirected into a file. `true` unless the CLI says otherwise.
        #[serde(default = "yes")]
        has_write_file_redirection: bool,
        /// Whether an approval for the rest of the session is possible.
        can_offer_session_approval: bool,
        /// A warning of the CLI about this command.
        warning: Option<String>,
        /// The directory it would run in.
        resolved_working_directory: Option<String>,
        /// Whether it would run outside the sandbox.
        request_sandbox_bypass: bool,
        /// Whether it would run in a less strict sandbox.
        request_sandbox_permissive: bool,
        /// Why the sandbox is insufficient, according to the model.
        request_sandbox_bypass_reason: Option<String>,
        /// An extension of the sandbox included in an approval.
        sandbox_path_grant: Option<SandboxPathGrant>,
    }
    /// Create or change a file (wire kind `write`).
    "write" Write(FileWrite) {
        /// The purpose of the change.
        intention: String,
        /// The file, as the tool names it.
        file_name: String,
        /// The change as a unified diff.
        diff: String,
        /// The new contents, if the CLI sends them.
        new_file_contents: Option<String>,
        /// Each file before and after.
        file_edits: Vec<FileEdit>,
        /// Whether an approval for the rest of the session is possible.
        can_offer_session_approval: bool,
        /// The file, with links resolved.
        resolved_path: Option<String>,
        /// Whether it would happen outside the sandbox.
        request_sandbox_bypass: bool,
        /// Why the sandbox is insufficient, according to the model.
        request_sandbox_bypass_reason: Option<String>,
        /// An extension of the sandbox included in an approval.
        sandbox_path_grant: Option<SandboxPathGrant>,
    }
    /// Read a file or a directory (wire kind `read`).
    "read" Read(FileRead) {
        /// The purpose of reading it.
        intention: String,
        /// The path, as the tool names it.
        path: String,
        /// The path, with links resolved.
        resolved_path: Option<String>,
        /// Whether it would happen outside the sandbox.
        request_sandbox_bypass: bool,
        /// Why the sandbox is insufficient, according to the model.
        request_sandbox_bypass_reason: Option<String>,
        /// An extension of the sandbox included in an approval.
        sandbox_path_grant: Option<SandboxPathGrant>,
    }
    /// Fetch an address (wire kind `url`).
    "url" Url(UrlFetch) {
        /// The purpose of fetching it.
        intention: String,
        /// The address.
        url: String,
        /// The address that redirected here.
        redirected_from: Option<String>,
        /// Whether it would happen outside the sandbox.
        request_sandbox_bypass: bool,
        /// Why the sandbox is insufficient, according to the model.
        request_sandbox_bypass_reason: Option<String>,
    }
    /// Call a tool of an MCP server (wire kind `mcp`).
    "mcp" Mcp(McpToolCall) {
        /// The server's name in the session's configuration.
        server_name: String,
        /// The tool, prefixed with the server's name, such as `files-list`.
        tool_name: String,
        /// The display name of the tool.
        tool_title: String,
        /// The arguments of the call.
        args: Option<Value>,
        /// Whether the server declares the tool read-only.
        read_only: bool,
        /// The CLI's recommendation, such as `approve`.
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
        /// Whether the tool was registered to run without asking.
        skip_permission: bool,
    }
    /// Store or rate a fact for later sessions (wire kind `memory`).
    "memory" Memory(MemoryChange) {
        /// Store or rate; absent means store.
        action: Option<MemoryAction>,
        /// The subject of the fact.
        subject: Option<String>,
        /// The fact.
        fact: String,
        /// The source of the fact.
        citations: Option<String>,
        /// The rating.
        direction: Option<MemoryDirection>,
        /// The reason for the rating.
        reason: Option<String>,
        /// The repository it belongs to, as `owner/name`.
        repo_nwo: Option<String>,
        /// The scope of the fact.
        scope: Option<MemoryScope>,
    }
    /// Call a tool for which a `pre_tool_use` hook requested a decision (wire kind `hook`).
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
        /// The operation.
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
        /// The operation.
        operation: FactoryOperation,
        /// The factory.
        name: String,
        /// The description.
        description: String,
        /// Its phases, in order.
        phases: Vec<FactoryPhase>,
        /// Maximum number of concurrent sub-agents.
        max_concurrent_subagents: Option<u64>,
        /// Maximum total number of sub-agents.
        max_total_subagents: Option<u64>,
        /// The time limit, in seconds.
        timeout_seconds: Option<f64>,
        /// Maximum cost in AI credits.
        max_ai_credits: Option<f64>,
        /// The key under which an approval would be stored.
        approval_key: String,
        /// Whether the approval can be stored.
        can_persist_approval: bool,
    }
}

impl PermissionAction {
    /// Parses the action. Returns it and whether all of it was understood; invalid fields are
    /// skipped. `None` if it is unknown and nested too deeply to be kept. Members named in `aside`
    /// are kept there.
    pub(super) fn read<'a>(json: &'a RawValue, aside: &mut [Aside<'a>]) -> Option<(Self, bool)> {
        let kind = leading_text(json, "kind").unwrap_or_default();
        // Newer CLIs use the name `workflow` for the same request.
        let known = if kind == "workflow" { "factory" } else { &kind };
        if let Some(read) = Self::known(known, json, aside) {
            return Some(read);
        }
        set_aside(&Members::of(json).unwrap_or_default(), aside);
        let json = serde_json::from_str(json.get()).ok()?;
        Some((Self::Other { kind: kind.into_owned(), json }, false))
    }

    /// Whether an approval lets the action leave the sandbox.
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

/// Parses each field that matches its type. Returns whether all did.
fn read<'a, T: DeserializeOwned + Default>(
    json: &'a RawValue,
    aside: &mut [Aside<'a>],
) -> (T, bool) {
    if let Ok(whole) = read_object(json.get(), aside) {
        return (whole, true);
    }
    let fields = Members::of(json).unwrap_or_default().without_nulls();
    set_aside(&fields, aside);
    match fields.parse() {
        Ok(whole) => (whole, true),
        Err(_) => (fields.fitting::<T>().parse().unwrap_or_default(), false),
    }
}

fn set_aside<'a>(fields: &Members<'a>, aside: &mut [Aside<'a>]) {
    for (name, value) in aside {
        *value = fields.get(name);
    }
}

/// The default of safety fields: if the CLI does not say, the action counts as unsafe.
fn yes() -> bool {
    true
}
