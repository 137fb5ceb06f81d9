//! Placeholders for the derives of a type with mistakes, so that its uses do not cause further
//! errors.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::{Attribute, Data, DeriveInput, Path, parse_quote, parse_quote_spanned};

use super::expand::own_impls;
use crate::errors::Errors;
use crate::syntax::is_named;
use crate::tokens;

/// The type, with implementations that are never run.
pub(super) fn data(sdk: &Path, input: &mut DeriveInput) -> TokenStream {
    clean(input);
    let (derived, own) = (derived(sdk, input), own_impls(sdk, input));
    quote!(#input #derived #own)
}

/// Handles items that are not a struct or enum, or cannot be parsed, which the compiler has
/// reported already.
pub(super) fn unreadable(sdk: &Path, item: &TokenStream, mut errors: Errors) -> TokenStream {
    let mut tokens = item.clone().into_iter();
    let is_keyword = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "struct" || word == "enum");
    let name = tokens.find(is_keyword).and_then(|_| tokens.next());
    let Some(name) = name else {
        let first = item.clone().into_iter().find(|token| !matches!(token, TokenTree::Punct(_)));
        let help = "describe the arguments of a tool with a struct, and its choices with an enum";
        errors.at(first, "`#[data]` can only be applied to a struct or an enum", help);
        let errors = errors.into_tokens();
        return quote!(#errors #item);
    };
    let generic = matches!(tokens.next(), Some(TokenTree::Punct(punct)) if punct.as_char() == '<');
    let stand_in: DeriveInput = parse_quote!(struct #name {});
    let stand_in = (!generic).then(|| {
        let (derived, own) = (derived(sdk, &stand_in), own_impls(sdk, &stand_in));
        quote!(#derived #own)
    });
    let (errors, item) = (errors.into_tokens(), tokens::unreadable(item));
    quote!(#errors #stand_in #item)
}

fn derived(sdk: &Path, input: &DeriveInput) -> TokenStream {
    let span = Span::mixed_site();
    let support = quote_spanned! {span=> #sdk::macro_support };
    let name = &input.ident;
    let (params, arguments, bounds) = input.generics.split_for_impl();
    let mut generics = input.generics.clone();
    generics.params.insert(0, parse_quote_spanned! {span=> 'copilot_sdk });
    let (deserialize_params, _, _) = generics.split_for_impl();
    quote_spanned! {span=>
        impl #params #support::serde::Serialize for #name #arguments #bounds {
            fn serialize<CopilotSdk: #support::serde::Serializer>(
                &self,
                _: CopilotSdk,
            ) -> #support::core::result::Result<CopilotSdk::Ok, CopilotSdk::Error> {
                #support::unreadable()
            }
        }

        impl #deserialize_params #support::serde::Deserialize<'copilot_sdk>
            for #name #arguments #bounds
        {
            fn deserialize<CopilotSdk: #support::serde::Deserializer<'copilot_sdk>>(
                _: CopilotSdk,
            ) -> #support::core::result::Result<Self, CopilotSdk::Error> {
                #support::unreadable()
            }
        }

        impl #params #support::schemars::JsonSchema for #name #arguments #bounds {
            fn schema_name()
            -> #support::std::borrow::Cow<'static, #support::core::primitive::str> {
                #support::unreadable()
            }

            fn json_schema(
                _: &mut #support::schemars::SchemaGenerator,
            ) -> #support::schemars::Schema {
                #support::unreadable()
            }
        }
    }
}

/// Removes attributes that only the derives know; each would otherwise be an error.
fn clean(input: &mut DeriveInput) {
    strip(&mut input.attrs);
    match &mut input.data {
        Data::Struct(data) => data.fields.iter_mut().for_each(|field| strip(&mut field.attrs)),
        Data::Enum(data) => data.variants.iter_mut().for_each(|variant| {
            strip(&mut variant.attrs);
            variant.fields.iter_mut().for_each(|field| strip(&mut field.attrs));
        }),
        Data::Union(_) => {}
    }
}

fn strip(attrs: &mut Vec<Attribute>) {
    attrs.retain(|attr| {
        !["arg", "serde", "schemars", "data"].iter().any(|name| is_named(attr, name))
    });
}
