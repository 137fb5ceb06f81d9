//! What a build costs: LLVM lines before optimization, packages, and the size of a program.

use std::collections::BTreeSet;
use std::path::Path;

use crate::table::Table;
use crate::{Result, cargo, output};

/// Counts the costs of a build.
pub fn measure(workspace: &Path, table: &mut Table) -> Result {
    table.set("lines.crate", lines(workspace, "copilot-sdk", &["--lib"])?);
    table.set("lines.hello", lines(workspace, "bench-hello", &[])?);
    table.set("packages.hello", packages(workspace)?);
    let options = ["rustc", "--release", "-p", "bench-hello", "--", "-C", "strip=symbols"];
    output(cargo(workspace).args(options))?;
    let program = workspace.join("target/release/bench-hello");
    table.set("bytes.hello", std::fs::metadata(program)?.len());
    Ok(())
}

/// The lines in the bodies of functions that LLVM gets for a package.
fn lines(workspace: &Path, package: &str, options: &[&str]) -> Result<u64> {
    let folder = workspace.join("target/lines");
    let stem = package.replace('-', "_");
    let of_package = |path: &Path| {
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        let name = name.strip_prefix("lib").unwrap_or(name);
        let is_own = name.split(['-', '.']).next() == Some(&stem);
        is_own && path.extension().is_some_and(|extension| extension == "ll")
    };
    let files = || -> Result<Vec<_>> {
        let entries = std::fs::read_dir(folder.join("release/deps"));
        let paths = entries.into_iter().flatten().flatten().map(|entry| entry.path());
        Ok(paths.filter(|path| of_package(path)).collect())
    };
    for stale in files()? {
        std::fs::remove_file(stale)?;
    }
    // A new value compiles the package again, whatever was compiled before.
    let nonce = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_nanos();
    let mut cargo = cargo(workspace);
    cargo.args(["rustc", "--release", "-p", package]).args(options).arg("--target-dir");
    cargo.arg(&folder).args(["--", "--emit=llvm-ir", "-C", "no-prepopulate-passes"]);
    cargo.args(["-C", "codegen-units=1", "--cfg", &format!("measured_{nonce}")]);
    output(&mut cargo)?;
    let file = files()?.pop().ok_or(format!("rustc has written no LLVM IR of {package}"))?;
    Ok(bodies(&std::fs::read_to_string(file)?))
}

/// Counts the lines of function definitions, braces included.
fn bodies(text: &str) -> u64 {
    let mut count = 0;
    let mut inside = false;
    for line in text.lines() {
        inside |= line.starts_with("define ");
        count += u64::from(inside);
        inside &= !line.starts_with('}');
    }
    count
}

/// The packages that a program with this library has besides itself.
fn packages(workspace: &Path) -> Result<u64> {
    let options = ["tree", "-p", "bench-hello", "-e", "normal", "--prefix", "none", "-f", "{p}"];
    let tree = output(cargo(workspace).args(options))?;
    let all: BTreeSet<&str> = tree.lines().filter(|line| !line.is_empty()).collect();
    Ok(all.len() as u64 - 1)
}

#[cfg(test)]
mod tests {
    use super::bodies;

    #[test]
    fn lines_of_functions_count_and_others_do_not() {
        let text = "@a = global i8 0\n\ndefine void @f() {\nstart:\n  ret void\n}\n\ndeclare void @g()\n\
                    define void @h() {\n  ret void\n}\n!0 = !{}\n";
        assert_eq!(bodies(text), 7);
    }
}
