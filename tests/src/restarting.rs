//! What the tests of restarts share: a session whose CLI is killed or stopped, and a tool that runs
//! until it is told to end.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use copilot_sdk::client::{ClientBuilder, Lifecycle, LifecycleEvent, Lost};
use copilot_sdk::session::Reply;
use copilot_sdk::testing::{ModelReply, ModelRequest, ScriptedModel};
use copilot_sdk::{Result, Session, SessionBuilder, Tool};
use serde_json::json;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::{PATIENCE, Place, Stage, carriers, kill, until_on_disk};

/// The time within which a session works again after its CLI was found dead. It is asserted where
/// nothing else runs: `.ci/recovery`.
const RESTART: Duration = if cfg!(feature = "load") { Duration::from_secs(5) } else { PATIENCE };

/// A session whose CLI is started again when it ends.
#[derive(Debug)]
pub struct Restarting {
    /// The client, the model and where the CLI lives.
    pub stage: Stage,
    /// A session of the model.
    pub session: Session,
    /// What the client tells of its CLI since it started.
    pub lifecycle: Lifecycle,
    /// What the client needs to find the CLI dead.
    pub liveness: Cell<Duration>,
}

impl Restarting {
    /// A session of a model that answers so.
    ///
    /// # Panics
    ///
    /// When the CLI cannot be installed or started.
    pub async fn new(answer: impl Fn(&ModelRequest) -> ModelReply + Send + Sync + 'static) -> Self {
        Self::with(answer, |client| client, |session| session).await
    }

    /// The same with other options of the client.
    ///
    /// # Panics
    ///
    /// When the CLI cannot be installed or started.
    pub async fn with_client(
        answer: impl Fn(&ModelRequest) -> ModelReply + Send + Sync + 'static,
        options: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Self {
        Self::with(answer, options, |session| session).await
    }

    /// The same with other options of the session.
    ///
    /// # Panics
    ///
    /// When the CLI cannot be installed or started.
    pub async fn with_session(
        answer: impl Fn(&ModelRequest) -> ModelReply + Send + Sync + 'static,
        options: impl FnOnce(SessionBuilder) -> SessionBuilder,
    ) -> Self {
        Self::with(answer, |client| client, options).await
    }

    /// The same with other options of both.
    ///
    /// # Panics
    ///
    /// When the CLI cannot be installed or started.
    pub async fn with(
        answer: impl Fn(&ModelRequest) -> ModelReply + Send + Sync + 'static,
        client: impl FnOnce(ClientBuilder) -> ClientBuilder,
        session: impl FnOnce(SessionBuilder) -> SessionBuilder,
    ) -> Self {
        let model = ScriptedModel::answering(answer).await.expect("a loopback port is free");
        let place = Place::new();
        let client = client(place.client().await.auto_restart(true));
        let client = client.start().await.expect("the pinned CLI starts");
        let stage = Stage { client, model, place };
        let lifecycle = stage.client.lifecycle();
        let session = session(stage.session()).create().await.expect("the session is created");
        Self { stage, session, lifecycle, liveness: Cell::new(Duration::ZERO) }
    }

    /// Asks, and waits until the answer is in the file that a session is resumed from.
    ///
    /// # Panics
    ///
    /// When the model does not answer.
    pub async fn ask_and_keep(&self, prompt: &str) {
        self.session.ask(prompt).await.expect("the model answers");
        self.until_on_disk("assistant.message").await;
    }

    /// Asks in a task of its own; the reply.
    pub fn begin(&self, prompt: &'static str) -> JoinHandle<Result<Reply>> {
        let session = self.session.clone();
        tokio::spawn(async move { session.ask(prompt).await })
    }

    /// Waits until an event of this type is in the file that a session is resumed from.
    pub async fn until_on_disk(&self, event_type: &str) {
        until_on_disk(&self.session, event_type).await;
    }

    /// Ends the CLI as the kernel would.
    pub fn kill(&self) {
        for pid in carriers(&self.stage.place) {
            kill(pid);
        }
    }

    /// Stops the CLI: it is there and does nothing. The client takes it for dead after `liveness`
    /// twice.
    ///
    /// # Panics
    ///
    /// When there is no `kill` to be run.
    pub fn freeze(&self, liveness: Duration) {
        self.liveness.set(2 * liveness);
        for pid in carriers(&self.stage.place) {
            let pid = pid.to_string();
            let sent = std::process::Command::new("kill").args(["-STOP", &pid]).status();
            sent.expect("`kill` can be run");
        }
    }

    /// Waits until the CLI runs again; what was lost.
    ///
    /// # Panics
    ///
    /// When it does not in time.
    pub async fn restarted(&mut self) -> Vec<Lost> {
        let restarted = async {
            loop {
                let event = self.lifecycle.next().await.expect("the client lives");
                match event.expect("the client lives") {
                    LifecycleEvent::Restarted { lost } => return lost,
                    LifecycleEvent::GaveUp { reason } => panic!("gave up: {reason}"),
                    _ => {}
                }
            }
        };
        let within = RESTART + self.liveness.get();
        timeout(within, restarted).await.unwrap_or_else(|_| panic!("no restart within {within:?}"))
    }

    /// Kills the CLI and waits until it runs again; what was lost.
    ///
    /// # Panics
    ///
    /// When it does not in time.
    pub async fn kill_and_restart(&mut self) -> Vec<Lost> {
        self.kill();
        self.restarted().await
    }

    /// Checks that the session works, remembers `earlier`, and that nothing is left when the client
    /// stops.
    ///
    /// # Panics
    ///
    /// When one of these is not so.
    pub async fn goes_on(self, earlier: &[&str]) {
        let reply = self.session.ask("still there?").await.expect("the session goes on");
        assert!(reply.text().contains("still there?"), "{reply}");
        let requests = self.stage.model.requests();
        let last = requests.last().expect("the model was asked");
        for text in earlier {
            assert!(last.user_texts().iter().any(|said| said.contains(text)), "{text}: {last:?}");
        }
        self.stage.client.stop().await.expect("the client stops");
        assert_eq!(carriers(&self.stage.place), [] as [u32; 0]);
    }
}

/// Says what the last prompt was, and calls `step` first when it is asked to.
pub fn echo(request: &ModelRequest) -> ModelReply {
    let last = last_prompt(request);
    if last.contains("use the tool") && request.tool_results().is_empty() {
        return ModelReply::tool("step", json!({}));
    }
    ModelReply::text(format!("you said {last}"))
}

/// What the user said last; empty if there was nothing.
pub fn last_prompt(request: &ModelRequest) -> String {
    request.user_texts().pop().unwrap_or_default()
}

/// What was lost, without the session that lost it.
pub fn names(lost: Vec<Lost>) -> Vec<String> {
    lost.into_iter().map(|lost| lost.what).collect()
}

/// A tool that runs until it is told to end, and counts its runs.
#[derive(Clone, Debug, Default)]
pub struct Step {
    runs: Arc<AtomicUsize>,
    /// Told when a run has begun.
    pub begun: Arc<Notify>,
    /// Ends the run when told.
    pub end: Arc<Notify>,
}

impl Step {
    /// The tool, `step`.
    pub fn tool(&self) -> Tool {
        let step = self.clone();
        Tool::new("step").description("Take a step").handler(move |(), _| {
            let step = step.clone();
            async move {
                step.runs.fetch_add(1, Ordering::Relaxed);
                step.begun.notify_one();
                step.end.notified().await;
                "stepped"
            }
        })
    }

    /// How often the tool was run.
    pub fn runs(&self) -> usize {
        self.runs.load(Ordering::Relaxed)
    }
}
