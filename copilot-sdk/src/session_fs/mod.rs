//! The files of sessions, kept by this program instead of the CLI.
//!
//! The CLI keeps what a session is made of, its events above all, in files below `COPILOT_HOME`.
//! With [`ClientBuilder::session_fs`] it asks this program for every such file instead, so that a
//! session can live in memory, in a directory of your choice, or in a store that other machines
//! read as well: another client with the same files resumes it, with an empty home.
//!
//! ```no_run
//! # async fn example() -> copilot_sdk::Result<()> {
//! use copilot_sdk::Client;
//! use copilot_sdk::session_fs::Directory;
//!
//! let client = Client::builder().session_fs(Directory::new("/srv/sessions")).start().await?;
//! let session = client.session().session_id("nightly-report").create().await?;
//! println!("{}", session.ask("What changed since yesterday?").await?);
//! # client.stop().await
//! # }
//! ```
//!
//! [`Memory`] and [`Directory`] are ready to use, and `Sqlite` with the feature of that name, which
//! keeps the files of all sessions in one database; [`SessionFs`] is the trait for your own store.
//! Each call names the session: every session has a file system of its own, in which the files of
//! its state stand below [`STATE_PATH`]. Its conversation is `events.jsonl`, which grows with every
//! turn and is read whole when the session is resumed. Few other files matter; some are asked for
//! that do not exist, which is no failure: answer [`FsError::not_found`]. The CLI writes events a
//! little later than it sends them: what it sent in its last tenth of a second may be missing after
//! it was killed.
//!
//! # The other files
//!
//! A CLI whose client keeps files asks it for *all* files that it reads and writes itself: those of
//! its tools `view`, `create` and `edit`, and the instructions of a project, too. With
//! [`session_fs`] a store gets the state of the sessions, and this machine's disk has the other
//! files, as without it. With [`ClientBuilder::virtual_fs`] the store gets them all: the agent's
//! file tools see nothing of the disk. Its shell and its search, and programs that they start, see
//! the disk in both cases.
//!
//! Where the disk is used, it is that of this program; let the CLI run on the same machine.
//!
//! # The database of a session
//!
//! The agent of a CLI that keeps files itself has a tool `sql`, with a small database per session
//! for its lists. With the feature `sqlite`, `session_database` of the client builder gives it one
//! among the files of the session, whatever keeps them.
//!
//! # One writer
//!
//! The CLI does not lock a session. If two of them use one session at the same time, both append to
//! its events: a store that several programs can reach must let only one of them write.
//!
//! [`ClientBuilder::session_fs`]: crate::client::ClientBuilder::session_fs
//! [`ClientBuilder::virtual_fs`]: crate::client::ClientBuilder::virtual_fs
//! [`session_fs`]: crate::client::ClientBuilder::session_fs

mod blocking;
#[cfg(feature = "sqlite")]
mod database;
mod directory;
mod disk;
mod encode;
mod erased;
mod error;
mod fs;
mod keeper;
mod memory;
mod path;
mod requests;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(test)]
mod tests;
mod wire;
mod with_disk;

pub use directory::Directory;
pub use error::{FsError, FsErrorKind, FsResult};
pub use fs::{DirEntry, FileStat, FileType, MkdirOptions, RmOptions, STATE_PATH, SessionFs};
pub(crate) use keeper::{Earlier, KeptSession, SessionKeeper, WantedSession};
pub use memory::Memory;
pub(crate) use requests::{SessionFsProvider, SetProvider};
#[cfg(feature = "sqlite")]
pub use sqlite::Sqlite;
