//! Waiting on a blocking thread, within the limits of the caller.
//!
//! Polls instead of using tokio's clock, which panics while its runtime shuts down; a download must
//! be ended properly then, too.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::io::AsyncReadExt as _;
use tokio::process::ChildStdout;
use tokio::runtime::Handle;
use tokio::sync::watch::Receiver;

use crate::error::{Error, ErrorKind, Result};
use crate::task::spawn;
use crate::transport::process::{Exit, GracePeriod, Process, Spec};

/// Maximum bytes kept of a program's output.
const OUTPUT_LIMIT: usize = 1 << 20;
const POLL: Duration = Duration::from_millis(10);
/// How long a program may take to exit after it was told to.
const TERMINATION_GRACE: Duration = Duration::from_secs(5);

/// The limits of one installation: its deadline and its cancellation.
pub(super) struct BlockingRunner {
    allowed: Duration,
    began: Instant,
    cancelled: Receiver<()>,
}

/// The output of a program.
pub(super) struct ProgramOutput {
    pub(super) exit: Exit,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl BlockingRunner {
    pub(super) fn new(allowed: Duration, cancelled: Receiver<()>) -> Self {
        Self { allowed, began: Instant::now(), cancelled }
    }

    /// Waits until there is a value, the deadline has passed, or the installation was cancelled.
    pub(super) fn wait<T>(&self, doing: &str, mut value: impl FnMut() -> Option<T>) -> Result<T> {
        loop {
            // An error means that the sender was dropped with the future.
            if self.cancelled.has_changed().is_err() {
                return Err(Error::new(ErrorKind::Closed, "the installation was cancelled"));
            }
            if let Some(value) = value() {
                return Ok(value);
            }
            if self.began.elapsed() >= self.allowed {
                return Err(self.too_late(doing));
            }
            thread::sleep(POLL);
        }
    }

    /// Runs a program to its end, calling `tick` every second. At the deadline, ends it and its
    /// children.
    pub(super) fn run(
        &self,
        doing: &str,
        spec: &Spec,
        mut tick: impl FnMut(),
    ) -> Result<ProgramOutput> {
        let (process, pipes) = Process::spawn(spec)?;
        let stdout = Arc::new(Mutex::new(Vec::new()));
        let reading = spawn(read_bounded(pipes.stdout, Arc::clone(&stdout)));
        let mut ticked = Instant::now();
        let ended = self.wait(doing, || {
            if ticked.elapsed() >= Duration::from_secs(1) {
                ticked = Instant::now();
                tick();
            }
            process.exit()
        });
        match ended {
            Ok(exit) => {
                let _ = Handle::current().block_on(reading);
                let stdout = stdout.lock().unwrap_or_else(PoisonError::into_inner);
                let stdout = String::from_utf8_lossy(&stdout).into_owned();
                Ok(ProgramOutput { exit, stdout, stderr: process.stderr_tail() })
            }
            Err(error) => {
                process.end(GracePeriod::Short);
                let told = Instant::now();
                while process.exit().is_none() && told.elapsed() < TERMINATION_GRACE {
                    thread::sleep(POLL);
                }
                Err(Error::new(error.kind(), process.with_last_words(&error.to_string())))
            }
        }
    }

    fn too_late(&self, doing: &str) -> Error {
        let text = format!(
            "{doing} was not finished after {:?}: look at the network and at npm's proxy and \
             registry settings, or allow more time with deadline",
            self.allowed
        );
        Error::new(ErrorKind::Timeout, text)
    }
}

async fn read_bounded(mut stream: ChildStdout, kept: Arc<Mutex<Vec<u8>>>) {
    let mut buffer = vec![0; 8192];
    while let Ok(count @ 1..) = stream.read(&mut buffer).await {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        let room = OUTPUT_LIMIT.saturating_sub(kept.len());
        kept.extend(buffer.iter().take(count.min(room)));
    }
}
