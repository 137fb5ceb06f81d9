//! The command `protocol`: generates the code, or checks that it is what the schemas say.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::payloads;
use crate::read::{self, Schemas};
use crate::render::{MARK, finished, unfinished};
use crate::surface::{PATH, changes, listing};

/// The folders with generated files, at any depth.
const ROOTS: [&str; 4] = [
    "copilot-sdk/src/event",
    "copilot-sdk/src/protocol",
    "copilot-sdk/src/rpc",
    "tests/tests/protocol/types",
];

/// What the schemas in a folder make of the repository: every file by its path.
///
/// # Errors
///
/// If the schemas cannot be read, or say something that the generator does not know, if a table of
/// payloads does not fit them, a file would become too large, or rustfmt fails.
pub fn generate(schemas: &Path, version: &str) -> Result<BTreeMap<String, String>, String> {
    let protocol = read::protocol(&Schemas::load(schemas)?, version)?;
    let mut files = unfinished(&protocol)?;
    files.extend(payloads::files(&protocol)?);
    let mut generated = finished(files)?;
    generated.insert(PATH.to_owned(), listing(&protocol));
    Ok(generated)
}

/// The paths of files that differ from what the schemas say, are missing, or should not be there.
///
/// # Errors
///
/// Those of [`generate`], and if the repository cannot be read.
pub fn differences(
    root: &Path,
    generated: &BTreeMap<String, String>,
) -> Result<Vec<String>, String> {
    let mut different: BTreeSet<String> = generated
        .iter()
        .filter(|(path, code)| fs::read_to_string(root.join(path)).ok().as_ref() != Some(code))
        .map(|(path, _)| path.clone())
        .collect();
    different.extend(stale(root, generated)?);
    Ok(different.into_iter().collect())
}

/// Writes every file, removes those that are not generated any more, and returns what changed in
/// the protocol since the last time.
///
/// # Errors
///
/// If a file cannot be written.
pub fn write(root: &Path, generated: &BTreeMap<String, String>) -> Result<String, String> {
    let old = fs::read_to_string(root.join(PATH)).unwrap_or_default();
    for path in stale(root, generated)? {
        fs::remove_file(root.join(&path)).map_err(|error| format!("{path}: {error}"))?;
    }
    for (path, code) in generated {
        let file = root.join(path);
        let failed = |error: std::io::Error| format!("{path}: {error}");
        // What did not change keeps its time, so that nothing is built for it.
        if fs::read_to_string(&file).ok().as_ref() != Some(code) {
            file.parent().map_or(Ok(()), fs::create_dir_all).map_err(failed)?;
            fs::write(&file, code).map_err(failed)?;
        }
    }
    let new = generated.get(PATH).map_or("", String::as_str);
    Ok(changes(&old, new))
}

/// Generated files that the generator does not make any more.
fn stale(root: &Path, generated: &BTreeMap<String, String>) -> Result<Vec<String>, String> {
    let mut stale = Vec::new();
    let mut folders: Vec<PathBuf> = ROOTS.iter().map(|folder| root.join(folder)).collect();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry.map_err(|error| format!("{}: {error}", folder.display()))?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name =
                path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            let is_ours = fs::read_to_string(&path).is_ok_and(|code| code.starts_with(MARK));
            if is_ours && !generated.contains_key(&name) {
                stale.push(name);
            }
        }
    }
    Ok(stale)
}
