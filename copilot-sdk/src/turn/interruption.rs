//! The errors of turns that were cut short.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::running::RunningWork;
use crate::error::{Error, ErrorKind};
use crate::event::Event;

/// How much running work an error names.
const NAMED: usize = 10;

pub(super) fn aborted() -> Error {
    Error::new(ErrorKind::Interrupted, "the turn was aborted")
}

/// The error of a turn that did not survive a restart of the CLI.
pub(super) fn not_continued(reason: &str, is_queued: bool, running: &RunningWork) -> Error {
    let what = if is_queued { "the queued prompt is lost" } else { "the turn could not continue" };
    let mut text = format!("{reason}; it was restarted, but {what}");
    name(running, "was running", &mut text);
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
    if let Some((event, at)) = last_event {
        // Writing to a string is infallible.
        let _ =
            write!(text, "; the last event was `{}`, {:.1?} ago", event.event_type(), at.elapsed());
    }
    name(running, "still running", &mut text);
    Error::new(ErrorKind::Timeout, text)
}

/// Names the work that began first, and the number of the rest.
fn name(running: &RunningWork, state: &str, text: &mut String) {
    for work in running.iter().take(NAMED) {
        // Writing to a string is infallible.
        let _ = write!(text, "; {state}: {work}");
    }
    let others = running.iter().skip(NAMED).count();
    if others > 0 {
        let _ = write!(text, "; {state}: {others} more");
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::{not_continued, timed_out};
    use crate::event::Event;
    use crate::turn::running::RunningWork;

    #[test]
    fn an_error_names_a_few_of_many_that_run() {
        let mut running = RunningWork::default();
        for number in 0..12 {
            let data = json!({"toolCallId": format!("c{number}"), "toolName": "slow"});
            let event = json!({"type": "tool.execution_start", "id": "e", "data": data});
            running.fold(&serde_json::from_value::<Event>(event).unwrap());
        }
        let list = |state: &str| {
            let named: Vec<_> =
                (0..10).map(|number| format!("; {state}: tool `slow` (c{number})")).collect();
            format!("{}; {state}: 2 more", named.concat())
        };
        let error = not_continued("the cli was killed", false, &running).to_string();
        let stopped = "the cli was killed; it was restarted, but the turn could not continue";
        assert_eq!(error, stopped.to_owned() + &list("was running"));
        let limit = Duration::from_secs(5);
        let error = timed_out("the deadline", limit, false, None, &running).to_string();
        let passed = "the deadline of 5s passed before the turn ended";
        assert_eq!(error, passed.to_owned() + &list("still running"));
    }
}
