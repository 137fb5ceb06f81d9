use std::path::Path;
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::ChildStdout;

use super::super::pipes::Pipes;
use super::super::spec::INSTANCE_VARIABLE;
use super::super::{Exit, GracePeriod, Process, Spec, Stdin};
use crate::ErrorKind;

fn shell(script: &str, stdin: Stdin) -> Spec {
    let mut spec = Spec::new("/bin/sh", stdin);
    spec.args = vec!["-c".into(), script.into()];
    spec
}

fn start(script: &str) -> (Process, Pipes) {
    Process::spawn(&shell(script, Stdin::Piped)).unwrap()
}

/// Waits for the script's word that it is set up.
async fn ready(stdout: ChildStdout) -> BufReader<ChildStdout> {
    let mut stdout = BufReader::new(stdout);
    let mut line = String::new();
    stdout.read_line(&mut line).await.unwrap();
    assert_eq!(line, "ready\n");
    stdout
}

async fn ended(process: &Process) -> Exit {
    tokio::time::timeout(Duration::from_secs(20), process.exited())
        .await
        .expect("the child should end")
}

fn start_error(spec: &Spec) -> String {
    let error = Process::spawn(spec).expect_err("there should be nothing to start");
    assert_eq!(error.kind(), ErrorKind::Start);
    error.to_string()
}

#[cfg(target_os = "linux")]
fn carriers(instance: &str) -> usize {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let pids = processes.filter_map(|entry| {
        rustix::process::Pid::from_raw(entry.file_name().to_str()?.parse().ok()?)
    });
    pids.filter(|pid| super::orphans::carries(*pid, instance)).count()
}

#[tokio::test]
async fn bytes_go_in_and_out_and_the_end_of_stdin_is_the_end() {
    let (process, Pipes { stdin, mut stdout }) = start("cat; exit 7");
    let mut stdin = stdin.unwrap();
    stdin.write_all(b"hello").await.unwrap();
    assert_eq!(process.exit(), None);
    drop(stdin);
    let mut text = String::new();
    stdout.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "hello");
    assert_eq!(ended(&process).await, Exit::Code(7));
    assert_eq!(process.exit(), Some(Exit::Code(7)));
}

#[tokio::test]
async fn the_child_sees_the_changed_environment_its_mark_and_its_directory() {
    let mut spec = shell(
        "printf '%s|' \"$ADDED\" \"${NODE_DEBUG-none}\" \"${HOME-none}\" \
         \"$COPILOT_SDK_INSTANCE\" \"$PWD\"",
        Stdin::Null,
    );
    spec.environment.set("ADDED", "yes");
    spec.environment.set("NODE_DEBUG", "http");
    spec.environment.set(INSTANCE_VARIABLE, "somebody else's");
    spec.environment.remove("HOME");
    spec.cwd = Some("/".into());
    let (process, Pipes { stdin, mut stdout }) = Process::spawn(&spec).unwrap();
    let mut text = String::new();
    stdout.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, format!("yes|none|none|{}|/|", process.instance()));
    assert!(stdin.is_none());
}

#[tokio::test]
async fn the_child_leads_a_group_of_its_own_and_is_reaped() {
    let (process, Pipes { stdin, stdout }) = start("echo ready; read line");
    let stdout = ready(stdout).await;
    let pid = rustix::process::Pid::from_raw(process.id().try_into().unwrap());
    assert_eq!(rustix::process::getpgid(pid).ok(), pid);
    drop(stdin);
    assert_eq!(ended(&process).await, Exit::Code(1));
    assert_eq!(
        rustix::process::getpgid(pid),
        Err(rustix::io::Errno::SRCH),
        "a zombie would still have its group"
    );
    drop(stdout);
}

#[tokio::test]
async fn many_may_wait_for_the_end() {
    let (process, pipes) = start("read line; kill -ABRT $$");
    let waiting: Vec<_> = (0..50)
        .map(|_| {
            let process = process.clone();
            tokio::spawn(async move { process.exited().await })
        })
        .collect();
    assert!(tokio::time::timeout(Duration::ZERO, process.exited()).await.is_err());
    drop(pipes);
    for waiter in waiting {
        assert_eq!(waiter.await.unwrap().to_string(), "signal 6 (SIGABRT)");
    }
}

#[tokio::test]
async fn a_child_that_ends_by_itself_gets_no_signal() {
    let (process, Pipes { stdin, stdout }) =
        start("trap 'echo asked >&2' TERM; echo ready; read line; exit 0");
    let _stdout = ready(stdout).await;
    drop(stdin);
    process.end(GracePeriod::Normal);
    assert_eq!(ended(&process).await, Exit::Code(0));
    assert_eq!(process.stderr_tail(), "");
}

#[tokio::test]
async fn a_child_that_ignores_the_end_of_stdin_is_asked_with_sigterm() {
    let (process, Pipes { stdin, stdout }) =
        start("trap 'exit 5' TERM; echo ready; while :; do read line; done");
    let _stdout = ready(stdout).await;
    drop(stdin);
    process.end(GracePeriod::Short);
    assert_eq!(ended(&process).await, Exit::Code(5));
}

#[tokio::test]
async fn a_child_that_ignores_sigterm_is_killed() {
    let (process, Pipes { stdin, stdout }) = start("trap '' TERM; echo ready; exec sleep 1000");
    let _stdout = ready(stdout).await;
    drop(stdin);
    let began = Instant::now();
    process.end(GracePeriod::Short);
    assert_eq!(ended(&process).await, Exit::Signal(9));
    assert!(
        began.elapsed() >= Duration::from_millis(400),
        "both steps are waited for: {:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn a_child_that_hangs_is_killed_unasked_and_its_survivors_are_ended() {
    let script = "trap 'echo asked >&2' TERM; setsid sleep 1000 & echo ready; read line";
    let (process, Pipes { stdin, stdout }) = start(script);
    let _stdout = ready(stdout).await;
    let pid = rustix::process::Pid::from_raw(process.id().try_into().unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::STOP).unwrap();
    process.end(GracePeriod::Zero);
    process.end(GracePeriod::Normal);
    assert_eq!(ended(&process).await, Exit::Signal(9));
    assert_eq!(process.stderr_tail(), "");
    #[cfg(target_os = "linux")]
    assert_eq!(carriers(process.instance()), 0);
    drop(stdin);
}

#[tokio::test]
async fn a_second_end_changes_nothing_and_a_forced_one_is_faster() {
    let (process, Pipes { stdin, stdout }) =
        start("trap 'echo asked >&2' TERM; echo ready; while :; do read line; done");
    let _stdout = ready(stdout).await;
    drop(stdin);
    let began = Instant::now();
    process.end(GracePeriod::Normal);
    process.end(GracePeriod::Normal);
    process.end(GracePeriod::Short);
    process.end(GracePeriod::Normal);
    assert_eq!(ended(&process).await, Exit::Signal(9));
    assert!(began.elapsed() < Duration::from_millis(1900), "it took {:?}", began.elapsed());
    assert_eq!(process.stderr_tail(), "asked");
    process.end(GracePeriod::Short);
}

#[tokio::test]
async fn a_child_without_stdin_is_asked_with_sigterm_at_once() {
    let (process, Pipes { stdout, .. }) =
        Process::spawn(&shell("trap 'exit 6' TERM; echo ready; while :; do :; done", Stdin::Null))
            .unwrap();
    let _stdout = ready(stdout).await;
    let began = Instant::now();
    process.end(GracePeriod::Normal);
    assert_eq!(ended(&process).await, Exit::Code(6));
    assert!(began.elapsed() < Duration::from_secs(2), "it took {:?}", began.elapsed());
}

#[tokio::test]
async fn dropping_the_last_handle_ends_the_child() {
    let (process, Pipes { stdin, stdout }) = start("echo ready; read line; echo gone");
    let mut stdout = ready(stdout).await;
    drop(process.clone());
    let exit = process.0.exit.clone();
    drop(process);
    drop(stdin);
    let mut text = String::new();
    stdout.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "gone\n");
    let mut exit = exit;
    assert_eq!(
        exit.wait_for(Option::is_some).await.ok().and_then(|exit| *exit),
        Some(Exit::Code(0))
    );
}

#[test]
fn the_child_is_ended_when_its_runtime_is_gone() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (process, pipes) = runtime.block_on(async {
        let (process, Pipes { stdin, stdout }) = start("trap '' TERM; echo ready; exec sleep 1000");
        (process, (stdin, ready(stdout).await))
    });
    drop(runtime);
    process.end(GracePeriod::Short);
    drop(pipes);
    let other = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    assert_eq!(other.block_on(ended(&process)), Exit::Signal(9));
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn i9_survivors_in_sessions_of_their_own_are_gone_before_the_end_is_told() {
    // One ends when asked, one must be killed; neither holds the pipes.
    let script = "setsid sh -c 'echo ready >&3; exec sleep 1000 3>&-' 3>&1 >/dev/null 2>&1 &
        setsid sh -c 'trap \"\" TERM; echo ready >&3; exec sleep 1000 3>&-' 3>&1 >/dev/null 2>&1 &
        read line; exit 3";
    let (process, Pipes { stdin, stdout }) = start(script);
    let mut stdout = ready(stdout).await;
    let mut line = String::new();
    stdout.read_line(&mut line).await.unwrap();
    assert_eq!(line, "ready\n");
    // While a process replaces itself, its environment cannot be read.
    let began = Instant::now();
    while carriers(process.instance()) != 3 {
        assert!(began.elapsed() < Duration::from_secs(20), "the survivors should carry the mark");
        tokio::task::yield_now().await;
    }
    drop(stdin);
    assert_eq!(ended(&process).await, Exit::Code(3));
    assert_eq!(carriers(process.instance()), 0);
}

#[tokio::test]
#[cfg(target_os = "linux")]
async fn i9_survivors_of_a_killed_child_are_ended_too() {
    let (process, Pipes { stdin, stdout }) = start(
        "setsid sh -c 'trap \"kill $$\" EXIT; echo ready; exec sleep 1000' & exec sleep 1000",
    );
    let _stdout = ready(stdout).await;
    let pid = rustix::process::Pid::from_raw(process.id().try_into().unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    assert_eq!(ended(&process).await, Exit::Signal(9));
    assert_eq!(carriers(process.instance()), 0);
    drop(stdin);
}

#[tokio::test]
async fn a_member_of_the_group_without_the_mark_is_ended() {
    let (process, Pipes { stdin, stdout }) =
        start("env -i /bin/sh -c 'echo ready; exec sleep 1000' & read line");
    let mut stdout = ready(stdout).await;
    drop(stdin);
    ended(&process).await;
    // The member held the pipe.
    assert_eq!(stdout.read_line(&mut String::new()).await.unwrap(), 0);
}

#[tokio::test]
async fn the_last_lines_on_stderr_are_there_when_the_end_is_told() {
    let (process, _pipes) =
        start("i=0; while [ $i -lt 200 ]; do echo \"line $i\" >&2; i=$((i+1)); done; exit 1");
    assert_eq!(ended(&process).await, Exit::Code(1));
    let expected: Vec<String> = (136..200).map(|number| format!("line {number}")).collect();
    assert_eq!(process.stderr_tail(), expected.join("\n"));
    let text = process.with_last_words("it ended");
    assert_eq!(text, format!("it ended; its last lines on stderr:\n{}", expected.join("\n")));
}

#[tokio::test]
async fn endless_stderr_blocks_nobody_and_is_kept_to_its_limit() {
    let (process, _pipes) = start("head -c 5000000 /dev/zero | tr '\\0' x >&2");
    assert_eq!(ended(&process).await, Exit::Code(0));
    assert_eq!(process.stderr_tail().len(), super::super::lines::LINE_LIMIT + " ...".len());
    assert_eq!(start("").0.with_last_words("quiet"), "quiet");
}

#[tokio::test]
async fn the_announced_port_is_found_among_other_lines_and_stdout_is_read_on() {
    let script = "echo 'CLI server Listening on port 41207'; echo warning; head -c 1000000 \
                  /dev/zero; echo done >&2";
    let (process, Pipes { stdout, .. }) = Process::spawn(&shell(script, Stdin::Null)).unwrap();
    assert_eq!(process.announced_port(stdout).await.unwrap(), 41207);
    assert_eq!(ended(&process).await, Exit::Code(0));
    assert_eq!(process.stderr_tail(), "done");
}

#[tokio::test]
async fn a_server_that_ends_before_it_listens_is_an_error_with_its_last_words() {
    let (process, Pipes { stdout, .. }) =
        Process::spawn(&shell("echo starting; echo 'port 80 is in use' >&2; exit 1", Stdin::Null))
            .unwrap();
    let error = process.announced_port(stdout).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (
            ErrorKind::Start,
            "the Copilot CLI ended with exit code 1 before it said on which port it listens; \
             its last lines on stderr:\nport 80 is in use"
        )
    );
}

#[tokio::test]
async fn what_cannot_be_started_says_why() {
    let directory = crate::transport::locate::scratch::directory();
    let file = directory.file("plain", "no program");
    let script = directory.program("script", "#!/missing/interpreter\n");

    let at = |path: &Path| Spec::new(path, Stdin::Piped);
    let missing = start_error(&at(&directory.path().join("missing")));
    assert!(missing.ends_with(
        "there is no such file: correct the path or install the CLI with \
                        copilot_sdk::cli::install()"
    ));
    assert!(
        start_error(&at(Path::new("no-such-cli")))
            .ends_with("it is not on PATH: install it or give its full path")
    );
    assert!(
        start_error(&at(&file)).contains("it may not be executed: make it executable (chmod +x)")
    );
    assert!(
        start_error(&at(&script))
            .contains("the interpreter or loader that it needs is not installed")
    );

    let mut elsewhere = shell("", Stdin::Null);
    elsewhere.cwd = Some(directory.path().join("nowhere"));
    let text = start_error(&elsewhere);
    assert_eq!(
        text,
        format!(
            "the working directory {} is missing or not a directory: create it or name another",
            directory.path().join("nowhere").display()
        )
    );
}

#[test]
fn outside_a_runtime_nothing_is_started() {
    assert_eq!(
        start_error(&shell("", Stdin::Null)),
        "the Copilot CLI can only be started inside a tokio runtime"
    );
}
