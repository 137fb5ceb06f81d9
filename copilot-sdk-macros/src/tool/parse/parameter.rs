//! The parameters of a function, with their keys.

use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{FnArg, Ident, Pat, PatType, Signature, Type};

use super::arg_keys::{ArgKeys, arg_keys};
use crate::docs::Docs;
use crate::errors::Errors;
use crate::syntax::{is_named_type, peel};

/// A parameter other than `self`.
pub(crate) struct Parameter {
    pub(crate) input: PatType,
    pub(crate) keys: ArgKeys,
    pub(crate) kind: ParameterKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ParameterKind {
    /// An argument filled in by the model.
    Argument,
    /// `ToolContext`, or a reference to it.
    Context { by_reference: bool },
}

/// The parameters with their keys. A context has none; if it is given keys, validation reports it.
pub(crate) fn parameters(signature: &Signature, errors: &mut Errors) -> Vec<Parameter> {
    let typed = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(input) => Some(input.clone()),
        FnArg::Receiver(_) => None,
    });
    let parameters = typed.map(|input| match context(&input.ty) {
        Some(by_reference) => {
            let kind = ParameterKind::Context { by_reference };
            Parameter { input, keys: ArgKeys::default(), kind }
        }
        None => {
            let keys = arg_keys(&input, errors);
            Parameter { input, keys, kind: ParameterKind::Argument }
        }
    });
    parameters.collect()
}

/// Whether the type is `ToolContext`, and whether by reference. Decided by name, since macros do
/// not see types.
fn context(ty: &Type) -> Option<bool> {
    match peel(ty) {
        Type::Reference(reference) if reference.mutability.to_token_stream().is_empty() => {
            is_named_type(&reference.elem, "ToolContext").then_some(true)
        }
        ty => is_named_type(ty, "ToolContext").then_some(false),
    }
}

impl Parameter {
    pub(crate) fn ty(&self) -> &Type {
        &self.input.ty
    }

    /// The name of the argument in the JSON object. A pattern has none, which is reported as an
    /// error.
    pub(crate) fn name(&self) -> Option<String> {
        let ident = ident(&self.input.pat)?;
        let rename = self.keys.rename.as_ref().map(|name| name.value());
        Some(rename.unwrap_or_else(|| ident.unraw().to_string()))
    }

    pub(crate) fn docs(&self) -> Docs {
        match &self.keys.description {
            Some(text) => Docs::Expression(text.to_token_stream()),
            None => Docs::of(&self.input.attrs),
        }
    }
}

fn ident(pat: &Pat) -> Option<&Ident> {
    match pat {
        Pat::Ident(pat) => Some(&pat.ident),
        Pat::Paren(pat) => ident(&pat.pat),
        _ => None,
    }
}
