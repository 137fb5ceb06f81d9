//! Where the objects of a session are.
//!
//! ```text
//! <prefix>/sessions/<id>/lease/<epoch>            who may write in this epoch
//!                        lease/<epoch>.released   that its holder has given it up
//!                        start/<epoch>            which records this epoch begins with
//!                        log/<epoch>/<seq>        one change
//!                        body/<name>              a large part of a change, or a snapshot
//! <prefix>/holders/<nonce>                        the heartbeat of a process
//! ```
//!
//! Numbers have ten digits, so that names sort as numbers do.

use object_store::path::Path;

/// The place of a record in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RecordPosition {
    pub(crate) epoch: u64,
    pub(crate) seq: u64,
}

/// The names of one session's objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Names {
    root: Path,
}

impl Names {
    pub(crate) fn new(prefix: &Path, session: &str) -> Self {
        Self { root: sessions(prefix).join(session) }
    }

    /// All objects of the session.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn leases(&self) -> Path {
        self.root.clone().join("lease")
    }

    pub(crate) fn lease(&self, epoch: u64) -> Path {
        self.leases().join(number(epoch))
    }

    pub(crate) fn released(&self, epoch: u64) -> Path {
        self.leases().join(format!("{}{RELEASED}", number(epoch)))
    }

    pub(crate) fn starts(&self) -> Path {
        self.root.clone().join("start")
    }

    pub(crate) fn start(&self, epoch: u64) -> Path {
        self.starts().join(number(epoch))
    }

    pub(crate) fn log(&self) -> Path {
        self.root.clone().join("log")
    }

    pub(crate) fn record(&self, at: RecordPosition) -> Path {
        self.log().join(number(at.epoch)).join(number(at.seq))
    }

    pub(crate) fn bodies(&self) -> Path {
        self.root.clone().join("body")
    }

    pub(crate) fn body(&self, name: &str) -> Path {
        self.bodies().join(name)
    }
}

/// The folder of all sessions.
pub(crate) fn sessions(prefix: &Path) -> Path {
    prefix.clone().join("sessions")
}

/// The folder of all heartbeats.
pub(crate) fn holders(prefix: &Path) -> Path {
    prefix.clone().join("holders")
}

/// The number an object is named after, if its name is one.
pub(crate) fn numbered(name: &Path) -> Option<u64> {
    parse(name.filename()?)
}

/// The epoch whose release an object records, if it does.
pub(crate) fn released(name: &Path) -> Option<u64> {
    parse(name.filename()?.strip_suffix(RELEASED)?)
}

/// The place of the record an object holds, if it holds one.
pub(crate) fn position(log: &Path, name: &Path) -> Option<RecordPosition> {
    let mut parts = name.prefix_match(log)?;
    let (epoch, seq) = (parts.next()?, parts.next()?);
    let position = RecordPosition { epoch: parse(epoch.as_ref())?, seq: parse(seq.as_ref())? };
    parts.next().is_none().then_some(position)
}

const RELEASED: &str = ".released";

fn number(number: u64) -> String {
    format!("{number:010}")
}

fn parse(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written_and_sort_as_numbers() {
        let names = Names::new(&Path::from("team/a"), "s-1");
        let at = RecordPosition { epoch: 3, seq: 12 };
        assert_eq!(names.record(at).as_ref(), "team/a/sessions/s-1/log/0000000003/0000000012");
        assert_eq!(position(&names.log(), &names.record(at)), Some(at));
        assert_eq!(numbered(&names.lease(7)), Some(7));
        assert_eq!(released(&names.released(7)), Some(7));
        assert_eq!(numbered(&names.released(7)), None);
        assert_eq!(released(&names.lease(7)), None);
        assert!(names.lease(9).as_ref() < names.lease(10).as_ref());
        for stray in ["x", "log/1", "log/1/2/3", "log/a/1", "log/1/+2"] {
            let stray = Path::from(format!("{}/{stray}", names.root()));
            assert_eq!(position(&names.log(), &stray), None, "{stray}");
        }
    }
}
