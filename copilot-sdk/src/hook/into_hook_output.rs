use super::output::HookOutput;
use crate::handler::HandlerError;

/// The result of a [`Hooks`](super::Hooks) method: an output, none, or an error.
pub type HookResult<T> = Result<Option<T>, HandlerError>;

/// The return type of a hook closure: an output, an `Option` of one, nothing, or a `Result` of any
/// of these. Sealed.
#[diagnostic::on_unimplemented(
    message = "a hook cannot answer `{T}` with `{Self}`",
    label = "returns `{Self}`",
    note = "return `{T}`, `Option<{T}>`, nothing, or a `Result` of one of these"
)]
pub trait IntoHookOutput<T>: sealed::Sealed<T> {
    /// Converts into an output, none, or an error.
    ///
    /// # Errors
    ///
    /// The error that the hook returned.
    fn into_hook_output(self) -> HookResult<T>;
}

mod sealed {
    pub trait Sealed<T> {}
}

impl<T: HookOutput> sealed::Sealed<T> for T {}
impl<T: HookOutput> sealed::Sealed<T> for Option<T> {}
impl<T: HookOutput> sealed::Sealed<T> for () {}
impl<T, R: IntoHookOutput<T>, E> sealed::Sealed<T> for Result<R, E> {}

#[diagnostic::do_not_recommend]
impl<T: HookOutput> IntoHookOutput<T> for T {
    fn into_hook_output(self) -> HookResult<T> {
        Ok(Some(self))
    }
}

#[diagnostic::do_not_recommend]
impl<T: HookOutput> IntoHookOutput<T> for Option<T> {
    fn into_hook_output(self) -> HookResult<T> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: HookOutput> IntoHookOutput<T> for () {
    fn into_hook_output(self) -> HookResult<T> {
        Ok(None)
    }
}

#[diagnostic::do_not_recommend]
impl<T: HookOutput, R: IntoHookOutput<T>, E: Into<HandlerError>> IntoHookOutput<T>
    for Result<R, E>
{
    fn into_hook_output(self) -> HookResult<T> {
        self.map_err(Into::into)?.into_hook_output()
    }
}
