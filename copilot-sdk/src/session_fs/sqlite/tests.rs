//! One database, used well and badly.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, ffi};

use super::error::failure;
use super::store::Sqlite;
use crate::session_fs::tests::{TempDir, id};
use crate::session_fs::{FsError, FsErrorKind, MkdirOptions, RmOptions, SessionFs as _};

const WHOLE: RmOptions = RmOptions { recursive: true, force: false };

/// The path of a database in a directory of its own.
fn place() -> (TempDir, PathBuf) {
    let place = TempDir::new();
    std::fs::create_dir_all(&place.0).unwrap();
    let file = place.0.join("sessions.db");
    (place, file)
}

async fn refusal(file: &Path) -> String {
    Sqlite::open(file).await.unwrap_err().to_string()
}

#[tokio::test]
async fn a_file_that_grows_is_read_as_one() {
    let (_place, file) = place();
    let files = Sqlite::open(&file).await.unwrap();
    let mut expected = Vec::new();
    for number in 0_u32..300 {
        // Some are longer than a part, most are not.
        let length = if number % 50 == 0 { 100_000 } else { 1_000 };
        let line = vec![u8::try_from(number % 251).unwrap(); length];
        files.append_file(&id("s"), "/events.jsonl", line.clone(), None).await.unwrap();
        expected.extend(line);
    }
    assert_eq!(files.read_file(&id("s"), "/events.jsonl").await.unwrap(), expected);
    let size = files.stat(&id("s"), "/events.jsonl").await.unwrap().size;
    assert_eq!(size, u64::try_from(expected.len()).unwrap());

    let parts = |file: &Path| -> i64 {
        let other = Connection::open(file).unwrap();
        other.query_row("SELECT count(*) FROM part", [], |row| row.get(0)).unwrap()
    };
    assert!((7..=20).contains(&parts(&file)), "{}", parts(&file));
    files.write_file(&id("s"), "/events.jsonl", b"short".into(), None).await.unwrap();
    assert_eq!(parts(&file), 1);
    files.rm(&id("s"), "/events.jsonl", RmOptions::default()).await.unwrap();
    assert_eq!(parts(&file), 0);
}

#[tokio::test]
async fn what_was_written_is_there_for_the_next_program_and_private() {
    let (_place, file) = place();
    let first = Sqlite::open(&file).await.unwrap();
    first.write_file(&id("s"), "/a/b", b"kept".into(), None).await.unwrap();
    // Another one at the same time, and one after both.
    let second = Sqlite::open(&file).await.unwrap();
    second.append_file(&id("s"), "/a/b", b" by two".into(), None).await.unwrap();
    assert_eq!(first.read_file(&id("s"), "/a/b").await.unwrap(), b"kept by two");
    drop((first, second));
    let third = Sqlite::open(&file).await.unwrap();
    assert_eq!(third.read_file(&id("s"), "/a/b").await.unwrap(), b"kept by two");
    assert_eq!(third.sessions().await.unwrap(), [id("s")]);
    #[cfg(unix)]
    for entry in std::fs::read_dir(file.parent().unwrap()).unwrap().flatten() {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{entry:?}");
    }
    assert!(format!("{third:?}").contains("sessions.db"));
}

#[tokio::test]
async fn sessions_write_at_the_same_time() {
    let (_place, file) = place();
    let files = Sqlite::open(&file).await.unwrap();
    let writers: Vec<_> = (0..50)
        .map(|number: u32| {
            let (files, session) = (files.clone(), id(&format!("s{}", number % 10)));
            tokio::spawn(async move {
                for _ in 0..4 {
                    files.append_file(&session, "/log", b"line\n".into(), None).await.unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    for number in 0..10 {
        let log = files.read_file(&id(&format!("s{number}")), "/log").await.unwrap();
        assert_eq!(log, b"line\n".repeat(20));
    }
}

#[tokio::test]
async fn a_database_that_another_program_holds_is_named() {
    let (_place, file) = place();
    let files = Sqlite::open_within(file.clone(), Duration::from_millis(1)).await.unwrap();
    files.write_file(&id("s"), "/a", b"before".into(), None).await.unwrap();
    let other = Connection::open(&file).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let locked = files.write_file(&id("s"), "/a", b"after".into(), None).await.unwrap_err();
    let expected = format!("another program holds {} locked", file.display());
    assert_eq!((locked.kind(), locked.to_string()), (FsErrorKind::Other, expected));
    // Reading goes on, and writing once it is free.
    assert_eq!(files.read_file(&id("s"), "/a").await.unwrap(), b"before");
    other.execute_batch("COMMIT").unwrap();
    files.write_file(&id("s"), "/a", b"after".into(), None).await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_no_such_database_is_refused_and_left_alone() {
    let (place, file) = place();
    std::fs::write(&file, "no database at all, but long enough to have been one".repeat(90))
        .unwrap();
    let text = refusal(&file).await;
    assert!(text.contains("sessions.db is damaged, or no SQLite database: "), "{text}");

    let of_others = place.0.join("others.db");
    let others = Connection::open(&of_others).unwrap();
    others.execute_batch("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)").unwrap();
    let text = refusal(&of_others).await;
    assert!(text.ends_with("others.db is a database of another program"), "{text}");
    let mode: String = others.query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
    assert_eq!(mode, "delete");

    let newer = place.0.join("newer.db");
    drop(Sqlite::open(&newer).await.unwrap());
    Connection::open(&newer).unwrap().pragma_update(None, "user_version", 7).unwrap();
    let text = refusal(&newer).await;
    assert!(text.ends_with("has version 7 of its tables; this program knows version 1"), "{text}");

    let text = refusal(&place.0.join("absent/sessions.db")).await;
    assert!(text.contains("sessions.db cannot be opened: "), "{text}");
    assert!(!refusal(&place.0).await.is_empty());
}

#[tokio::test]
async fn a_database_that_is_damaged_later_fails_and_does_not_panic() {
    let (_place, file) = place();
    let files = Sqlite::open(&file).await.unwrap();
    files.write_file(&id("s"), "/a", vec![7; 300_000], None).await.unwrap();
    drop(files);
    let mut bytes = std::fs::read(&file).unwrap();
    bytes.iter_mut().skip(4096).for_each(|byte| *byte = 0xa5);
    std::fs::write(&file, bytes).unwrap();
    let failed = match Sqlite::open(&file).await {
        Ok(files) => files.read_file(&id("s"), "/a").await.unwrap_err(),
        Err(error) => error,
    };
    assert!(failed.to_string().contains("is damaged, or no SQLite database"), "{failed}");
}

#[tokio::test]
async fn an_operation_that_fails_leaves_nothing_behind() {
    let (_place, file) = place();
    let files = Sqlite::open(&file).await.unwrap();
    let s = id("s");
    files.write_file(&s, "/a/file", b"kept".into(), None).await.unwrap();
    // What is above would have been created first.
    for failed in [
        files.write_file(&s, "/a/file/b/c", b"x".into(), None).await,
        files.write_file(&s, "/new/../a", b"x".into(), None).await,
        files.rename(&s, "/a", "/a/new/inside").await,
        files.rename(&s, "/none", "/x/y/z").await,
    ] {
        assert!(failed.is_err());
    }
    assert_eq!(files.readdir(&s, "/").await.unwrap().len(), 1);
    assert_eq!(files.read_file(&s, "/a/file").await.unwrap(), b"kept");
}

#[tokio::test]
async fn a_path_has_an_end_and_what_is_deep_can_be_removed() {
    let (_place, file) = place();
    let files = Sqlite::open(&file).await.unwrap();
    let (s, deep) = (id("s"), "/d".repeat(200));
    let recursive = MkdirOptions::default().recursive(true);
    files.mkdir(&s, &deep, recursive).await.unwrap();
    let too_deep = |outcome: Result<(), FsError>| {
        let text = outcome.unwrap_err().to_string();
        assert!(text.starts_with("the path has more than 200 names: /"), "{text}");
    };
    too_deep(files.mkdir(&s, &format!("{deep}/e"), recursive).await);
    too_deep(files.write_file(&s, &"/e".repeat(100_000), vec![], None).await);
    too_deep(files.rename(&s, "/d", "/longer/d").await);
    files.rm(&s, "/d", WHOLE).await.unwrap();
    assert_eq!(files.readdir(&s, "/").await.unwrap(), []);
}

/// Removes a database when it is dropped.
#[cfg(unix)]
struct Removed(&'static str);

#[cfg(unix)]
impl Drop for Removed {
    fn drop(&mut self) {
        for more in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{more}", self.0));
        }
    }
}

#[cfg(unix)]
#[tokio::test]
async fn every_path_is_a_file() {
    // Relative: to SQLite they are databases in memory.
    for path in [":memory:", "file:kept.db?mode=memory"] {
        let _removed = Removed(path);
        let files = Sqlite::open(path).await.unwrap();
        files.write_file(&id("s"), "/a", b"kept".into(), None).await.unwrap();
        drop(files);
        let files = Sqlite::open(path).await.unwrap();
        assert_eq!(files.read_file(&id("s"), "/a").await.unwrap(), b"kept", "{path}");
    }
    assert!(refusal(Path::new("")).await.contains("cannot be opened: "));
}

#[tokio::test]
async fn hostile_names_are_names() {
    let (_place, file) = place();
    let files = Sqlite::open(&file).await.unwrap();
    for name in ["'; DROP TABLE node; --", "\0", "%", "_", "\u{202e}", "NULL", "0"] {
        let path = format!("/{name}");
        files.write_file(&id(name), &path, name.into(), None).await.unwrap();
        assert_eq!(files.read_file(&id(name), &path).await.unwrap(), name.as_bytes());
    }
    assert_eq!(files.sessions().await.unwrap().len(), 7);
}

#[test]
fn each_failure_of_the_database_says_which_it_is() {
    for (code, expected) in [
        (ErrorCode::ReadOnly, "s.db can only be read"),
        (ErrorCode::DiskFull, "the disk of s.db is full"),
        (ErrorCode::DatabaseLocked, "another program holds s.db locked"),
        (ErrorCode::SystemIoFailure, "s.db does not work: "),
    ] {
        let error = rusqlite::Error::SqliteFailure(ffi::Error { code, extended_code: 0 }, None);
        let text = failure(Path::new("s.db"), error).to_string();
        assert!(text.starts_with(expected), "{text}");
    }
}
