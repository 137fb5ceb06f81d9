//! The methods, each as a function.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::doc::doc;
use super::item::promises;
use super::layout::Layout;
use super::types::declaration;
use crate::domains::{DOMAINS, SHARED, domain};
use crate::model::{Method, Protocol, Shape};
use crate::names::{pascal, snake};

const ROOT: &str = "copilot-sdk/src/rpc";
/// The file of the methods whose names have one word.
const DIRECT: &str = "direct";
/// The methods of a namespace that stand in one file; of more, those of a session have their own.
const ONE_FILE: usize = 50;

/// The files of all callers, and the tables of contents of their modules.
pub(crate) fn files(
    protocol: &Protocol,
    layout: &Layout,
) -> Result<BTreeMap<String, String>, String> {
    let mut groups: BTreeMap<(&str, String), Vec<&Method>> = BTreeMap::new();
    for method in &protocol.methods {
        let namespace = method.path.first().map_or("", String::as_str);
        let all = protocol.methods.iter().filter(|other| other.path.first() == method.path.first());
        let file = match method.path.len() {
            1 => DIRECT.to_owned(),
            _ if method.in_session && all.count() > ONE_FILE => {
                format!("{}_session", file_name(namespace))
            }
            _ => file_name(namespace),
        };
        groups.entry((domain(namespace)?, file)).or_default().push(method);
    }
    let mut files = BTreeMap::new();
    for ((domain, file), methods) in &groups {
        let code = file_of(layout, domain, methods)?;
        files.insert(format!("{ROOT}/{domain}/{file}.rs"), code);
    }
    for (domain, _) in DOMAINS {
        let modules: Vec<_> =
            groups.keys().filter(|(at, _)| *at == domain).map(|(_, file)| file).collect();
        let mut code = format!("//! Methods with the feature `rpc-{domain}`.\n\n");
        for module in &modules {
            code.push_str(&declaration(domain, module));
        }
        code.push('\n');
        for module in modules.into_iter().filter(|module| *module != DIRECT) {
            let _ = writeln!(code, "pub use self::{module}::*;");
        }
        files.insert(format!("{ROOT}/{domain}/mod.rs"), code);
    }
    Ok(files)
}

fn file_name(namespace: &str) -> String {
    snake(namespace).trim_start_matches("r#").to_owned()
}

fn file_of(layout: &Layout, domain: &str, methods: &[&Method]) -> Result<String, String> {
    let mut code = imports(layout, domain, methods)?;
    for in_session in [false, true] {
        let own: Vec<_> =
            methods.iter().filter(|method| method.in_session == in_session).copied().collect();
        let mut nodes: BTreeMap<&[String], Vec<&Method>> = BTreeMap::new();
        for method in own {
            let (_, node) = method.path.split_last().ok_or("a method has no name")?;
            nodes.entry(node).or_default().push(method);
            for length in 0..node.len() {
                nodes.entry(node.get(..length).unwrap_or_default()).or_default();
            }
        }
        let paths: Vec<_> = nodes.keys().copied().collect();
        for (node, methods) in &nodes {
            let children: Vec<_> = paths
                .iter()
                .filter(|path| path.split_last().is_some_and(|(_, parent)| parent == *node))
                .copied()
                .collect();
            code.push_str(&node_of(in_session, node, &children, methods)?);
        }
    }
    Ok(code)
}

fn imports(layout: &Layout, domain: &str, methods: &[&Method]) -> Result<String, String> {
    let (mut own, mut shared) = (BTreeSet::new(), BTreeSet::new());
    let (mut json, mut entries) = (BTreeSet::new(), false);
    for shape in methods.iter().flat_map(|method| method.params.iter().chain(&method.result)) {
        let rust = shape.rust();
        json.extend(
            ["Map", "Value"]
                .into_iter()
                .filter(|name| rust.split(['<', ',', ' ', '>']).any(|w| w == *name)),
        );
        entries |= rust.contains("Entries<");
        let Some(name) = shape.name() else { continue };
        match layout.modules.get(name) {
            Some(at) if *at == domain => drop(own.insert(name)),
            Some(at) if *at == SHARED => drop(shared.insert(name)),
            _ => return Err(format!("`{name}` is used in {domain} and stands elsewhere")),
        }
    }
    let about = match methods {
        [first, ..] if first.path.len() > 1 => {
            let namespace = first.path.first().map_or("", String::as_str);
            format!("The methods `{namespace}.*`, of a client, a session or both.")
        }
        _ => "Methods that belong to no namespace.".to_owned(),
    };
    let mut code = format!("//! {about}\n\n");
    let join = |names: &BTreeSet<&str>| names.iter().copied().collect::<Vec<_>>().join(", ");
    if !json.is_empty() {
        let _ = writeln!(code, "use serde_json::{{{}}};\n", join(&json));
    }
    if entries {
        code.push_str("use crate::protocol::Entries;\n");
    }
    for (module, names) in [(domain, &own), (SHARED, &shared)] {
        if !names.is_empty() {
            let _ = writeln!(code, "use crate::protocol::{module}::{{{}}};", join(names));
        }
    }
    let mut handles = BTreeSet::from(["RpcCall"]);
    for method in methods {
        handles.insert(if method.in_session { "SessionRpc" } else { "ClientRpc" });
        if method.path.len() > 1 {
            handles.insert("Caller");
        }
    }
    let _ = writeln!(code, "use crate::rpc::{{{}}};", join(&handles));
    Ok(code)
}

/// One handle with its methods and the handles below it.
fn node_of(
    in_session: bool,
    node: &[String],
    children: &[&[String]],
    methods: &[&Method],
) -> Result<String, String> {
    let mut code = String::new();
    let name = handle(in_session, node);
    let wire = wire(in_session, node);
    if !node.is_empty() {
        let _ = write!(
            code,
            "\n/// Calls the methods `{wire}.*`.\n#[derive(Debug, Clone)]\n\
             pub struct {name}(Caller);\n"
        );
    }
    let _ = writeln!(code, "\nimpl {name} {{");
    let mut seen = BTreeSet::new();
    let mut items = Vec::new();
    for child in children {
        let last = child.last().map(|word| snake(word)).unwrap_or_default();
        let (below, wire) = (handle(in_session, child), self::wire(in_session, child));
        items.push(format!(
            "    /// The methods `{wire}.*`.\n    pub fn {last}(&self) -> {below} {{\n        \
             {below}(self.0.clone())\n    }}\n"
        ));
        seen.insert(last);
    }
    for method in methods {
        let last = method.path.last().map(|word| snake(word)).unwrap_or_default();
        if !seen.insert(last.clone()) {
            return Err(format!("`{name}` would have two functions `{last}`"));
        }
        items.push(function(&last, method));
    }
    code.push_str(&items.join("\n"));
    code.push_str("}\n");
    Ok(code)
}

fn function(name: &str, method: &Method) -> String {
    let mut text = format!("Calls `{}`.", method.name);
    for promise in promises(method.stability) {
        text.push(' ');
        text.push_str(promise);
    }
    let result = match method.result.as_ref().map(Shape::rust) {
        None => "()".to_owned(),
        Some(rust) if method.nullable => format!("Option<{rust}>"),
        Some(rust) => rust,
    };
    let (argument, value) = match &method.params {
        None => (String::new(), "&()"),
        Some(shape) => (format!(", params: &{}", shape.rust()), "params"),
    };
    let comment = doc("    ", &text);
    format!(
        "{comment}    #[inline]\n    pub fn {name}(&self{argument}) -> RpcCall<{result}> {{\n        \
         self.0.call({:?}, {value})\n    }}\n",
        method.name
    )
}

fn handle(in_session: bool, node: &[String]) -> String {
    match (in_session, node.is_empty()) {
        (false, true) => "ClientRpc".to_owned(),
        (true, true) => "SessionRpc".to_owned(),
        _ => {
            let path: String = node.iter().map(|word| pascal(word)).collect();
            format!("{}{path}Rpc", if in_session { "Session" } else { "" })
        }
    }
}

fn wire(in_session: bool, node: &[String]) -> String {
    format!("{}{}", if in_session { "session." } else { "" }, node.join("."))
}
