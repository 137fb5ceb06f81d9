//! The expansion. Everything is spanned at `mixed_site`, except what the user should see in an
//! error.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, ReturnType, Visibility};

use super::argument_keys::{ArgumentDefault, Limits};
use super::{Argument, Kind, Model};

/// How the expansion reaches the user's function.
pub(crate) enum Body {
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

impl Body {
    pub(crate) fn takes_self(&self) -> bool {
        matches!(self, Self::Borrowed | Self::Shared | Self::SharedReference)
    }

    fn borrows_self(&self) -> bool {
        matches!(self, Self::Borrowed | Self::SharedReference)
    }
}

/// The hidden struct next to the function.
pub(super) fn function(model: &Model, visibility: &Visibility, handle: &Ident) -> TokenStream {
    let span = Span::mixed_site();
    let sdk = &model.options.sdk;
    let support = quote_spanned! {span=> #sdk::macro_support };
    let header = header(visibility, handle);
    let Model { name, description, cfgs, .. } = model;
    let body = call(model, &Body::Function);
    let tool = build(
        model,
        &quote_spanned! {span=> Self::NAME },
        &quote_spanned! {span=> Self::DESCRIPTION },
        &body,
    );
    quote_spanned! {span=>
        #(#cfgs)*
        #[doc(hidden)]
        #header

        #(#cfgs)*
        #[doc(hidden)]
        #[allow(deprecated)]
        impl #handle {
            /// The name that the model calls.
            pub const NAME: &'static #support::core::primitive::str = #name;
            /// What the model is told about the tool.
            pub const DESCRIPTION: &'static #support::core::primitive::str = #description;

            /// The tool.
            pub fn tool() -> #sdk::Tool {
                static COPILOT_SDK_TOOL: #support::std::sync::OnceLock<#sdk::Tool> =
                    #support::std::sync::OnceLock::new();
                #support::core::clone::Clone::clone(COPILOT_SDK_TOOL.get_or_init(|| #tool))
            }

            /// The JSON schema of its arguments.
            pub fn schema() -> #support::serde_json::Value {
                #support::schema(&Self::tool())
            }

            /// Calls it as the CLI would, outside of any session.
            pub fn call(
                arguments: impl #support::serde::Serialize,
            ) -> #support::futures_core::future::BoxFuture<'static, #sdk::ToolResult> {
                #support::call(&Self::tool(), &arguments)
            }
        }
    }
}

/// `struct name {}`, all of it at the function's name: errors about the name point there, and since
/// the tokens come from a macro, lints about it are silent.
pub(super) fn header(visibility: &Visibility, handle: &Ident) -> TokenStream {
    let span = handle.span().resolved_at(Span::call_site());
    let visibility = respan(visibility.to_token_stream(), span);
    let mut handle = handle.clone();
    handle.set_span(span);
    quote_spanned! {span=> #visibility struct #handle {} }
}

/// All of `tokens` at `span`.
pub(crate) fn respan(tokens: TokenStream, span: Span) -> TokenStream {
    let respanned = tokens.into_iter().map(|mut token| {
        if let TokenTree::Group(group) = &token {
            token = TokenTree::Group(Group::new(group.delimiter(), respan(group.stream(), span)));
        }
        token.set_span(span);
        token
    });
    respanned.collect()
}

/// An expression that builds the tool.
pub(crate) fn build(
    model: &Model,
    name: &TokenStream,
    description: &TokenStream,
    body: &TokenStream,
) -> TokenStream {
    let span = Span::mixed_site();
    let sdk = &model.options.sdk;
    let support = quote_spanned! {span=> #sdk::macro_support };
    let values: Vec<&Argument> = values(model).collect();
    let alone = values.len() == 1;
    let described = values
        .iter()
        .enumerate()
        .map(|(index, argument)| describe(&support, argument, index, alone));
    let setters = setters(model);
    let origin = &model.ident.to_string();
    let defaults = values
        .iter()
        .enumerate()
        .filter_map(|(index, argument)| default(&support, argument, index));
    quote_spanned! {span=>
        {
            #[allow(unused_imports)]
            use #support::by_type::*;
            #(#defaults)*
            #[allow(unused_mut)]
            let mut signature = #sdk::tool::function::Signature::new();
            #(#described)*
            #support::tool(
                #name,
                #support::core::concat!(#support::core::module_path!(), "::", #origin),
                #description,
                signature,
                #body,
            )
            #setters
        }
    }
}

/// A closure that reads the arguments, calls the function and turns its value into a result.
pub(crate) fn call(model: &Model, body: &Body) -> TokenStream {
    let span = Span::mixed_site();
    let sdk = &model.options.sdk;
    let support = quote_spanned! {span=> #sdk::macro_support };
    let names: Vec<Ident> = (0..values(model).count()).map(argument_name).collect();
    let reads = values(model).enumerate().map(|(index, argument)| {
        let ty = &argument.ty;
        match &argument.kind {
            Kind::Value(value) if value.keys.default.is_some() => {
                let default = default_name(index);
                quote_spanned! {span=> arguments.read_or::<#ty>(#index, #default) }
            }
            _ => quote_spanned! {span=> arguments.read::<#ty>(#index) },
        }
    });
    let read = (!names.is_empty()).then(|| {
        quote_spanned! {span=>
            let (#(#support::Some(#names),)*) = call.arguments(|arguments| (#(#reads,)*)) else {
                return call.refuse();
            };
        }
    });
    let has_context =
        model.arguments.iter().any(|argument| matches!(argument.kind, Kind::Context { .. }));
    let context = has_context.then(|| quote_spanned! {span=> let context = call.context(); });
    let borrows_context = model
        .arguments
        .iter()
        .any(|argument| matches!(argument.kind, Kind::Context { by_reference: true }));
    let this = body
        .takes_self()
        .then(|| quote_spanned! {span=> let this = #support::core::clone::Clone::clone(&this); });
    let called = called(model, body, &names);
    let run = run(&support, model, &called, borrows_context || body.borrows_self());
    quote_spanned! {span=>
        {
            #[allow(unused_mut)]
            move |mut call: #sdk::tool::function::Call| {
                #read
                #context
                #this
                #run
            }
        }
    }
}

/// Runs the call. Where the function borrows, what it returns may borrow too, and has to become a
/// result before the owners go. What has to be `Send` stands at the function's name, where errors
/// about it belong.
fn run(support: &TokenStream, model: &Model, called: &TokenStream, borrows: bool) -> TokenStream {
    let span = Span::mixed_site();
    let at = model.ident.span().resolved_at(span);
    let (returned, result) = finish(support, &model.output);
    match (model.is_async, borrows) {
        (true, false) => quote_spanned! {span=> call.run(#called, |#returned| #result) },
        (true, true) => {
            let body = quote_spanned! {span=> let #returned = #called.await; #result };
            let running = async_block(&body, model.ident.span());
            let run = Ident::new("run", at);
            quote_spanned! {span=>
                let running = #running;
                call.#run(running, #support::core::convert::identity)
            }
        }
        (false, _) => {
            let body = quote_spanned! {span=> let #returned = #called; #result };
            let closure = quote_spanned! {at=> move || { #body } };
            quote_spanned! {span=> call.run_blocking(#closure) }
        }
    }
}

fn async_block(body: &TokenStream, span: Span) -> TokenStream {
    let mut block = Group::new(Delimiter::Brace, body.clone());
    block.set_span(span);
    quote_spanned! {span=> async move #block }
}

fn values(model: &Model) -> impl Iterator<Item = &Argument> {
    model.arguments.iter().filter(|argument| matches!(argument.kind, Kind::Value(_)))
}

fn argument_name(index: usize) -> Ident {
    format_ident!("argument{index}", span = Span::mixed_site())
}

fn default_name(index: usize) -> Ident {
    format_ident!("default{index}", span = Span::mixed_site())
}

/// The call itself: its name and its parentheses carry the span of the function's name, where
/// errors belong.
fn called(model: &Model, body: &Body, names: &[Ident]) -> TokenStream {
    let span = Span::mixed_site();
    let mut values = names.iter();
    let passed = model.arguments.iter().map(|argument| match &argument.kind {
        Kind::Context { by_reference } => {
            // At the type, which may be another one of this name.
            let at = argument.ty.span().resolved_at(span);
            let context = Ident::new("context", at);
            if *by_reference {
                quote_spanned! {at=> &#context }
            } else {
                context.into_token_stream()
            }
        }
        Kind::Value(_) => values.next().to_token_stream(),
    });
    let this = match body {
        Body::Function | Body::Associated => None,
        Body::Borrowed => Some(quote_spanned! {span=> &*this }),
        Body::Shared => Some(quote_spanned! {span=> this }),
        Body::SharedReference => Some(quote_spanned! {span=> &this }),
    };
    let passed = this.into_iter().chain(passed);
    let mut parentheses = Group::new(Delimiter::Parenthesis, quote_spanned! {span=> #(#passed),* });
    parentheses.set_span(model.ident.span());
    let name = &model.ident;
    if let Body::Function = body {
        quote! { #name #parentheses }
    } else {
        quote_spanned! {span=> Self::#name #parentheses }
    }
}

fn describe(support: &TokenStream, argument: &Argument, index: usize, alone: bool) -> TokenStream {
    let span = Span::mixed_site();
    let Kind::Value(value) = &argument.kind else { return TokenStream::new() };
    let (ty, name, docs, keys) = (&argument.ty, &value.name, &value.docs, &value.keys);
    let docs = match docs {
        crate::docs::Docs::Expression(expression) => {
            quote_spanned! {span=> #support::static_text(#expression) }
        }
        literal => literal.to_token_stream(),
    };
    if keys.flatten {
        return quote_spanned! {span=> signature.object::<#ty>(#name, #docs); };
    }
    if alone && keys.leave_it_to_the_type() {
        return quote_spanned! {span=>
            (&&#support::Argument::<#ty>::new()).place().describe::<#ty>(&mut signature, #name, #docs);
        };
    }
    let limits = [("range", &keys.range), ("length", &keys.length)].into_iter().filter_map(
        |(method, limits)| {
            let Limits { min, max } = limits.as_ref()?;
            let method = Ident::new(method, span);
            let (min, max) = (limit(support, min.as_ref()), limit(support, max.as_ref()));
            Some(quote_spanned! {span=> .#method(#min, #max) })
        },
    );
    let pattern = keys.pattern.iter().map(|pattern| quote_spanned! {span=> .pattern(#pattern) });
    let property = match &keys.default {
        None => quote_spanned! {span=> signature.property::<#ty>(#name, #docs) },
        Some(default) => {
            let shown = if let ArgumentDefault::Expression { shown: false, .. } = default {
                quote_spanned! {span=> #support::None }
            } else {
                let default = default_name(index);
                quote_spanned! {span=> (&&#default).json() }
            };
            quote_spanned! {span=> signature.defaulted::<#ty>(#name, #docs, #shown) }
        }
    };
    quote_spanned! {span=> #property #(#limits)* #(#pattern)*; }
}

fn limit(support: &TokenStream, value: Option<&TokenStream>) -> TokenStream {
    let span = Span::mixed_site();
    if let Some(value) = value {
        quote_spanned! {span=>
            #support::json(#value)
        }
    } else {
        quote_spanned! {span=> #support::None }
    }
}

/// A function for the value of an absent argument, used for the schema and for the calls.
fn default(support: &TokenStream, argument: &Argument, index: usize) -> Option<TokenStream> {
    let span = Span::mixed_site();
    let Kind::Value(value) = &argument.kind else { return None };
    let (ty, name) = (&argument.ty, default_name(index));
    let value = match value.keys.default.as_ref()? {
        ArgumentDefault::OfType => {
            quote_spanned! {span=> <#ty as #support::core::default::Default>::default() }
        }
        ArgumentDefault::Expression { value, .. } => value.to_token_stream(),
    };
    Some(quote_spanned! {span=> let #name: fn() -> #ty = || #value; })
}

fn setters(model: &Model) -> TokenStream {
    let span = Span::mixed_site();
    let options = &model.options;
    let sdk = &options.sdk;
    let support = quote_spanned! {span=> #sdk::macro_support };
    let flags = [
        ("overrides_builtin", options.overrides_builtin),
        ("skip_permission", options.skip_permission),
        ("ask", options.ask),
        ("terminal", options.terminal),
        ("show_errors", options.show_errors),
    ];
    let flags = flags.into_iter().filter(|(_, on)| *on).map(|(name, _)| Ident::new(name, span));
    let defer = options.defer.map(|never| {
        let value = if never { "defer_never" } else { "defer_auto" };
        let value = Ident::new(value, span);
        quote_spanned! {span=> .defer(#support::#value()) }
    });
    let metadata = options.metadata.iter().map(|value| quote_spanned! {span=> .metadata(#value) });
    let timeout = options.timeout_ms.map(
        |ms| quote_spanned! {span=> .timeout(#support::core::time::Duration::from_millis(#ms)) },
    );
    quote_spanned! {span=> #(.#flags())* #defer #(#metadata)* #timeout }
}

/// A name for what the tool returned, and an expression that turns it into a result, by its type.
fn finish(support: &TokenStream, output: &ReturnType) -> (Ident, TokenStream) {
    let span = Span::mixed_site();
    // What may not be returnable stands at the return type. No user code sees these two names.
    let at = match output {
        ReturnType::Default => span,
        ReturnType::Type(_, ty) => ty.span(),
    };
    let (value, error) = (Ident::new("returned", at), Ident::new("failed", at));
    let result = quote_spanned! {at=> result(#value.0) };
    let failure = quote_spanned! {at=> failure(&#error.0) };
    let finished = quote_spanned! {span=>
        {
            let #value = #support::Out(#value);
            match (&&#value).shape().split(#value) {
                #support::Ok(#value) => match (&&#value).option().value(#value) {
                    #support::Some(#value) => (&&#value).leaf().#result,
                    #support::None => #support::no_result(),
                },
                #support::Err(#error) => #support::Err((&&&#error).kind().#failure),
            }
        }
    };
    (value, finished)
}
