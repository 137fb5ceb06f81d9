use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::super::{is_inside, is_plain, touches};
use crate::transport::locate::scratch::{ScratchDirectory, directory};

/// `data/file`, `data/out -> secret`, `data/dangling -> secret/new`, `data/new-here ->
/// data/new`, `data/here -> /proc/self/cwd`, `data/inherited -> /dev/fd`, `database/file` and
/// `secret/key`.
fn tree() -> ScratchDirectory {
    let tree = directory();
    for file in ["data/deep/file", "data/file", "database/file", "secret/key"] {
        tree.file(file, "");
    }
    let base = tree.path();
    for (target, link) in [
        (base.join("secret"), "data/out"),
        (base.join("secret/new"), "data/dangling"),
        (base.join("data/new"), "data/new-here"),
        (base.join("data"), "link"),
        ("/proc/self/cwd".into(), "data/here"),
        ("/dev/fd".into(), "data/inherited"),
        ("circle".into(), "data/circle"),
    ] {
        symlink(target, base.join(link)).unwrap();
    }
    tree
}

#[test]
fn a_path_is_inside_where_it_leads() {
    let tree = tree();
    let base = tree.path();
    for (path, expected) in [
        ("data", true),
        ("data/file", true),
        ("data/new/deep", true),
        ("data/new-here/deep", true),
        ("data/deep/../file", true),
        ("data/./file", true),
        ("link/file", true),
        ("database/file", false),
        ("secret/key", false),
        ("data/../secret/key", false),
        ("data/new/../../secret/key", false),
        ("data/file/../file", false),
        ("data/out/key", false),
        ("data/out/new", false),
        // To the text this is `data/file`, to the system `file` beside `secret`.
        ("data/out/../file", false),
        ("data/dangling", false),
        ("data/circle", false),
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
    for relative in ["data/file", "", "~/file", "file:///data/file"] {
        assert!(!is_inside(relative.as_ref(), "/".as_ref()), "{relative}");
    }
}

#[test]
fn what_may_lead_there_touches_it() {
    let tree = tree();
    let base = tree.path();
    for (path, expected) in [
        ("secret/key", true),
        ("secret", true),
        ("", true),
        ("data/out/key", true),
        ("data/../secret/key", true),
        ("data/dangling", true),
        ("data/circle", true),
        ("data/file", false),
        ("data/new-here", false),
        ("database", false),
    ] {
        assert_eq!(touches(&base.join(path), &base.join("secret")), expected, "{path}");
    }
    assert!(touches("key".as_ref(), &base.join("secret")), "who knows where a relative path leads");
}

/// Paths that mean another file to the agent's process than to this one, or the kernel itself.
fn special(base: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = [
        "/proc",
        "/proc/self",
        "/proc/self/cwd/file",
        "/proc/self/cwd/new",
        "/proc/self/cwd/..",
        "/proc/self/root/etc/hosts",
        "/proc/self/fd/0",
        "/proc/self/environ",
        "/proc/self/task/1/environ",
        "/proc/thread-self/cwd",
        "/proc/1/environ",
        "/proc/1/root/etc/hosts",
        "/proc/999999999/cwd",
        "/proc/net/../self/environ",
        "/proc/../etc/hosts",
        "/Proc/self/environ",
        "/dev/fd/3",
        "/dev/fd",
        "/dev/stdin",
        "/dev/stdout",
        "/dev/tty",
        "/dev/full",
        "/sys/kernel",
        "/.vol/1234/5678",
        "/.nofollow/etc/hosts",
        "/.resolve/1/etc/hosts",
        "/",
        "/..",
    ]
    .map(PathBuf::from)
    .into();
    let links = ["data/here", "data/here/key", "data/here/..", "link/here", "data/inherited/0"];
    paths.extend(links.map(|path| base.join(path)));
    // The current directory itself, as another process names it.
    paths.push(format!("/proc/{}/cwd", std::process::id()).into());
    paths.push(format!("/proc/{}/root{}", std::process::id(), base.display()).into());
    paths
}

#[test]
#[cfg(target_os = "linux")]
fn what_is_another_file_to_another_process_is_inside_nothing_and_touches_everything() {
    let tree = tree();
    let data = tree.path().join("data");
    for path in special(tree.path()) {
        for root in [&data, Path::new("/"), Path::new("/proc"), Path::new("/dev")] {
            assert!(!is_inside(&path, root), "{} in {}", path.display(), root.display());
            assert!(touches(&path, root), "{} at {}", path.display(), root.display());
        }
        assert!(!is_plain(&path), "{}", path.display());
    }
    let file = data.join("file");
    assert!(is_plain(&file) && is_inside(&file, Path::new("/")));
    assert!(!touches(&file, Path::new("/proc")) && !touches(&file, Path::new("/proc/self/fd")));
    assert!(!is_inside(&file, Path::new("/proc/self/cwd")));
}

#[test]
#[cfg(target_os = "linux")]
fn a_directory_of_this_program_in_proc_holds_nothing() {
    let here = std::env::current_dir().unwrap();
    assert!(is_inside(&here.join("x"), &here));
    assert!(!is_inside(&here.join("x"), Path::new("/proc/self/cwd")));
}

#[test]
fn names_that_differ_in_case_may_be_one() {
    let tree = tree();
    let private = tree.path().join("Private/Keys");
    for (path, expected) in [
        ("private/keys/new", true),
        ("PRIVATE/KEYS", true),
        ("Private", true),
        ("Privat", false),
        ("Private/Key", false),
    ] {
        assert_eq!(touches(&tree.path().join(path), &private), expected, "{path}");
    }
    assert!(!is_inside(&tree.path().join("private/keys/new"), &private));
}

#[test]
fn a_long_path_leads_nowhere_and_costs_nothing() {
    let long = PathBuf::from(format!("/{}", "a/".repeat(1_000_000)));
    let began = Instant::now();
    assert!(!is_inside(&long, Path::new("/")) && touches(&long, Path::new("/tmp")));
    assert!(began.elapsed() < Duration::from_secs(1), "it took {:?}", began.elapsed());
    let tree = tree();
    let mut deep = tree.path().to_owned();
    for _ in 0..50 {
        fs::create_dir(deep.join("d")).unwrap();
        deep.push("d");
    }
    assert!(is_inside(&deep.join("file"), tree.path()));
}
