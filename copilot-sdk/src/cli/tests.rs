mod trust;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::{Installer, Stage, VERSION, installer};
use crate::transport::locate::scratch::{ScratchDirectory, directory};
use crate::{Error, ErrorKind};

/// An npm that puts a CLI in its place; `$3` is the staging directory.
const GOOD: &str = r#"#!/bin/sh
umask 0
echo "$@" >> "${0%/*}/calls"
package="$3/node_modules/@github/copilot-linux-x64"
mkdir -p "$package" "$3/node_modules/@github/copilot"
printf '#!/bin/sh\necho "GitHub Copilot CLI %s."\n' "${CLAIMED-1.0.102}" > "$package/copilot"
chmod +x "$package/copilot"
echo licence > "$package/LICENSE.md"
list="$3/node_modules/.package-lock.json"
[ ! -f "$3/package-lock.json" ] || sed 's/x/x/' "$3/package-lock.json" > "$list"
echo '{"added": 3}'
"#;

/// An npm that says that it runs, and never ends.
const HANGING: &str = "#!/bin/sh\necho resolving >&2\necho $$ > \"${0%/*}/pid\"\nexec sleep 1000\n";

fn with(directory: &ScratchDirectory, npm: &str) -> Installer {
    installer().cache_dir(directory.path().join("cache")).npm(directory.program("npm", npm))
}

/// An installer that cannot download.
fn installer_of(directory: &ScratchDirectory) -> Installer {
    installer().cache_dir(directory.path().join("cache")).npm("/no/npm")
}

fn program(directory: &ScratchDirectory) -> PathBuf {
    directory.path().join("cache/cli").join(VERSION).join("copilot")
}

/// What lies in the cache, without the lock.
fn left(directory: &ScratchDirectory) -> Vec<String> {
    let entries = fs::read_dir(directory.path().join("cache/cli")).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.retain(|name| Path::new(name).extension().is_none_or(|extension| extension != "lock"));
    names.sort();
    names
}

fn calls(directory: &ScratchDirectory) -> usize {
    fs::read_to_string(directory.path().join("calls")).unwrap_or_default().lines().count()
}

async fn refused(installer: Installer) -> Error {
    installer.install().await.expect_err("the installation should fail")
}

/// Waits without blocking until `condition` holds.
async fn until(what: &str, condition: impl Fn() -> bool) {
    let began = Instant::now();
    while !condition() {
        assert!(began.elapsed() < Duration::from_secs(20), "{what}");
        tokio::task::yield_now().await;
    }
}

fn hanging_npm_runs(directory: &ScratchDirectory) -> bool {
    let pid = fs::read_to_string(directory.path().join("pid")).unwrap_or_default();
    let pid = pid.trim().parse().ok().and_then(rustix::process::Pid::from_raw);
    pid.is_some_and(|pid| rustix::process::test_kill_process(pid).is_ok())
}

#[tokio::test]
async fn the_cli_is_put_in_its_place_with_its_licence_and_nothing_else() {
    let directory = directory();
    let stages = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&stages);
    let installer = with(&directory, GOOD)
        .on_progress(move |progress| seen.lock().unwrap().push(progress.stage));
    assert_eq!(installer.installed(), None);
    assert_eq!(installer.install().await.unwrap(), program(&directory));

    let mut stages = stages.lock().unwrap().clone();
    stages.dedup();
    assert_eq!(stages, [Stage::Looking, Stage::Downloading, Stage::Unpacking, Stage::Ready]);
    assert_eq!(left(&directory), [VERSION]);
    let place = program(&directory);
    let mut files: Vec<_> = fs::read_dir(place.parent().unwrap())
        .unwrap()
        .map(|file| file.unwrap().file_name())
        .collect();
    files.sort();
    assert_eq!(files, ["LICENSE.md", "copilot"]);
    assert_eq!(installer_of(&directory).installed(), Some(place));

    let call = fs::read_to_string(directory.path().join("calls")).unwrap();
    let (_, options) = call.split_once(" --no-global ").unwrap();
    assert!(call.starts_with(&format!(
        "install --prefix {}",
        directory.path().join("cache/cli/.staging-").display()
    )));
    assert_eq!(
        options,
        "--no-save --package-lock --no-audit --no-fund --ignore-scripts --include=optional \
         --fetch-retries=1 --loglevel=error --json @github/copilot@1.0.102\n"
    );
}

#[tokio::test]
async fn what_is_installed_needs_no_npm() {
    let directory = directory();
    with(&directory, GOOD).install().await.unwrap();
    assert_eq!(installer_of(&directory).install().await.unwrap(), program(&directory));
}

#[tokio::test]
async fn what_does_not_run_any_more_is_installed_again() {
    let directory = directory();
    let place = Path::new("cache/cli").join(VERSION).join("copilot");
    directory.program(&place, "#!/bin/sh\necho broken; exit 1\n");
    with(&directory, GOOD).install().await.unwrap();
    assert_eq!((calls(&directory), left(&directory)), (1, vec![VERSION.to_owned()]));
    installer_of(&directory).install().await.unwrap();
}

#[tokio::test]
async fn two_at_once_download_once() {
    let directory = directory();
    let (one, other) = (with(&directory, GOOD), with(&directory, GOOD));
    let (one, other) = tokio::join!(one.install(), other.install());
    assert_eq!((one.unwrap(), other.unwrap()), (program(&directory), program(&directory)));
    assert_eq!(calls(&directory), 1);
}

#[tokio::test]
async fn what_a_killed_program_left_is_removed() {
    let directory = directory();
    directory.file("cache/cli/.staging-1.0.102-old/half", "");
    directory.file("cache/cli/.staging-1.0.1-other/half", "");
    with(&directory, GOOD).install().await.unwrap();
    assert_eq!(left(&directory), [".staging-1.0.1-other", VERSION]);
}

#[tokio::test]
async fn a_missing_npm_is_said_with_the_ways_out() {
    let directory = directory();
    let error = refused(installer_of(&directory)).await;
    assert_eq!(error.kind(), ErrorKind::Start);
    assert_eq!(
        error.to_string(),
        "cannot install the Copilot CLI 1.0.102 because /no/npm does not start: install Node.js, \
         which brings npm, or set COPILOT_CLI_PATH to a CLI, or run `npm install -g \
         @github/copilot@1.0.102` where npm is"
    );
    assert!(
        std::error::Error::source(&error)
            .unwrap()
            .to_string()
            .starts_with("cannot start /no/npm: there is no such file")
    );
    assert_eq!(left(&directory), [""; 0]);
}

#[tokio::test]
async fn each_failure_of_npm_is_named_and_says_what_to_do() {
    let cases = [
        (
            "ENOTCACHED",
            "npm works offline and its cache lacks the package: connect, or unset `offline` in \
             npm's settings",
        ),
        (
            "ECONNREFUSED",
            "the registry cannot be reached: look at the network and at `registry` and `proxy` in \
             `npm config list`",
        ),
        (
            "ETARGET",
            "the registry has no version 1.0.102: correct the version, or ask whoever keeps your \
             registry for it",
        ),
        (
            "EBADPLATFORM",
            "there is no CLI for this platform: look for `os`, `cpu` and `libc` in `npm config \
             list`, or set COPILOT_CLI_PATH to a CLI that runs here",
        ),
        ("E401", "the registry refuses you: log in to it with `npm login`"),
        (
            "ENOSPC",
            "free about 600 MB, or set COPILOT_SDK_CACHE (and npm's `cache`) to a directory on a \
             larger disk",
        ),
        (
            "EACCES",
            "let this user write there, or set COPILOT_SDK_CACHE (and npm's `cache`) to a \
             directory of its own",
        ),
        (
            "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
            "npm does not trust the registry's certificate: set `cafile` in npm's settings",
        ),
        (
            "EINTEGRITY",
            "what the registry served is not the published package: look at `registry` in `npm \
             config list`, and tell whoever keeps that registry",
        ),
        ("EWHATEVER", "run the command by hand, or set COPILOT_CLI_PATH to a CLI"),
    ];
    for (code, advice) in cases {
        let directory = directory();
        let npm = format!(
            "#!/bin/sh\necho 'npm error of {code}' >&2\n\
             echo '{{\"error\": {{\"code\": \"{code}\", \"summary\": \"no such luck\", \
             \"detail\": \"\"}}}}'\nexit 1\n"
        );
        let error = refused(with(&directory, &npm)).await;
        let text = error.to_string();
        let lines: Vec<&str> = text.lines().collect();
        let [first, what_to_do, command, heading, last_words] = lines.as_slice() else {
            panic!("five lines expected: {text}");
        };
        assert_eq!(error.kind(), ErrorKind::Start);
        assert_eq!(
            *first,
            format!(
                "npm could not install the Copilot CLI 1.0.102 (exit code 1): {code}: no such luck"
            )
        );
        assert_eq!(*what_to_do, format!("what to do: {advice}"));
        assert!(command.starts_with(&format!(
            "the command was: {}/npm install --prefix ",
            directory.path().display()
        )));
        assert!(command.ends_with(" --json @github/copilot@1.0.102"), "{command}");
        assert_eq!(
            (*heading, *last_words),
            ("its last lines on stderr:", format!("npm error of {code}").as_str())
        );
        assert_eq!(left(&directory), [""; 0]);
    }
}

#[tokio::test]
async fn an_npm_that_fails_without_a_word_is_still_explained() {
    let directory = directory();
    let text = refused(with(&directory, "#!/bin/sh\nkill -KILL $$\n")).await.to_string();
    assert!(text.starts_with(
        "npm could not install the Copilot CLI 1.0.102 (signal 9 (SIGKILL)): it did not say why\n\
         what to do: run the command by hand, or set COPILOT_CLI_PATH to a CLI\nthe command was: "
    ));
}

#[tokio::test]
async fn an_npm_that_leaves_out_the_binary_is_no_success() {
    let directory = directory();
    let npm = "#!/bin/sh\nmkdir -p \"$3/node_modules/@github/copilot\"\necho '{\"added\": 2}'\n";
    let text = refused(with(&directory, npm)).await.to_string();
    assert!(
        text.starts_with("npm installed no binary of the Copilot CLI 1.0.102 for this platform ("),
        "{text}"
    );
    assert!(
        text.contains(
            "); found nothing\nwhat to do: look for `omit`, `os`, `cpu` and `libc` in \
                       `npm config list`"
        ),
        "{text}"
    );
    assert_eq!(left(&directory), [""; 0]);
}

#[tokio::test]
async fn a_cli_of_another_version_is_not_put_in_place() {
    let directory = directory();
    let text = refused(with(&directory, &GOOD.replace("CLAIMED-1.0.102", "CLAIMED-1.0.1020")))
        .await
        .to_string();
    assert!(
        text.ends_with(
            "/copilot-linux-x64/copilot should be the Copilot CLI 1.0.102, but asked for its \
             version it answered \"GitHub Copilot CLI 1.0.1020.\" (exit code 0): set \
             COPILOT_CLI_PATH to a CLI that runs on this machine"
        ),
        "{text}"
    );
    assert_eq!(left(&directory), [""; 0]);
}

#[tokio::test]
async fn a_cache_that_cannot_be_written_is_named() {
    let directory = directory();
    let file = directory.file("file", "");
    let error = refused(installer().cache_dir(&file).npm("/no/npm")).await;
    assert_eq!(
        (error.kind(), error.to_string()),
        (
            ErrorKind::Start,
            format!(
                "cannot install the Copilot CLI at {}/cli: it cannot be written: give this user \
                 the right to, or set COPILOT_SDK_CACHE to another directory",
                file.display()
            )
        )
    );
}

#[tokio::test]
async fn the_deadline_ends_npm_and_leaves_nothing() {
    let directory = directory();
    let error = refused(with(&directory, HANGING).deadline(Duration::from_millis(500))).await;
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (
            ErrorKind::Timeout,
            "downloading the Copilot CLI was not finished after 500ms: look at the network and at \
             npm's proxy and registry settings, or allow more time with deadline; its last lines \
             on stderr:\nresolving"
        )
    );
    assert!(directory.path().join("pid").exists() && !hanging_npm_runs(&directory));
    assert_eq!(left(&directory), [""; 0]);
}

#[tokio::test]
async fn the_deadline_holds_while_waiting_for_another_installation() {
    let directory = directory();
    let lock = fs::File::create(directory.file("cache/cli/1.0.102.lock", "")).unwrap();
    lock.lock().unwrap();
    let error = refused(with(&directory, GOOD).deadline(Duration::from_millis(50))).await;
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.to_string().starts_with(
        "waiting for another installation of the Copilot CLI was not finished after 50ms"
    ));
}

#[tokio::test]
async fn dropping_the_future_ends_npm_and_leaves_nothing() {
    let directory = directory();
    let installing = tokio::spawn(with(&directory, HANGING).install());
    until("npm should start", || hanging_npm_runs(&directory)).await;
    assert_eq!(left(&directory).len(), 1);
    installing.abort();
    until("npm should end", || !hanging_npm_runs(&directory)).await;
    until("the staging directory should go", || left(&directory).is_empty()).await;
}

#[test]
fn the_end_of_the_runtime_ends_npm_and_leaves_nothing() {
    let directory = directory();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.spawn(with(&directory, HANGING).install());
    runtime.block_on(until("npm should start", || hanging_npm_runs(&directory)));
    drop(runtime);
    let other = tokio::runtime::Builder::new_current_thread().build().unwrap();
    other.block_on(until("npm should end", || !hanging_npm_runs(&directory)));
    assert_eq!(left(&directory), [""; 0]);
}

#[tokio::test]
async fn a_panic_in_the_progress_handler_is_an_error() {
    let directory = directory();
    let handler = |progress: super::Progress| {
        assert_ne!(progress.stage, Stage::Unpacking, "panics on purpose");
    };
    let error = refused(with(&directory, GOOD).on_progress(handler)).await;
    assert_eq!(
        error.to_string(),
        "the installation of the Copilot CLI broke off: look for a panic in the progress handler"
    );
    assert_eq!(left(&directory), [""; 0]);
}

#[tokio::test]
async fn a_version_is_a_version() {
    let directory = directory();
    for version in ["", "latest", "../1", "1.0/2", "1 --global"] {
        let error = refused(with(&directory, GOOD).version(version)).await;
        assert_eq!(error.kind(), ErrorKind::Config);
        assert_eq!(
            error.to_string(),
            format!("{version:?} is no version of the Copilot CLI: write it like \"1.0.102\"")
        );
    }
    let npm = GOOD.replace("CLAIMED-1.0.102", "CLAIMED-0.0.409");
    let place = directory.path().join("cache/cli/0.0.409/copilot");
    assert_eq!(with(&directory, &npm).version("0.0.409").install().await.unwrap(), place);
}
