//! How a child process ended.

use std::fmt;
use std::process::ExitStatus;

/// How a child process ended. Displays as `exit code 1`, `signal 9 (SIGKILL)`, or for a crash on
/// Windows as `exit code 0xC0000005`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Code(i32),
    #[cfg(unix)]
    Signal(i32),
    /// The exit status was collected by other code in this program.
    Unknown,
}

impl Exit {
    pub(crate) fn success(self) -> bool {
        self == Self::Code(0)
    }

    /// Whether it was killed without having been asked, as by a system that ran out of memory.
    /// Windows does not tell.
    pub(crate) fn was_killed(self) -> bool {
        #[cfg(unix)]
        let was_killed = self == Self::Signal(rustix::process::Signal::KILL.as_raw());
        #[cfg(windows)]
        let was_killed = false;
        was_killed
    }
}

impl From<ExitStatus> for Exit {
    fn from(status: ExitStatus) -> Self {
        #[cfg(unix)]
        if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
            return Self::Signal(signal);
        }
        status.code().map_or(Self::Unknown, Self::Code)
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            // The status of an exception on Windows, which its documentation lists in hexadecimal.
            Self::Code(code @ ..0) => write!(f, "exit code {code:#X}"),
            Self::Code(code) => write!(f, "exit code {code}"),
            #[cfg(unix)]
            Self::Signal(signal) => match name(signal) {
                Some(name) => write!(f, "signal {signal} ({name})"),
                None => write!(f, "signal {signal}"),
            },
            Self::Unknown => f.write_str("unknown exit status"),
        }
    }
}

#[cfg(unix)]
fn name(signal: i32) -> Option<&'static str> {
    use rustix::process::Signal;

    let names = [
        (Signal::HUP, "SIGHUP"),
        (Signal::INT, "SIGINT"),
        (Signal::QUIT, "SIGQUIT"),
        (Signal::ILL, "SIGILL"),
        (Signal::TRAP, "SIGTRAP"),
        (Signal::ABORT, "SIGABRT"),
        (Signal::BUS, "SIGBUS"),
        (Signal::FPE, "SIGFPE"),
        (Signal::KILL, "SIGKILL"),
        (Signal::SEGV, "SIGSEGV"),
        (Signal::PIPE, "SIGPIPE"),
        (Signal::TERM, "SIGTERM"),
    ];
    names.into_iter().find(|(known, _)| known.as_raw() == signal).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn exits_read_as_people_say_them() {
        assert_eq!(Exit::Code(1).to_string(), "exit code 1");
        assert_eq!(Exit::Code(-0x3fff_fffb).to_string(), "exit code 0xC0000005");
        assert_eq!(Exit::Unknown.to_string(), "unknown exit status");
    }

    #[test]
    #[cfg(unix)]
    fn signals_are_named() {
        assert_eq!(Exit::Signal(9).to_string(), "signal 9 (SIGKILL)");
        assert_eq!(Exit::Signal(63).to_string(), "signal 63");
        assert!(Exit::Signal(9).was_killed() && !Exit::Signal(15).was_killed());
    }
}
