//! Measures what the library costs where it counts the same on every machine: instructions and
//! allocations of the jobs, LLVM lines, packages, and the size of a program. Compares it with
//! `weight.txt`, or writes that with `--renew`.

mod build;
mod jobs;
mod table;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use table::{Table, Toolchain};

/// Anything that went wrong, for people.
type Result<T = (), E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

fn main() -> ExitCode {
    match run(std::env::args().any(|word| word == "--renew")) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(renew: bool) -> Result {
    let workspace = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
    let file = workspace.join("weight.txt");
    let toolchain = Toolchain::current(&workspace)?;
    let table = if renew { None } else { Some(Table::read(&std::fs::read_to_string(&file)?)?) };
    if let Some(table) = &table {
        table.check_toolchain(&toolchain)?;
    }
    let mut measured = Table::new(toolchain);
    jobs::measure(&workspace, &mut measured)?;
    build::measure(&workspace, &mut measured)?;
    print!("{measured}");
    match table {
        Some(table) => table.compare(&measured),
        None => Ok(std::fs::write(file, measured.to_string())?),
    }
}

/// Runs a command, and returns what it wrote.
fn output(command: &mut Command) -> Result<String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{command:?} failed ({}):\n{words}", output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Cargo in the workspace, without what its caller has set for itself.
fn cargo(workspace: &Path) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(workspace).env_remove("RUSTFLAGS").env_remove("CARGO_TARGET_DIR");
    cargo
}
