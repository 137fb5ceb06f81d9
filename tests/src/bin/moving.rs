//! A program that waits to be killed, in the middle of a call of the tool `launch` or `set`, in the
//! session `moving` on a store. Its arguments are the directories of the store and of the CLI's
//! home, the address of the model, and the prompt.
//!
//! It says `running` when the call runs.
#![allow(clippy::unwrap_used, clippy::panic, reason = "it is a part of a test")]

use std::path::Path;

use copilot_sdk::Tool;
use copilot_sdk::provider::Provider;
use copilot_sdk::store::SessionStore;
use copilot_sdk_tests::Place;

#[tokio::main]
async fn main() {
    let words: Vec<_> = std::env::args().skip(1).collect();
    let [store, home, model, prompt] = words.as_slice() else {
        panic!("expected a store, a home, a model and a prompt: {words:?}")
    };
    let store = SessionStore::local(store).unwrap().holder("the program that was killed");
    let place = Place::new();
    let client = place.client().await.base_directory(Path::new(home)).session_store(store);
    let client = client.start().await.unwrap();
    let tool = |name: &'static str| {
        Tool::new(name).description("Runs for ever").handler(|(), _| async {
            println!("running");
            std::future::pending::<()>().await;
        })
    };
    let provider = Provider::openai(model).api_key("scripted");
    let session = client.session().model("scripted").provider(provider).session_id("moving");
    let session = session.tool(tool("launch")).tool(tool("set").idempotent());
    let session = session.create().await.unwrap();
    session.ask(prompt.as_str()).await.unwrap();
}
