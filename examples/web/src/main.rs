//! A web server: one session for each user, replies as server-sent events, approvals by another
//! route, tools over a database, a clean end on SIGTERM.
//!
//! `cargo run` in this folder, then open <http://127.0.0.1:8080/?user=ann>. A scripted model
//! answers; for a real one give [`Conversations::new`] another provider.

mod approvals;
mod conversation;
mod notes;
mod routes;
mod script;

use std::path::PathBuf;

use copilot_sdk::testing::ScriptedModel;
use copilot_sdk::{Client, cli};
use tokio::net::TcpListener;

use crate::conversation::Conversations;
use crate::notes::Database;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = std::env::args().nth(1).map_or(Ok(8080), |port| port.parse())?;
    let directory = Directory::new()?;
    let client = Client::builder()
        .cli_path(cli::install().await?)
        .isolated(true)
        .base_directory(directory.0.join("copilot"))
        .cwd(&directory.0)
        .use_logged_in_user(false)
        .start()
        .await?;
    let model = ScriptedModel::answering(script::reply).await?;
    let database = Database::open(&directory.0.join("notes.db"))?;
    let conversations = Conversations::new(client.clone(), model.provider(), database);

    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("listens  http://{}", listener.local_addr()?);
    let app = routes::router(conversations.clone());
    // Streams that are still open would keep the server from ending, so their turns end first.
    let end = async move {
        asked_to_end().await;
        conversations.end().await;
    };
    axum::serve(listener, app).with_graceful_shutdown(end).await?;
    client.stop().await?; // the hooks of the sessions run, and no process is left behind
    println!("stopped");
    Ok(())
}

/// Waits for Ctrl-C, or for the system to end the program.
async fn asked_to_end() {
    let asked = tokio::select! {
        asked = terminated() => asked,
        asked = tokio::signal::ctrl_c() => asked,
    };
    if asked.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Waits for SIGTERM.
#[cfg(unix)]
async fn terminated() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    signal(SignalKind::terminate())?.recv().await;
    Ok(())
}

/// Waits for the end of the container or of the system, which is told as an event.
#[cfg(windows)]
async fn terminated() -> std::io::Result<()> {
    tokio::signal::windows::ctrl_shutdown()?.recv().await;
    Ok(())
}

/// Where this server keeps everything; removed at its end, because it is an example.
struct Directory(PathBuf);

impl Directory {
    fn new() -> std::io::Result<Self> {
        let path = std::env::temp_dir().join(format!("copilot-sdk-web-{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
