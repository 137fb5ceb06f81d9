//! Which file a type stands in.

use std::collections::{BTreeMap, BTreeSet};

use super::item::lines;
use crate::domains::SHARED;
use crate::model::{Protocol, Type};
use crate::names::{snake, words};

/// The most lines of types in a file, its head left out.
const LINES: usize = 380;

/// The modules of the types, and the files within.
pub(crate) struct Layout {
    /// The module of each type.
    pub(crate) modules: BTreeMap<String, &'static str>,
    /// The types of each file, by module and file.
    pub(crate) files: BTreeMap<(&'static str, String), Vec<String>>,
}

/// Lays out the types: one module for each domain, in it one file for each namespace.
pub(crate) fn layout(protocol: &Protocol) -> Layout {
    let mut modules = BTreeMap::new();
    let mut groups: BTreeMap<(&'static str, String), Vec<String>> = BTreeMap::new();
    for (name, made) in &protocol.types {
        let (module, group) = place(made);
        modules.insert(name.clone(), module);
        groups.entry((module, group)).or_default().push(name.clone());
    }
    let mut files = BTreeMap::new();
    for ((module, group), names) in groups {
        for (file, names) in split(protocol, &group, names) {
            files.insert((module, file), names);
        }
    }
    Layout { modules, files }
}

fn place(made: &Type) -> (&'static str, String) {
    let domains: BTreeSet<_> = made.places.iter().map(|(domain, _)| *domain).collect();
    let mut domains = domains.into_iter();
    let (Some(domain), None) = (domains.next(), domains.next()) else {
        return (SHARED, "common".to_owned());
    };
    let mut namespaces = made.places.iter().map(|(_, namespace)| namespace);
    match (namespaces.next(), namespaces.next()) {
        (Some(namespace), None) => (domain, snake(namespace).trim_start_matches("r#").to_owned()),
        _ => (domain, "common".to_owned()),
    }
}

/// Splits a group that is too large for one file, where the names of its types begin to differ.
fn split(protocol: &Protocol, group: &str, names: Vec<String>) -> Vec<(String, Vec<String>)> {
    let size = |name: &String| protocol.types.get(name).map_or(0, |made| lines(name, made));
    let total: usize = names.iter().map(size).sum();
    if total <= LINES {
        return vec![(group.to_owned(), names)];
    }
    // Parts of about one size.
    let target = total.div_ceil(total.div_ceil(LINES * 4 / 5));
    let mut parts: Vec<Vec<String>> = Vec::new();
    let mut filled = usize::MAX;
    for name in names {
        let size = size(&name);
        if filled.saturating_add(size / 2) > target {
            parts.push(Vec::new());
            filled = 0;
        }
        filled += size;
        parts.last_mut().into_iter().for_each(|part| part.push(name.clone()));
    }
    let mut before: Option<String> = None;
    let mut files = Vec::new();
    for part in parts {
        files.push((label(group, before.as_deref(), part.first()), part.clone()));
        before = part.last().cloned();
    }
    files
}

/// The first words of the first type, as many as tell it from the type before it.
fn label(group: &str, before: Option<&str>, first: Option<&String>) -> String {
    let first = words(first.map_or("", String::as_str));
    let before = words(before.unwrap_or_default());
    let same = first.iter().zip(&before).take_while(|(a, b)| a == b).count();
    let own: Vec<_> = first.into_iter().take(same + 1).collect();
    let own = own.join("_");
    if own.starts_with(group) { own } else { format!("{group}_{own}") }
}
