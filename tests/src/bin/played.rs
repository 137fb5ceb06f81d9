//! Plays the Copilot CLI, npm, and a program that uses the CLI, for the tests of processes: they
//! run where neither the CLI nor a shell does.
//!
//! Each of its processes keeps a file locked in the directory `$PLAYED` as long as it lives.
#![allow(clippy::unwrap_used, clippy::panic, reason = "it is a part of a test")]

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{BufRead as _, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use copilot_sdk::{Client, cli};
use serde_json::{Value, json};

fn main() {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    let first = words.first().map(|word| word.to_string_lossy().into_owned());
    match first.as_deref().unwrap_or_default() {
        "--version" => println!("GitHub Copilot CLI {}.", cli::VERSION),
        // On Windows, npm is a script of node.
        script if script.ends_with("npm-cli.js") => npm(words.get(1..).unwrap()),
        "install" => npm(&words),
        "linger" => linger(),
        "program" => program(words.get(1).unwrap().to_str().unwrap()),
        _ => serve(),
    }
}

/// Puts a CLI in its place, which is this program.
fn npm(words: &[OsString]) {
    let [install, prefix, staging, ..] = words else { panic!("not as expected: {words:?}") };
    assert_eq!([install, prefix], ["install", "--prefix"]);
    let system = match std::env::consts::OS {
        "windows" => "win32",
        "macos" => "darwin",
        system => system,
    };
    let processor = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    let modules = Path::new(staging).join("node_modules");
    let package = modules.join("@github").join(format!("copilot-{system}-{processor}"));
    fs::create_dir_all(&package).unwrap();
    let binary = package.join(format!("copilot{}", std::env::consts::EXE_SUFFIX));
    fs::copy(std::env::current_exe().unwrap(), binary).unwrap();
    fs::write(package.join("LICENSE.md"), "licence").unwrap();
    let lock = Path::new(staging).join("package-lock.json");
    fs::copy(lock, modules.join(".package-lock.json")).unwrap();
    println!("{}", json!({"added": 2}));
}

/// A program whose client has a CLI, until it ends as it is told to.
fn program(end: &str) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let client = runtime.block_on(
        Client::builder().cli_path(std::env::current_exe().unwrap()).auto_restart(false).start(),
    );
    let client = client.unwrap();
    say_ready();
    std::io::stdin().read_exact(&mut [0]).unwrap();
    match end {
        "return" => {}
        "exit" => std::process::exit(0),
        "abort" => std::process::abort(),
        _ => hang(),
    }
    drop(client);
}

/// What a shell tool of the agent may leave behind.
fn linger() {
    let _lock = lock();
    say_ready();
    hang();
}

/// Serves a client, after it has started a process that lingers.
#[expect(clippy::zombie_processes, reason = "it is to be left behind")]
fn serve() {
    let _lock = lock();
    let mut left = Command::new(std::env::current_exe().unwrap());
    left.arg("linger").stdin(Stdio::null()).stdout(Stdio::piped());
    let left = left.spawn().unwrap();
    let mut line = String::new();
    std::io::BufReader::new(left.stdout.unwrap()).read_line(&mut line).unwrap();
    let mut input = std::io::stdin().lock();
    while let Some(request) = read(&mut input) {
        answer(&request);
    }
    if std::env::var_os("HANGS").is_some() {
        hang();
    }
}

fn answer(request: &Value) {
    let Some(id) = request.get("id") else { return };
    let params = request.get("params").and_then(|params| params.get(0).or(Some(params)));
    let param = |name: &str| params.and_then(|params| params.get(name)).cloned();
    let result = match request["method"].as_str().unwrap() {
        "connect" => json!({"ok": true, "protocolVersion": 3, "version": cli::VERSION}),
        "ping" => json!({"message": "pong", "timestamp": 1, "protocolVersion": 3}),
        "echo" => param("text").unwrap_or_default(),
        "exit" => {
            eprintln!("told to exit");
            let code = param("code").and_then(|code| code.as_i64()).unwrap_or_default();
            std::process::exit(i32::try_from(code).unwrap());
        }
        _ => json!({}),
    };
    let message = json!({"jsonrpc": "2.0", "id": id, "result": result}).to_string();
    print!("Content-Length: {}\r\n\r\n{message}", message.len());
    std::io::stdout().flush().unwrap();
}

/// The next request, or none at the end.
fn read(input: &mut impl std::io::BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if input.read_line(&mut line).unwrap() == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().unwrap();
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    input.read_exact(&mut body).unwrap();
    serde_json::from_slice(&body).ok()
}

/// Keeps a file locked for as long as the process lives.
fn lock() -> Option<File> {
    let directory = PathBuf::from(std::env::var_os("PLAYED")?);
    let lock = File::create(directory.join(format!("{}.lock", std::process::id()))).unwrap();
    lock.lock().unwrap();
    Some(lock)
}

fn hang() -> ! {
    loop {
        thread::park();
    }
}

fn say_ready() {
    println!("ready");
    std::io::stdout().flush().unwrap();
}
