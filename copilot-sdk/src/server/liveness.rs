//! Whether the CLI is still there: one that is stopped or hangs counts as dead, and one that has
//! exited is gone also while another process holds its stdout.

use std::time::Duration;

use serde_json::Map;
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

use crate::closed::Closed;
use crate::connection::{Connection, Heard};
use crate::error::{Error, ErrorKind, Result};
use crate::jsonrpc::Peer;
use crate::transport::process::{GracePeriod, Process};

/// How long the CLI may be silent before it is asked for a sign of life, and then once more.
const QUIET: Duration = Duration::from_secs(15);
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
            // Asked to end, one that is only stopped would wake, close its sessions in good order,
            // and with that end the turns that are to go on.
            process.end(GracePeriod::Zero);
        }
        peer.break_off(Closed::new(ErrorKind::Timeout, reason));
    };
    tokio::spawn(watch).abort_handle()
}

impl Connection {
    /// Waits for an answer, for as long as the CLI gives a sign of life now and then.
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
                let text = format!("the copilot cli hangs: it has not answered for {:?}", 2 * QUIET);
                Err(Error::new(ErrorKind::Timeout, text))
            }
        }
    }
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
