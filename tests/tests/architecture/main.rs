//! The picture in ARCHITECTURE.md, held against the code: each room uses only what its floor may
//! use, nothing stands in a circle, no file is too large, and no two types share a name.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test says by a panic that something is wrong"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use layers::{APART, FLOORS, PAIRS};

mod layers;

/// The most lines of a file; one that needs more holds two rooms.
const LINES: usize = 450;

#[test]
fn every_room_stands_on_a_floor() {
    let rooms: BTreeSet<_> = sources().into_keys().map(|path| room(&path).to_owned()).collect();
    let unknown: Vec<_> = rooms.iter().filter(|room| floor(room).is_none()).collect();
    assert_eq!(unknown, [""; 0]);
    let named = FLOORS.iter().flat_map(|(rooms, _)| rooms.iter());
    let gone: Vec<_> = named.filter(|room| !rooms.contains(**room)).collect();
    assert_eq!(gone, [&""; 0]);
}

#[test]
fn every_room_uses_only_what_its_floor_may_use() {
    let mut wrong = BTreeSet::new();
    for (from, to) in
        imports().into_iter().map(|(from, to)| (room(&from).to_owned(), room(&to).to_owned()))
    {
        if from != to && !may_use(&from, &to) {
            wrong.insert(format!("{from} uses {to}"));
        }
    }
    assert_eq!(wrong, BTreeSet::new());
}

#[test]
fn every_pair_that_is_allowed_is_needed() {
    let used: BTreeSet<_> = imports()
        .into_iter()
        .map(|(from, to)| (room(&from).to_owned(), room(&to).to_owned()))
        .collect();
    let unused: Vec<_> = PAIRS
        .iter()
        .filter(|(from, to)| !used.contains(&((*from).to_owned(), (*to).to_owned())))
        .collect();
    assert_eq!(unused, [&("", ""); 0]);
}

#[test]
fn no_files_and_no_rooms_stand_in_a_circle() {
    let imports = imports();
    let rooms = imports.iter().map(|(from, to)| (room(from).to_owned(), room(to).to_owned()));
    assert_eq!(circle(rooms.filter(|(from, to)| from != to)), None);
    // A table of contents names what stands below it, and what stands there may name it.
    let is_table = |path: &String| path.ends_with("mod.rs") || path == "lib.rs";
    let files = imports.iter().filter(|(from, to)| !is_table(from) && !is_table(to));
    assert_eq!(circle(files.cloned()), None);
}

#[test]
fn no_file_holds_two_rooms() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let files = ["copilot-sdk", "copilot-sdk-macros", "examples", "tests", "ui-tests", "xtask"]
        .into_iter()
        .flat_map(|package| rust_files(&root.join(package)));
    let mut large = Vec::new();
    for path in files {
        let lines = std::fs::read_to_string(&path).unwrap().lines().count();
        large.extend((lines > LINES).then(|| format!("{}: {lines} lines", path.display())));
    }
    assert_eq!(large, [""; 0]);
}

#[test]
fn no_two_types_share_a_name() {
    let mut files = BTreeMap::<_, Vec<_>>::new();
    for (path, code) in sources() {
        let names = types(&path, &code);
        // What the schemas call their types is unique among them.
        let of_schemas = path.starts_with("protocol/");
        for name in names.into_iter().map(|name| (of_schemas, name)) {
            files.entry(name).or_default().push(path.clone());
        }
    }
    assert!(files.len() > 2_000, "the types are not seen any more");
    // The idiom by which a trait cannot be implemented elsewhere.
    files.remove(&(false, "Sealed".to_owned()));
    files.retain(|_, files| files.len() > 1);
    assert_eq!(files, BTreeMap::new());
}

#[test]
fn imports_of_every_form_are_seen() {
    let code = "use crate::{\n    error::{Error, Result},\n    ids::SessionId,\n};\nuse super::place::Place;\n\
                fn f() -> crate::queue::Queue { super::super::tool::run() } // crate::comment::X\n";
    let seen = paths("router/registration.rs", code);
    let expected = [
        "error::Error",
        "error::Result",
        "ids::SessionId",
        "router::place::Place",
        "queue::Queue",
        "tool::run",
    ];
    assert_eq!(seen, expected.map(str::to_owned).into_iter().collect());
}

/// The types that a file declares, those in functions left out.
fn types(path: &str, code: &str) -> Vec<String> {
    let declared = |line: &str| {
        let item = line.trim_start();
        let indentation = line.len() - item.len();
        let mut words = item.split([' ', '<', '(', ';']).filter(|word| !word.is_empty());
        let mut word = words.next()?;
        let is_public = word == "pub";
        if is_public {
            word = words.find(|word| !word.ends_with(')'))?;
        }
        let name = match (word, indentation) {
            ("struct" | "enum" | "trait" | "type", 0) => words.next()?,
            // Within a macro, or a module of its own.
            ("struct" | "enum" | "trait", 4) if is_public => words.next()?,
            // A row of `payloads!`.
            (name, 4) if path.starts_with("event/") && item == format!("{name} {{") => name,
            _ => return None,
        };
        name.starts_with(|c: char| c.is_uppercase()).then(|| name.to_owned())
    };
    code.lines().filter_map(declared).collect()
}

fn may_use(from: &str, to: &str) -> bool {
    let (Some(own), Some(other)) = (floor(from), floor(to)) else { return false };
    if APART.contains(&(from, to)) {
        return false;
    }
    let (_, below) = FLOORS[own];
    own == FLOORS.len() - 1 || below.contains(&other) || PAIRS.contains(&(from, to))
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|(rooms, _)| rooms.contains(&room))
}

fn room(path: &str) -> &str {
    path.split(['/', '.']).next().unwrap()
}

/// One circle of arrows, if there is any.
fn circle(arrows: impl Iterator<Item = (String, String)>) -> Option<Vec<String>> {
    let mut next = BTreeMap::<_, BTreeSet<_>>::new();
    for (from, to) in arrows {
        next.entry(from).or_default().insert(to);
    }
    // What nothing leads out of stands in no circle, nor does what leads only there.
    loop {
        let open: Vec<_> = next
            .iter()
            .filter(|(_, to)| !to.iter().any(|to| next.contains_key(to)))
            .map(|(from, _)| from.clone())
            .collect();
        if open.is_empty() {
            break;
        }
        for from in open {
            next.remove(&from);
        }
    }
    let mut path = vec![next.keys().next()?.clone()];
    loop {
        let step = next[path.last().unwrap()].iter().find(|to| next.contains_key(*to)).unwrap();
        if let Some(begin) = path.iter().position(|known| known == step) {
            return Some(path.split_off(begin));
        }
        path.push(step.clone());
    }
}

/// Which file uses which.
fn imports() -> BTreeSet<(String, String)> {
    let sources = sources();
    let mut imports = BTreeSet::new();
    for (path, code) in &sources {
        for used in paths(path, code) {
            if let Some(target) = file_of(&used, &sources)
                && target != *path
            {
                imports.insert((path.clone(), target));
            }
        }
    }
    assert!(imports.len() > 500, "the imports are not seen any more");
    imports
}

/// The file that a path from the root leads to: the longest part of it that is one.
fn file_of(path: &str, sources: &BTreeMap<String, String>) -> Option<String> {
    let parts: Vec<_> = path.split("::").collect();
    (1..=parts.len()).rev().find_map(|length| {
        let module = parts[..length].join("/");
        [format!("{module}.rs"), format!("{module}/mod.rs")]
            .into_iter()
            .find(|file| sources.contains_key(file))
    })
}

/// Every path into the crate that a file names, from the root, outside of comments.
fn paths(path: &str, code: &str) -> BTreeSet<String> {
    let code: String = code
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .flat_map(|line| [line, "\n"])
        .collect();
    let mut own: Vec<_> = path.trim_end_matches(".rs").split('/').collect();
    if own.last() == Some(&"mod") {
        own.pop();
    }
    let mut found = BTreeSet::new();
    for (start, base) in starts(&code, &own) {
        expand(&base, &code[start..], &mut found);
    }
    found
}

/// Where paths begin, and the module that they begin in.
fn starts(code: &str, own: &[&str]) -> Vec<(usize, String)> {
    let mut starts = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        if !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            starts.push((at + "crate::".len(), String::new()));
        }
    }
    for (at, _) in code.match_indices("super::") {
        if code[..at].ends_with("super::") {
            continue;
        }
        let ups = code[at..].split("super::").take_while(|part| part.is_empty()).count();
        let base = own[..own.len().saturating_sub(ups)].join("::");
        starts.push((at + ups * "super::".len(), base));
    }
    starts
}

/// Adds the paths of one use tree.
fn expand(base: &str, tree: &str, found: &mut BTreeSet<String>) {
    let tree = tree.trim_start();
    let join = |name: &str| match base {
        "" => name.to_owned(),
        base => format!("{base}::{name}"),
    };
    if let Some(group) = tree.strip_prefix('{') {
        let (mut depth, mut begin) = (0, 0);
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                ',' | '}' if depth == 0 => {
                    if !group[begin..at].trim().is_empty() {
                        expand(base, &group[begin..at], found);
                    }
                    begin = at + 1;
                    if c == '}' {
                        return;
                    }
                }
                _ => {}
            }
        }
        return;
    }
    let name: String = tree.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    match tree[name.len()..].strip_prefix("::") {
        Some(rest) if !name.is_empty() => expand(&join(&name), rest, found),
        _ if !name.is_empty() && name != "self" => {
            found.insert(join(&name));
        }
        _ => {
            found.insert(base.to_owned());
        }
    }
}

/// Every file of the library by its path, without its tests.
fn sources() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../copilot-sdk/src");
    let mut files = BTreeMap::new();
    for path in rust_files(&root) {
        let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
        if !name.split(['/', '.']).any(|part| part == "tests") {
            let code = std::fs::read_to_string(&path).unwrap();
            let code = code.split("\nmod tests {").next().unwrap_or_default();
            files.insert(name, code.to_owned());
        }
    }
    assert!(files.len() > 100, "the library is not where it was");
    files
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files
}
