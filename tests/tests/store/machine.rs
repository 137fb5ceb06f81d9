//! Machines that share a session store.

use std::path::Path;

use copilot_sdk::Client;
use copilot_sdk::Session;
use copilot_sdk::event::{Event, EventData};
use copilot_sdk::session::SessionBuilder;
use copilot_sdk::store::SessionStore;
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk_tests::Place;

/// A client with a CLI and a home of its own.
pub(crate) struct Machine {
    pub(crate) place: Place,
    pub(crate) client: Client,
}

impl Machine {
    pub(crate) async fn new(store: SessionStore) -> Self {
        let place = Place::new();
        let client = place.client().await.session_store(store).start().await.unwrap();
        Self { place, client }
    }

    pub(crate) fn session(&self, model: &ScriptedModel) -> SessionBuilder {
        self.client.session().model("scripted").provider(model.provider())
    }
}

/// A model that answers with all it was told so far.
pub(crate) async fn echo() -> ScriptedModel {
    let answer = |request: &copilot_sdk::testing::ModelRequest| {
        ModelReply::text(request.user_texts().join("+"))
    };
    ScriptedModel::answering(answer).await.unwrap()
}

pub(crate) fn store(directory: &Path, holder: &str) -> SessionStore {
    SessionStore::local(directory).unwrap().holder(holder)
}

/// Lets the heartbeats of all programs seem to have ended long ago.
pub(crate) fn stop_hearts(directory: &Path) {
    for heart in std::fs::read_dir(directory.join("holders")).unwrap() {
        std::fs::remove_file(heart.unwrap().path()).unwrap();
    }
}

/// What was said in a session, according to its history.
pub(crate) async fn said(session: &Session) -> Vec<String> {
    spoken(&session.history().await.unwrap())
}

/// What was said, according to these events.
pub(crate) fn spoken(history: &[Event]) -> Vec<String> {
    let said = history.iter().filter_map(|event| match &event.data {
        EventData::UserMessage(message) => Some(message.content.clone()),
        EventData::AssistantMessage(message) => Some(message.content.clone()),
        _ => None,
    });
    said.collect()
}
