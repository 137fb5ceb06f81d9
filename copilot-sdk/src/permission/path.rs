//! Resolves the paths of requests, including links and `..`.
//!
//! The agent resolves paths in its own process. A path that may resolve differently there is inside
//! no directory and touches all of them. Links in `/proc`, for example, resolve correctly only in
//! the process they belong to, so they are never read here.

mod files;
mod system;
#[cfg(test)]
mod tests;
#[cfg(any(windows, test))]
mod windows;

use std::borrow::Cow;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use self::files::{Files, PathEntry, SystemFiles};
use super::mounts::Mounts;

/// Whether a path is inside the directory, for each interpretation of its `..`.
pub(super) fn is_inside(path: &Path, root: &Path) -> bool {
    is_inside_on(&Machine::this(), path, root)
}

/// Whether a path is inside the directory or above it, or may be because it cannot be resolved.
pub(super) fn touches(path: &Path, root: &Path) -> bool {
    touches_on(&Machine::this(), path, root)
}

/// What a path is resolved on.
struct Machine<'a> {
    files: &'a dyn Files,
    mounts: Mounts,
}

impl Machine<'_> {
    fn this() -> Self {
        Self { files: &SystemFiles, mounts: Mounts::read() }
    }
}

fn is_inside_on(machine: &Machine<'_>, path: &Path, root: &Path) -> bool {
    let Ok(root) = follow_own(root, machine) else { return false };
    readings(path, machine)
        .iter()
        .all(|place| place.as_ref().is_ok_and(|place| place.real.starts_with(&root.real)))
}

fn touches_on(machine: &Machine<'_>, path: &Path, root: &Path) -> bool {
    let places = readings(path, machine);
    match follow_own(root, machine) {
        Ok(root) => places.iter().any(|place| {
            place.as_ref().map_or(true, |place| {
                root.may_hold(place, machine.files) || place.may_hold(&root, machine.files)
            })
        }),
        // A special directory is touched by every path that cannot be resolved.
        Err(PathProblem::Special) => places.iter().any(Result::is_err),
        Err(PathProblem::Unreadable) => true,
    }
}

/// Whether a path refers to the same file in every process of this machine, and not to one of the
/// kernel.
pub(super) fn is_plain(path: &Path) -> bool {
    readings(path, &Machine::this()).iter().all(Result::is_ok)
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
    /// It is relative, inaccessible, a cycle of links, or does not mean the same to every program.
    Unreadable,
}

/// The results of resolving `..` in the text, and of resolving it after links.
fn readings(path: &Path, machine: &Machine<'_>) -> [Result<ResolvedPath, PathProblem>; 2] {
    let path = match plain(path) {
        Ok(path) => path,
        Err(problem) => return [Err(problem), Err(problem)],
    };
    [&normal(&path), &*path].map(|path| {
        let place = follow(path, machine)?;
        // A search in this directory would read special files as well.
        let holds_special =
            place.missing.as_os_str().is_empty() && machine.mounts.lie_in(&place.existing);
        if holds_special { Err(PathProblem::Special) } else { Ok(place) }
    })
}

/// Resolves a path of this program.
fn follow_own(path: &Path, machine: &Machine<'_>) -> Result<ResolvedPath, PathProblem> {
    let path = std::path::absolute(path).map_err(|_| PathProblem::Unreadable)?;
    follow(&plain(&path)?, machine)
}

/// The path in its usual form, if it is understood.
fn plain(path: &Path) -> Result<Cow<'_, Path>, PathProblem> {
    // First of all: a model can write a path of more parts than can be looked at in time.
    if path.as_os_str().len() > LONGEST {
        return Err(PathProblem::Unreadable);
    }
    system::plain(path)
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
fn follow(path: &Path, machine: &Machine<'_>) -> Result<ResolvedPath, PathProblem> {
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
            Some(Component::Normal(_)) if !missing.as_os_str().is_empty() => {
                push_missing(&mut missing, &part)?;
            }
            Some(Component::Normal(_)) => match machine.files.look(&next) {
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    push_missing(&mut missing, &part)?;
                }
                Err(_) => return Err(PathProblem::Unreadable),
                Ok(PathEntry::Link(target)) => {
                    links += 1;
                    ahead = system::link_target(target)?.join(rest);
                    if links > MOST_LINKS || ahead.as_os_str().len() > LONGEST {
                        return Err(PathProblem::Unreadable);
                    }
                    continue;
                }
                Ok(PathEntry::Device) => return Err(PathProblem::Special),
                Ok(PathEntry::File) if !rest.as_os_str().is_empty() => {
                    return Err(PathProblem::Unreadable);
                }
                Ok(PathEntry::File | PathEntry::Directory) => existing = next,
            },
            // The root.
            _ => existing = next,
        }
        if machine.mounts.hold(&existing.join(&missing)) {
            return Err(PathProblem::Special);
        }
        ahead = rest;
    }
    // No links are left: this only corrects the spelling on case-insensitive file systems.
    let existing = machine.files.real(&existing).map_err(|_| PathProblem::Unreadable)?;
    Ok(ResolvedPath { real: existing.join(&missing), existing, missing })
}

/// Adds a name to the part that does not exist.
fn push_missing(missing: &mut PathBuf, name: &Path) -> Result<(), PathProblem> {
    if system::may_be_other_name(name) {
        return Err(PathProblem::Unreadable);
    }
    missing.push(name);
    Ok(())
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
    fn may_hold(&self, other: &Self, files: &dyn Files) -> bool {
        if system::may_be_aliases(&self.real, &other.real) {
            return true;
        }
        let is_same = |path: &Path| path == self.existing || files.are_one(path, &self.existing);
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

/// Whether some file system treats the two names as equal.
fn may_be_one_name(one: &str, other: &str) -> bool {
    // Case folding of non-ASCII letters depends on the file system.
    one.eq_ignore_ascii_case(other) || !one.is_ascii() || !other.is_ascii()
}
