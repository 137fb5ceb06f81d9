//! Statements, run on the bytes of a database.

use std::collections::BTreeSet;

use rusqlite::fallible_iterator::FallibleIterator as _;
use rusqlite::{Batch, Statement};
use serde_json::Map;

use super::guard::{Guarded, Limits};
use super::value::{size, to_json, to_sql};
use super::wire::{QueryResult, QueryType, SqlRequest, SqlStatement};
use crate::session_fs::error::{FsError, FsResult};

/// Runs statements one after the other on the database that is kept as `image`. Returns their
/// results, and the bytes of the database if it has changed. A failure leaves no trace.
pub(super) fn run(
    image: Option<Vec<u8>>,
    request: &SqlRequest,
    limits: Limits,
) -> FsResult<(Vec<QueryResult>, Option<Vec<u8>>)> {
    // An empty file is an empty database.
    let image = image.filter(|image| !image.is_empty()).map(without_log);
    let mut database = Guarded::open(image.as_deref(), limits)?;
    let mut answered = 0;
    let mut results = Vec::new();
    match request {
        SqlRequest::Query(statement) => results.push(query(&database, statement, &mut answered)?),
        SqlRequest::Transaction(statements) => {
            let control = |sql| {
                let done = database.connection.execute_batch(sql);
                done.map_err(|error| database.error(&error))
            };
            control("BEGIN")?;
            for statement in statements {
                results.push(query(&database, statement, &mut answered)?);
            }
            control("COMMIT")?;
        }
    }
    if !database.connection.is_autocommit() {
        return Err(FsError::new(
            "the transaction is still open: a request has to hold its BEGIN and its COMMIT",
        ));
    }
    let after = database.image()?;
    Ok((results, after.filter(|after| Some(after) != image.as_ref())))
}

/// Runs what one request or one part of a transaction has. `answered` counts bytes of rows.
fn query(
    database: &Guarded,
    statement: &SqlStatement,
    answered: &mut usize,
) -> FsResult<QueryResult> {
    let connection = &database.connection;
    let failed = |error| database.error(&error);
    if statement.query.contains('\0') {
        // SQLite reads no further.
        return Err(FsError::new("a statement cannot have a NUL character: bind it as a value"));
    }
    let mut result = QueryResult::default();
    let mut bound = BTreeSet::new();
    let mut batch = Batch::new(connection, &statement.query);
    loop {
        // The handler that interrupts a statement begins to count with each.
        database.in_time()?;
        let Some(mut prepared) = batch.next().map_err(failed)? else { break };
        bind(database, &mut prepared, statement.params.as_ref(), &mut bound)?;
        let before = connection.total_changes();
        if statement.query_type == QueryType::Query && prepared.column_count() > 0 {
            read(database, &mut prepared, &mut result, answered)?;
        } else {
            let mut rows = prepared.raw_query();
            while rows.next().map_err(failed)?.is_some() {}
        }
        if connection.total_changes() != before {
            result.rows_affected += connection.changes();
            let row_id = connection.last_insert_rowid();
            result.last_insert_rowid = (row_id != 0).then_some(row_id);
        }
    }
    let given = statement.params.iter().flat_map(Map::keys);
    match given.into_iter().find(|name| !bound.contains(*name)) {
        Some(name) => Err(FsError::new(format!("no parameter of the statement is named {name}"))),
        None => Ok(result),
    }
}

/// Binds the parameters of a statement. What is not given is NULL.
fn bind(
    database: &Guarded,
    prepared: &mut Statement<'_>,
    params: Option<&Map<String, serde_json::Value>>,
    bound: &mut BTreeSet<String>,
) -> FsResult<()> {
    let Some(params) = params else { return Ok(()) };
    for index in 1..=prepared.parameter_count() {
        // `?` has no name; `:id` can be given with or without its first letter.
        let name =
            prepared.parameter_name(index).map_or_else(|| format!("?{index}"), str::to_owned);
        let bare = name.get(1..).unwrap_or_default();
        let Some((key, value)) = params.get_key_value(&name).or_else(|| params.get_key_value(bare))
        else {
            continue;
        };
        let value =
            to_sql(value).map_err(|why| FsError::new(format!("the value of {key} {why}")))?;
        prepared.raw_bind_parameter(index, value).map_err(|error| database.error(&error))?;
        bound.insert(key.clone());
    }
    Ok(())
}

/// Reads the rows of a statement in place of those of an earlier one.
fn read(
    database: &Guarded,
    prepared: &mut Statement<'_>,
    result: &mut QueryResult,
    answered: &mut usize,
) -> FsResult<()> {
    let names: Vec<_> = prepared.column_names().collect();
    answers(database, answered, names.iter().map(|name| name.len()).sum())?;
    result.columns = distinct(&names);
    result.rows.clear();
    let mut rows = prepared.raw_query();
    while let Some(row) = rows.next().map_err(|error| database.error(&error))? {
        let mut object = Map::new();
        for (at, name) in result.columns.iter().enumerate() {
            let value = row.get_ref(at).map_err(|error| database.error(&error))?;
            answers(database, answered, name.len() + size(value))?;
            object.insert(name.clone(), to_json(value));
        }
        result.rows.push(object);
    }
    Ok(())
}

/// Counts bytes of an answer.
fn answers(database: &Guarded, answered: &mut usize, bytes: usize) -> FsResult<()> {
    *answered = answered.saturating_add(bytes);
    let most = database.limits.answer;
    if *answered > most {
        return Err(FsError::new(format!(
            "the rows have more than {most} bytes: select fewer of them, or fewer columns"
        )));
    }
    Ok(())
}

/// The names of columns, of which none is there twice: a row is an object on the wire.
fn distinct(names: &[&str]) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    let mut seen = BTreeSet::new();
    for &name in names {
        let numbered = (1..).map(|number| format!("{name}:{number}"));
        let mut candidates = std::iter::once(name.to_owned()).chain(numbered);
        if let Some(unique) = candidates.find(|candidate| !seen.contains(candidate)) {
            seen.insert(unique.clone());
            distinct.push(unique);
        }
    }
    distinct
}

/// The bytes of a database as one without a write-ahead log, which a database in memory cannot
/// have. Its header says in two bytes which kind it is.
fn without_log(mut image: Vec<u8>) -> Vec<u8> {
    if let Some(kind) = image.get_mut(18..20)
        && kind == [2, 2]
    {
        kind.fill(1);
    }
    image
}
