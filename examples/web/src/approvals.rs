//! Questions that wait for a person in front of a browser.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use copilot_sdk::permission::{PermissionDecision, PermissionRequest};
use serde::Serialize;
use tokio::sync::{mpsc, oneshot};

/// A question as the page shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Question {
    pub id: u64,
    pub text: String,
}

/// The pending questions of one user.
#[derive(Debug)]
pub struct Approvals {
    pending: Mutex<Pending>,
    page: mpsc::UnboundedSender<Question>,
}

#[derive(Debug, Default)]
struct Pending {
    asked: u64,
    answers: BTreeMap<u64, oneshot::Sender<bool>>,
}

impl Approvals {
    /// Questions go to `page`.
    pub fn new(page: mpsc::UnboundedSender<Question>) -> Self {
        Self { pending: Mutex::default(), page }
    }

    /// Shows the question and waits for the answer; without a page, or when it goes away, the agent
    /// is told that nobody is available.
    pub async fn ask(&self, request: PermissionRequest) -> PermissionDecision {
        let (answer, answered) = oneshot::channel();
        let id = {
            let mut pending = self.lock();
            pending.asked += 1;
            let id = pending.asked;
            pending.answers.insert(id, answer);
            id
        };
        let text = format!("The agent wants to {}.", request.describe());
        if self.page.send(Question { id, text }).is_err() {
            self.lock().answers.remove(&id);
        }
        match answered.await {
            Ok(true) => PermissionDecision::ApproveInteractively,
            Ok(false) => PermissionDecision::reject("the user said no"),
            Err(_) => PermissionDecision::UserNotAvailable,
        }
    }

    /// Answers a question; false if it is not pending.
    pub fn answer(&self, id: u64, allow: bool) -> bool {
        let answer = self.lock().answers.remove(&id);
        answer.is_some_and(|answer| answer.send(allow).is_ok())
    }

    /// Nobody answers what is pending.
    pub fn give_up(&self) {
        self.lock().answers.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
