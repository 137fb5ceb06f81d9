//! The command of a specification, and why it may fail to start.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use super::spec::INSTANCE_VARIABLE;
use super::{Spec, Stdin, system};
use crate::error::{Error, ErrorKind, Result};
use crate::usual_path::usual_form;

/// The command of a specification, marked with an instance id.
pub(super) fn command(spec: &Spec, instance: &str) -> Result<Command> {
    check_directory(spec)?;
    // A relative path is resolved against this program's working directory, not the child's.
    let program = if is_bare_name(&spec.program) {
        Ok(spec.program.clone())
    } else {
        std::path::absolute(&spec.program)
    };
    let program = program.map_err(|error| spawn_error(spec, error))?;
    let mut command = Command::new(usual_form(&program));
    command.args(&spec.args).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.stdin(match spec.stdin {
        Stdin::Piped => Stdio::piped(),
        Stdin::Null => Stdio::null(),
    });
    spec.environment.apply(&mut command);
    // Node's debug output would be mixed with the frames.
    command.env_remove("NODE_DEBUG").env(INSTANCE_VARIABLE, instance);
    if let Some(cwd) = &spec.cwd {
        command.current_dir(usual_form(cwd));
    }
    Ok(command)
}

/// The error for a child that the system did not start.
pub(super) fn spawn_error(spec: &Spec, error: io::Error) -> Error {
    let why = match error.kind() {
        io::ErrorKind::NotFound if is_bare_name(&spec.program) => {
            "it is not on PATH: install it or give its full path"
        }
        io::ErrorKind::NotFound if spec.program.exists() => {
            "the interpreter or loader that it needs is not installed: install that, or the CLI \
             for this platform"
        }
        io::ErrorKind::NotFound => {
            "there is no such file: correct the path or install the CLI with \
             copilot_sdk::cli::install()"
        }
        io::ErrorKind::PermissionDenied => system::NOT_EXECUTABLE,
        _ if system::is_for_another_platform(&error) => {
            "it is not for this platform: install the CLI with copilot_sdk::cli::install()"
        }
        _ => "the operating system refused",
    };
    Error::new(ErrorKind::Start, format!("cannot start {}: {why}", spec.program.display()))
        .with_source(error)
}

/// Checks the child's working directory.
fn check_directory(spec: &Spec) -> Result<()> {
    let refused = |text: String| Err(Error::new(ErrorKind::Start, text));
    let Some(cwd) = spec.cwd.as_deref() else {
        return std::env::current_dir().map(drop).or_else(|error| {
            refused(format!(
                "the working directory of this program cannot be used any more ({error}): change \
                 to another one, or name one for the CLI"
            ))
        });
    };
    if !cwd.is_dir() {
        return refused(format!(
            "the working directory {} is missing or not a directory: create it or name another",
            cwd.display()
        ));
    }
    if let Some(most) = system::LONGEST_DIRECTORY {
        let path = std::path::absolute(cwd).unwrap_or_else(|_| cwd.to_owned());
        let text = path.to_string_lossy();
        let length = text.trim_start_matches(r"\\?\").encode_utf16().count();
        if length > most {
            return refused(format!(
                "the working directory {} has {length} characters, and the system starts programs \
                 in directories of at most {most}: name a shorter one",
                cwd.display()
            ));
        }
    }
    cwd.join(".").metadata().map(drop).or_else(|error| {
        refused(format!(
            "the working directory {} cannot be entered ({error}): give this user the right to{} \
             or name another",
            cwd.display(),
            system::HOW_TO_ALLOW
        ))
    })
}

fn is_bare_name(program: &Path) -> bool {
    program.components().count() == 1 && !program.is_absolute() && !program.starts_with(".")
}
