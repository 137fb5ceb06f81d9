//! The model of a tool, used by validation and expansion.

use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Attribute, Ident, Path, Signature, Token, Type};

use super::parse::{self, Body, Function, Parameter, ParameterKind, ToolKeys};
use crate::attributes::{self, KeyList};
use crate::docs::Docs;
use crate::errors::Errors;
use crate::syntax::peel;

pub(crate) struct Tool {
    /// The path of `copilot_sdk`.
    pub(crate) sdk: Path,
    pub(crate) keys: ToolKeys,
    /// The name of the tool.
    pub(crate) name: String,
    pub(crate) description: Docs,
    /// Whether there is a description, or one was intended.
    pub(crate) is_described: bool,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) signature: Signature,
    /// The `;` of a function without a body.
    pub(crate) semicolon: Option<Token![;]>,
    /// Whether it is a method of a toolset, where `self` is shared and the tool has no handle type.
    pub(crate) is_method: bool,
}

impl Tool {
    pub(crate) fn new(
        keys: KeyList<ToolKeys>,
        function: &Function,
        is_method: bool,
        errors: &mut Errors,
    ) -> Self {
        let is_mentioned = keys.may_mention("description");
        let keys = keys.keys;
        let signature = function.signature.clone();
        let description = match &keys.description {
            Some(text) => Docs::Expression(text.to_token_stream()),
            None => Docs::of(&function.attrs),
        };
        let name = match &keys.name {
            Some(name) => name.value(),
            None => signature.ident.unraw().to_string(),
        };
        Self {
            sdk: attributes::sdk(keys.sdk.as_ref()),
            name,
            is_described: is_mentioned || !description.is_none(),
            description,
            parameters: parse::parameters(&signature, errors),
            attrs: function.attrs.clone(),
            cfgs: function.cfgs(),
            semicolon: match function.body {
                Body::Missing(semicolon) => Some(semicolon),
                Body::Block(_) => None,
            },
            signature,
            keys,
            is_method,
        }
    }

    /// The handle type of the tool.
    pub(crate) fn handle(&self) -> &Ident {
        self.keys.handle.as_ref().unwrap_or(&self.signature.ident)
    }

    /// Whether an argument is unsized, which the compiler reports for the function itself.
    pub(crate) fn has_unsized_argument(&self) -> bool {
        self.arguments().any(|argument| matches!(peel(argument.ty()), Type::TraitObject(_)))
    }

    /// The parameters filled in by the model.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(|parameter| parameter.kind == ParameterKind::Argument)
    }
}
