//! Operations that block their thread.

use super::error::{FsError, FsResult};

/// Runs what blocks its thread. It runs to its end even if nobody waits for it any more.
pub(super) async fn blocking<T: Send + 'static>(
    operation: impl FnOnce() -> FsResult<T> + Send + 'static,
) -> FsResult<T> {
    let outcome = tokio::task::spawn_blocking(operation).await;
    outcome
        .unwrap_or_else(|error| Err(FsError::new("the operation did not end").with_source(error)))
}
