//! What every store has to do, tried on each of them.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use super::{
    DirEntry, Directory, FileType, FsError, FsErrorKind, Memory, MkdirOptions, RmOptions, SessionFs,
};
use crate::ids::SessionId;

/// A directory that is removed when this is dropped.
pub(super) struct TempDir(pub(super) PathBuf);

impl TempDir {
    pub(super) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("copilot-sdk-session-fs-{}-{number}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(super) fn id(id: &str) -> SessionId {
    SessionId::from(id)
}

fn text(outcome: Result<(), FsError>) -> String {
    outcome.unwrap_err().to_string()
}

const RECURSIVE: MkdirOptions = MkdirOptions { recursive: true, mode: None };
const PLAIN: MkdirOptions = MkdirOptions { recursive: false, mode: None };
const WHOLE: RmOptions = RmOptions { recursive: true, force: false };
const ONE: RmOptions = RmOptions { recursive: false, force: false };
const FORCE: RmOptions = RmOptions { recursive: false, force: true };

/// Tries everything in one session.
async fn try_all(fs: impl SessionFs) {
    let (fs, s) = (std::sync::Arc::new(fs), id("s"));
    assert_eq!(fs.readdir(&s, "/").await.unwrap(), []);
    assert_eq!(fs.stat(&s, "/").await.unwrap().file_type, FileType::Directory);
    let missing = fs.read_file(&s, "/none").await.unwrap_err();
    assert_eq!((missing.kind(), missing.to_string().as_str()), MISSING);
    assert_eq!(fs.readdir(&s, "/none").await.unwrap_err().kind(), FsErrorKind::NotFound);
    assert_eq!(fs.rm(&s, "/none", ONE).await.unwrap_err().kind(), FsErrorKind::NotFound);
    fs.rm(&s, "/none", FORCE).await.unwrap();
    let moved = fs.rename(&s, "/none", "/else").await.unwrap_err();
    assert_eq!(moved.kind(), FsErrorKind::NotFound);

    // Writing and appending create what is above.
    fs.append_file(&s, "/state/events.jsonl", b"one\n".into(), None).await.unwrap();
    fs.append_file(&s, "/state/./x/../events.jsonl", b"two\n".into(), None).await.unwrap();
    assert_eq!(fs.read_file(&s, "/state/events.jsonl").await.unwrap(), b"one\ntwo\n");
    fs.write_file(&s, "/state/a/b", vec![0, 159, 146], Some(0o600)).await.unwrap();
    fs.write_file(&s, "/state/a/b", vec![255, 0], None).await.unwrap();
    assert_eq!(fs.read_file(&s, "/state/a/b").await.unwrap(), [255, 0]);
    let stat = fs.stat(&s, "/state/a/b").await.unwrap();
    assert_eq!((stat.file_type, stat.size), (FileType::File, 2));
    assert!(stat.created <= stat.modified, "{stat:?}");
    assert!(fs.exists(&s, "/state/a").await.unwrap());
    assert!(!fs.exists(&s, "/state/c").await.unwrap());
    assert_eq!(fs.stat(&s, "/state/b").await.unwrap_err().kind(), FsErrorKind::NotFound);

    // An empty directory is there, and listed.
    fs.mkdir(&s, "/state/temp/deep", RECURSIVE).await.unwrap();
    fs.mkdir(&s, "/state/temp/deep", RECURSIVE).await.unwrap();
    fs.mkdir(&s, "/", RECURSIVE).await.unwrap();
    fs.mkdir(&s, "/state/temp/plain", PLAIN).await.unwrap();
    assert!(!text(fs.mkdir(&s, "/state/temp/plain", PLAIN).await).is_empty());
    assert!(!text(fs.mkdir(&s, "/state/events.jsonl", RECURSIVE).await).is_empty());
    let orphan = fs.mkdir(&s, "/nowhere/plain", PLAIN).await.unwrap_err();
    assert_eq!(orphan.kind(), FsErrorKind::NotFound);
    assert_eq!(fs.stat(&s, "/state/temp").await.unwrap().file_type, FileType::Directory);
    assert_eq!(
        fs.readdir(&s, "/state").await.unwrap(),
        [DirEntry::directory("a"), DirEntry::file("events.jsonl"), DirEntry::directory("temp")]
    );

    // A directory is no file, and the other way round.
    for failed in [
        fs.write_file(&s, "/state/a", vec![], None).await,
        fs.write_file(&s, "/", vec![], None).await,
        fs.append_file(&s, "/state/a", vec![], None).await,
        fs.append_file(&s, "/state/a/b/c", vec![], None).await,
        fs.read_file(&s, "/state/a").await.map(drop),
        fs.readdir(&s, "/state/a/b").await.map(drop),
        fs.rm(&s, "/state/a", ONE).await,
        fs.rm(&s, "/", WHOLE).await,
        fs.rename(&s, "/state/a/b", "/state/temp").await,
        fs.rename(&s, "/state/a", "/state/events.jsonl").await,
        fs.rename(&s, "/state", "/state/a/inside").await,
        fs.rename(&s, "/state/a", "/state/temp").await,
        fs.rename(&s, "/state", "/").await,
    ] {
        assert_eq!(failed.unwrap_err().kind(), FsErrorKind::Other);
    }

    // A file is replaced, a directory moves with what is in it.
    fs.write_file(&s, "/state/new", b"new".into(), None).await.unwrap();
    fs.rename(&s, "/state/new", "/state/events.jsonl").await.unwrap();
    fs.rename(&s, "/state/events.jsonl", "/state/events.jsonl").await.unwrap();
    assert_eq!(fs.read_file(&s, "/state/events.jsonl").await.unwrap(), b"new");
    fs.rename(&s, "/state/a", "/moved/here").await.unwrap();
    assert_eq!(fs.read_file(&s, "/moved/here/b").await.unwrap(), [255, 0]);
    assert!(!fs.exists(&s, "/state/a").await.unwrap());
    assert!(!fs.exists(&s, "/state/new").await.unwrap());

    // Sessions do not see one another, nor anything else.
    assert_eq!(fs.readdir(&id("S"), "/").await.unwrap(), []);
    let other = fs.read_file(&id("t"), "/../s/state/events.jsonl").await.unwrap_err();
    assert_eq!(other.kind(), FsErrorKind::NotFound);
    for odd in ["..", "", "/", "s/state", "nul", "Ω.."] {
        fs.write_file(&id(odd), "/odd", odd.into(), None).await.unwrap();
        assert_eq!(fs.read_file(&id(odd), "/odd").await.unwrap(), odd.as_bytes());
    }
    for odd in ["/C:\\x", "C:\\Users\\y", "/é /%41/nul", "/...", "/a:b"] {
        fs.write_file(&s, odd, odd.into(), None).await.unwrap();
        assert_eq!(fs.read_file(&s, odd).await.unwrap(), odd.as_bytes());
    }
    fs.rm(&s, "/moved", WHOLE).await.unwrap();
    fs.rm(&s, "/state/events.jsonl", ONE).await.unwrap();
    assert!(!fs.exists(&s, "/moved/here/b").await.unwrap());
    assert_eq!(fs.readdir(&s, "/state").await.unwrap(), [DirEntry::directory("temp")]);
}

const MISSING: (FsErrorKind, &str) = (FsErrorKind::NotFound, "not found: /none");

#[tokio::test]
async fn files_in_memory_behave_as_files_do() {
    let memory = Memory::new();
    try_all(memory.clone()).await;
    assert!(memory.sessions().contains(&id("s")));
    assert!(memory.files(&id("..")).contains(&"/odd".to_owned()));
    assert!(memory.remove_session(&id("..")) && !memory.remove_session(&id("..")));
    assert_eq!(memory.files(&id("..")), [""; 0]);
}

#[tokio::test]
async fn files_in_a_directory_behave_as_files_do() {
    let place = TempDir::new();
    try_all(Directory::new(&place.0)).await;
    let left = std::fs::read_dir(place.0.join("s")).unwrap();
    assert!(left.flatten().all(|entry| !entry.file_name().to_string_lossy().contains("%new")));
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn files_in_a_database_behave_as_files_do() {
    let place = TempDir::new();
    std::fs::create_dir_all(&place.0).unwrap();
    let files = super::Sqlite::open(place.0.join("sessions.db")).await.unwrap();
    try_all(files.clone()).await;
    assert!(files.sessions().await.unwrap().contains(&id("..")));
    assert!(files.remove_session(&id("..")).await.unwrap());
    assert!(!files.remove_session(&id("..")).await.unwrap());
    assert_eq!(files.readdir(&id(".."), "/").await.unwrap(), []);
}

// Windows has no modes, and lets few users make links.
#[cfg(unix)]
#[tokio::test]
async fn a_directory_follows_no_link_and_is_private() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let (place, outside) = (TempDir::new(), TempDir::new());
    std::fs::create_dir_all(&outside.0).unwrap();
    std::fs::write(outside.0.join("secret"), "secret").unwrap();
    let fs = Directory::new(&place.0);
    fs.write_file(&id("s"), "/a/own", b"own".into(), None).await.unwrap();
    let root = fs.session(&id("s"));
    for (path, mode) in [("", 0o700), ("a", 0o700), ("a/own", 0o600)] {
        let found = std::fs::metadata(root.join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!(found, mode, "{path}");
    }
    symlink(&outside.0, root.join("link")).unwrap();
    symlink(outside.0.join("secret"), root.join("a/file")).unwrap();
    for path in ["/link/secret", "/a/file"] {
        for failed in [
            fs.read_file(&id("s"), path).await.map(drop),
            fs.write_file(&id("s"), path, b"changed".into(), None).await,
            fs.append_file(&id("s"), path, b"changed".into(), None).await,
            fs.stat(&id("s"), path).await.map(drop),
            fs.rm(&id("s"), path, ONE).await,
            fs.rename(&id("s"), "/a/own", path).await,
            fs.rename(&id("s"), path, "/a/taken").await,
        ] {
            let failed = failed.unwrap_err();
            assert!(failed.to_string().ends_with("is a symbolic link"), "{failed}");
        }
    }
    assert_eq!(std::fs::read_to_string(outside.0.join("secret")).unwrap(), "secret");
    assert_eq!(fs.readdir(&id("s"), "/a").await.unwrap(), [DirEntry::file("own")]);
    // A whole directory is removed with the link, not with what the link leads to.
    fs.rm(&id("s"), "/a", WHOLE).await.unwrap();
    assert_eq!(std::fs::read_dir(&outside.0).unwrap().count(), 1);
}

#[tokio::test]
async fn what_a_killed_program_of_the_same_number_left_is_no_hindrance() {
    let place = TempDir::new();
    let fs = Directory::new(&place.0);
    fs.write_file(&id("s"), "/state/a", b"one".into(), None).await.unwrap();
    for number in 0..500 {
        let left = format!("state/%new-{}-{number}", std::process::id());
        std::fs::write(fs.session(&id("s")).join(left), "half").unwrap();
    }
    fs.write_file(&id("s"), "/state/a", b"two".into(), None).await.unwrap();
    assert_eq!(fs.read_file(&id("s"), "/state/a").await.unwrap(), b"two");
    assert_eq!(fs.readdir(&id("s"), "/state").await.unwrap(), [DirEntry::file("a")]);
}
