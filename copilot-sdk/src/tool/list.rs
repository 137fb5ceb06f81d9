//! Conversions into one or several tools.

use std::sync::Arc;

use super::definition::Tool;

/// A tool, a list of tools, or a toolset, as accepted by `.tools(..)` and by `..` in `tools![..]`.
/// Sealed; use `#[toolset]` for your own types.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of tools",
    label = "not a `Tool`, a list of them, or a toolset",
    note = "a function with `#[tool]` is registered with `tools![its_name]`",
    note = "a value whose methods are tools needs `#[toolset]` on its `impl` block, and to be \
            `Send + Sync + 'static`"
)]
pub trait IntoTools: sealed::SeveralTools {
    /// Converts into tools, in the order in which the model sees them.
    fn into_tools(self) -> Vec<Tool>;
}

/// A single [`Tool`], as accepted by `.tool(..)`. Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tool",
    label = "not a `Tool`",
    note = "a function with `#[tool]` is registered with `.tools(tools![its_name])`",
    note = "several tools, and a toolset, are registered with `.tools(..)`"
)]
pub trait IntoTool: sealed::OneTool {
    /// Converts into the tool.
    fn into_tool(self) -> Tool;
}

/// A type whose methods are tools. Implemented by `#[toolset]` on its `impl` block.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a toolset",
    label = "needs `#[toolset]` on its `impl` block, and to be `Send + Sync + 'static`"
)]
pub trait Toolset: Send + Sync + 'static {
    /// Returns the tools, each of which shares `self`.
    fn tools(self: Arc<Self>) -> Vec<Tool>;
}

mod sealed {
    pub trait OneTool {}
    pub trait SeveralTools {}
}

impl sealed::OneTool for Tool {}
impl sealed::SeveralTools for Tool {}
impl<T: Toolset> sealed::SeveralTools for T {}
impl<T: IntoTools> sealed::SeveralTools for Vec<T> {}
impl<T: IntoTools, const N: usize> sealed::SeveralTools for [T; N] {}
impl<T: IntoTools> sealed::SeveralTools for Option<T> {}
impl<T: Toolset + ?Sized> sealed::SeveralTools for Arc<T> {}
impl<T: Toolset + ?Sized> sealed::SeveralTools for &Arc<T> {}

/// The methods that `#[toolset]` turns into tools.
///
/// The supertraits check once that calls can share the value. The method assumes it, through a
/// bound with an unused lifetime: the lifetime keeps the compiler from checking the bound at its
/// definition and from reporting the same field for each method.
#[doc(hidden)]
pub trait ToolMethods: Send + Sync + 'static {
    /// Returns the tools, each of which shares `self`.
    fn tools(self: Arc<Self>) -> Vec<Tool>
    where
        for<'a> Self: Shared<'a>;
}

/// A value that can be shared between calls.
#[doc(hidden)]
pub trait Shared<'a>: Send + Sync + 'static {}

impl<T: Send + Sync + 'static> Shared<'_> for T {}

#[diagnostic::do_not_recommend]
impl<T: ToolMethods> Toolset for T {
    fn tools(self: Arc<Self>) -> Vec<Tool> {
        ToolMethods::tools(self)
    }
}

impl IntoTool for Tool {
    fn into_tool(self) -> Tool {
        self
    }
}

impl IntoTools for Tool {
    fn into_tools(self) -> Vec<Tool> {
        vec![self]
    }
}

#[diagnostic::do_not_recommend]
impl<T: Toolset> IntoTools for T {
    fn into_tools(self) -> Vec<Tool> {
        Arc::new(self).tools()
    }
}

impl<T: IntoTools> IntoTools for Vec<T> {
    fn into_tools(self) -> Vec<Tool> {
        let mut tools = Vec::new();
        for each in self {
            append(&mut tools, each.into_tools());
        }
        tools
    }
}

impl<T: IntoTools, const N: usize> IntoTools for [T; N] {
    fn into_tools(self) -> Vec<Tool> {
        let mut tools = Vec::new();
        for each in self {
            append(&mut tools, each.into_tools());
        }
        tools
    }
}

/// Not generic, as it is needed for the lists of every program.
pub(super) fn append(tools: &mut Vec<Tool>, more: Vec<Tool>) {
    tools.extend(more);
}

impl<T: IntoTools> IntoTools for Option<T> {
    fn into_tools(self) -> Vec<Tool> {
        self.map(IntoTools::into_tools).unwrap_or_default()
    }
}

impl<T: Toolset + ?Sized> IntoTools for Arc<T> {
    fn into_tools(self) -> Vec<Tool> {
        self.tools()
    }
}

impl<T: Toolset + ?Sized> IntoTools for &Arc<T> {
    fn into_tools(self) -> Vec<Tool> {
        Arc::clone(self).tools()
    }
}
