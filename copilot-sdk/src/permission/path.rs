//! Resolves the paths of requests, including links and `..`.
//!
//! The agent resolves paths in its own process. A path that may resolve differently there is inside
//! no directory and touches all of them. Links in `/proc`, for example, resolve correctly only in
//! the process they belong to, so they are never read here.

use std::fs::{FileType, Metadata};
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use super::mounts::Mounts;

/// Whether a path is inside the directory, for each interpretation of its `..`.
pub(super) fn is_inside(path: &Path, root: &Path) -> bool {
    let mounts = Mounts::read();
    let Ok(root) = follow_own(root, &mounts) else { return false };
    readings(path, &mounts)
        .iter()
        .all(|place| place.as_ref().is_ok_and(|place| place.real.starts_with(&root.real)))
}

/// Whether a path is inside the directory or above it, or may be because it cannot be resolved.
pub(super) fn touches(path: &Path, root: &Path) -> bool {
    let mounts = Mounts::read();
    let places = readings(path, &mounts);
    match follow_own(root, &mounts) {
        Ok(root) => places.iter().any(|place| {
            place.as_ref().map_or(true, |place| root.may_hold(place) || place.may_hold(&root))
        }),
        // A special directory is touched by every path that cannot be resolved.
        Err(PathProblem::Special) => places.iter().any(Result::is_err),
        Err(PathProblem::Unreadable) => true,
    }
}

/// Whether a path refers to the same file in every process of this machine, and not to one of the
/// kernel.
pub(super) fn is_plain(path: &Path) -> bool {
    readings(path, &Mounts::read()).iter().all(Result::is_ok)
}

/// Maximum length of a path accepted by the system.
const LONGEST: usize = 4096;
/// Maximum number of links the system follows.
const MOST_LINKS: usize = 40;

/// A resolved path: the part that exists and the rest.
#[derive(Debug)]
struct ResolvedPath {
    /// The existing part, in the spelling of the file system.
    real: PathBuf,
    existing: PathBuf,
    missing: PathBuf,
}

/// Why a path cannot be resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PathProblem {
    /// It leads into a file system of the kernel, to a device, or above one of them.
    Special,
    /// It is relative, inaccessible, or a cycle of links.
    Unreadable,
}

/// The results of resolving `..` in the text, and of resolving it after links.
fn readings(path: &Path, mounts: &Mounts) -> [Result<ResolvedPath, PathProblem>; 2] {
    [&normal(path), path].map(|path| {
        let place = follow(path, mounts)?;
        // A search in this directory would read special files as well.
        let holds_special = place.missing.as_os_str().is_empty() && mounts.lie_in(&place.existing);
        if holds_special { Err(PathProblem::Special) } else { Ok(place) }
    })
}

/// Resolves a path of this program.
fn follow_own(path: &Path, mounts: &Mounts) -> Result<ResolvedPath, PathProblem> {
    follow(&std::path::absolute(path).map_err(|_| PathProblem::Unreadable)?, mounts)
}

/// The path without `.` and `..`.
fn normal(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut normal, part| {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(normal.pop()),
            part => normal.push(part),
        }
        normal
    })
}

/// Resolves links, one component at a time, as far as the path exists.
///
/// Does not use `canonicalize`, which would also follow the links in `/proc`.
fn follow(path: &Path, mounts: &Mounts) -> Result<ResolvedPath, PathProblem> {
    if !path.is_absolute() || path.as_os_str().len() > LONGEST {
        return Err(PathProblem::Unreadable);
    }
    let (mut existing, mut missing) = (PathBuf::new(), PathBuf::new());
    let mut ahead = path.to_owned();
    let mut links = 0;
    while let Some((part, rest)) = first(&ahead) {
        let next = existing.join(&part);
        match part.components().next() {
            Some(Component::ParentDir) if missing.as_os_str().is_empty() => {
                existing.pop();
            }
            // The system resolves no `..` below a missing directory.
            Some(Component::ParentDir) => return Err(PathProblem::Unreadable),
            Some(Component::Normal(_)) if !missing.as_os_str().is_empty() => missing.push(part),
            Some(Component::Normal(_)) => match next.symlink_metadata() {
                Err(error) if error.kind() == ErrorKind::NotFound => missing.push(part),
                Err(_) => return Err(PathProblem::Unreadable),
                Ok(found) if found.is_symlink() => {
                    links += 1;
                    let target = next.read_link().map_err(|_| PathProblem::Unreadable)?;
                    ahead = target.join(rest);
                    if links > MOST_LINKS || ahead.as_os_str().len() > LONGEST {
                        return Err(PathProblem::Unreadable);
                    }
                    continue;
                }
                Ok(found) if is_device(found.file_type()) => return Err(PathProblem::Special),
                Ok(found) if !found.is_dir() && !rest.as_os_str().is_empty() => {
                    return Err(PathProblem::Unreadable);
                }
                Ok(_) => existing = next,
            },
            // The root.
            _ => existing = next,
        }
        if mounts.hold(&existing.join(&missing)) {
            return Err(PathProblem::Special);
        }
        ahead = rest;
    }
    // No links are left: this only corrects the spelling on case-insensitive file systems.
    let existing = existing.canonicalize().map_err(|_| PathProblem::Unreadable)?;
    Ok(ResolvedPath { real: existing.join(&missing), existing, missing })
}

/// The first component of a path, and the rest.
fn first(path: &Path) -> Option<(PathBuf, PathBuf)> {
    let mut parts = path.components();
    let first = parts.next()?;
    Some((PathBuf::from(first.as_os_str()), parts.as_path().to_owned()))
}

impl ResolvedPath {
    /// Whether another place may be inside this one: by text or, because a directory can have
    /// several names, by its inode.
    fn may_hold(&self, other: &Self) -> bool {
        let is_same = |path: &Path| path == self.existing || is_one_file(path, &self.existing);
        if self.missing.as_os_str().is_empty() {
            return other.existing.ancestors().any(is_same);
        }
        is_same(&other.existing)
            && other.missing.components().count() >= self.missing.components().count()
            && self.missing.components().zip(other.missing.components()).all(|(own, other)| {
                may_be_one_name(
                    &own.as_os_str().to_string_lossy(),
                    &other.as_os_str().to_string_lossy(),
                )
            })
    }
}

fn is_one_file(one: &Path, other: &Path) -> bool {
    let number = |path: &Path| path.symlink_metadata().ok().as_ref().and_then(number);
    number(one).is_some_and(|one| number(other) == Some(one))
}

/// Whether some file system treats the two names as equal.
fn may_be_one_name(one: &str, other: &str) -> bool {
    // Case folding of non-ASCII letters depends on the file system.
    one.eq_ignore_ascii_case(other) || !one.is_ascii() || !other.is_ascii()
}

/// Device and inode of a file, the same under each of its names.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "not every system has one")]
fn number(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn number(_: &Metadata) -> Option<(u64, u64)> {
    None
}

/// Whether it is a block or character device, such as a disk, which holds every file, or a
/// terminal, which differs per process.
#[cfg(unix)]
fn is_device(file: FileType) -> bool {
    use std::os::unix::fs::FileTypeExt;
    file.is_char_device() || file.is_block_device()
}

#[cfg(not(unix))]
fn is_device(_: FileType) -> bool {
    false
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::{Path, PathBuf};

    use super::{is_inside, is_plain, touches};
    use crate::transport::locate::scratch::{Directory, directory};

    /// `data/file`, `data/out -> secret`, `data/dangling -> secret/new`, `data/new-here ->
    /// data/new`, `data/here -> /proc/self/cwd`, `data/inherited -> /dev/fd`, `database/file` and
    /// `secret/key`.
    fn tree() -> Directory {
        let tree = directory();
        for file in ["data/deep/file", "data/file", "database/file", "secret/key"] {
            tree.file(file, "");
        }
        let base = tree.path();
        for (target, link) in [
            (base.join("secret"), "data/out"),
            (base.join("secret/new"), "data/dangling"),
            (base.join("data/new"), "data/new-here"),
            (base.join("data"), "link"),
            ("/proc/self/cwd".into(), "data/here"),
            ("/dev/fd".into(), "data/inherited"),
            ("circle".into(), "data/circle"),
        ] {
            symlink(target, base.join(link)).unwrap();
        }
        tree
    }

    #[test]
    fn a_path_is_inside_where_it_leads() {
        let tree = tree();
        let base = tree.path();
        for (path, expected) in [
            ("data", true),
            ("data/file", true),
            ("data/new/deep", true),
            ("data/new-here/deep", true),
            ("data/deep/../file", true),
            ("data/./file", true),
            ("link/file", true),
            ("database/file", false),
            ("secret/key", false),
            ("data/../secret/key", false),
            ("data/new/../../secret/key", false),
            ("data/file/../file", false),
            ("data/out/key", false),
            ("data/out/new", false),
            // To the text this is `data/file`, to the system `file` beside `secret`.
            ("data/out/../file", false),
            ("data/dangling", false),
            ("data/circle", false),
        ] {
            for root in [base.join("data"), base.join("link"), base.join("secret/../data")] {
                assert_eq!(
                    is_inside(&base.join(path), &root),
                    expected,
                    "{path} in {}",
                    root.display()
                );
            }
        }
        for relative in ["data/file", "", "~/file", "file:///data/file"] {
            assert!(!is_inside(relative.as_ref(), "/".as_ref()), "{relative}");
        }
    }

    #[test]
    fn what_may_lead_there_touches_it() {
        let tree = tree();
        let base = tree.path();
        for (path, expected) in [
            ("secret/key", true),
            ("secret", true),
            ("", true),
            ("data/out/key", true),
            ("data/../secret/key", true),
            ("data/dangling", true),
            ("data/circle", true),
            ("data/file", false),
            ("data/new-here", false),
            ("database", false),
        ] {
            assert_eq!(touches(&base.join(path), &base.join("secret")), expected, "{path}");
        }
        assert!(
            touches("key".as_ref(), &base.join("secret")),
            "who knows where a relative path leads"
        );
    }

    /// Paths that mean another file to the agent's process than to this one, or the kernel itself.
    fn special(base: &Path) -> Vec<PathBuf> {
        let mut paths: Vec<PathBuf> = [
            "/proc",
            "/proc/self",
            "/proc/self/cwd/file",
            "/proc/self/cwd/new",
            "/proc/self/cwd/..",
            "/proc/self/root/etc/hosts",
            "/proc/self/fd/0",
            "/proc/self/environ",
            "/proc/self/task/1/environ",
            "/proc/thread-self/cwd",
            "/proc/1/environ",
            "/proc/1/root/etc/hosts",
            "/proc/999999999/cwd",
            "/proc/net/../self/environ",
            "/proc/../etc/hosts",
            "/Proc/self/environ",
            "/dev/fd/3",
            "/dev/fd",
            "/dev/stdin",
            "/dev/stdout",
            "/dev/tty",
            "/dev/full",
            "/sys/kernel",
            "/.vol/1234/5678",
            "/.nofollow/etc/hosts",
            "/.resolve/1/etc/hosts",
            "/",
            "/..",
        ]
        .map(PathBuf::from)
        .into();
        let links = ["data/here", "data/here/key", "data/here/..", "link/here", "data/inherited/0"];
        paths.extend(links.map(|path| base.join(path)));
        // The current directory itself, as another process names it.
        paths.push(format!("/proc/{}/cwd", std::process::id()).into());
        paths.push(format!("/proc/{}/root{}", std::process::id(), base.display()).into());
        paths
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_is_another_file_to_another_process_is_inside_nothing_and_touches_everything() {
        let tree = tree();
        let data = tree.path().join("data");
        for path in special(tree.path()) {
            for root in [&data, Path::new("/"), Path::new("/proc"), Path::new("/dev")] {
                assert!(!is_inside(&path, root), "{} in {}", path.display(), root.display());
                assert!(touches(&path, root), "{} at {}", path.display(), root.display());
            }
            assert!(!is_plain(&path), "{}", path.display());
        }
        let file = data.join("file");
        assert!(is_plain(&file) && is_inside(&file, Path::new("/")));
        assert!(!touches(&file, Path::new("/proc")) && !touches(&file, Path::new("/proc/self/fd")));
        assert!(!is_inside(&file, Path::new("/proc/self/cwd")));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_directory_of_this_program_in_proc_holds_nothing() {
        let here = std::env::current_dir().unwrap();
        assert!(is_inside(&here.join("x"), &here));
        assert!(!is_inside(&here.join("x"), Path::new("/proc/self/cwd")));
    }

    #[test]
    fn names_that_differ_in_case_may_be_one() {
        let tree = tree();
        let private = tree.path().join("Private/Keys");
        for (path, expected) in [
            ("private/keys/new", true),
            ("PRIVATE/KEYS", true),
            ("Private", true),
            ("Privat", false),
            ("Private/Key", false),
        ] {
            assert_eq!(touches(&tree.path().join(path), &private), expected, "{path}");
        }
        assert!(!is_inside(&tree.path().join("private/keys/new"), &private));
    }

    #[test]
    fn a_long_path_leads_nowhere_and_costs_nothing() {
        let long = PathBuf::from(format!("/{}", "a/".repeat(1_000_000)));
        assert!(!is_inside(&long, Path::new("/")) && touches(&long, Path::new("/tmp")));
        let tree = tree();
        let mut deep = tree.path().to_owned();
        for _ in 0..50 {
            fs::create_dir(deep.join("d")).unwrap();
            deep.push("d");
        }
        assert!(is_inside(&deep.join("file"), tree.path()));
    }
}
