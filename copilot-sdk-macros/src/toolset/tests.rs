//! What the compiler is given.

use quote::quote;

use super::toolset;

#[test]
fn the_block_stays_what_it_is_and_the_type_becomes_a_toolset() {
    let given = toolset(
        quote!(parts(admin)),
        &quote! {
            impl Crm {
                /// Find.
                #[tool]
                #[inline]
                async fn find(&self, #[arg(default)] text: String) -> &str { half a body }

                fn helper() -> [u8; 1] { [1] }
            }
        },
    );
    let start = quote! {
        impl Crm {
            #[doc = r" Find."]
            #[inline]
            async fn find(&self, text: String) -> &str { half a body }

            fn helper() -> [u8; 1] { [1] }
        }

        #[allow(deprecated)]
        impl ::copilot_sdk::tool::function::ToolMethods for Crm
        where
            Self: 'static
        {
            fn tools(
                self: ::copilot_sdk::macro_support::std::sync::Arc<Self>
            ) -> ::copilot_sdk::macro_support::std::vec::Vec<::copilot_sdk::Tool>
            where
                for<'copilot_sdk> Self: ::copilot_sdk::tool::function::Shared<'copilot_sdk>
            {
                let copilot_sdk_this = self;
                #[allow(unused_mut)]
                let mut copilot_sdk_tools =
                    ::copilot_sdk::macro_support::std::vec::Vec::<::copilot_sdk::Tool>::new();
                ::copilot_sdk::macro_support::push(&mut copilot_sdk_tools, {
                    let copilot_sdk_this =
                        ::copilot_sdk::macro_support::core::clone::Clone::clone(&copilot_sdk_this);
                    TOOL
                });
                ::copilot_sdk::tool::function::spread(
                    &mut copilot_sdk_tools,
                    Self::admin(&copilot_sdk_this)
                );
                copilot_sdk_tools
            }
        }

        const _: () = {
            #[allow(unused_imports)]
            use tool as _;
        };
    };
    let (given, expected) = (given.to_string(), start.to_string());
    let (start, end) = expected.split_once("TOOL").unwrap();
    assert!(given.starts_with(start), "{given}");
    assert!(given.ends_with(end), "{given}");
    let call = quote!(
        let copilot_sdk_value = Self::find(&*copilot_sdk_this, copilot_sdk_argument0).await;
    )
    .to_string();
    assert!(given.contains(&call), "{given}");
}
