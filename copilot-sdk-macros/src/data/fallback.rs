//! What stands for the derives of a type whose attributes have mistakes, so that uses of it are no
//! mistakes too.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{DeriveInput, Path, parse_quote_spanned};

pub(super) fn derived(sdk: &Path, input: &DeriveInput) -> TokenStream {
    let span = Span::mixed_site();
    let support = quote_spanned! {span=> #sdk::macro_support };
    let name = &input.ident;
    let (params, arguments, bounds) = input.generics.split_for_impl();
    let mut generics = input.generics.clone();
    generics.params.insert(0, parse_quote_spanned! {span=> 'de });
    let (deserialize_params, _, _) = generics.split_for_impl();
    quote_spanned! {span=>
        impl #params #support::serde::Serialize for #name #arguments #bounds {
            fn serialize<S: #support::serde::Serializer>(
                &self,
                _: S,
            ) -> #support::core::result::Result<S::Ok, S::Error> {
                #support::unreadable()
            }
        }

        impl #deserialize_params #support::serde::Deserialize<'de> for #name #arguments #bounds {
            fn deserialize<D: #support::serde::Deserializer<'de>>(
                _: D,
            ) -> #support::core::result::Result<Self, D::Error> {
                #support::unreadable()
            }
        }

        impl #params #support::schemars::JsonSchema for #name #arguments #bounds {
            fn schema_name() -> #support::std::borrow::Cow<'static, #support::core::primitive::str> {
                #support::unreadable()
            }

            fn json_schema(_: &mut #support::schemars::SchemaGenerator) -> #support::schemars::Schema {
                #support::unreadable()
            }
        }
    }
}
