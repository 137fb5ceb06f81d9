//! Liveness of the CLI: a stopped or hung CLI counts as dead, and an exited one as gone even if
//! another process holds its stdout open.

use std::time::Duration;

use serde_json::Map;
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

use crate::closed::Closed;
use crate::connection::{Connection, Heard};
use crate::error::{Error, ErrorKind, Result};
use crate::jsonrpc::Peer;
use crate::task::spawn;
use crate::transport::process::{GracePeriod, Process};

/// How long the CLI may be silent before it is pinged, and again until it counts as dead.
const QUIET: Duration = Duration::from_secs(15);
/// How long the pipe may stay open after the CLI and its descendants have exited.
const EXIT_GRACE: Duration = Duration::from_secs(2);

/// Closes the connection if the CLI sends nothing for `quiet` and does not answer a ping within the
/// same time again. Any byte counts as a sign of life.
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
            // Asked to end, one that is only stopped would wake, close its sessions in good order,
            // and with that end the turns that are to go on.
            process.end(GracePeriod::Zero);
        }
        peer.break_off(Closed::new(ErrorKind::Timeout, reason));
    };
    spawn(watch).abort_handle()
}

impl Connection {
    /// Waits for a response as long as the CLI keeps answering pings.
    pub(crate) async fn while_alive<T>(
        &self,
        answer: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let hangs = async {
            loop {
                sleep(QUIET).await;
                if !answers(&self.peer, &self.heard(), QUIET).await {
                    return;
                }
            }
        };
        tokio::select! {
            biased;
            answer = answer => answer,
            () = hangs => {
                let silence = 2 * QUIET;
                let text = format!("the copilot cli hangs: it has not answered for {silence:?}");
                Err(Error::new(ErrorKind::Timeout, text))
            }
        }
    }
}

async fn answers(peer: &Peer, heard: &Heard, limit: Duration) -> bool {
    let before = heard.count();
    // An error means that the connection ended, which its watchers see as well.
    let _ = timeout(limit, peer.call_raw("ping", Map::new())).await;
    peer.closed().is_some() || heard.count() != before
}

/// Closes the connection once the CLI has exited and the grace period has elapsed.
pub(super) fn watch_exit(peer: Peer, process: Process) -> AbortHandle {
    let watch = async move {
        let exit = process.exited().await;
        sleep(EXIT_GRACE).await;
        let reason = format!("the copilot cli ended ({exit})");
        peer.break_off(Closed::new(ErrorKind::Closed, reason));
    };
    spawn(watch).abort_handle()
}
