//! The places where the CLI is searched.

use std::ffi::OsString;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use super::cache::Cache;
use super::examine::examine;
use super::located::Located;
use super::path::{file_names, on_path};
use super::version::VERSION;
use crate::error::{Error, ErrorKind, Result};

/// Finds the CLI: `explicit`, `COPILOT_CLI_PATH`, `copilot` on `PATH`, this crate's cache.
///
/// `environment` is that of the child. If a path is given, it must be valid; nothing else is tried.
/// A bare name is looked up in the absolute directories of `PATH`.
///
/// # Errors
///
/// Lists every location searched, why it has no CLI, and what to do.
pub(crate) fn locate(
    explicit: Option<&Path>,
    environment: impl Fn(&str) -> Option<OsString>,
) -> Result<Located> {
    let variable = |name: &str| environment(name).filter(|value| !value.is_empty());
    let named = variable("COPILOT_CLI_PATH").map(PathBuf::from);
    let path = variable("PATH").unwrap_or_default();
    let extensions = variable("PATHEXT");
    let files = |name: &Path| file_names(name, extensions.as_deref());
    let resolve = |program: &Path| {
        let is_bare = program.components().count() == 1 && !program.starts_with(".");
        if program.is_absolute() || !is_bare {
            let found = Some(program.to_owned()).filter(|program| program.exists());
            let other = || files(program).into_iter().find(|program| program.is_file());
            return examine(&found.or_else(other).unwrap_or_else(|| program.to_owned()), &path);
        }
        let mut found = on_path(files(program), &path);
        match found.find(|program| program.is_file()) {
            Some(program) => examine(&program, &path),
            None => Err(format!(
                "no absolute directory on PATH has a program of this name; one in the working \
                 directory is ./{}",
                program.display()
            )),
        }
    };
    if let Some(program) = explicit {
        return resolve(program)
            .map_err(|why| not_found(&[format!("the given path {}: {why}", program.display())]));
    }
    if let Some(program) = named {
        return resolve(&program)
            .map_err(|why| not_found(&[format!("COPILOT_CLI_PATH={}: {why}", program.display())]));
    }
    let mut tried = vec!["COPILOT_CLI_PATH: not set".to_owned()];
    if path.is_empty() {
        tried.push("PATH: not set".to_owned());
    } else {
        let candidates = on_path(files(Path::new("copilot")), &path);
        for candidate in candidates.filter(|program| program.exists()) {
            match examine(&candidate, &path) {
                Ok(located) => return Ok(located),
                Err(why) => tried.push(format!("{} on PATH: {why}", candidate.display())),
            }
        }
        tried.push("PATH: no usable copilot in any of its absolute directories".to_owned());
    }
    match Cache::of_user(&environment) {
        Some(cache) => {
            let program = cache.program(VERSION);
            let examined = match cache.distrust(VERSION) {
                Some(why) => Err(why),
                None => examine(&program, &path),
            };
            match examined {
                Ok(located) => return Ok(located),
                Err(why) => tried.push(format!("the cache, {}: {why}", program.display())),
            }
        }
        None => tried.push(format!(
            "the cache: neither COPILOT_SDK_CACHE nor {} is set",
            if cfg!(windows) { "LOCALAPPDATA" } else { "HOME" }
        )),
    }
    Err(not_found(&tried))
}

fn not_found(tried: &[String]) -> Error {
    let mut text = "the Copilot CLI was not found; tried".to_owned();
    for one in tried {
        // Writing to a string is infallible.
        let _ = write!(text, "\n- {one}");
    }
    text.push_str(
        "\ninstall the version that this crate is made for with copilot_sdk::cli::install(), or \
         run `npm install -g @github/copilot`, or set COPILOT_CLI_PATH to the full path of a CLI",
    );
    Error::new(ErrorKind::Start, text)
}
