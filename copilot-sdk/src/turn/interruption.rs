//! The errors of turns that were cut short.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::running::RunningWork;
use crate::error::{Error, ErrorKind};
use crate::event::Event;

pub(super) fn aborted() -> Error {
    Error::new(ErrorKind::Interrupted, "the turn was aborted")
}

/// The error of a turn that did not survive a restart of the CLI.
pub(super) fn not_continued(reason: &str, is_queued: bool, running: &RunningWork) -> Error {
    let what = if is_queued { "the queued prompt is lost" } else { "the turn could not continue" };
    let mut text = format!("{reason}; it was restarted, but {what}");
    for work in running.iter() {
        // Writing to a string is infallible.
        let _ = write!(text, "; was running: {work}");
    }
    Error::new(ErrorKind::Interrupted, text)
}

/// The error of a turn whose time limit `what` has elapsed.
pub(super) fn timed_out(
    what: &str,
    after: Duration,
    is_queued: bool,
    last_event: Option<&(Arc<Event>, Instant)>,
    running: &RunningWork,
) -> Error {
    let mut text = if is_queued {
        format!("{what} of {after:?} passed while the prompt was still queued")
    } else {
        format!("{what} of {after:?} passed before the turn ended")
    };
    // Writing to a string is infallible.
    if let Some((event, at)) = last_event {
        let _ =
            write!(text, "; the last event was `{}`, {:.1?} ago", event.event_type(), at.elapsed());
    }
    for work in running.iter() {
        let _ = write!(text, "; still running: {work}");
    }
    Error::new(ErrorKind::Timeout, text)
}
