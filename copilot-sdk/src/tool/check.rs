//! Validation of a list of tools, before anything is sent.

use super::builtin;
use super::definition::Tool;
use crate::schema::misnamed;

/// Maximum length of a tool's description accepted by every model provider, in characters.
const LONGEST_DESCRIPTION: usize = 1_024;

/// Every problem with `tools`, one sentence each.
pub(crate) fn check(tools: &[Tool]) -> Vec<String> {
    let mut problems = Vec::new();
    for tool in tools {
        problems.extend(check_one(tool));
    }
    let mut seen: Vec<&Tool> = Vec::with_capacity(tools.len());
    for tool in tools {
        match seen.iter().find(|other| other.name() == tool.name()) {
            Some(other) => problems.push(format!(
                "two tools are named `{}` (from {} and {})",
                tool.name(),
                other.spec().origin,
                tool.spec().origin
            )),
            None => seen.push(tool),
        }
    }
    problems
}

fn check_one(tool: &Tool) -> Vec<String> {
    let (name, spec) = (tool.name(), tool.spec());
    let mut problems: Vec<String> = misnamed("tool", name, &['_', '-']).into_iter().collect();
    if builtin::RESERVED.contains(&name) {
        problems.push(format!("tool `{name}`: the name is reserved by the CLI, choose another"));
    } else if builtin::VISIBLE.contains(&name) && !spec.overrides_builtin {
        problems.push(format!(
            "tool `{name}`: the CLI has a built-in tool of that name; choose another, or replace \
             it with `overrides_builtin`"
        ));
    }
    problems.extend(check_description(name, spec.description.as_deref().unwrap_or_default()));
    if spec.ask && spec.skip_permission {
        problems.push(format!("tool `{name}`: `ask` and `skip_permission` exclude each other"));
    }
    if spec.timeout.is_some_and(|limit| limit.is_zero()) {
        problems.push(format!("tool `{name}`: a `timeout` of zero would end every call"));
    }
    if spec.metadata.as_ref().is_some_and(|metadata| !metadata.is_object()) {
        problems.push(format!(
            "tool `{name}`: `metadata` must be a JSON object, such as \
             `serde_json::json!({{\"key\": \"value\"}})`"
        ));
    }
    if let Some(parameters) = &spec.parameters {
        // Without a typed handler, arguments are not checked, so a pattern may be meant for the
        // model only.
        let unchecked = if spec.checks_arguments { parameters.unchecked() } else { &[] };
        for problem in parameters.problems().iter().chain(unchecked) {
            problems.push(format!("tool `{name}`: {problem}"));
        }
    }
    problems
}

fn check_description(name: &str, text: &str) -> Option<String> {
    if text.trim().is_empty() {
        return Some(format!(
            "tool `{name}` has no description: the model decides by it when to call the tool"
        ));
    }
    let length = text.chars().count();
    (length > LONGEST_DESCRIPTION).then(|| {
        format!(
            "tool `{name}`: its description has {length} characters, and model providers accept \
             {LONGEST_DESCRIPTION}: shorten it, or move a part to the descriptions of the arguments"
        )
    })
}
