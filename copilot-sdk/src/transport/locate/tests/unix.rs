use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::super::examine::platforms;
use super::super::scratch::{ScratchDirectory, directory};
use super::super::{Located, VERSION, locate};
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
fn npm(directory: &ScratchDirectory, native: &str) -> (PathBuf, PathBuf) {
    directory.program(
        "lib/node_modules/@github/copilot/npm-loader.js",
        "#!/usr/bin/env node\nimport 'x'\n",
    );
    let platform = platforms().last().unwrap();
    let native = directory.program(Path::new(native).join(platform).join("copilot"), "\x7fELF");
    std::fs::create_dir(directory.path().join("bin")).unwrap();
    let link = directory.path().join("bin/copilot");
    std::os::unix::fs::symlink("../lib/node_modules/@github/copilot/npm-loader.js", &link).unwrap();
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
    let cached = directory.program(Path::new("cache/cli").join(VERSION).join("copilot"), "\x7fELF");
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
    let node = directory.program("bin/node", "\x7fELF");
    let path = directory.path().join("bin");
    let expected = Located { program: node, args: vec![OsString::from(&script)], unpacked: None };
    assert_eq!(find(Some(&script), &[("PATH", &path)]).unwrap(), expected);
    let error = find(Some(&script), &[]).unwrap_err().to_string();
    assert!(error.contains("no absolute directory on PATH has a `node`"), "{error}");
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
    let text =
        |explicit, variables: &Variables<'_>| find(explicit, variables).unwrap_err().to_string();
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
- PATH: no usable copilot in any of its absolute directories
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
        nothing
            .contains("- PATH: not set\n- the cache: neither COPILOT_SDK_CACHE nor HOME is set\n"),
        "{nothing}"
    );
}

/// The path of a directory from the working directory of this program.
fn relative(directory: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap();
    let up: PathBuf = here.components().skip(1).map(|_| "..").collect();
    up.join(directory.strip_prefix("/").unwrap())
}

#[test]
fn what_lies_in_the_working_directory_is_never_found_by_its_name() {
    let directory = directory();
    let script = directory.file("script.js", "import 'x'\n");
    for name in ["copilot", "my-copilot", "node"] {
        directory.program(name, "\x7fELF");
    }
    let here = relative(directory.path());
    assert!(here.join("copilot").is_file());
    for path in [here.as_path(), Path::new(""), Path::new("."), Path::new(":/nowhere:")] {
        let refused = |explicit, more: &Variables<'_>| {
            let variables: Vec<_> = more.iter().copied().chain([("PATH", path)]).collect();
            find(explicit, &variables).unwrap_err().to_string()
        };
        assert!(refused(None, &[]).contains("- PATH: "), "{}", path.display());
        let bare = Path::new("my-copilot");
        for error in [refused(Some(bare), &[]), refused(None, &[("COPILOT_CLI_PATH", bare)])] {
            assert!(error.contains("one in the working directory is ./my-copilot"), "{error}");
        }
        let error = refused(Some(&script), &[]);
        assert!(error.contains("no absolute directory on PATH has a `node`"), "{error}");
    }
    // A file in the working directory of this program is none on PATH.
    let error = find(Some(Path::new("Cargo.toml")), &[("PATH", Path::new("/bin"))]).unwrap_err();
    assert!(error.to_string().contains("./Cargo.toml"), "{error}");
}

#[test]
#[cfg(unix)]
fn a_cache_that_others_can_change_is_refused_and_a_read_only_one_is_fine() {
    use std::os::unix::fs::PermissionsExt;

    let directory = directory();
    let cached = directory.program(Path::new("cache/cli").join(VERSION).join("copilot"), "\x7fELF");
    directory.file(Path::new("cache/cli").join(format!("{VERSION}.lock")), "");
    let cache = directory.path().join("cache");
    std::fs::create_dir_all(cache.join("unpacked/pkg")).unwrap();
    let variables: &Variables<'_> = &[("COPILOT_SDK_CACHE", &cache)];
    let mode = |place: &Path, mode| {
        std::fs::set_permissions(place, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let inner = ["cli", "unpacked", "unpacked/pkg"].map(|place| cache.join(place));
    let places = [cache.as_path(), cached.parent().unwrap(), &cached];
    let places: Vec<_> = places.into_iter().chain(inner.iter().map(PathBuf::as_path)).collect();
    for place in &places {
        mode(place, 0o755);
    }
    for place in &places {
        for others in [0o775, 0o757] {
            mode(place, others);
            let error = find(None, variables).unwrap_err().to_string();
            let problem = format!("{} can be changed by other users", place.display());
            assert!(error.contains(&problem), "{error}");
            // A program that somebody named is theirs to trust, but not what lies beside it.
            assert_eq!(find(Some(&cached), &[]).unwrap().unpacked, None);
        }
        mode(place, 0o755);
    }
    let unpacked = Some(cache.join("unpacked"));
    assert_eq!(find(Some(&cached), &[]).unwrap().unpacked, unpacked);
    for place in places.iter().rev() {
        mode(place, 0o555);
    }
    let read_only = find(None, variables).unwrap();
    for place in &places {
        mode(place, 0o755);
    }
    assert_eq!(read_only, Located { program: cached, args: Vec::new(), unpacked });
}
