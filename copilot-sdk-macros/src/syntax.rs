//! Small questions to syntax trees.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Expr, Meta, Path, Type};

/// Whether the attribute's path ends in `name`: `#[tool]` and `#[copilot_sdk::tool]`.
pub(crate) fn is_named(attr: &Attribute, name: &str) -> bool {
    ends_in(attr.path(), name)
}

/// Whether the last segment of a path type is `name`.
pub(crate) fn is_named_type(ty: &Type, name: &str) -> bool {
    matches!(peel(ty), Type::Path(path) if ends_in(&path.path, name))
}

pub(crate) fn ends_in(path: &Path, name: &str) -> bool {
    path.segments.last().is_some_and(|last| last.ident == name)
}

/// What stands in the parentheses of an attribute, or after its `=`.
pub(crate) fn list_of(attr: &Attribute) -> TokenStream {
    match &attr.meta {
        Meta::List(list) => list.tokens.clone(),
        Meta::NameValue(pair) => pair.value.to_token_stream(),
        Meta::Path(_) => TokenStream::new(),
    }
}

/// A type without the invisible groups of `macro_rules!` and without parentheses.
pub(crate) fn peel(mut ty: &Type) -> &Type {
    loop {
        ty = match ty {
            Type::Group(group) => &group.elem,
            Type::Paren(paren) => &paren.elem,
            other => return other,
        };
    }
}

/// An expression without the invisible groups of `macro_rules!`.
pub(crate) fn ungroup(mut expr: &Expr) -> &Expr {
    while let Expr::Group(group) = expr {
        expr = &group.expr;
    }
    expr
}

/// Code on one line, for messages.
pub(crate) fn shown(code: impl ToTokens) -> String {
    code.to_token_stream().to_string().replace(' ', "")
}
