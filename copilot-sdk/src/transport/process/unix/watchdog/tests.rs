use std::os::unix::process::ExitStatusExt as _;
use std::time::{Duration, Instant};

use rustix::process::{
    Signal, getpid, getsid, kill_process, test_kill_process, test_kill_process_group,
};

use super::super::super::spec::INSTANCE_VARIABLE;
use super::*;

/// A shell that leads a group of its own and carries an instance id; ready when this returns.
fn child(instance: &str, script: &str) -> (Child, Pid) {
    let mut command = Command::new("sh");
    command.args(["-c", script]).env(INSTANCE_VARIABLE, instance).process_group(0);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("there is a shell");
    let mut byte = [0];
    io::Read::read_exact(child.stdout.as_mut().expect("a pipe"), &mut byte).expect("ready");
    let pid = Pid::from_child(&child);
    (child, pid)
}

/// What happens to a watchdog when its program ends, until it is done.
fn abandon(mut watchdog: Watchdog) {
    let mut process = watchdog.process.take().expect("a watchdog");
    drop(process.stdin.take());
    assert!(process.wait().expect("a child").success());
}

fn ended_by(mut child: Child) -> Option<i32> {
    child.wait().expect("a child").signal()
}

const WITH_SESSION: &[&str] = &["setsid", "sh"];
const WITHOUT_SESSION: &[&str] = &["no-such-setsid", "sh"];

const WAITS: &str = "echo; exec sleep 1000";
const IGNORES_TERM: &str = "trap '' TERM; echo; exec sleep 1000";

#[test]
fn it_asks_the_groups_that_are_left_to_end_and_kills_those_that_do_not() {
    for shell in [WITH_SESSION, WITHOUT_SESSION] {
        let mut watchdog = Watchdog::new(shell);
        let (waits, ignores) = (child("waits", WAITS), child("ignores", IGNORES_TERM));
        watchdog.watch("waits", None);
        watchdog.watch("waits", Some(waits.1));
        watchdog.watch("ignores", Some(ignores.1));
        let reaped = std::thread::spawn(move || (ended_by(waits.0), ended_by(ignores.0)));
        abandon(watchdog);
        assert_eq!(reaped.join().expect("no panic"), (Some(15), Some(9)));
    }
}

#[test]
fn what_it_was_told_to_forget_is_not_touched() {
    let mut watchdog = Watchdog::new(WITH_SESSION);
    let ((mut kept, kept_pid), (ended, ended_pid)) = (child("kept", WAITS), child("ended", WAITS));
    watchdog.watch("kept", Some(kept_pid));
    watchdog.watch("ended", Some(ended_pid));
    watchdog.forget("kept");
    let reaped = std::thread::spawn(move || ended_by(ended));
    abandon(watchdog);
    assert_eq!(
        (reaped.join().expect("no panic"), kept.try_wait().expect("a child")),
        (Some(15), None)
    );
    kept.kill().expect("a child");
    kept.wait().expect("a child");
}

#[test]
fn it_runs_only_while_there_is_something_to_watch() {
    let mut watchdog = Watchdog::new(WITH_SESSION);
    watchdog.watch("one", None);
    watchdog.watch("other", None);
    let pid = Pid::from_child(watchdog.process.as_ref().expect("a watchdog"));
    watchdog.forget("one");
    assert_eq!(test_kill_process(pid), Ok(()));
    watchdog.forget("other");
    assert!(watchdog.process.is_none());
    assert_eq!(test_kill_process(pid), Err(rustix::io::Errno::SRCH));
}

#[test]
#[cfg(target_os = "linux")]
fn it_ends_what_left_the_group_by_its_instance_id() {
    let mut watchdog = Watchdog::new(WITH_SESSION);
    let instance = "left-the-group";
    let (leader, pid) = child(instance, "setsid sh -c 'echo; exec sleep 1000' & exec sleep 1000");
    watchdog.watch(instance, Some(pid));
    let reaped = std::thread::spawn(move || ended_by(leader));
    abandon(watchdog);
    assert_eq!(reaped.join().expect("no panic"), Some(15));
    let processes = std::fs::read_dir("/proc").expect("Linux").flatten();
    let mut pids =
        processes.filter_map(|entry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?));
    assert_eq!(pids.find(|pid| super::super::orphans::carries(*pid, instance)), None);
}

#[test]
fn one_that_was_killed_is_replaced_by_one_that_knows_as_much() {
    let mut watchdog = Watchdog::new(WITH_SESSION);
    let ((former, former_pid), (later, later_pid)) =
        (child("former", WAITS), child("later", WAITS));
    watchdog.watch("former", Some(former_pid));
    let process = watchdog.process.as_mut().expect("a watchdog");
    process.kill().expect("a child");
    process.wait().expect("a child");
    watchdog.watch("later", Some(later_pid));
    let reaped = std::thread::spawn(move || (ended_by(former), ended_by(later)));
    abandon(watchdog);
    assert_eq!(reaped.join().expect("no panic"), (Some(15), Some(15)));
}

#[test]
fn one_that_was_stopped_blocks_nothing() {
    let mut watchdog = Watchdog::new(WITH_SESSION);
    watchdog.watch("watched", None);
    let pid = Pid::from_child(watchdog.process.as_ref().expect("a watchdog"));
    kill_process(pid, Signal::STOP).expect("it runs");
    for _ in 0..10_000 {
        watchdog.watch("watched", None);
    }
    assert_ne!(Pid::from_child(watchdog.process.as_ref().expect("another watchdog")), pid);
    watchdog.forget("watched");
}

#[test]
fn no_signal_of_a_terminal_reaches_it() {
    for shell in [WITH_SESSION, WITHOUT_SESSION] {
        let mut watchdog = Watchdog::new(shell);
        let (child, group) = child("watched", WAITS);
        watchdog.watch("watched", Some(group));
        let pid = Pid::from_child(watchdog.process.as_ref().expect("a watchdog"));
        let began = Instant::now();
        while test_kill_process_group(pid).is_err() {
            assert!(began.elapsed() < Duration::from_secs(20), "it leads a group of its own");
            std::thread::yield_now();
        }
        // The other one stays in our session, whose leader may have no number in a container.
        if shell == WITH_SESSION && cfg!(target_os = "linux") {
            assert_eq!(getsid(Some(pid)), Ok(pid));
        }
        let reaped = std::thread::spawn(move || ended_by(child));
        abandon(watchdog);
        assert_eq!(reaped.join().expect("no panic"), Some(15));
    }
}

#[test]
fn without_a_shell_there_is_none_and_nothing_fails() {
    let mut watchdog = Watchdog::new(&["no-such-setsid", "no-such-shell"]);
    watchdog.watch("watched", None);
    assert!(watchdog.process.is_none() && watchdog.warned);
    watchdog.watch("watched", Some(getpid()));
    watchdog.forget("watched");
    assert!(watchdog.watched.is_empty());
}

#[test]
fn its_start_takes_a_fraction_of_that_of_the_cli() {
    let start = || {
        let mut watchdog = Watchdog::new(WITH_SESSION);
        let began = Instant::now();
        watchdog.watch("watched", None);
        let took = began.elapsed();
        watchdog.forget("watched");
        took
    };
    // The others say how busy the machine was.
    let fastest = (0..50).map(|_| start()).min().expect("some");
    assert!(fastest < Duration::from_millis(50), "{fastest:?}");
}
