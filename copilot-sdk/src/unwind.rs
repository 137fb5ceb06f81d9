//! Catches panics of user code where it is called.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// Awaits `future` and turns a panic into its message. A panic during its drop is logged.
pub(crate) fn catch_unwind<F: Future + Unpin>(future: F) -> Caught<F> {
    Caught(Some(future))
}

/// Calls `function` and turns a panic into its message.
pub(crate) fn catch<T>(function: impl FnOnce() -> T) -> Result<T, String> {
    std::panic::catch_unwind(AssertUnwindSafe(function)).map_err(|panic| message(&*panic))
}

/// Not generic, so that it is compiled once.
fn run(function: &mut dyn FnMut()) -> Result<(), String> {
    catch(function)
}

/// A future that yields panics as output, see [`catch_unwind`].
pub(crate) struct Caught<F>(Option<F>);

impl<F> Caught<F> {
    fn end(&mut self) {
        if let Err(panic) = run(&mut || self.0 = None) {
            log_drop(&panic);
        }
    }
}

impl<F: Future + Unpin> Future for Caught<F> {
    type Output = Result<F::Output, String>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(future) = &mut self.0 else { return Poll::Pending };
        let mut polled = Poll::Pending;
        let output = match run(&mut || polled = Pin::new(&mut *future).poll(cx)) {
            Ok(()) => Ok(ready!(polled)),
            Err(panic) => Err(panic),
        };
        self.end();
        Poll::Ready(output)
    }
}

impl<F> Drop for Caught<F> {
    fn drop(&mut self) {
        self.end();
    }
}

/// Not generic, so that it is compiled once.
fn log_drop(panic: &str) {
    tracing::error!(panic, "a handler panicked while it was dropped");
}

fn message(panic: &(dyn Any + Send)) -> String {
    match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(text), _) => (*text).to_owned(),
        (_, Some(text)) => text.clone(),
        _ => "a panic without a message".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::catch_unwind;

    struct Grumpy;

    impl Drop for Grumpy {
        fn drop(&mut self) {
            panic!("leave me alone");
        }
    }

    #[tokio::test]
    async fn panics_end_in_the_output_and_those_of_a_drop_nowhere() {
        assert_eq!(catch_unwind(Box::pin(async { 42 })).await, Ok(42));
        let late = Box::pin(async {
            tokio::task::yield_now().await;
            panic!("late {}", 7)
        });
        assert_eq!(catch_unwind(late).await, Err::<(), _>("late 7".to_owned()));
        let mut dropped = catch_unwind(Box::pin(async {
            let _grumpy = Grumpy;
            std::future::pending::<()>().await;
        }));
        tokio::select! {
            biased;
            _ = &mut dropped => {}
            () = std::future::ready(()) => {}
        }
        drop(dropped);
    }
}
