//! The requirements on the signature of a tool, apart from its arguments.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Generics, ReceiverKind, ReturnType, Safety, Signature, Type, TypeParamBound};

use crate::errors::Errors;
use crate::syntax::{ends_in, is_shared_self, peel};
use crate::tool::model::Tool;

pub(super) fn validate(tool: &Tool, errors: &mut Errors) {
    let signature = &tool.signature;
    if let Safety::Unsafe(token) = &signature.safety {
        let help = "the model chooses the arguments and cannot keep a promise: check them and use \
                    an `unsafe` block inside";
        errors.at(token, "a tool cannot be `unsafe`", help);
    }
    if let Some(abi) = &signature.abi {
        errors.at(abi, "a tool cannot have an ABI of its own", "remove it");
    }
    generics(&signature.generics, errors);
    if let Some(variadic) = &signature.variadic {
        errors.at(variadic.dots, "a tool cannot be variadic", "take a `Vec`");
    }
    output(signature, errors);
    if tool.is_method {
        receiver(signature, errors);
    }
}

fn generics(generics: &Generics, errors: &mut Errors) {
    if generics.params.is_empty() {
        return;
    }
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
    errors.at(WithBrackets(generics), problem, help);
}

fn output(signature: &Signature, errors: &mut Errors) {
    let ReturnType::Type(_, ty) = &signature.output else { return };
    match peel(ty) {
        Type::Never(never) => {
            errors.at(never, "a tool cannot return `!`", "the model waits for the answer");
        }
        Type::ImplTrait(future)
            if signature.asyncness.is_none() && future.bounds.iter().any(is_future) =>
        {
            let help = "write `async fn` and return what the future yields";
            errors.at(future, "a tool cannot return a future", help);
        }
        _ => {}
    }
}

fn is_future(bound: &TypeParamBound) -> bool {
    matches!(bound, TypeParamBound::Trait(bound) if ends_in(&bound.path, "Future"))
}

fn receiver(signature: &Signature, errors: &mut Errors) {
    let Some(receiver) = signature.receiver() else { return };
    match &receiver.kind {
        ReceiverKind::Reference(_, _, None) => {}
        ReceiverKind::Reference(_, _, Some(_)) => {
            let help =
                "calls run at the same time: write `&self` and put what changes into a `Mutex`";
            errors.at(receiver, "a tool cannot take `&mut self`", help);
        }
        ReceiverKind::Typed(_, ty) if is_shared_self(ty) => {}
        _ => {
            let help = "calls run at the same time and share the value: write `&self` or `self: \
                        Arc<Self>`";
            errors.at(receiver, "a tool cannot take `self` by value", help);
        }
    }
}

/// Adds the brackets of `<T>`, which the tokens of generics lack.
struct WithBrackets<'a>(&'a Generics);

impl ToTokens for WithBrackets<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.lt_token.to_tokens(tokens);
        self.0.params.to_tokens(tokens);
        self.0.gt_token.to_tokens(tokens);
    }
}
