//! `#[data]`: the three derives of everything that travels as JSON.

mod fallback;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Data, DeriveInput, Fields, Meta, Path, Token, parse_quote, parse_quote_spanned,
};

use crate::errors::Errors;
use crate::keys::Attr;
use crate::raw;
use crate::tool::is_named;

const KEYS: Attr = Attr { name: "data", keys: &["crate"] };
const DERIVED: [&str; 3] = ["Serialize", "Deserialize", "JsonSchema"];

pub(crate) fn data(keys: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let mut sdk: Path = parse_quote!(::copilot_sdk);
    for entry in KEYS.entries(keys, &mut errors) {
        sdk = entry.crate_path(&mut errors).unwrap_or(sdk);
    }
    let Ok(mut input) = syn::parse2::<DeriveInput>(item.clone()) else {
        return unreadable(&sdk, item, errors);
    };
    if let Data::Union(union) = &input.data {
        errors.at(union.union_token, "`#[data]` cannot be applied to a union", "use an enum");
    }
    input.attrs.iter_mut().for_each(|attr| check_attribute(attr, &mut errors));
    if errors.is_empty() {
        return expand(&sdk, &input);
    }
    clean(&mut input);
    let (errors, fallback) = (errors.into_tokens(), fallback::derived(&sdk, &input));
    let own = own_impls(&sdk, &input);
    quote!(#errors #input #fallback #own)
}

/// No struct or enum, or one that cannot be read: of that the compiler has told the user already.
fn unreadable(sdk: &Path, item: &TokenStream, mut errors: Errors) -> TokenStream {
    let mut tokens = item.clone().into_iter();
    let name = tokens
        .find(|token| matches!(token, TokenTree::Ident(word) if word == "struct" || word == "enum"))
        .and_then(|_| tokens.next());
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
        let (fallback, own) = (fallback::derived(sdk, &stand_in), own_impls(sdk, &stand_in));
        quote!(#fallback #own)
    });
    let (errors, item) = (errors.into_tokens(), raw::without_attributes(item.clone()));
    quote!(#errors #stand_in #item)
}

fn expand(sdk: &Path, input: &DeriveInput) -> TokenStream {
    let span = Span::mixed_site();
    let support = quote_spanned! {span=> #sdk::macro_support };
    let crate_of =
        |name: &str| format!("{}::macro_support::{name}", sdk.to_token_stream()).replace(' ', "");
    let (serde, schemars) = (crate_of("serde"), crate_of("schemars"));
    let own = own_impls(sdk, input);
    quote_spanned! {span=>
        #[derive(
            #support::serde::Serialize,
            #support::serde::Deserialize,
            #support::schemars::JsonSchema,
        )]
        #[serde(crate = #serde)]
        #[schemars(crate = #schemars)]
        #input
        #own
    }
}

/// What is implemented without a derive.
fn own_impls(sdk: &Path, input: &DeriveInput) -> TokenStream {
    let span = Span::mixed_site();
    let support = quote_spanned! {span=> #sdk::macro_support };
    let name = &input.ident;
    let (params, arguments, _) = input.generics.split_for_impl();
    let mut bounded = input.generics.clone();
    let bound =
        parse_quote_spanned! {span=> for<'written> Self: #support::WrittenAsJson<'written> };
    bounded.make_where_clause().predicates.push(bound);
    let bounded_where = &bounded.where_clause;
    let own_where = &input.generics.where_clause;
    let object =
        matches!(&input.data, Data::Struct(data) if matches!(data.fields, Fields::Named(_))).then(
            || {
                quote_spanned! {span=>
                    #[automatically_derived]
                    #[doc(hidden)]
                    impl #params #support::ParameterObject for #name #arguments #own_where {}
                }
            },
        );
    quote_spanned! {span=>
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

/// A derive of the same traits would be a second implementation; the compiler says so in a baffling
/// way.
fn check_attribute(attr: &mut Attribute, errors: &mut Errors) {
    if is_named(attr, "data") {
        errors.at(&attr, "`#[data]` is applied twice", "remove one of them");
    }
    let Meta::List(list) = &mut attr.meta else { return };
    if !list.path.is_ident("derive") {
        return;
    }
    let paths = Punctuated::<Path, Token![,]>::parse_terminated
        .parse2(list.tokens.clone())
        .unwrap_or_default();
    let (ours, theirs): (Vec<Path>, Vec<Path>) =
        paths.into_iter().partition(|path| derived(path).is_some());
    for path in &ours {
        let name = derived(path).unwrap_or_default();
        let help = format!("remove `{name}` from this derive");
        errors.at(path, format!("`#[data]` derives `{name}` already"), &help);
    }
    if !ours.is_empty() {
        list.tokens = quote!(#(#theirs),*);
    }
}

fn derived(path: &Path) -> Option<&'static str> {
    let last = path.segments.last()?;
    DERIVED.into_iter().find(|name| last.ident == name)
}

/// Without the derives nobody knows these attributes, and each would be an error of its own.
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
    attrs.retain(|attr| !["serde", "schemars", "data"].iter().any(|name| is_named(attr, name)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_item_gets_three_derives_and_is_a_result_and_an_object() {
        let given = data(
            quote!(crate = ::sdk),
            &quote! {
                /// A page.
                #[serde(rename_all = "camelCase")]
                pub struct Page<T: Clone> where T: Copy { item: T }
            },
        );
        let expected = quote! {
            #[derive(
                ::sdk::macro_support::serde::Serialize,
                ::sdk::macro_support::serde::Deserialize,
                ::sdk::macro_support::schemars::JsonSchema,
            )]
            #[serde(crate = "::sdk::macro_support::serde")]
            #[schemars(crate = "::sdk::macro_support::schemars")]
            #[doc = r" A page."]
            #[serde(rename_all = "camelCase")]
            pub struct Page<T: Clone> where T: Copy { item: T }

            #[automatically_derived]
            impl<T: Clone> ::sdk::tool::IntoToolResult for Page<T>
            where
                T: Copy,
                for<'written> Self: ::sdk::macro_support::WrittenAsJson<'written>
            {
                fn into_tool_result(self) -> ::sdk::macro_support::std::result::Result<
                    ::sdk::ToolResult,
                    ::sdk::macro_support::std::boxed::Box<
                        dyn ::sdk::macro_support::std::error::Error
                            + ::sdk::macro_support::std::marker::Send
                            + ::sdk::macro_support::std::marker::Sync,
                    >,
                > {
                    ::sdk::tool::IntoToolResult::into_tool_result(::sdk::tool::Json(self))
                }
            }

            #[automatically_derived]
            #[doc(hidden)]
            impl<T: Clone> ::sdk::macro_support::ParameterObject for Page<T> where T: Copy {}
        };
        assert_eq!(given.to_string(), expected.to_string());
    }
}
