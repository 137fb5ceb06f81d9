//! What the tests of restarts share: a session whose CLI is killed or stopped, and a tool that runs
//! until it is told to end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use copilot_sdk::client::{ClientBuilder, Lifecycle, LifecycleEvent, Lost};
use copilot_sdk::session::Reply;
use copilot_sdk::testing::{ModelReply, ModelRequest, ScriptedModel};
use copilot_sdk::{Result, Session, SessionBuilder, Tool};
use copilot_sdk_tests::{PATIENCE, Place, Stage, carriers, kill, until_on_disk};
use serde_json::json;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// A session whose CLI is started again when it ends.
pub(crate) struct Restarting {
    pub(crate) stage: Stage,
    pub(crate) session: Session,
    pub(crate) lifecycle: Lifecycle,
}

impl Restarting {
    pub(crate) async fn new(
        answer: impl Fn(&ModelRequest) -> ModelReply + Send + Sync + 'static,
    ) -> Self {
        Self::with(answer, |client| client, |session| session).await
    }

    pub(crate) async fn with_client(
        answer: impl Fn(&ModelRequest) -> ModelReply + Send + Sync + 'static,
        options: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Self {
        Self::with(answer, options, |session| session).await
    }

    pub(crate) async fn with_session(
        answer: impl Fn(&ModelRequest) -> ModelReply + Send + Sync + 'static,
        options: impl FnOnce(SessionBuilder) -> SessionBuilder,
    ) -> Self {
        Self::with(answer, |client| client, options).await
    }

    pub(crate) async fn with(
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
        Self { stage, session, lifecycle }
    }

    /// Asks, and waits until the answer is in the file that a session is resumed from.
    pub(crate) async fn ask_and_keep(&self, prompt: &str) {
        self.session.ask(prompt).await.expect("the model answers");
        self.until_on_disk("assistant.message").await;
    }

    /// Asks in a task of its own; the reply.
    pub(crate) fn begin(&self, prompt: &'static str) -> JoinHandle<Result<Reply>> {
        let session = self.session.clone();
        tokio::spawn(async move { session.ask(prompt).await })
    }

    pub(crate) async fn until_on_disk(&self, event_type: &str) {
        until_on_disk(&self.session, event_type).await;
    }

    /// Ends the CLI as the kernel would.
    pub(crate) fn kill(&self) {
        for pid in carriers(&self.stage.place) {
            kill(pid);
        }
    }

    /// Stops the CLI: it is there and does nothing.
    pub(crate) fn freeze(&self) {
        for pid in carriers(&self.stage.place) {
            let pid = pid.to_string();
            let sent = std::process::Command::new("kill").args(["-STOP", &pid]).status();
            sent.expect("`kill` can be run");
        }
    }

    /// Waits until the CLI runs again; what was lost.
    pub(crate) async fn restarted(&mut self) -> Vec<Lost> {
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
        timeout(PATIENCE, restarted).await.expect("the CLI is started again")
    }

    /// Kills the CLI and waits until it runs again; what was lost.
    pub(crate) async fn kill_and_restart(&mut self) -> Vec<Lost> {
        self.kill();
        self.restarted().await
    }

    /// Checks that the session works, remembers `earlier`, and that nothing is left when the client
    /// stops.
    pub(crate) async fn goes_on(self, earlier: &[&str]) {
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
pub(crate) fn echo(request: &ModelRequest) -> ModelReply {
    let last = last_prompt(request);
    if last.contains("use the tool") && request.tool_results().is_empty() {
        return ModelReply::tool("step", json!({}));
    }
    ModelReply::text(format!("you said {last}"))
}

pub(crate) fn last_prompt(request: &ModelRequest) -> String {
    request.user_texts().pop().unwrap_or_default()
}

/// What was lost, without the session that lost it.
pub(crate) fn names(lost: Vec<Lost>) -> Vec<String> {
    lost.into_iter().map(|lost| lost.what).collect()
}

/// A tool that runs until it is told to end, and counts its runs.
#[derive(Clone, Default)]
pub(crate) struct Step {
    runs: Arc<AtomicUsize>,
    pub(crate) begun: Arc<Notify>,
    pub(crate) end: Arc<Notify>,
}

impl Step {
    pub(crate) fn tool(&self) -> Tool {
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

    pub(crate) fn runs(&self) -> usize {
        self.runs.load(Ordering::Relaxed)
    }
}
