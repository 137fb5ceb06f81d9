//! The payloads of the events with a variant of their own, from the schemas and from the tables in
//! `xtask/events`.
//!
//! The schema says which fields a payload has, and of which type. A table adds what it does not:
//! the names and docs, and each exception with its reason. A field or word that no table names is
//! generated with the facts alone, so that nothing of a newer CLI is missed.

mod code;
mod rules;
mod table;

use std::collections::BTreeMap;
use std::path::Path;

use self::rules::Rules;
use self::table::Table;
use crate::model::Protocol;

/// The files of all payloads by their path in the repository.
///
/// # Errors
///
/// If a table cannot be read, or names what the schemas do not have.
pub(crate) fn files(protocol: &Protocol) -> Result<BTreeMap<String, String>, String> {
    let tables = table::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("events"))?;
    let rules = Rules::new(protocol, &tables.files)?;
    tables.check_reasons()?;
    let code = |table: &Table| {
        let code = code::file(table, &rules)
            .map_err(|error| format!("xtask/events/{}.txt: {error}", table.file))?;
        Ok((format!("copilot-sdk/src/event/{}.rs", table.file), code))
    };
    tables.files.iter().map(code).collect()
}
