//! Preconditions of a start, checked because the CLI would exit without a message.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::variables::{CACHE_HOME, COPILOT_HOME, PACKAGE_HOME};
use crate::error::{Error, ErrorKind, Result};
use crate::transport::process::{Process, Spec};

/// The variable that names the user's home directory.
const HOME: &str = if cfg!(windows) { "USERPROFILE" } else { "HOME" };

/// Refuses to start a CLI that could not write its files.
///
/// # Errors
///
/// The error names the directory and the variable or option that changes it.
pub(super) fn check(spec: &Spec) -> Result<()> {
    check_as(spec, &User::current())
}

fn check_as(spec: &Spec, user: &User) -> Result<()> {
    let state = match (variable(spec, COPILOT_HOME), user.home(spec)) {
        (Some(directory), _) => Some(directory),
        (None, Some(home)) => Some(home.join(".copilot")),
        (None, None) if user.has_variable => None,
        (None, None) => {
            let text = format!(
                "the copilot cli has no directory for its sessions, because this user has no \
                 home: set {HOME}, or name one with `base_directory` (COPILOT_HOME)"
            );
            return Err(Error::new(ErrorKind::Start, text));
        }
    };
    if let Some(state) = state {
        writable(spec, &state).map_err(|error| {
            let text = format!(
                "the copilot cli cannot write its sessions and settings into {}: let this user \
                 write there, or name another directory with `base_directory` (COPILOT_HOME) or \
                 {HOME}",
                state.display()
            );
            Error::new(ErrorKind::Start, text).with_source(error)
        })?;
    }
    let Some(unpacked) = unpack_directory_as(spec, user) else { return Ok(()) };
    if !unpacks_itself(&spec.program) || in_child(spec, &unpacked).join("pkg").is_dir() {
        return Ok(());
    }
    writable(spec, &unpacked).map_err(|error| {
        let text = format!(
            "the copilot cli cannot unpack itself into {}: let this user write there, or name \
             another directory with COPILOT_PKG_CACHE_HOME (see `env`), or use a CLI of \
             `copilot_sdk::cli::install()`, which is unpacked already",
            unpacked.display()
        );
        Error::new(ErrorKind::Start, text).with_source(error)
    })
}

/// Adds the likely reason for a CLI that exited without a message.
pub(super) fn explain(error: Error, process: &Process) -> Error {
    let hint = match process.exit() {
        _ if error.kind() != ErrorKind::Start || !process.stderr_tail().is_empty() => return error,
        None => return error,
        Some(exit) if exit.was_killed() => {
            "it was killed from outside, often because the system ran out of memory"
        }
        Some(_) => {
            "it may lack a permission, a library or disk space: start it by hand with `--headless \
             --stdio --log-level debug`, and look into `logs` in its COPILOT_HOME (`~/.copilot`)"
        }
    };
    Error::new(error.kind(), format!("{error}; it gave no reason: {hint}"))
}

/// The directory the CLI unpacks its own files into.
pub(super) fn unpack_directory(spec: &Spec) -> Option<PathBuf> {
    unpack_directory_as(spec, &User::current())
}

fn unpack_directory_as(spec: &Spec, user: &User) -> Option<PathBuf> {
    let named = variable(spec, PACKAGE_HOME).or_else(|| variable(spec, CACHE_HOME));
    if named.is_some() || cfg!(not(target_os = "linux")) {
        return named;
    }
    let cache = variable(spec, "XDG_CACHE_HOME");
    Some(cache.or_else(|| Some(user.home(spec)?.join(".cache")))?.join("copilot"))
}

/// The user this program runs as.
struct User {
    /// Whether the environment of this program names a home.
    has_variable: bool,
    /// The home in the user database.
    listed_home: Option<PathBuf>,
}

impl User {
    fn current() -> Self {
        let has_variable = std::env::var_os(HOME).is_some();
        // `home_dir` looks into the user database only where the variable is missing.
        let listed_home = if has_variable { None } else { std::env::home_dir() };
        Self { has_variable, listed_home }
    }

    /// The home directory. Without the variable, the CLI falls back to the user database.
    fn home(&self, spec: &Spec) -> Option<PathBuf> {
        variable(spec, HOME).or_else(|| self.listed_home.clone())
    }
}

fn variable(spec: &Spec, name: &str) -> Option<PathBuf> {
    spec.environment.lookup(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Whether it is a self-contained binary, as opposed to a script with its files next to it.
fn unpacks_itself(program: &Path) -> bool {
    let mut head = [0; 2];
    let read = File::open(program).and_then(|mut file| io::Read::read_exact(&mut file, &mut head));
    read.is_ok() && head != *b"#!"
}

/// The path as resolved by the child process.
fn in_child(spec: &Spec, path: &Path) -> PathBuf {
    spec.cwd.as_deref().map_or_else(|| path.to_owned(), |cwd| cwd.join(path))
}

/// Tests writing to a directory or, if it does not exist, to the parent it would be created in.
fn writable(spec: &Spec, directory: &Path) -> io::Result<()> {
    let directory = in_child(spec, directory);
    let existing = directory.ancestors().find(|place| place.symlink_metadata().is_ok());
    let id = crate::ids::random_uuid().map_err(io::Error::other)?;
    let probe = existing.unwrap_or(&directory).join(format!(".copilot-sdk-{id}"));
    File::create_new(&probe)?;
    std::fs::remove_file(probe)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::locate::scratch::directory;
    use crate::transport::process::Stdin;

    #[test]
    fn a_user_without_a_home_is_told_how_to_name_one() {
        let nobody = User { has_variable: false, listed_home: None };
        let place = directory();
        let spec = |variables: &[&str]| {
            let mut spec = Spec::new("missing", Stdin::Piped);
            spec.environment.remove(HOME);
            for name in variables {
                spec.environment.set(*name, place.path());
            }
            spec
        };
        let error = check_as(&spec(&[]), &nobody).unwrap_err();
        let text = format!(
            "the copilot cli has no directory for its sessions, because this user has no home: set \
             {HOME}, or name one with `base_directory` (COPILOT_HOME)"
        );
        assert_eq!((error.kind(), error.to_string()), (ErrorKind::Start, text));
        for named in [HOME, COPILOT_HOME] {
            check_as(&spec(&[named]), &nobody).unwrap();
        }
        let listed = User { has_variable: false, listed_home: Some(place.path().to_owned()) };
        check_as(&spec(&[]), &listed).unwrap();
    }
}
