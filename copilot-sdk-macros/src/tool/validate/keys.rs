//! Checks combinations of the keys of `#[tool(..)]`, and the resulting names and description.

use crate::errors::Errors;
use crate::names;
use crate::tool::model::Tool;

pub(super) fn validate(tool: &Tool, errors: &mut Errors) {
    let keys = &tool.keys;
    if keys.ask.is_present() && keys.skip_permission.is_present() {
        let problem = "`skip_permission` and `ask` exclude each other";
        errors.at_span(keys.skip_permission.span(), problem, "remove one of them");
    }
    name(tool, errors);
    handle(tool, errors);
    if !tool.is_described {
        let problem = format!("tool `{}` has no description", tool.name);
        let help = "add a doc comment above the function, or `#[tool(description = \"...\")]`";
        errors.at(&tool.signature.ident, problem, help);
    }
}

fn name(tool: &Tool, errors: &mut Errors) {
    let (name, literal) = (&tool.name, &tool.keys.name);
    let (problem, help) = if let Some(problem) = names::tool_name_problem(name) {
        let fitting = names::fitting_name(name);
        let help = match literal {
            Some(_) => format!("use 1 to 64 letters, digits, `_` and `-`: `name = \"{fitting}\"`"),
            None => format!("keep the function and write `#[tool(name = \"{fitting}\")]`"),
        };
        (problem, help)
    } else if names::is_reserved(name) {
        (
            format!("the name `{name}` is reserved by the CLI"),
            format!("write `#[tool(name = \"my_{name}\")]`"),
        )
    } else if names::is_visible_builtin(name) && !tool.keys.overrides_builtin.is_present() {
        let help = format!(
            "write `#[tool(name = \"my_{name}\")]`, or replace it with `#[tool(overrides_builtin)]`"
        );
        (format!("the CLI has a built-in tool named `{name}`"), help)
    } else {
        return;
    };
    match literal {
        Some(literal) => errors.at(literal, problem, help),
        None => errors.at(&tool.signature.ident, problem, help),
    }
}

fn handle(tool: &Tool, errors: &mut Errors) {
    if tool.is_method {
        if let Some(handle) = &tool.keys.handle {
            let help = "the toolset is registered as a whole";
            errors.at(handle, "`handle` has no meaning for a method", help);
        }
        return;
    }
    let handle = tool.handle();
    if names::is_primitive(&handle.to_string()) {
        let problem = format!("`{handle}` is the name of a type, `#[tool]` cannot use it too");
        let help = format!(
            "keep the function and name the tool's type: `#[tool(handle = {}Tool)]`",
            names::capitalized(&handle.to_string())
        );
        errors.at(handle, problem, help);
    }
}
