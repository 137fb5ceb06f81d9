//! The command `pin`: another version of the CLI becomes the pinned one.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

const VERSION: &str = "copilot-sdk/src/transport/locate/version.rs";
const HASHES: &str = "copilot-sdk/src/cli/integrity.rs";
const README: &str = "README.md";
/// The length of a SHA-512 in Base64.
const HASH: usize = 88;

/// Writes the version and the hashes of its packages into the sources; returns the changed files.
///
/// # Errors
///
/// If npm does not know the version, or the sources do not look as they did.
pub fn pin(root: &Path, npm: &Path, version: &str) -> Result<Vec<&'static str>, String> {
    let read = |path: &str| {
        fs::read_to_string(root.join(path)).map_err(|error| format!("{path}: {error}"))
    };
    let [mut locate, integrity, readme] = [read(VERSION)?, read(HASHES)?, read(README)?];
    let (before, old) = locate.split_once("pub const VERSION: &str = \"").ok_or_else(no_version)?;
    let (old, after) = old.split_once('"').ok_or_else(no_version)?;
    let old = old.to_owned();
    locate = format!("{before}pub const VERSION: &str = \"{version}\"{after}");
    let mut hashes = BTreeMap::new();
    for package in packages(&integrity) {
        hashes.insert(package, hash(npm, package, version)?);
    }
    let integrity = with_hashes(&integrity, &hashes)?;
    let changed = [
        (VERSION, locate),
        (HASHES, integrity),
        (README, readme.replace(&format!("{old}, protocol"), &format!("{version}, protocol"))),
    ];
    for (path, text) in &changed {
        fs::write(root.join(path), text).map_err(|error| format!("{path}: {error}"))?;
    }
    Ok(changed.map(|(path, _)| path).into())
}

fn no_version() -> String {
    format!("{VERSION} has no line `pub const VERSION: &str = \"..\"`")
}

/// The suffixes of the package names in the source of the hashes.
fn packages(source: &str) -> Vec<&str> {
    source.lines().filter_map(text_of).filter(|text| is_package(text)).collect()
}

fn with_hashes(source: &str, hashes: &BTreeMap<&str, String>) -> Result<String, String> {
    let (mut text, mut package, mut replaced) = (String::new(), "", 0);
    for line in source.lines() {
        match text_of(line) {
            Some(name) if is_package(name) => package = name,
            Some(old) if old.len() == HASH => {
                let new = hashes.get(package).map_or("", String::as_str);
                text.push_str(&line.replace(old, new));
                text.push('\n');
                replaced += 1;
                continue;
            }
            _ => {}
        }
        text.push_str(line);
        text.push('\n');
    }
    if replaced == hashes.len() && replaced > 0 {
        return Ok(text);
    }
    Err(format!("{HASHES} has {replaced} hashes for {} packages", hashes.len()))
}

/// The text of a line that holds one string.
fn text_of(line: &str) -> Option<&str> {
    line.trim().strip_prefix('"')?.strip_suffix("\",")
}

fn is_package(text: &str) -> bool {
    text.is_empty() || (text.starts_with('-') && text.len() < HASH)
}

fn hash(npm: &Path, package: &str, version: &str) -> Result<String, String> {
    let name = format!("@github/copilot{package}@{version}");
    let output = Command::new(npm)
        .args(["view", &name, "dist.integrity"])
        .output()
        .map_err(|error| format!("{} does not start: {error}", npm.display()))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let hash = said.trim().strip_prefix("sha512-").filter(|hash| hash.len() == HASH);
    hash.map(str::to_owned).ok_or_else(|| {
        let why = String::from_utf8_lossy(&output.stderr);
        format!("npm knows no {name}: {}", why.lines().next().unwrap_or("it said nothing"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_package_gets_its_own_hash_and_nothing_else_changes() {
        let source = include_str!("../../copilot-sdk/src/cli/integrity.rs");
        let names = packages(source);
        assert_eq!((names.len(), names.first().copied()), (9, Some("")));
        let hashes: BTreeMap<_, _> = names
            .iter()
            .enumerate()
            .map(|(at, name)| {
                (*name, char::from(b'a' + u8::try_from(at).unwrap_or(0)).to_string().repeat(HASH))
            })
            .collect();
        let changed = with_hashes(source, &hashes).unwrap_or_default();
        let different: Vec<_> =
            source.lines().zip(changed.lines()).filter(|(old, new)| old != new).collect();
        assert_eq!((different.len(), source.lines().count()), (9, changed.lines().count()));
        for (at, (_, new)) in different.iter().enumerate() {
            let name = names.get(at).copied().unwrap_or_default();
            assert_eq!(text_of(new), hashes.get(name).map(String::as_str));
        }
        assert!(with_hashes("nothing", &hashes).is_err());
    }
}
