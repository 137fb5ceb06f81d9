//! The requirements on a tool as a whole.

use super::{arguments, keys, signature};
use crate::errors::Errors;
use crate::syntax::is_named;
use crate::tool::model::Tool;

pub(crate) fn validate(tool: &Tool, errors: &mut Errors) {
    for attr in tool.attrs.iter().filter(|attr| is_named(attr, "tool")) {
        errors.at(attr, "`#[tool]` is applied twice", "remove one of them");
    }
    if let Some(semicolon) = &tool.semicolon {
        let help =
            "write one; a tool that runs elsewhere is `Tool::new(\"name\")` without a handler";
        errors.at(semicolon, "a tool needs a body", help);
    }
    keys::validate(tool, errors);
    signature::validate(tool, errors);
    arguments::validate(tool, errors);
}
