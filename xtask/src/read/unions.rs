//! Unions: their variants, and what tells them apart.

use std::collections::BTreeSet;

use serde_json::Value;

use super::shapes::{Reader, constant, members};
use crate::model::{Shape, Variant};
use crate::names::{pascal, words};

/// A member of a union.
struct Member<'a> {
    /// The name of its type, if it has one of its own.
    name: Option<&'a str>,
    schema: &'a Value,
    /// The union that it stands in.
    union: String,
}

/// The variants of a union.
pub(crate) fn union(
    reader: &mut Reader<'_>,
    union: &[&Value],
    name: &str,
) -> Result<Vec<Variant>, String> {
    let schemas = reader.schemas;
    let mut all = Vec::new();
    for member in union {
        let (own, schema) = schemas.resolve(member)?;
        match members(schema) {
            Some(inner) => {
                for member in inner {
                    let (inner_own, schema) = schemas.resolve(member)?;
                    let union = own.unwrap_or(name).to_owned();
                    all.push(Member { name: inner_own, schema, union });
                }
            }
            None => all.push(Member { name: own, schema, union: name.to_owned() }),
        }
    }
    let all: Vec<Member<'_>> = all;
    let (objects, others): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|member| member.schema.get("properties").is_some());
    let mut variants = tagged(reader, &objects, name)?;
    for member in others {
        let shape = reader.shape(member.schema, member.name.unwrap_or(&member.union))?.shape;
        let shape = member.name.map_or(shape.clone(), |own| match shape {
            Shape::Named(_) => Shape::Named(own.to_owned()),
            other => other,
        });
        variants.push(Variant { name: plain_name(&shape, name), shape, guard: "Fits".to_owned() });
    }
    let names: BTreeSet<_> = variants.iter().map(|variant| &variant.name).collect();
    if names.len() < variants.len() {
        return Err(format!("two variants of `{name}` would have one name"));
    }
    Ok(variants)
}

fn tagged(
    reader: &mut Reader<'_>,
    objects: &[Member<'_>],
    name: &str,
) -> Result<Vec<Variant>, String> {
    let names = short_names(objects);
    let mut variants = Vec::new();
    let tag = tag(reader, objects)?;
    for (at, member) in objects.iter().enumerate() {
        let tags = match &tag {
            Some(tag) => values(reader, member, tag)?,
            None => Vec::new(),
        };
        let first = match tags.first() {
            Some(Value::String(word)) => pascal(word),
            Some(Value::Bool(flag)) => {
                let tag = pascal(tag.as_deref().unwrap_or_default());
                if *flag { tag } else { format!("Not{tag}") }
            }
            _ if objects.len() == 1 => "Object".to_owned(),
            _ => names.get(at).cloned().unwrap_or_default(),
        };
        let guard = match (&tag, tags.first()) {
            (Some(tag), _) if !is_required(member, tag) => "Fits".to_owned(),
            (Some(tag), Some(Value::Bool(flag))) => format!("Flag({tag:?}, {flag})"),
            (Some(tag), Some(_)) => {
                let tags: Vec<_> = tags.iter().map(Value::to_string).collect();
                format!("Word({tag:?}, &[{}])", tags.join(", "))
            }
            _ => presence(objects, at),
        };
        let own = format!("{}{first}", member.union);
        let shape = reader.record(member.schema, member.name.unwrap_or(&own))?;
        variants.push(Variant { name: first, shape, guard });
    }
    // Those that nothing tells apart come last, and take what is left.
    variants.sort_by_key(|variant| variant.guard == "Fits");
    if variants.iter().filter(|variant| variant.guard == "Fits").count() > 1 {
        return Err(format!("nothing tells the members of `{name}` apart"));
    }
    Ok(variants)
}

/// The field whose values tell the members apart.
fn tag(reader: &Reader<'_>, objects: &[Member<'_>]) -> Result<Option<String>, String> {
    let Some(first) = objects.first().filter(|_| objects.len() > 1) else { return Ok(None) };
    let mut candidates: Vec<_> = first.schema["properties"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name)
        .collect();
    candidates.sort_by_key(|name| !["kind", "type", "status"].contains(&name.as_str()));
    for name in candidates {
        let mut seen = BTreeSet::new();
        let mut tells = true;
        for member in objects {
            let values = values(reader, member, name)?;
            tells &=
                !values.is_empty() && values.iter().all(|value| seen.insert(value.to_string()));
        }
        // One may leave it out: it takes what is left.
        let optional = objects.iter().filter(|member| !is_required(member, name)).count();
        if tells && optional <= 1 {
            return Ok(Some(name.clone()));
        }
    }
    Ok(None)
}

fn is_required(member: &Member<'_>, field: &str) -> bool {
    member.schema["required"].as_array().into_iter().flatten().any(|name| name == field)
}

/// The values that a field of a member may have, if those are a few words.
fn values(reader: &Reader<'_>, member: &Member<'_>, field: &str) -> Result<Vec<Value>, String> {
    let schema = &member.schema["properties"][field];
    let (_, resolved) = reader.schemas.resolve(schema)?;
    Ok(match constant(schema).or_else(|| constant(resolved)) {
        Some(value) => vec![value.clone()],
        None => resolved["enum"].as_array().cloned().unwrap_or_default(),
    })
}

/// A guard by the required fields that only this member has.
fn presence(objects: &[Member<'_>], at: usize) -> String {
    let required = |member: &Member<'_>| -> BTreeSet<String> {
        let names = member.schema["required"].as_array().into_iter().flatten();
        names.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let mut own = objects.get(at).map(required).unwrap_or_default();
    for (other, member) in objects.iter().enumerate() {
        if other != at {
            for name in required(member) {
                own.remove(&name);
            }
        }
    }
    if own.is_empty() {
        return "Fits".to_owned();
    }
    let own: Vec<_> = own.iter().map(|name| format!("{name:?}")).collect();
    format!("Has(&[{}])", own.join(", "))
}

/// What the names of the members do not share.
fn short_names(objects: &[Member<'_>]) -> Vec<String> {
    let split: Vec<Vec<String>> =
        objects.iter().map(|member| words(member.name.unwrap_or_default())).collect();
    let shortest = split.iter().map(Vec::len).min().unwrap_or_default();
    let same = |at: &dyn Fn(&Vec<String>) -> Option<String>| {
        let first = split.first().and_then(at);
        split.iter().all(|words| at(words) == first)
    };
    let front = (0..shortest).take_while(|i| same(&|words| words.get(*i).cloned())).count();
    let back = (0..shortest - front)
        .take_while(|i| same(&|words| words.iter().rev().nth(*i).cloned()))
        .count();
    let middle = |words: &Vec<String>| -> String {
        words.iter().take(words.len() - back).skip(front).map(|word| pascal(word)).collect()
    };
    split.iter().map(middle).collect()
}

/// The name of a variant that is no object.
fn plain_name(shape: &Shape, union: &str) -> String {
    match shape {
        Shape::Text => "Text".to_owned(),
        Shape::Flag => "Flag".to_owned(),
        Shape::Unsigned | Shape::Signed | Shape::Float => "Number".to_owned(),
        Shape::Json | Shape::Object => "Json".to_owned(),
        Shape::Event => "Event".to_owned(),
        Shape::List(_) => "List".to_owned(),
        Shape::Entries(_) => "Map".to_owned(),
        Shape::Named(name) | Shape::Boxed(name) => {
            name.strip_prefix(union).unwrap_or(name).to_owned()
        }
    }
}
