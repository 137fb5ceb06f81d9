//! What the end-to-end tests share: the pinned CLI, isolated from the user's own, and a scripted
//! model.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says by a panic that something is wrong"
)]

mod busy;
mod fake;
mod log;
#[cfg(doctest)]
mod readme;
pub mod restarting;
mod shared;
pub mod untrusted;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use copilot_sdk::client::ClientBuilder;
use copilot_sdk::testing::{ModelReply, ModelRequest, ScriptedModel};
use copilot_sdk::{Client, Session, SessionBuilder, cli};
use tokio::sync::OnceCell;

pub use busy::{BUSY_PROCESSES, busy_model, busy_session};
pub use fake::FakeCli;
pub use log::Log;

/// A guard around a whole test; nothing is expected to come near it.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The interval at which [`until`] checks: a busy loop would take the processor from the process
/// that it waits for.
const POLL: Duration = Duration::from_millis(5);

/// A directory that is removed when this is dropped.
#[derive(Debug)]
pub struct TempDir(PathBuf);

impl TempDir {
    /// A new, empty directory.
    ///
    /// # Panics
    ///
    /// When the system's temporary directory cannot be written.
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("copilot-sdk-test-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).expect("the temporary directory can be written");
        Self(path)
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Default for TempDir {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Where one test's CLI lives: it sees nothing of the user's, and leaves nothing behind.
#[derive(Debug, Default)]
pub struct Place {
    home: TempDir,
    work: TempDir,
}

impl Place {
    /// A new place.
    pub fn new() -> Self {
        Self::default()
    }

    /// The directory that sessions work in.
    pub fn work(&self) -> &Path {
        self.work.path()
    }

    /// The home of the user who runs the CLI (`HOME`).
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The state directory of the CLI (`COPILOT_HOME`).
    pub fn copilot_home(&self) -> PathBuf {
        self.home.path().join("copilot")
    }

    /// Options of a client whose CLI is the pinned one and lives here.
    ///
    /// # Panics
    ///
    /// When the CLI is not installed and cannot be; the text says how.
    pub async fn client(&self) -> ClientBuilder {
        let program = pinned_cli().await;
        let mut builder = Client::builder()
            .cli_path(program)
            .cwd(self.work())
            .base_directory(self.copilot_home())
            .use_logged_in_user(false)
            // A test that kills its CLI says whether it wants another one.
            .auto_restart(false)
            .env("HOME", self.home.path());
        for of_the_user in [
            "COPILOT_CACHE_HOME",
            "COPILOT_PKG_CACHE_HOME",
            "COPILOT_GITHUB_TOKEN",
            "GH_TOKEN",
            "GITHUB_TOKEN",
            "XDG_CONFIG_HOME",
            "XDG_CACHE_HOME",
        ] {
            builder = builder.env_remove(of_the_user);
        }
        builder
    }
}

/// The pinned CLI with a scripted model: what most end-to-end tests start with.
#[derive(Debug)]
pub struct Stage {
    /// Connected to the CLI.
    pub client: Client,
    /// What answers the CLI.
    pub model: ScriptedModel,
    /// Where the CLI lives.
    pub place: Place,
}

impl Stage {
    /// A model that gives these replies in turn.
    ///
    /// # Panics
    ///
    /// When the CLI cannot be installed or started.
    pub async fn new(replies: impl IntoIterator<Item = ModelReply>) -> Self {
        Self::with(ScriptedModel::start(replies).await.expect("a loopback port is free")).await
    }

    /// The same in a CLI that other tests use at the same time, which saves its start. It is
    /// reached over TCP; its home and its list of sessions are not the test's own.
    ///
    /// # Panics
    ///
    /// When the CLI cannot be installed or started.
    pub async fn shared(replies: impl IntoIterator<Item = ModelReply>) -> Self {
        Self::sharing(ScriptedModel::start(replies).await.expect("a loopback port is free")).await
    }

    /// A model that looks at what it is asked, in a CLI that other tests use at the same time.
    ///
    /// # Panics
    ///
    /// When the CLI cannot be installed or started.
    pub async fn shared_answering(
        answer: impl Fn(&ModelRequest) -> ModelReply + Send + Sync + 'static,
    ) -> Self {
        let model = ScriptedModel::answering(answer).await.expect("a loopback port is free");
        Self::sharing(model).await
    }

    /// A model that looks at what it is asked.
    ///
    /// # Panics
    ///
    /// When the CLI cannot be installed or started.
    pub async fn answering(
        answer: impl Fn(&ModelRequest) -> ModelReply + Send + Sync + 'static,
    ) -> Self {
        Self::with(ScriptedModel::answering(answer).await.expect("a loopback port is free")).await
    }

    async fn with(model: ScriptedModel) -> Self {
        let place = Place::new();
        let client = place.client().await.start().await.expect("the pinned CLI starts");
        Self { client, model, place }
    }

    async fn sharing(model: ScriptedModel) -> Self {
        let client = shared::client().await.start().await.expect("the shared CLI listens");
        Self { client, model, place: Place::new() }
    }

    /// A session of the scripted model.
    pub fn session(&self) -> SessionBuilder {
        let session = self.client.session().cwd(self.place.work());
        session.model("scripted").provider(self.model.provider())
    }

    /// Ends the CLI, or the connection to it where it is shared.
    ///
    /// # Panics
    ///
    /// When it does not end in good order.
    pub async fn stop(self) {
        self.client.stop().await.expect("the client stops");
    }
}

/// The pinned CLI, which npm puts into the cache unless it is there.
///
/// # Panics
///
/// When it is not installed and cannot be; the text says how.
pub async fn pinned_cli() -> &'static Path {
    static PROGRAM: OnceCell<PathBuf> = OnceCell::const_new();
    let install = || async {
        cli::install().await.expect("the tests get the pinned CLI with npm, or say why they cannot")
    };
    PROGRAM.get_or_init(install).await
}

/// The processes that live in `place`: the CLI, and everything that it started.
///
/// # Panics
///
/// When the process table cannot be read.
pub fn carriers(place: &Place) -> Vec<u32> {
    carriers_of("COPILOT_HOME", &place.copilot_home())
}

/// The processes that have `path` as this variable in their environment.
///
/// # Panics
///
/// As [`carriers`].
pub fn carriers_of(variable: &str, path: &Path) -> Vec<u32> {
    let mark = format!("{variable}={}", path.display());
    let processes = std::fs::read_dir("/proc").expect("the process table can be read");
    let pids = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    pids.filter(|pid| {
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes())
    })
    .collect()
}

/// Waits until no process lives in `place` any more.
///
/// # Panics
///
/// When some still do after [`PATIENCE`].
pub async fn wait_until_gone(place: &Place) {
    let gone = tokio::time::timeout(PATIENCE, until(|| carriers(place).is_empty())).await;
    assert!(gone.is_ok(), "still there: {:?}", carriers(place));
}

/// Waits until the CLI has written an event of this type to the session's directory.
///
/// # Panics
///
/// When it has not after [`PATIENCE`].
pub async fn until_on_disk(session: &Session, event_type: &str) {
    let directory = session.workspace_path().expect("a session has a directory");
    let file = directory.join("events.jsonl");
    let event = format!("\"type\":\"{event_type}\"");
    let written = until(|| std::fs::read_to_string(&file).is_ok_and(|text| text.contains(&event)));
    let outcome = tokio::time::timeout(PATIENCE, written).await;
    assert!(outcome.is_ok(), "no {event_type} in {}", file.display());
}

/// Waits until a condition holds that nothing notifies of, such as a file of another process.
///
/// Time limits are the caller's.
#[expect(clippy::disallowed_methods, reason = "the one place that polls")]
pub async fn until(mut there: impl FnMut() -> bool) {
    while !there() {
        // Not tokio's clock, which a test may have paused: other processes do not follow it.
        let pause = tokio::task::spawn_blocking(|| std::thread::sleep(POLL));
        let _ = pause.await;
    }
}

/// Kills a process without asking it.
///
/// # Panics
///
/// When there is no `kill` program.
pub fn kill(pid: u32) {
    std::process::Command::new("kill")
        .args(["-9", &pid.to_string()])
        .status()
        .expect("`kill` can be run");
}
