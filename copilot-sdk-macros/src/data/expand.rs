//! The derives, and what is implemented without one.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{Data, DeriveInput, Fields, Path, parse_quote_spanned};

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

/// What is implemented without a derive.
pub(super) fn own_impls(sdk: &Path, input: &DeriveInput) -> TokenStream {
    let span = Span::mixed_site();
    let support = quote_spanned! {span=> #sdk::macro_support };
    let name = &input.ident;
    let (params, arguments, bounds) = input.generics.split_for_impl();
    let mut bounded = input.generics.clone();
    let bound =
        parse_quote_spanned! {span=> for<'written> Self: #support::WrittenAsJson<'written> };
    bounded.make_where_clause().predicates.push(bound);
    let bounded = &bounded.where_clause;
    let object = is_object(input).then(|| {
        quote_spanned! {span=>
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

/// Whether the type is a JSON object, whose fields can be the arguments of a tool.
fn is_object(input: &DeriveInput) -> bool {
    matches!(&input.data, Data::Struct(data) if matches!(data.fields, Fields::Named(_)))
}
