//! The derives, and the traits implemented without one.

use darling::ast::NestedMeta;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{Data, DeriveInput, Fields, Meta, Path, parse_quote_spanned};

use crate::attributes::values;
use crate::syntax::ends_in;

pub(super) fn derived(sdk: &Path, input: &DeriveInput) -> TokenStream {
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

/// The traits implemented without a derive.
pub(super) fn own_impls(sdk: &Path, input: &DeriveInput) -> TokenStream {
    let span = Span::mixed_site();
    let support = quote_spanned! {span=> #sdk::macro_support };
    let name = &input.ident;
    let (params, arguments, bounds) = input.generics.split_for_impl();
    let mut bounded = input.generics.clone();
    let bound = parse_quote_spanned! {span=>
        for<'copilot_sdk> Self: #support::WrittenAsJson<'copilot_sdk>
    };
    bounded.make_where_clause().predicates.push(bound);
    let bounded = &bounded.where_clause;
    let object = is_object(input).then(|| {
        let conditions = other_forms(input);
        quote_spanned! {span=>
            #(#[cfg(not(#conditions))])*
            #[automatically_derived]
            #[doc(hidden)]
            impl #params #support::ParameterObject for #name #arguments #bounds {}
        }
    });
    quote_spanned! {span=>
        #[automatically_derived]
        impl #params #sdk::tool::IntoToolResult for #name #arguments #bounded {
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

/// Whether the type deserializes from a JSON object of its fields, and so can hold the arguments of
/// a tool.
fn is_object(input: &DeriveInput) -> bool {
    let has_names =
        matches!(&input.data, Data::Struct(data) if matches!(data.fields, Fields::Named(_)));
    has_names && !input.attrs.iter().any(|attr| gives_another_form(&attr.meta))
}

/// The conditions under which a `#[cfg_attr(..)]` makes the type deserialize from something else.
fn other_forms(input: &DeriveInput) -> Vec<TokenStream> {
    let conditions = input.attrs.iter().filter(|attr| attr.path().is_ident("cfg_attr"));
    let conditions = conditions.filter_map(|attr| {
        let items = NestedMeta::parse_meta_list(values::tokens(&attr.meta)).ok()?;
        let (condition, attributes) = items.split_first()?;
        let other =
            |item: &NestedMeta| matches!(item, NestedMeta::Meta(meta) if gives_another_form(meta));
        attributes.iter().any(other).then(|| condition.to_token_stream())
    });
    conditions.collect()
}

/// `#[serde(transparent)]`, `#[serde(from = "..")]` or `#[serde(try_from = "..")]`.
fn gives_another_form(meta: &Meta) -> bool {
    let forms = ["from", "transparent", "try_from"];
    let items = match meta {
        Meta::List(list) if ends_in(&list.path, "serde") || ends_in(&list.path, "schemars") => {
            NestedMeta::parse_meta_list(list.tokens.clone()).unwrap_or_default()
        }
        _ => return false,
    };
    let is_form = |item: &Meta| forms.iter().any(|form| item.path().is_ident(form));
    items.iter().any(|item| matches!(item, NestedMeta::Meta(item) if is_form(item)))
}
