//! A worker: a CLI, and the sessions that it holds.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use copilot_sdk::provider::Provider;
use copilot_sdk::tool_filter::ToolFilter;
use copilot_sdk::{Client, Error, ErrorKind, Result, Session, cli};
use tokio::net::TcpListener;
use tokio::sync::Mutex;

use crate::measured::MeasuredStore;
use crate::{Failure, stores};

/// How many sessions a worker keeps open: each costs memory of the CLI.
const OPEN: usize = 100;

/// The session of a conversation, unless it has to be opened.
type Conversation = Arc<Mutex<Option<Session>>>;

#[derive(Clone)]
struct Worker {
    client: Client,
    provider: Provider,
    store: Arc<MeasuredStore>,
    /// The sessions of this worker, each with a lock, because a conversation has one prompt at a
    /// time, and when it had its last.
    sessions: Arc<Mutex<HashMap<String, (Conversation, Instant)>>>,
}

/// Serves prompts until the process is killed. Prints its address.
pub async fn serve(name: &str, store: &str, model: &str) -> std::result::Result<(), Failure> {
    let home: PathBuf = std::env::temp_dir().join(format!("copilot-sdk-fleet-{name}"));
    std::fs::create_dir_all(&home)?;
    let (sessions, store) = stores::open(store, name)?;
    let client = Client::builder()
        .cli_path(cli::install().await?)
        .isolated(true)
        .base_directory(&home)
        .cwd(&home)
        .use_logged_in_user(false)
        .session_store(sessions)
        .start()
        .await?;
    let provider = Provider::openai(model).api_key("scripted");
    let worker = Worker { client, provider, store, sessions: Arc::default() };
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("http://{}", listener.local_addr()?);
    let app = Router::new()
        .route("/sessions/{id}", post(prompt))
        .route("/numbers", get(numbers))
        .with_state(worker);
    axum::serve(listener, app).await?;
    Ok(())
}

async fn numbers(State(worker): State<Worker>) -> String {
    worker.store.numbers().to_line()
}

async fn prompt(
    State(worker): State<Worker>,
    Path(id): Path<String>,
    text: String,
) -> (StatusCode, String) {
    let conversation = worker.conversation(&id).await;
    let mut session = conversation.lock().await;
    let answered = worker.ask(&mut session, &id, text).await;
    drop(session);
    worker.release_idle().await;
    match answered {
        Ok(reply) => {
            worker.store.numbers().prompts += 1;
            (StatusCode::OK, reply)
        }
        Err(error) => {
            let status = match error.kind() {
                ErrorKind::Busy => StatusCode::CONFLICT,
                _ => StatusCode::SERVICE_UNAVAILABLE,
            };
            (status, describe(&error))
        }
    }
}

impl Worker {
    async fn conversation(&self, id: &str) -> Conversation {
        let mut sessions = self.sessions.lock().await;
        let (conversation, used) =
            sessions.entry(id.to_owned()).or_insert_with(|| (Arc::default(), Instant::now()));
        *used = Instant::now();
        Arc::clone(conversation)
    }

    /// After an error, whatever it was, the next prompt opens the session anew.
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

    /// Hands over the session that has been idle for longest, if too many are open.
    async fn release_idle(&self) {
        let mut sessions = self.sessions.lock().await;
        if sessions.len() <= OPEN {
            return;
        }
        let idle = sessions.iter().filter(|(_, (conversation, _))| conversation.try_lock().is_ok());
        let oldest = idle.min_by_key(|(_, (_, used))| *used).map(|(id, _)| id.clone());
        let removed = oldest.and_then(|id| sessions.remove(&id));
        drop(sessions);
        if let Some((conversation, _)) = removed
            && let Some(session) = conversation.lock().await.take()
            && let Err(error) = session.release().await
        {
            eprintln!("a session was not handed over: {}", describe(&error));
        }
    }
}

fn describe(error: &Error) -> String {
    format!("{}: {error}", error.kind())
}
