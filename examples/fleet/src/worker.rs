//! A worker: a CLI, and the sessions that it holds.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use copilot_sdk::provider::Provider;
use copilot_sdk::tool_filter::ToolFilter;
use copilot_sdk::{Client, Error, ErrorKind, Result, Session, cli};
use tokio::net::TcpListener;
use tokio::sync::Mutex;

use crate::{Failure, stores};

/// The session of a conversation, unless it has to be opened.
type Conversation = Arc<Mutex<Option<Session>>>;

/// The sessions of this worker, each with a lock, because a conversation has one prompt at a time.
#[derive(Clone)]
struct Worker {
    client: Client,
    provider: Provider,
    sessions: Arc<Mutex<HashMap<String, Conversation>>>,
}

/// Serves prompts until the process is killed. Prints its address.
pub async fn serve(name: &str, store: &str, model: &str) -> std::result::Result<(), Failure> {
    let home: PathBuf = std::env::temp_dir().join(format!("copilot-sdk-fleet-{name}"));
    std::fs::create_dir_all(&home)?;
    let client = Client::builder()
        .cli_path(cli::install().await?)
        .isolated(true)
        .base_directory(&home)
        .cwd(&home)
        .use_logged_in_user(false)
        .session_store(stores::open(store, name)?)
        .start()
        .await?;
    let provider = Provider::openai(model).api_key("scripted");
    let worker = Worker { client, provider, sessions: Arc::default() };
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("http://{}", listener.local_addr()?);
    let app = Router::new().route("/sessions/{id}", post(prompt)).with_state(worker);
    axum::serve(listener, app).await?;
    Ok(())
}

async fn prompt(
    State(worker): State<Worker>,
    Path(id): Path<String>,
    text: String,
) -> (StatusCode, String) {
    let place = Arc::clone(worker.sessions.lock().await.entry(id.clone()).or_default());
    let mut session = place.lock().await;
    let answered = worker.ask(&mut session, &id, text).await;
    match answered {
        Ok(reply) => (StatusCode::OK, reply),
        Err(error) => {
            // Whatever it was, the next prompt opens the session anew.
            *session = None;
            let status = match error.kind() {
                ErrorKind::Busy => StatusCode::CONFLICT,
                _ => StatusCode::SERVICE_UNAVAILABLE,
            };
            (status, describe(&error))
        }
    }
}

impl Worker {
    async fn ask(&self, held: &mut Option<Session>, id: &str, text: String) -> Result<String> {
        let session = if let Some(session) = held.take() {
            session
        } else {
            // An isolated client offers no tool that a session does not name.
            let session = self.client.session().available_tools([ToolFilter::all_custom()]);
            let session = session.model("scripted").provider(self.provider.clone());
            session.resume_or_create(id).await?
        };
        let reply = session.ask(text).await?.text().to_owned();
        *held = Some(session);
        Ok(reply)
    }
}

fn describe(error: &Error) -> String {
    format!("{}: {error}", error.kind())
}
