//! The params and results of the CLI's database requests.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::ids::SessionId;
use crate::session_fs::wire::WireError;

/// The params of `sessionFs.sqliteQuery`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct QueryParams {
    pub(super) session_id: SessionId,
    #[serde(flatten)]
    pub(super) statement: SqlStatement,
}

/// The params of `sessionFs.sqliteTransaction`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TransactionParams {
    pub(super) session_id: SessionId,
    pub(super) statements: Vec<SqlStatement>,
}

/// The params of `sessionFs.sqliteExists`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ExistsParams {
    pub(super) session_id: SessionId,
}

/// What runs wholly or not at all.
#[derive(Debug)]
pub(super) enum SqlRequest {
    Query(SqlStatement),
    Transaction(Vec<SqlStatement>),
}

/// One statement, or several between semicolons.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SqlStatement {
    pub(super) query: String,
    pub(super) query_type: QueryType,
    /// Values by the names of parameters.
    pub(super) params: Option<Map<String, Value>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum QueryType {
    Exec,
    Query,
    Run,
}

/// What a statement gave.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct QueryResult {
    pub(super) rows: Vec<Map<String, Value>>,
    pub(super) columns: Vec<String>,
    pub(super) rows_affected: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) last_insert_rowid: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<WireError>,
}

#[derive(Debug, Serialize)]
pub(super) struct TransactionResult {
    pub(super) results: Vec<QueryResult>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<TransactionError>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TransactionError {
    pub(super) error_class: &'static str,
    pub(super) message: String,
}
