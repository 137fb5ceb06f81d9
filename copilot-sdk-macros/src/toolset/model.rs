//! The model of a toolset, used by validation and expansion.

use syn::{Ident, Path, ReceiverKind, Signature, Type};

use super::parse::{Block, BlockItem, ToolsetKeys};
use crate::attributes::{self, KeyList, values};
use crate::errors::Errors;
use crate::syntax::{is_named, peel};
use crate::tool::{Callee, Tool, tool_keys};

pub(super) struct Toolset {
    /// The path of `copilot_sdk`.
    pub(super) sdk: Path,
    pub(super) role: Role,
    /// The names of the parts, each a function of the type that returns its tools.
    pub(super) parts: Vec<Ident>,
    pub(super) methods: Vec<Method>,
    /// The path of the first `#[tool]`, as written.
    pub(super) tool_path: Option<Path>,
    pub(super) block: Block,
}

/// The role of the block for its type.
pub(super) enum Role {
    Main,
    /// `None` if its name is invalid.
    Part(Option<Ident>),
}

/// A `#[tool]` method and how it is called.
pub(super) struct Method {
    pub(super) tool: Tool,
    pub(super) callee: Callee,
}

impl Toolset {
    /// Creates the model, removing `#[tool]` from the methods of the block.
    pub(super) fn new(keys: KeyList<ToolsetKeys>, mut block: Block, errors: &mut Errors) -> Self {
        let is_part = keys.mentions("part");
        let ToolsetKeys { sdk, part, parts } = keys.keys;
        let sdk = attributes::sdk(sdk.as_ref());
        let (mut methods, mut tool_path) = (Vec::new(), None);
        for item in &mut block.items {
            let BlockItem::Method(method) = item else { continue };
            let Some(index) = method.attrs.iter().position(|attr| is_named(attr, "tool")) else {
                continue;
            };
            let attr = method.attrs.remove(index);
            let mut tool =
                Tool::new(tool_keys(values::tokens(&attr.meta), errors), method, true, errors);
            tool.sdk = sdk.clone();
            method.replace_foreign_receiver();
            methods.push(Method { callee: callee(&tool.signature), tool });
            tool_path.get_or_insert_with(|| attr.path().clone());
        }
        let role = if is_part { Role::Part(part) } else { Role::Main };
        Self { sdk, role, parts, methods, tool_path, block }
    }
}

fn callee(signature: &Signature) -> Callee {
    match signature.receiver().map(|receiver| &receiver.kind) {
        None => Callee::Associated,
        Some(ReceiverKind::Typed(_, ty)) => match peel(ty) {
            Type::Reference(inner) if is_self(&inner.elem) => Callee::Borrowed,
            Type::Reference(_) => Callee::SharedReference,
            _ => Callee::Shared,
        },
        Some(_) => Callee::Borrowed,
    }
}

fn is_self(ty: &Type) -> bool {
    matches!(peel(ty), Type::Path(path) if path.path.is_ident("Self"))
}
