//! The child is this test program again, in the role that `PLAYED` names.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::ChildStdout;

use super::super::pipes::Pipes;
use super::super::{Exit, GracePeriod, Process, Spec, Stdin};
use crate::ErrorKind;
use crate::transport::locate::scratch::{ScratchDirectory, directory};

const CHILD: &str = "transport::process::windows::tests::child";

/// What a child does; as a test of its own, nothing.
#[test]
fn child() {
    let role = std::env::var("PLAYED").unwrap_or_default();
    match role.as_str() {
        "echo" => {
            println!("ready");
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).unwrap();
            print!("{text}");
            std::io::stdout().flush().unwrap();
            std::process::exit(7);
        }
        "fail" => {
            (0..200).for_each(|number| eprintln!("line {number}"));
            std::process::exit(1);
        }
        "abort" => std::process::abort(),
        "leave" | "hang" => {
            let mut command = std::process::Command::new(std::env::current_exe().unwrap());
            command.args(["--exact", CHILD, "--nocapture"]).env("PLAYED", "linger");
            let mut left = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
            wait_for_ready(left.stdout.as_mut().unwrap());
            println!("ready");
            if role == "hang" {
                std::thread::park();
            }
            std::process::exit(0);
        }
        "linger" => {
            let lock = File::create(std::env::var_os("LOCK").unwrap()).unwrap();
            lock.lock().unwrap();
            println!("ready");
            loop {
                std::thread::park();
            }
        }
        _ => {}
    }
}

fn wait_for_ready(stdout: &mut std::process::ChildStdout) {
    let mut text = Vec::new();
    while !text.ends_with(b"ready\n") {
        let mut byte = [0];
        stdout.read_exact(&mut byte).unwrap();
        text.push(byte[0]);
    }
}

fn playing(role: &str, stdin: Stdin) -> Spec {
    let mut spec = Spec::new(std::env::current_exe().unwrap(), stdin);
    spec.args = ["--exact", CHILD, "--nocapture"].map(Into::into).to_vec();
    spec.environment.set("PLAYED", role);
    spec
}

/// Starts a child that leaves another one behind, which holds the lock in the directory.
async fn start(role: &str) -> (ScratchDirectory, Process, Option<tokio::process::ChildStdin>) {
    let directory = directory();
    let mut spec = playing(role, Stdin::Piped);
    spec.environment.set("LOCK", lock(&directory));
    let (process, Pipes { stdin, stdout }) = Process::spawn(&spec).unwrap();
    drop(ready(stdout).await);
    (directory, process, stdin)
}

async fn ready(stdout: ChildStdout) -> BufReader<ChildStdout> {
    let mut stdout = BufReader::new(stdout);
    let mut line = String::new();
    while line != "ready\n" {
        line.clear();
        assert_ne!(stdout.read_line(&mut line).await.unwrap(), 0, "it should get ready");
    }
    stdout
}

async fn ended(process: &Process) -> Exit {
    tokio::time::timeout(Duration::from_secs(20), process.exited())
        .await
        .expect("the child should end")
}

fn lock(directory: &ScratchDirectory) -> std::path::PathBuf {
    directory.path().join("lock")
}

/// Waits until what was left behind has lost its lock, which the system takes from it when it ends.
async fn left_is_gone(directory: &ScratchDirectory) {
    let began = Instant::now();
    while File::open(lock(directory)).unwrap().try_lock_shared().is_err() {
        assert!(began.elapsed() < Duration::from_secs(20), "what was left behind should end");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn bytes_go_in_and_out_and_the_end_of_stdin_is_the_end() {
    let (process, Pipes { stdin, stdout }) =
        Process::spawn(&playing("echo", Stdin::Piped)).unwrap();
    let mut stdout = ready(stdout).await;
    let mut stdin = stdin.unwrap();
    let sent = "line\n".repeat(20_000);
    stdin.write_all(sent.as_bytes()).await.unwrap();
    assert_eq!(process.exit(), None);
    process.end(GracePeriod::Normal);
    // Its other end is closed once tokio's thread for it has ended.
    stdin.shutdown().await.unwrap();
    drop(stdin);
    let mut text = String::new();
    stdout.read_to_string(&mut text).await.unwrap();
    assert!(text == sent, "{} bytes", text.len());
    assert_eq!(ended(&process).await, Exit::Code(7));
    assert_eq!(process.exit(), Some(Exit::Code(7)));
}

#[tokio::test]
async fn the_last_lines_on_stderr_are_there_when_the_end_is_told() {
    let (process, _pipes) = Process::spawn(&playing("fail", Stdin::Null)).unwrap();
    assert_eq!(ended(&process).await, Exit::Code(1));
    let expected: Vec<String> = (136..200).map(|number| format!("line {number}")).collect();
    assert_eq!(process.stderr_tail(), expected.join("\n"));
}

#[tokio::test]
async fn a_crash_has_the_code_that_people_look_up() {
    let (process, _pipes) = Process::spawn(&playing("abort", Stdin::Null)).unwrap();
    let text = ended(&process).await.to_string();
    assert!(["exit code 0xC0000409", "exit code 3"].contains(&text.as_str()), "{text}");
}

#[tokio::test]
async fn i9_what_a_child_leaves_behind_is_ended_with_it() {
    let (directory, process, stdin) = start("leave").await;
    assert_eq!(ended(&process).await, Exit::Code(0));
    left_is_gone(&directory).await;
    drop(stdin);
}

#[tokio::test]
async fn i9_a_child_that_does_not_end_is_terminated_with_all_that_it_started() {
    for (grace, least) in [
        (GracePeriod::Normal, Duration::from_secs(2)),
        (GracePeriod::Short, Duration::from_millis(200)),
        (GracePeriod::Zero, Duration::ZERO),
    ] {
        let (directory, process, stdin) = start("hang").await;
        drop(stdin);
        let began = Instant::now();
        process.end(grace);
        assert_eq!(ended(&process).await, Exit::Code(1));
        let took = began.elapsed();
        assert!(took >= least && took < least + Duration::from_secs(10), "{grace:?}: {took:?}");
        left_is_gone(&directory).await;
    }
}

#[tokio::test]
async fn a_second_end_can_only_be_faster() {
    let (_directory, process, stdin) = start("hang").await;
    drop(stdin);
    let began = Instant::now();
    process.end(GracePeriod::Normal);
    process.end(GracePeriod::Short);
    process.end(GracePeriod::Normal);
    assert_eq!(ended(&process).await, Exit::Code(1));
    assert!(began.elapsed() < Duration::from_millis(1900), "it took {:?}", began.elapsed());
    process.end(GracePeriod::Zero);
}

#[test]
fn i9_a_child_is_ended_by_a_drop_even_when_its_runtime_is_gone() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (directory, process, stdin) = runtime.block_on(start("hang"));
    drop((stdin, runtime));
    drop(process);
    let other = tokio::runtime::Builder::new_current_thread().build().unwrap();
    other.block_on(left_is_gone(&directory));
}

#[tokio::test]
async fn what_cannot_be_started_says_why() {
    let directory = directory();
    let text = |program: &Path| {
        let error = Process::spawn(&Spec::new(program, Stdin::Piped)).expect_err("no program");
        assert_eq!(error.kind(), ErrorKind::Start);
        error.to_string()
    };
    let missing = text(&directory.path().join("missing.exe"));
    assert!(missing.contains("there is no such file"), "{missing}");
    let bare = text(Path::new("no-such-cli"));
    assert!(bare.ends_with("it is not on PATH: install it or give its full path"), "{bare}");
    let other = text(&directory.file("elf.exe", "\x7fELF, or whatever"));
    assert!(other.contains("it is not for this platform"), "{other}");
}
