//! The watchdog: a separate process that ends the CLI after this program has exited.
//!
//! However a program ends, its pipe to the watchdog is closed. The watchdog is a shell in its own
//! session, runs only while there is something to watch, and does what the
//! [`reaper`](super::reaper) does: it asks, waits, kills, and ends the orphans.

#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::Pid;

use crate::sorted_map::SortedMap;

/// One for the whole program, regardless of the number of clients.
static WATCHDOG: Mutex<Watchdog> = Mutex::new(Watchdog::new(&["setsid", "sh"]));

const SCRIPT: &str = include_str!("watchdog/watchdog.sh");
/// The name shown by `ps` after the script.
const NAME: &str = "copilot-sdk-watchdog";
/// The location of the script's tools on nearly every system.
const SYSTEM_PATH: &str = "/usr/bin:/bin";

/// A child that the watchdog ends if this program cannot. Dropping this removes the child from the
/// watchdog.
///
/// Drop it before the child is reaped, while its group's number cannot be reused.
pub(super) struct Watched {
    instance: String,
}

impl Watched {
    /// Registers a child about to be spawned.
    pub(super) fn announce(instance: &str) -> Self {
        watchdog().watch(instance, None);
        Self { instance: instance.to_owned() }
    }

    /// Adds the process group of the child.
    pub(super) fn spawned(&self, group: Pid) {
        watchdog().watch(&self.instance, Some(group));
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        watchdog().forget(&self.instance);
    }
}

fn watchdog() -> MutexGuard<'static, Watchdog> {
    WATCHDOG.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Watchdog {
    /// The command of a shell in its own session; without its first word, of a plain shell.
    shell: &'static [&'static str],
    process: Option<Child>,
    /// Groups by instance id.
    watched: SortedMap<String, Option<Pid>>,
    warned: bool,
}

impl Watchdog {
    const fn new(shell: &'static [&'static str]) -> Self {
        Self { shell, process: None, watched: SortedMap::new(), warned: false }
    }

    fn watch(&mut self, instance: &str, group: Option<Pid>) {
        self.watched.insert(instance.to_owned(), group);
        self.send(&watch_line(instance, group));
    }

    fn forget(&mut self, instance: &str) {
        self.watched.remove(instance);
        if self.watched.is_empty() {
            self.end();
        } else {
            self.send(&format!("forget {instance}\n"));
        }
    }

    /// Writes a line to the watchdog. Replaces one that has exited or does not read.
    fn send(&mut self, line: &str) {
        let sent = self.process.as_mut().is_some_and(|process| write(process, line).is_ok());
        if sent {
            return;
        }
        self.end();
        if let Err(error) = self.start() {
            self.end();
            if !std::mem::replace(&mut self.warned, true) {
                tracing::warn!(
                    %error,
                    "there is no shell for a watchdog: if this program is killed, a copilot cli \
                     that hangs or listens on TCP may outlive it"
                );
            }
        }
    }

    /// Starts a watchdog and sends it all watched children.
    fn start(&mut self) -> io::Result<()> {
        // macOS has no such command as `setsid`.
        let process = match command(self.shell).spawn() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                command(self.shell.get(1..).unwrap_or_default()).process_group(0).spawn()
            }
            process => process,
        };
        let process = self.process.insert(process?);
        let lines = self.watched.iter().map(|(instance, group)| watch_line(instance, *group));
        write(process, &lines.collect::<String>())?;
        match &process.stdin {
            // Non-blocking, so that a stopped watchdog cannot block this program.
            Some(stdin) => Ok(rustix::io::ioctl_fionbio(stdin, true)?),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    /// Kills the watchdog, which would otherwise end the children when its pipe is closed.
    fn end(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

fn command(words: &[&str]) -> Command {
    let mut path = OsString::from(SYSTEM_PATH);
    if let Some(own) = std::env::var_os("PATH") {
        path.push(":");
        path.push(own);
    }
    let (program, args) = words.split_first().unwrap_or((&"sh", &[]));
    let mut command = Command::new(program);
    command
        .args(args)
        .args(["-c", SCRIPT, NAME])
        // Removes secrets and the mark of another instance.
        .env_clear()
        .env("PATH", path)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

fn write(process: &mut Child, text: &str) -> io::Result<()> {
    process.stdin.as_mut().ok_or(io::ErrorKind::BrokenPipe)?.write_all(text.as_bytes())
}

fn watch_line(instance: &str, group: Option<Pid>) -> String {
    match group {
        Some(group) => format!("watch {instance} {}\n", group.as_raw_nonzero()),
        None => format!("watch {instance}\n"),
    }
}
