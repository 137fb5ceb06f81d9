//! Paths as the CLI sends them, split into names that cannot leave their root.

/// The names on the way from the root to `path`. `..` goes no higher than the root.
pub(super) fn names(path: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for name in path.split(separators(path)) {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()),
            name => names.push(name),
        }
    }
    names
}

/// What stands between the names: `\` too in a path that begins like one of Windows.
fn separators(path: &str) -> &'static [char] {
    let is_windows = match path.as_bytes() {
        [drive, b':', ..] => drive.is_ascii_alphabetic(),
        [b'\\', b'\\', ..] => true,
        _ => false,
    };
    if is_windows || cfg!(windows) { &['/', '\\'] } else { &['/'] }
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn names_never_lead_out_of_the_root() {
        for (path, expected) in [
            ("/", &[] as &[&str]),
            ("", &[]),
            ("/a//b/./c/", &["a", "b", "c"]),
            ("/a/../../..", &[]),
            ("/../../etc/passwd", &["etc", "passwd"]),
            ("C:\\Users\\..\\..\\..\\x", &["x"]),
            ("C:\\Users/x", &["C:", "Users", "x"]),
            ("\\\\server\\share", &["server", "share"]),
        ] {
            assert_eq!(names(path), expected, "{path}");
        }
    }
}
