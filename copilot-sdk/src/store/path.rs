//! Paths of a session's files, as the CLI writes them.

/// The file whose lines are the session's events.
pub(crate) const EVENTS: &str = "/session-state/events.jsonl";

/// The path without `.`, `..` and doubled slashes: `/a/b`, or `/` for the root.
///
/// A path that is not absolute, such as one of another platform, is taken as one below the root.
pub(crate) fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// The folder a path is in, or `None` for the root.
pub(crate) fn parent(path: &str) -> Option<&str> {
    match path.rsplit_once('/')? {
        ("", "") => None,
        ("", _) => Some("/"),
        (parent, _) => Some(parent),
    }
}

/// What a path is called in `folder`, or `None` if it is not directly in it.
pub(crate) fn name_in<'a>(folder: &str, path: &'a str) -> Option<&'a str> {
    let name = below(folder, path)?;
    (!name.contains('/')).then_some(name)
}

/// What follows `folder` in a path, or `None` if the path is not below it.
pub(crate) fn below<'a>(folder: &str, path: &'a str) -> Option<&'a str> {
    let rest = match folder {
        "/" => path.strip_prefix('/')?,
        folder => path.strip_prefix(folder)?.strip_prefix('/')?,
    };
    (!rest.is_empty()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_lexically() {
        for (path, expected) in
            [("/a//b/./c", "/a/b/c"), ("/a/../../b", "/b"), ("", "/"), ("/", "/"), ("a", "/a")]
        {
            assert_eq!(clean(path), expected, "{path}");
        }
        assert_eq!([parent("/a/b"), parent("/a"), parent("/")], [Some("/a"), Some("/"), None]);
        assert_eq!(name_in("/", "/a"), Some("a"));
        assert_eq!(name_in("/a", "/a/b"), Some("b"));
        assert_eq!(name_in("/a", "/a/b/c"), None);
        assert_eq!(below("/a", "/ab/c"), None);
        assert_eq!(below("/", "/"), None);
    }
}
