//! Names accepted by every model provider.

use serde_json::{Map, Value};

use super::walk::each_child;

/// Maximum length of tool and property names accepted by all providers.
const LONGEST: usize = 64;

/// The problem with a name, which may contain letters, digits and `others`, if there is one.
pub(crate) fn misnamed(what: &str, name: &str, others: &[char]) -> Option<String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || others.contains(&c);
    if name.is_empty() {
        return Some(format!("a {what} name cannot be empty"));
    }
    if let Some(bad) = name.chars().find(|&c| !allowed(c)) {
        let bad = if bad == ' ' { "a space".to_owned() } else { format!("`{bad}`") };
        let others: Vec<String> = others.iter().map(|other| format!("`{other}`")).collect();
        let (last, first) = others.split_last()?;
        let others = if first.is_empty() {
            format!(" and {last}")
        } else {
            format!(", {} and {last}", first.join(", "))
        };
        return Some(format!("{what} name `{name}` contains {bad}: use letters, digits{others}"));
    }
    // Only ASCII is left, so bytes equal characters.
    (name.len() > LONGEST).then(|| {
        format!("{what} name `{name}` is {} characters long, the limit is {LONGEST}", name.len())
    })
}

/// Records properties at any depth whose names make a provider refuse the whole request.
pub(super) fn check(schema: &Value, problems: &mut Vec<String>) {
    let names = schema.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::keys);
    for problem in names.filter_map(|name| misnamed("property", name, &['_', '.', '-'])) {
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }
    each_child(schema, &mut |child| check(child, problems));
}
