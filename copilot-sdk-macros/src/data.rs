//! `#[data]`: the three derives of everything that travels as JSON.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, Fields, Path, Token, parse_quote, parse_quote_spanned};

use crate::errors::Errors;
use crate::keys::Attr;

const KEYS: Attr = Attr { name: "data", keys: &["crate"] };
const DERIVED: [&str; 3] = ["Serialize", "Deserialize", "JsonSchema"];

pub(crate) fn data(keys: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let mut sdk: Path = parse_quote!(::copilot_sdk);
    for entry in KEYS.entries(keys, &mut errors) {
        sdk = entry.crate_path(&mut errors).unwrap_or(sdk);
    }
    let Ok(input) = syn::parse2::<DeriveInput>(item.clone()) else {
        let first = item.clone().into_iter().find(|token| !matches!(token, proc_macro2::TokenTree::Punct(_)));
        let help = "describe the arguments of a tool with a struct, and its choices with an enum";
        errors.at(first, "`#[data]` can only be applied to a struct or an enum", help);
        return with_item(errors, item);
    };
    if let Data::Union(union) = &input.data {
        errors.at(union.union_token, "`#[data]` cannot be applied to a union", "use an enum");
        return with_item(errors, item);
    }
    input.attrs.iter().for_each(|attr| check_derives(attr, &mut errors));
    if !errors.is_empty() {
        return with_item(errors, item);
    }
    expand(&sdk, &input)
}

fn expand(sdk: &Path, input: &DeriveInput) -> TokenStream {
    let span = Span::mixed_site();
    let support = quote_spanned! {span=> #sdk::macro_support };
    let crate_of = |name: &str| format!("{}::macro_support::{name}", sdk.to_token_stream()).replace(' ', "");
    let (serde, schemars) = (crate_of("serde"), crate_of("schemars"));
    let name = &input.ident;
    let (params, arguments, _) = input.generics.split_for_impl();
    let mut bounded = input.generics.clone();
    let bound = parse_quote_spanned! {span=> Self: #support::serde::Serialize };
    bounded.make_where_clause().predicates.push(bound);
    let bounded_where = &bounded.where_clause;
    let own_where = &input.generics.where_clause;
    let object = matches!(&input.data, Data::Struct(data) if matches!(data.fields, Fields::Named(_))).then(|| {
        quote_spanned! {span=>
            #[automatically_derived]
            impl #params #support::ParameterObject for #name #arguments #own_where {}
        }
    });
    quote_spanned! {span=>
        #[derive(
            #support::serde::Serialize,
            #support::serde::Deserialize,
            #support::schemars::JsonSchema,
        )]
        #[serde(crate = #serde)]
        #[schemars(crate = #schemars)]
        #input

        #[automatically_derived]
        impl #params #sdk::tool::IntoToolResult for #name #arguments #bounded_where {
            fn into_tool_result(self) -> #support::std::result::Result<
                #sdk::ToolResult,
                #support::std::boxed::Box<
                    dyn #support::std::error::Error
                        + #support::std::marker::Send
                        + #support::std::marker::Sync,
                >,
            > {
                #sdk::tool::IntoToolResult::into_tool_result(#sdk::tool::Json(self))
            }
        }

        #object
    }
}

/// A derive of the same traits would be a second implementation; the compiler says so in a baffling way.
fn check_derives(attr: &Attribute, errors: &mut Errors) {
    if attr.path().is_ident("data") || attr.path().segments.last().is_some_and(|last| last.ident == "data") {
        errors.at(attr, "`#[data]` is applied twice", "");
    }
    if !attr.path().is_ident("derive") {
        return;
    }
    let Ok(list) = attr.meta.require_list() else { return };
    let paths = Punctuated::<Path, Token![,]>::parse_terminated.parse2(list.tokens.clone()).unwrap_or_default();
    for path in paths {
        let Some(name) = path.segments.last().map(|last| last.ident.to_string()) else { continue };
        if DERIVED.contains(&name.as_str()) {
            errors.at(
                &path,
                format!("`#[data]` derives `{name}` already"),
                &format!("remove `{name}` from this derive"),
            );
        }
    }
}

fn with_item(errors: Errors, item: &TokenStream) -> TokenStream {
    let errors = errors.into_tokens();
    // Without the derives nobody knows these attributes, and each would be an error of its own.
    let stripped = syn::parse2::<DeriveInput>(item.clone()).map(|mut input| {
        strip(&mut input.attrs);
        match &mut input.data {
            Data::Struct(data) => data.fields.iter_mut().for_each(|field| strip(&mut field.attrs)),
            Data::Enum(data) => data.variants.iter_mut().for_each(|variant| {
                strip(&mut variant.attrs);
                variant.fields.iter_mut().for_each(|field| strip(&mut field.attrs));
            }),
            Data::Union(_) => {}
        }
        input.to_token_stream()
    });
    let item = stripped.unwrap_or_else(|_| item.clone());
    quote!(#errors #item)
}

fn strip(attrs: &mut Vec<Attribute>) {
    attrs.retain(|attr| !["serde", "schemars", "data"].iter().any(|name| attr.path().is_ident(name)));
}
