//! Spellings of paths, on the file system of this machine. Links are in `windows_links`.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::super::{is_inside, is_plain, touches};
use crate::transport::locate::scratch::{ScratchDirectory, directory};

/// `data\deep\file`, `data\file`, `database\file` and `secret\key`.
fn tree() -> ScratchDirectory {
    let tree = directory();
    for file in [r"data\deep\file", r"data\file", r"database\file", r"secret\key"] {
        tree.file(file, "");
    }
    tree
}

/// A path in the tree, which begins with `\\?\` in the text.
fn spelled(tree: &ScratchDirectory, text: &str) -> PathBuf {
    let base = tree.path().to_str().unwrap();
    match text.strip_prefix(r"\\?\") {
        Some(rest) => format!(r"\\?\{base}\{rest}").into(),
        None => format!(r"{base}\{text}").into(),
    }
}

#[test]
fn a_path_is_inside_where_it_leads_however_it_is_spelled() {
    let tree = tree();
    for (path, expected) in [
        ("data", true),
        (r"data\file", true),
        ("data/file", true),
        (r"DATA\File", true),
        (r"\\?\data\file", true),
        (r"\\?\Data\new", true),
        (r"data\new\deep", true),
        (r"data\deep\..\file", true),
        (r"data\.\file", true),
        (r"data\\file", true),
        (r"database\file", false),
        (r"secret\key", false),
        (r"data\..\secret\key", false),
        (r"\\?\data\..\secret\key", false),
        (r"data/../secret/key", false),
        (r"data\new\..\..\secret\key", false),
        (r"data.\file", false),
        (r"data\file.", false),
        (r"data\file ", false),
        (r"data\file:stream", false),
        (r"data\file::$DATA", false),
        (r"data\new:stream", false),
        (r"data\NUL", false),
        (r"data\con.txt", false),
        (r"data\NEWFIL~1", false),
        (r"data\*", false),
        ("", false),
    ] {
        for root in ["data", "Data", r"secret\..\data", r"\\?\data", "data."] {
            let root = spelled(&tree, root);
            let path = spelled(&tree, path);
            assert_eq!(is_inside(&path, &root), expected, "{path:?} in {root:?}");
        }
    }
}

#[test]
fn what_is_no_absolute_path_on_a_drive_or_share_is_inside_nothing() {
    let tree = tree();
    let data = tree.path().join("data");
    let text = data.to_str().unwrap();
    let (drive, rest) = text.split_at(2);
    for path in [
        "file".to_owned(),
        "~/file".to_owned(),
        r"..\data\file".to_owned(),
        format!("{drive}file"),
        format!(r"{rest}\file"),
        format!("file:///{text}/file"),
        format!(r"\\.\{text}\file"),
        format!("//?/{text}/file"),
        format!(r"\??\{text}\file"),
        format!(r"\\localhost\{}$\{rest}\file", drive.trim_end_matches(':')),
        r"\\?\GLOBALROOT\Device\HarddiskVolume1\file".to_owned(),
        format!("/{}{}/file", drive.trim_end_matches(':'), rest.replace('\\', "/")),
    ] {
        let path = Path::new(&path);
        for root in [data.as_path(), &Path::new(drive).join("\\")] {
            assert!(!is_inside(path, root), "{path:?} in {root:?}");
            assert!(touches(path, root), "{path:?} at {root:?}");
        }
        assert!(!is_plain(path), "{path:?}");
    }
    assert!(is_plain(&data.join("file")));
}

#[test]
fn what_may_lead_there_touches_it() {
    let tree = tree();
    for (path, expected) in [
        (r"secret\key", true),
        (r"SECRET\KEY", true),
        ("secret/new", true),
        (r"\\?\secret", true),
        (r"data\..\secret\key", true),
        ("", true),
        (r"secret.\key", true),
        ("SECRET~1", true),
        (r"data\file:stream", true),
        (r"data\nul", true),
        (r"data\file", false),
        ("database", false),
    ] {
        let path = spelled(&tree, path);
        assert_eq!(touches(&path, &spelled(&tree, "secret")), expected, "{path:?}");
    }
    // A share may be a directory of this machine.
    assert!(touches(Path::new(r"\\server\share\key"), tree.path()));
}

#[test]
fn names_that_differ_in_case_may_be_one() {
    let tree = tree();
    let private = tree.path().join(r"Private\Keys");
    for (path, expected) in [
        (r"private\keys\new", true),
        (r"PRIVATE\KEYS", true),
        ("Private", true),
        ("Privat", false),
        (r"Private\Key", false),
    ] {
        assert_eq!(touches(&tree.path().join(path), &private), expected, "{path}");
    }
    assert!(!is_inside(&tree.path().join(r"private\keys\new"), &private));
}

/// Of files that are not there: Wine cannot resolve longer ones, see `windows_links`.
#[test]
fn a_path_of_more_than_260_characters_is_understood_like_others() {
    let tree = tree();
    let long = ["long".repeat(40), "name".repeat(40)].join(r"\");
    for (path, expected) in [
        (format!(r"data\{long}\new"), true),
        (format!(r"\\?\data\{long}\new"), true),
        (format!(r"data\{long}\..\..\..\secret\key"), false),
        (format!(r"data\{long}\file:stream"), false),
        (format!(r"data\{long}\file."), false),
        (format!(r"data\{long}\nul"), false),
    ] {
        let path = spelled(&tree, &path);
        assert_eq!(is_inside(&path, &spelled(&tree, "data")), expected, "{path:?}");
        assert_eq!(touches(&path, &spelled(&tree, "secret")), !expected, "{path:?}");
    }
}

#[test]
fn a_long_path_costs_nothing() {
    let long = PathBuf::from(format!(r"C:\{}", r"a\".repeat(1_000_000)));
    let began = Instant::now();
    assert!(!is_inside(&long, Path::new(r"C:\")) && touches(&long, Path::new(r"C:\Windows")));
    assert!(began.elapsed() < Duration::from_secs(1), "it took {:?}", began.elapsed());
}
