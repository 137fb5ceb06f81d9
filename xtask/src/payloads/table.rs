//! The tables: what the schemas do not say of a payload.
//!
//! ```text
//! ! The docs of the module.
//! export TypeOfAnotherModule
//! struct Name = SchemaType
//! / The docs of the type, a paragraph in each line.
//!   wireName as rust_name: RustType by reason
//!     / The docs of the field.
//!   omit wireName, otherName by reason
//! enum Name = SchemaType, OtherSchemaType
//!   word as Variant
//! ```
//!
//! Everything after a name may be left out: the name and the type then follow from the schema. A
//! type other than the schema's needs a reason, and so does a row without a type of the schema. The
//! reasons stand in `reasons.txt`, as `reason: What it means.`

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// All tables.
pub(crate) struct Tables {
    pub(crate) files: Vec<Table>,
    reasons: BTreeSet<String>,
}

/// The table of one module.
#[derive(Default)]
pub(crate) struct Table {
    /// The path of the module in `event`, such as `session/context`.
    pub(crate) file: String,
    /// The lines of the module's docs.
    pub(crate) about: Vec<String>,
    /// The types of other modules that it exports.
    pub(crate) exports: Vec<String>,
    pub(crate) rows: Vec<Row>,
}

/// A type.
#[derive(Default)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) is_enum: bool,
    /// The types of the schema that it stands for.
    pub(crate) schemas: Vec<String>,
    /// The paragraphs of its docs.
    pub(crate) docs: Vec<String>,
    pub(crate) attributes: Vec<String>,
    /// Its fields or words, in the order of the code.
    pub(crate) parts: Vec<Part>,
    /// The fields of the schema that it lacks.
    pub(crate) omitted: Vec<String>,
    reasons: Vec<String>,
}

/// A field or a word.
#[derive(Default)]
pub(crate) struct Part {
    pub(crate) wire: String,
    /// The name in Rust, if it does not follow from that of the wire.
    pub(crate) name: Option<String>,
    /// The type in Rust, if it does not follow from that of the schema.
    pub(crate) rust: Option<String>,
    pub(crate) docs: Vec<String>,
    pub(crate) attributes: Vec<String>,
}

/// Reads the tables of a folder.
///
/// # Errors
///
/// If a file cannot be read, or a line has another form.
pub(crate) fn load(folder: &Path) -> Result<Tables, String> {
    let mut files = Vec::new();
    let mut reasons = BTreeSet::new();
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        let failed = |error: std::io::Error| format!("{}: {error}", path.display());
        if path.is_dir() {
            for entry in fs::read_dir(&path).map_err(failed)? {
                open.push(entry.map_err(failed)?.path());
            }
            continue;
        }
        let text = fs::read_to_string(&path).map_err(failed)?;
        let name = path.strip_prefix(folder).unwrap_or(&path).with_extension("");
        let name = name.to_string_lossy().replace('\\', "/");
        if name == "reasons" {
            let rows = text.lines().filter_map(|line| line.split_once(": "));
            reasons.extend(rows.map(|(reason, _)| reason.to_owned()));
        } else {
            files.push(parse(name, &text).map_err(|error| format!("{}: {error}", path.display()))?);
        }
    }
    files.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(Tables { files, reasons })
}

impl Tables {
    /// Checks that each exception has a known reason, and that each reason is one of an exception.
    ///
    /// # Errors
    ///
    /// Names the reasons that are missing or of no use.
    pub(crate) fn check_reasons(&self) -> Result<(), String> {
        let rows = self.files.iter().flat_map(|table| &table.rows);
        let used: BTreeSet<_> = rows.flat_map(|row| row.reasons.iter().cloned()).collect();
        let different: Vec<_> =
            used.symmetric_difference(&self.reasons).map(String::as_str).collect();
        if different.is_empty() {
            return Ok(());
        }
        let names = different.join(", ");
        Err(format!("xtask/events/reasons.txt: these reasons are unknown or unused: {names}"))
    }
}

/// Reads the table of a module.
///
/// # Errors
///
/// If a line has another form.
pub(crate) fn parse(file: String, text: &str) -> Result<Table, String> {
    let mut table = Table { file, ..Default::default() };
    for (at, line) in text.lines().enumerate() {
        parse_line(&mut table, line).map_err(|error| format!("line {}: {error}", at + 1))?;
    }
    Ok(table)
}

fn parse_line(table: &mut Table, line: &str) -> Result<(), String> {
    let is_part = line.starts_with("  ");
    let line = line.trim();
    let (word, tail) = line.split_once(' ').unwrap_or((line, ""));
    match (word, table.rows.last_mut()) {
        ("", _) => {}
        ("!", None) => table.about.push(tail.to_owned()),
        ("export", None) => table.exports = list(tail),
        ("struct" | "enum", _) if !is_part => {
            let (head, reason) = split_reason(tail);
            let (name, schemas) = head.split_once(" = ").unwrap_or((head, ""));
            if schemas.is_empty() == reason.is_none() {
                return Err("expected `= SchemaType` or `by reason`".to_owned());
            }
            table.rows.push(Row {
                name: name.to_owned(),
                is_enum: word == "enum",
                schemas: list(schemas),
                reasons: reason.into_iter().collect(),
                ..Default::default()
            });
        }
        ("/", Some(row)) => match row.parts.last_mut() {
            Some(part) => part.docs.push(tail.to_owned()),
            None => row.docs.push(tail.to_owned()),
        },
        (_, Some(row)) if line.starts_with("#[") => match row.parts.last_mut() {
            Some(part) => part.attributes.push(line.to_owned()),
            None => row.attributes.push(line.to_owned()),
        },
        ("omit", Some(row)) => {
            let (names, reason) = split_reason(tail);
            row.omitted.extend(list(names));
            row.reasons.push(reason.ok_or("expected `by reason`")?);
        }
        (_, Some(row)) if is_part => {
            let (head, reason) = split_reason(line);
            let (head, rust) = match head.split_once(": ") {
                Some((head, rust)) => (head, Some(rust.to_owned())),
                None => (head, None),
            };
            if rust.is_some() && reason.is_none() && !row.schemas.is_empty() {
                return Err(format!("the type of `{head}` needs `by reason`"));
            }
            let (wire, name) = match head.split_once(" as ") {
                Some((wire, name)) => (wire, Some(name.to_owned())),
                None => (head, None),
            };
            row.reasons.extend(reason);
            row.parts.push(Part { wire: wire.to_owned(), name, rust, ..Default::default() });
        }
        _ => return Err(format!("`{line}` is no row of a table")),
    }
    Ok(())
}

fn split_reason(text: &str) -> (&str, Option<String>) {
    match text.split_once(" by ").or(text.strip_prefix("by ").map(|reason| ("", reason))) {
        Some((head, reason)) => (head, Some(reason.to_owned())),
        None => (text, None),
    }
}

fn list(text: &str) -> Vec<String> {
    text.split(", ").filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_are_no_rows_are_named_with_their_line() {
        let cases = [
            ("boat", "line 1: `boat` is no row of a table"),
            ("\nstruct Boat", "line 2: expected `= SchemaType` or `by reason`"),
            ("struct Boat = Boat\n  crew: u64", "line 2: the type of `crew` needs `by reason`"),
            ("struct Boat = Boat\n  omit crew", "line 2: expected `by reason`"),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(String::new(), text).err().as_deref(), Some(expected));
        }
    }

    #[test]
    fn reasons_are_known_and_used() {
        let table = parse(String::new(), "struct Boat by wind").unwrap_or_default();
        let reasons = BTreeSet::from(["tide".to_owned()]);
        let error = Tables { files: vec![table], reasons }.check_reasons().err();
        assert!(error.is_some_and(|error| error.ends_with("unknown or unused: tide, wind")));
    }
}
