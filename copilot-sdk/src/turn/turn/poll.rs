//! The stream of a turn's events, up to its end.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use tokio::time::Instant;

use super::{Phase, Turn};
use crate::error::{Error, ErrorKind, Result};
use crate::event::Event;
use crate::turn::limit::Limit;

impl Stream for Turn {
    type Item = Result<Arc<Event>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let turn = &mut *self;
        while turn.phase != Phase::Over {
            // Checked first, so that a steady flow of events cannot postpone it.
            if let Poll::Ready(error) = turn.poll_deadline(cx) {
                return Poll::Ready(Some(Err(turn.fail(error))));
            }
            let Poll::Ready(event) = Pin::new(&mut turn.events).poll_next(cx) else {
                // Decided behind every event, because one of them may be the answer.
                if turn.standstill.is_reached() {
                    return Poll::Ready(Some(Err(turn.stand_still())));
                }
                let error = ready!(turn.poll_idle_timeout(cx));
                return Poll::Ready(Some(Err(turn.fail(error))));
            };
            let event = match event {
                Some(Ok(event)) => event,
                Some(Err(error)) => return Poll::Ready(Some(Err(turn.fail(error)))),
                None => {
                    let why = turn
                        .events
                        .finished()
                        .map(|closed| format!(": {}", closed.reason))
                        .unwrap_or_default();
                    let error = Error::new(
                        ErrorKind::Closed,
                        format!("the session is over before the turn ended{why}"),
                    );
                    return Poll::Ready(Some(Err(turn.fail(error))));
                }
            };
            turn.last_event = Some((Arc::clone(&event), Instant::now()));
            if let Some(limit) = &mut turn.idle_timeout {
                limit.restart();
            }
            let taken = turn.take(&event);
            let taken = turn.judge(taken);
            match turn.phase {
                Phase::Waiting => {}
                Phase::Running => turn.abandoned.begun(),
                Phase::Over => {
                    // A finished turn that is kept must not buffer events of the next one.
                    turn.events.abandon();
                    turn.abandoned.ended();
                }
            }
            match taken {
                Ok(true) => return Poll::Ready(Some(Ok(event))),
                Ok(false) => {}
                Err(error) => return Poll::Ready(Some(Err(turn.fail(error)))),
            }
        }
        Poll::Ready(None)
    }
}

impl Turn {
    fn poll_deadline(&mut self, cx: &mut Context<'_>) -> Poll<Error> {
        let after = ready!(Limit::poll(&mut self.deadline, cx));
        Poll::Ready(self.timed_out("the deadline", after))
    }

    fn poll_idle_timeout(&mut self, cx: &mut Context<'_>) -> Poll<Error> {
        let after = ready!(Limit::poll(&mut self.idle_timeout, cx));
        Poll::Ready(self.timed_out("the idle timeout", after))
    }
}
