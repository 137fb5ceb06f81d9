//! Where the CLI comes from.

mod cache;
#[cfg(test)]
pub(crate) mod scratch;

use std::ffi::OsString;
use std::fmt::Write;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

pub(crate) use self::cache::Cache;
use crate::error::{Error, ErrorKind, Result};

/// The version of the Copilot CLI that this crate is made for and tested with.
pub const VERSION: &str = "1.0.102";

/// What to start in order to have a CLI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Located {
    pub(crate) program: PathBuf,
    /// Arguments that go before all others: the script, when the program is node.
    pub(crate) args: Vec<OsString>,
    /// Where the CLI was unpacked, when it was installed in a cache of ours: `COPILOT_CACHE_HOME`,
    /// unless the user sets it.
    pub(crate) unpacked: Option<PathBuf>,
}

/// Finds the CLI: `explicit`, `COPILOT_CLI_PATH`, `copilot` on `PATH`, our own cache.
///
/// `environment` is the one that the child will see. A path that somebody named must be good:
/// nothing else is tried then. A bare name is looked up on `PATH` first, as a shell does it.
///
/// # Errors
///
/// Lists everything that was tried, why it was no CLI, and what to do.
pub(crate) fn locate(
    explicit: Option<&Path>,
    environment: impl Fn(&str) -> Option<OsString>,
) -> Result<Located> {
    let variable = |name: &str| environment(name).filter(|value| !value.is_empty());
    let named = variable("COPILOT_CLI_PATH").map(PathBuf::from);
    let mut tried = Vec::new();
    let search = || {
        variable("PATH")
            .into_iter()
            .flat_map(|path| std::env::split_paths(&path).collect::<Vec<_>>())
    };
    let on_path = |name: &Path| {
        search().map(|directory| directory.join(name)).find(|program| program.is_file())
    };
    let resolve = |path: &Path| {
        let bare = path.components().count() == 1 && path.is_relative();
        examine(&bare.then(|| on_path(path)).flatten().unwrap_or_else(|| path.to_owned()))
    };
    if let Some(path) = explicit {
        return resolve(path)
            .map_err(|why| not_found(&[format!("the given path {}: {why}", path.display())]));
    }
    if let Some(path) = named {
        return resolve(&path)
            .map_err(|why| not_found(&[format!("COPILOT_CLI_PATH={}: {why}", path.display())]));
    }
    tried.push("COPILOT_CLI_PATH: not set".to_owned());

    match variable("PATH") {
        Some(path) => {
            let candidates =
                std::env::split_paths(&path).filter(|directory| directory.is_absolute());
            for candidate in
                candidates.map(|directory| directory.join("copilot")).filter(|path| path.exists())
            {
                match examine(&candidate) {
                    Ok(located) => return Ok(located),
                    Err(why) => tried.push(format!("{} on PATH: {why}", candidate.display())),
                }
            }
            tried.push("PATH: no usable copilot in any of its directories".to_owned());
        }
        None => tried.push("PATH: not set".to_owned()),
    }

    match Cache::of_user(&environment) {
        Some(cache) => {
            let program = cache.program(VERSION);
            match examine(&program) {
                Ok(located) => return Ok(located),
                Err(why) => tried.push(format!("the cache, {}: {why}", program.display())),
            }
        }
        None => tried.push("the cache: neither COPILOT_SDK_CACHE nor HOME is set".to_owned()),
    }
    Err(not_found(&tried))
}

/// The program behind `path`, or why there is none.
fn examine(path: &Path) -> Result<Located, String> {
    let metadata = path.metadata().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "no such file".to_owned(),
        _ => error.to_string(),
    })?;
    if !metadata.is_file() {
        return Err("not a file".to_owned());
    }
    if is_node_script(path) {
        // npm's loader would stand between us and the CLI: signals and its exit would be about
        // node, not about the CLI.
        let script = path.canonicalize().map_err(|error| error.to_string())?;
        return Ok(native_binary(&script).map_or_else(|| with_node(script), Located::program));
    }
    if metadata.permissions().mode() & 0o111 == 0 {
        return Err("not executable (chmod +x)".to_owned());
    }
    Ok(Located::program(path.to_owned()))
}

impl Located {
    fn program(program: PathBuf) -> Self {
        let unpacked = Cache::of_program(&program).map(|cache| cache.unpacked());
        Self { program, args: Vec::new(), unpacked }
    }
}

fn with_node(script: PathBuf) -> Located {
    Located { program: "node".into(), args: vec![script.into()], unpacked: None }
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

/// The CLI of the platform's own package, looked for where node would find it from `script`.
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

/// The packages that hold a binary for this machine: which of the two on Linux depends on its libc,
/// not on ours.
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
        // Writing to a string cannot fail.
        let _ = write!(text, "\n- {one}");
    }
    text.push_str(
        "\ninstall the version that this crate is made for with copilot_sdk::cli::install(), \
         or run `npm install -g @github/copilot`, or set COPILOT_CLI_PATH to the full path of a \
         CLI",
    );
    Error::new(ErrorKind::Start, text)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::path::{Path, PathBuf};

    use super::scratch::{Directory, directory};
    use super::{Located, VERSION, locate, platforms};
    use crate::ErrorKind;

    type Variables<'a> = [(&'a str, &'a Path)];

    fn find(explicit: Option<&Path>, variables: &Variables<'_>) -> crate::Result<Located> {
        locate(explicit, |name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into())
        })
    }

    fn found(explicit: Option<&Path>, variables: &Variables<'_>) -> PathBuf {
        find(explicit, variables).unwrap().program
    }

    /// npm's layout below `modules`: the loader with its link in `bin`, and the package of the
    /// platform at `native`.
    fn npm(directory: &Directory, native: &str) -> (PathBuf, PathBuf) {
        directory.program(
            "lib/node_modules/@github/copilot/npm-loader.js",
            "#!/usr/bin/env node\nimport 'x'\n",
        );
        let platform = platforms().last().unwrap();
        let native = directory.program(Path::new(native).join(platform).join("copilot"), "\x7fELF");
        std::fs::create_dir(directory.path().join("bin")).unwrap();
        let link = directory.path().join("bin/copilot");
        std::os::unix::fs::symlink("../lib/node_modules/@github/copilot/npm-loader.js", &link)
            .unwrap();
        (link, native)
    }

    #[test]
    fn a_bare_name_is_looked_up_on_path() {
        let directory = directory();
        let on_path = directory.program("path/my-copilot", "\x7fELF");
        let path = directory.path().join("path");
        assert_eq!(found(Some(Path::new("my-copilot")), &[("PATH", &path)]), on_path);
        assert_eq!(
            found(None, &[("COPILOT_CLI_PATH", Path::new("my-copilot")), ("PATH", &path)]),
            on_path
        );
    }

    #[test]
    fn the_first_place_that_has_a_cli_wins() {
        let directory = directory();
        let explicit = directory.program("explicit/my-cli", "\x7fELF");
        let named = directory.program("named/cli", "\x7fELF");
        let on_path = directory.program("path/copilot", "\x7fELF");
        let cached =
            directory.program(Path::new("cache/cli").join(VERSION).join("copilot"), "\x7fELF");
        let (path, cache) = (directory.path().join("path"), directory.path().join("cache"));
        let all: [(&str, &Path); 3] =
            [("COPILOT_CLI_PATH", &named), ("PATH", &path), ("COPILOT_SDK_CACHE", &cache)];
        assert_eq!(found(Some(&explicit), &all), explicit);
        assert_eq!(found(None, &all), named);
        assert_eq!(found(None, &all[1..]), on_path);
        assert_eq!(found(None, &all[2..]), cached);
    }

    #[test]
    fn an_installed_cli_is_told_where_it_was_unpacked_however_it_is_found() {
        let directory = directory();
        let installed = directory.program("cli/1.0.7/copilot", "\x7fELF");
        assert_eq!(find(Some(&installed), &[]).unwrap().unpacked, None);
        directory.file("cli/1.0.7.lock", "");
        let link = directory.path().join("copilot");
        std::os::unix::fs::symlink(&installed, &link).unwrap();
        let unpacked = Some(directory.path().join("unpacked"));
        assert_eq!(find(Some(&installed), &[]).unwrap().unpacked, unpacked);
        assert_eq!(find(None, &[("COPILOT_CLI_PATH", &installed)]).unwrap().unpacked, unpacked);
        assert_eq!(find(None, &[("PATH", directory.path())]).unwrap().unpacked, unpacked);
    }

    #[test]
    fn npm_loaders_are_resolved_to_the_binary_nested_in_or_beside_their_package() {
        for native in ["lib/node_modules/@github/copilot/node_modules", "lib/node_modules"] {
            let directory = directory();
            let (link, native) = npm(&directory, native);
            assert_eq!(found(None, &[("PATH", &directory.path().join("bin"))]), native);
            assert_eq!(found(Some(&link), &[]), native);
        }
    }

    #[test]
    fn a_script_without_a_binary_runs_with_node() {
        let directory = directory();
        let script = directory.file("copilot/index.js", "import 'x'\n");
        let expected =
            Located { program: "node".into(), args: vec![OsString::from(&script)], unpacked: None };
        assert_eq!(find(Some(&script), &[]).unwrap(), expected);
    }

    #[test]
    fn other_scripts_are_started_as_they_are() {
        let directory = directory();
        let script = directory.program("copilot", "#!/bin/sh\nexec node somewhere/npm-loader.js\n");
        assert_eq!(found(None, &[("PATH", directory.path())]), script);
    }

    #[test]
    fn a_path_that_somebody_named_must_be_good() {
        let directory = directory();
        directory.program("copilot", "\x7fELF");
        let plain = directory.file("plain", "");
        let missing = directory.path().join("missing");
        let text = |explicit, variables: &Variables<'_>| {
            find(explicit, variables).unwrap_err().to_string()
        };
        let line = |text: String| text.lines().nth(1).unwrap().to_owned();
        let path = ("PATH", directory.path());

        assert_eq!(
            line(text(Some(&missing), &[path])),
            format!("- the given path {}: no such file", missing.display())
        );
        assert_eq!(
            line(text(Some(directory.path()), &[path])),
            format!("- the given path {}: not a file", directory.path().display())
        );
        assert_eq!(
            line(text(None, &[path, ("COPILOT_CLI_PATH", &plain)])),
            format!("- COPILOT_CLI_PATH={}: not executable (chmod +x)", plain.display())
        );
    }

    #[test]
    fn the_error_lists_what_was_tried_and_the_way_out() {
        let directory = directory();
        let plain = directory.file("copilot", "");
        let empty = directory.path().join("empty");
        let error =
            find(None, &[("PATH", directory.path()), ("COPILOT_SDK_CACHE", &empty)]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Start);
        assert_eq!(
            error.to_string(),
            format!(
                "the Copilot CLI was not found; tried
- COPILOT_CLI_PATH: not set
- {} on PATH: not executable (chmod +x)
- PATH: no usable copilot in any of its directories
- the cache, {}/cli/{}/copilot: no such file
install the version that this crate is made for with copilot_sdk::cli::install(), or run \
`npm install -g @github/copilot`, or set COPILOT_CLI_PATH to the full path of a CLI",
                plain.display(),
                empty.display(),
                VERSION
            )
        );
        let nothing = find(None, &[]).unwrap_err().to_string();
        assert!(
            nothing.contains(
                "- PATH: not set\n- the cache: neither COPILOT_SDK_CACHE nor HOME is set\n"
            ),
            "{nothing}"
        );
    }
}
