//! The prompts that were sent and have not begun. A CLI that does not name the prompt of a turn
//! (`messageId` in `user.message`) begins them in the order in which they were sent.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use crate::budget::TurnBudget;
use crate::event::user::{UserMessage, UserMessageDelivery};
use crate::event::{Begins, Event, EventData};
use crate::ids::MessageId;
use crate::prompt::Prompt;
use crate::seen_ids::SeenIds;

/// How many prompts are tracked: as many as a program may have queued at a time.
const TRACKED: usize = 4096;
const BEGUN: usize = 256;

/// The prompts of a session that have not begun, in the order in which they were sent.
pub(super) struct SentPrompts {
    waiting: VecDeque<SentPrompt>,
    /// The number of the last one, from 1.
    last: u64,
    /// The ids that came with the beginning of a turn: that may be before the answer to the call
    /// that sent the prompt.
    begun: SeenIds,
    /// The prompt of the turn that runs, where the CLI names it.
    running: Option<MessageId>,
    /// Whether the CLI names prompts.
    named: bool,
    /// Whether a hook made the agent continue; the next prompt is then the hook's.
    sent_back: bool,
    /// The last turn that began or ended, until it is taken.
    change: Option<TurnChange>,
}

/// A turn that begins or ends.
pub(super) enum TurnChange {
    /// With the budgets of the prompt, if this program sent it.
    Begun(Option<Arc<TurnBudget>>),
    Over,
}

struct SentPrompt {
    number: u64,
    /// The texts by which the CLI may show it: a hash takes little room.
    texts: [u64; 2],
    steering: bool,
    answer: SendAnswer,
    budget: Option<Arc<TurnBudget>>,
    /// Whether it has gone if the agent becomes idle without beginning it.
    ends_with_idle: bool,
}

/// What the CLI answered to the call that sent a prompt.
#[derive(PartialEq)]
enum SendAnswer {
    Awaited,
    Accepted(MessageId),
    /// Nobody waited for it.
    Unknown,
}

impl SentPrompts {
    pub(super) fn new() -> Self {
        Self {
            waiting: VecDeque::new(),
            last: 0,
            begun: SeenIds::new(BEGUN),
            running: None,
            named: false,
            sent_back: false,
            change: None,
        }
    }

    /// Takes the turn that the last event began or ended.
    pub(super) fn take_change(&mut self) -> Option<TurnChange> {
        self.change.take()
    }

    /// Records that a prompt is about to be sent. Returns its number.
    pub(super) fn sent(&mut self, prompt: &Prompt, budget: Option<Arc<TurnBudget>>) -> u64 {
        self.last += 1;
        if self.waiting.len() == TRACKED {
            self.waiting.pop_front();
        }
        let sent = SentPrompt {
            number: self.last,
            texts: [prompt.text(), prompt.shown_text()].map(hash),
            steering: prompt.is_steering(),
            answer: SendAnswer::Awaited,
            budget,
            ends_with_idle: false,
        };
        if prompt.is_prepended() {
            self.waiting.push_front(sent);
        } else {
            self.waiting.push_back(sent);
        }
        self.last
    }

    /// Records the id of a prompt that the CLI has accepted.
    pub(super) fn accepted(&mut self, number: u64, id: &MessageId) {
        if self.begun.contains(id) {
            if let Some(at) = self.waiting.iter().position(|sent| sent.number == number) {
                self.take(at);
            }
            // A short turn may be over before it is known whose it was.
            if self.running.as_ref() != Some(id) {
                self.change = None;
            }
            return;
        }
        if let Some(sent) = self.find(number) {
            sent.answer = SendAnswer::Accepted(id.clone());
        }
    }

    /// Records that nobody waits any more for the answer to the call that sent a prompt.
    pub(super) fn left(&mut self, number: u64) {
        if let Some(sent) = self.find(number) {
            sent.answer = SendAnswer::Unknown;
            sent.ends_with_idle = true;
        }
    }

    /// Removes a prompt that will not begin.
    pub(super) fn gone(&mut self, number: u64) {
        self.waiting.retain(|sent| sent.number != number);
    }

    /// Removes the prompt with this id, which was withdrawn.
    pub(super) fn withdrawn(&mut self, id: &MessageId) {
        self.waiting.retain(|sent| !matches!(&sent.answer, SendAnswer::Accepted(own) if own == id));
    }

    /// Removes the prompts that a former connection took: what was queued ended with it. The turn
    /// of `open` goes on.
    pub(super) fn reconnected(&mut self, open: Option<&MessageId>) {
        let goes_on = |sent: &SentPrompt| match &sent.answer {
            SendAnswer::Accepted(id) => Some(id) == open,
            SendAnswer::Awaited | SendAnswer::Unknown => false,
        };
        if let Some(at) = self.waiting.iter().position(goes_on) {
            self.take(at);
        }
        self.running = open.cloned();
        self.waiting.retain(|sent| sent.answer == SendAnswer::Awaited);
    }

    /// Whether a prompt is to begin.
    pub(super) fn are_waiting(&self) -> bool {
        self.waiting.iter().any(|sent| sent.answer != SendAnswer::Unknown)
    }

    /// Whether the turn of this prompt is to begin.
    pub(super) fn is_waiting(&self, number: u64) -> bool {
        self.waiting.iter().any(|sent| sent.number == number)
    }

    /// Reads an event. Returns whose turn it begins, if the event does not say so.
    pub(super) fn fold(&mut self, event: &Event) -> Option<Begins> {
        if !event.is_root() {
            return None;
        }
        match &event.data {
            EventData::UserMessage(message) => return self.begin(message),
            EventData::HookEnd(hook) => self.sent_back |= hook.sends_agent_back(),
            // The queue ends with them, or it goes on with the next prompt.
            EventData::Abort(_) | EventData::SessionError(_) => {
                for sent in &mut self.waiting {
                    sent.ends_with_idle |= sent.answer != SendAnswer::Awaited;
                }
            }
            EventData::SessionIdle(_) => {
                self.waiting.retain(|sent| !sent.ends_with_idle);
                self.running = None;
                self.change = Some(TurnChange::Over);
            }
            _ => {}
        }
        None
    }

    fn begin(&mut self, message: &UserMessage) -> Option<Begins> {
        for sent in &mut self.waiting {
            sent.ends_with_idle = sent.answer == SendAnswer::Unknown;
        }
        let of_hook = std::mem::take(&mut self.sent_back);
        if let Some(id) = &message.message_id {
            self.named = true;
            let is_new = self.begun.insert(id);
            if message.delivery != Some(UserMessageDelivery::Steering) {
                self.running = Some(id.clone());
            }
            let accepted =
                |sent: &SentPrompt| matches!(&sent.answer, SendAnswer::Accepted(own) if own == id);
            match self.waiting.iter().position(accepted) {
                Some(at) => drop(self.take(at)),
                None if is_new && opens(message) && is_prompt(message) && !of_hook => {
                    self.change = Some(TurnChange::Begun(self.budget_of(message)));
                }
                None => {}
            }
            return None;
        }
        if self.named {
            return None;
        }
        let text = hash(&message.content);
        let same = self.waiting.iter().position(|sent| sent.texts.contains(&text));
        // A hook may have written the text anew.
        let next = || self.waiting.iter().position(|sent| !sent.steering);
        let is_prompt = is_prompt(message);
        let Some(at) = same.or_else(|| if is_prompt && !of_hook { next() } else { None }) else {
            if !opens(message) || !(is_prompt || of_hook) {
                return None;
            }
            if !of_hook {
                self.change = Some(TurnChange::Begun(None));
            }
            return Some(Begins::Another);
        };
        let taken = self.take(at)?;
        (!taken.steering).then_some(Begins::Sent(taken.number))
    }

    /// The budget of a turn that begins before it is known whose it is: that of the prompt with
    /// this text whose answer is awaited.
    fn budget_of(&self, message: &UserMessage) -> Option<Arc<TurnBudget>> {
        let text = hash(&message.content);
        let is_same =
            |sent: &&SentPrompt| sent.answer == SendAnswer::Awaited && sent.texts.contains(&text);
        self.waiting.iter().find(is_same)?.budget.clone()
    }

    /// Takes out a prompt that begins, and those before it: they would have begun earlier.
    fn take(&mut self, at: usize) -> Option<SentPrompt> {
        let taken = self.waiting.remove(at)?;
        if !taken.steering {
            self.change = Some(TurnChange::Begun(taken.budget.clone()));
            let mut place = 0;
            self.waiting.retain(|sent| {
                place += 1;
                sent.steering || place > at
            });
        }
        Some(taken)
    }

    fn find(&mut self, number: u64) -> Option<&mut SentPrompt> {
        self.waiting.iter_mut().find(|sent| sent.number == number)
    }
}

/// Whether a message was delivered to an agent that was not at work.
fn opens(message: &UserMessage) -> bool {
    matches!(message.delivery, Some(UserMessageDelivery::Idle | UserMessageDelivery::Queued))
}

/// Whether a message was sent as a prompt.
fn is_prompt(message: &UserMessage) -> bool {
    message.source.as_ref().is_none_or(|source| source == "user")
        && !message.is_autopilot_continuation
        && message.delivery != Some(UserMessageDelivery::Steering)
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
