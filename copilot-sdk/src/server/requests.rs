//! Messages from the CLI that belong to no session, or that a session leaves to its client.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::value::RawValue;
use tokio::sync::Semaphore;

use super::model_requests::{CHUNK, ModelExchanges, START};
use super::options::Options;
use crate::jsonrpc::{CODE_INTERNAL, CODE_METHOD_NOT_FOUND, Responder};
use crate::listeners::Listeners;
use crate::request::RequestHandlers;
use crate::router::ServerInbox;
use crate::subscription::CallbackRuntime;
use crate::task::spawn;
use crate::tool::CancelToken;

/// How many requests are answered at once. Each has room for so many bytes, and a larger one takes
/// the places of several: 256 MiB in all.
const PLACES: u32 = 4096;
const PLACE_BYTES: usize = 64 * 1024;

/// Calls the program's handlers. Refuses requests without a handler, naming the method, so that the
/// CLI never waits for an answer.
pub(super) struct Requests {
    handlers: RequestHandlers,
    listeners: Listeners,
    model_requests: Option<Arc<ModelExchanges>>,
    places: Arc<Semaphore>,
    /// Cancelled when the connection is over.
    over: Mutex<CancelToken>,
}

impl Requests {
    pub(super) fn new(options: &Options, callbacks: &CallbackRuntime) -> Self {
        Self {
            handlers: options.requests.clone(),
            listeners: Listeners::start(&options.requests, callbacks),
            model_requests: options.model_requests.clone(),
            places: Arc::new(Semaphore::new(PLACES as usize)),
            over: Mutex::new(CancelToken::new()),
        }
    }

    fn model_requests(&self, method: &str) -> Option<&Arc<ModelExchanges>> {
        self.model_requests.as_ref().filter(|_| matches!(method, START | CHUNK))
    }

    fn over(&self) -> CancelToken {
        self.over.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ServerInbox for Requests {
    fn request(&self, method: &str, params: Option<&RawValue>, responder: Responder) {
        if let Some(model_requests) = self.model_requests(method) {
            let params = params.unwrap_or(RawValue::NULL);
            return model_requests.request(method, params, responder);
        }
        let Some(handler) = self.handlers.request(method).cloned() else {
            return responder.error(CODE_METHOD_NOT_FOUND, &format!("unknown method `{method}`"));
        };
        let (method, over) = (Box::<str>::from(method), self.over());
        let params = params.unwrap_or(RawValue::NULL).to_owned();
        let places = u32::try_from(params.get().len() / PLACE_BYTES + 1).unwrap_or(PLACES);
        let Ok(place) = Arc::clone(&self.places).try_acquire_many_owned(places.min(PLACES)) else {
            let text = "this program is answering too many requests already";
            return responder.error(CODE_INTERNAL, text);
        };
        spawn(async move {
            let _place = place;
            let answer = tokio::select! {
                biased;
                answer = handler.call(params) => answer,
                // The answer can no longer be delivered.
                () = over.cancelled() => return,
            };
            match answer {
                Ok(answer) => responder.result(&answer),
                Err(error) => {
                    tracing::error!(method = &*method, error = &*error, "a handler failed");
                    responder.error(CODE_INTERNAL, &error.to_string());
                }
            }
        });
    }

    fn handles(&self, method: &str) -> bool {
        self.model_requests(method).is_some() || self.handlers.request(method).is_some()
    }

    fn notification(&self, method: &str, params: Option<&RawValue>) {
        if !self.listeners.notify(method, params) {
            tracing::trace!(method, "a notification that nothing here listens to");
        }
    }

    fn ended(&self) {
        if let Some(model_requests) = &self.model_requests {
            model_requests.ended();
        }
        let mut over = self.over.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *over, CancelToken::new()).cancel();
    }
}
