use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::{fmt, iter};

use super::action::PermissionAction;
use super::decision::{NEUTRAL, PermissionDecision};
use super::pattern::Wildcard;
use super::request::{PermissionRequest, ToolConsent};
use super::shell::{self, CommandPattern};
use crate::handler::{BoxHandler, Handler, HandlerError, IntoAnswer};

/// A policy for permission requests: a list of rules, of which the first matching one decides.
///
/// The default policy is [`allow_own_tools`]: registering a tool is consent to run it.
#[derive(Clone)]
#[must_use]
pub struct Policy {
    rules: Vec<Rule>,
}

#[derive(Clone)]
enum Rule {
    SessionOptions { name: Arc<str>, decide: Arc<Decide> },
    Ask(BoxHandler<PermissionRequest, PermissionDecision>),
}

type Decide = dyn Fn(&PermissionRequest) -> Option<PermissionDecision> + Send + Sync;

impl Policy {
    /// Appends the rules of another policy.
    pub fn or(mut self, next: Policy) -> Self {
        self.rules.extend(next.rules);
        self
    }

    /// Decides a request. Rejects it with a neutral sentence if no rule matches.
    ///
    /// If a handler of [`ask`] fails or panics, the decision is
    /// [`UserNotAvailable`](PermissionDecision::UserNotAvailable).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops those of the policy's own functions.
    pub async fn decide(&self, request: &PermissionRequest) -> PermissionDecision {
        self.opinion(request).await.unwrap_or_else(PermissionDecision::denied)
    }

    pub(super) async fn opinion(&self, request: &PermissionRequest) -> Option<PermissionDecision> {
        for rule in &self.rules {
            match rule {
                Rule::SessionOptions { decide, .. } => {
                    if let Some(decision) = decide(request) {
                        return Some(decision);
                    }
                }
                Rule::Ask(handler) => return Some(asked(handler, request).await),
            }
        }
        None
    }

    fn plain(
        name: impl Into<Arc<str>>,
        decide: impl Fn(&PermissionRequest) -> Option<PermissionDecision> + Send + Sync + 'static,
    ) -> Self {
        Self { rules: vec![Rule::SessionOptions { name: name.into(), decide: Arc::new(decide) }] }
    }

    /// A rule that approves without asking a person, which a managed policy may forbid.
    fn allow(
        name: impl Into<Arc<str>>,
        matches: impl Fn(&PermissionRequest) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self::plain(name, move |request| {
            (!request.managed_approval_required && matches(request))
                .then_some(PermissionDecision::ApproveOnce)
        })
    }
}

impl Default for Policy {
    fn default() -> Self {
        allow_own_tools()
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (separator, rule) in iter::once("").chain(iter::repeat(" or ")).zip(&self.rules) {
            let name = match rule {
                Rule::SessionOptions { name, .. } => name,
                Rule::Ask(_) => "ask",
            };
            write!(f, "{separator}{name}")?;
        }
        Ok(())
    }
}

/// Approves every request except those a managed policy reserves for a person.
///
/// The agent can then run any command as this user. For sandboxes and containers only.
pub fn approve_all() -> Policy {
    Policy::allow("approve_all", |_| true)
}

/// Denies everything with a neutral sentence for the model.
pub fn deny_all() -> Policy {
    Policy::plain("deny_all", |_| Some(PermissionDecision::denied()))
}

/// Approves the tools registered by this program, except those marked `#[tool(ask)]`.
pub fn allow_own_tools() -> Policy {
    Policy::allow("allow_own_tools", |request| {
        matches!(request.action, PermissionAction::CustomTool(_))
            && request.consent() == ToolConsent::Given
    })
}

/// Approves custom tools and MCP tools by name; `*` matches any characters.
///
/// MCP tools are prefixed with their server's name: `files-list`. `files-*` also matches the tools
/// of a server named `files-x`; to allow all tools of one server, use [`allow_servers`]. Requests
/// for the CLI's own tools state the action, not the name of the tool: see [`allow_shell`] and
/// [`allow_read_only`]. Tools that a hook asks about do not match.
pub fn allow_tools<T: Into<String>>(names: impl IntoIterator<Item = T>) -> Policy {
    let names: Vec<_> = names.into_iter().map(Wildcard::new).collect();
    Policy::allow(named("allow_tools", &names), move |request| match &request.action {
        PermissionAction::CustomTool(call) => {
            names.iter().any(|name| name.matches(&call.tool_name))
        }
        PermissionAction::Mcp(call) => names.iter().any(|name| name.matches(&call.tool_name)),
        _ => false,
    })
}

/// Approves every tool of these MCP servers, named as in the session's configuration.
///
/// ```
/// use copilot_sdk::permission;
///
/// let policy = permission::allow_own_tools().or(permission::allow_servers(["files"]));
/// ```
pub fn allow_servers<T: Into<String>>(names: impl IntoIterator<Item = T>) -> Policy {
    let names: Vec<String> = names.into_iter().map(Into::into).collect();
    Policy::allow(format!("allow_servers({names:?})"), move |request| match &request.action {
        PermissionAction::Mcp(call) => names.contains(&call.server_name),
        _ => false,
    })
}

/// Approves read-only actions: reading files, shell commands that the CLI considers read-only, and
/// MCP tools that their server declares read-only.
///
/// Shell commands that write to a file, contact an address or carry a warning do not match, nor
/// does anything that leaves the sandbox. Every file may be read, even outside the working
/// directory: precede this with [`deny`] to exclude some, see [`PermissionRequest::touches`]. Not
/// approved are the kernel's files in `/proc`, `/sys` and `/dev`, even through a link, which
/// include the environment of the CLI with its secrets, and the directories above them, because a
/// search there would read them. CLI 1.0.102 considers no command read-only, so no shell command
/// matches: list commands in [`allow_shell`].
pub fn allow_read_only() -> Policy {
    Policy::allow("allow_read_only", |request| {
        request.is_whole()
            && !request.action.leaves_sandbox()
            && match &request.action {
                PermissionAction::Read(_) => request.is_about_plain_files(),
                PermissionAction::Shell(command) => shell::is_read_only(command),
                PermissionAction::Mcp(call) => call.read_only,
                _ => false,
            }
    })
}

/// Approves shell commands by pattern; `*` matches any characters, including arguments and further
/// words.
///
/// Every command of a line must match: with `["git status", "wc -l"]`, `git status | wc -l` is
/// approved and `git status; rm -r .` is not. Differences in blanks, and redirections between
/// stdout and stderr or to `/dev/null`, are ignored. A line for `bash`, `sh`, `dash` or `zsh` with
/// anything but plain commands matches no pattern: substitutions, redirections into files,
/// subshells, comments, `{1..9}`, history (`!`), commands with a warning. Of PowerShell, only one
/// command of plain words is understood: the name of a program on `PATH`, and arguments of letters,
/// digits and `-_./\:=+`, separated by one blank each. No line for another shell matches, such as
/// one for cmd.
///
/// Variables set for a command match if the pattern names them, in the same order:
/// `RUST_LOG=* cargo test` approves `RUST_LOG=debug cargo test`. Use `*` only for variables that
/// are harmless with any value.
///
/// Prefer complete commands. A `*` approves anything in its place: `git diff*` matches
/// `git difftool -x 'cmd'` and `git diff --output=file`, `find *` can delete files, and `printf *`
/// and `[ *` can run commands, because some builtins evaluate their arguments.
///
/// ```
/// use copilot_sdk::permission;
///
/// let policy = permission::allow_shell(["cargo check", "git status", "git diff --stat"]);
/// ```
pub fn allow_shell<T: Into<String>>(patterns: impl IntoIterator<Item = T>) -> Policy {
    let patterns: Vec<_> = patterns.into_iter().map(CommandPattern::new).collect();
    let written: Vec<_> = patterns.iter().map(CommandPattern::as_str).collect();
    Policy::allow(format!("allow_shell({written:?})"), move |request| match &request.action {
        PermissionAction::Shell(command) => {
            request.is_whole()
                && !request.action.leaves_sandbox()
                && shell::is_allowed(command, &patterns)
        }
        _ => false,
    })
}

/// Approves reading and writing files in these directories, with links and `..` resolved.
///
/// All files of a request must be inside the same directory, see [`PermissionRequest::is_inside`].
/// Shell commands do not match, nor does anything that leaves the sandbox.
///
/// ```
/// use copilot_sdk::permission;
///
/// let policy =
///     permission::allow_own_tools().or(permission::allow_paths_in(["/srv/data", "/srv/scratch"]));
/// ```
pub fn allow_paths_in<T: Into<PathBuf>>(directories: impl IntoIterator<Item = T>) -> Policy {
    let directories: Vec<PathBuf> = directories.into_iter().map(Into::into).collect();
    Policy::allow(format!("allow_paths_in({directories:?})"), move |request| {
        let is_inside = directories.iter().any(|directory| request.is_inside(directory));
        request.is_whole() && !request.action.leaves_sandbox() && is_inside
    })
}

/// Approves the requests for which the condition holds.
///
/// ```
/// use copilot_sdk::permission;
///
/// let policy = permission::allow_when(|request| request.kind() == "memory");
/// ```
pub fn allow_when(
    condition: impl Fn(&PermissionRequest) -> bool + Send + Sync + 'static,
) -> Policy {
    Policy::allow("allow_when", condition)
}

/// Leaves requests to the other clients of the session, for clients that only watch, or as the last
/// rule of those that decide only some requests.
///
/// If no other client decides, the agent waits forever.
///
/// ```
/// use copilot_sdk::permission;
///
/// let policy = permission::allow_own_tools().or(permission::leave_to_others());
/// ```
pub fn leave_to_others() -> Policy {
    Policy::plain("leave_to_others", |_| Some(PermissionDecision::LeaveToAnotherClient))
}

/// Leaves requests open until a person answers, in hours or days: see
/// [`PermissionDecision::later`]. As the last rule, for what no rule before it decides.
///
/// ```
/// use copilot_sdk::permission;
///
/// // What a managed policy reserves for a person waits for one.
/// let policy = permission::approve_all().or(permission::later());
/// ```
pub fn later() -> Policy {
    Policy::plain("later", |_| Some(PermissionDecision::later()))
}

/// Denies the requests for which the condition holds. The model gets the feedback, and the turn
/// continues.
///
/// ```
/// use copilot_sdk::permission;
///
/// let policy = permission::deny(|request| request.kind() == "url", "there is no network here")
///     .or(permission::approve_all());
/// ```
pub fn deny(
    condition: impl Fn(&PermissionRequest) -> bool + Send + Sync + 'static,
    feedback: impl Into<String>,
) -> Policy {
    let feedback = feedback.into();
    let feedback = if feedback.trim().is_empty() { NEUTRAL.to_owned() } else { feedback };
    Policy::plain("deny", move |request| {
        condition(request).then(|| PermissionDecision::reject(feedback.clone()))
    })
}

/// Lets an async function or closure decide, for example by asking a person. Rules after it are
/// never reached.
///
/// ```
/// use copilot_sdk::permission::{self, PermissionAction, PermissionDecision};
///
/// let policy = permission::ask(async |request| match request.action {
///     PermissionAction::Shell(shell) if shell.full_command_text == "make" => {
///         PermissionDecision::ApproveInteractively
///     }
///     _ => PermissionDecision::reject("only `make` may run"),
/// });
/// ```
pub fn ask<Fut>(handler: impl Handler<PermissionRequest, Fut>) -> Policy
where
    Fut: Future<Output: IntoAnswer<PermissionDecision>> + Send + 'static,
{
    Policy { rules: vec![Rule::Ask(BoxHandler::new(handler))] }
}

/// A stateful handler of permission requests, for [`ask_handler`].
///
/// ```
/// use std::path::PathBuf;
///
/// use copilot_sdk::handler::HandlerError;
/// use copilot_sdk::permission::{self, PermissionDecision, PermissionHandler, PermissionRequest};
///
/// struct Reviewed {
///     folder: PathBuf,
/// }
///
/// impl PermissionHandler for Reviewed {
///     async fn decide(
///         &self,
///         request: PermissionRequest,
///     ) -> Result<PermissionDecision, HandlerError> {
///         Ok(if request.is_inside(&self.folder) {
///             PermissionDecision::ApproveOnce
///         } else {
///             PermissionDecision::UserNotAvailable
///         })
///     }
/// }
///
/// let policy = permission::ask_handler(Reviewed { folder: "/srv/data".into() });
/// ```
pub trait PermissionHandler: Send + Sync + 'static {
    /// Decides a request.
    ///
    /// # Errors
    ///
    /// Any failure; the agent is told that no user is available.
    fn decide(
        &self,
        request: PermissionRequest,
    ) -> impl Future<Output = Result<PermissionDecision, HandlerError>> + Send;
}

impl<H: PermissionHandler> PermissionHandler for Arc<H> {
    fn decide(
        &self,
        request: PermissionRequest,
    ) -> impl Future<Output = Result<PermissionDecision, HandlerError>> + Send {
        (**self).decide(request)
    }
}

impl<H: PermissionHandler> PermissionHandler for Box<H> {
    fn decide(
        &self,
        request: PermissionRequest,
    ) -> impl Future<Output = Result<PermissionDecision, HandlerError>> + Send {
        (**self).decide(request)
    }
}

/// Like [`ask`], with a stateful handler.
pub fn ask_handler(handler: impl PermissionHandler) -> Policy {
    let handler = Arc::new(handler);
    ask(move |request| {
        let handler = handler.clone();
        async move { handler.decide(request).await }
    })
}

async fn asked(
    handler: &BoxHandler<PermissionRequest, PermissionDecision>,
    request: &PermissionRequest,
) -> PermissionDecision {
    handler.call(request.clone()).await.unwrap_or_else(|error| {
        tracing::error!(
            session_id = %request.session_id, kind = request.kind(), error = &*error,
            "the permission handler failed; the agent is told that no user is available"
        );
        PermissionDecision::UserNotAvailable
    })
}

fn named(function: &str, patterns: &[Wildcard]) -> String {
    format!("{function}({:?})", patterns.iter().map(Wildcard::as_str).collect::<Vec<_>>())
}
