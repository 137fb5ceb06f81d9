//! The tools: notes in a database, each user's own.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use copilot_sdk::{ToolError, data, tool, toolset};
use rusqlite::Connection;

/// The database of all users.
#[derive(Clone)]
pub struct Database(Arc<Mutex<Connection>>);

/// The notes of one user: the model cannot name another one.
pub struct Notes {
    pub database: Database,
    pub user: String,
}

#[data]
struct Note {
    id: i64,
    text: String,
}

impl Database {
    /// Opens the file, or creates it.
    pub fn open(path: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        let table = "CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, user TEXT NOT NULL, \
                     text TEXT NOT NULL)";
        connection.execute_batch(table)?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// No tool is `async`, so each runs on a thread that may block. The model does not read the errors
// of SQLite: they are not written for it.
#[toolset]
impl Notes {
    /// Write a note.
    #[tool]
    fn add_note(&self, #[arg(length(min = 1, max = 1000))] text: String) -> rusqlite::Result<i64> {
        let connection = self.database.lock();
        let insert = "INSERT INTO notes (user, text) VALUES (?1, ?2)";
        connection.execute(insert, (self.user.as_str(), text))?;
        Ok(connection.last_insert_rowid())
    }

    /// Find the notes that contain a text; all for an empty text.
    #[tool]
    fn find_notes(&self, text: String) -> rusqlite::Result<Vec<Note>> {
        let connection = self.database.lock();
        let select = "SELECT id, text FROM notes WHERE user = ?1 AND instr(text, ?2) ORDER BY id";
        let mut statement = connection.prepare(select)?;
        let note = |row: &rusqlite::Row<'_>| Ok(Note { id: row.get(0)?, text: row.get(1)? });
        statement.query_map((self.user.as_str(), text), note)?.collect()
    }

    /// Delete a note. The user is asked.
    #[tool(ask)]
    fn delete_note(&self, id: i64) -> Result<(), ToolError> {
        let delete = "DELETE FROM notes WHERE user = ?1 AND id = ?2";
        let deleted = self.database.lock().execute(delete, (self.user.as_str(), id));
        match deleted {
            Ok(1..) => Ok(()),
            Ok(0) => Err(ToolError::new(format!("there is no note {id}"))),
            Err(error) => Err(ToolError::new("the note cannot be deleted").with_source(error)),
        }
    }
}
