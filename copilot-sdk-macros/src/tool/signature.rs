//! What a function must not be to be a tool, apart from its arguments.

use quote::ToTokens;
use syn::{ReceiverKind, ReturnType, Safety, Signature, Type, TypeParamBound};

use super::peel;
use crate::errors::Errors;

pub(super) fn check(signature: &Signature, free: bool, errors: &mut Errors) {
    if let Safety::Unsafe(token) = &signature.safety {
        let help = "the model chooses the arguments and cannot keep a promise: check them and use \
                    an `unsafe` block inside";
        errors.at(token, "a tool cannot be `unsafe`", help);
    }
    if let Some(abi) = &signature.abi {
        errors.at(abi, "a tool cannot have an ABI of its own", "remove it");
    }
    let generics = &signature.generics;
    if !generics.params.is_empty() {
        let only_lifetimes = generics.lifetimes().count() == generics.params.len();
        let (problem, help) = if only_lifetimes {
            (
                "a tool cannot have lifetime parameters",
                "arguments are read from JSON and owned by the function",
            )
        } else {
            (
                "a tool cannot be generic",
                "the model sees one fixed schema: use a concrete type, or an enum",
            )
        };
        errors.at(GenericsOnly(generics), problem, help);
    }
    if let Some(variadic) = &signature.variadic {
        errors.at(variadic.dots, "a tool cannot be variadic", "take a `Vec`");
    }
    check_output(&signature.output, signature.asyncness.is_some(), errors);
    if !free {
        check_receiver(signature, errors);
    }
}

fn check_output(output: &ReturnType, is_async: bool, errors: &mut Errors) {
    let ReturnType::Type(_, ty) = output else { return };
    match peel(ty) {
        Type::Never(never) => {
            errors.at(never, "a tool cannot return `!`", "the model waits for the answer");
        }
        Type::ImplTrait(future) if !is_async && future.bounds.iter().any(is_future) => {
            errors.at(
                future,
                "a tool cannot return a future",
                "write `async fn` and return what the future yields",
            );
        }
        _ => {}
    }
}

fn is_future(bound: &TypeParamBound) -> bool {
    matches!(bound, TypeParamBound::Trait(bound) if bound.path.segments.last().is_some_and(|last| last.ident == "Future"))
}

fn check_receiver(signature: &Signature, errors: &mut Errors) {
    let Some(receiver) = signature.receiver() else { return };
    let help = "calls run at the same time and share the value: write `&self` or `self: Arc<Self>`";
    match &receiver.kind {
        ReceiverKind::Reference(_, _, None) => {}
        ReceiverKind::Reference(_, _, Some(_)) => {
            errors.at(
                receiver,
                "a tool cannot take `&mut self`",
                "calls run at the same time: write `&self` and put what changes into a `Mutex`",
            );
        }
        ReceiverKind::Typed(_, ty) if is_shared(ty) => {}
        _ => errors.at(receiver, "a tool cannot take `self` by value", help),
    }
}

/// `Arc<Self>`, `&Self`.
fn is_shared(ty: &Type) -> bool {
    match peel(ty) {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "Arc"),
        Type::Reference(reference) => reference.mutability.to_token_stream().is_empty(),
        _ => false,
    }
}

/// Generics with their brackets, for the place of an error.
struct GenericsOnly<'a>(&'a syn::Generics);

impl ToTokens for GenericsOnly<'_> {
    fn to_tokens(&self, tokens: &mut proc_macro2::TokenStream) {
        self.0.lt_token.to_tokens(tokens);
        self.0.params.to_tokens(tokens);
        self.0.gt_token.to_tokens(tokens);
    }
}
