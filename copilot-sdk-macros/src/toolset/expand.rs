//! The implementation of `Toolset`, or the function of a part.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{WhereClause, parse_quote_spanned};

use super::model::{Method, Role, Toolset};
use super::parse::Block;
use crate::syntax::name_span;
use crate::tokens::respan;
use crate::tool::{Tool, tool_expression};

pub(super) fn toolset(toolset: &Toolset) -> TokenStream {
    let span = Span::mixed_site();
    let sdk = &toolset.sdk;
    let support = quote_spanned! {span=> #sdk::macro_support };
    let tools = toolset.methods.iter().map(|method| push(&support, method));
    let parts = toolset.parts.iter().map(|part| {
        quote_spanned! {span=>
            #sdk::tool::function::spread(&mut copilot_sdk_tools, Self::#part(&copilot_sdk_this));
        }
    });
    let body = quote_spanned! {span=>
        #[allow(unused_mut)]
        let mut copilot_sdk_tools = #support::std::vec::Vec::<#sdk::Tool>::new();
        #(#tools)*
        #(#parts)*
        copilot_sdk_tools
    };
    implementation(toolset, &body)
}

/// The item whose `body` returns the tools.
pub(super) fn implementation(toolset: &Toolset, body: &TokenStream) -> TokenStream {
    let span = Span::mixed_site();
    let sdk = &toolset.sdk;
    let support = quote_spanned! {span=> #sdk::macro_support };
    let header = &toolset.block.header;
    let (params, _, bounds) = header.generics.split_for_impl();
    let ty = &header.self_ty;
    let part = match &toolset.role {
        Role::Main => {
            // Spanned at the type, where the compiler then reports a second main block or a type
            // that cannot be shared.
            let at = name_span(ty).resolved_at(Span::call_site());
            let header = respan(quote!(impl #params #sdk::tool::function::ToolMethods for), at);
            let bounds = shared(&support, &toolset.block, at);
            return quote_spanned! {span=>
                #[allow(deprecated)]
                #header #ty #bounds {
                    fn tools(
                        self: #support::std::sync::Arc<Self>
                    ) -> #support::std::vec::Vec<#sdk::Tool>
                    where
                        for<'copilot_sdk> Self: #sdk::tool::function::Shared<'copilot_sdk>
                    {
                        let copilot_sdk_this = self;
                        #body
                    }
                }
            };
        }
        Role::Part(Some(part)) => part,
        Role::Part(None) => return TokenStream::new(),
    };
    // Spanned at the part's name, where the compiler then reports a part that no main block lists
    // as unused.
    let header = quote_spanned! {part.span()=> pub(crate) fn #part };
    let body = quote_spanned! {span=>
        let copilot_sdk_this = #support::core::clone::Clone::clone(copilot_sdk_this);
        #body
    };
    let mut body = Group::new(Delimiter::Brace, body);
    body.set_span(part.span());
    quote_spanned! {span=>
        #[allow(deprecated)]
        impl #params #ty #bounds {
            #header(
                copilot_sdk_this: &#support::std::sync::Arc<Self>
            ) -> #support::std::vec::Vec<#sdk::Tool> #body
        }
    }
}

/// Uses the import of `tool`, which would be reported as unused because `#[tool]` is removed before
/// the compiler resolves it.
pub(super) fn import(toolset: &Toolset) -> Option<TokenStream> {
    let path = toolset.tool_path.as_ref()?;
    let import = quote_spanned! {path.span()=> use #path as _; };
    Some(quote_spanned! {Span::mixed_site()=>
        const _: () = {
            #[allow(unused_imports)]
            #import
        };
    })
}

/// The bounds of the implementation. For a generic type, they are checked where the type is used; a
/// lifetime in the type has been reported already.
fn shared(support: &TokenStream, block: &Block, at: Span) -> Option<WhereClause> {
    let mut generics = block.header.generics.clone();
    let marker = respan(quote!(#support::core::marker), at);
    let bound = if generics.params.is_empty() {
        parse_quote_spanned! {at=> Self: 'static }
    } else {
        parse_quote_spanned! {at=> Self: #marker::Send + #marker::Sync + 'static }
    };
    generics.make_where_clause().predicates.push(bound);
    generics.where_clause
}

fn push(support: &TokenStream, Method { tool, callee }: &Method) -> TokenStream {
    let span = Span::mixed_site();
    let Tool { name, description, cfgs, .. } = tool;
    let this = callee.takes_self().then(|| {
        quote_spanned! {span=>
            let copilot_sdk_this = #support::core::clone::Clone::clone(&copilot_sdk_this);
        }
    });
    let expression =
        tool_expression(tool, callee, &name.to_token_stream(), &description.to_token_stream());
    quote_spanned! {span=>
        #(#cfgs)*
        #support::push(&mut copilot_sdk_tools, { #this #expression });
    }
}
