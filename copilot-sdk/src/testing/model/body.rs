//! The body of an answer: pieces of text with waits between them, and perhaps a broken end.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::future::BoxFuture;
use hyper::body::{Body, Bytes, Frame};

use super::hold::Hold;
use super::reply::{Ending, Message};
use super::sse::{Event, Events};

/// A body that is made as it is sent, so that no task runs beside the connection.
pub(super) struct Steps(VecDeque<Step>);

enum Step {
    Send(Bytes),
    /// Lets the connection write out what it has, so that every event travels at once and none is
    /// lost by a cut.
    Flush,
    Wait(BoxFuture<'static, ()>),
    Cut,
}

/// The connection is to break here.
#[derive(Debug)]
pub(super) struct Broken;

impl Steps {
    /// One text, all at once.
    pub(super) fn text(text: String) -> Self {
        Self([Step::Send(text.into())].into())
    }

    pub(super) fn events(events: Events, message: &Message) -> Self {
        let mut steps = Self(VecDeque::new());
        let total = events.chunks.len();
        events.lead.into_iter().for_each(|event| steps.event(event));
        for (index, chunk) in events.chunks.into_iter().enumerate() {
            steps.holds(message, |after| after == index);
            if let (Some(pace), true) = (message.pace, index > 0) {
                // Inside a block, so that the pause begins when the body comes to it.
                steps
                    .0
                    .push_back(Step::Wait(Box::pin(async move { tokio::time::sleep(pace).await })));
            }
            steps.event(chunk);
        }
        steps.holds(message, |after| after >= total);
        events.rest.into_iter().for_each(|event| steps.event(event));
        events.finish.into_iter().for_each(|event| steps.event(event));
        if matches!(message.ending, Ending::Cut) {
            steps.0.push_back(Step::Cut);
        }
        steps
    }

    /// A body without stream; where it is to break, it breaks in its middle.
    pub(super) fn whole(text: String, message: &Message) -> Self {
        let mut steps = Self(VecDeque::new());
        steps.holds(message, |_| true);
        let whole = Bytes::from(text);
        let mut half = whole.clone();
        half.truncate(whole.len() / 2);
        match message.ending {
            Ending::Cut => steps.0.extend([Step::Send(half), Step::Flush, Step::Cut]),
            Ending::Malformed => steps.0.push_back(Step::Send(half)),
            Ending::Finished | Ending::Unfinished | Ending::Error(_) => {
                steps.0.push_back(Step::Send(whole));
            }
        }
        steps
    }

    fn event(&mut self, event: Event) {
        self.0.extend([Step::Send(event.into_text().into()), Step::Flush]);
    }

    fn holds(&mut self, message: &Message, here: impl Fn(usize) -> bool) {
        let holds = message.holds.iter().filter(|(after, _)| here(*after));
        self.0.extend(holds.map(|(_, hold)| Step::Wait(Box::pin(Hold::wait(hold.clone())))));
    }
}

impl Body for Steps {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        loop {
            if let Some(Step::Wait(wait)) = self.0.front_mut() {
                ready!(wait.as_mut().poll(context));
            }
            match self.0.pop_front() {
                Some(Step::Wait(_)) => {}
                Some(Step::Flush) => {
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Some(Step::Send(text)) => return Poll::Ready(Some(Ok(Frame::data(text)))),
                Some(Step::Cut) => return Poll::Ready(Some(Err(Broken))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the script breaks the connection here")
    }
}

impl std::error::Error for Broken {}
