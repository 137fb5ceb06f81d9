//! Reading the arguments of a call, so that the model hears of all problems at once.

use std::collections::BTreeMap;

use futures_core::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use super::handler::{Call, ToolArgument, ready};
use super::output::Failure;
use super::schema::{Parameters, Place, Problem, missing, when_missing, without_nulls};
use super::{ToolContext, ToolResult};

/// The arguments of one call, read one by one; the macros use it.
#[derive(Debug)]
pub struct Arguments {
    call: Call,
    given: BTreeMap<String, Box<RawValue>>,
    problems: Vec<Problem>,
}

impl Arguments {
    /// Fails with the text of the refusal.
    pub(crate) fn new(call: Call) -> Result<Self, String> {
        let given = serde_json::from_str(&call.arguments).map_err(|_| {
            let problem = Problem::not_an_object(&call.arguments);
            refusal(call.tool.name(), &[problem])
        })?;
        Ok(Self { call, given, problems: Vec::new() })
    }

    /// The argument at `index` of the signature; `None` after a problem was noted.
    pub fn read<T: ToolArgument>(&mut self, index: usize) -> Option<T> {
        self.value(index, when_missing)
    }

    /// As [`read`](Self::read), with a value for an argument that is absent or null.
    pub fn read_or<T: ToolArgument>(&mut self, index: usize, default: impl FnOnce() -> T) -> Option<T> {
        self.value(index, || Some(default()))
    }

    /// The context of the call.
    pub fn context(&self) -> ToolContext {
        self.call.context.clone()
    }

    /// The answer to arguments that cannot be read: every problem in a line of its own.
    pub fn refuse(self) -> BoxFuture<'static, ToolResult> {
        ready(ToolResult::failure(refusal(self.call.tool.name(), &self.problems)))
    }

    /// Runs the body of an async tool.
    pub fn run<F>(self, body: F, finish: fn(F::Output) -> Result<ToolResult, Failure>) -> BoxFuture<'static, ToolResult>
    where
        F: Future + Send + 'static,
    {
        let call = self.call;
        Box::pin(async move {
            let outcome = finish(body.await);
            call.answer(outcome)
        })
    }

    /// Runs the body of a tool that is not async on a thread that may block.
    pub fn run_blocking<T, F>(
        self,
        body: F,
        finish: fn(T) -> Result<ToolResult, Failure>,
    ) -> BoxFuture<'static, ToolResult>
    where
        T: 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let call = self.call;
        Box::pin(async move {
            match tokio::task::spawn_blocking(move || finish(body())).await {
                Ok(outcome) => call.answer(outcome),
                Err(error) => match error.try_into_panic() {
                    Ok(panic) => std::panic::resume_unwind(panic),
                    Err(_) => ToolResult::failure(format!("`{}` was cancelled", call.tool.name())),
                },
            }
        })
    }

    fn value<T: DeserializeOwned>(&mut self, index: usize, absent: impl FnOnce() -> Option<T>) -> Option<T> {
        let parameters = self.call.tool.inner().parameters.clone()?;
        let field = parameters.field(index)?;
        let read = match &field.place {
            Place::Object { schema, others } => {
                let own = self.given.iter().filter(|(name, _)| !others.contains(*name));
                let own: BTreeMap<&String, &Box<RawValue>> = own.collect();
                let text = serde_json::to_string(&own).unwrap_or_default();
                decode(&parameters, &text, schema, "")
            }
            Place::Property { optional } => match self.given.get(field.name).map(|raw| raw.get()) {
                Some("null") if *optional => {
                    absent().ok_or_else(|| vec![missing(&parameters, field.name, &self.given)])
                }
                None => absent().ok_or_else(|| vec![missing(&parameters, field.name, &self.given)]),
                Some(text) => decode(&parameters, text, property(&parameters, field.name), field.name),
            },
        };
        read.map_err(|problems| self.problems.extend(problems)).ok()
    }
}

/// All the arguments as one type; fails with the text of the refusal.
pub(super) fn read_all<A: DeserializeOwned>(call: &Call, unit: bool) -> Result<A, String> {
    let text = call.arguments.as_str();
    let read = match &call.tool.inner().parameters {
        _ if !text.starts_with('{') => Err(vec![Problem::not_an_object(text)]),
        Some(parameters) if !unit => decode(parameters, text, parameters.schema(), ""),
        _ => from_text(if unit { "null" } else { text }, "").map_err(|problem| vec![problem]),
    };
    read.map_err(|problems| refusal(call.tool.name(), &problems))
}

fn property<'a>(parameters: &'a Parameters, name: &str) -> &'a Value {
    parameters.schema().get("properties").and_then(|properties| properties.get(name)).unwrap_or(&Value::Null)
}

/// Reads `text` as `T`. Deserialization decides about the shape; the schema tells all that is wrong with it, and which
/// limits are broken. So what serde accepts beyond the schema (aliases, for instance) is not refused.
fn decode<T: DeserializeOwned>(
    parameters: &Parameters,
    text: &str,
    schema: &Value,
    path: &str,
) -> Result<T, Vec<Problem>> {
    let value: Value = serde_json::from_str(text).map_err(|error| vec![Problem::serde(path, "", &error)])?;
    let trimmed = without_nulls(&value, schema, parameters.schema());
    let read = match &trimmed {
        Some(trimmed) => from_text(&trimmed.to_string(), path),
        None => from_text(text, path),
    };
    let mut found = parameters.verify(trimmed.as_ref().unwrap_or(&value), schema, path);
    match read {
        Ok(read) => {
            found.retain(|problem| problem.limit);
            if found.is_empty() { Ok(read) } else { Err(found) }
        }
        Err(_) if found.iter().any(|problem| !problem.limit) => Err(found),
        // A number that is out of the range of its type: the limit says it better.
        Err(problem) if found.iter().any(|limit| limit.path == problem.path) => Err(found),
        Err(problem) => {
            found.insert(0, problem);
            Err(found)
        }
    }
}

fn from_text<T: DeserializeOwned>(text: &str, path: &str) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| Problem::serde(path, &error.path().to_string(), error.inner()))
}

fn refusal(tool: &str, problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(|problem| format!("\n- {problem}")).collect();
    format!("the arguments of `{tool}` do not fit, correct them and call it again:{}", lines.concat())
}
