//! Handlers: async functions and closures that answer the agent's questions.
//!
//! The `on_*` setters that answer a question of the agent, and
//! [`permission::ask`](crate::permission::ask), take a [`Handler`]: an async function or closure of
//! one owned value.
//!
//! Each question is handled in its own task. Even so, a handler should not block its thread,
//! because other tasks of the runtime may be waiting for it. Use `tokio::task::spawn_blocking` for
//! blocking work, such as reading a line from the terminal.
//!
//! A handler's future is dropped if the question no longer needs an answer: the turn was aborted,
//! another client answered, or the session was disconnected.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use futures_core::future::BoxFuture;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::ids::SessionId;
use crate::payload::{SessionQuestion, read_question};
use crate::unwind::catch_unwind;

/// The error of a handler: anything that `?` can turn into a boxed error.
pub type HandlerError = Box<dyn Error + Send + Sync>;

/// An async function or closure that takes one owned value.
///
/// Implemented for every such function; do not implement it yourself. A closure that captures
/// values clones them for each call:
///
/// ```
/// # use std::sync::Arc;
/// # use copilot_sdk::permission::{self, PermissionDecision};
/// let allowed = Arc::new(vec!["/srv/data".to_owned()]);
/// let policy = permission::ask(move |request| {
///     let allowed = allowed.clone();
///     async move {
///         if allowed.iter().any(|folder| request.is_inside(folder)) {
///             PermissionDecision::ApproveOnce
///         } else {
///             PermissionDecision::reject("only /srv/data is open to you")
///         }
///     }
/// });
/// # drop(policy);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot handle `{In}`",
    label = "not an async function of one `{In}` that can be called again and again",
    note = "a handler is an `async fn` or a closure that takes one owned value: `|request| async \
            move {{ .. }}`",
    note = "`async move |x| ..` cannot be called again when it captures values; \
            clone them for each call: `move |x| {{ let db = db.clone(); async move {{ .. }} }}`"
)]
pub trait Handler<In, Fut>: Fn(In) -> Fut + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<F, In, Fut> Handler<In, Fut> for F where F: Fn(In) -> Fut + Send + Sync + 'static {}

/// The return type of a handler: the answer, or a `Result` of it with any error. Sealed.
#[diagnostic::on_unimplemented(
    message = "this handler must return `{T}`, not `{Self}`",
    label = "returns `{Self}`",
    note = "return `{T}`, or a `Result` of it"
)]
pub trait IntoAnswer<T>: sealed::Sealed<T> {
    /// Converts into the answer or an error.
    ///
    /// # Errors
    ///
    /// The error that the handler returned.
    fn into_answer(self) -> Result<T, HandlerError>;
}

mod sealed {
    pub trait Sealed<T> {}
}

impl<T> sealed::Sealed<T> for T {}
impl<T, E> sealed::Sealed<T> for Result<T, E> {}

#[diagnostic::do_not_recommend]
impl<T> IntoAnswer<T> for T {
    fn into_answer(self) -> Result<T, HandlerError> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T, E: Into<HandlerError>> IntoAnswer<T> for Result<T, E> {
    fn into_answer(self) -> Result<T, HandlerError> {
        self.map_err(Into::into)
    }
}

/// A handler of any type, shared by all calls.
pub(crate) struct BoxHandler<In, Out>(
    Arc<dyn Fn(In) -> BoxFuture<'static, Result<Out, HandlerError>> + Send + Sync>,
);

impl<In: Send + 'static, Out: Send + 'static> BoxHandler<In, Out> {
    pub(crate) fn new<Fut>(handler: impl Handler<In, Fut>) -> Self
    where
        Fut: Future<Output: IntoAnswer<Out>> + Send + 'static,
    {
        Self::with(handler, IntoAnswer::into_answer)
    }

    /// Creates a handler whose output is converted by something other than [`IntoAnswer`].
    pub(crate) fn with<Fut>(
        handler: impl Handler<In, Fut>,
        read: fn(Fut::Output) -> Result<Out, HandlerError>,
    ) -> Self
    where
        Fut: Future + Send + 'static,
    {
        let handler = Arc::new(handler);
        Self(Arc::new(move |input| {
            let handler = handler.clone();
            // Formatting an error runs user code as well, so it happens here, where panics are
            // caught.
            Box::pin(async move {
                read(handler(input).await).map_err(|error| RenderedError::of(&*error).into())
            })
        }))
    }

    /// Runs the handler. A panic is returned as an error.
    ///
    /// # Errors
    ///
    /// The handler's error, or the message of its panic.
    pub(crate) fn call(
        &self,
        input: In,
    ) -> impl Future<Output = Result<Out, HandlerError>> + Send + use<In, Out> {
        // Outside of the future, which would have room for the input twice.
        let running = catch_unwind((self.0)(input));
        async { running.await.unwrap_or_else(|panic| Err(panicked(&panic))) }
    }

    /// A handler of the same questions that reads them itself, and writes the answers. A program
    /// has the code for that only of the kinds of questions that it answers.
    pub(crate) fn of_unread(self) -> QuestionHandler
    where
        In: SessionQuestion,
        Out: Serialize,
    {
        BoxHandler(Arc::new(move |UnreadQuestion { session_id, params }| {
            let handler = self.clone();
            Box::pin(async move {
                let input = read_question(&session_id, Some(&params));
                let input = input.map_err(|error| unreadable(&error))?;
                Ok(to_raw_value(&handler.call(input).await?)?)
            })
        }))
    }
}

/// A question as it came, of a session.
pub(crate) struct UnreadQuestion {
    session_id: SessionId,
    params: Box<RawValue>,
}

/// A handler of one kind of questions, by [`BoxHandler::of_unread`].
pub(crate) type QuestionHandler = BoxHandler<UnreadQuestion, Box<RawValue>>;

impl QuestionHandler {
    /// Reads a question, runs the handler, and returns the answer as JSON.
    ///
    /// # Errors
    ///
    /// If the question cannot be read, and those of [`call`](Self::call).
    pub(crate) fn answer(
        &self,
        session_id: &SessionId,
        params: Box<RawValue>,
    ) -> BoxFuture<'static, Result<Box<RawValue>, HandlerError>> {
        // Not caught here as well: the handler that was boxed has caught its panics.
        (self.0)(UnreadQuestion { session_id: session_id.clone(), params })
    }
}

/// Not generic, so that it is compiled once; as is the next.
fn panicked(panic: &str) -> HandlerError {
    format!("the handler panicked: {panic}").into()
}

fn unreadable(error: &serde_json::Error) -> HandlerError {
    format!("the question cannot be read: {error}").into()
}

/// The text of an error and of its causes.
#[derive(Debug)]
struct RenderedError {
    text: String,
    cause: Option<Box<RenderedError>>,
}

impl RenderedError {
    fn of(error: &(dyn Error + 'static)) -> Self {
        Self {
            text: error.to_string(),
            cause: error.source().map(|cause| Box::new(Self::of(cause))),
        }
    }
}

impl fmt::Display for RenderedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for RenderedError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

impl<In, Out> Clone for BoxHandler<In, Out> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<In, Out> fmt::Debug for BoxHandler<In, Out> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handler")
    }
}

#[cfg(test)]
mod tests {
    use super::{BoxHandler, HandlerError};

    /// An error whose `Display` panics.
    #[derive(Debug)]
    struct Unspeakable;

    impl std::fmt::Display for Unspeakable {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            panic!("no words")
        }
    }

    impl std::error::Error for Unspeakable {}

    async fn double(number: u32) -> u32 {
        number * 2
    }

    async fn told(handler: BoxHandler<u32, u32>) -> Result<u32, String> {
        handler.call(21).await.map_err(|error: HandlerError| error.to_string())
    }

    #[tokio::test]
    async fn functions_closures_and_results_are_handlers() {
        let offset = std::sync::Arc::new(21);
        assert_eq!(told(BoxHandler::new(double)).await, Ok(42));
        assert_eq!(told(BoxHandler::new(async |number| number + 21)).await, Ok(42));
        assert_eq!(
            told(BoxHandler::new(move |number| {
                let offset = offset.clone();
                async move { number + *offset }
            }))
            .await,
            Ok(42)
        );
        assert_eq!(
            told(BoxHandler::new(|_| async { "x".parse::<u32>() })).await,
            Err("invalid digit found in string".into())
        );
    }

    #[tokio::test]
    async fn a_panic_is_an_error_wherever_it_happens() {
        let before: BoxHandler<u32, u32> = BoxHandler::new(|number| {
            assert!(number == 0, "odd {number}");
            async { 0 }
        });
        assert_eq!(told(before).await, Err("the handler panicked: odd 21".into()));

        let within: BoxHandler<u32, u32> = BoxHandler::new(|number| async move {
            tokio::task::yield_now().await;
            assert!(number == 0, "even later");
            0
        });
        assert_eq!(told(within).await, Err("the handler panicked: even later".into()));

        let afterwards = BoxHandler::new(|_| async { Err::<u32, _>(Unspeakable) });
        assert_eq!(told(afterwards).await, Err("the handler panicked: no words".into()));
    }
}
