//! A listing of the protocol, and what changed between two of them.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::model::{Kind, Method, Protocol, Shape};
use crate::render::promises;

/// Where the listing of the pinned CLI stands in the repository.
pub(crate) const PATH: &str = "xtask/protocol.txt";

/// The length of a line of the changelog.
const COLUMNS: usize = 120;

/// Writes the listing: one line for each method, event, field and value, those of a type below it.
pub(crate) fn listing(protocol: &Protocol) -> String {
    let mut text = format!("cli {}\n", protocol.version);
    for method in &protocol.methods {
        let _ = writeln!(text, "method {}: {}", method.name, signature(method));
    }
    for event in &protocol.events {
        let _ = writeln!(text, "event {}: {}", event.name, event.payload);
    }
    for (name, made) in &protocol.types {
        match &made.kind {
            Kind::Record(record) => {
                let _ = writeln!(text, "object {name}");
                for (field, value) in &record.constants {
                    let _ = writeln!(text, "  {field}: {value}");
                }
                for field in &record.fields {
                    let absent = if field.required { "" } else { "?" };
                    let null = if field.nullable { " or null" } else { "" };
                    let _ =
                        writeln!(text, "  {}{absent}: {}{null}", field.name, wire(&field.shape));
                }
            }
            Kind::Words(words) => {
                let _ = writeln!(text, "words {name}");
                for word in words {
                    let _ = writeln!(text, "  {word}");
                }
            }
            Kind::Union(variants) => {
                let _ = writeln!(text, "union {name}");
                for variant in variants {
                    let _ = writeln!(text, "  {}: {}", variant.name, wire(&variant.shape));
                }
            }
        }
    }
    text
}

/// What changed between two listings, as lines for a changelog; empty if nothing did.
pub(crate) fn changes(old: &str, new: &str) -> String {
    let (before, after) = (facts(old), facts(new));
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut note = |heading: String, text: String| groups.entry(heading).or_default().push(text);
    for (key, value) in &after {
        let Key { kind, name } = key;
        match before.get(key) {
            // A new type says nothing that the methods and fields which use it do not.
            None if *kind == "type" || is_part_of_new(key, &before) => {}
            None => note(format!("New {kind}s"), format!("`{name}`")),
            Some(known) if known != value => {
                note(format!("Changed {kind}s"), format!("`{name}` ({known} -> {value})"));
            }
            Some(_) => {}
        }
    }
    for key in before.keys().filter(|key| !after.contains_key(key)) {
        if key.kind != "type" && !is_part_of_new(key, &after) {
            note(format!("Removed {}s", key.kind), format!("`{}`", key.name));
        }
    }
    let mut text = String::new();
    for (heading, items) in groups {
        text.push_str(&wrapped(&format!("- {heading}: {}.", items.join(", "))));
    }
    text
}

/// An item of a list, in lines as long as those of the changelog.
fn wrapped(item: &str) -> String {
    let (mut text, mut length) = (String::new(), 0);
    for word in item.split(' ') {
        if length > 0 && length + word.len() >= COLUMNS {
            text.push_str("\n  ");
            length = 2;
        } else if length > 0 {
            text.push(' ');
            length += 1;
        }
        text.push_str(word);
        length += word.len();
    }
    text.push('\n');
    text
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    kind: &'static str,
    name: String,
}

/// The facts of a listing with what each says.
fn facts(listing: &str) -> BTreeMap<Key, String> {
    let mut facts = BTreeMap::new();
    let mut owner = ("field", String::new());
    for line in listing.lines() {
        if let Some(part) = line.strip_prefix("  ") {
            let (name, value) = part.split_once(": ").unwrap_or((part, ""));
            // A field that became optional is still the same field.
            let (name, absent) = match name.strip_suffix('?') {
                Some(name) => (name, "optional "),
                None => (name, ""),
            };
            let name = format!("{}.{name}", owner.1);
            facts.insert(Key { kind: owner.0, name }, format!("{absent}{value}"));
            continue;
        }
        let (kind, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (name, value) = rest.split_once(": ").unwrap_or((rest, ""));
        let kind = match kind {
            "cli" => "version",
            "method" => "method",
            "event" => "event",
            "words" => {
                owner = ("value", name.to_owned());
                "type"
            }
            _ => {
                owner = ("field", name.to_owned());
                "type"
            }
        };
        // There is one version, whichever it is.
        let (name, value) = if kind == "version" { ("cli", name) } else { (name, value) };
        facts.insert(Key { kind, name: name.to_owned() }, value.to_owned());
    }
    facts
}

/// Whether the type that a field or value belongs to is not among the others at all.
fn is_part_of_new(key: &Key, others: &BTreeMap<Key, String>) -> bool {
    let owner = key.name.split('.').next().unwrap_or_default().to_owned();
    ["field", "value"].contains(&key.kind)
        && !others.contains_key(&Key { kind: "type", name: owner })
}

fn signature(method: &Method) -> String {
    let params = method.params.as_ref().map(wire).unwrap_or_default();
    let result = method.result.as_ref().map_or("()".to_owned(), wire);
    let null = if method.nullable && method.result.is_some() { " or null" } else { "" };
    let mut text = format!("({params}) -> {result}{null}");
    for promise in promises(method.stability) {
        let _ = write!(text, " {}", promise.trim_end_matches('.').to_lowercase());
    }
    text
}

fn wire(shape: &Shape) -> String {
    match shape {
        Shape::Text => "string".to_owned(),
        Shape::Flag => "boolean".to_owned(),
        Shape::Unsigned => "count".to_owned(),
        Shape::Signed => "integer".to_owned(),
        Shape::Float => "number".to_owned(),
        Shape::Json => "json".to_owned(),
        Shape::Object => "object".to_owned(),
        Shape::Event => "event".to_owned(),
        Shape::List(item) => format!("{}[]", wire(item)),
        Shape::Entries(value) => format!("map of {}", wire(value)),
        Shape::Named(name) | Shape::Boxed(name) => name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_name_what_came_what_went_and_what_became_different() {
        let old = "cli 1.0.1\nmethod a.b: (X) -> ()\nmethod a.c: () -> ()\nevent e: D\n\
                   object X\n  one: string\n  two?: count\nwords W\n  red\n";
        let new = "cli 1.0.2\nmethod a.b: (X) -> Y\nmethod a.d: () -> Y\nevent e: D\nevent f: D\n\
                   object X\n  one?: string\n  three: W\nobject Y\n  new: string\nwords W\n\
                   \x20 red\n  blue\n";
        let expected = "- Changed fields: `X.one` (string -> optional string).\n\
                        - Changed methods: `a.b` ((X) -> () -> (X) -> Y).\n\
                        - Changed versions: `cli` (1.0.1 -> 1.0.2).\n\
                        - New events: `f`.\n\
                        - New fields: `X.three`.\n\
                        - New methods: `a.d`.\n\
                        - New values: `W.blue`.\n\
                        - Removed fields: `X.two`.\n\
                        - Removed methods: `a.c`.\n";
        assert_eq!(changes(old, new), expected);
        assert_eq!(changes(new, new), "");
    }
}
