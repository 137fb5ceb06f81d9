//! Bookkeeping of questions: the pending, the completed, and the most recent answers.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use serde_json::value::RawValue;

use super::question::Question;
use crate::ids::RequestId;
use crate::seen_ids::SeenIds;
use crate::tool::CancelToken;

/// How many completed questions are remembered, to detect repetitions.
const KNOWN_QUESTIONS: usize = 4096;
/// How many answers are kept, and their total bytes: a CLI that ends right after receiving an
/// answer asks again.
const KEPT_ANSWERS: usize = 64;
const KEPT_BYTES: usize = 8 * 1024 * 1024;

/// The questions of a session.
pub(super) struct Asked {
    /// Questions received as events and being answered.
    running: HashMap<RequestId, RunningHandler>,
    /// Questions completed here or elsewhere; repetitions of them are ignored.
    over: SeenIds,
    kept: KeptAnswers,
    /// Questions received as requests and being answered.
    requests: BTreeMap<u64, RunningHandler>,
    last_request: u64,
}

/// A question that is being answered.
struct RunningHandler {
    question: Option<Question>,
    /// Its subject, for logs and errors.
    about: Box<str>,
    cancel: CancelToken,
}

/// An answer as sent over the wire.
#[derive(Clone)]
pub(super) struct Given {
    pub(super) method: &'static str,
    pub(super) params: Arc<RawValue>,
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
            running: HashMap::new(),
            over: SeenIds::new(KNOWN_QUESTIONS),
            kept: KeptAnswers::default(),
            requests: BTreeMap::new(),
            last_request: 0,
        }
    }

    /// Records that a question is being answered. Returns `None` if it is already being answered or
    /// completed.
    pub(super) fn begin(
        &mut self,
        question: Question,
        about: &str,
        request_id: &RequestId,
    ) -> Option<CancelToken> {
        match self.running.entry(request_id.clone()) {
            Entry::Vacant(entry) if !self.over.contains(request_id) => {
                let cancel = CancelToken::new();
                let question = Some(question);
                entry.insert(RunningHandler {
                    question,
                    about: about.into(),
                    cancel: cancel.clone(),
                });
                Some(cancel)
            }
            _ => None,
        }
    }

    /// Records that a question is completed. Returns the cancel token of its running handler, if
    /// any.
    pub(super) fn end(&mut self, request_id: &RequestId) -> Option<CancelToken> {
        self.over.insert(request_id);
        self.running.remove(request_id).map(|running| running.cancel)
    }

    /// Keeps an answer in case the CLI asks again.
    pub(super) fn keep(&mut self, request_id: &RequestId, given: Given) {
        self.over.insert(request_id);
        self.kept.push(request_id.clone(), given);
    }

    /// Records a request of the CLI. Returns its number and its cancel token.
    pub(super) fn begin_request(&mut self, method: &str) -> (u64, CancelToken) {
        self.last_request += 1;
        let cancel = CancelToken::new();
        let running =
            RunningHandler { question: None, about: method.into(), cancel: cancel.clone() };
        self.requests.insert(self.last_request, running);
        (self.last_request, cancel)
    }

    pub(super) fn end_request(&mut self, number: u64) {
        self.requests.remove(&number);
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
        lost.sort_unstable();
        lost
    }

    /// Splits the questions into those still pending on a new connection and those that are not,
    /// and cancels the latter.
    pub(super) fn carry(&mut self, open: &HashSet<RequestId>) -> Carried {
        let mut carried = Carried::default();
        for request_id in open {
            let known = self.running.contains_key(request_id) || self.over.contains(request_id);
            if !known {
                carried.unknown.insert(request_id.clone());
            }
        }
        let closed = |request_id: &RequestId, _: &mut RunningHandler| !open.contains(request_id);
        for (request_id, running) in self.running.extract_if(closed) {
            self.over.insert(&request_id);
            carried.lost.push(running.give_up());
        }
        carried.lost.sort_unstable();
        carried
    }

    /// The answers already given to these questions.
    pub(super) fn given(&self, open: &HashSet<RequestId>) -> Vec<Given> {
        open.iter().filter_map(|request_id| self.kept.get(request_id)).cloned().collect()
    }

    /// Cancels everything.
    pub(super) fn close(&mut self) {
        let requests = std::mem::take(&mut self.requests).into_values();
        for running in self.running.drain().map(|(_, running)| running).chain(requests) {
            running.cancel.cancel();
        }
    }
}

impl RunningHandler {
    fn give_up(self) -> String {
        self.cancel.cancel();
        match self.question {
            Some(question) => format!("{} ({})", question.event_type(), self.about),
            None => self.about.into(),
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
        self.bytes += given.params.get().len();
        self.order.push_back((request_id, given));
        // The last answer is kept regardless of its size.
        while self.order.len() > 1
            && (self.order.len() > KEPT_ANSWERS || self.bytes > KEPT_BYTES)
            && let Some((_, oldest)) = self.order.pop_front()
        {
            self.bytes -= oldest.params.get().len();
        }
    }

    fn get(&self, request_id: &RequestId) -> Option<&Given> {
        self.order.iter().rev().find(|(own, _)| own == request_id).map(|(_, given)| given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(length: usize) -> Given {
        let text = format!("\"{}\"", "x".repeat(length));
        let params = Arc::from(RawValue::from_string(text).expect("a string"));
        Given { method: "answer", params }
    }

    fn ids(ids: &[&str]) -> HashSet<RequestId> {
        ids.iter().map(|id| RequestId::from(*id)).collect()
    }

    #[test]
    fn a_new_connection_gets_kept_answers_again_and_runs_nothing_twice() {
        let mut asked = Asked::new();
        let running = asked.begin(Question::Tool, "slow", &"r1".into()).expect("new");
        let dropped = asked.begin(Question::Tool, "dropped", &"r2".into()).expect("new");
        asked.begin(Question::Permission, "shell", &"r3".into()).expect("new");
        asked.end(&"r3".into()).expect("running");
        asked.keep(&"r3".into(), given(1));
        let form = asked.begin(Question::Elicitation, "name", &"r4".into()).expect("new");
        let (_, hook) = asked.begin_request("hooks.invoke");

        assert_eq!(asked.suspend(), ["elicitation.requested (name)", "hooks.invoke"]);
        assert!(form.is_cancelled() && hook.is_cancelled());
        let open = ids(&["r1", "r3", "r5"]);
        let carried = asked.carry(&open);
        assert_eq!(asked.given(&open).len(), 1);
        assert_eq!(carried.unknown, ids(&["r5"]));
        assert_eq!(carried.lost, ["external_tool.requested (dropped)"]);
        assert_eq!((running.is_cancelled(), dropped.is_cancelled()), (false, true));
        for id in ["r1", "r2", "r3"] {
            assert!(asked.begin(Question::Tool, "again", &id.into()).is_none(), "{id}");
        }
    }

    #[test]
    fn kept_answers_are_bounded_in_number_and_bytes_and_the_last_one_is_kept_at_any_size() {
        let mut kept = KeptAnswers::default();
        for number in 0..300 {
            kept.push(number.to_string().as_str().into(), given(1));
        }
        assert_eq!((kept.order.len(), kept.get(&"235".into()).is_some()), (64, false));
        kept.push("large".into(), given(KEPT_BYTES));
        assert_eq!(kept.order.len(), 1);
        assert!(kept.get(&"large".into()).is_some());
        kept.push("small".into(), given(1));
        assert_eq!((kept.order.len(), kept.bytes), (1, 3));
    }
}
