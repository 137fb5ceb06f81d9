//! Ends child processes and waits for them, in a thread with a runtime of its own, so that it
//! continues while the program's runtime shuts down.

use std::sync::Arc;
use std::{future, io, thread};

use process_wrap::tokio::ChildWrapper;
use tokio::runtime::Builder;
use tokio::sync::watch;
use tokio::time::Instant;

use super::super::exit::Exit;
use super::super::grace::{GracePeriod, LAST_WORDS};
use super::super::lines::Tail;

/// Ends a child process and waits for it.
pub(in super::super) struct ChildReaper {
    id: u32,
    ending: watch::Sender<Option<GracePeriod>>,
}

impl ChildReaper {
    /// Waits for the end of `child` in a thread, and sends `exit` when everything in its job has
    /// been ended.
    pub(super) fn start(
        child: Box<dyn ChildWrapper>,
        stderr: Tail,
        exit: watch::Sender<Option<Exit>>,
    ) -> io::Result<Arc<Self>> {
        let id = child.id().ok_or_else(|| io::Error::other("the child has no process id"))?;
        let runtime = Builder::new_current_thread().enable_time().build()?;
        let (ending, endings) = watch::channel(None);
        // If there is no thread, the child is dropped, which ends it.
        thread::Builder::new().name("copilot-reaper".to_owned()).spawn(move || {
            let end = runtime.block_on(reap(child, endings));
            stderr.wait_for_end(LAST_WORDS);
            exit.send_replace(Some(end));
        })?;
        Ok(Arc::new(Self { id, ending }))
    }

    /// The process id.
    pub(in super::super) fn id(&self) -> u32 {
        self.id
    }

    /// Terminates the job after the grace period, which a later call can only shorten. Other than
    /// by the end of its stdin, a child cannot be asked to exit.
    pub(in super::super) fn end(&self, grace: GracePeriod, _at_once: bool) {
        self.ending.send_modify(|ending| *ending = (*ending).max(Some(grace)));
    }
}

/// Waits until the child has exited, and ends what it leaves behind.
async fn reap(
    mut child: Box<dyn ChildWrapper>,
    endings: watch::Receiver<Option<GracePeriod>>,
) -> Exit {
    let ended = tokio::select! {
        ended = child.inner_mut().wait() => Some(ended),
        () = overdue(endings) => None,
    };
    terminate(&mut *child);
    let ended = match ended {
        Some(ended) => ended,
        None => child.inner_mut().wait().await,
    };
    ended.map_or(Exit::Unknown, Exit::from)
}

/// Waits until the child should have exited.
async fn overdue(mut endings: watch::Receiver<Option<GracePeriod>>) {
    if endings.wait_for(Option::is_some).await.is_err() {
        return future::pending().await;
    }
    let began = Instant::now();
    loop {
        let grace = endings.borrow_and_update().unwrap_or(GracePeriod::Normal);
        let deadline = tokio::time::sleep_until(began + grace.duration());
        tokio::select! {
            () = deadline => return,
            Ok(()) = endings.changed() => {}
        }
    }
}

/// Ends every process of the job.
fn terminate(child: &mut dyn ChildWrapper) {
    if let Err(error) = child.start_kill() {
        tracing::warn!(%error, "the job of the Copilot CLI cannot be terminated");
        // Fails if the child has just exited, which is fine.
        let _ = child.inner_mut().start_kill();
    }
}
