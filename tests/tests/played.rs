//! Processes, with a CLI and an npm that are played by a small program, on every system: start,
//! ends, restart and installation. Nothing but the played programs is started.

#![expect(clippy::unwrap_used, reason = "a test says by a panic that something is wrong")]

use std::fs::{self, File, TryLockError};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use copilot_sdk::client::ClientBuilder;
use copilot_sdk::{Client, ErrorKind, cli};
use copilot_sdk_tests::{PATIENCE, TempDir, until};
use serde_json::{Value, json};
use tokio::time::timeout;

const PLAYED: &str = env!("CARGO_BIN_EXE_played");

/// Where the played processes note that they live: each keeps a file locked.
struct Processes(TempDir);

impl Processes {
    fn new() -> Self {
        Self(TempDir::new())
    }

    fn client(&self) -> ClientBuilder {
        Client::builder()
            .cli_path(PLAYED)
            .base_directory(self.0.path())
            .env("PLAYED", self.0.path())
            .auto_restart(false)
    }

    fn locks(&self) -> Vec<PathBuf> {
        let files = fs::read_dir(self.0.path()).unwrap().map(|file| file.unwrap().path());
        files.filter(|file| file.extension().is_some_and(|extension| extension == "lock")).collect()
    }

    fn living(&self) -> usize {
        let is_locked = |path: &PathBuf| {
            let lock = File::options().read(true).write(true).open(path);
            matches!(lock.unwrap().try_lock(), Err(TryLockError::WouldBlock))
        };
        self.locks().iter().filter(|path| is_locked(path)).count()
    }

    async fn are_gone(&self) {
        let gone = timeout(PATIENCE, until(|| self.living() == 0)).await;
        assert!(gone.is_ok(), "{} processes live on", self.living());
    }
}

async fn echo(client: &Client, text: &str) -> String {
    client.call::<String>("echo", json!({"text": text})).await.unwrap()
}

#[tokio::test]
async fn text_of_any_size_goes_through_the_pipes_unchanged() {
    let processes = Processes::new();
    let client = processes.client().start().await.unwrap();
    for text in ["", "plain", "é ß 漢字 🎉", "a\r\nb\nc\u{1a}\0", &"long ".repeat(200_000)] {
        assert!(echo(&client, text).await == text, "{} bytes", text.len());
    }
    client.stop().await.unwrap();
}

#[tokio::test]
async fn i9_every_end_of_a_client_ends_the_cli_and_what_it_started() {
    for (stdio, hangs) in [(true, false), (true, true), (false, false), (false, true)] {
        for end in ["stop", "force_stop", "drop"] {
            let processes = Processes::new();
            let mut client = processes.client().use_stdio(stdio);
            if hangs {
                client = client.env("HANGS", "yes");
            }
            let client = client.start().await.unwrap();
            assert_eq!(processes.living(), 2);
            match end {
                "stop" => client.stop().await.unwrap(),
                "force_stop" => client.force_stop().await.unwrap(),
                _ => drop(client),
            }
            processes.are_gone().await;
        }
    }
}

#[tokio::test]
async fn i9_a_program_that_ends_leaves_nothing() {
    for end in ["return", "exit", "abort", "kill"] {
        let processes = Processes::new();
        let mut program = begin(end, &processes);
        assert_eq!(processes.living(), 2, "{end}");
        if end == "kill" {
            program.kill().unwrap();
        } else {
            program.stdin.take().unwrap().write_all(b"\n").unwrap();
        }
        tokio::task::spawn_blocking(move || program.wait().unwrap()).await.unwrap();
        processes.are_gone().await;
    }
}

/// Starts a program whose CLI hangs.
fn begin(end: &str, processes: &Processes) -> Child {
    let mut program = Command::new(PLAYED);
    program.args(["program", end]).env("PLAYED", processes.0.path()).env("HANGS", "yes");
    program.env("COPILOT_HOME", processes.0.path());
    program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut program = program.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line.trim_end(), "ready", "{end}");
    program
}

#[tokio::test]
async fn i7_the_end_of_the_cli_fails_what_runs_with_its_code_and_last_words() {
    let processes = Processes::new();
    let client = processes.client().start().await.unwrap();
    let error = client.call::<Value>("exit", json!({"code": 9})).await.unwrap_err();
    let text = error.to_string();
    assert_eq!(error.kind(), ErrorKind::Closed, "{text}");
    assert!(text.contains("exit code 9") && text.ends_with("told to exit"), "{text}");
    processes.are_gone().await;
}

#[tokio::test]
async fn a_cli_that_ended_is_replaced() {
    let processes = Processes::new();
    let client = processes.client().auto_restart(true).start().await.unwrap();
    client.call::<Value>("exit", json!({"code": 9})).await.unwrap_err();
    let calling = timeout(PATIENCE, async { echo(&client, "again").await });
    assert_eq!(calling.await.unwrap(), "again");
    assert_eq!((processes.locks().len(), processes.living()), (4, 2));
    client.stop().await.unwrap();
    processes.are_gone().await;
}

#[tokio::test]
async fn i9_a_start_that_fails_leaves_nothing() {
    for stdio in [true, false] {
        let processes = Processes::new();
        let client = processes.client().use_stdio(stdio).env("IS_MUTE", "yes");
        let error = client.start_timeout(Duration::from_secs(2)).start().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Start, "{error}");
        assert_eq!(processes.locks().len(), 2);
        processes.are_gone().await;
    }
}

#[tokio::test]
async fn paths_reach_the_cli_in_the_form_that_programs_understand() {
    let processes = Processes::new();
    // On Windows, behind `\\?\`.
    let real = |path: &Path| path.canonicalize().unwrap();
    let (here, home) = (processes.0.path().join("a b"), processes.0.path().join("home"));
    fs::create_dir_all(&here).unwrap();
    fs::create_dir_all(&home).unwrap();
    let client = processes.client().cli_path(real(Path::new(PLAYED)));
    let client = client.cwd(real(&here)).base_directory(real(&home)).start().await.unwrap();
    let places = client.call::<[PathBuf; 2]>("places", json!({})).await.unwrap();
    client.stop().await.unwrap();
    let is_usual = |place: &PathBuf| !place.to_str().unwrap().starts_with(r"\\?\");
    assert!(places.iter().all(is_usual), "{places:?}");
    assert_eq!(places.map(|place| real(&place)), [real(&here), real(&home)]);
}

/// A new directory whose path has more than 260 characters, where Windows stops by default.
fn long_directory(processes: &Processes) -> PathBuf {
    let path = processes.0.path().join("long".repeat(40)).join("name".repeat(40));
    fs::create_dir_all(&path).unwrap();
    path
}

/// The program itself has a short path: Wine starts none with a longer one, other than Windows.
#[tokio::test]
async fn a_home_with_a_long_path_reaches_the_cli() {
    let processes = Processes::new();
    let long = long_directory(&processes);
    let client = processes.client().base_directory(&long).start().await.unwrap();
    let [_, home] = client.call::<[PathBuf; 2]>("places", json!({})).await.unwrap();
    client.stop().await.unwrap();
    assert_eq!(home, long);
}

#[tokio::test]
async fn a_working_directory_that_is_too_long_for_the_system_is_refused() {
    let processes = Processes::new();
    let long = long_directory(&processes);
    let mut spellings = vec![long.clone()];
    if cfg!(windows) {
        spellings.push(format!(r"\\?\{}", long.display()).into());
    }
    for cwd in spellings {
        let started = processes.client().cwd(&cwd).start().await;
        if cfg!(windows) {
            let error = started.unwrap_err();
            let length = long.to_str().unwrap().len();
            let why = format!("has {length} characters, and the system starts programs in");
            assert_eq!(error.kind(), ErrorKind::Start, "{error}");
            assert!(error.to_string().contains(&why), "{error}");
        } else {
            started.unwrap().stop().await.unwrap();
        }
    }
    processes.are_gone().await;
}

#[tokio::test]
async fn a_program_that_is_no_cli_fails_the_start_with_its_code_and_last_words() {
    let processes = Processes::new();
    let error = processes.client().args(["install"]).start().await.unwrap_err();
    // What it plays then does not get far.
    let text = error.to_string();
    assert_eq!(error.kind(), ErrorKind::Start, "{text}");
    assert!(text.contains("exit code 101") && text.contains("panicked"), "{text}");
    assert_eq!(processes.living(), 0);
}

/// npm's directory as its installer leaves it, in a directory with every character that a shell
/// would read as something else.
fn npm(directory: &Path) -> PathBuf {
    let bin = directory.join("a (b) & %PATH% ^c !d");
    fs::create_dir_all(&bin).unwrap();
    if cfg!(windows) {
        fs::copy(PLAYED, bin.join("node.exe")).unwrap();
        let scripts = bin.join("node_modules").join("npm").join("bin");
        fs::create_dir_all(&scripts).unwrap();
        fs::write(scripts.join("npm-cli.js"), "").unwrap();
        fs::write(bin.join("npm.cmd"), "@exit 1\r\n").unwrap();
        bin.join("npm.cmd")
    } else {
        // A copy could not be started while another test starts a program: that inherits the file
        // as it is written.
        #[cfg(unix)]
        if !bin.join("npm").exists() {
            std::os::unix::fs::symlink(PLAYED, bin.join("npm")).unwrap();
        }
        bin.join("npm")
    }
}

#[tokio::test]
async fn the_cli_is_installed_by_an_npm_and_started_from_the_cache() {
    let directory = TempDir::new();
    let cache = directory.path().join("cache of %USERNAME% & co");
    let installer = || cli::installer().cache_dir(&cache).npm(npm(directory.path()));
    let (one, other) = tokio::join!(installer().install(), installer().install());
    let program = one.unwrap();
    assert_eq!(other.unwrap(), program);
    let name = format!("copilot{}", std::env::consts::EXE_SUFFIX);
    assert_eq!(program, cache.join("cli").join(cli::VERSION).join(name));
    assert_eq!(cli::installer().cache_dir(&cache).installed(), Some(program.clone()));
    let mut left: Vec<_> = fs::read_dir(cache.join("cli")).unwrap().flatten().collect();
    left.retain(|entry| entry.file_name().to_string_lossy().starts_with(".staging"));
    assert!(left.is_empty(), "{left:?}");

    let processes = Processes::new();
    let client = processes.client().cli_path(program).start().await.unwrap();
    assert_eq!(echo(&client, "installed").await, "installed");
    client.stop().await.unwrap();
    processes.are_gone().await;
}

#[tokio::test]
async fn a_broken_installation_is_replaced() {
    let directory = TempDir::new();
    let cache = directory.path().join("cache");
    let installer = || cli::installer().cache_dir(&cache).npm(npm(directory.path()));
    let program = installer().install().await.unwrap();
    fs::remove_file(&program).unwrap();
    fs::write(&program, "broken").unwrap();
    assert_eq!(installer().install().await.unwrap(), program);
    assert_eq!(fs::metadata(&program).unwrap().len(), fs::metadata(PLAYED).unwrap().len());
}

#[tokio::test]
async fn a_drop_returns_at_once() {
    let processes = Processes::new();
    let client = processes.client().env("HANGS", "yes").start().await.unwrap();
    let began = Instant::now();
    drop(client);
    assert!(began.elapsed() < Duration::from_secs(1), "it took {:?}", began.elapsed());
    processes.are_gone().await;
}
