//! Waiting, within the limits of the caller, from a thread that may block.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::runtime::Handle;
use tokio::sync::watch::Receiver;
use tokio::time::Instant;

use crate::transport::process::{Exit, Pace, Process, Spec};
use crate::{Error, ErrorKind, Result};

/// Bytes kept of what a program prints.
const OUTPUT_LIMIT: usize = 1 << 20;

/// The limits of one installation: its deadline, and the future that may be dropped.
pub(super) struct Work {
    allowed: Duration,
    deadline: Instant,
    cancelled: Receiver<()>,
}

/// What a program said.
pub(super) struct Output {
    pub(super) exit: Exit,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Work {
    pub(super) fn new(allowed: Duration, cancelled: Receiver<()>) -> Self {
        // A deadline too far away for the clock is none: a year will do.
        let year = Duration::from_secs(365 * 24 * 3600);
        Self { allowed, deadline: Instant::now() + allowed.min(year), cancelled }
    }

    /// Waits for `future`, until the deadline has passed or nobody waits for the installation any more.
    pub(super) fn wait<T>(&mut self, doing: &str, future: impl Future<Output = T>) -> Result<T> {
        Handle::current().block_on(async {
            tokio::select! {
                biased;
                // An error means that the sender went away with the future.
                _ = self.cancelled.changed() => Err(Error::new(ErrorKind::Closed, "the installation was cancelled")),
                value = future => Ok(value),
                () = tokio::time::sleep_until(self.deadline) => Err(self.too_late(doing)),
            }
        })
    }

    /// Runs a program to its end and calls `tick` every second; when there is no time left, ends it and all its children.
    pub(super) fn run(&mut self, doing: &str, spec: &Spec, mut tick: impl FnMut()) -> Result<Output> {
        let (process, pipes) = Process::spawn(spec)?;
        let finished = self.wait(doing, async {
            let both = async { tokio::join!(read_bounded(pipes.stdout), process.exited()) };
            tokio::pin!(both);
            loop {
                match tokio::time::timeout(Duration::from_secs(1), &mut both).await {
                    Ok(both) => return both,
                    Err(_) => tick(),
                }
            }
        });
        match finished {
            Ok((stdout, exit)) => Ok(Output { exit, stdout, stderr: process.stderr_tail() }),
            Err(error) => {
                process.end(Pace::Forced);
                Handle::current().block_on(process.exited());
                let tail = process.stderr_tail();
                Err(if tail.is_empty() {
                    error
                } else {
                    Error::new(error.kind(), format!("{error}; its last lines on stderr:\n{tail}"))
                })
            }
        }
    }

    fn too_late(&self, doing: &str) -> Error {
        let text = format!(
            "{doing} was not finished after {:?}: look at the network and at npm's proxy and registry settings, \
             or allow more time with deadline",
            self.allowed
        );
        Error::new(ErrorKind::Timeout, text)
    }
}

async fn read_bounded(mut stream: impl AsyncRead + Unpin) -> String {
    let mut kept = Vec::new();
    let mut buffer = vec![0; 8192];
    while let Ok(count @ 1..) = stream.read(&mut buffer).await {
        let room = OUTPUT_LIMIT.saturating_sub(kept.len());
        kept.extend(buffer.iter().take(count.min(room)));
    }
    String::from_utf8_lossy(&kept).into_owned()
}
