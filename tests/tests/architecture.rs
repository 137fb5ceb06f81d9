//! The picture in ARCHITECTURE.md, held against the code: no import runs upward, and no room is too
//! large.
#![expect(clippy::unwrap_used, reason = "a test says by a panic that something is wrong")]

use std::path::Path;

/// The rooms from the ground up; what is not named stands on top and may use everything.
const FLOORS: [&[&str]; 8] = [
    &["error", "handler", "ids", "nullable", "open_enum", "secret", "unwind"],
    &["cli", "transport"],
    &["rpc"],
    &[
        "agent",
        "attachment",
        "defer",
        "event",
        "github_token",
        "mcp",
        "model",
        "prompt",
        "provider",
        "system_message",
        "tool_filter",
        "trace",
    ],
    &["hook", "interaction", "permission", "tool"],
    &["connection", "lifecycle", "queue", "router", "subscription"],
    &["session"],
    &["client"],
];

/// A builder of sessions holds the client that made it.
const UPWARD: [(&str, &str); 2] =
    [("session/builder/mod.rs", "client"), ("session/open.rs", "client")];

/// The most lines of a file; one that needs more holds two rooms.
const LINES: usize = 450;

#[test]
fn no_import_runs_upward() {
    let mut upward = Vec::new();
    for (path, code) in sources() {
        let room = path.split(['/', '.']).next().unwrap();
        let above = used(&code).into_iter().filter(|used| floor(used) > floor(room));
        upward.extend(
            above
                .filter(|used| !UPWARD.contains(&(&path, used)))
                .map(|used| format!("{path} uses {used}")),
        );
    }
    assert_eq!(upward, [""; 0]);
}

#[test]
fn the_exceptions_are_still_needed() {
    for (path, used_room) in UPWARD {
        let (_, code) = sources()
            .into_iter()
            .find(|(other, _)| other == path)
            .unwrap_or_else(|| panic!("no {path}"));
        assert!(used(&code).contains(&used_room), "{path} does not use {used_room} any more");
    }
}

#[test]
fn no_file_holds_two_rooms() {
    let large = |(path, code): (String, String)| {
        let lines = code.lines().count();
        (lines > LINES).then(|| format!("{path}: {lines} lines"))
    };
    assert_eq!(sources().into_iter().filter_map(large).collect::<Vec<_>>(), [""; 0]);
}

/// Every file of the library by its path, without its tests.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../copilot-sdk/src");
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_stem().is_some_and(|stem| stem != "tests") {
                files.push(source(&root, &path));
            }
        }
    }
    assert!(files.len() > 100, "the library is not where it was");
    files.sort();
    files
}

fn source(root: &Path, path: &Path) -> (String, String) {
    let code = std::fs::read_to_string(path).unwrap();
    let code = code.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
    (path.strip_prefix(root).unwrap().to_str().unwrap().to_owned(), code)
}

/// The rooms that a file names, outside of comments.
fn used(code: &str) -> Vec<&str> {
    let code = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let named = code.flat_map(|line| line.split("crate::").skip(1));
    named
        .flat_map(|rest| match rest.strip_prefix('{') {
            // One line, as everywhere in the library.
            Some(group) => {
                group.split('}').next().unwrap_or_default().split(", ").map(first_name).collect()
            }
            None => vec![first_name(rest)],
        })
        .collect()
}

/// The room that a path begins with; some types have a short way from the root.
fn first_name(path: &str) -> &str {
    match path.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default() {
        "Error" | "ErrorKind" | "Result" => "error",
        name => name,
    }
}

fn floor(room: &str) -> usize {
    FLOORS.iter().position(|floor| floor.contains(&room)).unwrap_or(FLOORS.len())
}
