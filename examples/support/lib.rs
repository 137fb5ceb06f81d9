//! What the examples share: a command line, a CLI that is installed when it is missing, a place of
//! its own to run in, a model, and the terminal.

mod install;
mod live;
mod terminal;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use copilot_sdk::client::ClientBuilder;
use copilot_sdk::testing::ScriptedModel;
use copilot_sdk::{Client, Result, SessionBuilder};

pub use terminal::{is_yes, read_line};

/// An example that runs: what its command line says, and a directory of its own, which is removed
/// at its end and on Ctrl-C.
#[derive(Debug)]
pub struct Example {
    live: bool,
    words: Vec<String>,
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    directory: PathBuf,
    clients: Mutex<Vec<Client>>,
}

/// The variable of the user's home.
const HOME: &str = if cfg!(windows) { "USERPROFILE" } else { "HOME" };

/// What `--help` adds to the words of each example.
const OPTIONS: &str = "
Without --live a scripted model answers: no account, no key, no network, and nothing of your
Copilot settings is touched. With --live a real one does, the first of these that is set:
  OPENAI_API_KEY                        OpenAI (OPENAI_MODEL, default gpt-5)
  AZURE_OPENAI_KEY + AZURE_OPENAI_HOST  Azure OpenAI, a host such as https://NAME.openai.azure.com
                                        (AZURE_OPENAI_MODEL, default gpt-5)
  ANTHROPIC_API_KEY                     Anthropic (ANTHROPIC_MODEL, default claude-sonnet-4-5)
  LOCAL_OPENAI_URL                      an OpenAI-compatible server, such as
                                        http://localhost:11434/v1 (LOCAL_MODEL)
  COPILOT_GITHUB_TOKEN, GH_TOKEN or GITHUB_TOKEN, or your `copilot login`

Models that do not think, such as gpt-4o, want REASONING_EFFORT=none.
";

impl Example {
    /// Begins an example whose code is `source`; ends the program when `--help` was asked for, or
    /// when the command line makes no sense.
    ///
    /// `words` are the other words that it takes, such as `["openai", "azure"]`, of which one has
    /// to be given.
    ///
    /// # Errors
    ///
    /// When the temporary directory cannot be written.
    pub fn begin(source: &str, words: &[&str]) -> Result<Self, std::io::Error> {
        let (mut live, mut given) = (false, Vec::new());
        for argument in std::env::args().skip(1) {
            match argument.as_str() {
                "--live" => live = true,
                "--help" | "-h" => {
                    print!("{}{OPTIONS}", about(source));
                    std::process::exit(0)
                }
                word if words.contains(&word) && given.is_empty() => given.push(argument),
                other => refuse(&format!("cannot make sense of `{other}`"), source, words),
            }
        }
        if given.is_empty() && !words.is_empty() {
            refuse("a word is missing", source, words);
        }
        let name = format!("copilot-sdk-example-{}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&directory)?;
        let state = Arc::new(State { directory, clients: Mutex::default() });
        tokio::spawn(end_on_ctrl_c(Arc::clone(&state)));
        Ok(Self { live, words: given, state })
    }

    /// Whether a real model is to answer.
    pub fn is_live(&self) -> bool {
        self.live
    }

    /// The word that was given.
    pub fn word(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// The example's own directory, for agents that write.
    pub fn directory(&self) -> &Path {
        &self.state.directory
    }

    /// A CLI: your own login with `--live`, otherwise one that takes this directory for its home.
    ///
    /// # Errors
    ///
    /// When there is no CLI and none can be installed, and as [`ClientBuilder::start`].
    pub async fn client(&self) -> Result<Client> {
        let mut builder = install::client().await?;
        if !self.live {
            builder = self.without_the_user(builder);
        }
        let client = builder.start().await?;
        self.state.clients().push(client.clone());
        Ok(client)
    }

    /// A session of the scripted model, or of a real one with `--live`.
    pub fn session(&self, client: &Client, model: &ScriptedModel) -> SessionBuilder {
        if self.live {
            live::choose(client.session())
        } else {
            client.session().model("scripted").provider(model.provider())
        }
    }

    fn without_the_user(&self, builder: ClientBuilder) -> ClientBuilder {
        let builder = builder
            .use_logged_in_user(false)
            .env(HOME, self.directory())
            .base_directory(self.directory().join("copilot"));
        let of_the_user = [
            "XDG_CACHE_HOME",
            "XDG_CONFIG_HOME",
            "COPILOT_GITHUB_TOKEN",
            "GH_TOKEN",
            "GITHUB_TOKEN",
        ];
        of_the_user.into_iter().fold(builder, ClientBuilder::env_remove)
    }
}

impl State {
    fn clients(&self) -> std::sync::MutexGuard<'_, Vec<Client>> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remove(&self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

impl Drop for Example {
    fn drop(&mut self) {
        self.state.remove();
    }
}

/// Ends the CLIs, removes the directory and ends the program, as a shell expects it.
async fn end_on_ctrl_c(state: Arc<State>) {
    if tokio::signal::ctrl_c().await.is_err() {
        return;
    }
    let clients = std::mem::take(&mut *state.clients());
    for client in clients {
        let _ = client.force_stop().await;
    }
    state.remove();
    eprintln!("\nstopped");
    std::process::exit(130)
}

fn refuse(problem: &str, source: &str, words: &[&str]) -> ! {
    eprintln!("{problem}\n\n{}", about(source));
    if !words.is_empty() {
        eprintln!("words: {}", words.join(", "));
    }
    eprintln!("options: --live, --help");
    std::process::exit(2)
}

/// What the source says of itself at its top.
fn about(source: &str) -> String {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    lines.flat_map(|line| [line.trim_start(), "\n"]).collect()
}
