//! Whether a file is a CLI, and the command that starts it.

use std::ffi::OsStr;
use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::path::{find_program, real_path};
use super::{Located, PROGRAM};

/// Examines a file. Returns the command to start it, or why it is not a CLI; its interpreter is
/// looked up in `path`.
pub(super) fn examine(program: &Path, path: &OsStr) -> Result<Located, String> {
    let metadata = program.metadata().map_err(|error| match error.kind() {
        ErrorKind::NotFound => "no such file".to_owned(),
        _ => error.to_string(),
    })?;
    if !metadata.is_file() {
        return Err("not a file".to_owned());
    }
    if is_node_script(program) {
        // npm's loader script would add a process in between: signals and exit status would be
        // those of node, not of the CLI.
        let script = real_path(program).map_err(|error| error.to_string())?;
        return match native_binary(&script) {
            Some(native) => Ok(Located::program(native)),
            None => with_node(script, path),
        };
    }
    examine_program(program, &metadata, path)
}

#[cfg(unix)]
fn examine_program(program: &Path, metadata: &Metadata, _: &OsStr) -> Result<Located, String> {
    use std::os::unix::fs::PermissionsExt;

    if metadata.permissions().mode() & 0o111 == 0 {
        return Err("not executable (chmod +x)".to_owned());
    }
    Ok(Located::program(program.to_owned()))
}

/// A file that is no binary is a shim. It is never run: cmd and PowerShell would read the arguments
/// in their own languages.
#[cfg(windows)]
fn examine_program(program: &Path, _: &Metadata, path: &OsStr) -> Result<Located, String> {
    if super::path::has_extension(program, &["exe", "com"]) {
        return Ok(Located::program(program.to_owned()));
    }
    let target = super::shim::target(program)?;
    examine(&target, path).map_err(|why| format!("it starts {}: {why}", target.display()))
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
        modules.flat_map(|modules| platforms().map(move |name| modules.join(name).join(PROGRAM)));
    candidates.into_iter().find(|program| program.is_file())
}

/// The platform packages for this machine. On Linux there are two, depending on the system's libc
/// and not on this program's.
pub(super) fn platforms() -> impl Iterator<Item = String> {
    let systems: &[&str] = match std::env::consts::OS {
        "macos" => &["darwin"],
        "windows" => &["win32"],
        _ => &["linux", "linuxmusl"],
    };
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    systems.iter().map(move |system| format!("@github/copilot-{system}-{architecture}"))
}
