use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;
use serde_json::value::RawValue;

use super::parts::{
    FactoryOperation, FactoryPhase, FileEdit, MemoryAction, MemoryDirection, MemoryScope,
    SandboxPathGrant, ShellCommandName, ShellSegment, ShellUrl,
};
use crate::ids::ToolCallId;
use crate::json_scan::JsonScanner;
use crate::members::leading_text;
use crate::payload::{JsonSlot, Lenient, ObjectSlot, Reading, Slot, UnreadValue, records};
use crate::sizes::{ArgumentSizes, field};

macro_rules! actions {
    ($($(#[$doc:meta])* $kind:literal $variant:ident($payload:ident) {
        $($(#[$field_doc:meta])* $field:ident: $type:ty = $wire:literal $([$($mark:tt)+])?,)*
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

            /// Reads a known kind. `None` for another one, and for JSON that is too large.
            fn known(kind: &str, json: &RawValue, beside: &mut Beside) -> Option<Self> {
                match kind {
                    $($kind => {
                        let mut payload = <$payload>::empty();
                        beside.read(&mut payload, json)?;
                        Some(Self::$variant(payload))
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
            records! {
                $(#[$doc])*
                #[derive(Clone, Default, PartialEq)]
                $payload {
                    $($(#[$field_doc])* $field: $type = $wire $([$($mark)+])?,)*
                }
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
        full_command_text: String = "fullCommandText",
        /// The shell that would run it, such as `bash`.
        shell_type: Option<String> = "shellType",
        /// The purpose, according to the model.
        intention: String = "intention",
        /// The commands found in the text, and whether the CLI considers them read-only.
        commands: Vec<ShellCommandName> = "commands",
        /// The parts of a compound command.
        command_segments: Vec<ShellSegment> = "commandSegments",
        /// Paths that the command may touch.
        possible_paths: Vec<String> = "possiblePaths",
        /// The targets of those paths, with links resolved.
        resolved_paths: BTreeMap<String, String> = "resolvedPaths",
        /// Addresses that the command may contact.
        possible_urls: Vec<ShellUrl> = "possibleUrls",
        /// Whether output is redirected into a file. `true` unless the CLI says otherwise.
        has_write_file_redirection: bool = "hasWriteFileRedirection" [or true],
        /// Whether an approval for the rest of the session is possible.
        can_offer_session_approval: bool = "canOfferSessionApproval",
        /// A warning of the CLI about this command.
        warning: Option<String> = "warning",
        /// The directory it would run in.
        resolved_working_directory: Option<String> = "resolvedWorkingDirectory",
        /// Whether it would run outside the sandbox.
        request_sandbox_bypass: bool = "requestSandboxBypass",
        /// Whether it would run in a less strict sandbox.
        request_sandbox_permissive: bool = "requestSandboxPermissive",
        /// Why the sandbox is insufficient, according to the model.
        request_sandbox_bypass_reason: Option<String> = "requestSandboxBypassReason",
        /// An extension of the sandbox included in an approval.
        sandbox_path_grant: Option<SandboxPathGrant> = "sandboxPathGrant",
    }
    /// Create or change a file (wire kind `write`).
    "write" Write(FileWrite) {
        /// The purpose of the change.
        intention: String = "intention",
        /// The file, as the tool names it.
        file_name: String = "fileName",
        /// The change as a unified diff.
        diff: String = "diff",
        /// The new contents, if the CLI sends them.
        new_file_contents: Option<String> = "newFileContents",
        /// Each file before and after.
        file_edits: Vec<FileEdit> = "fileEdits",
        /// Whether an approval for the rest of the session is possible.
        can_offer_session_approval: bool = "canOfferSessionApproval",
        /// The file, with links resolved.
        resolved_path: Option<String> = "resolvedPath",
        /// Whether it would happen outside the sandbox.
        request_sandbox_bypass: bool = "requestSandboxBypass",
        /// Why the sandbox is insufficient, according to the model.
        request_sandbox_bypass_reason: Option<String> = "requestSandboxBypassReason",
        /// An extension of the sandbox included in an approval.
        sandbox_path_grant: Option<SandboxPathGrant> = "sandboxPathGrant",
    }
    /// Read a file or a directory (wire kind `read`).
    "read" Read(FileRead) {
        /// The purpose of reading it.
        intention: String = "intention",
        /// The path, as the tool names it.
        path: String = "path",
        /// The path, with links resolved.
        resolved_path: Option<String> = "resolvedPath",
        /// Whether it would happen outside the sandbox.
        request_sandbox_bypass: bool = "requestSandboxBypass",
        /// Why the sandbox is insufficient, according to the model.
        request_sandbox_bypass_reason: Option<String> = "requestSandboxBypassReason",
        /// An extension of the sandbox included in an approval.
        sandbox_path_grant: Option<SandboxPathGrant> = "sandboxPathGrant",
    }
    /// Fetch an address (wire kind `url`).
    "url" Url(UrlFetch) {
        /// The purpose of fetching it.
        intention: String = "intention",
        /// The address.
        url: String = "url",
        /// The address that redirected here.
        redirected_from: Option<String> = "redirectedFrom",
        /// Whether it would happen outside the sandbox.
        request_sandbox_bypass: bool = "requestSandboxBypass",
        /// Why the sandbox is insufficient, according to the model.
        request_sandbox_bypass_reason: Option<String> = "requestSandboxBypassReason",
    }
    /// Call a tool of an MCP server (wire kind `mcp`).
    "mcp" Mcp(McpToolCall) {
        /// The server's name in the session's configuration.
        server_name: String = "serverName",
        /// The tool, prefixed with the server's name, such as `files-list`.
        tool_name: String = "toolName",
        /// The display name of the tool.
        tool_title: String = "toolTitle",
        /// The arguments of the call.
        args: Option<Value> = "args",
        /// Whether the server declares the tool read-only.
        read_only: bool = "readOnly",
        /// The CLI's recommendation, such as `approve`.
        permission_recommendation: Option<String> = "permissionRecommendation",
    }
    /// Call a tool of this program or of another client (wire kind `custom-tool`).
    "custom-tool" CustomTool(CustomToolCall) {
        /// The tool.
        tool_name: String = "toolName",
        /// The tool's description.
        tool_description: String = "toolDescription",
        /// The arguments of the call.
        args: Option<Value> = "args",
        /// Whether the tool was registered to run without asking.
        skip_permission: bool = "skipPermission",
    }
    /// Store or rate a fact for later sessions (wire kind `memory`).
    "memory" Memory(MemoryChange) {
        /// Store or rate; absent means store.
        action: Option<MemoryAction> = "action",
        /// The subject of the fact.
        subject: Option<String> = "subject",
        /// The fact.
        fact: String = "fact",
        /// The source of the fact.
        citations: Option<String> = "citations",
        /// The rating.
        direction: Option<MemoryDirection> = "direction",
        /// The reason for the rating.
        reason: Option<String> = "reason",
        /// The repository it belongs to, as `owner/name`.
        repo_nwo: Option<String> = "repoNwo",
        /// The scope of the fact.
        scope: Option<MemoryScope> = "scope",
    }
    /// Call a tool for which a `pre_tool_use` hook requested a decision (wire kind `hook`).
    "hook" Hook(HookQuestion) {
        /// The tool.
        tool_name: String = "toolName",
        /// The arguments of the call.
        tool_args: Option<Value> = "toolArgs",
        /// The hook's reason for asking.
        hook_message: Option<String> = "hookMessage",
        /// The directory of the session.
        working_directory: Option<String> = "workingDirectory",
    }
    /// Install, change or remove an extension (wire kind `extension-management`).
    "extension-management" ExtensionManagement(ExtensionManagement) {
        /// The operation.
        operation: String = "operation",
        /// The extension.
        extension_name: Option<String> = "extensionName",
    }
    /// Give an extension capabilities (wire kind `extension-permission-access`).
    "extension-permission-access" ExtensionPermissionAccess(ExtensionPermissionAccess) {
        /// The extension.
        extension_name: String = "extensionName",
        /// The capabilities.
        capabilities: Vec<String> = "capabilities",
    }
    /// Let an extension read environment variables (wire kind `extension-env-access`).
    "extension-env-access" ExtensionEnvAccess(ExtensionEnvAccess) {
        /// The extension.
        extension_name: String = "extensionName",
        /// The names of the variables.
        environment_variables: Vec<String> = "environmentVariables",
    }
    /// Run a factory, a workflow of several agents (wire kind `factory`).
    "factory" Factory(FactoryRun) {
        /// The operation.
        operation: FactoryOperation = "operation",
        /// The factory.
        name: String = "name",
        /// The description.
        description: String = "description",
        /// Its phases, in order.
        phases: Vec<FactoryPhase> = "phases",
        /// Maximum number of concurrent sub-agents.
        max_concurrent_subagents: Option<u64> = "maxConcurrentSubagents",
        /// Maximum total number of sub-agents.
        max_total_subagents: Option<u64> = "maxTotalSubagents",
        /// The time limit, in seconds.
        timeout_seconds: Option<f64> = "timeoutSeconds",
        /// Maximum cost in AI credits.
        max_ai_credits: Option<f64> = "maxAiCredits",
        /// The key under which an approval would be stored.
        approval_key: String = "approvalKey",
        /// Whether the approval can be stored.
        can_persist_approval: bool = "canPersistApproval",
    }
}

impl PermissionAction {
    /// Reads the action, and what stands beside it. `None` if it is unknown and nested too deeply
    /// to be kept.
    pub(super) fn read(json: &RawValue, beside: &mut Beside) -> Option<Self> {
        let kind = leading_text(json, "kind").unwrap_or_default();
        // Newer CLIs use the name `workflow` for the same request.
        let known = if kind == "workflow" { "factory" } else { &kind };
        if let Some(action) = Self::known(known, json, beside) {
            return Some(action);
        }
        beside.read(&mut UnknownAction, json)?;
        beside.is_whole = false;
        let json = serde_json::from_str(json.get()).ok()?;
        Some(Self::Other { kind: kind.into_owned(), json })
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

/// What stands beside the fields of every action.
#[derive(Debug, Default)]
pub(super) struct Beside {
    pub(super) tool_call_id: Option<ToolCallId>,
    pub(super) managed: Managed,
    /// Whether every field was understood.
    pub(super) is_whole: bool,
}

impl Beside {
    /// Reads a request; fields of the wrong shape are skipped. `None` for JSON that is too large.
    fn read(&mut self, action: &mut dyn ObjectSlot, json: &RawValue) -> Option<()> {
        let mut reading = Reading::default();
        let mut request = RequestSlot { action, beside: self };
        let is_read = reading.read(Slot::Object(&mut request), json.get())?;
        self.is_whole = is_read && reading.misfit.is_none();
        Some(())
    }
}

/// An action and what stands beside it.
struct RequestSlot<'a> {
    action: &'a mut dyn ObjectSlot,
    beside: &'a mut Beside,
}

impl ObjectSlot for RequestSlot<'_> {
    fn field(&mut self, key: &str, bit: &mut u64) -> Slot<'_> {
        match key {
            "toolCallId" => self.beside.tool_call_id.slot(),
            "managedApprovalRequired" => Slot::Json(&mut self.beside.managed),
            _ => self.action.field(key, bit),
        }
    }

    fn other(&mut self, key: &str, value: &mut dyn UnreadValue) -> Option<bool> {
        self.action.other(key, value)
    }

    fn missing(&self, read: u64) -> Option<&'static str> {
        self.action.missing(read)
    }
}

/// Whether a managed policy requires a person: unless the CLI says no, any value means yes.
#[derive(Debug, Default)]
pub(super) struct Managed(pub(super) bool);

impl JsonSlot for Managed {
    fn json(&mut self, json: &mut JsonScanner<'_>) -> Option<bool> {
        self.0 = json.raw()?.get() != "false";
        Some(true)
    }
}

/// An action of a kind that this version does not know.
struct UnknownAction;

impl ObjectSlot for UnknownAction {
    fn field(&mut self, _key: &str, _bit: &mut u64) -> Slot<'_> {
        Slot::Unknown
    }
}
