//! Files in one SQLite database.

mod error;
mod open;
mod rows;
mod store;
#[cfg(test)]
mod tests;

pub use store::Sqlite;
