//! A table as Rust.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::rules::Rules;
use super::table::{Part, Row, Table};
use crate::names::{pascal, snake};
use crate::render::{doc, long_row};

/// The modules of the types that stand outside of the events.
const ELSEWHERE: [(&str, &[&str]); 4] = [
    ("by_hand", &["SecretJson"]),
    ("crate::ids", &["AgentId", "EventId", "MessageId", "RequestId", "SessionId", "ToolCallId"]),
    ("crate::model", &["ContextTier", "ReasoningEffort", "ReasoningSummary", "Verbosity"]),
    ("crate::prompt", &["AgentMode"]),
];

/// The code of a module.
///
/// # Errors
///
/// If the table names what the schemas do not have.
pub(crate) fn file(table: &Table, rules: &Rules<'_>) -> Result<String, String> {
    let mut items = BTreeMap::from([("open_enums", Vec::new()), ("payloads", Vec::new())]);
    let mut types = BTreeSet::new();
    for row in &table.rows {
        let (block, item) = if row.is_enum {
            ("open_enums", words(row, rules)?)
        } else {
            ("payloads", fields(row, rules, &mut types)?)
        };
        items.entry(block).or_default().push(item);
    }
    items.retain(|_, items| !items.is_empty());
    let mut code = String::new();
    for line in &table.about {
        let _ = writeln!(code, "{}", format!("//! {line}").trim_end());
    }
    let macros: Vec<_> = items.keys().copied().collect();
    code.push_str(&imports(table, rules, &types, &macros)?);
    for block in ["payloads", "open_enums"] {
        if let Some(items) = items.get(block) {
            let _ = write!(code, "\n{block}! {{\n{}}}\n", items.join("\n"));
        }
    }
    Ok(code.trim_start().to_owned())
}

fn imports(
    table: &Table,
    rules: &Rules<'_>,
    types: &BTreeSet<String>,
    macros: &[&str],
) -> Result<String, String> {
    let event = if table.file.contains('/') { "crate::event" } else { "super" };
    let mut modules: BTreeMap<(String, bool), BTreeSet<&str>> = BTreeMap::new();
    modules.insert((format!("{event}::macros"), false), macros.iter().copied().collect());
    let mut code = String::new();
    let exports = table.exports.iter().map(|name| (name, true));
    let used = types.iter().filter(|name| !table.exports.contains(name));
    for (name, exported) in exports.chain(used.map(|name| (name, false))) {
        let elsewhere = ELSEWHERE.iter().find(|(_, names)| names.contains(&name.as_str()));
        let module = match (name.as_str(), rules.module(name), elsewhere) {
            (_, Some(module), _) if module == table.file => continue,
            (_, Some(module), _) => format!("{event}::{}", module.replace('/', "::")),
            (_, None, Some((module, _))) if !module.contains(':') => format!("{event}::{module}"),
            (_, None, Some((module, _))) => (*module).to_owned(),
            ("BTreeMap", ..) => {
                code.push_str("\nuse std::collections::BTreeMap;\n");
                continue;
            }
            ("RawValue", ..) => {
                code.push_str("\nuse serde_json::value::RawValue;\n");
                continue;
            }
            ("Option" | "Vec" | "Box" | "String" | "bool" | "u16" | "u64" | "i64" | "f64", ..) => {
                continue;
            }
            _ => return Err(format!("nothing says where `{name}` stands")),
        };
        modules.entry((module, exported)).or_default().insert(name);
    }
    code.push('\n');
    for ((module, exported), names) in modules {
        let public = if exported { "pub " } else { "" };
        let names: Vec<_> = names.into_iter().collect();
        let _ = writeln!(code, "{public}use {module}::{{{}}};", names.join(", "));
    }
    Ok(code)
}

fn fields(row: &Row, rules: &Rules<'_>, types: &mut BTreeSet<String>) -> Result<String, String> {
    let of_schema = rules.fields(row)?;
    let mut code = head(row);
    for part in &row.parts {
        let field = of_schema.iter().find(|field| field.name == part.wire);
        let rule = field.map(|field| rules.rust(field));
        let rust = match (&part.rust, rule) {
            (Some(own), Some(rule)) if *own == rule => {
                return Err(format!("`{}.{}` is no exception", row.name, part.wire));
            }
            (Some(own), _) => own.clone(),
            (None, Some(rule)) => rule,
            (None, None) => return Err(missing(row, &part.wire)),
        };
        push_field(&mut code, part, &rust, types);
    }
    if let Some(name) =
        row.omitted.iter().find(|name| of_schema.iter().all(|field| field.name != **name))
    {
        return Err(missing(row, name));
    }
    for field in of_schema {
        if row.parts.iter().all(|part| part.wire != field.name)
            && !row.omitted.contains(&field.name)
        {
            let mut facts = format!("Wire name `{}`.", field.name);
            field.facts.iter().for_each(|fact| {
                let _ = write!(facts, " {fact}");
            });
            let part = Part { wire: field.name.clone(), docs: vec![facts], ..Default::default() };
            push_field(&mut code, &part, &rules.rust(field), types);
        }
    }
    Ok(closed(code))
}

fn push_field(code: &mut String, part: &Part, rust: &str, types: &mut BTreeSet<String>) {
    let words = rust.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    types.extend(words.map(str::to_owned));
    push_docs(code, "        ", &part.docs, &part.attributes);
    let name = part.name.clone().unwrap_or_else(|| snake(&part.wire));
    code.push_str(&long_row(&format!("{name}: {rust}"), &format!("{:?}", part.wire)));
}

fn words(row: &Row, rules: &Rules<'_>) -> Result<String, String> {
    let of_schema = rules.words(row)?;
    let mut code = head(row);
    for part in &row.parts {
        if !row.schemas.is_empty() && !of_schema.contains(&part.wire.as_str()) {
            return Err(missing(row, &part.wire));
        }
        push_word(&mut code, part);
    }
    for word in of_schema {
        if row.parts.iter().all(|part| part.wire != word) {
            let docs = vec![format!("Wire value `{word}`.")];
            push_word(&mut code, &Part { wire: word.to_owned(), docs, ..Default::default() });
        }
    }
    Ok(closed(code))
}

fn push_word(code: &mut String, part: &Part) {
    push_docs(code, "        ", &part.docs, &part.attributes);
    let name = part.name.clone().unwrap_or_else(|| pascal(&part.wire));
    code.push_str(&long_row(&name, &format!("{:?}", part.wire)));
}

fn head(row: &Row) -> String {
    let mut code = String::new();
    push_docs(&mut code, "    ", &row.docs, &row.attributes);
    let _ = writeln!(code, "    {} {{", row.name);
    code
}

/// An item with its last brace, on the line of the first if nothing stands between them.
fn closed(mut code: String) -> String {
    if code.ends_with("{\n") {
        code.truncate(code.len() - 1);
        code.push_str("}\n");
    } else {
        code.push_str("    }\n");
    }
    code
}

fn push_docs(code: &mut String, indent: &str, docs: &[String], attributes: &[String]) {
    for (at, paragraph) in docs.iter().enumerate() {
        if at > 0 {
            let _ = writeln!(code, "{indent}///");
        }
        code.push_str(&doc(indent, paragraph));
    }
    for attribute in attributes {
        let _ = writeln!(code, "{indent}{attribute}");
    }
}

fn missing(row: &Row, part: &str) -> String {
    format!("the schema of `{}` has no `{part}`: remove its row, or give it a reason", row.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Field, Kind, Protocol, Record, Shape, Type};
    use crate::payloads::table::parse;

    /// A protocol with the object `Boat` of two fields, and the words `Rig`.
    fn protocol() -> Protocol {
        let field = |name: &str, shape, required| {
            let facts = vec!["In meters.".to_owned()];
            Field { name: name.to_owned(), shape, required, nullable: false, facts }
        };
        let fields = vec![
            field("toolCallId", Shape::Text, true),
            field("mastHeight", Shape::Unsigned, false),
            field("rig", Shape::Named("Rig".to_owned()), true),
        ];
        let (users, places, stability) = Default::default();
        let boat = Kind::Record(Record { constants: Vec::new(), fields });
        let rig = Kind::Words(vec!["sloop".to_owned(), "new-rig".to_owned()]);
        let types = [("Boat", boat), ("Rig", rig)].map(|(name, kind)| {
            let made = Type {
                kind,
                stability,
                users: BTreeSet::clone(&users),
                places: BTreeSet::clone(&places),
            };
            (name.to_owned(), made)
        });
        Protocol { types: types.into_iter().collect(), ..Default::default() }
    }

    fn generate(text: &str) -> Result<String, String> {
        let tables = [parse("sea".to_owned(), text)?];
        let protocol = protocol();
        let [table] = &tables;
        file(table, &Rules::new(&protocol, &tables)?)
    }

    #[test]
    fn fields_and_words_that_no_table_names_are_generated_with_their_facts() {
        let text = "\
! The sea.

struct Ship = Boat
/ A ship.
  mastHeight: f64 by number
    / How high.

enum Sails = Rig
/ The sails.
  sloop as One
    / One mast.
";
        let expected = "\
//! The sea.

use crate::ids::{ToolCallId};
use super::macros::{open_enums, payloads};

payloads! {
    /// A ship.
    Ship {
        /// How high.
        mast_height: f64 = \"mastHeight\",
        /// Wire name `toolCallId`. In meters.
        tool_call_id: ToolCallId = \"toolCallId\",
        /// Wire name `rig`. In meters.
        rig: Sails = \"rig\",
    }
}

open_enums! {
    /// The sails.
    Sails {
        /// One mast.
        One = \"sloop\",
        /// Wire value `new-rig`.
        NewRig = \"new-rig\",
    }
}
";
        assert_eq!(generate(text).as_deref(), Ok(expected));
    }

    #[test]
    fn rows_that_the_schema_does_not_bear_out_are_refused() {
        let cases = [
            ("struct Ship = Raft", "the schema has no object `Raft`"),
            ("enum Sails = Boat", "the schema has no words `Boat`"),
            (
                "struct Ship = Boat\n  mastHeight: Option<u64> by number",
                "`Ship.mastHeight` is no exception",
            ),
            ("struct Ship = Boat\n  crew", "the schema of `Ship` has no `crew`"),
            ("struct Ship = Boat\n  omit crew by detail", "the schema of `Ship` has no `crew`"),
            ("enum Sails = Rig\n  yawl", "the schema of `Sails` has no `yawl`"),
            ("struct Ship = Boat\nstruct Boat = Boat", "`Boat`, or its schema, stands in two rows"),
            ("struct Ship by union\n  port: Port", "nothing says where `Port` stands"),
        ];
        for (text, expected) in cases {
            let error = generate(text).err();
            assert!(error.as_ref().is_some_and(|error| error.starts_with(expected)), "{error:?}");
        }
    }
}
