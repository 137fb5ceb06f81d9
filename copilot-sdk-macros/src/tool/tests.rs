//! What the compiler is given.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{format_ident, quote};

fn function(keys: TokenStream, item: &TokenStream) -> TokenStream {
    super::tool(keys, item, crate::toolset::misnamed)
}

fn expanded(keys: TokenStream, item: &TokenStream) -> String {
    function(keys, item).to_string()
}

#[test]
fn a_tool_is_a_struct_next_to_an_untouched_function() {
    let expected = quote! {
        #[doc = r" Add."]
        async fn add(number: u8) -> u8 { number + 1 }

        #[doc(hidden)]
        struct add {}

        #[doc(hidden)]
        #[allow(deprecated)]
        impl add {
            #[doc = r" The name of the tool."]
            pub const NAME: &'static ::copilot_sdk::macro_support::core::primitive::str = "add";
            #[doc = r" The description for the model."]
            pub const DESCRIPTION: &'static ::copilot_sdk::macro_support::core::primitive::str = "Add.";

            #[doc = r" The tool."]
            pub fn tool() -> ::copilot_sdk::Tool {
                static COPILOT_SDK_TOOL:
                    ::copilot_sdk::macro_support::std::sync::OnceLock<::copilot_sdk::Tool> =
                    ::copilot_sdk::macro_support::std::sync::OnceLock::new();
                ::copilot_sdk::macro_support::core::clone::Clone::clone(
                    COPILOT_SDK_TOOL.get_or_init(|| {
                    #[allow(unused_imports)]
                    use ::copilot_sdk::macro_support::by_type::*;
                    #[allow(unused_mut)]
                    let mut copilot_sdk_signature = ::copilot_sdk::tool::function::Signature::new();
                    (&&::copilot_sdk::macro_support::Argument::<u8>::new())
                        .copilot_sdk_place()
                        .describe::<u8>(&mut copilot_sdk_signature, "number", "");
                    ::copilot_sdk::macro_support::tool(
                        Self::NAME,
                        ::copilot_sdk::macro_support::core::concat!(
                            ::copilot_sdk::macro_support::core::module_path!(), "::", "add"
                        ),
                        Self::DESCRIPTION,
                        copilot_sdk_signature,
                        {
                            #[allow(unused_mut)]
                            move |mut copilot_sdk_call: ::copilot_sdk::tool::function::FnCall| {
                                let (::copilot_sdk::macro_support::Some(copilot_sdk_argument0),) =
                                    ::copilot_sdk::tool::function::FnCall::arguments(
                                        &mut copilot_sdk_call,
                                        |copilot_sdk_arguments| (
                                            copilot_sdk_arguments.read::<u8>(0usize),
                                        ),
                                    )
                                else {
                                    return copilot_sdk_call.refuse();
                                };
                                copilot_sdk_call.run(add(copilot_sdk_argument0), RETURNED)
                            }
                        },
                    )
                }))
            }
            REST
        }
    };
    let expected = expected.to_string();
    let (start, end) = expected.split_once("RETURNED").unwrap();
    let end = end.split_once("REST").unwrap().0;
    let given = expanded(
        quote!(),
        &quote! {
            /// Add.
            async fn add(number: u8) -> u8 { number + 1 }
        },
    );
    assert_eq!(given.get(..start.len()), Some(start));
    let methods = given.find(r#"# [doc = r" The JSON schema of the arguments."]"#).unwrap();
    assert!(given[..methods].ends_with(end), "{given}");
}

#[test]
fn a_mistake_in_the_attribute_leaves_the_function_and_its_handle() {
    let given = expanded(
        quote!(nme = "x"),
        &quote! {
            /// Add.
            pub fn add(#[arg(colour = "red")] number: u8) -> u8 { number + }
        },
    );
    let function = quote!(#[doc = r" Add."] pub fn add(number: u8) -> u8 { number + }).to_string();
    let handle = quote!(
        #[doc(hidden)]
        pub struct add {}
    )
    .to_string();
    let (errors, rest) = given.split_at(given.find(&function).unwrap());
    assert_eq!(errors.matches("compile_error").count(), 2, "{errors}");
    assert!(
        rest.get(function.len()..).is_some_and(|rest| rest.trim_start().starts_with(&handle)),
        "{rest}"
    );
}

#[test]
fn a_function_that_is_not_async_is_called_in_a_closure_of_its_own() {
    let given = expanded(
        quote!(terminal, timeout = "2s"),
        &quote! {
            /// Add.
            fn add(context: &ToolContext, #[arg(default = 3)] number: u8) {}
        },
    );
    let parts = [
        quote!(let copilot_sdk_default0: fn() -> u8 = || 3;),
        quote!((&&copilot_sdk_default0).copilot_sdk_json()),
        quote!(|copilot_sdk_arguments| (
            copilot_sdk_arguments.read_or::<u8>(0usize, copilot_sdk_default0),
        )),
        quote!(
            let copilot_sdk_context =
                ::copilot_sdk::tool::function::FnCall::context(&copilot_sdk_call);
        ),
        quote!(let copilot_sdk_value = add(&copilot_sdk_context, copilot_sdk_argument0);),
        quote!(
            .terminal()
            .timeout(::copilot_sdk::macro_support::core::time::Duration::from_millis(2000u64))
        ),
    ];
    for part in parts.map(|part| part.to_string()) {
        assert!(given.contains(&part), "{part}\n\n{given}");
    }
}

#[test]
fn mistakes_do_not_depend_on_the_order_of_arguments_or_on_chance() {
    let arguments = [
        quote!(#[arg(range(min = 5, max = 1), colour = "red")] a: u8),
        quote!(#[arg(rename = "")] b: &str),
        quote!((c, d): (u8, u8)),
        quote!(#[serde(default)] e: Vec<Self>),
    ];
    let mistakes = |order: [usize; 4]| {
        let arguments = order.map(|index| arguments[index].clone());
        let item = quote!(unsafe fn many<T>(#(#arguments),*) -> ! {});
        let given = expanded(quote!(nme = "x", timeout = 3, defer = "later"), &item);
        let texts = given.split("compile_error").skip(1).filter_map(|text| text.split_once('}'));
        let mut mistakes: Vec<String> = texts.map(|(text, _)| text.to_owned()).collect();
        mistakes.sort();
        mistakes
    };
    let first = mistakes([0, 1, 2, 3]);
    assert_eq!(first.len(), 14, "{first:#?}");
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
        assert_eq!(mistakes(order), first);
    }
}

#[test]
fn a_tool_takes_few_lines() {
    for count in [0_usize, 1, 3, 8] {
        let parameters = (0..count).map(|index| {
            let name = format_ident!("argument_number_{index}");
            quote! {
                /// What the model is told.
                #[arg(default = 3, range(min = 1, max = 9))]
                #name: u32
            }
        });
        let expansion = function(
            quote!(show_errors, timeout = "30s"),
            &quote! {
                /// Do something.
                async fn something(
                    context: &ToolContext,
                    #(#parameters),*
                ) -> Result<Forecast, WeatherError> {
                    body().await
                }
            },
        );
        let lines = lines(expansion);
        assert!(
            lines.len() < 80 + 8 * count,
            "{} lines for {count} arguments:\n{}",
            lines.len(),
            lines.join("\n")
        );
    }
}

/// The code as a formatter would break it: a line for each statement, each brace and each 100
/// characters.
fn lines(tokens: TokenStream) -> Vec<String> {
    let mut lines = vec![String::new()];
    write(tokens, &mut lines);
    lines.retain(|line| !line.is_empty());
    lines
}

fn write(tokens: TokenStream, lines: &mut Vec<String>) {
    let push = |text: &str, lines: &mut Vec<String>| match lines.last_mut() {
        Some(line) if line.len() + text.len() <= 100 => line.push_str(text),
        _ => lines.push(text.to_owned()),
    };
    for token in tokens {
        let TokenTree::Group(group) = &token else {
            push(&token.to_string(), lines);
            match &token {
                TokenTree::Punct(punct) if punct.as_char() == ';' => lines.push(String::new()),
                TokenTree::Ident(_) => push(" ", lines),
                _ => {}
            }
            continue;
        };
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::None => ("", ""),
        };
        push(open, lines);
        let block = group.delimiter() == Delimiter::Brace;
        lines.extend(block.then(String::new));
        write(group.stream(), lines);
        lines.extend(block.then(String::new));
        push(close, lines);
        lines.extend(block.then(String::new));
    }
}
