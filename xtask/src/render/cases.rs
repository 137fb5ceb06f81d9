//! The types by their names, for the test that reads and writes a value of each.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::layout::Layout;
use crate::model::{Kind, Protocol};

const ROOT: &str = "tests/tests/protocol/types";

/// A file for each module of types.
pub(crate) fn files(protocol: &Protocol, layout: &Layout) -> BTreeMap<String, String> {
    let mut modules: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for ((module, _), names) in &layout.files {
        let named = names.iter().filter(|name| {
            let kind = protocol.types.get(*name).map(|made| &made.kind);
            // Words are parts of the others.
            kind.is_some_and(|kind| !matches!(kind, Kind::Words(_)))
        });
        modules.entry(module).or_default().extend(named.map(String::as_str));
    }
    let mut files = BTreeMap::new();
    let mut contents = "//! Every object and union of the protocol by its name.\n\n".to_owned();
    for module in modules.keys() {
        let _ = writeln!(contents, "mod {module};");
    }
    contents.push_str(
        "\nuse super::Case;\n\n/// Every type with a function that reads and writes it.\n\
         pub(crate) fn all() -> Vec<Case> {\n    [\n",
    );
    for (module, mut names) in modules {
        names.sort_unstable();
        let mut code = format!(
            "//! The types of the module `{module}`.\n\nuse copilot_sdk::protocol::{module}::*;\n\n\
             crate::cases! {{\n"
        );
        let mut line = "   ".to_owned();
        for name in names {
            if line.len() + name.len() + 2 > 100 {
                let _ = writeln!(code, "{line}");
                "   ".clone_into(&mut line);
            }
            let _ = write!(line, " {name}");
        }
        let _ = writeln!(code, "{line}\n}}");
        files.insert(format!("{ROOT}/{module}.rs"), code);
        let _ = writeln!(contents, "        {module}::CASES,");
    }
    contents.push_str("    ]\n    .concat()\n}\n");
    files.insert(format!("{ROOT}/mod.rs"), contents);
    files
}
