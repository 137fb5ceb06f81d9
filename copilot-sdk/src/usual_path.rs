//! Paths in the form that other programs understand.

use std::path::{Path, PathBuf};

/// The path in the form that programs such as node understand: on Windows, not behind `\\?\`, where
/// `canonicalize` puts it, unless no other form is possible.
pub(crate) fn usual_path(path: impl Into<PathBuf>) -> PathBuf {
    let path = path.into();
    let usual = usual_form(&path);
    if usual == path { path } else { usual.to_owned() }
}

/// Like [`usual_path`], for a path that stays where it is.
pub(crate) fn usual_form(path: &Path) -> &Path {
    #[cfg(windows)]
    let path = dunce::simplified(path);
    path
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::usual_path;

    #[test]
    fn a_path_keeps_its_form_unless_only_windows_understands_it() {
        for path in ["", "a/b", "/a/b", "/a//b/", r"C:\a", r"\\server\share"] {
            assert_eq!(usual_path(path).as_os_str(), path);
        }
        let long = format!(r"\\?\C:\{}", "long".repeat(70));
        let (nul, dotted) = (r"\\?\C:\a\nul", r"\\?\C:\a.");
        for path in [long.as_str(), nul, dotted, r"\\?\UNC\server\share"] {
            assert_eq!(usual_path(path), PathBuf::from(path), "it has no other form");
        }
        let expected = if cfg!(windows) { r"C:\a b\c" } else { r"\\?\C:\a b\c" };
        assert_eq!(usual_path(r"\\?\C:\a b\c"), Path::new(expected));
    }
}
