//! What the examples share: command line, terminal, where the CLI unpacks itself, a live model.

use std::process::Stdio;

use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk_tests::{PATIENCE, TempDir};
use tokio::io::AsyncReadExt as _;
use tokio::process::Command;

use super::{built, command, names, processes_of, read, sandboxes_in, text};

#[test]
fn every_example_is_run_here_and_listed_in_their_readme() {
    let names = names();
    assert_eq!(names.len(), 16, "{names:?}");
    let (tests, readme) = (read("tests/tests/examples/each.rs"), read("examples/README.md"));
    for name in names {
        let source = read(&format!("examples/{name}.rs"));
        assert!(!source.contains(r#".model("scripted")"#), "{name} plays its model with --live");
        assert!(tests.contains(&format!("run(\"{name}\"")), "{name} is not run");
        assert!(
            readme.contains(&format!("[{name}]({name}.rs)")),
            "{name} is not in examples/README.md"
        );
    }
}

#[tokio::test]
async fn every_example_tells_what_it_is_and_refuses_what_it_does_not_know() {
    for name in names() {
        let temp = TempDir::new();
        let output = async |arguments: &[&str]| {
            let output = command(&name, arguments, &temp).await.output().await.unwrap();
            (output.status.code(), text(output.stdout), text(output.stderr))
        };
        let source = read(&format!("examples/{name}.rs"));
        let about = source.lines().next().unwrap().trim_start_matches("//! ");
        let (code, printed, complaints) = output(&["--help"]).await;
        assert_eq!((code, complaints.as_str()), (Some(0), ""), "{name}");
        assert!(printed.starts_with(about) && printed.contains("With --live"), "{printed}");
        for arguments in [&["--lives"][..], &["--live", "twice"], &["--help=no"]] {
            let (code, printed, complaints) = output(arguments).await;
            assert_eq!((code, printed.as_str()), (Some(2), ""), "{name} {arguments:?}");
            let last = arguments.last().unwrap();
            assert!(
                complaints.starts_with(&format!("cannot make sense of `{last}`")),
                "{complaints}"
            );
            assert!(complaints.contains("options: --live, --help"), "{complaints}");
        }
        assert_eq!(sandboxes_in(temp.path()), [""; 0], "{name} left files behind");
    }
}

#[tokio::test]
async fn a_live_example_asks_the_model_that_the_environment_names() {
    let model = ScriptedModel::answering(|request| {
        let system = request.system();
        let answer = match system.as_str() {
            system if system.contains("You are a researcher.") => {
                r#"{"topic": "trams", "facts": ["They were asked for."]}"#
            }
            system if system.contains("You are an editor.") => {
                r#"{"accepted": true, "remark": ""}"#
            }
            _ => "This was written live.",
        };
        ModelReply::text(answer)
    });
    let model = model.await.unwrap();
    let temp = TempDir::new();
    let mut example = command("pipeline", &["--live"], &temp).await;
    for key in ["OPENAI_API_KEY", "AZURE_OPENAI_KEY", "ANTHROPIC_API_KEY", "LOCAL_MODEL"] {
        example.env_remove(key);
    }
    example.env("LOCAL_OPENAI_URL", model.base_url()).env("HOME", temp.path());
    let output = tokio::time::timeout(PATIENCE, example.output()).await.unwrap().unwrap();
    let (printed, complaints) = (text(output.stdout), text(output.stderr));
    let printed: Vec<_> = printed.lines().filter(|line| !line.starts_with("cli ")).collect();
    assert_eq!(
        printed,
        [
            "model    a local server (LOCAL_OPENAI_URL), default",
            "researcher  trams: They were asked for.",
            "researcher  trams: They were asked for.",
            "writer      This was written live.",
        ],
        "{complaints}"
    );
}

/// In a terminal of util-linux; the npm that installs, and what it installs, are played.
#[tokio::test]
#[cfg(target_os = "linux")]
async fn a_terminal_shows_the_installation_in_one_line() {
    let temp = TempDir::new();
    let npm = temp.path().join("npm");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_played"), &npm).unwrap();
    let path = format!("{}:{}", temp.path().display(), std::env::var("PATH").unwrap());
    let mut terminal = Command::new("script");
    terminal.args(["--quiet", "--command"]).arg(built("chat")).arg("/dev/null");
    terminal.env_remove("COPILOT_CLI_PATH").env("PATH", path).env("SHELL", "/bin/sh");
    terminal.env("COPILOT_SDK_CACHE", temp.path().join("cache")).env("TMPDIR", temp.path());
    terminal.stdin(Stdio::null());
    let output = tokio::time::timeout(PATIENCE, terminal.output()).await.unwrap().unwrap();
    let shown = text(output.stdout);
    let mut lines = shown.split("\r\n");
    let version = copilot_sdk::cli::VERSION;
    let installing =
        format!("cli      not here yet: installing @github/copilot {version} with npm");
    assert_eq!(lines.next(), Some(installing.as_str()), "{shown}");
    let progress = lines.next().unwrap();
    let (first, stages) = progress.split_once("\r         ").unwrap();
    assert_eq!(first, "", "{shown:?}");
    assert!(
        progress.ends_with("\x1b[K") && stages.split("\x1b[K\r         ").count() > 1,
        "{shown:?}"
    );
    assert!(lines.next().unwrap().starts_with("cli      /"), "{shown:?}");
}

#[tokio::test]
async fn byok_without_a_word_says_which_there_are() {
    let temp = TempDir::new();
    let output = command("byok", &[], &temp).await.output().await.unwrap();
    let complaints = text(output.stderr);
    assert_eq!(output.status.code(), Some(2), "{complaints}");
    assert!(
        complaints.contains("words: openai, responses, azure, anthropic, local"),
        "{complaints}"
    );
}

#[tokio::test]
async fn control_c_leaves_neither_files_nor_processes() {
    let temp = TempDir::new();
    let mut example = command("chat", &[], &temp).await.spawn().unwrap();
    let mut printed = example.stdout.take().unwrap();
    let mut seen = String::new();
    while !seen.contains("you      ") {
        let mut piece = [0; 256];
        let read = tokio::time::timeout(PATIENCE, printed.read(&mut piece)).await.unwrap().unwrap();
        assert!(read > 0, "it ended: {seen}");
        seen.push_str(&String::from_utf8_lossy(&piece[..read]));
    }
    let pid = example.id().unwrap().to_string();
    std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap();
    let ended = tokio::time::timeout(PATIENCE, example.wait()).await.unwrap().unwrap();
    assert_eq!(ended.code(), Some(130));
    assert_eq!(sandboxes_in(temp.path()), [""; 0]);
    assert_eq!(processes_of(temp.path()), [0; 0]);
}

#[tokio::test]
async fn a_cli_of_the_user_unpacks_itself_in_one_place_for_all_runs() {
    let (temp, user) = (TempDir::new(), TempDir::new());
    let (cli, told) = (user.path().join("copilot"), user.path().join("told"));
    std::fs::write(
        &cli,
        format!("#!/bin/sh\nprintenv COPILOT_PKG_CACHE_HOME > {}\n", told.display()),
    )
    .unwrap();
    std::process::Command::new("chmod").arg("+x").arg(&cli).status().unwrap();
    let mut example = command("hooks", &[], &temp).await;
    example.env("COPILOT_CLI_PATH", &cli).env("XDG_CACHE_HOME", user.path());
    let output = example.output().await.unwrap();
    assert_eq!(output.status.code(), Some(1), "it is no CLI");
    let shared = user.path().join("copilot-sdk-examples");
    assert_eq!(std::fs::read_to_string(told).unwrap().trim(), shared.to_str().unwrap());
}
