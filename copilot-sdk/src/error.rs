//! The error type of this crate.

mod exhausted;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

pub use exhausted::{
    BudgetLimit, BudgetScope, ExhaustedBudget, ModelSpending, Spent, ToolSpending,
};

use crate::ids::{RequestId, SessionId};
use crate::sealed::SealedArc;

/// A `Result` with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of this crate.
///
/// The text says what was attempted and how to fix it; causes are in [`source`](StdError::source)
/// only. Neither contains tokens or keys. Match on [`kind`](Error::kind), never on the text.
#[derive(Clone)]
pub struct Error(Box<Repr>);

#[derive(Clone)]
struct Repr {
    kind: ErrorKind,
    message: String,
    source: Option<Arc<dyn StdError + Send + Sync>>,
    session_id: Option<SessionId>,
    details: Details,
}

#[derive(Clone, Default)]
struct Details {
    problems: Vec<String>,
    pending_requests: Vec<RequestId>,
    rpc_code: Option<i64>,
    agent: AgentDetails,
    exhausted_budget: Option<SealedArc<ExhaustedBudget>>,
}

/// Details the agent reports about a failure, besides the text.
#[derive(Clone, Default)]
pub(crate) struct AgentDetails {
    pub(crate) error_type: Option<String>,
    pub(crate) error_code: Option<String>,
    pub(crate) status_code: Option<u16>,
    pub(crate) provider_request_id: Option<String>,
}

/// Kinds of [`Error`], grouped by what a program can do about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The CLI could not be found, installed or started.
    Start,
    /// The other side does not speak a supported protocol version.
    Handshake,
    /// The connection or the session is closed.
    Closed,
    /// A consumer exceeded its budget of undelivered events. The session continues.
    Lagged,
    /// The turn was aborted.
    Interrupted,
    /// There is no such session, or no such pending request.
    NotFound,
    /// The CLI answered a call with an error.
    Rpc,
    /// The agent reported an error, such as one of the model, the provider or the account.
    Session,
    /// The CLI sent an invalid message.
    Protocol,
    /// The configuration or an argument is invalid. Reported before anything is sent.
    Config,
    /// No user is signed in, and no provider is configured.
    SignedOut,
    /// A time limit elapsed.
    Timeout,
    /// Another program has the session open. The error names it, and until when at least.
    Busy,
    /// Another program has taken the session over. What this one was told is stored, is stored;
    /// anything later is not.
    Fenced,
    /// The session store failed, or what it holds cannot be read.
    Store,
    /// A [`Budget`](crate::budget::Budget) is exhausted. The turn was aborted, or not started.
    Budget,
    /// The turn waits for permissions that the policy left open
    /// ([`PermissionDecision::later`](crate::permission::PermissionDecision::later)). It goes on
    /// when [`Session::answer`](crate::Session::answer) has answered them.
    Pending,
}

impl Error {
    /// The kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The session the error belongs to, if any.
    pub fn session_id(&self) -> Option<&SessionId> {
        self.0.session_id.as_ref()
    }

    /// Every configuration problem, one sentence each ([`ErrorKind::Config`]); otherwise empty.
    pub fn problems(&self) -> &[String] {
        &self.0.details.problems
    }

    /// The permission requests that the turn waits for ([`ErrorKind::Pending`]); otherwise empty.
    pub fn pending_requests(&self) -> &[RequestId] {
        &self.0.details.pending_requests
    }

    /// The JSON-RPC error code of the response ([`ErrorKind::Rpc`] and the kinds refined from it).
    pub fn rpc_code(&self) -> Option<i64> {
        self.0.details.rpc_code
    }

    /// The type of the agent's error, such as `rate_limit` ([`ErrorKind::Session`]; wire name
    /// `errorType`).
    pub fn error_type(&self) -> Option<&str> {
        self.0.details.agent.error_type.as_deref()
    }

    /// The code of the agent's error, more specific than [`error_type`](Self::error_type) and often
    /// absent ([`ErrorKind::Session`]; wire name `errorCode`).
    pub fn error_code(&self) -> Option<&str> {
        self.0.details.agent.error_code.as_deref()
    }

    /// The HTTP status returned by the model provider ([`ErrorKind::Session`]; wire name
    /// `statusCode`).
    pub fn status_code(&self) -> Option<u16> {
        self.0.details.agent.status_code
    }

    /// The model provider's id of the failed request ([`ErrorKind::Session`]; wire name
    /// `providerCallId`).
    pub fn provider_request_id(&self) -> Option<&str> {
        self.0.details.agent.provider_request_id.as_deref()
    }

    /// The budget that is exhausted, and what was spent ([`ErrorKind::Budget`]).
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::budget::Budget;
    ///
    /// let asked = session.ask("Find the bug").budget(Budget::new().tokens(100_000)).await;
    /// if let Err(error) = asked
    ///     && let Some(budget) = error.exhausted_budget()
    /// {
    ///     println!("{} tokens did not suffice", budget.spent.tokens);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn exhausted_budget(&self) -> Option<&ExhaustedBudget> {
        self.0.details.exhausted_budget.as_deref()
    }

    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Repr {
            kind,
            message: message.into(),
            source: None,
            session_id: None,
            details: Details::default(),
        }))
    }

    /// Creates a configuration error that lists every problem.
    pub(crate) fn config(problems: Vec<String>) -> Self {
        let message = match problems.as_slice() {
            [one] => one.clone(),
            many => format!("{} configuration problems:\n- {}", many.len(), many.join("\n- ")),
        };
        let mut error = Self::new(ErrorKind::Config, message);
        error.0.details.problems = problems;
        error
    }

    pub(crate) fn exhausted(budget: ExhaustedBudget) -> Self {
        let mut error = Self::new(ErrorKind::Budget, budget.to_string());
        error.0.details.exhausted_budget = Some(SealedArc::new(budget));
        error
    }

    /// Returns `Ok` if there are no problems, otherwise one error that lists all of them.
    pub(crate) fn check(problems: Vec<String>) -> Result<()> {
        if problems.is_empty() { Ok(()) } else { Err(Self::config(problems)) }
    }

    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(source.into().into());
        self
    }

    /// Wraps this error in a more specific one, which has it as its source.
    pub(crate) fn refined(self, kind: ErrorKind, message: impl Into<String>) -> Self {
        let mut error = Self::new(kind, message);
        error.0.details.rpc_code = self.rpc_code();
        error.with_source(self)
    }

    pub(crate) fn in_session(mut self, id: &SessionId) -> Self {
        self.0.session_id = Some(id.clone());
        self
    }

    pub(crate) fn with_rpc_code(mut self, code: i64) -> Self {
        self.0.details.rpc_code = Some(code);
        self
    }

    pub(crate) fn with_pending_requests(mut self, ids: Vec<RequestId>) -> Self {
        self.0.details.pending_requests = ids;
        self
    }

    pub(crate) fn with_agent_details(mut self, agent: AgentDetails) -> Self {
        self.0.details.agent = agent;
        self
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Start => "start",
            Self::Handshake => "handshake",
            Self::Closed => "closed",
            Self::Lagged => "lagged",
            Self::Interrupted => "interrupted",
            Self::NotFound => "not found",
            Self::Rpc => "rpc",
            Self::Session => "session",
            Self::Protocol => "protocol",
            Self::Config => "config",
            Self::SignedOut => "signed out",
            Self::Timeout => "timeout",
            Self::Busy => "busy",
            Self::Fenced => "fenced",
            Self::Store => "store",
            Self::Budget => "budget",
            Self::Pending => "pending",
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An error returned from `main` is printed in this form, so it reads as a sentence with its
        // causes.
        write!(f, "{} ({:?})", self.0.message, self.0.kind)?;
        let mut cause = self.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| &**source as &(dyn StdError + 'static))
    }
}
