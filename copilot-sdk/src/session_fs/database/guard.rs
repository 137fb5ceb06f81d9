//! What statements of an agent may do, and how much of it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::{Connection, Error, ErrorCode, MAIN_DB};

use crate::excerpt::Excerpt;
use crate::session_fs::error::{FsError, FsResult};

/// What a database and its statements may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// The time of all statements of a request.
    pub(super) time: Duration,
    /// Bytes of the database.
    pub(super) database: usize,
    /// Bytes of the rows that are answered, about.
    pub(super) answer: usize,
}

impl Limits {
    pub(super) const DEFAULT: Self =
        Self { time: Duration::from_secs(10), database: 16 << 20, answer: 4 << 20 };
}

/// The longest text of a request, in bytes.
const LONGEST_SQL: i32 = 1 << 20;

/// The longest value or row, in bytes. The time of calls such as `trim` grows with its square, and
/// they cannot be interrupted.
const LONGEST_ROW: i32 = 256 << 10;

/// The longest pattern of `LIKE` and `GLOB`: the time they take is its length times the text's.
const LONGEST_PATTERN: i32 = 1_000;

/// The most columns of a table or of rows. SQLite copies the name of each, which may be long.
const COLUMNS: i32 = 256;

/// The most instructions of a compiled statement. Columns that are computed from columns that are
/// computed double them with each.
const INSTRUCTIONS: i32 = 250_000;

/// After how many instructions the time is looked at: a few calls of functions that take long.
const PROGRESS: i32 = 100;

/// The longest text of an error, in characters.
const LONGEST_TEXT: usize = 1_000;

/// The pragmas that neither change how the database is kept nor say where.
const PRAGMAS: [&str; 16] = [
    "application_id",
    "collation_list",
    "defer_foreign_keys",
    "foreign_key_check",
    "foreign_key_list",
    "foreign_keys",
    "index_info",
    "index_list",
    "index_xinfo",
    "integrity_check",
    "page_count",
    "quick_check",
    "table_info",
    "table_list",
    "table_xinfo",
    "user_version",
];

/// A database in memory, which statements can neither leave nor fill without end.
pub(super) struct Guarded {
    pub(super) connection: Connection,
    pub(super) limits: Limits,
    /// When the time of all statements is over.
    end: Instant,
    /// What a statement wanted that it may not.
    refused: Arc<Mutex<Option<String>>>,
}

impl Guarded {
    /// Opens the database that is kept as `image`, or an empty one.
    pub(super) fn open(image: Option<&[u8]>, limits: Limits) -> FsResult<Self> {
        let mut connection = Connection::open_in_memory().map_err(unusable)?;
        if let Some(image) = image {
            load(&mut connection, image, limits).map_err(unusable)?;
        }
        let end = Instant::now() + limits.time;
        restrict(&mut connection, limits, end).map_err(unusable)?;
        let refused = Arc::<Mutex<Option<String>>>::default();
        let note = Arc::clone(&refused);
        let authorize = move |context: AuthContext<'_>| match forbidden(&context.action) {
            Some(what) => {
                *note.lock().unwrap_or_else(PoisonError::into_inner) = Some(what);
                Authorization::Deny
            }
            // SQLite asks for each part of a statement that it rewrites, which may take long and
            // calls no progress handler.
            None if Instant::now() >= end => Authorization::Deny,
            None => Authorization::Allow,
        };
        connection.authorizer(Some(authorize)).map_err(unusable)?;
        Ok(Self { connection, limits, end, refused })
    }

    /// The bytes of the database, or `None` if nothing was ever written.
    pub(super) fn image(&mut self) -> FsResult<Option<Vec<u8>>> {
        let pages = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
        let pages = self.connection.query_row("PRAGMA page_count", [], pages);
        if pages.map_err(|error| self.error(&error))? == 0 {
            return Ok(None);
        }
        let image = self.connection.serialize(MAIN_DB).map_err(unusable)?;
        Ok(Some(image.to_vec()))
    }

    /// Fails once the time of all statements is over.
    pub(super) fn in_time(&self) -> FsResult<()> {
        if Instant::now() < self.end { Ok(()) } else { Err(too_long(self.limits.time)) }
    }

    /// The error of a statement, in words for the agent.
    pub(super) fn error(&self, error: &Error) -> FsError {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner).take();
        let text = match (error.sqlite_error_code(), refused) {
            (_, Some(what)) => format!("{what} is not allowed in the database of a session"),
            // Interrupted, or not authorized any more, which SQLite tells in several ways.
            (..) if self.in_time().is_err() => return too_long(self.limits.time),
            (Some(ErrorCode::OutOfMemory), _) => {
                "the statement takes too much memory: it, or the tables and views it uses, repeat \
                 something too often"
                    .to_owned()
            }
            (Some(ErrorCode::DiskFull), _) => {
                format!("the database is full: it has at most {} bytes", self.limits.database)
            }
            _ => Excerpt::of(&message(error)).up_to(LONGEST_TEXT).to_string(),
        };
        FsError::new(text)
    }
}

pub(super) fn too_long(time: Duration) -> FsError {
    FsError::new(format!("the statement took longer than {time:?}"))
}

fn load(connection: &mut Connection, image: &[u8], limits: Limits) -> rusqlite::Result<()> {
    if image.len() > limits.database {
        return Err(Error::InvalidParameterName(format!(
            "it has {} bytes, more than {}",
            image.len(),
            limits.database
        )));
    }
    connection.deserialize_read_exact(MAIN_DB, image, image.len(), false)?;
    // Fails here if it is no database.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
}

fn restrict(connection: &mut Connection, limits: Limits, end: Instant) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, LONGEST_ROW)?;
    connection.set_limit(Limit::SQLITE_LIMIT_SQL_LENGTH, LONGEST_SQL)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, LONGEST_PATTERN)?;
    connection.set_limit(Limit::SQLITE_LIMIT_COLUMN, COLUMNS)?;
    connection.set_limit(Limit::SQLITE_LIMIT_VDBE_OP, INSTRUCTIONS)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    connection.set_limit(Limit::SQLITE_LIMIT_WORKER_THREADS, 0)?;
    let page: i64 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
    let pages = i64::try_from(limits.database).unwrap_or(i64::MAX) / page.max(1);
    for schema in ["main", "temp"] {
        let most = format!("PRAGMA {schema}.max_page_count = {pages}");
        connection.query_row(&most, [], |_| Ok(()))?;
    }
    connection.progress_handler(PROGRESS, Some(move || Instant::now() >= end))
}

/// What an action is called, if statements of an agent may not do it.
fn forbidden(action: &AuthAction<'_>) -> Option<String> {
    match action {
        // `VACUUM` attaches a database, too.
        AuthAction::Attach { .. } => Some("ATTACH or VACUUM".to_owned()),
        AuthAction::Detach { .. } => Some("DETACH".to_owned()),
        AuthAction::Pragma { pragma_name, .. }
            if !PRAGMAS.iter().any(|allowed| allowed.eq_ignore_ascii_case(pragma_name)) =>
        {
            Some(format!("PRAGMA {pragma_name}"))
        }
        AuthAction::Function { function_name }
            if function_name.eq_ignore_ascii_case("load_extension") =>
        {
            Some("load_extension".to_owned())
        }
        AuthAction::Unknown { code, .. } => Some(format!("action {code}")),
        _ => None,
    }
}

/// What SQLite says, without the statement, which may be long.
fn message(error: &Error) -> String {
    match error {
        Error::SqlInputError { msg, .. } => msg.clone(),
        error => error.to_string(),
    }
}

fn unusable(error: Error) -> FsError {
    let text = match &error {
        Error::InvalidParameterName(why) => why.clone(),
        error => error.to_string(),
    };
    FsError::new(format!("session.db cannot be used: {text}")).with_source(error)
}
