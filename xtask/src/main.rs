//! `cargo run -p xtask -- protocol` writes the types and callers of the protocol from the schemas
//! of the pinned CLI, and prints what changed; with `--check` it only says whether they are
//! current. `cargo run -p xtask -- pin VERSION` pins another CLI first.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use xtask::{cli, pin, protocol};

const USAGE: &str = "usage: cargo run -p xtask -- protocol [--check] [--schemas FOLDER]\n       \
                     cargo run -p xtask -- pin VERSION";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments[..] {
        ["protocol", ref options @ ..] => generate(options),
        ["pin", version] => raise(version),
        _ => Err(USAGE.to_owned()),
    };
    match result {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn generate(options: &[&str]) -> Result<String, String> {
    let (mut check, mut schemas) = (false, None);
    let mut options = options.iter();
    while let Some(option) = options.next() {
        match *option {
            "--check" => check = true,
            "--schemas" => schemas = Some(PathBuf::from(options.next().ok_or(USAGE)?)),
            _ => return Err(USAGE.to_owned()),
        }
    }
    let schemas = schemas.map_or_else(cli::schemas, Ok)?;
    let generated = protocol::generate(&schemas, copilot_sdk::cli::VERSION)?;
    if !check {
        let changes = protocol::write(root()?, &generated)?;
        return Ok(if changes.is_empty() { "nothing changed\n".to_owned() } else { changes });
    }
    let different = protocol::differences(root()?, &generated)?;
    if different.is_empty() {
        return Ok("the generated code is what the schemas say\n".to_owned());
    }
    Err(format!(
        "these files are not what the schemas say: run `cargo run -p xtask -- protocol`\n{}",
        different.join("\n")
    ))
}

/// Pins a version, and lets the program that is built with it generate the code.
fn raise(version: &str) -> Result<String, String> {
    let changed = pin::pin(root()?, Path::new("npm"), version)?;
    println!("changed {}", changed.join(", "));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let generated = Command::new(cargo)
        .args(["run", "-p", "xtask", "--", "protocol"])
        .current_dir(root()?)
        .status()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    if generated.success() {
        return Ok(String::new());
    }
    Err(format!("{version} is pinned, but its code was not generated"))
}

fn root() -> Result<&'static Path, String> {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .ok_or_else(|| "the repository is gone".to_owned())
}
