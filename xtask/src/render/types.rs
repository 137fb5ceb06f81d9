//! The types of a module.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::doc::doc;
use super::item::{WIDTH, block_of, item};
use super::layout::Layout;
use crate::domains::{DOMAINS, EVENTS, SHARED};
use crate::model::{Protocol, Shape};

const ROOT: &str = "copilot-sdk/src/protocol";

/// The files of all types, and the tables of contents of their modules.
pub(crate) fn files(
    protocol: &Protocol,
    layout: &Layout,
) -> Result<BTreeMap<String, String>, String> {
    let mut files = BTreeMap::new();
    let mut contents: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for ((module, file), names) in &layout.files {
        contents.entry(module).or_default().push(file);
        let code = file_of(protocol, layout, module, names)?;
        files.insert(format!("{ROOT}/{module}/{file}.rs"), code);
    }
    for (module, names) in contents {
        let mut code = format!("//! {}\n\n", about(module));
        for name in &names {
            code.push_str(&declaration(module, name));
        }
        if module == EVENTS {
            code.push_str("mod payloads;\n");
        }
        code.push('\n');
        for name in names {
            let _ = writeln!(code, "pub use self::{name}::*;");
        }
        if module == EVENTS {
            code.push_str(&shared_payloads(protocol, layout));
        }
        files.insert(format!("{ROOT}/{module}/mod.rs"), code);
    }
    files.insert(format!("{ROOT}/{EVENTS}/payloads.rs"), payloads(protocol));
    Ok(files)
}

fn about(module: &str) -> String {
    match module {
        EVENTS => "The payloads of events.".to_owned(),
        SHARED => "Types that several modules use.".to_owned(),
        domain => {
            let namespaces = DOMAINS.iter().find(|(name, _)| *name == domain);
            let namespaces: Vec<_> = namespaces
                .iter()
                .flat_map(|(_, all)| all.iter())
                .map(|n| format!("`{n}`"))
                .collect();
            let text = format!("Types of the methods that begin with {}.", namespaces.join(", "));
            doc("", &text).replace("///", "//!").trim_start_matches("//! ").trim_end().to_owned()
        }
    }
}

/// The declaration of a file.
pub(crate) fn declaration(module: &str, file: &str) -> String {
    let reason = "its namespace has the name of its domain";
    if file == module {
        return format!("#[expect(clippy::module_inception, reason = {reason:?})]\nmod {file};\n");
    }
    format!("mod {file};\n")
}

fn file_of(
    protocol: &Protocol,
    layout: &Layout,
    module: &str,
    names: &[String],
) -> Result<String, String> {
    let mut code = imports(protocol, layout, module, names)?;
    for block in ["objects", "unions", "words"] {
        let items: Vec<_> = names
            .iter()
            .filter_map(|name| protocol.types.get(name).map(|made| (name, made)))
            .filter(|(_, made)| block_of(made) == block)
            .map(|(name, made)| item(name, made))
            .collect();
        if !items.is_empty() {
            let _ = write!(code, "\n{block}! {{\n{}}}\n", items.join("\n"));
        }
    }
    Ok(code)
}

fn imports(
    protocol: &Protocol,
    layout: &Layout,
    module: &str,
    names: &[String],
) -> Result<String, String> {
    let mut macros = BTreeSet::new();
    let (mut near, mut shared, mut std) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for made in names.iter().filter_map(|name| protocol.types.get(name)) {
        macros.insert(block_of(made));
        for part in made.parts() {
            std.extend(plain_imports(part));
            let Some(name) = part.name().filter(|name| !names.iter().any(|own| own == name)) else {
                continue;
            };
            match layout.modules.get(name) {
                Some(at) if *at == module => drop(near.insert(name)),
                Some(at) if *at == SHARED => drop(shared.insert(name)),
                _ => return Err(format!("`{name}` is used in {module} and stands elsewhere")),
            }
        }
    }
    let mut code = String::new();
    let json: Vec<_> = ["Map", "Value"].into_iter().filter(|name| std.contains(name)).collect();
    if !json.is_empty() {
        let _ = writeln!(code, "use serde_json::{{{}}};\n", json.join(", "));
    }
    if !near.is_empty() {
        let _ = writeln!(code, "use super::{{{}}};", join(&near));
    }
    if std.contains("Event") {
        code.push_str("use crate::event::Event;\n");
    }
    if std.contains("Entries") {
        code.push_str("use crate::protocol::Entries;\n");
    }
    let _ = writeln!(code, "use crate::protocol::macros::{{{}}};", join(&macros));
    if !shared.is_empty() {
        let _ = writeln!(code, "use crate::protocol::{SHARED}::{{{}}};", join(&shared));
    }
    Ok(code)
}

fn join(names: &BTreeSet<&str>) -> String {
    names.iter().copied().collect::<Vec<_>>().join(", ")
}

fn plain_imports(shape: &Shape) -> Vec<&'static str> {
    match shape {
        Shape::Json => vec!["Value"],
        Shape::Object => vec!["Map", "Value"],
        Shape::Event => vec!["Event"],
        Shape::List(item) => plain_imports(item),
        Shape::Entries(value) => {
            let mut all = plain_imports(value);
            all.push("Entries");
            all
        }
        _ => Vec::new(),
    }
}

/// The table of the payloads and their events.
fn payloads(protocol: &Protocol) -> String {
    let mut events: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for event in &protocol.events {
        events.entry(&event.payload).or_default().push(format!("{:?}", event.name));
    }
    let mut code = "//! The events of each payload.\n\n".to_owned();
    let names: BTreeSet<_> = events.keys().copied().collect();
    let _ = writeln!(code, "use super::{{{}}};", join(&names));
    code.push_str("use crate::protocol::macros::payloads_of_events;\n\npayloads_of_events! {\n");
    for (payload, events) in events {
        let one = format!("    {payload} = [{}],\n", events.join(", "));
        if one.len() <= WIDTH + 1 {
            code.push_str(&one);
        } else {
            let events = events.join(",\n        ");
            let _ = write!(code, "    {payload} = [\n        {events},\n    ],\n");
        }
    }
    code.push_str("}\n");
    code
}

/// Re-exports of payloads that methods use as well.
fn shared_payloads(protocol: &Protocol, layout: &Layout) -> String {
    let shared: BTreeSet<_> = protocol
        .events
        .iter()
        .map(|event| event.payload.as_str())
        .filter(|name| layout.modules.get(*name) == Some(&SHARED))
        .collect();
    if shared.is_empty() {
        return String::new();
    }
    format!("pub use crate::protocol::{SHARED}::{{{}}};\n", join(&shared))
}
