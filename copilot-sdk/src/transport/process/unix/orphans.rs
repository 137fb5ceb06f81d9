//! Orphans: processes left behind by a dead child.
//!
//! The CLI's shell tools run in their own sessions, so killing its process group is not enough. On
//! Linux, every process that inherited the instance id in its environment counts; elsewhere, only
//! the group can be found.

use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

#[cfg(target_os = "linux")]
use super::super::spec::INSTANCE_VARIABLE;

/// The grace period between SIGTERM and SIGKILL.
const GRACE: Duration = Duration::from_millis(200);
/// How long a killed process may take to disappear.
const PATIENCE: Duration = Duration::from_secs(2);
const POLL: Duration = Duration::from_millis(5);
/// The pause between two scans that find nothing: longer than a fork takes.
const RECHECK: Duration = Duration::from_millis(1);

/// Ends the members of `group` and every carrier of `instance`; returns when none is left.
///
/// The leader of `group` must not have been reaped yet, so that the number cannot have been reused.
pub(super) fn end(group: Option<Pid>, instance: &str) {
    let began = Instant::now();
    let mut asked = Vec::new();
    let mut clean = false;
    // A scan can miss a process that is being forked or replaced, so two clean scans in a row are
    // required.
    loop {
        let found = Orphans::find(group, instance);
        if clean && found.is_empty() {
            return;
        }
        clean = found.is_empty();
        match began.elapsed() {
            _ if clean => {}
            elapsed if elapsed < GRACE => found.ask(group, instance, &mut asked),
            elapsed if elapsed < GRACE + PATIENCE => found.kill(group, instance),
            _ => {
                tracing::warn!(
                    orphans = ?found,
                    "processes that the copilot cli started cannot be ended"
                );
                return;
            }
        }
        thread::sleep(if clean { RECHECK } else { POLL });
    }
}

#[derive(Debug, Default)]
struct Orphans {
    in_group: bool,
    elsewhere: Vec<Pid>,
}

impl Orphans {
    fn is_empty(&self) -> bool {
        !self.in_group && self.elsewhere.is_empty()
    }

    /// Sends SIGTERM to each only once: many programs treat a second one as an order to quit
    /// immediately.
    fn ask(&self, group: Option<Pid>, instance: &str, asked: &mut Vec<Pid>) {
        if let Some(group) = group.filter(|group| self.in_group && !asked.contains(group)) {
            asked.push(group);
            let _ = kill_process_group(group, Signal::TERM);
        }
        for pid in &self.elsewhere {
            if !asked.contains(pid) {
                asked.push(*pid);
                signal_carrier(*pid, instance, Signal::TERM);
            }
        }
    }

    fn kill(&self, group: Option<Pid>, instance: &str) {
        if let Some(group) = group {
            let _ = kill_process_group(group, Signal::KILL);
        }
        for pid in &self.elsewhere {
            signal_carrier(*pid, instance, Signal::KILL);
        }
    }

    #[cfg(target_os = "linux")]
    fn find(group: Option<Pid>, instance: &str) -> Self {
        let mut found = Self::default();
        let mut file = ProcFile::default();
        // The leader is a zombie now, which keeps its start. Nothing older inherited anything of
        // it.
        let began = group.and_then(|leader| file.stat(leader)).map_or(0, |stat| stat.began);
        let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        for pid in
            processes.filter_map(|entry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?))
        {
            let Some(stat) = file.stat(pid).filter(|stat| stat.lives) else { continue };
            if Some(pid) != group && group.is_some() && stat.group == group {
                found.in_group = true;
            } else if stat.began >= began && !stat.is_of_kernel && file.carries(pid, instance) {
                found.elsewhere.push(pid);
            }
        }
        found
    }

    #[cfg(not(target_os = "linux"))]
    fn find(group: Option<Pid>, _instance: &str) -> Self {
        let in_group =
            group.is_some_and(|group| rustix::process::test_kill_process_group(group).is_ok());
        Self { in_group, elsewhere: Vec::new() }
    }
}

#[cfg(target_os = "linux")]
fn signal_carrier(pid: Pid, instance: &str, signal: Signal) {
    use rustix::process::{PidfdFlags, kill_process, pidfd_open, pidfd_send_signal};

    // Holding the process prevents its number from being reused between the check and the signal.
    let held = pidfd_open(pid, PidfdFlags::empty());
    if carries(pid, instance) {
        let _ = match held {
            Ok(held) => pidfd_send_signal(held, signal),
            Err(_) => kill_process(pid, signal),
        };
    }
}

#[cfg(not(target_os = "linux"))]
fn signal_carrier(_pid: Pid, _instance: &str, _signal: Signal) {}

/// Whether the living process `pid`, which is not this one, has the instance id in its environment.
#[cfg(target_os = "linux")]
pub(super) fn carries(pid: Pid, instance: &str) -> bool {
    ProcFile::default().carries(pid, instance)
}

/// What is known of a process.
#[cfg(target_os = "linux")]
struct Stat {
    lives: bool,
    group: Option<Pid>,
    is_of_kernel: bool,
    /// When it was forked, in ticks of the clock since the machine started.
    began: u64,
}

/// Reads files of `/proc` into one buffer. Each takes three system calls.
#[cfg(target_os = "linux")]
struct ProcFile {
    buffer: Vec<u8>,
    length: usize,
}

#[cfg(target_os = "linux")]
impl Default for ProcFile {
    fn default() -> Self {
        Self { buffer: vec![0; 64 * 1024], length: 0 }
    }
}

#[cfg(target_os = "linux")]
impl ProcFile {
    /// The process `pid`, unless it is gone.
    fn stat(&mut self, pid: Pid) -> Option<Stat> {
        const KERNEL_THREAD: u32 = 0x0020_0000;
        let text = String::from_utf8_lossy(self.read(pid, "stat"));
        // The name before it is in parentheses and may contain anything.
        let (_, fields) = text.rsplit_once(") ")?;
        let mut fields = fields.split(' ');
        let state = fields.next()?;
        // -1 for an exiting process, 0 for one of another namespace.
        let group = fields.nth(1)?.parse().ok().filter(|group| *group > 0);
        let flags: u32 = fields.nth(3)?.parse().ok()?;
        let began = fields.nth(12)?.parse().ok()?;
        Some(Stat {
            lives: !matches!(state, "Z" | "X"),
            group: group.and_then(Pid::from_raw),
            is_of_kernel: flags & KERNEL_THREAD != 0,
            began,
        })
    }

    fn carries(&mut self, pid: Pid, instance: &str) -> bool {
        let mark = format!("{INSTANCE_VARIABLE}={instance}");
        pid != rustix::process::getpid()
            && self
                .read(pid, "environ")
                .split(|byte| *byte == 0)
                .any(|entry| entry == mark.as_bytes())
    }

    /// The content of a file of `pid`; empty if there is none, as for a zombie.
    fn read(&mut self, pid: Pid, name: &str) -> &[u8] {
        use std::io::Read as _;

        self.length = 0;
        if let Ok(mut file) = std::fs::File::open(format!("/proc/{pid}/{name}")) {
            // The kernel fills the buffer, unless it has no more.
            while let Some(room) = self.buffer.get_mut(self.length..) {
                let Ok(count) = file.read(room) else { break };
                self.length += count;
                if self.length < self.buffer.len() {
                    break;
                }
                self.buffer.resize(2 * self.length, 0);
            }
        }
        self.buffer.get(..self.length).unwrap_or_default()
    }
}
