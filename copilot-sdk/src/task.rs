//! Tasks of one type, so that the code that runs them is compiled once.

use futures_core::future::BoxFuture;
use tokio::task::JoinHandle;

/// Starts a task on the current runtime.
pub(crate) fn spawn(task: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    start(Box::pin(task))
}

fn start(task: BoxFuture<'static, ()>) -> JoinHandle<()> {
    tokio::spawn(task)
}
