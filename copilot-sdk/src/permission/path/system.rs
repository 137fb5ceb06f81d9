//! What this system knows of paths and files.

#[cfg(unix)]
pub(super) use self::unix::{
    is_device, is_one_file, link_target, may_be_aliases, may_be_other_name, plain,
};
#[cfg(windows)]
pub(super) use self::windows::{
    is_device, is_one_file, link_target, may_be_aliases, may_be_other_name, plain,
};

#[cfg(unix)]
mod unix {
    use std::borrow::Cow;
    use std::fs::FileType;
    use std::os::unix::fs::{FileTypeExt, MetadataExt};
    use std::path::{Path, PathBuf};

    use super::super::PathProblem;

    /// Every absolute path is plain.
    #[expect(clippy::unnecessary_wraps, reason = "not so on Windows")]
    pub(in super::super) fn plain(path: &Path) -> Result<Cow<'_, Path>, PathProblem> {
        Ok(Cow::Borrowed(path))
    }

    #[expect(clippy::unnecessary_wraps, reason = "not so on Windows")]
    pub(in super::super) fn link_target(target: PathBuf) -> Result<PathBuf, PathProblem> {
        Ok(target)
    }

    /// Whether a missing file may appear under another name than this one.
    pub(in super::super) fn may_be_other_name(_: &Path) -> bool {
        false
    }

    /// Whether both are one file, by device and inode, which are the same under each of its names.
    pub(in super::super) fn is_one_file(one: &Path, other: &Path) -> bool {
        let number =
            |path: &Path| path.symlink_metadata().ok().map(|file| (file.dev(), file.ino()));
        number(one).is_some_and(|one| number(other) == Some(one))
    }

    /// Whether two paths without links may lead to one file that cannot be recognized.
    pub(in super::super) fn may_be_aliases(_: &Path, _: &Path) -> bool {
        false
    }

    /// Whether it is a block or character device, such as a disk, which holds every file, or a
    /// terminal, which differs per process.
    pub(in super::super) fn is_device(file: FileType) -> bool {
        file.is_char_device() || file.is_block_device()
    }
}

#[cfg(windows)]
mod windows {
    use std::borrow::Cow;
    use std::fs::FileType;
    use std::path::{Component, Path, PathBuf, Prefix};

    use super::super::{PathProblem, windows};

    /// The path in its usual form, if it is understood.
    pub(in super::super) fn plain(path: &Path) -> Result<Cow<'_, Path>, PathProblem> {
        windows::plain(text(path)?).map(|path| Cow::Owned(path.into()))
    }

    pub(in super::super) fn link_target(target: PathBuf) -> Result<PathBuf, PathProblem> {
        windows::link_target(text(&target)?).map(Into::into)
    }

    /// Whether a missing file may appear under another name than this one.
    pub(in super::super) fn may_be_other_name(name: &Path) -> bool {
        windows::may_be_short(&name.to_string_lossy())
    }

    /// Whether both are one file, or may be.
    pub(in super::super) fn is_one_file(one: &Path, other: &Path) -> bool {
        same_file::is_same_file(one, other).unwrap_or(true)
    }

    /// Whether two paths without links may lead to one file that cannot be recognized: servers and
    /// shares have aliases, and a share may be a directory of this machine.
    pub(in super::super) fn may_be_aliases(one: &Path, other: &Path) -> bool {
        let share = |path: &Path| match path.components().next() {
            Some(Component::Prefix(prefix)) => match prefix.kind() {
                Prefix::UNC(server, share) | Prefix::VerbatimUNC(server, share) => {
                    Some((server.to_ascii_lowercase(), share.to_ascii_lowercase()))
                }
                _ => None,
            },
            _ => None,
        };
        share(one) != share(other)
    }

    /// Devices have names that are not plain.
    pub(in super::super) fn is_device(_: FileType) -> bool {
        false
    }

    fn text(path: &Path) -> Result<&str, PathProblem> {
        path.to_str().ok_or(PathProblem::Unreadable)
    }
}
