//! The one error type of this crate.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::ids::SessionId;

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong while talking to the Copilot CLI.
///
/// The text says what was being done and what to do about it; causes are in
/// [`source`](StdError::source) only, and tokens and keys are in neither. Decide by
/// [`kind`](Error::kind), never by the text.
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
    rpc_code: Option<i64>,
    agent: AgentDetails,
}

/// What the agent says of a failure besides its text.
#[derive(Clone, Default)]
pub(crate) struct AgentDetails {
    pub(crate) error_type: Option<String>,
    pub(crate) error_code: Option<String>,
    pub(crate) status_code: Option<u16>,
    pub(crate) provider_request_id: Option<String>,
}

/// The kinds of [`Error`], by what a program can do about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The CLI could not be found, installed or started.
    Start,
    /// What was started does not speak this protocol.
    Handshake,
    /// The connection or the session is over.
    Closed,
    /// A consumer fell further behind than its budget; the session goes on.
    Lagged,
    /// The turn was aborted.
    Interrupted,
    /// There is no such session.
    NotFound,
    /// The CLI answered a call with an error.
    Rpc,
    /// The agent reported an error of the session: the model, the provider, the account.
    Session,
    /// The CLI sent something that cannot be understood.
    Protocol,
    /// The program asked for something impossible; found before it could do harm.
    Config,
    /// Nobody is signed in, and no provider brings a model.
    SignedOut,
    /// A time limit that the program set has passed.
    Timeout,
}

impl Error {
    /// What kind of failure this is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The session that it happened in, where there is one.
    pub fn session_id(&self) -> Option<&SessionId> {
        self.0.session_id.as_ref()
    }

    /// Every configuration problem that was found ([`ErrorKind::Config`]), one sentence each;
    /// otherwise empty.
    pub fn problems(&self) -> &[String] {
        &self.0.details.problems
    }

    /// The JSON-RPC error code of the CLI's answer ([`ErrorKind::Rpc`], and the kinds that are told
    /// apart from it).
    pub fn rpc_code(&self) -> Option<i64> {
        self.0.details.rpc_code
    }

    /// The agent's word for the failure ([`ErrorKind::Session`]; wire name `errorType`), such as
    /// `rate_limit`.
    pub fn error_type(&self) -> Option<&str> {
        self.0.details.agent.error_type.as_deref()
    }

    /// The agent's own code for the failure ([`ErrorKind::Session`]; wire name `errorCode`), finer
    /// than [`error_type`](Self::error_type) and absent for most failures.
    pub fn error_code(&self) -> Option<&str> {
        self.0.details.agent.error_code.as_deref()
    }

    /// The HTTP status of the model provider ([`ErrorKind::Session`]; wire name `statusCode`).
    pub fn status_code(&self) -> Option<u16> {
        self.0.details.agent.status_code
    }

    /// The model provider's id of the failed request ([`ErrorKind::Session`]; wire name
    /// `providerCallId`).
    pub fn provider_request_id(&self) -> Option<&str> {
        self.0.details.agent.provider_request_id.as_deref()
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

    /// A configuration error that lists every problem.
    pub(crate) fn config(problems: Vec<String>) -> Self {
        let message = match problems.as_slice() {
            [one] => one.clone(),
            many => format!("{} configuration problems:\n- {}", many.len(), many.join("\n- ")),
        };
        let mut error = Self::new(ErrorKind::Config, message);
        error.0.details.problems = problems;
        error
    }

    /// `Ok` when there are no problems, one error that lists all of them otherwise.
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

    /// The same failure, better understood; this one is its source.
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
        // `main` returns print this form: it reads as a sentence, with its causes.
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
