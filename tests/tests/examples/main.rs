//! Every example, run as a process the way a reader runs it, with what it prints.
#![expect(clippy::expect_used, reason = "the helpers of a test fail the test")]

mod each;
mod front;

use std::path::{Path, PathBuf};
use std::process::Stdio;

use copilot_sdk_tests::{PATIENCE, TempDir, pinned_cli};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

/// The directory that cargo puts the examples in, next to that of this test.
fn built(name: &str) -> PathBuf {
    let this = std::env::current_exe().expect("a program knows where it is");
    let profile = this.ancestors().nth(2).expect("tests lie in target/PROFILE/deps");
    let program = profile.join("examples").join(name);
    assert!(
        program.exists(),
        "the examples are not built: run `cargo build -p copilot-sdk-examples --examples` or \
         `cargo test --workspace`, {} is missing",
        program.display()
    );
    program
}

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are a room of the workspace")
}

/// An example as a process, to be run with `arguments`; its directories are made in `temp`.
async fn command(name: &str, arguments: &[&str], temp: &TempDir) -> Command {
    let mut example = Command::new(built(name));
    example
        .args(arguments)
        .current_dir(workspace())
        .env("COPILOT_CLI_PATH", pinned_cli().await)
        .env("TMPDIR", temp.path())
        .env_remove("COPILOT_CACHE_HOME")
        .env_remove("COPILOT_PKG_CACHE_HOME")
        .env_remove("REASONING_EFFORT")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    example
}

/// Runs an example, types `input`, and gives what it prints but the line that says where the CLI
/// is.
///
/// It has to end well, complain about nothing, and leave neither files nor processes behind.
async fn run(name: &str, arguments: &[&str], input: &str) -> String {
    let temp = TempDir::new();
    let mut example = command(name, arguments, &temp).await.spawn().expect("the example starts");
    let mut terminal = example.stdin.take().expect("stdin is a pipe");
    terminal.write_all(input.as_bytes()).await.expect("the example reads, or the pipe holds it");
    drop(terminal);
    let ended = tokio::time::timeout(PATIENCE, example.wait_with_output()).await;
    let output = ended.expect("the example ends").expect("its output can be read");
    let (printed, complaints) = (text(output.stdout), text(output.stderr));
    assert!(output.status.success(), "{name}: {}\n{printed}\n{complaints}", output.status);
    assert_eq!(complaints, "", "{name}");
    assert_eq!(processes_of(temp.path()), [0; 0], "{name} left processes behind");
    assert_eq!(sandboxes_in(temp.path()), [""; 0], "{name} left files behind");
    let lines = printed.lines().filter(|line| !line.starts_with("cli      "));
    lines.collect::<Vec<_>>().join("\n")
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("examples print text")
}

/// The examples' directories there; what else lies there is node's compile cache, which the CLI
/// shares between runs.
fn sandboxes_in(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).expect("the directory of the test is there");
    let names = entries
        .map(|entry| text(entry.expect("it can be listed").file_name().into_encoded_bytes()));
    names.filter(|name| name.starts_with("copilot-sdk-")).collect()
}

/// The processes whose environment names a path; none where there is no `/proc`.
fn processes_of(path: &Path) -> Vec<u32> {
    let mark = path.to_str().expect("the temporary directory is UTF-8").as_bytes();
    let processes = std::fs::read_dir("/proc").into_iter().flatten();
    let pids = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    pids.filter(|pid| {
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        environment.windows(mark.len()).any(|part| part == mark)
    })
    .collect()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(workspace().join(path)).expect("it is there")
}

/// The names of all examples.
fn names() -> Vec<String> {
    let manifest = read("examples/Cargo.toml");
    let (_, after) = manifest.split_once("[[example]]").expect("there are examples");
    let names = after.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
    names.map(str::to_owned).collect()
}
