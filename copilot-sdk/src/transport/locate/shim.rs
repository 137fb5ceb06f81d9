//! Shims: the files that npm and other package managers put on `PATH` on Windows, for cmd,
//! PowerShell and POSIX shells, to start a script or program at a path relative to them.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What a shim calls its own directory: cmd, PowerShell and POSIX shells.
const BASES: [&str; 3] = ["%dp0%", "%~dp0", "$basedir"];
const TARGETS: [&str; 4] = ["exe", "js", "mjs", "cjs"];
/// Maximum bytes read of a file that may be a shim.
const LONGEST: u64 = 64 * 1024;

/// The script or program that a shim starts, or why it is not known.
pub(super) fn target(shim: &Path) -> Result<PathBuf, String> {
    let mut text = Vec::new();
    let read = File::open(shim).and_then(|file| file.take(LONGEST).read_to_end(&mut text));
    read.map_err(|error| error.to_string())?;
    let target = relative_target(&String::from_utf8_lossy(&text)).ok_or(
        "neither a program nor a script of npm that starts one: give the path of copilot.exe",
    )?;
    Ok(shim.parent().unwrap_or(Path::new("")).join(target.split('/').collect::<PathBuf>()))
}

/// The only script or program that the text names relative to its own directory, apart from node.
fn relative_target(text: &str) -> Option<String> {
    let quoted = BASES.iter().flat_map(|base| {
        text.match_indices(base).filter_map(|(at, _)| text.get(at + base.len()..)?.split_once('"'))
    });
    let mut targets = quoted
        .map(|(target, _)| target.replace('\\', "/").trim_start_matches('/').to_owned())
        .filter(|target| is_target(target));
    let target = targets.next()?;
    targets.all(|other| other.eq_ignore_ascii_case(&target)).then_some(target)
}

fn is_target(name: &str) -> bool {
    let path = Path::new(name);
    let is_node = path.file_stem().is_some_and(|stem| {
        // PowerShell's shims append `$exe`.
        stem.eq_ignore_ascii_case("node") || stem.eq_ignore_ascii_case("node$exe")
    });
    let extension = path.extension().and_then(|extension| extension.to_str());
    let is_plain = |c: char| c.is_alphanumeric() || "-_./@+ ()".contains(c);
    !is_node
        && name.chars().all(is_plain)
        && extension
            .is_some_and(|extension| TARGETS.iter().any(|one| one.eq_ignore_ascii_case(extension)))
}

#[cfg(test)]
mod tests {
    use super::{relative_target, target};
    use crate::transport::locate::scratch::directory;

    const LOADER: &str = "node_modules/@github/copilot/npm-loader.js";

    #[test]
    fn the_shims_of_npm_name_the_loader() {
        let cmd = "@ECHO off\r\nGOTO start\r\n:find_dp0\r\nSET dp0=%~dp0\r\nEXIT /b\r\n:start\r\n\
            SETLOCAL\r\nCALL :find_dp0\r\n\r\nIF EXIST \"%dp0%\\node.exe\" (\r\n  SET \
            \"_prog=%dp0%\\node.exe\"\r\n) ELSE (\r\n  SET \"_prog=node\"\r\n  SET \
            PATHEXT=%PATHEXT:;.JS;=;%\r\n)\r\n\r\nendLocal & goto #_undefined_# 2>NUL || title \
            %COMSPEC% & \"%_prog%\"  \"%dp0%\\node_modules\\@github\\copilot\\npm-loader.js\" \
            %*\r\n";
        let powershell = "#!/usr/bin/env pwsh\n$basedir=Split-Path \
            $MyInvocation.MyCommand.Definition -Parent\n\n$exe=\"\"\nif (Test-Path \
            \"$basedir/node$exe\") {\n  & \"$basedir/node$exe\"  \
            \"$basedir/node_modules/@github/copilot/npm-loader.js\" $args\n} else {\n  & \
            \"node$exe\"  \"$basedir/node_modules/@github/copilot/npm-loader.js\" $args\n}\n";
        let posix = "#!/bin/sh\nbasedir=$(dirname \"$(echo \"$0\" | sed -e 's,\\\\,/,g')\")\n\nif \
            [ -x \"$basedir/node\" ]; then\n  exec \"$basedir/node\"  \
            \"$basedir/node_modules/@github/copilot/npm-loader.js\" \"$@\"\nelse \n  exec node  \
            \"$basedir/node_modules/@github/copilot/npm-loader.js\" \"$@\"\nfi\n";
        for shim in [cmd, powershell, posix] {
            assert_eq!(relative_target(shim).as_deref(), Some(LOADER), "{shim}");
        }
    }

    #[test]
    fn the_target_lies_relative_to_the_shim() {
        let directory = directory();
        let shim = directory.file("bin/copilot.cmd", r#""%~dp0..\lib\copilot.exe" %*"#);
        let expected = ["bin", "..", "lib", "copilot.exe"];
        let expected =
            expected.iter().fold(directory.path().to_owned(), |path, name| path.join(name));
        assert_eq!(target(&shim), Ok(expected));
        let other = directory.file("bin/other.cmd", "@copilot.exe %*");
        assert!(target(&other).unwrap_err().contains("give the path of copilot.exe"));
        assert!(target(&directory.path().join("missing.cmd")).is_err());
    }

    #[test]
    fn other_package_managers_are_understood() {
        for (shim, expected) in [
            (r#"@"%~dp0\..\copilot\copilot.exe" %*"#, "../copilot/copilot.exe"),
            (r#"node "%~dp0..\x (1)\index.mjs" %*"#, "../x (1)/index.mjs"),
            (r#"& "$basedir/Copilot.EXE" $args"#, "Copilot.EXE"),
        ] {
            assert_eq!(relative_target(shim).as_deref(), Some(expected), "{shim}");
        }
    }

    #[test]
    fn what_does_not_name_one_target_is_not_guessed() {
        for text in [
            "",
            "@copilot.exe %*",
            r#""%dp0%\a.js" "%dp0%\b.js""#,
            r#""%dp0%\node.exe" %*"#,
            r#""%dp0%\%NAME%.js""#,
            r#""$basedir/$name.js""#,
            r#""%dp0%\a.js"#.trim_end_matches('"'),
            r#""%dp0%\a.cmd""#,
            r#""%dp0%\a.js:stream.js""#,
        ] {
            assert_eq!(relative_target(text), None, "{text}");
        }
    }
}
