//! Whether the CLI is still there: one that is stopped or hangs counts as dead, and one that has
//! exited is gone also while another process holds its stdout.

use std::time::Duration;

use serde_json::Map;
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

use crate::closed::Closed;
use crate::connection::Heard;
use crate::error::ErrorKind;
use crate::jsonrpc::Peer;
use crate::transport::process::{GracePeriod, Process};

/// How long the pipe may stay open after the CLI has exited and everything it left is gone.
const EXIT_GRACE: Duration = Duration::from_secs(2);

/// Ends the connection when nothing comes from the CLI for `quiet`, and a ping in the same time
/// once more brings nothing either. Any byte counts as life.
pub(super) fn watch_answers(
    quiet: Duration,
    peer: Peer,
    heard: Heard,
    process: Option<Process>,
) -> AbortHandle {
    let watch = async move {
        let mut last = heard.count();
        loop {
            sleep(quiet).await;
            if heard.count() == last && !answers(&peer, &heard, quiet).await {
                break;
            }
            last = heard.count();
        }
        let reason = format!("the copilot cli hangs: nothing came from it for {:?}", 2 * quiet);
        if let Some(process) = process {
            process.end(GracePeriod::Short);
        }
        peer.break_off(Closed::new(ErrorKind::Timeout, reason));
    };
    tokio::spawn(watch).abort_handle()
}

async fn answers(peer: &Peer, heard: &Heard, limit: Duration) -> bool {
    let before = heard.count();
    // An error is an end that others see as well.
    let _ = timeout(limit, peer.call_raw("ping", Map::new())).await;
    peer.closed().is_some() || heard.count() != before
}

/// Ends the connection some time after the CLI has exited.
pub(super) fn watch_exit(peer: Peer, process: Process) -> AbortHandle {
    let watch = async move {
        let exit = process.exited().await;
        sleep(EXIT_GRACE).await;
        let reason = format!("the copilot cli ended ({exit})");
        peer.break_off(Closed::new(ErrorKind::Closed, reason));
    };
    tokio::spawn(watch).abort_handle()
}
