//! Files in a directory of this machine.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use super::blocking::blocking;
use super::encode::{decode, encode_id, encode_name};
use super::error::{FsError, FsErrorKind, FsResult};
use super::fs::{DirEntry, FileStat, MkdirOptions, RmOptions, SessionFs};
use super::path::names;
use crate::ids::SessionId;

/// The files of sessions, in a directory: each session has a subdirectory named after its id.
///
/// No path leads out of the subdirectory of its session: `..` ends there, symbolic links are not
/// followed, and names that have a meaning to an operating system are written with percent signs.
/// New directories and files can be read by this user only. A file that is replaced is never seen
/// half written.
///
/// The directory is created with the first file. Removing a subdirectory removes the session.
///
/// ```no_run
/// # async fn example() -> copilot_sdk::Result<()> {
/// use copilot_sdk::Client;
/// use copilot_sdk::session_fs::Directory;
///
/// let client = Client::builder().session_fs(Directory::new("/srv/sessions")).start().await?;
/// # client.stop().await
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Directory {
    root: PathBuf,
}

/// A place in the directory of a session.
struct Spot {
    /// The path as the CLI sent it, for errors.
    asked: String,
    /// The directory of the session.
    root: PathBuf,
    /// The names below it.
    names: Vec<String>,
}

impl Directory {
    /// Keeps sessions in this directory.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { root: directory.into() }
    }

    /// The subdirectory of a session, which need not exist.
    #[must_use]
    pub fn session(&self, session_id: &SessionId) -> PathBuf {
        self.root.join(encode_id(session_id.as_str()))
    }

    fn spot(&self, session_id: &SessionId, path: &str) -> Spot {
        Spot {
            asked: path.to_owned(),
            root: self.session(session_id),
            names: names(path).into_iter().map(encode_name).collect(),
        }
    }
}

impl SessionFs for Directory {
    async fn read_file(&self, session_id: &SessionId, path: &str) -> FsResult<Vec<u8>> {
        let spot = self.spot(session_id, path);
        blocking(move || spot.tell(fs::read(spot.path()?))).await
    }

    async fn write_file(
        &self,
        session_id: &SessionId,
        path: &str,
        content: Vec<u8>,
        mode: Option<u32>,
    ) -> FsResult<()> {
        let spot = self.spot(session_id, path);
        blocking(move || spot.write(&content, mode)).await
    }

    async fn append_file(
        &self,
        session_id: &SessionId,
        path: &str,
        content: Vec<u8>,
        mode: Option<u32>,
    ) -> FsResult<()> {
        let spot = self.spot(session_id, path);
        blocking(move || spot.append(&content, mode)).await
    }

    async fn stat(&self, session_id: &SessionId, path: &str) -> FsResult<FileStat> {
        let spot = self.spot(session_id, path);
        blocking(move || match fs::metadata(spot.path()?) {
            Err(_) if spot.names.is_empty() => Ok(FileStat::directory(SystemTime::UNIX_EPOCH)),
            found => {
                let found = spot.tell(found)?;
                let modified = spot.tell(found.modified())?;
                let stat = if found.is_dir() {
                    FileStat::directory(modified)
                } else {
                    FileStat::file(found.len(), modified)
                };
                // Not every file system knows it.
                Ok(stat.created(found.created().unwrap_or(modified)))
            }
        })
        .await
    }

    async fn mkdir(
        &self,
        session_id: &SessionId,
        path: &str,
        options: MkdirOptions,
    ) -> FsResult<()> {
        let spot = self.spot(session_id, path);
        blocking(move || spot.mkdir(options)).await
    }

    async fn readdir(&self, session_id: &SessionId, path: &str) -> FsResult<Vec<DirEntry>> {
        let spot = self.spot(session_id, path);
        blocking(move || spot.list()).await
    }

    async fn rm(&self, session_id: &SessionId, path: &str, options: RmOptions) -> FsResult<()> {
        let spot = self.spot(session_id, path);
        blocking(move || match spot.remove(options) {
            Err(error) if options.force && error.kind() == FsErrorKind::NotFound => Ok(()),
            removed => removed,
        })
        .await
    }

    async fn rename(&self, session_id: &SessionId, src: &str, dest: &str) -> FsResult<()> {
        let (src, dest) = (self.spot(session_id, src), self.spot(session_id, dest));
        blocking(move || {
            if src.names.is_empty() || dest.names.is_empty() {
                let text = format!("{} cannot be moved to {}", src.asked, dest.asked);
                return Err(FsError::new(text));
            }
            let (from, to) = (src.path()?, dest.path()?);
            let found = src.tell(fs::symlink_metadata(&from))?;
            // Windows replaces a file by a directory.
            match fs::symlink_metadata(&to) {
                Ok(there) if there.is_dir() && !found.is_dir() => {
                    return Err(FsError::new(format!("{} is a directory", dest.asked)));
                }
                Ok(there) if found.is_dir() && !there.is_dir() => {
                    return Err(FsError::new(format!("{} is no directory", dest.asked)));
                }
                _ => dest.make_parents()?,
            }
            dest.tell(fs::rename(from, to))
        })
        .await
    }
}

impl Spot {
    /// The path on this machine, on which no symbolic link stands.
    fn path(&self) -> FsResult<PathBuf> {
        let mut path = self.root.clone();
        self.refuse_link(&path)?;
        for name in &self.names {
            path.push(name);
            self.refuse_link(&path)?;
        }
        Ok(path)
    }

    fn refuse_link(&self, path: &Path) -> FsResult<()> {
        match fs::symlink_metadata(path) {
            Ok(found) if found.is_symlink() => {
                let text = format!("{}: {} is a symbolic link", self.asked, path.display());
                Err(FsError::new(text))
            }
            // What is not there is no link.
            _ => Ok(()),
        }
    }

    /// The path of something that is not the root, whose directory exists.
    fn in_directory(&self) -> FsResult<PathBuf> {
        if self.names.is_empty() {
            return Err(FsError::new(format!("{} is a directory", self.asked)));
        }
        let path = self.path()?;
        self.make_parents()?;
        Ok(path)
    }

    fn make_parents(&self) -> FsResult<()> {
        let above = self.names.get(..self.names.len().saturating_sub(1)).unwrap_or_default();
        let parent = above.iter().fold(self.root.clone(), |path, name| path.join(name));
        self.tell(directories(None).recursive(true).create(parent))
    }

    fn write(&self, content: &[u8], mode: Option<u32>) -> FsResult<()> {
        let path = self.in_directory()?;
        let mode = mode.or_else(|| mode_of(&path));
        let (temporary, mut file) = self.tell(temporary(&path, mode))?;
        let written = file.write_all(content).and_then(|()| fs::rename(&temporary, &path));
        if written.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        self.tell(written)
    }

    fn append(&self, content: &[u8], mode: Option<u32>) -> FsResult<()> {
        let path = self.in_directory()?;
        let mut file = self.tell(files(mode).append(true).create(true).open(path))?;
        let before = self.tell(file.metadata())?.len();
        let written = file.write_all(content).inspect_err(|_| cut(&file, before));
        self.tell(written)
    }

    fn mkdir(&self, options: MkdirOptions) -> FsResult<()> {
        let path = self.path()?;
        if !options.recursive {
            self.make_root()?;
        }
        self.tell(directories(options.mode).recursive(options.recursive).create(path))
    }

    fn make_root(&self) -> FsResult<()> {
        if self.names.is_empty() {
            return Ok(());
        }
        self.tell(directories(None).recursive(true).create(&self.root))
    }

    fn list(&self) -> FsResult<Vec<DirEntry>> {
        let listed = match fs::read_dir(self.path()?) {
            Err(error) if self.names.is_empty() && error.kind() == io::ErrorKind::NotFound => {
                return Ok(Vec::new());
            }
            listed => self.tell(listed)?,
        };
        let mut entries = Vec::new();
        for entry in listed {
            let entry = self.tell(entry)?;
            let file_type = self.tell(entry.file_type())?;
            let name = entry.file_name();
            match name.to_str().and_then(decode) {
                Some(name) if file_type.is_dir() => entries.push(DirEntry::directory(name)),
                Some(name) if file_type.is_file() => entries.push(DirEntry::file(name)),
                // Not one of the CLI's.
                _ => {}
            }
        }
        entries.sort_unstable();
        Ok(entries)
    }

    fn remove(&self, options: RmOptions) -> FsResult<()> {
        if self.names.is_empty() {
            return Err(FsError::new(format!("{} is a directory", self.asked)));
        }
        let path = self.path()?;
        let is_dir = self.tell(fs::symlink_metadata(&path))?.is_dir();
        match (is_dir, options.recursive) {
            (true, true) => self.tell(fs::remove_dir_all(path)),
            (true, false) => Err(FsError::new(format!("{} is a directory", self.asked))),
            (false, _) => self.tell(fs::remove_file(path)),
        }
    }

    /// The outcome of an operation, with the path in the error.
    fn tell<T>(&self, outcome: io::Result<T>) -> FsResult<T> {
        outcome.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => FsError::not_found(&self.asked),
            _ => FsError::new(format!("{}: {error}", self.asked)),
        })
    }
}

/// Creates a file in which the content of another is gathered.
fn temporary(path: &Path, mode: Option<u32>) -> io::Result<(PathBuf, File)> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    loop {
        // No name of the CLI is written like this one.
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = path.with_file_name(format!("%new-{}-{number}", std::process::id()));
        match files(mode).write(true).create_new(true).open(&name) {
            // Left by a program that was killed: in containers, many have the same number.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            opened => return opened.map(|file| (name, file)),
        }
    }
}

/// Removes what a failed write has left behind the end of a file.
fn cut(file: &File, length: u64) {
    if let Err(error) = file.set_len(length) {
        tracing::warn!(%error, "a file was left half written");
    }
}

#[cfg(unix)]
fn files(mode: Option<u32>) -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = OpenOptions::new();
    options.mode(mode.unwrap_or(0o600) & 0o777);
    options
}

#[cfg(not(unix))]
fn files(_mode: Option<u32>) -> OpenOptions {
    OpenOptions::new()
}

#[cfg(unix)]
fn directories(mode: Option<u32>) -> fs::DirBuilder {
    use std::os::unix::fs::DirBuilderExt as _;
    let mut builder = fs::DirBuilder::new();
    builder.mode(mode.unwrap_or(0o700) & 0o777);
    builder
}

#[cfg(not(unix))]
fn directories(_mode: Option<u32>) -> fs::DirBuilder {
    fs::DirBuilder::new()
}

/// The mode of a file that is about to be replaced.
#[cfg(unix)]
fn mode_of(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).ok().map(|found| found.permissions().mode())
}

#[cfg(not(unix))]
fn mode_of(_path: &Path) -> Option<u32> {
    None
}
