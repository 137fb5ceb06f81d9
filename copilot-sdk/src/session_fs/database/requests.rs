//! Answers the CLI's database requests.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::value::{RawValue, to_raw_value};

use super::guard::Limits;
use super::keep::Databases;
use super::wire::{
    ExistsParams, QueryParams, QueryResult, SqlRequest, TransactionError, TransactionParams,
    TransactionResult,
};
use crate::handler::{BoxHandler, HandlerError};
use crate::request::{RequestHandler, RequestHandlers};
use crate::session_fs::erased::ErasedFs;
use crate::session_fs::error::{FsError, FsResult};
use crate::session_fs::wire::{Exists, WireError};

/// Answers the requests with databases among the files of `fs`.
pub(in crate::session_fs) fn register(fs: &Arc<dyn ErasedFs>, handlers: &mut RequestHandlers) {
    let databases = Arc::new(Databases::new(Arc::clone(fs), Limits::DEFAULT));
    for (method, request) in REQUESTS {
        handlers.typed(method, request.handler(method, &databases));
    }
}

/// A database request of the CLI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DatabaseRequest {
    Exists,
    Query,
    Transaction,
}

/// The requests, by method.
const REQUESTS: [(&str, DatabaseRequest); 3] = [
    ("sessionFs.sqliteExists", DatabaseRequest::Exists),
    ("sessionFs.sqliteQuery", DatabaseRequest::Query),
    ("sessionFs.sqliteTransaction", DatabaseRequest::Transaction),
];

impl DatabaseRequest {
    /// Answers one kind of request. A failure is a result on the wire; `sqliteExists` alone has no
    /// place for one.
    fn handler(self, method: &'static str, databases: &Arc<Databases>) -> RequestHandler {
        let databases = Arc::clone(databases);
        // Within another handler, so that a panic becomes an error that can be answered.
        let inner: BoxHandler<Box<RawValue>, Box<RawValue>> =
            BoxHandler::new(move |params: Box<RawValue>| {
                let databases = Arc::clone(&databases);
                async move { self.answer(databases, &params).await }
            });
        BoxHandler::new(move |params| {
            let inner = inner.clone();
            async move {
                let error = match inner.call(params).await {
                    Ok(answer) => return Ok(answer),
                    Err(error) => error,
                };
                // Statements that fail are usual: the agent reads why.
                tracing::debug!(method, error = &*error, "a session's database failed");
                self.failure(&FsError::new(error.to_string()))
            }
        })
    }

    async fn answer(
        self,
        databases: Arc<Databases>,
        params: &RawValue,
    ) -> Result<Box<RawValue>, HandlerError> {
        let answer = match self {
            Self::Exists => {
                let ExistsParams { session_id } = read(params)?;
                to_raw_value(&Exists { exists: databases.exists(&session_id).await? })
            }
            Self::Query => {
                let QueryParams { session_id, statement } = read(params)?;
                let results = databases.run(session_id, SqlRequest::Query(statement)).await?;
                to_raw_value(&results.into_iter().next().unwrap_or_default())
            }
            Self::Transaction => {
                let TransactionParams { session_id, statements } = read(params)?;
                let results =
                    databases.run(session_id, SqlRequest::Transaction(statements)).await?;
                to_raw_value(&TransactionResult { results, error: None })
            }
        };
        Ok(answer?)
    }

    /// The result that tells of a failure.
    fn failure(self, error: &FsError) -> Result<Box<RawValue>, HandlerError> {
        let failure = match self {
            Self::Exists => return Err(error.to_string().into()),
            Self::Query => {
                let error = Some(WireError::from(error));
                to_raw_value(&QueryResult { error, ..QueryResult::default() })
            }
            Self::Transaction => {
                // The CLI tries none of them again.
                let error = TransactionError { error_class: "fatal", message: error.to_string() };
                to_raw_value(&TransactionResult { results: Vec::new(), error: Some(error) })
            }
        };
        Ok(failure?)
    }
}

fn read<T: DeserializeOwned>(params: &RawValue) -> FsResult<T> {
    serde_json::from_str(params.get())
        .map_err(|error| FsError::new(format!("the params cannot be read: {error}")))
}
