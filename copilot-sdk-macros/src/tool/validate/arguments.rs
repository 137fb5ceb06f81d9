//! The requirements on parameters of a tool.

use darling::util::SpannedValue;
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{GenericArgument, Pat, Path, PathArguments, Type};

use super::limits;
use crate::errors::Errors;
use crate::syntax::{ends_in, is_named, is_named_type, peel, shown};
use crate::tool::model::Tool;
use crate::tool::parse::ArgKeys;
use crate::tool::parse::{Parameter, ParameterKind};

pub(super) fn validate(tool: &Tool, errors: &mut Errors) {
    for parameter in &tool.parameters {
        attributes(parameter, errors);
        match parameter.kind {
            ParameterKind::Context { .. } => context(parameter, errors),
            ParameterKind::Argument => {
                pattern(&parameter.input.pat, errors);
                ty(parameter.ty(), tool, errors);
                keys(parameter, errors);
            }
        }
    }
    let is_context = |parameter: &&Parameter| parameter.kind != ParameterKind::Argument;
    for second in tool.parameters.iter().filter(is_context).skip(1) {
        let help = "remove one of the `ToolContext` arguments";
        errors.at(&second.input, "a tool takes the context once", help);
    }
    names(tool, errors);
}

fn attributes(parameter: &Parameter, errors: &mut Errors) {
    for attr in &parameter.input.attrs {
        let known = ["serde", "schemars", "cfg", "cfg_attr"];
        let Some(name) = known.into_iter().find(|name| is_named(attr, name)) else { continue };
        let help = match name {
            "serde" => "use `#[arg(default)]`, `#[arg(rename = \"...\")]` or `#[arg(flatten)]`",
            "schemars" => {
                "use `#[arg(range(..))]`, `#[arg(length(..))]` or `#[arg(pattern = \"...\")]`"
            }
            _ => "put it on the whole function",
        };
        errors.at(attr, format!("`#[{name}]` is not supported on an argument of a tool"), help);
    }
}

fn context(parameter: &Parameter, errors: &mut Errors) {
    for attr in parameter.input.attrs.iter().filter(|attr| is_named(attr, "arg")) {
        errors.at(attr, "the context is not an argument of the tool", "remove `#[arg]`");
    }
}

fn pattern(pat: &Pat, errors: &mut Errors) {
    let problem = "an argument of a tool cannot be a pattern";
    match pat {
        Pat::Ident(pat) => {
            if let Some(by_ref) = &pat.by_ref {
                let problem = "an argument of a tool cannot be bound by `ref`";
                errors.at(by_ref, problem, "borrow it in the body");
            }
            if let Some((at, _)) = &pat.subpat {
                errors.at(at, problem, "take the value whole and match in the body");
            }
        }
        Pat::Wild(wild) => {
            let help = "the model fills it in by its name: write `#[arg(rename = \"city\")] \
                        _city: String`";
            errors.at(wild, "an argument of a tool needs a name", help);
        }
        Pat::Struct(pat) => {
            let help = "take the value whole: a `#[data]` struct as the only argument, or \
                        `#[arg(flatten)]`, makes its fields arguments";
            errors.at(pat, problem, help);
        }
        Pat::Paren(pat) => pattern(&pat.pat, errors),
        other => errors.at(other, problem, "take the value whole and destructure it in the body"),
    }
}

fn ty(ty: &Type, tool: &Tool, errors: &mut Errors) {
    let has_generics = !tool.signature.generics.params.is_empty();
    match peel(ty) {
        Type::Reference(reference) if has_generics && reference.lifetime.is_some() => {}
        Type::Reference(reference) => {
            errors.at(ty, "an argument of a tool must be owned", owned(&reference.elem));
        }
        Type::ImplTrait(generic) => impl_trait(generic, errors),
        Type::TraitObject(_) => {}
        inner if is_named_type(inner, "Option") && mentions_context(inner) => {
            errors.at(ty, "the context is always there", "write `ToolContext`");
        }
        _ => {
            let borrows = Forbidden { is_method: tool.is_method, has_generics };
            borrows.find(ty.to_token_stream(), errors);
        }
    }
}

fn impl_trait(code: impl ToTokens, errors: &mut Errors) {
    let help = "name a concrete type, for example `String`";
    errors.at(code, "an argument of a tool cannot be `impl Trait`", help);
}

/// What to write for a reference to `ty`.
fn owned(ty: &Type) -> String {
    let inner = shown(ty);
    match peel(ty) {
        _ if inner == "str" => "write `String`".to_owned(),
        ty if is_named_type(ty, "Path") => "write `std::path::PathBuf`".to_owned(),
        ty if is_named_type(ty, "ToolContext") => {
            "write `ToolContext` or `&ToolContext`".to_owned()
        }
        Type::Slice(slice) => format!("write `Vec<{}>`", shown(&slice.elem)),
        Type::Path(path) if is_value(&path.path) => format!("write `{inner}`"),
        _ => {
            format!("write `{inner}`; for data that the calls share use `&self` in a `#[toolset]`")
        }
    }
}

fn is_value(path: &Path) -> bool {
    let owned = [
        "String", "Vec", "PathBuf", "bool", "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64",
        "f32", "f64", "usize",
    ];
    path.segments.last().is_some_and(|last| owned.iter().any(|name| last.ident == name))
}

fn mentions_context(ty: &Type) -> bool {
    ty.to_token_stream().to_string().contains("ToolContext")
}

/// Finds constructs not allowed anywhere in the type of an argument; one error is enough.
struct Forbidden {
    is_method: bool,
    has_generics: bool,
}

impl Forbidden {
    fn find(&self, tokens: TokenStream, errors: &mut Errors) -> bool {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            let is_generic =
                matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == '<');
            match &token {
                TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                    let lifetime: TokenStream =
                        [token.clone()].into_iter().chain(tokens.next()).collect();
                    if lifetime.to_string() == "'static" || self.has_generics {
                        continue;
                    }
                    let help = "arguments are read from JSON and moved into the function";
                    errors.at(lifetime, "an argument of a tool cannot borrow", help);
                }
                TokenTree::Punct(punct) if punct.as_char() == '&' => {
                    let help = "use owned types: `String`, `Vec<T>`";
                    errors.at(token, "an argument of a tool cannot borrow", help);
                }
                TokenTree::Punct(punct) if punct.as_char() == '*' => {
                    let help = "take the value itself: arguments are read from JSON";
                    errors.at(token, "an argument of a tool cannot be a pointer", help);
                }
                TokenTree::Ident(ident) if ident == "Rc" && is_generic => {
                    let help = "take the value itself: another thread may run the tool";
                    errors.at(ident, "an argument of a tool must be `Send`", help);
                }
                TokenTree::Ident(ident) if ident == "impl" => impl_trait(ident, errors),
                TokenTree::Ident(ident) if ident == "Self" && !self.is_method => {
                    let help = "is this function inside an `impl` block? put `#[toolset]` above \
                                the block";
                    errors.at(ident, "`Self` has no meaning in a tool", help);
                }
                TokenTree::Group(group) if self.find(group.stream(), errors) => {}
                _ => continue,
            }
            return true;
        }
        false
    }
}

fn keys(parameter: &Parameter, errors: &mut Errors) {
    let keys = &parameter.keys;
    if keys.flatten.is_present() {
        flatten(parameter, errors);
        return;
    }
    if let Some(default) = &keys.default
        && is_named_type(parameter.ty(), "Option")
    {
        let problem = "an `Option` is optional already, and `None` when it is absent";
        let help = "remove `default`, or use the type inside with a default";
        errors.at_span(default.span(), problem, help);
    }
    if keys.string.is_present() {
        string(parameter, errors);
    }
    limits::validate("range", &keys.range, errors);
    limits::validate("length", &keys.length, errors);
}

/// Types that hold no integer, by the names that they usually have. Of the others the registration
/// of the tool speaks.
const WITHOUT_INTEGERS: [&str; 8] =
    ["String", "PathBuf", "Value", "Duration", "bool", "char", "f32", "f64"];

fn string(parameter: &Parameter, errors: &mut Errors) {
    let (keys, ty) = (&parameter.keys, parameter.ty());
    if WITHOUT_INTEGERS.into_iter().any(|name| is_named_type(inner(ty), name)) {
        let problem = format!("`string` is for integers, and `{}` is none", shown(ty));
        let help = "remove `string`, or take an integer such as `u64`";
        errors.at_span(keys.string.span(), problem, help);
    }
    if let Some(range) = keys.range.first() {
        let help =
            "write `length(..)` or `pattern = \"...\"` for the digits, or leave `string` out";
        errors.at_span(range.span(), "`range` has no meaning together with `string`", help);
    }
}

/// The type in an `Option` or a list, where there is one.
fn inner(ty: &Type) -> &Type {
    let Type::Path(path) = peel(ty) else { return ty };
    let wraps = ["Option", "Vec"].into_iter().any(|name| ends_in(&path.path, name));
    match path.path.segments.last().map(|last| &last.arguments) {
        Some(PathArguments::AngleBracketed(generics)) if wraps => match generics.args.first() {
            Some(GenericArgument::Type(item)) => inner(item),
            _ => ty,
        },
        _ => ty,
    }
}

fn flatten(parameter: &Parameter, errors: &mut Errors) {
    let ArgKeys { default, length, pattern, range, rename, string, .. } = &parameter.keys;
    let spans = [
        ("default", default.as_ref().map(SpannedValue::span)),
        ("length", length.first().map(SpannedValue::span)),
        ("pattern", pattern.as_ref().map(SpannedValue::span)),
        ("range", range.first().map(SpannedValue::span)),
        ("rename", rename.as_ref().map(SpannedValue::span)),
        ("string", string.is_present().then(|| string.span())),
    ];
    for (name, span) in spans {
        let Some(span) = span else { continue };
        let problem = format!("`{name}` has no meaning together with `flatten`");
        errors.at_span(span, problem, "the fields of the type have keys of their own");
    }
    let ty = parameter.ty();
    let scalars = [
        "String", "Vec", "Option", "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "u8",
        "u16", "u32", "u64", "usize", "isize",
    ];
    let is_scalar = scalars.into_iter().any(|name| is_named_type(ty, name));
    if is_scalar || matches!(peel(ty), Type::Tuple(_) | Type::Array(_)) {
        let problem = format!("`flatten` needs a struct, `{}` is not a JSON object", shown(ty));
        errors.at(ty, problem, "remove `flatten`, or make the type a `#[data]` struct");
    }
}

/// Reports two arguments with one name. Two parameters with one name are reported by the compiler.
fn names(tool: &Tool, errors: &mut Errors) {
    let mut seen: Vec<(String, String)> = Vec::new();
    for parameter in tool.arguments().filter(|parameter| !parameter.keys.flatten.is_present()) {
        let Some(name) = parameter.name() else { continue };
        let pat = parameter.input.pat.to_token_stream().to_string();
        match seen.iter().find(|(other, _)| *other == name) {
            Some((_, other)) if *other == pat => {}
            Some((_, other)) => {
                let problem =
                    format!("the name `{name}` is already used by the argument `{other}`");
                match &parameter.keys.rename {
                    Some(rename) => {
                        errors.at(rename.as_ref(), problem, "give it a name of its own");
                    }
                    None => {
                        let help = "write `#[arg(rename = \"...\")]` with a name of its own";
                        errors.at(&parameter.input.pat, problem, help);
                    }
                }
            }
            None => seen.push((name, pat)),
        }
    }
}
