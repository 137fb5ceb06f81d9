//! Installs the pinned CLI with the real npm client; downloads about 190 MB unless npm has it in
//! its cache.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use copilot_sdk::cli::{self, Stage};

/// A cache of its own, removed at the end.
struct Cache(PathBuf);

impl Cache {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("copilot-sdk-install-{}", std::process::id())))
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn the_pinned_cli_is_installed_once_and_says_its_version() {
    let cache = Cache::new();
    let stages = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&stages);
    let began = Instant::now();
    let installer = cli::installer().cache_dir(&cache.0).on_progress(move |progress| {
        println!("{progress}");
        seen.lock().unwrap().push((progress.stage, progress.bytes));
    });
    let program = installer.install().await.unwrap();
    println!("installed in {:?}", began.elapsed());

    assert_eq!(program, cache.0.join("cli").join(cli::VERSION).join("copilot"));
    assert_eq!(cli::installer().cache_dir(&cache.0).installed(), Some(program.clone()));
    let stages = stages.lock().unwrap().clone();
    assert_eq!(stages.first(), Some(&(Stage::Looking, 0)));
    assert!(matches!(stages.last(), Some((Stage::Ready, 100_000_000..))), "{stages:?}");

    let unpacked = cache.0.join("unpacked");
    let output = Command::new(&program)
        .arg("--version")
        .env("COPILOT_PKG_CACHE_HOME", &unpacked)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains(&format!(" {}.", cli::VERSION)), "{said}");

    let began = Instant::now();
    // What is there is not installed again: this npm does not exist.
    let again =
        cli::installer().cache_dir(&cache.0).npm("/no/npm").deadline(Duration::from_secs(60));
    assert_eq!(again.install().await.unwrap(), program);
    println!("found again in {:?}", began.elapsed());

    let mut left: Vec<_> = std::fs::read_dir(cache.0.join("cli"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    left.sort();
    assert_eq!(left, [cli::VERSION.into(), OsString::from(format!("{}.lock", cli::VERSION))]);
}
