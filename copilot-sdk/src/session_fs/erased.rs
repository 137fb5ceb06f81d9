//! A store behind a pointer, so that the requests are answered by code compiled once.

use futures_core::future::BoxFuture;

use super::error::FsResult;
use super::fs::{DirEntry, FileStat, MkdirOptions, RmOptions, SessionFs};
use crate::ids::SessionId;

/// [`SessionFs`] with boxed futures.
pub(super) trait ErasedFs: Send + Sync {
    fn read_file<'a>(
        &'a self,
        session_id: &'a SessionId,
        path: &'a str,
    ) -> BoxFuture<'a, FsResult<Vec<u8>>>;

    fn put_file<'a>(
        &'a self,
        how: Put,
        session_id: &'a SessionId,
        path: &'a str,
        content: Vec<u8>,
        mode: Option<u32>,
    ) -> BoxFuture<'a, FsResult<()>>;

    fn exists<'a>(
        &'a self,
        session_id: &'a SessionId,
        path: &'a str,
    ) -> BoxFuture<'a, FsResult<bool>>;

    fn stat<'a>(
        &'a self,
        session_id: &'a SessionId,
        path: &'a str,
    ) -> BoxFuture<'a, FsResult<FileStat>>;

    fn mkdir<'a>(
        &'a self,
        session_id: &'a SessionId,
        path: &'a str,
        options: MkdirOptions,
    ) -> BoxFuture<'a, FsResult<()>>;

    fn readdir<'a>(
        &'a self,
        session_id: &'a SessionId,
        path: &'a str,
    ) -> BoxFuture<'a, FsResult<Vec<DirEntry>>>;

    fn rm<'a>(
        &'a self,
        session_id: &'a SessionId,
        path: &'a str,
        options: RmOptions,
    ) -> BoxFuture<'a, FsResult<()>>;

    fn rename<'a>(
        &'a self,
        session_id: &'a SessionId,
        src: &'a str,
        dest: &'a str,
    ) -> BoxFuture<'a, FsResult<()>>;
}

/// How content gets into a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Put {
    Write,
    Append,
}

impl<F: SessionFs> ErasedFs for F {
    fn read_file<'a>(
        &'a self,
        session_id: &'a SessionId,
        path: &'a str,
    ) -> BoxFuture<'a, FsResult<Vec<u8>>> {
        Box::pin(SessionFs::read_file(self, session_id, path))
    }

    fn put_file<'a>(
        &'a self,
        how: Put,
        session_id: &'a SessionId,
        path: &'a str,
        content: Vec<u8>,
        mode: Option<u32>,
    ) -> BoxFuture<'a, FsResult<()>> {
        match how {
            Put::Write => Box::pin(self.write_file(session_id, path, content, mode)),
            Put::Append => Box::pin(self.append_file(session_id, path, content, mode)),
        }
    }

    fn exists<'a>(
        &'a self,
        session_id: &'a SessionId,
        path: &'a str,
    ) -> BoxFuture<'a, FsResult<bool>> {
        Box::pin(SessionFs::exists(self, session_id, path))
    }

    fn stat<'a>(
        &'a self,
        session_id: &'a SessionId,
        path: &'a str,
    ) -> BoxFuture<'a, FsResult<FileStat>> {
        Box::pin(SessionFs::stat(self, session_id, path))
    }

    fn mkdir<'a>(
        &'a self,
        session_id: &'a SessionId,
        path: &'a str,
        options: MkdirOptions,
    ) -> BoxFuture<'a, FsResult<()>> {
        Box::pin(SessionFs::mkdir(self, session_id, path, options))
    }

    fn readdir<'a>(
        &'a self,
        session_id: &'a SessionId,
        path: &'a str,
    ) -> BoxFuture<'a, FsResult<Vec<DirEntry>>> {
        Box::pin(SessionFs::readdir(self, session_id, path))
    }

    fn rm<'a>(
        &'a self,
        session_id: &'a SessionId,
        path: &'a str,
        options: RmOptions,
    ) -> BoxFuture<'a, FsResult<()>> {
        Box::pin(SessionFs::rm(self, session_id, path, options))
    }

    fn rename<'a>(
        &'a self,
        session_id: &'a SessionId,
        src: &'a str,
        dest: &'a str,
    ) -> BoxFuture<'a, FsResult<()>> {
        Box::pin(SessionFs::rename(self, session_id, src, dest))
    }
}
