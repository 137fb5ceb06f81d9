//! The parameters of the function, as arguments of the tool.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{FnArg, Ident, Pat, PatType, Signature, Type};

use super::argument_keys::{ArgumentKeys, read_keys};
use super::item::is_named;
use super::peel;
use crate::docs::Docs;
use crate::errors::Errors;
use crate::words;

pub(crate) struct Argument {
    pub(crate) ty: Type,
    pub(crate) kind: Kind,
}

pub(crate) enum Kind {
    Context { by_reference: bool },
    Value(Box<Value>),
}

pub(crate) struct Value {
    pub(crate) name: String,
    pub(crate) docs: Docs,
    pub(crate) keys: ArgumentKeys,
}

impl Argument {
    /// `None` when an argument could not be read; the error is noted.
    pub(super) fn read_all(
        signature: &Signature,
        free: bool,
        errors: &mut Errors,
    ) -> Option<Vec<Self>> {
        let typed = signature.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(argument) => Some(argument),
            FnArg::Receiver(_) => None,
        });
        let has_generics = !signature.generics.params.is_empty();
        let arguments: Vec<Option<Self>> =
            typed.map(|argument| Self::read(argument, free, has_generics, errors)).collect();
        check_contexts(signature, errors);
        check_names(&arguments, signature, errors);
        arguments.into_iter().collect()
    }

    fn read(
        argument: &PatType,
        free: bool,
        has_generics: bool,
        errors: &mut Errors,
    ) -> Option<Self> {
        check_attributes(argument, errors);
        let ty = (*argument.ty).clone();
        if let Some(by_reference) = context(&ty) {
            for attr in argument.attrs.iter().filter(|attr| is_named(attr, "arg")) {
                errors.at(attr, "the context is not an argument of the tool", "remove `#[arg]`");
            }
            return Some(Self { ty, kind: Kind::Context { by_reference } });
        }
        let ident = ident(&argument.pat, errors);
        check_type(&ty, free, has_generics, errors);
        let keys = read_keys(argument, errors);
        if let Type::TraitObject(_) = peel(&ty) {
            // The compiler says of the function itself that this has no size.
            return None;
        }
        let ident = ident?;
        let name =
            keys.rename.as_ref().map_or_else(|| ident.unraw().to_string(), syn::LitStr::value);
        let docs = match &keys.description {
            Some(text) => Docs::Expression(text.to_token_stream()),
            None => Docs::of(&argument.attrs),
        };
        Some(Self { ty, kind: Kind::Value(Box::new(Value { name, docs, keys })) })
    }
}

/// Whether the type is `ToolContext`, and by reference; told by its name, as it has to be.
fn context(ty: &Type) -> Option<bool> {
    match peel(ty) {
        Type::Path(path) => {
            path.path.segments.last().filter(|last| last.ident == "ToolContext").map(|_| false)
        }
        Type::Reference(reference) if reference.mutability.to_token_stream().is_empty() => {
            context(&reference.elem).filter(|by_reference| !by_reference).map(|_| true)
        }
        _ => None,
    }
}

fn check_contexts(signature: &Signature, errors: &mut Errors) {
    let contexts = signature
        .inputs
        .iter()
        .filter(|input| matches!(input, FnArg::Typed(arg) if context(&arg.ty).is_some()));
    for second in contexts.skip(1) {
        errors.at(
            second,
            "a tool takes the context once",
            "remove one of the `ToolContext` arguments",
        );
    }
}

fn check_names(arguments: &[Option<Argument>], signature: &Signature, errors: &mut Errors) {
    let mut seen: Vec<(&str, String)> = Vec::new();
    let typed = signature.inputs.iter().filter(|input| matches!(input, FnArg::Typed(_)));
    for (argument, input) in arguments.iter().zip(typed) {
        let (Some(Argument { kind: Kind::Value(value), .. }), FnArg::Typed(input)) =
            (argument, input)
        else {
            continue;
        };
        if value.keys.flatten {
            continue;
        }
        let parameter = input.pat.to_token_stream().to_string();
        match seen.iter().find(|(name, _)| *name == value.name) {
            // The compiler itself speaks of two parameters with one name.
            Some((_, other)) if *other == parameter => {}
            Some((name, other)) => {
                let problem =
                    format!("the name `{name}` is already used by the argument `{other}`");
                match &value.keys.rename {
                    Some(rename) => errors.at(rename, problem, "give it a name of its own"),
                    None => errors.at(
                        &input.pat,
                        problem,
                        "write `#[arg(rename = \"...\")]` with a name of its own",
                    ),
                }
            }
            None => seen.push((&value.name, parameter)),
        }
    }
}

fn check_attributes(argument: &PatType, errors: &mut Errors) {
    for attr in &argument.attrs {
        let found =
            ["serde", "schemars", "cfg", "cfg_attr"].into_iter().find(|name| is_named(attr, name));
        let help = match found {
            Some("serde") => {
                "use `#[arg(default)]`, `#[arg(rename = \"...\")]` or `#[arg(flatten)]`"
            }
            Some("schemars") => {
                "use `#[arg(range(..))]`, `#[arg(length(..))]` or `#[arg(pattern = \"...\")]`"
            }
            Some(_) => "put it on the whole function",
            None => continue,
        };
        errors.at(
            attr,
            format!("`#[{}]` is not supported on an argument of a tool", found.unwrap_or_default()),
            help,
        );
    }
}

fn ident(pat: &Pat, errors: &mut Errors) -> Option<Ident> {
    match pat {
        Pat::Ident(pat) => {
            if let Some(by_ref) = &pat.by_ref {
                errors.at(
                    by_ref,
                    "an argument of a tool cannot be bound by `ref`",
                    "borrow it in the body",
                );
            }
            if let Some((at, _)) = &pat.subpat {
                errors.at(
                    at,
                    "an argument of a tool cannot be a pattern",
                    "take the value whole and match in the body",
                );
            }
            return Some(pat.ident.clone());
        }
        Pat::Wild(wild) => {
            let help = "the model fills it in by its name: write `#[arg(rename = \"city\")] \
                        _city: String`";
            errors.at(wild, "an argument of a tool needs a name", help);
        }
        Pat::Struct(pat) => {
            let help = "take the value whole: a `#[data]` struct as the only argument, or \
                        `#[arg(flatten)]`, makes its fields arguments";
            errors.at(pat, "an argument of a tool cannot be a pattern", help);
        }
        Pat::Paren(pat) => return ident(&pat.pat, errors),
        other => errors.at(
            other,
            "an argument of a tool cannot be a pattern",
            "take the value whole and destructure it in the body",
        ),
    }
    None
}

fn check_type(ty: &Type, free: bool, has_generics: bool, errors: &mut Errors) {
    match peel(ty) {
        Type::Reference(reference) => {
            if has_generics && reference.lifetime.is_some() {
                return;
            }
            let inner = words::shown(&reference.elem);
            let help = match (inner.as_str(), peel(&reference.elem)) {
                ("str", _) => "write `String`".to_owned(),
                (path, _) if path == "Path" || path.ends_with("::Path") => {
                    "write `std::path::PathBuf`".to_owned()
                }
                (path, _) if path.ends_with("ToolContext") => {
                    "write `ToolContext` or `&ToolContext`".to_owned()
                }
                (_, Type::Slice(slice)) => {
                    format!("write `Vec<{}>`", words::shown(&slice.elem))
                }
                (_, Type::Path(path)) if is_value(&path.path) => format!("write `{inner}`"),
                _ => format!(
                    "write `{inner}`; for data that the calls share use `&self` in a `#[toolset]`"
                ),
            };
            return errors.at(ty, "an argument of a tool must be owned", &help);
        }
        Type::ImplTrait(generic) => {
            return errors.at(
                generic,
                "an argument of a tool cannot be `impl Trait`",
                "name a concrete type, for example `String`",
            );
        }
        Type::Path(path)
            if path.path.segments.last().is_some_and(|last| last.ident == "Option") =>
        {
            let inner =
                path.path.segments.last().map(|last| last.arguments.to_token_stream().to_string());
            if inner.is_some_and(|inner| inner.contains("ToolContext")) {
                return errors.at(ty, "the context is always there", "write `ToolContext`");
            }
        }
        _ => {}
    }
    check_tokens(ty.to_token_stream(), free, has_generics, errors);
}

fn is_value(path: &syn::Path) -> bool {
    let owned = [
        "String", "Vec", "PathBuf", "bool", "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64",
        "f32", "f64", "usize",
    ];
    path.segments.last().is_some_and(|last| owned.iter().any(|name| last.ident == name))
}

/// What no argument can have anywhere in its type; one error is enough.
fn check_tokens(tokens: TokenStream, free: bool, has_generics: bool, errors: &mut Errors) -> bool {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                let lifetime: TokenStream =
                    [token.clone()].into_iter().chain(tokens.next()).collect();
                if lifetime.to_string() == "'static" || has_generics {
                    continue;
                }
                errors.at(
                    lifetime,
                    "an argument of a tool cannot borrow",
                    "arguments are read from JSON and moved into the function",
                );
                return true;
            }
            TokenTree::Punct(punct) if punct.as_char() == '&' => {
                errors.at(
                    token,
                    "an argument of a tool cannot borrow",
                    "use owned types: `String`, `Vec<T>`",
                );
                return true;
            }
            TokenTree::Ident(ident) if ident == "impl" => {
                errors.at(
                    ident,
                    "an argument of a tool cannot be `impl Trait`",
                    "name a concrete type, for example `String`",
                );
                return true;
            }
            TokenTree::Ident(ident) if ident == "Self" && free => {
                let help =
                    "is this function inside an `impl` block? put `#[toolset]` above the block";
                errors.at(ident, "`Self` has no meaning in a tool", help);
                return true;
            }
            TokenTree::Group(group) if check_tokens(group.stream(), free, has_generics, errors) => {
                return true;
            }
            _ => {}
        }
    }
    false
}
