//! Records requests and takes their replies from the script.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::reply::ModelReply;
use super::request::{ModelRequest, RecordedRequest};

pub(in crate::testing) struct Recorder {
    script: Script,
    /// The number of recorded requests; locked while one is recorded.
    count: Mutex<usize>,
    calls: AtomicU64,
    log: watch::Sender<Log>,
}

pub(super) enum Script {
    List(Mutex<VecDeque<ModelReply>>),
    Function(Box<dyn Fn(&ModelRequest) -> ModelReply + Send + Sync>),
}

#[derive(Default)]
struct Log {
    requests: Vec<ModelRequest>,
    others: Vec<String>,
    problems: Vec<String>,
}

impl Recorder {
    pub(super) fn new(script: Script) -> Self {
        Self {
            script,
            count: Mutex::new(0),
            calls: AtomicU64::new(0),
            log: watch::Sender::default(),
        }
    }

    /// Records a model call and takes its reply; `Err` tells why there is none.
    pub(super) fn next_reply(
        &self,
        recorded: RecordedRequest,
    ) -> (ModelRequest, Result<ModelReply, String>) {
        match &self.script {
            Script::List(replies) => {
                // Locked until the request is recorded, so that request n gets reply n even if two
                // arrive at once.
                let mut replies = lock(replies);
                let request = self.record(recorded);
                let reply = replies.pop_front().ok_or_else(|| {
                    format!(
                        "the script is exhausted: request {} found no reply, add one",
                        request.number()
                    )
                });
                (request, reply.map(|reply| self.with_call_ids(reply)))
            }
            Script::Function(function) => {
                let request = self.record(recorded);
                let reply = catch_unwind(AssertUnwindSafe(|| function(&request)));
                let reply = reply.map_err(|panic| {
                    format!(
                        "the script panicked on request {}: {}",
                        request.number(),
                        text_of(&*panic)
                    )
                });
                (request, reply.map(|reply| self.with_call_ids(reply)))
            }
        }
    }

    pub(super) fn add_other_request(&self, request: String) {
        self.log.send_modify(|log| log.others.push(request));
    }

    pub(super) fn add_problem(&self, problem: String) {
        self.log.send_modify(|log| log.problems.push(problem));
    }

    pub(super) fn requests(&self) -> Vec<ModelRequest> {
        self.log.borrow().requests.clone()
    }

    pub(super) async fn wait_for_requests(&self, count: usize) -> Vec<ModelRequest> {
        // Fails only when the sender is gone, and `self` holds it.
        let mut log = self.log.subscribe();
        let arrived = log.wait_for(|log| log.requests.len() >= count).await;
        arrived.map(|log| log.requests.clone()).unwrap_or_default()
    }

    pub(super) fn other_requests(&self) -> Vec<String> {
        self.log.borrow().others.clone()
    }

    pub(super) fn problems(&self) -> Vec<String> {
        self.log.borrow().problems.clone()
    }

    pub(super) fn replies_left(&self) -> usize {
        match &self.script {
            Script::List(replies) => lock(replies).len(),
            Script::Function(_) => 0,
        }
    }

    fn record(&self, mut recorded: RecordedRequest) -> ModelRequest {
        let mut count = lock(&self.count);
        *count += 1;
        recorded.number = *count;
        let request = ModelRequest::new(recorded);
        self.log.send_modify(|log| log.requests.push(request.clone()));
        request
    }

    /// Gives an id to each tool call that has none.
    fn with_call_ids(&self, mut reply: ModelReply) -> ModelReply {
        for call in &mut reply.message.calls {
            call.id.get_or_insert_with(|| {
                format!("call_{}", self.calls.fetch_add(1, Ordering::Relaxed) + 1)
            });
        }
        reply
    }
}

impl Script {
    pub(super) fn list(replies: impl IntoIterator<Item = ModelReply>) -> Self {
        Self::List(Mutex::new(replies.into_iter().collect()))
    }

    pub(super) fn function(
        function: impl Fn(&ModelRequest) -> ModelReply + Send + Sync + 'static,
    ) -> Self {
        Self::Function(Box::new(function))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn text_of(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without text")
}
