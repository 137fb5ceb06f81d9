//! The requirements on the `impl` block of a toolset.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::Ident;

use super::model::{Role, Toolset};
use crate::errors::Errors;
use crate::tool;

pub(super) fn validate(toolset: &Toolset, errors: &mut Errors) {
    if let (Role::Part(Some(part)), false) = (&toolset.role, toolset.parts.is_empty()) {
        errors.at(part, "a part cannot have parts", "list all parts in the main block");
    }
    let header = &toolset.block.header;
    if let Some((path, _)) = &header.trait_ {
        let problem = "`#[toolset]` cannot be applied to the implementation of a trait";
        errors.at(path, problem, "write the methods in an `impl` block of the type itself");
    }
    lifetimes(header.self_ty.to_token_stream(), errors);
    toolset.methods.iter().for_each(|method| tool::validate(&method.tool, errors));
    names(toolset, errors);
    if errors.is_empty() && toolset.methods.is_empty() && toolset.parts.is_empty() {
        let help = "write `#[tool]` above each method that the agent may call";
        errors.at(header.impl_token, "this toolset has no tools", help);
    }
}

/// Refuses lifetimes: the tools live as long as the session, so the value cannot borrow. The
/// compiler's own message would be unclear.
fn lifetimes(ty: TokenStream, errors: &mut Errors) -> bool {
    let mut tokens = ty.into_iter();
    while let Some(token) = tokens.next() {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                let lifetime: TokenStream = [token].into_iter().chain(tokens.next()).collect();
                if lifetime.to_string() == "'static" {
                    continue;
                }
                let help = "the tools live as long as the session: let the type own its data, or \
                            share it in an `Arc`";
                errors.at(lifetime, "a toolset cannot borrow", help);
            }
            TokenTree::Group(group) if lifetimes(group.stream(), errors) => {}
            _ => continue,
        }
        return true;
    }
    false
}

fn names(toolset: &Toolset, errors: &mut Errors) {
    let mut seen: Vec<(&str, &Ident)> = Vec::new();
    for method in &toolset.methods {
        let (name, ident) = (method.tool.name.as_str(), &method.tool.signature.ident);
        match seen.iter().find(|(other, _)| *other == name) {
            Some((_, other)) => {
                let problem = format!("the name `{name}` is already used by the method `{other}`");
                let help = format!(
                    "write `#[tool(name = \"...\")]` above `{ident}` with a name of its own"
                );
                errors.at(ident, problem, help);
            }
            None => seen.push((name, ident)),
        }
    }
}
