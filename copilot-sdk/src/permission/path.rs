use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

/// Whether a path lies in the directory, whichever way its `..` are read.
pub(super) fn is_inside(path: &Path, root: &Path) -> bool {
    let Some(root) = root_of(root) else { return false };
    readings(path).iter().all(|path| path.as_ref().is_some_and(|path| path.starts_with(&root)))
}

/// Whether a path lies in the directory or above it; what leads nowhere may.
pub(super) fn touches(path: &Path, root: &Path) -> bool {
    let Some(root) = root_of(root) else { return true };
    readings(path).iter().any(|path| {
        path.as_ref().is_none_or(|path| path.starts_with(&root) || root.starts_with(path))
    })
}

/// Where a path leads when `..` is taken from the text, and when it is taken from where the links
/// lead.
fn readings(path: &Path) -> [Option<PathBuf>; 2] {
    [follow(&normal(path)), follow(path)]
}

fn root_of(root: &Path) -> Option<PathBuf> {
    follow(&std::path::absolute(root).ok()?)
}

/// The path without `.` and `..`.
fn normal(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut normal, part| {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(normal.pop()),
            part => normal.push(part),
        }
        normal
    })
}

/// Follows links as far as the path exists; `None` when it is relative or cannot be known.
fn follow(path: &Path) -> Option<PathBuf> {
    if !path.is_absolute() {
        return None;
    }
    let mut missing = Vec::new();
    let mut existing = path;
    loop {
        match existing.canonicalize() {
            Ok(found) => {
                return Some(missing.iter().rev().fold(found, |path, part| path.join(part)));
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(_) => return None,
        }
        // A link to what does not exist yet would be written through.
        if existing.symlink_metadata().is_ok() {
            return None;
        }
        missing.push(existing.file_name()?);
        existing = existing.parent()?;
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::PathBuf;

    use super::{is_inside, touches};

    /// `data/file`, `data/out -> secret`, `data/dangling -> secret/new`, `database/file` and
    /// `secret/key`.
    fn tree(name: &str) -> std::io::Result<PathBuf> {
        let base =
            std::env::temp_dir().join(format!("copilot-sdk-paths-{name}-{}", std::process::id()));
        for folder in ["data/deep", "database", "secret"] {
            fs::create_dir_all(base.join(folder))?;
        }
        for file in ["data/file", "database/file", "secret/key"] {
            fs::write(base.join(file), "")?;
        }
        symlink(base.join("secret"), base.join("data/out"))?;
        symlink(base.join("secret/new"), base.join("data/dangling"))?;
        symlink(base.join("data"), base.join("link"))?;
        Ok(base)
    }

    #[test]
    fn a_path_is_inside_where_it_leads() {
        let base = tree("inside").unwrap();
        for (path, expected) in [
            ("data", true),
            ("data/file", true),
            ("data/new/deep", true),
            ("data/deep/../file", true),
            ("data/./file", true),
            ("link/file", true),
            ("database/file", false),
            ("secret/key", false),
            ("data/../secret/key", false),
            ("data/new/../../secret/key", false),
            ("data/out/key", false),
            ("data/out/new", false),
            // To the text this is `data/file`, to the system `file` beside `secret`.
            ("data/out/../file", false),
            ("data/dangling", false),
        ] {
            for root in [base.join("data"), base.join("link"), base.join("secret/../data")] {
                assert_eq!(
                    is_inside(&base.join(path), &root),
                    expected,
                    "{path} in {}",
                    root.display()
                );
            }
        }
        for relative in ["data/file", "", "~/file"] {
            assert!(!is_inside(relative.as_ref(), "/".as_ref()), "{relative}");
        }
        fs::remove_dir_all(base).unwrap();
    }

    #[test]
    fn what_may_lead_there_touches_it() {
        let base = tree("touches").unwrap();
        for (path, expected) in [
            ("secret/key", true),
            ("secret", true),
            ("", true),
            ("data/out/key", true),
            ("data/../secret/key", true),
            ("data/dangling", true),
            ("data/file", false),
            ("database", false),
        ] {
            assert_eq!(touches(&base.join(path), &base.join("secret")), expected, "{path}");
        }
        assert!(
            touches("key".as_ref(), &base.join("secret")),
            "who knows where a relative path leads"
        );
        fs::remove_dir_all(base).unwrap();
    }
}
