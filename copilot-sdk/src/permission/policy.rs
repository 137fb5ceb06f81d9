use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::{fmt, iter};

use super::action::PermissionAction;
use super::decision::{NEUTRAL, PermissionDecision};
use super::pattern::Pattern;
use super::request::{PermissionRequest, ToolConsent};
use super::shell::{self, CommandPattern};
use crate::handler::{BoxHandler, Handler, HandlerError, IntoAnswer};

/// Rules that decide permission requests, in order: the first that has an opinion wins.
///
/// The default policy is [`allow_own_tools`]: registering a tool is the consent to its use.
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
    /// Adds the rules of another policy behind these.
    pub fn or(mut self, next: Policy) -> Self {
        self.rules.extend(next.rules);
        self
    }

    /// The answer to a request; a neutral rejection when no rule has an opinion.
    ///
    /// A handler of [`ask`] that fails or panics gives
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

    /// A rule that approves by itself, which a managed policy may forbid.
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

/// Approves everything, except what a managed policy wants a person to decide.
///
/// The agent can then run any command as this user: for sandboxes and containers only.
pub fn approve_all() -> Policy {
    Policy::allow("approve_all", |_| true)
}

/// Denies everything with a neutral sentence for the model.
pub fn deny_all() -> Policy {
    Policy::plain("deny_all", |_| Some(PermissionDecision::denied()))
}

/// Approves the tools that this program registered, except those marked `#[tool(ask)]`.
pub fn allow_own_tools() -> Policy {
    Policy::allow("allow_own_tools", |request| {
        matches!(request.action, PermissionAction::CustomTool(_))
            && request.consent() == ToolConsent::Given
    })
}

/// Approves custom tools and MCP tools by name; `*` stands for any characters.
///
/// MCP tools carry their server's name: `files-list`. `files-*` also matches the tools of a server
/// named `files-x`; for all of one server, use [`allow_servers`]. The CLI's own tools are asked for
/// by what they do, not by name: see [`allow_shell`] and [`allow_read_only`]. A tool that a hook
/// wants asked about does not match.
pub fn allow_tools<T: Into<String>>(names: impl IntoIterator<Item = T>) -> Policy {
    let names: Vec<_> = names.into_iter().map(Pattern::new).collect();
    Policy::allow(named("allow_tools", &names), move |request| match &request.action {
        PermissionAction::CustomTool(call) => {
            names.iter().any(|name| name.matches(&call.tool_name))
        }
        PermissionAction::Mcp(call) => names.iter().any(|name| name.matches(&call.tool_name)),
        _ => false,
    })
}

/// Approves every tool of these MCP servers, by their names in the session's configuration.
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

/// Approves what changes nothing: reading files, shell commands that the CLI knows to be read-only,
/// and MCP tools that their server declares read-only.
///
/// Shell commands that write into a file, contact an address or carry a warning do not match, nor
/// does anything that leaves the sandbox. Every file may be read, also outside of the working
/// directory: put [`deny`] in front to exclude some, see [`PermissionRequest::touches`]. Not what
/// the kernel shows in `/proc`, `/sys` and `/dev`, also by way of a link, nor the directories above
/// them, because a search in those reads it: the environment of the CLI is there, with its secrets.
/// CLI 1.0.102 knows no command to be read-only, so that no shell command matches: name those in
/// [`allow_shell`].
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

/// Approves shell commands by pattern; `*` stands for any characters, arguments and further words
/// included.
///
/// Every command of a line has to match: with `["git status", "wc -l"]`, `git status | wc -l` is
/// approved and `git status; rm -r .` is not. A command matches as it is written, and also when
/// only blanks and redirections between stdout and stderr or to `/dev/null` make the difference. A
/// line in `bash`, `sh`, `dash` or `zsh` that is more than plain commands matches no pattern:
/// substitutions, redirections into files, subshells, comments, `{1..9}`, history (`!`), commands
/// with a warning; nor does any line for another shell.
///
/// Variables in front of a command match where the pattern names them, in its order:
/// `RUST_LOG=* cargo test` approves `RUST_LOG=debug cargo test`. Name only those with which no
/// value is harmful.
///
/// Name whole commands. A `*` approves whatever can be written in its place: `git diff*` matches
/// `git difftool -x 'cmd'` and `git diff --output=file`, `find *` can delete, and `printf *` and
/// `[ *` can run a command, because some builtins evaluate their arguments.
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

/// Approves reading and writing files in these directories, wherever links and `..` lead.
///
/// As [`PermissionRequest::is_inside`]: all files of a request have to lie in the same one. Shell
/// commands do not match, nor does anything that leaves the sandbox.
///
/// ```
/// use copilot_sdk::permission;
///
/// let policy = permission::allow_own_tools().or(permission::allow_paths_in(["/srv/data", "/srv/scratch"]));
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

/// Leaves everything to the other clients of the session: for one that only watches, or that
/// decides some things itself and puts this behind.
///
/// When no other client decides, the agent waits for ever.
///
/// ```
/// use copilot_sdk::permission;
///
/// let policy = permission::allow_own_tools().or(permission::leave_to_others());
/// ```
pub fn leave_to_others() -> Policy {
    Policy::plain("leave_to_others", |_| Some(PermissionDecision::LeaveToAnotherClient))
}

/// Denies the requests for which the condition holds; the model reads the feedback, and the turn
/// goes on.
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

/// Asks: an async function or closure decides, for example by asking a person. Rules behind it are
/// never reached.
///
/// ```
/// use copilot_sdk::permission::{self, PermissionAction, PermissionDecision};
///
/// let policy = permission::ask(async |request| match request.action {
///     PermissionAction::Shell(shell) if shell.full_command_text == "make" => PermissionDecision::ApproveInteractively,
///     _ => PermissionDecision::reject("only `make` may run"),
/// });
/// ```
pub fn ask<Fut>(handler: impl Handler<PermissionRequest, Fut>) -> Policy
where
    Fut: Future<Output: IntoAnswer<PermissionDecision>> + Send + 'static,
{
    Policy { rules: vec![Rule::Ask(BoxHandler::new(handler))] }
}

/// A handler with state that decides permission requests, for [`ask_handler`].
///
/// ```
/// use std::path::PathBuf;
///
/// use copilot_sdk::handler::HandlerError;
/// use copilot_sdk::permission::{self, PermissionDecision, PermissionHandler, PermissionRequest};
///
/// struct Reviewed { folder: PathBuf }
///
/// impl PermissionHandler for Reviewed {
///     async fn decide(&self, request: PermissionRequest) -> Result<PermissionDecision, HandlerError> {
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
    /// Any failure: the agent is told that nobody is available.
    fn decide(
        &self,
        request: PermissionRequest,
    ) -> impl Future<Output = Result<PermissionDecision, HandlerError>> + Send;
}

/// Asks a handler with state; as [`ask`] otherwise.
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
            "the permission handler failed; the agent is told that nobody is available"
        );
        PermissionDecision::UserNotAvailable
    })
}

fn named(function: &str, patterns: &[Pattern]) -> String {
    format!("{function}({:?})", patterns.iter().map(Pattern::as_str).collect::<Vec<_>>())
}
