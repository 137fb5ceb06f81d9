//! Junctions, symbolic links, short names and `subst`, on a file system that is played: Wine has
//! none of them.

use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};

use super::super::files::{Files, PathEntry};
use super::super::{Machine, is_inside_on, touches_on};
use crate::permission::mounts::Mounts;

struct Played;

const DIRECTORIES: [&str; 6] =
    [r"C:\data", r"C:\data\deep", r"C:\data\deep folder", r"C:\secret", r"C:\secret keys", r"C:\x"];
const FILES: [&str; 5] = [
    r"C:\data\file",
    r"C:\data\deep\file",
    r"C:\data\deep folder\file",
    r"C:\secret\key",
    r"C:\secret keys\key",
];
/// As `read_link` gives them: a junction leads to a path behind `\\?\`.
const LINKS: [(&str, &str); 14] = [
    (r"C:\link", r"\\?\C:\data"),
    (r"C:\data\here", r"\\?\C:\data\deep"),
    (r"C:\data\inner", "deep"),
    (r"C:\data\junction", r"\\?\C:\secret"),
    (r"C:\data\second", r"\\?\C:\data\junction\"),
    (r"C:\data\relative", r"..\secret"),
    (r"C:\data\dangling", r"\\?\C:\secret\new"),
    (r"C:\data\circle", r"\\?\C:\data\circle"),
    (r"C:\data\rooted", r"\data"),
    (r"C:\data\volume", r"\\?\Volume{01234567-0123-0123-0123-0123456789ab}\"),
    (r"C:\data\share", r"\\?\UNC\localhost\C$\data"),
    (r"C:\data\stream", "file:stream"),
    (r"C:\data\device", "nul"),
    (r"C:\data\dotted", "deep."),
];
/// A link whose kind Windows itself cannot read, such as one of Linux programs.
const UNREADABLE: &str = r"C:\data\foreign";
/// Short names, and a drive that `subst` made.
const ALIASES: [(&str, &str); 3] = [
    (r"C:\SECRET~1", r"C:\secret keys"),
    (r"C:\data\DEEPFO~1", r"C:\data\deep folder"),
    (r"X:\", r"C:\data\"),
];

/// Where a path leads by its aliases.
fn unaliased(path: &Path) -> PathBuf {
    ALIASES.iter().fold(path.to_owned(), |path, (alias, real)| match path.strip_prefix(alias) {
        Ok(rest) if rest.as_os_str().is_empty() => real.into(),
        Ok(rest) => Path::new(real).join(rest),
        Err(_) => path,
    })
}

impl Files for Played {
    fn look(&self, path: &Path) -> Result<PathEntry> {
        let path = unaliased(path);
        let is_here = |name: &&str| Path::new(name) == path;
        if is_here(&UNREADABLE) {
            return Err(Error::other("an unknown kind of link"));
        }
        if let Some((_, target)) = LINKS.iter().find(|(name, _)| is_here(name)) {
            return Ok(PathEntry::Link(target.into()));
        }
        let is_long = path.starts_with(r"C:\data\long");
        if is_long || DIRECTORIES.iter().any(|name| is_here(name)) {
            return Ok(PathEntry::Directory);
        }
        let is_file = FILES.iter().any(|name| is_here(name));
        if is_file { Ok(PathEntry::File) } else { Err(ErrorKind::NotFound.into()) }
    }

    fn real(&self, path: &Path) -> Result<PathBuf> {
        let path = unaliased(path).display().to_string();
        Ok(match path.strip_prefix(r"\\") {
            Some(share) => format!(r"\\?\UNC\{share}"),
            None => format!(r"\\?\{path}"),
        }
        .into())
    }

    fn are_one(&self, one: &Path, other: &Path) -> bool {
        unaliased(one) == unaliased(other)
    }
}

/// A directory whose path has more than 260 characters.
fn long() -> String {
    format!(r"C:\data\long\{}\{}", "name".repeat(40), "name".repeat(40))
}

fn machine() -> Machine<'static> {
    Machine { files: &Played, mounts: Mounts::read() }
}

#[test]
fn a_path_is_inside_where_links_and_aliases_lead() {
    for (path, expected) in [
        (r"C:\data\file", true),
        (r"C:\data\here\file", true),
        (r"C:\data\inner\new", true),
        (r"C:\link\file", true),
        (r"\\?\C:\link\deep\file", true),
        (r"X:\file", true),
        (r"X:\deep\new", true),
        (r"C:\data\DEEPFO~1\file", true),
        (r"C:\data\DEEPFO~1\new", true),
        (r"C:\x\file", false),
        (r"X:\junction\key", false),
        (r"C:\data\junction", false),
        (r"C:\data\junction\key", false),
        (r"C:\data\junction\new", false),
        (r"\\?\C:\data\junction\key", false),
        (r"C:\data\second\key", false),
        (r"C:\data\relative\key", false),
        (r"C:\data\dangling", false),
        (r"C:\data\circle", false),
        // To Windows this is `C:\data\file`, to programs that follow links `C:\file`.
        (r"C:\data\junction\..\file", false),
        // Each of them means something else to some program.
        (r"C:\data\rooted\file", false),
        (r"C:\data\volume\file", false),
        (r"C:\data\share\file", false),
        (r"C:\data\stream", false),
        (r"C:\data\device", false),
        (r"C:\data\dotted\file", false),
        (r"C:\data\foreign", false),
        (r"C:\data\foreign\file", false),
        (r"C:\SECRET~1\key", false),
        (r"C:\data\SECRET~1", false),
    ] {
        for root in [r"C:\data", r"C:\link", r"\\?\C:\data", r"X:\"] {
            let is_inside = is_inside_on(&machine(), path.as_ref(), root.as_ref());
            assert_eq!(is_inside, expected, "{path} in {root}");
        }
    }
    for path in [long(), format!(r"\\?\{}", long()), format!(r"{}\..\name", long())] {
        let (path, data) = (Path::new(&path), Path::new(r"C:\data"));
        assert!(is_inside_on(&machine(), path, data) && touches_on(&machine(), data, path));
        assert!(!is_inside_on(&machine(), path, Path::new(r"C:\secret")), "{path:?}");
    }
    for root in [r"C:\data\rooted", r"C:\data\volume", r"C:\data\foreign", r"C:\data\device"] {
        let path = Path::new(root).join("file");
        assert!(!is_inside_on(&machine(), &path, root.as_ref()), "{root}");
    }
}

#[test]
fn a_private_directory_is_recognized_behind_links_and_aliases() {
    for (path, root, expected) in [
        (r"C:\data\junction\key", r"C:\secret", true),
        (r"C:\data\second\key", r"C:\secret", true),
        (r"C:\data\relative", r"C:\secret", true),
        (r"C:\data\dangling", r"C:\secret", true),
        (r"X:\junction", r"C:\secret", true),
        (r"C:\secret\key", r"C:\data\junction", true),
        (r"C:\SECRET~1\key", r"C:\secret keys", true),
        (r"C:\secret keys\key", r"C:\SECRET~1", true),
        (r"C:\data\file", r"X:\", true),
        (r"C:\data\deep\file", r"X:\deep", true),
        (r"C:\data\circle", r"C:\secret", true),
        (r"C:\data\rooted", r"C:\secret", true),
        (r"C:\data\volume\key", r"C:\secret", true),
        (r"C:\data\share", r"C:\secret", true),
        (r"C:\data\foreign\key", r"C:\secret", true),
        (r"C:\data\file", r"C:\secret", false),
        (r"C:\data\here\file", r"C:\secret", false),
        (r"X:\file", r"C:\secret", false),
        (r"C:\secret\key", r"C:\secret keys", false),
    ] {
        let touches = touches_on(&machine(), path.as_ref(), root.as_ref());
        assert_eq!(touches, expected, "{path} at {root}");
    }
}
