//! Opens the database.

use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::error::failure;
use crate::session_fs::error::{FsError, FsResult};

/// Tells a database of this kind from others (`application_id`): "cpfs".
const APPLICATION: i32 = 0x6370_6673;

/// The version of the tables (`user_version`).
const VERSION: i32 = 1;

/// A session is a directory below the node 0, which is no node of a session. The content of a file
/// is cut in parts, so that little is written when something is appended to it.
const TABLES: &str = "
    CREATE TABLE node (
        id INTEGER PRIMARY KEY,
        parent INTEGER REFERENCES node ON DELETE CASCADE,
        name TEXT NOT NULL,
        is_directory INTEGER NOT NULL,
        size INTEGER NOT NULL DEFAULT 0,
        created INTEGER NOT NULL,
        modified INTEGER NOT NULL,
        UNIQUE (parent, name)
    ) STRICT;
    CREATE TABLE part (
        node INTEGER NOT NULL REFERENCES node ON DELETE CASCADE,
        number INTEGER NOT NULL,
        content BLOB NOT NULL,
        PRIMARY KEY (node, number)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO node (id, name, is_directory, created, modified) VALUES (0, '', 1, 0, 0);
";

/// Opens the database in `file`, which is created if it is absent. Waits so long for others.
pub(super) fn open(file: &Path, busy: Duration) -> FsResult<Connection> {
    let cannot = |error: io::Error| {
        FsError::new(format!("{} cannot be opened: {error}", file.display())).with_source(error)
    };
    // A relative path could mean something else to SQLite: `file:..` is an address, and `:memory:`
    // and the empty one are no files.
    let file = &*std::path::absolute(file).map_err(cannot)?;
    if let Err(error) = private().create_new(true).write(true).open(file)
        && error.kind() != io::ErrorKind::AlreadyExists
    {
        return Err(cannot(error));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection =
        Connection::open_with_flags(file, flags).map_err(|error| failure(file, error))?;
    let prepared = prepare(&mut connection, busy).map_err(|error| failure(file, error))?;
    match prepared {
        (APPLICATION, VERSION) => Ok(connection),
        (APPLICATION, version) => Err(FsError::new(format!(
            "{} has version {version} of its tables; this program knows version {VERSION}",
            file.display()
        ))),
        _ => Err(FsError::new(format!("{} is a database of another program", file.display()))),
    }
}

/// Prepares the connection, and creates the tables in an empty database. Returns what the database
/// says of itself.
fn prepare(connection: &mut Connection, busy: Duration) -> rusqlite::Result<(i32, i32)> {
    connection.busy_timeout(busy)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    let found = identity(connection)?;
    let is_empty = |connection: &Connection| -> rusqlite::Result<bool> {
        connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))
    };
    if found != (APPLICATION, VERSION) && !(found == (0, 0) && is_empty(connection)?) {
        return Ok(found);
    }
    // Once for all: others read while one writes.
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "normal")?;
    if found == (0, 0) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another program may have been first.
        if is_empty(&transaction)? {
            transaction.execute_batch(TABLES)?;
            transaction.pragma_update(None, "application_id", APPLICATION)?;
            transaction.pragma_update(None, "user_version", VERSION)?;
        }
        transaction.commit()?;
    }
    identity(connection)
}

fn identity(connection: &Connection) -> rusqlite::Result<(i32, i32)> {
    let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get(0));
    Ok((number("application_id")?, number("user_version")?))
}

#[cfg(unix)]
fn private() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = OpenOptions::new();
    options.mode(0o600);
    options
}

#[cfg(not(unix))]
fn private() -> OpenOptions {
    OpenOptions::new()
}
