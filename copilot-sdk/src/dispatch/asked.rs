//! Bookkeeping of questions: the pending, the completed, and the most recent answers.

use std::borrow::Cow;
use std::collections::{HashSet, VecDeque};

use super::question::Question;
use crate::excerpt::Excerpt;
use crate::id_hash::IdMap;
use crate::ids::RequestId;
use crate::queue::DEFAULT_BUDGET;
use crate::seen_ids::SeenIds;
use crate::sorted_map::SortedMap;
use crate::tool::CancelToken;

/// How many completed questions are remembered, to detect repetitions.
const KNOWN_QUESTIONS: usize = 4096;
/// How many answers are kept, and their total bytes: a CLI that ends right after receiving an
/// answer asks again.
const KEPT_ANSWERS: usize = 64;
const KEPT_BYTES: usize = 8 * 1024 * 1024;
/// How many questions are answered at once, and of how much memory: the tools and sub-agents that a
/// CLI runs at the same time are a few dozen.
const MAX_OPEN: usize = 4096;
const MAX_OPEN_BYTES: usize = DEFAULT_BUDGET;

/// The questions of a session.
pub(super) struct Asked {
    /// Questions received as events and being answered.
    running: IdMap<RequestId, RunningHandler>,
    /// Those of them that the program answers later, oldest first.
    left_open: Vec<RequestId>,
    /// Questions completed here or elsewhere; repetitions of them are ignored.
    over: SeenIds,
    kept: KeptAnswers,
    /// Questions received as requests and being answered.
    requests: SortedMap<u64, RunningHandler>,
    last_request: u64,
    /// The memory of all that are being answered.
    open_bytes: usize,
}

/// What becomes of a question that has come.
#[derive(Debug)]
pub(super) enum Begun {
    /// It is to be answered, until it is cancelled.
    New(CancelToken),
    /// It is being answered already, or was.
    Known,
    /// Too many are being answered.
    Full,
}

/// The subject of a question.
#[derive(Clone, Copy)]
pub(super) enum About<'a> {
    /// A name of this program, which is kept as it is.
    Own(&'static str),
    /// A text of the CLI, of which an excerpt is kept.
    Theirs(&'a str),
}

/// A question that is being answered.
struct RunningHandler {
    question: Option<Question>,
    /// Its subject, for logs and errors.
    about: Cow<'static, str>,
    cancel: CancelToken,
    /// The memory of the question.
    bytes: usize,
}

/// An answer as sent over the wire.
pub(super) struct Given {
    pub(super) method: &'static str,
    pub(super) params: Vec<u8>,
}

/// The effect of a new connection on the questions of the previous one.
#[derive(Debug, Default)]
pub(crate) struct Carried {
    /// Pending questions that are not known here.
    pub(crate) unknown: HashSet<RequestId>,
    /// Questions that the CLI has forgotten, described for people.
    pub(crate) lost: Vec<String>,
}

impl Asked {
    pub(super) fn new() -> Self {
        Self {
            running: IdMap::default(),
            left_open: Vec::new(),
            over: SeenIds::new(KNOWN_QUESTIONS),
            kept: KeptAnswers::default(),
            requests: SortedMap::new(),
            last_request: 0,
            open_bytes: 0,
        }
    }

    /// Records that a question of so many bytes is being answered.
    pub(super) fn begin(
        &mut self,
        question: Question,
        about: About<'_>,
        request_id: &RequestId,
        bytes: usize,
    ) -> Begun {
        if self.is_known(request_id) {
            return Begun::Known;
        }
        let Some(running) = self.room_for(Some(question), about, bytes) else {
            return Begun::Full;
        };
        let cancel = running.cancel.clone();
        self.running.insert(request_id.clone(), running);
        Begun::New(cancel)
    }

    /// Whether a question is being answered, or was.
    fn is_known(&self, request_id: &RequestId) -> bool {
        self.running.contains_key(request_id) || self.over.contains(request_id)
    }

    /// Records that a question is completed. Returns the cancel token of its running handler, if
    /// any.
    pub(super) fn end(&mut self, request_id: &RequestId) -> Option<CancelToken> {
        self.over.insert(request_id);
        let running = self.running.remove(request_id)?;
        self.open_bytes -= running.bytes;
        self.left_open.retain(|left| left != request_id);
        Some(running.cancel)
    }

    /// Records that the program answers a question later. Returns `false` if it is completed.
    pub(super) fn leave_open(&mut self, request_id: &RequestId) -> bool {
        let is_running = self.running.contains_key(request_id);
        if is_running && !self.left_open.contains(request_id) {
            self.left_open.push(request_id.clone());
        }
        is_running
    }

    /// The questions that the program answers later, oldest first.
    pub(super) fn left_open(&self) -> &[RequestId] {
        &self.left_open
    }

    /// Whether a handler is answering a question of this kind.
    pub(super) fn is_running(&self, question: Question, request_id: &RequestId) -> bool {
        self.running.get(request_id).is_some_and(|running| running.question == Some(question))
    }

    /// Records that a question is completed for which no handler was started.
    pub(super) fn completed(&mut self, request_id: &RequestId) {
        self.over.insert(request_id);
    }

    /// Keeps the answer to a completed question in case the CLI asks again.
    pub(super) fn keep(&mut self, request_id: &RequestId, given: Given) {
        self.kept.push(request_id.clone(), given);
    }

    /// Records a request of the CLI, of so many bytes. Returns its number and its cancel token, or
    /// `None` if too many are being answered.
    pub(super) fn begin_request(
        &mut self,
        method: About<'_>,
        bytes: usize,
    ) -> Option<(u64, CancelToken)> {
        let running = self.room_for(None, method, bytes)?;
        self.last_request += 1;
        let cancel = running.cancel.clone();
        self.requests.insert(self.last_request, running);
        Some((self.last_request, cancel))
    }

    pub(super) fn end_request(&mut self, number: u64) {
        if let Some(request) = self.requests.remove(&number) {
            self.open_bytes -= request.bytes;
        }
    }

    /// A question to be answered, if there is room for it. One alone is answered whatever its size.
    fn room_for(
        &mut self,
        question: Option<Question>,
        about: About<'_>,
        bytes: usize,
    ) -> Option<RunningHandler> {
        let open = self.running.len() + self.requests.len();
        let total = self.open_bytes.saturating_add(bytes);
        if open >= MAX_OPEN || (open > 0 && total > MAX_OPEN_BYTES) {
            return None;
        }
        self.open_bytes = total;
        let about = match about {
            About::Own(name) => Cow::Borrowed(name),
            About::Theirs(text) => Cow::Owned(Excerpt::of(text).to_text()),
        };
        Some(RunningHandler { question, about, cancel: CancelToken::new(), bytes })
    }

    /// Cancels the handlers whose answers only the old connection could take. Returns their
    /// descriptions.
    pub(super) fn suspend(&mut self) -> Vec<String> {
        let mut lost = Vec::new();
        for (_, request) in std::mem::take(&mut self.requests) {
            lost.push(request.give_up());
        }
        let gone = |_: &RequestId, running: &mut RunningHandler| {
            !running.question.is_some_and(Question::survives)
        };
        lost.extend(self.running.extract_if(gone).map(|(_, running)| running.give_up()));
        self.count_bytes();
        lost.sort_unstable();
        lost
    }

    /// Splits the questions into those still pending on a new connection and those that are not,
    /// and cancels the latter.
    pub(super) fn carry(&mut self, open: &HashSet<RequestId>) -> Carried {
        let mut carried = Carried::default();
        for request_id in open {
            if !self.is_known(request_id) {
                carried.unknown.insert(request_id.clone());
            }
        }
        let closed = |request_id: &RequestId, _: &mut RunningHandler| !open.contains(request_id);
        for (request_id, running) in self.running.extract_if(closed) {
            self.over.insert(&request_id);
            carried.lost.push(running.give_up());
        }
        self.left_open.retain(|left| self.running.contains_key(left));
        self.count_bytes();
        carried.lost.sort_unstable();
        carried
    }

    /// The answers already given to these questions.
    pub(super) fn given(&self, open: &HashSet<RequestId>) -> impl Iterator<Item = &Given> {
        open.iter().filter_map(|request_id| self.kept.get(request_id))
    }

    /// Cancels everything.
    pub(super) fn close(&mut self) {
        let requests = std::mem::take(&mut self.requests).into_values();
        for running in self.running.drain().map(|(_, running)| running).chain(requests) {
            running.cancel.cancel();
        }
        self.left_open.clear();
        self.open_bytes = 0;
    }

    fn count_bytes(&mut self) {
        let open = self.running.values().chain(self.requests.values());
        self.open_bytes = open.map(|running| running.bytes).sum();
    }
}

impl RunningHandler {
    fn give_up(self) -> String {
        self.cancel.cancel();
        match self.question {
            Some(question) => format!("{} ({})", question.event_type(), self.about),
            None => self.about.into_owned(),
        }
    }
}

/// The most recent answers.
#[derive(Default)]
struct KeptAnswers {
    order: VecDeque<(RequestId, Given)>,
    bytes: usize,
}

impl KeptAnswers {
    fn push(&mut self, request_id: RequestId, given: Given) {
        self.bytes += given.params.capacity();
        self.order.push_back((request_id, given));
        // The last answer is kept regardless of its size.
        while self.order.len() > 1
            && (self.order.len() > KEPT_ANSWERS || self.bytes > KEPT_BYTES)
            && let Some((_, oldest)) = self.order.pop_front()
        {
            self.bytes -= oldest.params.capacity();
        }
    }

    fn get(&self, request_id: &RequestId) -> Option<&Given> {
        self.order.iter().rev().find(|(own, _)| own == request_id).map(|(_, given)| given)
    }
}

#[cfg(test)]
mod tests;
