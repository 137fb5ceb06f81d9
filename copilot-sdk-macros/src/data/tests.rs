//! What the compiler is given.

use quote::quote;

use super::data;

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
            for<'copilot_sdk> Self: ::sdk::macro_support::WrittenAsJson<'copilot_sdk>
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
