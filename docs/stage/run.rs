//! Runs a program of a page as a process of its own, and compares what it prints with the page.
#![expect(clippy::expect_used, clippy::panic, reason = "a test says by a panic what is wrong")]

use std::path::{Path, PathBuf};
use std::process::Stdio;

use copilot_sdk::cli;
use copilot_sdk::testing::FakeGitHub;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use super::scripts::{Script, script};

/// Set in the environment of a program that is on stage.
const ON_STAGE: &str = "COPILOT_SDK_BOOK_STAGE";

/// What the user's own environment would add.
const OF_THE_USER: [&str; 5] =
    ["XDG_CACHE_HOME", "XDG_CONFIG_HOME", "GH_TOKEN", "GITHUB_TOKEN", "COPILOT_CACHE_HOME"];

/// Plays the program that calls this first: runs it again with everything around it played, and
/// ends the process. Does nothing in the program that is played.
///
/// # Panics
///
/// If the program fails, or prints something else than its page says.
pub async fn play(page: &str) {
    if std::env::var_os(ON_STAGE).is_some() {
        return;
    }
    let expected = printed_on(page);
    let place = Place::new(page);
    let printed = run(script(page).await, &place).await;
    drop(place);
    assert_eq!(printed, expected, "the program of {page}.md prints something else than the page");
    std::process::exit(0);
}

async fn run(script: Script, place: &Place) -> String {
    for (file, text) in &script.files {
        let path = place.work().join(file);
        std::fs::create_dir_all(path.parent().expect("it lies in the place")).expect("a directory");
        std::fs::write(path, text).expect("the place can be written");
    }
    let github = FakeGitHub::start(script.model).await.expect("a loopback port is free");
    let model = github.model();
    let program = cli::install().await.expect("the pinned CLI can be installed");
    let this = std::env::current_exe().expect("a program knows where it is");
    let mut command = Command::new(this);
    command.args(std::env::args_os().skip(1)).current_dir(place.work());
    command.envs(github.variables()).env("COPILOT_GITHUB_TOKEN", github.issue_token("reader"));
    command.env("COPILOT_CLI_PATH", program).env("COPILOT_HOME", place.0.join("copilot"));
    command.env("HOME", &place.0).env("SERVICE_TOKEN", github.issue_token("service"));
    command.env(ON_STAGE, "1");
    // The providers that a program asks for by these variables are the same scripted model.
    command.env("OPENAI_BASE_URL", model.base_url()).env("OPENAI_API_KEY", "key");
    for variable in OF_THE_USER {
        command.env_remove(variable);
    }
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.kill_on_drop(true).spawn().expect("the program starts");
    let mut terminal = child.stdin.take().expect("stdin is a pipe");
    terminal.write_all(script.input.as_bytes()).await.expect("a pipe holds a line");
    drop(terminal);
    let output = child.wait_with_output().await.expect("the program ends");
    let (printed, complaints) = (text(output.stdout), text(output.stderr));
    assert!(output.status.success(), "{}\n{printed}\n{complaints}", output.status);
    assert!(model.problems().is_empty(), "{:?}\n{printed}\n{complaints}", model.problems());
    printed
}

/// The text block that follows the program of a page.
fn printed_on(page: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(format!("{page}.md"));
    let source = std::fs::read_to_string(&path).expect("the page is there");
    let after = source.split_once(&format!("play(\"{page}\")")).map(|(_, after)| after);
    let block = after.and_then(|after| after.split_once("\n```text\n")).map(|(_, block)| block);
    let text = block.and_then(|block| block.split_once("```")).map(|(text, _)| text);
    text.unwrap_or_else(|| panic!("{} does not say what it prints", path.display())).to_owned()
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("programs print text")
}

/// The home of one program, removed when this is dropped.
struct Place(PathBuf);

impl Place {
    fn new(page: &str) -> Self {
        let name = format!("copilot-sdk-book-{page}-{}", std::process::id());
        let place = Self(std::env::temp_dir().join(name));
        std::fs::create_dir_all(place.work()).expect("the temporary directory can be written");
        place
    }

    /// Where the program runs.
    fn work(&self) -> PathBuf {
        self.0.join("work")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
