use std::fs;
use std::path::{Path, PathBuf};

use super::super::examine::platforms;
use super::super::scratch::{ScratchDirectory, directory};
use super::super::{Located, PROGRAM, VERSION, locate};

type Variables<'a> = [(&'a str, &'a Path)];

fn find(explicit: Option<&Path>, variables: &Variables<'_>) -> crate::Result<Located> {
    locate(explicit, |name| {
        variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into())
    })
}

fn found(explicit: Option<&Path>, variables: &Variables<'_>) -> PathBuf {
    find(explicit, variables).unwrap().program
}

/// npm's global directory: the three shims, and the loader with the platform's package at `native`.
fn npm(directory: &ScratchDirectory, native: &str) -> PathBuf {
    let loader = r"node_modules\@github\copilot\npm-loader.js";
    directory.file(loader, "#!/usr/bin/env node\nimport 'x'\n");
    directory.file("copilot.cmd", &format!("@\"%~dp0\\node.exe\"  \"%~dp0\\{loader}\" %*\r\n"));
    let loader = loader.replace('\\', "/");
    directory.file("copilot", &format!("#!/bin/sh\nexec node \"$basedir/{loader}\" \"$@\"\n"));
    directory.file("copilot.ps1", &format!("& \"node$exe\"  \"$basedir/{loader}\" $args\n"));
    directory.file(Path::new(native).join(platforms().next().unwrap()).join(PROGRAM), "MZ")
}

#[test]
fn the_shims_of_npm_are_resolved_to_the_binary() {
    for native in [r"node_modules\@github\copilot\node_modules", "node_modules"] {
        let directory = directory();
        let native = npm(&directory, native);
        assert_eq!(found(None, &[("PATH", directory.path())]), native);
        for shim in ["copilot", "copilot.cmd", "copilot.ps1", "COPILOT.CMD"] {
            assert_eq!(found(Some(&directory.path().join(shim)), &[]), native, "{shim}");
        }
        assert_eq!(found(Some(Path::new("copilot.ps1")), &[("PATH", directory.path())]), native);
    }
}

#[test]
fn a_loader_without_its_binary_runs_with_node() {
    let directory = directory();
    fs::remove_file(npm(&directory, "node_modules")).unwrap();
    let node = directory.file(r"nodejs\node.exe", "MZ");
    let path = std::env::join_paths([directory.path(), node.parent().unwrap()]).unwrap();
    let script = directory.path().join(r"node_modules\@github\copilot\npm-loader.js");
    let expected = Located { program: node, args: vec![script.into()], unpacked: None };
    assert_eq!(find(None, &[("PATH", path.as_ref())]).unwrap(), expected);
}

#[test]
fn a_script_that_is_no_shim_is_never_started() {
    let directory = directory();
    for (name, text) in [
        ("copilot.cmd", "@echo off\r\ncopilot.exe %*\r\n"),
        ("copilot.bat", "@\"%~dp0\\%NAME%.exe\" %*\r\n"),
        ("copilot.ps1", "& copilot.exe $args\n"),
        ("copilot", "#!/bin/sh\nexec copilot.exe\n"),
    ] {
        let script = directory.file(name, text);
        let error = find(Some(&script), &[]).unwrap_err().to_string();
        let expected = format!(
            "- the given path {}: neither a program nor a script of npm that starts one: give the \
             path of copilot.exe\n",
            script.display()
        );
        assert!(error.contains(&expected), "{error}");
    }
    let gone = directory.file("gone.cmd", "\"%~dp0\\gone.js\" %*");
    let error = find(Some(&gone), &[]).unwrap_err().to_string();
    assert!(error.contains("gone.js: no such file"), "{error}");
}

#[test]
fn the_extension_of_a_program_may_be_left_out() {
    let directory = directory();
    let program = directory.file("my copilot.exe", "MZ");
    let without = directory.path().join("my copilot");
    assert_eq!(found(Some(&without), &[]), program);
    let path = ("PATH", directory.path());
    assert_eq!(found(Some(Path::new("my copilot")), &[path]), program);
    assert_eq!(found(None, &[path, ("COPILOT_CLI_PATH", Path::new("my copilot"))]), program);
    let order = ("PATHEXT", Path::new(".CMD;.EXE"));
    let shim = directory.file("my copilot.cmd", r#""%dp0%\my copilot.exe""#);
    assert_eq!(found(Some(Path::new("my copilot")), &[path, order]), program);
    fs::write(shim, "").unwrap();
    assert!(find(Some(Path::new("my copilot")), &[path, order]).is_err());
}

#[test]
fn the_cache_has_a_program_of_windows() {
    let directory = directory();
    let program = directory.file(Path::new("cli").join(VERSION).join(PROGRAM), "MZ");
    directory.file(Path::new("cli").join(format!("{VERSION}.lock")), "");
    let expected =
        Located { program, args: Vec::new(), unpacked: Some(directory.path().join("unpacked")) };
    assert_eq!(find(None, &[("COPILOT_SDK_CACHE", directory.path())]).unwrap(), expected);
    let error = find(None, &[]).unwrap_err().to_string();
    assert!(error.contains("neither COPILOT_SDK_CACHE nor LOCALAPPDATA is set"), "{error}");
}

#[test]
fn what_lies_in_the_working_directory_is_never_found_by_its_name() {
    for path in ["", ".", r"\nowhere", "nowhere;.", "C:"] {
        let error = find(Some(Path::new("Cargo.toml")), &[("PATH", Path::new(path))]).unwrap_err();
        assert!(error.to_string().contains("no absolute directory on PATH"), "{error}");
    }
}
