//! The declaration of one type.

use std::fmt::Write;

use super::doc::doc;
use crate::model::{Field, Kind, Record, Shape, Stability, Type, Variant};
use crate::names::{pascal, snake};

/// The most columns of a line.
pub(super) const WIDTH: usize = 100;
/// The indentation of a field.
const DEEP: &str = "        ";

/// The number of lines that a type takes.
pub(super) fn lines(name: &str, made: &Type) -> usize {
    item(name, made).lines().count() + 1
}

/// The macro that declares a type.
pub(super) fn block_of(made: &Type) -> &'static str {
    match made.kind {
        Kind::Record(_) => "objects",
        Kind::Union(_) => "unions",
        Kind::Words(_) => "words",
    }
}

/// The declaration, in the macro that [`block_of`] names.
pub(super) fn item(name: &str, made: &Type) -> String {
    let mut code = String::new();
    if let Some(text) = users(made) {
        code.push_str(&doc("    ", &text));
    }
    match &made.kind {
        Kind::Record(record) => {
            let _ = writeln!(code, "    pub struct {name} {{");
            fields(record, &mut code);
        }
        Kind::Words(words) => {
            let _ = writeln!(code, "    pub enum {name} {{");
            for word in words {
                let _ = writeln!(code, "{DEEP}{} = {word:?},", pascal(word));
            }
        }
        Kind::Union(variants) => {
            let _ = writeln!(code, "    pub enum {name} {{");
            for each in variants {
                variant(each, &mut code);
            }
        }
    }
    code.push_str("    }\n");
    code
}

/// Who uses a type, and what its schema promises.
fn users(made: &Type) -> Option<String> {
    let mut sentences: Vec<String> =
        made.users.iter().take(3).map(|user| format!("{user}.")).collect();
    if made.users.len() > 3 {
        sentences.push(format!("{} more uses.", made.users.len() - 3));
    }
    sentences.extend(promises(made.stability).map(str::to_owned));
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// What a schema says of the stability of something.
pub(crate) fn promises(stability: Stability) -> impl Iterator<Item = &'static str> {
    let Stability { experimental, deprecated, internal } = stability;
    let said = [
        (experimental, "Experimental."),
        (deprecated, "Deprecated by the CLI."),
        (internal, "Internal to the CLI."),
    ];
    said.into_iter().filter_map(|(is_so, text)| is_so.then_some(text))
}

fn fields(record: &Record, code: &mut String) {
    for (name, value) in &record.constants {
        let _ = writeln!(code, "{DEEP}{name:?} = {value},");
    }
    for field in &record.fields {
        if !field.facts.is_empty() {
            code.push_str(&doc(DEEP, &field.facts.join(" ")));
        }
        code.push_str(&row(field));
    }
}

fn row(field: &Field) -> String {
    let null = if field.required && field.nullable { " or null" } else { "" };
    let head = format!("{}: {}", snake(&field.name), field.rust());
    long_row(&head, &format!("{:?}{null}", field.name))
}

/// A row `head = value`, in several lines if it is long.
pub(crate) fn long_row(head: &str, value: &str) -> String {
    let one = format!("{DEEP}{head} = {value},\n");
    if one.len() <= WIDTH + 1 {
        return one;
    }
    let line = format!("{DEEP}{head}");
    let line =
        if line.len() <= WIDTH { line } else { line.replacen(": ", &format!(":\n{DEEP}    "), 1) };
    format!("{line}\n{DEEP}    = {value},\n")
}

fn variant(variant: &Variant, code: &mut String) {
    let Variant { name, shape, guard } = variant;
    code.push_str(&doc(DEEP, &condition(guard, shape)));
    let one = format!("{DEEP}{name}({}) = {guard},\n", shape.rust());
    if one.len() <= WIDTH + 1 {
        code.push_str(&one);
    } else {
        let rust = shape.rust();
        let head = format!("{DEEP}{name}({rust})");
        let head = if head.len() <= WIDTH {
            head
        } else {
            format!("{DEEP}{name}(\n{DEEP}    {rust}\n{DEEP})")
        };
        let _ = write!(code, "{head}\n{DEEP}    = {guard},\n");
    }
}

/// When a union has a variant, in words.
fn condition(guard: &str, shape: &Shape) -> String {
    let inner = guard.split_once('(').map(|(_, rest)| rest.trim_end_matches(')'));
    match (guard.split('(').next(), inner) {
        (Some("Word"), Some(inner)) => {
            let mut quoted = inner.split('"').skip(1).step_by(2);
            let field = quoted.next().unwrap_or_default();
            let words: Vec<_> = quoted.map(|word| format!("`{word}`")).collect();
            format!("`{field}` is {}.", words.join(" or "))
        }
        (Some("Flag"), Some(inner)) => {
            let (field, flag) = inner.split_once(", ").unwrap_or((inner, ""));
            format!("`{}` is {flag}.", field.trim_matches('"'))
        }
        (Some("Has"), Some(inner)) => {
            let fields: Vec<_> =
                inner.split('"').skip(1).step_by(2).map(|name| format!("`{name}`")).collect();
            format!("Has {}.", fields.join(" and "))
        }
        _ => match shape {
            Shape::Text => "A string.".to_owned(),
            Shape::Flag => "A boolean.".to_owned(),
            Shape::Unsigned | Shape::Signed | Shape::Float => "A number.".to_owned(),
            Shape::List(_) => "A list.".to_owned(),
            Shape::Entries(_) | Shape::Object => "An object.".to_owned(),
            Shape::Named(name) | Shape::Boxed(name) => format!("Otherwise, a [`{name}`]."),
            Shape::Json | Shape::Event => "Anything.".to_owned(),
        },
    }
}
