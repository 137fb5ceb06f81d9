//! Locating the CLI.

mod cache;
mod path;
#[cfg(test)]
pub(crate) mod scratch;
#[cfg(test)]
mod tests;
mod trust;

use std::ffi::{OsStr, OsString};
use std::fmt::Write;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

pub(crate) use self::cache::{Cache, create_private};
pub(crate) use self::path::{directories, find_program};
use crate::error::{Error, ErrorKind, Result};

/// The version of the Copilot CLI that this crate is tested with.
pub const VERSION: &str = "1.0.102";

/// The command that starts the CLI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Located {
    pub(crate) program: PathBuf,
    /// Arguments placed before all others: the script, if the program is node.
    pub(crate) args: Vec<OsString>,
    /// The directory the CLI was unpacked into, if it is in this crate's cache:
    /// `COPILOT_PKG_CACHE_HOME`, unless the user sets it.
    pub(crate) unpacked: Option<PathBuf>,
}

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
    let resolve = |program: &Path| {
        let is_bare = program.components().count() == 1 && !program.starts_with(".");
        if program.is_absolute() || !is_bare {
            return examine(program, &path);
        }
        let mut found = directories(&path).map(|directory| directory.join(program));
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
        let candidates = directories(&path).map(|directory| directory.join("copilot"));
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
        None => tried.push("the cache: neither COPILOT_SDK_CACHE nor HOME is set".to_owned()),
    }
    Err(not_found(&tried))
}

/// Examines a file. Returns the command to start it, or why it is not a CLI; its interpreter is
/// looked up in `path`.
fn examine(program: &Path, path: &OsStr) -> Result<Located, String> {
    let metadata = program.metadata().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "no such file".to_owned(),
        _ => error.to_string(),
    })?;
    if !metadata.is_file() {
        return Err("not a file".to_owned());
    }
    if is_node_script(program) {
        // npm's loader script would add a process in between: signals and exit status would be
        // those of node, not of the CLI.
        let script = program.canonicalize().map_err(|error| error.to_string())?;
        return match native_binary(&script) {
            Some(native) => Ok(Located::program(native)),
            None => with_node(script, path),
        };
    }
    if metadata.permissions().mode() & 0o111 == 0 {
        return Err("not executable (chmod +x)".to_owned());
    }
    Ok(Located::program(program.to_owned()))
}

impl Located {
    fn program(program: PathBuf) -> Self {
        let unpacked = Cache::trusted_of_program(&program).map(|cache| cache.unpacked());
        Self { program, args: Vec::new(), unpacked }
    }
}

fn with_node(script: PathBuf, path: &OsStr) -> Result<Located, String> {
    let node = find_program(Path::new("node"), path).ok_or(
        "it is a script for Node.js, and no absolute directory on PATH has a `node`: install \
         Node.js, or give the path of a CLI that needs none",
    )?;
    Ok(Located { program: node, args: vec![script.into()], unpacked: None })
}

fn is_node_script(path: &Path) -> bool {
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if matches!(
        target.extension().and_then(|extension| extension.to_str()),
        Some("js" | "mjs" | "cjs")
    ) {
        return true;
    }
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(256).read_to_end(&mut head));
    let first_line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    read.is_ok()
        && first_line.starts_with(b"#!")
        && first_line.windows(4).any(|word| word == b"node")
}

/// The binary of the platform package, looked up as node would from `script`.
fn native_binary(script: &Path) -> Option<PathBuf> {
    let modules = script.ancestors().skip(1).map(|directory| {
        if directory.ends_with("node_modules") {
            directory.to_owned()
        } else {
            directory.join("node_modules")
        }
    });
    let candidates =
        modules.flat_map(|modules| platforms().map(move |name| modules.join(name).join("copilot")));
    candidates.into_iter().find(|program| program.is_file())
}

/// The platform packages for this machine. On Linux there are two, depending on the system's libc
/// and not on this program's.
fn platforms() -> impl Iterator<Item = String> {
    let systems: &[&str] =
        if cfg!(target_os = "macos") { &["darwin"] } else { &["linux", "linuxmusl"] };
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    systems.iter().map(move |system| format!("@github/copilot-{system}-{architecture}"))
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
