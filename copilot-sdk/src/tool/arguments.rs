//! Reading the arguments of a call, so that the model hears of all problems at once.

use std::borrow::{Borrow, Cow};
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use super::handler::{Call, ToolArgument};
use crate::schema::{Parameters, Place, Problem, missing, when_missing};

/// The arguments of one call, read one by one; the macros use it.
#[derive(Debug)]
pub struct Arguments<'a> {
    call: &'a Call,
    /// Read when they are first needed: a struct that is all the arguments does without.
    members: Option<Members<'a>>,
    pub(super) problems: Vec<Problem>,
}

/// The members of the object, as they stand in its text.
type Members<'a> = BTreeMap<Name<'a>, &'a RawValue>;

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(transparent)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Arguments<'a> {
    pub(super) fn new(call: &'a Call) -> Self {
        Self { call, members: None, problems: Vec::new() }
    }

    /// The argument at `index` of the signature; `None` after a problem was noted.
    pub fn read<T: ToolArgument>(&mut self, index: usize) -> Option<T> {
        self.value(index, when_missing)
    }

    /// As [`read`](Self::read), with a value for an argument that is absent or null.
    pub fn read_or<T: ToolArgument>(
        &mut self,
        index: usize,
        default: impl FnOnce() -> T,
    ) -> Option<T> {
        self.value(index, || Some(default()))
    }

    fn value<T: DeserializeOwned>(
        &mut self,
        index: usize,
        absent: impl FnOnce() -> Option<T>,
    ) -> Option<T> {
        let read = match self.find(index)? {
            Found::Given(reader, text) => reader.read(&text),
            Found::Absent(name) => absent().ok_or_else(|| self.missing(name)),
        };
        read.map_err(|problems| self.problems.extend(problems)).ok()
    }

    /// Where the argument stands. Apart from [`value`](Self::value), which is compiled anew for
    /// every type.
    fn find(&mut self, index: usize) -> Option<Found<'a>> {
        let call = self.call;
        let parameters = call.tool.inner().parameters.as_deref()?;
        let field = parameters.field(index)?;
        let reader = |schema, path| Reader { parameters, schema, path, limited: field.limited };
        Some(match &field.place {
            Place::Object { schema, others } if others.is_empty() => {
                Found::Given(reader(schema, ""), Cow::Borrowed(&call.arguments))
            }
            Place::Object { schema, others } => {
                let members = self
                    .members()?
                    .iter()
                    .filter(|(name, _)| !others.iter().any(|other| *other == name.0));
                let own: BTreeMap<&str, &RawValue> =
                    members.map(|(name, raw)| (&*name.0, *raw)).collect();
                Found::Given(
                    reader(schema, ""),
                    Cow::Owned(serde_json::to_string(&own).unwrap_or_default()),
                )
            }
            Place::Property { optional } => {
                let given = self.members()?.get(field.name).map(|raw| raw.get());
                match given.filter(|text| !(*optional && *text == "null")) {
                    Some(text) => Found::Given(
                        reader(property(parameters, field.name), field.name),
                        Cow::Borrowed(text),
                    ),
                    None => Found::Absent(field.name),
                }
            }
        })
    }

    fn missing(&self, name: &str) -> Vec<Problem> {
        let given: Vec<&str> =
            self.members.iter().flat_map(BTreeMap::keys).map(Borrow::borrow).collect();
        self.call
            .tool
            .inner()
            .parameters
            .iter()
            .map(|parameters| missing(parameters, name, &given))
            .collect()
    }

    /// `None` when the text is no object, which is noted once.
    fn members(&mut self) -> Option<&Members<'a>> {
        if self.members.is_none() {
            match serde_json::from_str(&self.call.arguments) {
                Ok(members) => self.members = Some(members),
                Err(_) if self.problems.is_empty() => {
                    self.problems.push(Problem::not_an_object(&self.call.arguments));
                }
                Err(_) => {}
            }
        }
        self.members.as_ref()
    }
}

impl Borrow<str> for Name<'_> {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// All the arguments as one type.
pub(super) fn read_all<A: DeserializeOwned>(call: &Call, unit: bool) -> Result<A, Vec<Problem>> {
    let text = call.arguments.as_str();
    match &call.tool.inner().parameters {
        _ if !text.starts_with('{') => Err(vec![Problem::not_an_object(text)]),
        Some(parameters) if !unit => {
            let schema = parameters.checked();
            Reader { parameters, schema, path: "", limited: parameters.limited() }.read(text)
        }
        _ => from_text(if unit { "null" } else { text }, "").map_err(|problem| vec![problem]),
    }
}

/// A value that stands for itself, such as a form that was filled in.
///
/// # Errors
///
/// Everything that is wrong with it, limits of its schema included.
pub(crate) fn read_value<T: DeserializeOwned + JsonSchema>(
    value: &Value,
) -> Result<T, Vec<Problem>> {
    let parameters = Parameters::of::<T>();
    let reader = Reader {
        parameters: &parameters,
        schema: parameters.schema(),
        path: "",
        limited: parameters.limited(),
    };
    reader.read(&value.to_string())
}

/// What the model is told about arguments that do not fit: every problem in a line of its own.
pub(super) fn refusal(tool: &str, problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(|problem| format!("\n- {problem}")).collect();
    format!(
        "the arguments of `{tool}` do not fit, correct them and call it again:{}",
        lines.concat()
    )
}

fn property<'a>(parameters: &'a Parameters, name: &str) -> &'a Value {
    parameters
        .checked()
        .get("properties")
        .and_then(|properties| properties.get(name))
        .unwrap_or(&Value::Null)
}

/// What was found for an argument.
enum Found<'a> {
    Given(Reader<'a>, Cow<'a, str>),
    Absent(&'a str),
}

/// Reads the value at one place.
struct Reader<'a> {
    parameters: &'a Parameters,
    schema: &'a Value,
    path: &'a str,
    /// Whether the schema says more than deserialization enforces.
    limited: bool,
}

impl Reader<'_> {
    /// Deserialization decides about the shape; the schema tells all that is wrong with it, and
    /// which limits are broken. So what serde accepts beyond the schema (aliases, for instance) is
    /// not refused.
    fn read<T: DeserializeOwned>(&self, text: &str) -> Result<T, Vec<Problem>> {
        // Most calls end here: one pass, without a tree. A null may stand for "absent" and must be
        // looked at.
        if !self.limited
            && !text.contains("null")
            && let Ok(read) = serde_json::from_str(text)
        {
            return Ok(read);
        }
        self.read_closely(text)
    }

    fn read_closely<T: DeserializeOwned>(&self, text: &str) -> Result<T, Vec<Problem>> {
        let (text, found) =
            self.parameters.look(text, self.schema, self.path).map_err(|problem| vec![problem])?;
        match from_text(&text, self.path) {
            Ok(read) if found.iter().all(|problem| !(problem.limit && self.limited)) => Ok(read),
            read => Err(told(read.err(), found)),
        }
    }
}

/// What the model is told: of a value that serde reads, the broken limits only.
fn told(refused: Option<Problem>, mut found: Vec<Problem>) -> Vec<Problem> {
    match refused {
        None => found.retain(|problem| problem.limit),
        // The schema says it better, also of a number that is out of the range of its type.
        Some(problem) if found.iter().any(|other| !other.limit || other.path == problem.path) => {}
        Some(problem) => found.insert(0, problem),
    }
    found
}

fn from_text<T: DeserializeOwned>(text: &str, path: &str) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| Problem::serde(path, &error.path().to_string(), error.inner()))
}
