use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::ids::SessionId;
use crate::json_text::split_at_quote;
use crate::payload::{SessionQuestion, answers, read_question, read_question_text, read_whole};

/// One call of `hooks.invoke`, whose input is read once its kind is known.
#[derive(Debug)]
pub(crate) struct HookCall<'a> {
    /// Text that may not be JSON.
    params: &'a str,
    hook_type: Cow<'a, str>,
    /// The input if the params have the order of members that every CLI so far gives them. It is
    /// the whole input if it is one JSON value, which only reading it shows.
    input: Option<&'a str>,
}

answers! {
    /// The params of `hooks.invoke`.
    struct Invocation {
        hook_type: String = "hookType" [required],
        input: Option<Box<RawValue>> = "input",
    }
}

impl<'a> HookCall<'a> {
    /// Reads the kind of the hook.
    ///
    /// # Errors
    ///
    /// If the params do not name one.
    pub(crate) fn of(params: &'a str) -> serde_json::Result<Self> {
        if let Some((hook_type, input)) = split(params) {
            return Ok(Self { params, hook_type: Cow::Borrowed(hook_type), input: Some(input) });
        }
        let call: Invocation = serde_json::from_str(params)?;
        Ok(Self { params, hook_type: Cow::Owned(call.hook_type), input: None })
    }

    /// The wire name of the kind, such as `preToolUse`.
    pub(crate) fn hook_type(&self) -> &str {
        &self.hook_type
    }

    /// The tool that the hook is about; empty if it does not say.
    pub(crate) fn tool_name(&self) -> String {
        answers! {
            struct Named {
                tool_name: String = "toolName",
            }
        }
        let input = read_whole::<Invocation>(self.params).and_then(|call| call.input);
        let named = input.and_then(|input| read_whole::<Named>(input.get()));
        named.map(|named| named.tool_name).unwrap_or_default()
    }

    /// Reads the input, as one of the session that the call was routed to.
    ///
    /// # Errors
    ///
    /// If it does not match the type.
    pub(super) fn read<In: SessionQuestion>(
        &self,
        session_id: &SessionId,
    ) -> serde_json::Result<In> {
        if let Some(Ok(input)) = self.input.map(|input| read_question_text(session_id, input)) {
            return Ok(input);
        }
        let call: Invocation = serde_json::from_str(self.params)?;
        read_question(session_id, call.input.as_deref())
    }
}

/// The kind and the input of params that begin, byte for byte, as those of the CLI do.
fn split(params: &str) -> Option<(&str, &str)> {
    let (_, rest) = split_at_quote(params.strip_prefix(r#"{"sessionId":""#)?)?;
    let (hook_type, rest) = split_at_quote(rest.strip_prefix(r#","hookType":""#)?)?;
    Some((hook_type, rest.strip_prefix(r#","input":"#)?.strip_suffix('}')?))
}
