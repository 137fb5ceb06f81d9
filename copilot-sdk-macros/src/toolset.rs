//! `#[toolset]`: the methods of an `impl` block as tools that share `self`.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{
    Attribute, Ident, ImplItem, ImplItemFn, ItemImpl, Meta, Path, ReceiverKind, Signature,
    Visibility, WhereClause, parse_quote, parse_quote_spanned,
};

use crate::errors::Errors;
use crate::keys::{Attr, Entry, EntryValue};
use crate::raw::{self, Bodies};
use crate::tool::{self, Body, Model, NO_BODY, Options, ToolItem, is_named, peel, respan};

const KEYS: Attr = Attr { name: "toolset", keys: &["crate", "part", "parts"] };

struct Keys {
    sdk: Path,
    part: Option<Ident>,
    /// The key `part` is there, right or wrong.
    is_part: bool,
    parts: Vec<Ident>,
}

pub(crate) fn toolset(keys: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let keys = Keys::read(keys, &mut errors);
    let (emptied, bodies) = Bodies::take(item.clone());
    let Ok(mut block) = syn::parse2::<ItemImpl>(emptied) else {
        return unreadable(&keys, item, errors);
    };
    if let Some((path, _)) = &block.trait_ {
        let help = "write the methods in an `impl` block of the type itself";
        errors.at(path, "`#[toolset]` cannot be applied to the implementation of a trait", help);
    }
    check_lifetimes(&block, &mut errors);
    let (mut registered, mut attribute) = (Vec::new(), None);
    let methods = block.items.iter_mut().filter_map(|item| match item {
        ImplItem::Fn(method) => Some(method),
        _ => None,
    });
    for (index, method) in methods.enumerate() {
        let tool = method.attrs.iter().find(|attr| is_named(attr, "tool"));
        if let (Some(semicolon), Some(_)) = (bodies.missing(index), tool) {
            errors.at(semicolon, "a tool needs a body", NO_BODY);
        }
        attribute = attribute.or_else(|| tool.map(|attr| attr.path().clone()));
        registered.extend(read_method(method, &keys.sdk, &mut errors));
    }
    bodies.put_back(&mut block.items);
    if errors.is_empty() && registered.is_empty() && keys.parts.is_empty() {
        let help = "write `#[tool]` above each method that the agent may call";
        errors.at(block.impl_token, "this toolset has no tools", help);
    }
    check_names(&registered, &mut errors);
    let expanded = expand(&keys, &block, &registered, errors.is_empty());
    let errors = errors.into_tokens();
    let import = attribute.as_ref().map(import);
    quote!(#errors #block #expanded #import)
}

/// The tools live as long as the session, so the value cannot borrow. The compiler would say so in
/// its own way.
fn check_lifetimes(block: &ItemImpl, errors: &mut Errors) {
    let help =
        "the tools live as long as the session: let the type own its data, or share it in an `Arc`";
    let mut tokens = block.self_ty.to_token_stream().into_iter();
    while let Some(token) = tokens.next() {
        if matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '\'') {
            let lifetime: TokenStream = [token].into_iter().chain(tokens.next()).collect();
            if lifetime.to_string() != "'static" {
                return errors.at(lifetime, "a toolset cannot borrow", help);
            }
        }
    }
}

/// `#[tool]` is taken away before the compiler looks it up: this tells it that the import of `tool`
/// is used.
fn import(path: &Path) -> TokenStream {
    let at = path.span();
    let import = quote_spanned! {at=> use #path as _; };
    quote_spanned! {Span::mixed_site()=>
        const _: () = {
            #[allow(unused_imports)]
            #import
        };
    }
}

/// No block, or one that cannot be read: of that the compiler has told the user already.
fn unreadable(keys: &Keys, item: &TokenStream, mut errors: Errors) -> TokenStream {
    let is_block = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "impl");
    if !item.clone().into_iter().any(|token| is_block(&token)) {
        let first = item.clone().into_iter().next();
        errors.at(
            first,
            "`#[toolset]` can only be applied to an `impl` block",
            "a free function takes `#[tool]`",
        );
        let errors = errors.into_tokens();
        return quote!(#errors #item);
    }
    let header = item.clone().into_iter().map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => quote!({}),
        token => token.to_token_stream(),
    });
    let fallback = syn::parse2::<ItemImpl>(header.collect())
        .ok()
        .map(|block| expand(keys, &block, &[], false));
    let (errors, item) = (errors.into_tokens(), raw::without_attributes(item.clone()));
    quote!(#errors #fallback #item)
}

/// A method with `#[tool]`, and how it is called.
struct Registered {
    model: Model,
    body: Body,
}

fn read_method(method: &mut ImplItemFn, sdk: &Path, errors: &mut Errors) -> Option<Registered> {
    let index = method.attrs.iter().position(|attr| is_named(attr, "tool"))?;
    let attr = method.attrs.remove(index);
    let mut own = Errors::default();
    let mut options = Options::read(keys_of(&attr), &mut own);
    options.sdk = sdk.clone();
    if let Some(handle) = &options.handle {
        own.at(
            handle,
            "`handle` has no meaning for a method",
            "the toolset is registered as a whole",
        );
    }
    let mut item = ToolItem {
        attrs: method.attrs.clone(),
        visibility: Visibility::Inherited,
        signature: method.sig.clone(),
        body: TokenStream::new(),
    };
    for attr in item.attrs.iter().filter(|attr| is_named(attr, "tool")) {
        own.at(attr, "`#[tool]` is applied twice", "remove one of them");
    }
    let body = body_of(&method.sig);
    let model = tool::model(options, &mut item, false, &mut own);
    item.clean();
    method.sig = item.signature;
    method.attrs.retain(|attr| !is_named(attr, "tool"));
    if own.is_empty() {
        return model.map(|model| Registered { model, body });
    }
    errors.extend(own);
    None
}

fn keys_of(attr: &Attribute) -> TokenStream {
    match &attr.meta {
        Meta::List(list) => list.tokens.clone(),
        Meta::NameValue(pair) => pair.value.to_token_stream(),
        Meta::Path(_) => TokenStream::new(),
    }
}

fn body_of(signature: &Signature) -> Body {
    match signature.receiver().map(|receiver| &receiver.kind) {
        None => Body::Associated,
        Some(ReceiverKind::Typed(_, ty)) => match peel(ty) {
            syn::Type::Reference(inner) if is_self(&inner.elem) => Body::Borrowed,
            syn::Type::Reference(_) => Body::SharedReference,
            _ => Body::Shared,
        },
        Some(_) => Body::Borrowed,
    }
}

fn is_self(ty: &syn::Type) -> bool {
    matches!(peel(ty), syn::Type::Path(path) if path.path.is_ident("Self"))
}

fn check_names(registered: &[Registered], errors: &mut Errors) {
    for (index, Registered { model, .. }) in registered.iter().enumerate() {
        if let Some(other) =
            registered.iter().take(index).find(|other| other.model.name == model.name)
        {
            let problem = format!(
                "the name `{}` is already used by the method `{}`",
                model.name, other.model.ident
            );
            let help = format!(
                "write `#[tool(name = \"...\")]` above `{}` with a name of its own",
                model.ident
            );
            errors.at(&model.ident, problem, &help);
        }
    }
}

fn expand(keys: &Keys, block: &ItemImpl, registered: &[Registered], complete: bool) -> TokenStream {
    let span = Span::mixed_site();
    let sdk = &keys.sdk;
    let support = quote_spanned! {span=> #sdk::macro_support };
    let (params, _, bounds) = block.generics.split_for_impl();
    let ty = &block.self_ty;
    let pushes = registered.iter().map(|registered| push(&support, registered));
    let parts = keys
        .parts
        .iter()
        .map(|part| quote_spanned! {span=> #sdk::tool::function::spread(&mut tools, Self::#part(&this)); });
    let body = if complete {
        quote_spanned! {span=>
            #[allow(unused_mut)]
            let mut tools = #support::std::vec::Vec::<#sdk::Tool>::new();
            #(#pushes)*
            #(#parts)*
            tools
        }
    } else {
        quote_spanned! {span=> #support::unreadable() }
    };
    if keys.is_part {
        let Some(part) = &keys.part else { return TokenStream::new() };
        // The method begins and ends at the part's name: a part that no main block lists is
        // reported as unused there.
        let at = part.span();
        let header = quote_spanned! {at=> pub(crate) fn #part };
        let body =
            quote_spanned! {span=> let this = #support::core::clone::Clone::clone(this); #body };
        let mut body = Group::new(Delimiter::Brace, body);
        body.set_span(at);
        return quote_spanned! {span=>
            #[allow(deprecated)]
            impl #params #ty #bounds {
                #header(this: &#support::std::sync::Arc<Self>) -> #support::std::vec::Vec<#sdk::Tool> #body
            }
        };
    }
    // At the type stands what a second main block, or a type that cannot be shared, makes the
    // compiler say.
    let at = block.self_ty.span().resolved_at(Span::call_site());
    let header = respan(quote!(impl #params #sdk::tool::Toolset for), at);
    let bounds = toolset_bounds(&support, block, at);
    quote_spanned! {span=>
        #[allow(deprecated)]
        #header #ty #bounds {
            fn tools(self: #support::std::sync::Arc<Self>) -> #support::std::vec::Vec<#sdk::Tool> {
                let this = self;
                #body
            }
        }
    }
}

/// The conditions of the implementation. A type whose value cannot be shared breaks them in many
/// places: stated here they are one error at the type, or where a generic type is used.
fn toolset_bounds(support: &TokenStream, block: &ItemImpl, at: Span) -> Option<WhereClause> {
    let mut concrete = block.generics.clone();
    let marker = respan(quote!(#support::core::marker), at);
    let bound = parse_quote_spanned! {at=> Self: #marker::Send + #marker::Sync + 'static };
    concrete.make_where_clause().predicates.push(bound);
    concrete.where_clause
}

fn push(support: &TokenStream, Registered { model, body }: &Registered) -> TokenStream {
    let span = Span::mixed_site();
    let Model { name, description, cfgs, .. } = model;
    let this = body
        .takes_self()
        .then(|| quote_spanned! {span=> let this = #support::core::clone::Clone::clone(&this); });
    let called = tool::call(model, body);
    let tool = tool::build(model, &name.to_token_stream(), &description.to_token_stream(), &called);
    quote_spanned! {span=>
        #(#cfgs)*
        #support::push(&mut tools, { #this #tool });
    }
}

impl Keys {
    fn read(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut keys = Self {
            sdk: parse_quote!(::copilot_sdk),
            part: None,
            is_part: false,
            parts: Vec::new(),
        };
        for entry in KEYS.entries(tokens, errors) {
            keys.is_part |= entry.name == "part";
            match entry.name.as_str() {
                "crate" => keys.sdk = entry.crate_path(errors).unwrap_or_else(|| keys.sdk.clone()),
                "part" => keys.part = entry.ident(errors),
                _ => keys.parts = parts(entry, errors),
            }
        }
        if let (Some(part), false) = (&keys.part, keys.parts.is_empty()) {
            errors.at(part, "a part cannot have parts", "list all parts in the main block");
        }
        keys
    }
}

fn parts(entry: Entry, errors: &mut Errors) -> Vec<Ident> {
    use syn::parse::Parser;
    use syn::punctuated::Punctuated;
    let EntryValue::List(_, tokens) = entry.value else {
        errors.at(
            &entry.key,
            "`parts` needs the names of the parts",
            "write `parts(admin, search)`",
        );
        return Vec::new();
    };
    match Punctuated::<Ident, syn::Token![,]>::parse_terminated.parse2(tokens) {
        Ok(names) => names.into_iter().collect(),
        Err(error) => {
            errors.push(error);
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            impl ::copilot_sdk::tool::Toolset for Crm
            where
                Self: ::copilot_sdk::macro_support::core::marker::Send
                    + ::copilot_sdk::macro_support::core::marker::Sync
                    + 'static
            {
                fn tools(
                    self: ::copilot_sdk::macro_support::std::sync::Arc<Self>
                ) -> ::copilot_sdk::macro_support::std::vec::Vec<::copilot_sdk::Tool> {
                    let this = self;
                    #[allow(unused_mut)]
                    let mut tools = ::copilot_sdk::macro_support::std::vec::Vec::<::copilot_sdk::Tool>::new();
                    ::copilot_sdk::macro_support::push(&mut tools, {
                        let this = ::copilot_sdk::macro_support::core::clone::Clone::clone(&this);
                        TOOL
                    });
                    ::copilot_sdk::tool::function::spread(&mut tools, Self::admin(&this));
                    tools
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
        let call = quote!(let returned = Self::find(&*this, argument0).await;).to_string();
        assert!(given.contains(&call), "{given}");
    }
}
