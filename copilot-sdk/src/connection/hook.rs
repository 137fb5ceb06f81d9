//! Hooks of older CLIs.

use serde_json::value::{RawValue, to_raw_value};

use super::json::fields;

/// The params of a hook as newer CLIs send them: the input names the session, and the arguments of
/// a tool are an object instead of its text. `None` where they cannot be read.
pub(super) fn translate(params: &RawValue) -> Option<Box<RawValue>> {
    let mut params = fields(params).ok()?;
    let mut input = fields(params.get("input")?).ok()?;
    input.entry("sessionId".to_owned()).or_insert(params.get("sessionId")?.to_owned());
    let args = input.get("toolArgs").map(|args| serde_json::from_str::<String>(args.get()));
    if let Some(Ok(args)) = args
        && args.starts_with('{')
        && let Ok(args) = RawValue::from_string(args)
    {
        input.insert("toolArgs".to_owned(), args);
    }
    params.insert("input".to_owned(), to_raw_value(&input).ok()?);
    to_raw_value(&params).ok()
}
