use super::output::HookOutput;
use crate::handler::HandlerError;

/// What a method of [`Hooks`](super::Hooks) returns: an opinion, none, or why the hook failed.
pub type HookResult<T> = Result<Option<T>, HandlerError>;

/// What a hook closure may return: an output, an `Option` of one, nothing, or a `Result` of any of
/// these.
#[diagnostic::on_unimplemented(
    message = "a hook cannot answer `{T}` with `{Self}`",
    label = "returns `{Self}`",
    note = "return `{T}`, `Option<{T}>`, nothing, or a `Result` of one of these"
)]
pub trait IntoOpinion<T> {
    /// The opinion, none, or why the hook failed.
    ///
    /// # Errors
    ///
    /// The error that the hook returned.
    fn into_opinion(self) -> HookResult<T>;
}

#[diagnostic::do_not_recommend]
impl<T: HookOutput> IntoOpinion<T> for T {
    fn into_opinion(self) -> HookResult<T> {
        Ok(Some(self))
    }
}

#[diagnostic::do_not_recommend]
impl<T: HookOutput> IntoOpinion<T> for Option<T> {
    fn into_opinion(self) -> HookResult<T> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: HookOutput> IntoOpinion<T> for () {
    fn into_opinion(self) -> HookResult<T> {
        Ok(None)
    }
}

#[diagnostic::do_not_recommend]
impl<T: HookOutput, R: IntoOpinion<T>, E: Into<HandlerError>> IntoOpinion<T> for Result<R, E> {
    fn into_opinion(self) -> HookResult<T> {
        self.map_err(Into::into)?.into_opinion()
    }
}
