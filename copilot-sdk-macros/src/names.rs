//! The rules for the names of tools.

/// Names of the CLI's own tools. `copilot-sdk` has the same list.
const VISIBLE: &[&str] = &[
    "ask_user",
    "bash",
    "create",
    "edit",
    "glob",
    "grep",
    "list_agents",
    "list_bash",
    "read_agent",
    "read_bash",
    "semantic_code_search",
    "skill",
    "sql",
    "stop_bash",
    "task",
    "view",
    "web_fetch",
    "write_agent",
];

const RESERVED: &[&str] = &["catalog_search", "catalog_select", "tool_search_tool"];

const PRIMITIVES: &[&str] = &[
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16",
    "u32", "u64", "u128", "usize",
];

pub(crate) fn is_visible_builtin(name: &str) -> bool {
    VISIBLE.contains(&name)
}

pub(crate) fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}

pub(crate) fn is_primitive(name: &str) -> bool {
    primitive(name).is_some()
}

pub(crate) fn primitive(name: &str) -> Option<&'static str> {
    PRIMITIVES.iter().find(|primitive| **primitive == name).copied()
}

/// The problem with `name` as the name of a tool, if there is one.
pub(crate) fn tool_name_problem(name: &str) -> Option<String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if name.is_empty() {
        return Some("a tool name cannot be empty".to_owned());
    }
    if let Some(bad) = name.chars().find(|&c| !allowed(c)) {
        let what = if bad == ' ' { "a space".to_owned() } else { format!("`{bad}`") };
        return Some(format!("tool name `{name}` contains {what}"));
    }
    (name.len() > 64)
        .then(|| format!("tool name `{name}` is {} characters long, the limit is 64", name.len()))
}

/// A valid name close to `name`.
pub(crate) fn fitting_name(name: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if name.is_empty() {
        return "get_weather".to_owned();
    }
    name.chars().map(|c| if fits(c) { c } else { '_' }).take(64).collect()
}

/// `word` with a capital first letter.
pub(crate) fn capitalized(word: &str) -> String {
    let mut rest = word.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Neither crate can use the other's list, so both have a copy.
    #[test]
    fn both_crates_know_the_same_names() {
        let listed =
            |names: &[&str]| names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>();
        let theirs = include_str!("../../copilot-sdk/src/tool/builtin.rs");
        let list = |name: &str| {
            let list = theirs.split_once(&format!("{name}: &[&str] = &[")).unwrap().1;
            let names =
                list.split_once("];").unwrap().0.split(',').map(|name| name.trim().to_owned());
            names.filter(|name| !name.is_empty()).collect::<Vec<_>>()
        };
        assert_eq!(list("VISIBLE"), listed(VISIBLE));
        assert_eq!(list("RESERVED"), listed(RESERVED));
    }
}
