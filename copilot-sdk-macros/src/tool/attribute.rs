//! What becomes of the item below `#[tool]`.

use proc_macro2::TokenStream;
use quote::quote;

use super::model::Tool;
use super::parse::{self, Function, Item, Other, tool_keys};
use super::validate::validate;
use super::{expand, fallback};
use crate::errors::Errors;
use crate::{attributes, names, tokens};

/// Expands the attribute. `misnamed` handles an `impl` block, whose attribute has another name.
pub(crate) fn tool(
    keys: TokenStream,
    tokens: &TokenStream,
    misnamed: impl FnOnce(&TokenStream, Errors) -> TokenStream,
) -> TokenStream {
    let mut errors = Errors::default();
    match parse::item(tokens.clone(), &mut errors) {
        Item::Function(function) if function.signature.receiver().is_some() => {
            method(*function, errors)
        }
        Item::Function(function) => free_function(keys, *function, errors),
        Item::Unreadable(item) => {
            let (visibility, ident) = *item;
            let keys = tool_keys(keys, &mut errors).keys;
            let sdk = attributes::sdk(keys.sdk.as_ref());
            let handle = keys.handle.unwrap_or(ident);
            let fallback = fallback::tool(&sdk, &visibility, &handle, &[]);
            let (errors, item) = (errors.into_tokens(), tokens::unreadable(tokens));
            quote!(#errors #fallback #item)
        }
        Item::Other(Other::Impl) => misnamed(tokens, errors),
        Item::Other(other) => {
            // Attributes known only to the macros would cause a second error.
            let item = match other {
                Other::Trait => tokens::without(tokens, &["tool"]),
                Other::Type => tokens::without(tokens, &["arg"]),
                Other::Impl | Other::Item => tokens.clone(),
            };
            let errors = errors.into_tokens();
            quote!(#errors #item)
        }
    }
}

fn free_function(keys: TokenStream, mut function: Function, mut errors: Errors) -> TokenStream {
    let keys = tool_keys(keys, &mut errors);
    let tool = Tool::new(keys, &function, false, &mut errors);
    validate(&tool, &mut errors);
    function.clean();
    if errors.is_empty() && !tool.has_unsized_argument() {
        let expanded = expand::handle(&tool, &function.visibility);
        return quote!(#function #expanded);
    }
    function.complete();
    // A handle named like a primitive type would cause many more errors.
    let usable = !names::is_primitive(&tool.handle().to_string());
    let fallback =
        usable.then(|| fallback::tool(&tool.sdk, &function.visibility, tool.handle(), &tool.cfgs));
    let errors = errors.into_tokens();
    quote!(#errors #function #fallback)
}

/// Handles a method outside of a toolset. A handle type next to it would be a second error.
fn method(mut function: Function, mut errors: Errors) -> TokenStream {
    let help = "put `#[toolset]` above the `impl` block, or make this a free function";
    let receiver = function.signature.receiver();
    errors.at(receiver, "`#[tool]` on a method outside of a `#[toolset]`", help);
    function.clean();
    let errors = errors.into_tokens();
    quote!(#errors #function)
}
