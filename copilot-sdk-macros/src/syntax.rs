//! Helpers for syntax trees.

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Attribute, Expr, Path, Type};

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

/// Whether the type of a receiver can be shared by calls: `Arc<Self>` or `&Self`.
pub(crate) fn is_shared_self(ty: &Type) -> bool {
    match peel(ty) {
        Type::Reference(reference) => reference.mutability.to_token_stream().is_empty(),
        ty => is_named_type(ty, "Arc"),
    }
}

/// The span of a type's name. On stable Rust, the span of a path is that of its first token.
pub(crate) fn name_span(ty: &Type) -> Span {
    match peel(ty) {
        Type::Path(path) => {
            path.path.segments.last().map_or_else(|| ty.span(), |last| last.ident.span())
        }
        Type::Reference(reference) => name_span(&reference.elem),
        Type::Ptr(pointer) => name_span(&pointer.elem),
        other => other.span(),
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
