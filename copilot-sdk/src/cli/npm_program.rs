//! The program that is npm.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result};
#[cfg(windows)]
use crate::transport::locate::has_extension;
use crate::transport::locate::{file_names, find_program, on_path};

/// A program, and the arguments placed before all others.
pub(super) type NpmCommand = (PathBuf, Vec<OsString>);

/// The command that starts npm, which is looked up in `path` if it is given by name.
///
/// # Errors
///
/// If it is not there, or is nothing that can be started without a shell.
pub(super) fn command(npm: &Path, path: &OsStr) -> Result<NpmCommand> {
    let is_name = npm.components().count() == 1 && npm.is_relative();
    let found = if is_name { find(npm, path) } else { Some(npm.to_owned()) };
    let npm = found.ok_or_else(|| {
        let text = format!("no absolute directory on PATH has {}", npm.display());
        Error::new(ErrorKind::Start, text)
    })?;
    without_shell(npm, path)
}

fn find(npm: &Path, path: &OsStr) -> Option<PathBuf> {
    if cfg!(unix) {
        return find_program(npm, path);
    }
    let names = file_names(npm, std::env::var_os("PATHEXT").as_deref());
    on_path(names, path).find(|npm| npm.is_file())
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "it can fail on Windows")]
fn without_shell(npm: PathBuf, _: &OsStr) -> Result<NpmCommand> {
    Ok((npm, Vec::new()))
}

/// On Windows, npm is a batch file, whose arguments cmd would read in its own language: node and
/// the script beside it, which the batch file would start, are started instead.
#[cfg(windows)]
fn without_shell(npm: PathBuf, path: &OsStr) -> Result<NpmCommand> {
    if !npm.is_file() || has_extension(&npm, &["exe", "com"]) {
        return Ok((npm, Vec::new()));
    }
    let directory = npm.parent().unwrap_or(Path::new(""));
    let script = if has_extension(&npm, &["js", "cjs", "mjs"]) {
        npm.clone()
    } else {
        let script: PathBuf = ["node_modules", "npm", "bin", "npm-cli.js"].iter().collect();
        directory.join(script)
    };
    if !script.is_file() {
        let text = format!(
            "{} is not started, because it is a script for a shell, and there is no {}: name an \
             npm that lies beside its script",
            npm.display(),
            script.display()
        );
        return Err(Error::new(ErrorKind::Start, text));
    }
    let beside = Some(directory.join("node.exe")).filter(|node| node.is_file());
    let node = beside.or_else(|| find_program(Path::new("node"), path)).ok_or_else(|| {
        let text =
            format!("no absolute directory on PATH has the node.exe that {} needs", npm.display());
        Error::new(ErrorKind::Start, text)
    })?;
    Ok((node, vec![script.into()]))
}
