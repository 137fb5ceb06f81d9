//! A response body that is produced as it is sent.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::future::BoxFuture;
use hyper::body::{Body, Bytes, Frame};

/// A body made of steps, polled by the connection: no task runs beside it.
pub(in crate::testing) struct ReplyBody(VecDeque<Step>);

pub(in crate::testing) enum Step {
    Send(Bytes),
    /// Has the connection write what it holds, so that every event travels at once and a cut loses
    /// none.
    Flush,
    Wait(BoxFuture<'static, ()>),
    Disconnect,
}

/// The error that makes the connection break.
#[derive(Debug)]
pub(in crate::testing) struct Disconnect;

impl ReplyBody {
    pub(in crate::testing) fn text(text: impl Into<Bytes>) -> Self {
        Self::steps([Step::Send(text.into())])
    }

    pub(in crate::testing) fn steps(steps: impl IntoIterator<Item = Step>) -> Self {
        Self(steps.into_iter().collect())
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = Disconnect;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Disconnect>>> {
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
                Some(Step::Disconnect) => return Poll::Ready(Some(Err(Disconnect))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl fmt::Display for Disconnect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the script breaks the connection here")
    }
}

impl std::error::Error for Disconnect {}
