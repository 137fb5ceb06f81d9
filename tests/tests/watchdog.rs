//! However a program ends, nothing that its agent started outlives it for long.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test says by a panic that something is wrong"
)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use copilot_sdk_tests::{BUSY_PROCESSES, PATIENCE, Place, carriers, until};
use tokio::time::timeout;

/// How a program can end; the last one by a signal from outside.
const ENDS: [&str; 6] = ["return", "drop", "exit", "panic", "abort", "wait"];
/// The ladder of the watchdog, and of the reaper, takes four.
const SECONDS: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_program_that_ends_over_stdio_leaves_nothing() {
    for end in ENDS {
        ends(end, "stdio", Cli::Well).await;
    }
}

#[tokio::test]
async fn a_program_that_ends_over_tcp_leaves_nothing() {
    for end in ENDS {
        ends(end, "tcp", Cli::Well).await;
    }
}

#[tokio::test]
async fn a_program_that_ends_over_stdio_while_its_cli_hangs_leaves_nothing() {
    for end in ENDS {
        ends(end, "stdio", Cli::Hangs).await;
    }
}

#[tokio::test]
async fn a_program_that_ends_over_tcp_while_its_cli_hangs_leaves_nothing() {
    for end in ENDS {
        ends(end, "tcp", Cli::Hangs).await;
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Cli {
    Well,
    Hangs,
}

async fn ends(end: &str, transport: &str, cli: Cli) {
    let place = Place::new();
    let mut program = begin(end, transport, &place);
    let watchdogs = children(&program, |pid| {
        let words = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&words).contains("copilot-sdk-watchdog")
    });
    let clis = children(&program, |pid| carriers(&place).contains(&pid));
    let what = format!("{end} over {transport}, {cli:?}");
    assert_eq!((watchdogs.len(), clis.len()), (1, 1), "{what}");
    // A shell says that it has started a command before that runs.
    let busy = until(|| carriers(&place).len() >= BUSY_PROCESSES);
    timeout(PATIENCE, busy).await.expect("everything runs");
    if cli == Cli::Hangs {
        let stopped = Command::new("kill").args(["-STOP", &clis[0].to_string()]).status();
        assert!(stopped.unwrap().success());
    }
    match end {
        "wait" => program.kill().unwrap(),
        _ => program.stdin.take().unwrap().write_all(b"\n").unwrap(),
    }
    tokio::task::spawn_blocking(move || program.wait().unwrap()).await.unwrap();
    let gone = until(|| carriers(&place).is_empty() && !runs(watchdogs[0]));
    let outcome = timeout(SECONDS, gone).await;
    assert!(outcome.is_ok(), "{what}: {:?} {}", carriers(&place), runs(watchdogs[0]));
}

/// Starts the program, and waits until everything runs.
fn begin(end: &str, transport: &str, place: &Place) -> Child {
    let mut program = Command::new(env!("CARGO_BIN_EXE_doomed"));
    program.args([end, transport]).arg(place.copilot_home()).env("TMPDIR", place.work());
    program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut program = program.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n", "{end} over {transport}");
    program
}

/// The children of a program that are of some kind.
fn children(program: &Child, is: impl Fn(u32) -> bool) -> Vec<u32> {
    let processes = std::fs::read_dir("/proc").unwrap();
    let pids = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    pids.filter(|pid| parent(*pid) == Some(program.id()) && is(*pid)).collect()
}

fn parent(pid: u32) -> Option<u32> {
    stat(pid)?.split(' ').nth(1)?.parse().ok()
}

/// Whether a process is there and does not only wait to be reaped.
fn runs(pid: u32) -> bool {
    stat(pid).is_some_and(|stat| !stat.starts_with('Z'))
}

/// The state of a process, its parent, and more.
fn stat(pid: u32) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name before it is in brackets and may hold anything.
    stat.rsplit_once(") ").map(|(_, fields)| fields.to_owned())
}
