//! Answers the CLI's file requests from a store.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::erased::{ErasedFs, Put};
use super::error::{FsError, FsErrorKind, FsResult};
use super::fs::{DirEntry, MkdirOptions, RmOptions, STATE_PATH, SessionFs};
use super::wire::{Content, DirEntries, Exists, FileParams, TypedEntry, WireError, WireStat};
use super::with_disk::WithDisk;
use crate::handler::{BoxHandler, HandlerError};
use crate::request::{RequestHandler, RequestHandlers};

/// The store that the program gave, as the CLI is told of it.
#[derive(Clone)]
pub(crate) struct SessionFsProvider {
    fs: Arc<dyn ErasedFs>,
}

/// The params of `sessionFs.setProvider`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SetProvider {
    initial_cwd: String,
    session_state_path: &'static str,
    conventions: &'static str,
    capabilities: FsCapabilities,
}

#[derive(Debug, Serialize)]
struct FsCapabilities {
    sqlite: bool,
    binary: bool,
}

/// [`STATE_PATH`] where paths have a drive.
const WINDOWS_STATE_PATH: &str = "C:\\session-state";

/// A file request of the CLI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FileRequest {
    ReadFile,
    ReadFileBytes,
    WriteFile,
    WriteFileBytes,
    AppendFile,
    Exists,
    Stat,
    Mkdir,
    Readdir,
    ReaddirWithTypes,
    Rm,
    Rename,
}

/// The requests, by method.
const REQUESTS: [(&str, FileRequest); 12] = [
    ("sessionFs.readFile", FileRequest::ReadFile),
    ("sessionFs.readFileBytes", FileRequest::ReadFileBytes),
    ("sessionFs.writeFile", FileRequest::WriteFile),
    ("sessionFs.writeFileBytes", FileRequest::WriteFileBytes),
    ("sessionFs.appendFile", FileRequest::AppendFile),
    ("sessionFs.exists", FileRequest::Exists),
    ("sessionFs.stat", FileRequest::Stat),
    ("sessionFs.mkdir", FileRequest::Mkdir),
    ("sessionFs.readdir", FileRequest::Readdir),
    ("sessionFs.readdirWithTypes", FileRequest::ReaddirWithTypes),
    ("sessionFs.rm", FileRequest::Rm),
    ("sessionFs.rename", FileRequest::Rename),
];

impl SessionFsProvider {
    /// A store for the state of sessions. Other files are on the disk.
    pub(crate) fn of_state(fs: impl SessionFs) -> Self {
        Self::of_everything(WithDisk::new(fs))
    }

    /// A store for all files.
    pub(crate) fn of_everything(fs: impl SessionFs) -> Self {
        Self { fs: Arc::new(fs) }
    }

    /// Lets the store answer the requests.
    pub(crate) fn register(&self, handlers: &mut RequestHandlers) {
        for (method, request) in REQUESTS {
            handlers.typed(method, request.handler(method, &self.fs));
        }
        #[cfg(feature = "sqlite")]
        super::database::register(&self.fs, handlers);
    }
}

impl SetProvider {
    /// The params that make the CLI use a store, which also has a database for each session or not.
    /// Sessions begin in the directory `initial_cwd`.
    pub(crate) fn new(initial_cwd: String, sqlite: bool) -> Self {
        let (session_state_path, conventions) =
            if cfg!(windows) { (WINDOWS_STATE_PATH, "windows") } else { (STATE_PATH, "posix") };
        let capabilities = FsCapabilities { sqlite, binary: true };
        Self { initial_cwd, session_state_path, conventions, capabilities }
    }
}

impl fmt::Debug for SessionFsProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionFs")
    }
}

impl FileRequest {
    /// Answers one kind of request. A failure is a result on the wire; `exists` alone has no place
    /// for one.
    fn handler(self, method: &'static str, fs: &Arc<dyn ErasedFs>) -> RequestHandler {
        let fs = Arc::clone(fs);
        // Within another handler, so that a panic becomes an error that can be answered.
        let inner: BoxHandler<Box<RawValue>, Box<RawValue>> =
            BoxHandler::new(move |params: Box<RawValue>| {
                let fs = Arc::clone(&fs);
                async move { self.answer(&*fs, &params).await }
            });
        BoxHandler::new(move |params| {
            let inner = inner.clone();
            async move {
                let error = match inner.call(params).await {
                    Ok(answer) => return Ok(answer),
                    Err(error) => error,
                };
                tracing::error!(method, error = &*error, "a session's file system failed");
                self.failure(&FsError::new(error.to_string()))
            }
        })
    }

    async fn answer(
        self,
        fs: &dyn ErasedFs,
        params: &RawValue,
    ) -> Result<Box<RawValue>, HandlerError> {
        let mut params: FileParams = serde_json::from_str(params.get())
            .map_err(|error| format!("the params cannot be read: {error}"))?;
        let content = std::mem::take(&mut params.content);
        match self.perform(fs, &params, content).await {
            Ok(answer) => Ok(answer?),
            Err(error) => {
                if error.kind() != FsErrorKind::NotFound {
                    let (session_id, path) = (&params.session_id, &params.path);
                    let error = &error as &dyn std::error::Error;
                    tracing::error!(
                        %session_id, request = ?self, path, error,
                        "a session's file system failed"
                    );
                }
                self.failure(&error)
            }
        }
    }

    async fn perform(
        self,
        fs: &dyn ErasedFs,
        params: &FileParams,
        content: String,
    ) -> FsResult<serde_json::Result<Box<RawValue>>> {
        let (id, path) = (&params.session_id, &*params.path);
        let put = async |how, content| {
            fs.put_file(how, id, path, content, params.mode)
                .await
                .map(|()| Ok(RawValue::NULL.to_owned()))
        };
        match self {
            Self::ReadFile => {
                let content = String::from_utf8(fs.read_file(id, path).await?)
                    .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
                Ok(to_raw_value(&Content { content, error: None }))
            }
            Self::ReadFileBytes => {
                let content = STANDARD.encode(fs.read_file(id, path).await?);
                Ok(to_raw_value(&Content { content, error: None }))
            }
            Self::WriteFile => put(Put::Write, content.into_bytes()).await,
            Self::AppendFile => put(Put::Append, content.into_bytes()).await,
            Self::WriteFileBytes => {
                let content = STANDARD.decode(&content).map_err(|error| {
                    FsError::new(format!("the content of {path} is no base64: {error}"))
                })?;
                put(Put::Write, content).await
            }
            Self::Exists => Ok(to_raw_value(&Exists { exists: fs.exists(id, path).await? })),
            Self::Stat => Ok(to_raw_value(&WireStat::from(fs.stat(id, path).await?))),
            Self::Mkdir => {
                let options = MkdirOptions {
                    recursive: params.recursive.unwrap_or_default(),
                    mode: params.mode,
                };
                fs.mkdir(id, path, options).await.map(|()| Ok(RawValue::NULL.to_owned()))
            }
            Self::Readdir => {
                let name = |entry: DirEntry| entry.name;
                Ok(entries(fs.readdir(id, path).await?.into_iter().map(name)))
            }
            Self::ReaddirWithTypes => {
                let typed = |DirEntry { name, file_type }: DirEntry| TypedEntry {
                    name,
                    file_type: file_type.as_str(),
                };
                Ok(entries(fs.readdir(id, path).await?.into_iter().map(typed)))
            }
            Self::Rm => {
                let options = RmOptions {
                    recursive: params.recursive.unwrap_or_default(),
                    force: params.force.unwrap_or_default(),
                };
                fs.rm(id, path, options).await.map(|()| Ok(RawValue::NULL.to_owned()))
            }
            Self::Rename => fs
                .rename(id, &params.src, &params.dest)
                .await
                .map(|()| Ok(RawValue::NULL.to_owned())),
        }
    }

    /// The result that tells of a failure.
    fn failure(self, error: &FsError) -> Result<Box<RawValue>, HandlerError> {
        let wire = WireError::from(error);
        let failure = match self {
            Self::ReadFile | Self::ReadFileBytes => {
                to_raw_value(&Content { content: String::new(), error: Some(wire) })
            }
            Self::Stat => to_raw_value(&WireStat::from(wire)),
            Self::Readdir | Self::ReaddirWithTypes => {
                to_raw_value(&DirEntries { entries: [(); 0].into(), error: Some(wire) })
            }
            Self::Exists => return Err(error.to_string().into()),
            Self::WriteFile
            | Self::WriteFileBytes
            | Self::AppendFile
            | Self::Mkdir
            | Self::Rm
            | Self::Rename => to_raw_value(&wire),
        };
        Ok(failure?)
    }
}

fn entries<E: Serialize>(entries: impl Iterator<Item = E>) -> serde_json::Result<Box<RawValue>> {
    to_raw_value(&DirEntries { entries: entries.collect(), error: None })
}
