//! `#[tool]`: parse, model, validate, expand.

mod argument;
mod argument_keys;
mod expand;
mod fallback;
mod item;
mod options;
mod signature;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, ReturnType, Type};

pub(crate) use argument::{Argument, Kind};
pub(crate) use expand::{Body, build, call, respan};
pub(crate) use item::{NO_BODY, ToolItem, is_named};
pub(crate) use options::Options;

use crate::docs::Docs;
use crate::errors::Errors;
use crate::{raw, words};
use item::Item;

/// A tool as the expansion needs it.
pub(crate) struct Model {
    pub(crate) options: Options,
    pub(crate) name: String,
    pub(crate) description: Docs,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) is_async: bool,
    pub(crate) ident: syn::Ident,
    pub(crate) output: ReturnType,
    pub(crate) cfgs: Vec<Attribute>,
}

/// `#[tool]` on a function.
pub(crate) fn function(keys: TokenStream, tokens: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let mut item = match Item::parse(tokens.clone(), &mut errors) {
        Item::Function(item) => *item,
        Item::Unreadable(item) => {
            let (visibility, ident) = *item;
            let options = Options::read(keys, &mut errors);
            let handle = options.handle.unwrap_or(ident);
            let fallback = fallback::tool(&options.sdk, &visibility, &handle, &[]);
            let errors = errors.into_tokens();
            let item = raw::without_attributes(tokens.clone());
            return quote!(#errors #fallback #item);
        }
        Item::Other => {
            let errors = errors.into_tokens();
            return quote!(#errors #tokens);
        }
    };
    let options = Options::read(keys, &mut errors);
    if let Some(receiver) = item.signature.receiver() {
        let help = "put `#[toolset]` above the `impl` block, or make this a free function";
        errors.at(receiver, "`#[tool]` on a method outside of a `#[toolset]`", help);
        item.clean();
        let errors = errors.into_tokens();
        return quote!(#errors #item);
    }
    let sdk = options.sdk.clone();
    let handle = options.handle.clone().unwrap_or_else(|| item.signature.ident.clone());
    let usable = options.handle.is_some() || !words::is_primitive(&handle.to_string());
    if !usable {
        let help = format!(
            "keep the function and name the tool's type: `#[tool(handle = {}Tool)]`",
            words::capitalized(&handle.to_string())
        );
        errors.at(
            &handle,
            format!("`{handle}` is the name of a type, `#[tool]` cannot use it too"),
            &help,
        );
    }
    let model = model(options, &mut item, true, &mut errors);
    item.clean();
    match model {
        Some(model) if errors.is_empty() => {
            let tool = expand::function(&model, &item.visibility, &handle);
            quote!(#item #tool)
        }
        _ => {
            let errors = errors.into_tokens();
            let fallback =
                usable.then(|| fallback::tool(&sdk, &item.visibility, &handle, &item.cfgs()));
            quote!(#errors #item #fallback)
        }
    }
}

/// Reads and checks everything about one function or method.
pub(crate) fn model(
    options: Options,
    item: &mut ToolItem,
    free: bool,
    errors: &mut Errors,
) -> Option<Model> {
    signature::check(&item.signature, free, errors);
    let arguments = Argument::read_all(&item.signature, free, errors);
    let ident = item.signature.ident.clone();
    let name = options.tool_name(&ident, errors);
    let description = match &options.description {
        Some(text) => Docs::Expression(quote!(#text)),
        None => Docs::of(&item.attrs),
    };
    if description.is_none() && !options.mentions_description {
        let help = "add a doc comment above the function, or `#[tool(description = \"...\")]`";
        errors.at(&ident, format!("tool `{name}` has no description"), help);
    }
    Some(Model {
        options,
        name,
        description,
        arguments: arguments?,
        is_async: item.signature.asyncness.is_some(),
        output: item.signature.output.clone(),
        cfgs: item.cfgs(),
        ident,
    })
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
