use super::output::HookOutput;
use crate::handler::HandlerError;

/// What a method of [`Hooks`](super::Hooks) returns: an output, none, or why the hook failed.
pub type HookResult<T> = Result<Option<T>, HandlerError>;

/// What a hook closure may return: an output, an `Option` of one, nothing, or a `Result` of any of
/// these. Sealed.
#[diagnostic::on_unimplemented(
    message = "a hook cannot answer `{T}` with `{Self}`",
    label = "returns `{Self}`",
    note = "return `{T}`, `Option<{T}>`, nothing, or a `Result` of one of these"
)]
pub trait IntoHookOutput<T>: sealed::Sealed<T> {
    /// The output, none, or why the hook failed.
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
