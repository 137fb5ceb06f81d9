//! The store, whose work is done on threads that may block.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::Mutex;

use super::error::RowError;
use super::open::open;
use super::rows::FileRows;
use crate::ids::SessionId;
use crate::session_fs::blocking::blocking;
use crate::session_fs::error::FsResult;
use crate::session_fs::fs::{DirEntry, FileStat, MkdirOptions, RmOptions, SessionFs};

/// How long another program may hold the database.
const BUSY: Duration = Duration::from_secs(5);

/// The files of sessions, in one SQLite database. Clones share it.
///
/// Each operation is a transaction: a program that is killed leaves all of it or nothing. Appending
/// to a file rewrites at most its last 64 KiB. The database is created as a file that this user
/// alone can read; SQLite keeps two more next to it while it is open, so put it on a local disk.
/// Several programs may use one database, but only one at a time may use a session.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use copilot_sdk::Client;
/// use copilot_sdk::session_fs::Sqlite;
///
/// let files = Sqlite::open("/srv/sessions.db").await?;
/// let client = Client::builder().session_fs(files).start().await?;
/// # client.stop().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Sqlite {
    file: Arc<PathBuf>,
    /// Taken before a thread is, so that those who wait do not hold one.
    connection: Arc<Mutex<Connection>>,
}

impl Sqlite {
    /// Opens a database, or creates it.
    ///
    /// # Errors
    ///
    /// If the file cannot be opened, is damaged, or is a database of another program.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: the database may have been created.
    pub async fn open(file: impl AsRef<Path>) -> FsResult<Self> {
        Self::open_within(file.as_ref().to_owned(), BUSY).await
    }

    /// Waits so long for other programs, whenever they write.
    pub(super) async fn open_within(file: PathBuf, busy: Duration) -> FsResult<Self> {
        blocking(move || {
            let connection = open(&file, busy)?;
            let connection = Arc::new(Mutex::new(connection));
            Ok(Self { file: Arc::new(file), connection })
        })
        .await
    }

    /// The sessions that have files here, in no particular order.
    ///
    /// # Errors
    ///
    /// If the database cannot be read.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: nothing changes.
    pub async fn sessions(&self) -> FsResult<Vec<SessionId>> {
        self.read(|rows| rows.sessions()).await
    }

    /// Removes the files of a session. Returns whether there were any.
    ///
    /// # Errors
    ///
    /// If the database cannot be written.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: the files are removed all, or not at all.
    pub async fn remove_session(&self, session_id: &SessionId) -> FsResult<bool> {
        let session_id = session_id.clone();
        self.write(move |rows| rows.remove_session(&session_id)).await
    }

    /// Looks at the files as they are now.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(FileRows<'_>) -> Result<T, RowError> + Send + 'static,
    ) -> FsResult<T> {
        self.transact(TransactionBehavior::Deferred, work).await
    }

    /// Changes the files, wholly or not at all.
    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(FileRows<'_>) -> Result<T, RowError> + Send + 'static,
    ) -> FsResult<T> {
        self.transact(TransactionBehavior::Immediate, work).await
    }

    async fn transact<T: Send + 'static>(
        &self,
        behavior: TransactionBehavior,
        work: impl FnOnce(FileRows<'_>) -> Result<T, RowError> + Send + 'static,
    ) -> FsResult<T> {
        let mut connection = Arc::clone(&self.connection).lock_owned().await;
        let file = Arc::clone(&self.file);
        blocking(move || {
            let ran = || {
                let transaction = Transaction::new(&mut connection, behavior)?;
                let done = work(FileRows::new(&transaction))?;
                transaction.commit()?;
                Ok(done)
            };
            ran().map_err(|error: RowError| error.told_of(&file))
        })
        .await
    }
}

impl SessionFs for Sqlite {
    async fn read_file(&self, session_id: &SessionId, path: &str) -> FsResult<Vec<u8>> {
        let (id, path) = (session_id.clone(), path.to_owned());
        self.read(move |rows| rows.read_file(&id, &path)).await
    }

    async fn write_file(
        &self,
        session_id: &SessionId,
        path: &str,
        content: Vec<u8>,
        _mode: Option<u32>,
    ) -> FsResult<()> {
        let (id, path) = (session_id.clone(), path.to_owned());
        self.write(move |rows| rows.write_file(&id, &path, &content)).await
    }

    async fn append_file(
        &self,
        session_id: &SessionId,
        path: &str,
        content: Vec<u8>,
        _mode: Option<u32>,
    ) -> FsResult<()> {
        let (id, path) = (session_id.clone(), path.to_owned());
        self.write(move |rows| rows.append_file(&id, &path, &content)).await
    }

    async fn stat(&self, session_id: &SessionId, path: &str) -> FsResult<FileStat> {
        let (id, path) = (session_id.clone(), path.to_owned());
        self.read(move |rows| rows.stat(&id, &path)).await
    }

    async fn mkdir(
        &self,
        session_id: &SessionId,
        path: &str,
        options: MkdirOptions,
    ) -> FsResult<()> {
        let (id, path) = (session_id.clone(), path.to_owned());
        self.write(move |rows| rows.mkdir(&id, &path, options)).await
    }

    async fn readdir(&self, session_id: &SessionId, path: &str) -> FsResult<Vec<DirEntry>> {
        let (id, path) = (session_id.clone(), path.to_owned());
        self.read(move |rows| rows.readdir(&id, &path)).await
    }

    async fn rm(&self, session_id: &SessionId, path: &str, options: RmOptions) -> FsResult<()> {
        let (id, path) = (session_id.clone(), path.to_owned());
        self.write(move |rows| rows.rm(&id, &path, options)).await
    }

    async fn rename(&self, session_id: &SessionId, src: &str, dest: &str) -> FsResult<()> {
        let (id, src, dest) = (session_id.clone(), src.to_owned(), dest.to_owned());
        self.write(move |rows| rows.rename(&id, &src, &dest)).await
    }
}

impl fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sqlite").field("file", &self.file).finish_non_exhaustive()
    }
}
