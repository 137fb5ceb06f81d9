//! What becomes of the type below `#[data]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use super::{expand, fallback, parse, validate};
use crate::errors::Errors;

pub(crate) fn data(keys: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let sdk = parse::sdk(keys, &mut errors);
    let Ok(mut input) = syn::parse2::<DeriveInput>(item.clone()) else {
        return fallback::unreadable(&sdk, item, errors);
    };
    validate::validate(&mut input, &mut errors);
    if errors.is_empty() {
        return expand::derived(&sdk, &input);
    }
    let fallback = fallback::data(&sdk, &mut input);
    let errors = errors.into_tokens();
    quote!(#errors #fallback)
}
