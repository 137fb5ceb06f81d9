//! One version of the CLI, and the model that answers it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use copilot_sdk::testing::{ModelReply, ModelRequest, ScriptedModel};
use copilot_sdk::{Client, SessionBuilder, cli};
use copilot_sdk_tests::{Place, TempDir};
use serde_json::json;

use crate::contract::Contract;
use crate::page::Cell;

/// How long one contract may take.
const LIMIT: Duration = Duration::from_secs(40);

/// An installed version, removed when this is dropped.
pub(crate) struct Subject {
    program: PathBuf,
    directory: TempDir,
    /// The client of the contracts that leave it as it is.
    shared: Option<Arc<Stage>>,
}

/// A client of one version, and the scripted model.
pub(crate) struct Stage {
    pub(crate) client: Client,
    pub(crate) model: ScriptedModel,
    pub(crate) place: Place,
    program: PathBuf,
    unpacked: PathBuf,
}

impl Subject {
    pub(crate) async fn install(version: &str) -> Self {
        let directory = TempDir::new();
        let installer = cli::installer().version(version).cache_dir(directory.path());
        let program = installer.install().await.expect("npm has this version");
        Self { program, directory, shared: None }
    }

    pub(crate) async fn try_contract(&mut self, contract: &Contract) -> Cell {
        let shared = self.shared.take();
        let stage = match shared {
            Some(stage) => Ok(stage),
            None => Stage::start(&self.program, self.directory.path()).await.map(Arc::new),
        };
        let stage = match stage {
            Ok(stage) => stage,
            Err(error) => return Cell::Fails(error.to_string()),
        };
        let (run, tried) = (contract.run, Arc::clone(&stage));
        let tried = tokio::spawn(async move { run(&tried).await });
        let cell = match tokio::time::timeout(LIMIT, tried).await {
            Ok(Ok(Ok(()))) => Cell::Works,
            // Refused, with what to do about it.
            Ok(Ok(Err(error))) if error.to_string().contains("`copilot_sdk::cli::install()`") => {
                Cell::Refused
            }
            Ok(Ok(Err(error))) => Cell::Fails(error.to_string()),
            Ok(Err(panic)) => Cell::Fails(panic.to_string()),
            Err(_) => Cell::Fails(format!("not done after {LIMIT:?}")),
        };
        if contract.ends_client || matches!(cell, Cell::Fails(_)) {
            // How it ends is no part of any contract.
            let _ = stage.client.force_stop().await;
        } else {
            self.shared = Some(stage);
        }
        cell
    }
}

impl Stage {
    async fn start(program: &Path, directory: &Path) -> copilot_sdk::Result<Self> {
        let (program, unpacked) = (program.to_owned(), directory.join("unpacked"));
        let model = ScriptedModel::answering(answer).await?;
        let place = Place::new();
        let client = client(&place, &program, &unpacked).await?;
        Ok(Self { client, model, place, program, unpacked })
    }

    /// Another CLI with the same home.
    pub(crate) async fn another_client(&self) -> copilot_sdk::Result<Client> {
        client(&self.place, &self.program, &self.unpacked).await
    }

    /// A session of the scripted model.
    pub(crate) fn session(&self) -> SessionBuilder {
        self.session_of(&self.client)
    }

    pub(crate) fn session_of(&self, client: &Client) -> SessionBuilder {
        client.session().model("scripted").provider(self.model.provider())
    }
}

async fn client(
    place: &Place,
    program: &PathBuf,
    unpacked: &PathBuf,
) -> copilot_sdk::Result<Client> {
    let builder = place.client().await.cli_path(program);
    builder.env("COPILOT_PKG_CACHE_HOME", unpacked).start().await
}

/// Does what the last prompt says, as `do this!` or `say that!`: older CLIs write more around it.
fn answer(request: &ModelRequest) -> ModelReply {
    let prompt = request.user_texts().pop().unwrap_or_default();
    let word = |verb: &str| Some(prompt.split_once(verb)?.1.split_once('!')?.0.to_owned());
    if let Some(said) = word("say ") {
        return ModelReply::chunks(["echo ", "of ", &said]);
    }
    if let Some(result) = request.new_tool_results().last() {
        return ModelReply::text(format!("result: {}", result.text));
    }
    match word("do ").as_deref() {
        Some("measure") => ModelReply::tool("measure", json!({"what": "the table"})),
        Some("shell") => {
            let command = json!({"command": "echo hi > made.txt", "description": "Writes"});
            ModelReply::tool("bash", command)
        }
        Some("question") => {
            let question = json!({"question": "Which color?", "choices": ["red", "blue"]});
            ModelReply::tool("ask_user", question)
        }
        Some("slow") => ModelReply::text("slow").delay(Duration::from_secs(600)),
        _ => ModelReply::text("nothing to do"),
    }
}
