//! Expands a call: reads the arguments, runs the function, and converts its value into a result.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Ident, ReturnType};

use super::signature::default_name;
use crate::syntax::name_span;
use crate::tool::model::Tool;
use crate::tool::parse::ParameterKind;

/// How the expansion calls the user's function.
pub(crate) enum Callee {
    /// `function(..)`.
    Function,
    /// `Self::method(..)`.
    Associated,
    /// `Self::method(&*this, ..)`.
    Borrowed,
    /// `Self::method(this, ..)`.
    Shared,
    /// `Self::method(&this, ..)`.
    SharedReference,
}

impl Callee {
    pub(crate) fn takes_self(&self) -> bool {
        matches!(self, Self::Borrowed | Self::Shared | Self::SharedReference)
    }

    fn borrows_self(&self) -> bool {
        matches!(self, Self::Borrowed | Self::SharedReference)
    }
}

/// A closure that answers a call.
pub(super) fn call(support: &TokenStream, tool: &Tool, callee: &Callee) -> TokenStream {
    let span = Span::mixed_site();
    let sdk = &tool.sdk;
    let names: Vec<Ident> = (0..tool.arguments().count()).map(argument_name).collect();
    let read = read(support, tool, &names);
    let has_context = tool.parameters.len() > names.len();
    let context = has_context.then(|| {
        quote_spanned! {span=>
            let copilot_sdk_context = #sdk::tool::function::FnCall::context(&copilot_sdk_call);
        }
    });
    let this = callee.takes_self().then(|| {
        quote_spanned! {span=>
            let copilot_sdk_this = #support::core::clone::Clone::clone(&copilot_sdk_this);
        }
    });
    let run = run(support, tool, callee, &names);
    quote_spanned! {span=>
        {
            #[allow(unused_mut)]
            move |mut copilot_sdk_call: #sdk::tool::function::FnCall| {
                #read
                #context
                #this
                #run
            }
        }
    }
}

fn argument_name(index: usize) -> Ident {
    format_ident!("copilot_sdk_argument{index}", span = Span::mixed_site())
}

/// Reads all arguments, or refuses the call with all their problems.
fn read(support: &TokenStream, tool: &Tool, names: &[Ident]) -> Option<TokenStream> {
    let span = Span::mixed_site();
    let sdk = &tool.sdk;
    let reads = tool.arguments().enumerate().map(|(index, argument)| {
        let ty = argument.ty();
        if argument.keys.default.is_some() {
            let default = default_name(index);
            quote_spanned! {span=> copilot_sdk_arguments.read_or::<#ty>(#index, #default) }
        } else {
            quote_spanned! {span=> copilot_sdk_arguments.read::<#ty>(#index) }
        }
    });
    (!names.is_empty()).then(|| {
        quote_spanned! {span=>
            let (#(#support::Some(#names),)*) = #sdk::tool::function::FnCall::arguments(
                &mut copilot_sdk_call,
                |copilot_sdk_arguments| (#(#reads,)*),
            ) else {
                return copilot_sdk_call.refuse();
            };
        }
    })
}

/// Runs the call. If the function borrows, its return value may borrow as well, and must become a
/// result before the owners are dropped. Code that must be `Send`, and the call as a whole, is
/// spanned at the function's name, where errors about it belong, including "not general enough".
fn run(support: &TokenStream, tool: &Tool, callee: &Callee, names: &[Ident]) -> TokenStream {
    let span = Span::mixed_site();
    let name = tool.signature.ident.span();
    let at = name.resolved_at(span);
    let invocation = invocation(tool, callee, names);
    let (returned, result) = result(support, &tool.signature.output);
    let borrowed_context = ParameterKind::Context { by_reference: true };
    let borrows = callee.borrows_self()
        || tool.parameters.iter().any(|parameter| parameter.kind == borrowed_context);
    match (tool.signature.asyncness.is_some(), borrows) {
        (true, false) => {
            quote_spanned! {at=> copilot_sdk_call.run(#invocation, |#returned| #result) }
        }
        (true, true) => {
            let mut block = Group::new(
                Delimiter::Brace,
                quote_spanned! {span=> let #returned = #invocation.await; #result },
            );
            block.set_span(name);
            let running = quote_spanned! {span=> let copilot_sdk_running = async move #block; };
            quote_spanned! {at=>
                #running
                copilot_sdk_call.run(copilot_sdk_running, #support::core::convert::identity)
            }
        }
        (false, _) => {
            let body = quote_spanned! {span=> let #returned = #invocation; #result };
            let closure = quote_spanned! {at=> move || { #body } };
            quote_spanned! {at=> copilot_sdk_call.run_blocking(#closure) }
        }
    }
}

/// The call itself. Its name and parentheses are spanned at the function's name, where errors
/// belong.
fn invocation(tool: &Tool, callee: &Callee, names: &[Ident]) -> TokenStream {
    let span = Span::mixed_site();
    let mut arguments = names.iter();
    let passed = tool.parameters.iter().map(|parameter| match parameter.kind {
        ParameterKind::Context { by_reference } => {
            // Spanned at the type, which may be a different one of the same name.
            let at = name_span(parameter.ty()).resolved_at(span);
            let context = Ident::new("copilot_sdk_context", at);
            if by_reference {
                quote_spanned! {at=> &#context }
            } else {
                context.into_token_stream()
            }
        }
        ParameterKind::Argument => arguments.next().to_token_stream(),
    });
    let this = match callee {
        Callee::Function | Callee::Associated => None,
        Callee::Borrowed => Some(quote_spanned! {span=> &*copilot_sdk_this }),
        Callee::Shared => Some(quote_spanned! {span=> copilot_sdk_this }),
        Callee::SharedReference => Some(quote_spanned! {span=> &copilot_sdk_this }),
    };
    let passed = this.into_iter().chain(passed);
    let mut parentheses = Group::new(Delimiter::Parenthesis, quote_spanned! {span=> #(#passed),* });
    let name = &tool.signature.ident;
    parentheses.set_span(name.span());
    if let Callee::Function = callee {
        quote! { #name #parentheses }
    } else {
        quote_spanned! {span=> Self::#name #parentheses }
    }
}

/// A name for the return value, and an expression that converts it into a result by its type.
fn result(support: &TokenStream, output: &ReturnType) -> (Ident, TokenStream) {
    let span = Span::mixed_site();
    // Spanned at the return type, which may be unsupported. User code cannot see these two names.
    let at = match output {
        ReturnType::Default => span,
        ReturnType::Type(_, ty) => name_span(ty),
    };
    let (value, error) = (Ident::new("copilot_sdk_value", at), Ident::new("copilot_sdk_error", at));
    let success = quote_spanned! {at=> result(#value.0) };
    let failure = quote_spanned! {at=> failure(&#error.0) };
    let result = quote_spanned! {span=>
        {
            let #value = #support::Out(#value);
            match (&&#value).copilot_sdk_shape().split(#value) {
                #support::Ok(#value) => match (&&#value).copilot_sdk_option().value(#value) {
                    #support::Some(#value) => (&&#value).copilot_sdk_leaf().#success,
                    #support::None => #support::no_result(),
                },
                #support::Err(#error) => #support::Err((&&&#error).copilot_sdk_kind().#failure),
            }
        }
    };
    (value, result)
}
