//! The npm command, and the diagnosis of its failures.

use std::path::{Path, PathBuf};

use super::blocking_runner::ProgramOutput;
use super::{integrity, npm_program};
use crate::error::{Error, ErrorKind, Result};
use crate::payload::{answers, read_whole};
use crate::transport::locate::directories;
use crate::transport::process::{Spec, Stdin};

answers! {
    /// npm's report of a failure (`--json`).
    struct Report {
        error: NpmError = "error" [required],
    }

    #[derive(Default)]
    struct NpmError {
        code: Option<String> = "code",
        summary: Option<String> = "summary",
        detail: Option<String> = "detail",
    }
}

/// The command that installs the package into `staging` only, whatever the user's settings.
///
/// # Errors
///
/// If npm is given by name and is not on `PATH`, or cannot be started without a shell.
pub(super) fn command(npm: &Path, staging: &Path, version: &str) -> Result<Spec> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // npm is a script that finds `node` through `PATH`. Relative entries are removed, so that none
    // is run from the working directory.
    let path = std::env::join_paths(directories(&path)).unwrap_or_default();
    let (program, args) = npm_program::command(npm, &path)?;
    let mut spec = Spec::new(program, Stdin::Null);
    spec.environment.set("PATH", path);
    spec.args = args;
    spec.args.extend(["install", "--prefix"].map(Into::into));
    spec.args.push(staging.into());
    let options = [
        "--no-global",
        "--no-save",
        // The lock file holds the hashes of the packages.
        "--package-lock",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        // Without this, `omit=optional` in the user's settings succeeds but installs no binary.
        "--include=optional",
        // By default, npm stays silent for more than a minute if the registry is unreachable.
        "--fetch-retries=1",
        "--loglevel=error",
        "--json",
    ];
    spec.args.extend(options.map(Into::into));
    spec.args.push(package(version).into());
    spec.cwd = Some(staging.to_owned());
    Ok(spec)
}

/// The error if npm could not be started.
pub(super) fn missing(npm: &Path, version: &str, error: Error) -> Error {
    let text = format!(
        "cannot install the Copilot CLI {version} because {} does not start: install Node.js, \
         which brings npm, \
         or set COPILOT_CLI_PATH to a CLI, or run `npm install -g {}` where npm is",
        npm.display(),
        package(version)
    );
    Error::new(ErrorKind::Start, text).with_source(error)
}

/// The error if npm failed.
pub(super) fn failure(spec: &Spec, version: &str, output: &ProgramOutput) -> Error {
    let problem = report(&output.stdout);
    let code = problem.code.as_deref().unwrap_or_default();
    let mut text = format!("npm could not install the Copilot CLI {version} ({}): ", output.exit);
    if code.is_empty() {
        text.push_str("it did not say why");
    } else {
        text.push_str(code);
    }
    for said in [problem.summary, problem.detail].into_iter().flatten() {
        let said = said.trim();
        if !said.is_empty() {
            text.push_str(": ");
            text.push_str(said);
        }
    }
    text.push_str("\nwhat to do: ");
    text.push_str(&advice(code, version));
    text.push_str("\nthe command was: ");
    text.push_str(&shown(spec));
    // The report has the reason; the end of npm's other output is enough.
    let mut last_words: Vec<&str> = output.stderr.lines().rev().take(5).collect();
    last_words.reverse();
    if !last_words.is_empty() {
        text.push_str("\nits last lines on stderr:\n");
        text.push_str(&last_words.join("\n"));
    }
    Error::new(ErrorKind::Start, text)
}

/// The error if npm succeeded without installing exactly one binary.
pub(super) fn no_binary(spec: &Spec, version: &str, found: &[PathBuf]) -> Error {
    let platform = format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH);
    let found: Vec<String> = found.iter().map(|path| path.display().to_string()).collect();
    let found = if found.is_empty() { "nothing".to_owned() } else { found.join(", ") };
    let text = format!(
        "npm installed no binary of the Copilot CLI {version} for this platform ({platform}); \
         found {found}\n\
         what to do: look for `omit`, `os`, `cpu` and `libc` in `npm config list`, \
         or set COPILOT_CLI_PATH to a CLI for this platform{}\nthe command was: {}",
        if integrity::is_pinned(version) {
            "; npm also leaves it out when the registry serves another package than the published \
             one"
        } else {
            ""
        },
        shown(spec)
    );
    Error::new(ErrorKind::Start, text)
}

fn package(version: &str) -> String {
    format!("@github/copilot@{version}")
}

fn report(stdout: &str) -> NpmError {
    // Some versions of npm print notices before it.
    let json = stdout.find('{').and_then(|start| stdout.get(start..)).unwrap_or_default();
    read_whole(json).map_or_else(NpmError::default, |report: Report| report.error)
}

fn advice(code: &str, version: &str) -> String {
    match code {
        "ENOTCACHED" => {
            "npm works offline and its cache lacks the package: connect, or unset `offline` in \
             npm's settings"
                .into()
        }
        "ECONNREFUSED" | "ECONNRESET" | "ENOTFOUND" | "EAI_AGAIN" | "ETIMEDOUT"
        | "ERR_SOCKET_TIMEOUT" | "ENETUNREACH" => {
            "the registry cannot be reached: look at the network and at `registry` and `proxy` in \
             `npm config list`"
                .into()
        }
        "ETARGET" | "E404" => {
            format!(
                "the registry has no version {version}: correct the version, or ask whoever keeps \
                 your registry for it"
            )
        }
        "E401" | "E403" | "ENEEDAUTH" => {
            "the registry refuses you: log in to it with `npm login`".into()
        }
        "EBADPLATFORM" => "there is no CLI for this platform: look for `os`, `cpu` and `libc` in \
                           `npm config list`, or set COPILOT_CLI_PATH to a CLI that runs here"
            .into(),
        "ENOSPC" | "EDQUOT" => {
            "free about 600 MB, or set COPILOT_SDK_CACHE (and npm's `cache`) to a directory on a \
             larger disk"
                .into()
        }
        "EACCES" | "EPERM" | "EROFS" => {
            "let this user write there, or set COPILOT_SDK_CACHE (and npm's `cache`) to a \
             directory of its own"
                .into()
        }
        "EINTEGRITY" => {
            "what the registry served is not the published package: look at `registry` in `npm \
             config list`, and tell whoever keeps that registry"
                .into()
        }
        code if code.contains("CERT") || code.contains("SELF_SIGNED") => {
            "npm does not trust the registry's certificate: set `cafile` in npm's settings".into()
        }
        _ => "run the command by hand, or set COPILOT_CLI_PATH to a CLI".into(),
    }
}

/// The command as typed in a shell.
fn shown(spec: &Spec) -> String {
    let words =
        std::iter::once(spec.program.as_os_str()).chain(spec.args.iter().map(AsRef::as_ref));
    let quoted = words.map(|word| {
        let word = word.to_string_lossy();
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=@+:".contains(c);
        if word.chars().all(plain) {
            word.into_owned()
        } else {
            format!("'{}'", word.replace('\'', r"'\''"))
        }
    });
    quoted.collect::<Vec<_>>().join(" ")
}
