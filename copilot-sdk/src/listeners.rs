//! Callbacks for notifications. Each method has its own queue and task, so that the reader does not
//! wait and notifications stay in order.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::value::RawValue;

use crate::closed::Closed;
use crate::queue::{Items, Queue};
use crate::request::{NotificationHandler, RequestHandlers};
use crate::subscription::CallbackRuntime;

/// The queues of notification callbacks, by method.
#[derive(Default)]
pub(crate) struct Listeners(HashMap<String, Arc<Queue<Box<RawValue>>>>);

impl Listeners {
    /// Runs the callbacks of `handlers` until [`end`](Self::end).
    pub(crate) fn start(handlers: &RequestHandlers, callbacks: &CallbackRuntime) -> Self {
        let start = |(method, callback): (&str, &NotificationHandler)| {
            let queue = Arc::new(Queue::<Box<RawValue>>::new());
            let callback = Arc::clone(callback);
            let name = method.to_owned();
            callbacks.subscribe(Items::of(&queue), move |params| {
                if let Err(error) = callback(params) {
                    tracing::warn!(method = name, %error, "a notification cannot be read");
                }
            });
            (method.to_owned(), queue)
        };
        Self(handlers.notifications().map(start).collect())
    }

    /// Delivers a notification. Returns whether there is a callback for it.
    pub(crate) fn notify(&self, method: &str, params: Option<&RawValue>) -> bool {
        let Some(queue) = self.0.get(method) else { return false };
        let params = params.unwrap_or(RawValue::NULL).to_owned();
        let size = params.get().len();
        queue.push(params, size)
    }

    /// Ends all queues.
    pub(crate) fn end(&self, closed: &Closed) {
        for queue in self.0.values() {
            queue.finish(closed);
        }
    }
}

impl Drop for Listeners {
    fn drop(&mut self) {
        self.end(&Closed::orderly("nothing is connected any more"));
    }
}
