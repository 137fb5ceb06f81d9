//! Hashes of the packages of the pinned version.
//!
//! npm verifies each download against the registry's metadata or a lock file. This crate supplies
//! the lock file, so that a registry, mirror or cache can serve only the published packages.

use std::fs;
use std::mem::take;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::VERSION;
use crate::error::{Error, ErrorKind, Result};
use crate::payload::{answers, read_whole};
use crate::sorted_map::SortedMap;

/// A package: the suffix of its name after `@github/copilot`, its platform (`os`, `cpu`, `libc`),
/// and the SHA-512 of its archive.
type Package = (&'static str, Option<[&'static str; 3]>, &'static str);

/// The directory npm installs them into.
const FOLDER: &str = "node_modules/@github/copilot";

const PACKAGES: [Package; 9] = [
    (
        "",
        None,
        "mv6cTWMhMILxg5ZDgqJ6UsnpPuySCPWOPbZVaO8lL0dpmjY3VD9ZhJr6DFcG7fhUXZv6OmvLdcRCa5MJ6hBI+Q==",
    ),
    (
        "-linux-x64",
        Some(["linux", "x64", "glibc"]),
        "eGHPbsP0p2QgfVZCjtbGBFZPBOJQ0DN7xIbBRAo7oG8b1zfLirQIdfI4h8Iy68Dv2cKJGJZg2/EO7W7KpIMJOw==",
    ),
    (
        "-linux-arm64",
        Some(["linux", "arm64", "glibc"]),
        "5rO0B2/AduCekrE+aUzipySKZxZY2b/tVRZ8Suy8ymPFNC0Q7HQiQ8DZhxj+3RhHR8rU2Z8KOJVAbtMlROX6+A==",
    ),
    (
        "-linuxmusl-x64",
        Some(["linux", "x64", "musl"]),
        "laj1/lFWwkX7P1jAVm2DNNxRljLkhfKI4XDONIA5njiU+PPvWVH38gIvYU+lNTgJ0QT7CSV6Jj2fuqPx0Go+5Q==",
    ),
    (
        "-linuxmusl-arm64",
        Some(["linux", "arm64", "musl"]),
        "PyuqTcgTKd4XrtSRKAQgfIK41cVzHArSNM8f8XS39dQc75aUsKG+MPd5rLwmqqhtbWVFgI+PSS/X18/Qo4EDTg==",
    ),
    (
        "-darwin-x64",
        Some(["darwin", "x64", ""]),
        "n4jBdS+QxrXWiQ9v9tUBZUcJ0hlWVG75Qs3Gzo25BRzlWQSSd5eCNrfOVf4Cr95mAK/L54dne+8rSwASNRG7qA==",
    ),
    (
        "-darwin-arm64",
        Some(["darwin", "arm64", ""]),
        "M4Jwxvw9CzxQUVoAz4UFbwFw9SpjUXbMzD481ifFJ+o/GXYJy5+sYxWRSfGhPA9e/w4DlWxdpkSQFnagl/AYbA==",
    ),
    (
        "-win32-x64",
        Some(["win32", "x64", ""]),
        "ShdlICQu/Ei0mRX5J/ioaWUm7Kt6TpUvyQFuhFhS+Vb/7VVDi4/6pJAjcETeUJCHe9lkhF25swzcZXsun/i9Hg==",
    ),
    (
        "-win32-arm64",
        Some(["win32", "arm64", ""]),
        "QhbEEfrAri+TA/S+xpUbOpWrzxfmQj5Ncgn6YF6SoI9zLdF57yt6Bd9sVAxWfsmmI0F2wmlQOHQ+s+7EjXQWgQ==",
    ),
];

/// Whether the hashes of this version are known.
pub(super) fn is_pinned(version: &str) -> bool {
    version == VERSION
}

/// Writes `package.json` to the directory, and the lock file if there is one.
pub(super) fn prepare(staging: &Path, version: &str) -> std::io::Result<()> {
    let manifest = json!({"private": true, "dependencies": {"@github/copilot": version}});
    fs::write(staging.join("package.json"), manifest.to_string())?;
    if is_pinned(version) {
        fs::write(staging.join("package-lock.json"), lock_file(manifest).to_string())?;
    }
    Ok(())
}

answers! {
    /// npm's record of the installed packages.
    struct Installed {
        packages: SortedMap<String, InstalledPackage> = "packages" [required],
    }

    struct InstalledPackage {
        integrity: Option<String> = "integrity",
    }
}

/// Verifies the package of this binary.
///
/// # Errors
///
/// If it is a different package, or npm did not record it.
pub(super) fn check(staging: &Path, binary: &Path, version: &str) -> Result<()> {
    if !is_pinned(version) {
        return Ok(());
    }
    let refused = |what: String| Err(Error::new(ErrorKind::Start, what));
    let list = staging.join("node_modules/.package-lock.json");
    let installed = fs::read_to_string(&list).ok().and_then(|json| read_whole(&json));
    let Some(Installed { packages }) = installed else {
        return refused(format!(
            "cannot tell whether npm installed the published Copilot CLI {version}: it left no \
             readable list of it at {}; use npm 7 or newer, or set COPILOT_CLI_PATH to a CLI that \
             you trust",
            list.display()
        ));
    };
    let package = binary.parent().and_then(|package| package.strip_prefix(staging).ok());
    let package = package.and_then(Path::to_str).unwrap_or_default();
    // npm's list has the same separator on every system.
    let package = package.replace(std::path::MAIN_SEPARATOR, "/");
    let found = packages.get(&package).and_then(|package| package.integrity.as_deref());
    let known = PACKAGES.iter().find(|(name, _, _)| package == format!("{FOLDER}{name}"));
    match (known, found) {
        (Some((_, _, hash)), Some(found)) if found == integrity(hash) => Ok(()),
        (_, found) => refused(format!(
            "npm installed another {} {version} than the published one (its hash is {}): look at \
             `registry` in `npm config list`, and tell whoever keeps that registry",
            package.trim_start_matches("node_modules/"),
            found.unwrap_or("not known")
        )),
    }
}

/// A hash in npm's notation.
fn integrity(hash: &str) -> String {
    format!("sha512-{hash}")
}

fn lock_file(manifest: Value) -> Value {
    let (mut packages, mut optional) = (Map::new(), Map::new());
    // The package without a platform last: it lists the others.
    for (name, platform, hash) in PACKAGES.iter().rev() {
        let mut package = Map::new();
        package.insert("version".to_owned(), VERSION.into());
        package.insert("integrity".to_owned(), integrity(hash).into());
        if let Some([os, cpu, libc]) = platform {
            package.insert("optional".to_owned(), true.into());
            for (key, value) in [("os", os), ("cpu", cpu), ("libc", libc)] {
                if !value.is_empty() {
                    package.insert(key.to_owned(), json!([value]));
                }
            }
            optional.insert(format!("@github/copilot{name}"), VERSION.into());
        } else {
            package.insert("optionalDependencies".to_owned(), take(&mut optional).into());
        }
        packages.insert(format!("{FOLDER}{name}"), package.into());
    }
    packages.insert(String::new(), manifest);
    json!({"lockfileVersion": 3, "requires": true, "packages": packages})
}
