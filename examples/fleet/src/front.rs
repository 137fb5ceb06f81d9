//! The front: takes prompts for any session, and hands each to the worker that had the session
//! last, or to another one if that is gone.

use std::collections::HashMap;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use reqwest::Client;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::Mutex;
use tokio::time::sleep;

use crate::Failure;
use crate::measured::Numbers;

/// The workers, and who had which session last.
pub struct Front {
    pub address: String,
    fleet: Arc<Fleet>,
}

struct Fleet {
    client: Client,
    store: String,
    model: String,
    workers: Mutex<Vec<Worker>>,
    routes: Mutex<HashMap<String, String>>,
    started: Mutex<usize>,
}

struct Worker {
    address: String,
    process: Child,
}

/// How long to wait before a prompt that no worker took is tried again, and how often.
const PAUSE: Duration = Duration::from_millis(500);
const TRIES: usize = 120;

impl Front {
    pub async fn start(workers: usize, store: &str, model: &str) -> Result<Self, Failure> {
        let fleet = Arc::new(Fleet {
            client: Client::new(),
            store: store.to_owned(),
            model: model.to_owned(),
            workers: Mutex::default(),
            routes: Mutex::default(),
            started: Mutex::default(),
        });
        for _ in 0..workers {
            fleet.add_worker().await?;
        }
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = format!("http://{}", listener.local_addr()?);
        let app =
            Router::new().route("/sessions/{id}", post(prompt)).with_state(Arc::clone(&fleet));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(Self { address, fleet })
    }

    /// Kills the worker that had a session last, or another one if that is gone, and starts a new
    /// one.
    pub async fn kill_worker_of(&self, session: &str) -> Result<(), Failure> {
        let address = self.fleet.routes.lock().await.get(session).cloned();
        let killed = {
            let mut workers = self.fleet.workers.lock().await;
            let at = workers.iter().position(|worker| Some(&worker.address) == address.as_ref());
            (!workers.is_empty()).then(|| workers.swap_remove(at.unwrap_or(0)))
        };
        if let Some(mut worker) = killed {
            worker.process.kill().await?;
            println!("killed   {}", worker.address);
        }
        self.fleet.add_worker().await
    }

    /// What the workers that live have counted.
    pub async fn numbers(&self) -> Result<Numbers, Failure> {
        let mut all = Numbers::default();
        for worker in self.fleet.workers.lock().await.iter() {
            let answer =
                self.fleet.client.get(format!("{}/numbers", worker.address)).send().await?;
            let line = answer.text().await?;
            all.add(Numbers::from_line(&line).ok_or("a worker sent no numbers")?);
        }
        Ok(all)
    }

    pub async fn stop(self) {
        for worker in self.fleet.workers.lock().await.iter_mut() {
            // It may have ended by itself.
            let _ = worker.process.kill().await;
        }
    }
}

impl Fleet {
    async fn add_worker(&self) -> Result<(), Failure> {
        let number = {
            let mut started = self.started.lock().await;
            *started += 1;
            *started
        };
        let mut process = Command::new(std::env::current_exe()?)
            .args(["worker", &format!("worker-{number}"), &self.store, &self.model])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let output = process.stdout.take().ok_or("a worker has no output")?;
        let address = BufReader::new(output).lines().next_line().await?;
        let address = address.ok_or("a worker ended before it served")?;
        self.workers.lock().await.push(Worker { address, process });
        Ok(())
    }

    /// The worker that had the session last, or the next one.
    async fn worker_for(&self, session: &str, attempt: usize) -> Option<String> {
        let workers = self.workers.lock().await;
        let last = self.routes.lock().await.get(session).cloned();
        let is_there = |address: &String| workers.iter().any(|w| w.address == *address);
        if let Some(last) = last.filter(is_there) {
            return Some(last);
        }
        let number: usize = session.bytes().map(usize::from).sum();
        let at = number.checked_add(attempt)?.checked_rem(workers.len())?;
        workers.get(at).map(|worker| worker.address.clone())
    }
}

async fn prompt(
    State(fleet): State<Arc<Fleet>>,
    Path(session): Path<String>,
    text: String,
) -> (StatusCode, String) {
    let mut why = "there is no worker".to_owned();
    for attempt in 0..TRIES {
        if let Some(worker) = fleet.worker_for(&session, attempt).await {
            let url = format!("{worker}/sessions/{session}");
            let sent = fleet.client.post(url).body(text.clone()).send().await;
            let answer = match sent {
                Ok(answer) if answer.status().is_success() => answer.text().await,
                Ok(answer) => {
                    why = answer.text().await.unwrap_or_default();
                    fleet.routes.lock().await.remove(&session);
                    sleep(PAUSE).await;
                    continue;
                }
                Err(error) => Err(error),
            };
            match answer {
                Ok(reply) => {
                    fleet.routes.lock().await.insert(session, worker);
                    return (StatusCode::OK, reply);
                }
                Err(error) => why = error.to_string(),
            }
        }
        fleet.routes.lock().await.remove(&session);
        sleep(PAUSE).await;
    }
    (StatusCode::SERVICE_UNAVAILABLE, why)
}
