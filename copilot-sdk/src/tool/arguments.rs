//! Reads the arguments of a call one by one and collects all problems.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::members::Members;
use crate::schema::ToolArgument;
use crate::schema::{
    FieldPlace, Parameters, Problem, Problems, Reader, from_text, missing, when_missing,
};

/// The arguments of one call, read one by one. Used by the macros.
#[derive(Debug)]
pub struct Arguments<'a> {
    parameters: Option<&'a Parameters>,
    /// The arguments as JSON text.
    text: &'a str,
    /// Parsed on first use: a struct that holds all arguments does not need them.
    members: Option<Members<'a>>,
    problems: Problems,
}

/// Reads a given argument into a place of the caller, or puts the value of an absent one there,
/// if there is one.
type FillArgument<'a> = dyn FnMut(Option<(&Reader<'_>, &str)>) -> Result<bool, Problems> + 'a;

/// An argument found in the text, or its absence.
enum FoundArgument<'a> {
    Given(Reader<'a>, Cow<'a, str>),
    Absent(&'a str),
}

impl<'a> Arguments<'a> {
    pub(super) fn new(parameters: Option<&'a Parameters>, text: &'a str) -> Self {
        Self { parameters, text, members: None, problems: Problems::default() }
    }

    /// Reads the argument at `index` of the signature. Returns `None` after recording a problem.
    pub fn read<T: ToolArgument>(&mut self, index: usize) -> Option<T> {
        self.value(index, when_missing)
    }

    /// Like [`read`](Self::read), with a default for an argument that is absent or null.
    pub fn read_or<T: ToolArgument>(
        &mut self,
        index: usize,
        default: impl FnOnce() -> T,
    ) -> Option<T> {
        let mut default = Some(default);
        self.value(index, || default.take().map(|default| default()))
    }

    pub(super) fn into_problems(self) -> Problems {
        self.problems
    }

    fn value<T: DeserializeOwned>(
        &mut self,
        index: usize,
        mut absent: impl FnMut() -> Option<T>,
    ) -> Option<T> {
        let mut value = None;
        self.fill(index, &mut |given| {
            value = match given {
                Some((reader, text)) => Some(reader.read(text)?),
                None => absent(),
            };
            Ok(value.is_some())
        });
        value
    }

    /// Fills in an argument. Separate from [`value`](Self::value), which is compiled for every
    /// type.
    fn fill(&mut self, index: usize, fill: &mut FillArgument<'_>) {
        let filled = match self.find(index) {
            Some(FoundArgument::Given(reader, text)) => fill(Some((&reader, &text))).map(drop),
            Some(FoundArgument::Absent(name)) => match fill(None) {
                Ok(false) => Err(self.missing(name)),
                filled => filled.map(drop),
            },
            None => Ok(()),
        };
        if let Err(problems) = filled {
            self.problems.extend(problems);
        }
    }

    fn find(&mut self, index: usize) -> Option<FoundArgument<'a>> {
        let parameters = self.parameters?;
        let field = parameters.field(index)?;
        Some(match &field.place {
            FieldPlace::Object { schema, others } => {
                let reader = Reader::part(parameters, schema, field.limited);
                let text = if others.is_empty() {
                    Cow::Borrowed(self.text)
                } else {
                    Cow::Owned(self.without(others)?)
                };
                FoundArgument::Given(reader, text)
            }
            FieldPlace::Property { optional } => {
                let given = self.members()?.get(field.name).map(RawValue::get);
                match given.filter(|text| !(*optional && *text == "null")) {
                    Some(text) => FoundArgument::Given(
                        Reader::property(parameters, field.name, field.limited),
                        Cow::Borrowed(text),
                    ),
                    None => FoundArgument::Absent(field.name),
                }
            }
        })
    }

    /// The text without the properties of other arguments.
    fn without(&mut self, others: &[String]) -> Option<String> {
        let own = self.members()?.without(others);
        Some(serde_json::to_string(&own).unwrap_or_default())
    }

    fn missing(&self, name: &str) -> Problems {
        let mut problems = Problems::default();
        if let Some(parameters) = self.parameters {
            let given: Vec<&str> =
                self.members.as_ref().map(|members| members.names().collect()).unwrap_or_default();
            problems.push(missing(parameters, name, &given));
        }
        problems
    }

    /// The members, or `None` if the text is not an object, which is recorded once.
    fn members(&mut self) -> Option<&Members<'a>> {
        if self.members.is_none() {
            match serde_json::from_str(self.text) {
                Ok(members) => self.members = Some(members),
                Err(_) if self.problems.is_empty() => {
                    self.problems.push(Problem::not_an_object(self.text));
                }
                Err(_) => {}
            }
        }
        self.members.as_ref()
    }
}

/// Reads all arguments as one type; `unit` tells whether it is a unit type.
pub(super) fn read_all<A: DeserializeOwned>(
    parameters: Option<&Parameters>,
    text: &str,
    unit: bool,
) -> Result<A, Problems> {
    match parameters {
        _ if !text.starts_with('{') => Err(Problem::not_an_object(text).into()),
        Some(parameters) if !unit => Reader::whole(parameters).read(text),
        _ => Ok(from_text(if unit { "null" } else { text }, "")?),
    }
}

/// The raw arguments, checked only for integers that may have lost digits.
pub(super) fn read_raw(parameters: Option<&Parameters>, text: &str) -> Result<Value, Problems> {
    let arguments = from_text(text, "")?;
    match parameters {
        Some(parameters) => Reader::whole(parameters).inexact(text)?,
        None => Reader::whole(&Parameters::given(Value::Null)).inexact(text)?,
    }
    Ok(arguments)
}

/// The text the model gets about invalid arguments, one problem per line.
pub(super) fn refusal(tool: &str, problems: &Problems) -> String {
    let lines: Vec<String> = problems.lines().map(|line| format!("\n- {line}")).collect();
    format!(
        "the arguments of `{tool}` do not fit, correct them and call it again:{}",
        lines.concat()
    )
}
