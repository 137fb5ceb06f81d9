//! The steps in which a reply is sent: text, pauses, and possibly a broken end.

use hyper::body::Bytes;

use super::hold::Hold;
use super::reply::{ModelMessage, ReplyEnding};
use super::sse::{SseEvent, SseEvents};
use crate::testing::http::{ReplyBody, Step};

/// Sends a reply as a stream of events.
pub(super) fn stream(events: SseEvents, message: &ModelMessage) -> ReplyBody {
    let mut steps = Vec::new();
    let total = events.chunks.len();
    steps.extend(events.lead.into_iter().flat_map(send));
    for (index, chunk) in events.chunks.into_iter().enumerate() {
        steps.extend(holds(message, |after| after == index));
        if let (Some(pace), true) = (message.pace, index > 0) {
            // The pause that the test asked for; inside a block, so that it begins when the body
            // reaches it.
            steps.push(Step::Wait(Box::pin(async move { tokio::time::sleep(pace).await })));
        }
        steps.extend(send(chunk));
    }
    steps.extend(holds(message, |after| after >= total));
    steps.extend(events.rest.into_iter().chain(events.finish).flat_map(send));
    if matches!(message.ending, ReplyEnding::Cut) {
        steps.push(Step::Disconnect);
    }
    ReplyBody::steps(steps)
}

/// Sends a reply as one text; a broken one breaks in its middle.
pub(super) fn whole(text: String, message: &ModelMessage) -> ReplyBody {
    let mut steps: Vec<Step> = holds(message, |_| true).collect();
    let whole = Bytes::from(text);
    let mut half = whole.clone();
    half.truncate(whole.len() / 2);
    match message.ending {
        ReplyEnding::Cut => steps.extend([Step::Send(half), Step::Flush, Step::Disconnect]),
        ReplyEnding::Malformed => steps.push(Step::Send(half)),
        ReplyEnding::Finished | ReplyEnding::Unfinished | ReplyEnding::Error(_) => {
            steps.push(Step::Send(whole));
        }
    }
    ReplyBody::steps(steps)
}

fn send(event: SseEvent) -> [Step; 2] {
    [Step::Send(event.into_text().into()), Step::Flush]
}

fn holds(message: &ModelMessage, here: impl Fn(usize) -> bool) -> impl Iterator<Item = Step> {
    let holds = message.holds.iter().filter(move |(after, _)| here(*after));
    holds.map(|(_, hold)| Step::Wait(Box::pin(Hold::wait(hold.clone()))))
}
