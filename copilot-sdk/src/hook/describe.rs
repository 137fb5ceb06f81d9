//! Tool calls in the words of a person.

use std::fmt::{self, Write as _};

use serde_json::Value;

use super::input::{PostToolUse, PostToolUseFailure, PreMcpToolCall, PreToolUse};
use crate::visible::{arguments, quoted, value_as_json, visible};

impl PreToolUse {
    /// What a person who decides has to know: the tool and the arguments, one on each line.
    ///
    /// Nothing is left out but the end of long values: each is cut at 200 characters, and its
    /// length is told. Control characters, line ends in values and marks that turn the direction of
    /// the text are shown as `\\n` or `\\u{202e}`. The text holds whatever the agent wrote, also
    /// secrets: it is not for logs.
    ///
    /// ```
    /// use copilot_sdk::hook::{HookSet, PreToolUseOutput};
    ///
    /// let hooks = HookSet::new().on_pre_tool_use(async |call| {
    ///     println!("{}", call.describe());
    ///     PreToolUseOutput::ask("is that right?")
    /// });
    /// ```
    pub fn describe(&self) -> String {
        described(|text| {
            write!(text, "call the tool {}", visible(&self.tool_name))?;
            arguments(text, Some(&self.tool_args))
        })
    }
}

impl PreMcpToolCall {
    /// What a person who decides has to know: the tool, its server, the arguments and the metadata,
    /// in the form of [`PreToolUse::describe`].
    pub fn describe(&self) -> String {
        described(|text| {
            let (tool, server) = (visible(&self.tool_name), visible(&self.server_name));
            write!(text, "call the MCP tool {tool} of the server {server}")?;
            arguments(text, Some(&self.arguments))?;
            match &self.meta {
                Some(meta) if !meta.is_empty() => {
                    write!(text, "\n  _meta = {}", value_as_json(&Value::Object(meta.clone())))
                }
                _ => Ok(()),
            }
        })
    }
}

impl PostToolUse {
    /// What a person who decides has to know: the tool, the arguments and the beginning of the
    /// result, in the form of [`PreToolUse::describe`].
    pub fn describe(&self) -> String {
        described(|text| {
            write!(text, "called the tool {}", visible(&self.tool_name))?;
            arguments(text, Some(&self.tool_args))?;
            let how = visible(self.tool_result.result_type());
            write!(text, "\n  result ({how}) = {}", quoted(self.tool_result.text()))
        })
    }
}

impl PostToolUseFailure {
    /// What a person who decides has to know: the tool, the arguments and what went wrong, in the
    /// form of [`PreToolUse::describe`].
    pub fn describe(&self) -> String {
        described(|text| {
            write!(text, "called the tool {}", visible(&self.tool_name))?;
            arguments(text, Some(&self.tool_args))?;
            write!(text, "\n  error = {}", quoted(&self.error))
        })
    }
}

fn described(write: impl FnOnce(&mut String) -> fmt::Result) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text);
    text
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};

    use super::{PostToolUse, PostToolUseFailure, PreMcpToolCall, PreToolUse};
    use crate::hook::{
        ErrorOccurred, SessionEnd, SessionStart, SubagentStop, UserPromptSubmitted,
        UserPromptTransformed,
    };

    fn input<T: DeserializeOwned>(mut json: Value) -> T {
        json["sessionId"] = "s".into();
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_person_sees_what_a_hook_is_asked_about() {
        let long = "ä".repeat(201);
        let args = json!({"city": "Lis\u{202e}bon", "note": long, "quote": "a\"\n\u{1b}[2K"});
        let shown = format!(
            "\n  city = \"Lis\\u{{202e}}bon\"\n  note = \"{}…\" (201 characters)\n  quote = \
             \"a\\\"\\n\\u{{1b}}[2K\"",
            "ä".repeat(200)
        );
        let before: PreToolUse = input(json!({"toolName": "te\nll", "toolArgs": args}));
        assert_eq!(before.describe(), format!("call the tool te\\nll{shown}"));
        let nothing: PreToolUse = input(json!({"toolName": "now", "toolArgs": {}}));
        assert_eq!(nothing.describe(), "call the tool now without arguments");

        let call = json!({"serverName": "mail", "toolName": "send", "arguments": args});
        let before: PreMcpToolCall = input(call.clone());
        let line = format!("call the MCP tool send of the server mail{shown}");
        assert_eq!(before.describe(), line);
        let mut with_meta = call;
        with_meta["_meta"] = json!({"trace": "a\nb"});
        let before: PreMcpToolCall = input(with_meta);
        assert_eq!(before.describe(), format!("{line}\n  _meta = {{\"trace\":\"a\\nb\"}}"));

        let result = json!({"resultType": "success", "textResultForLlm": "sun\r"});
        let after: PostToolUse =
            input(json!({"toolName": "tell", "toolArgs": args, "toolResult": result}));
        let line = format!("called the tool tell{shown}\n  result (success) = \"sun\\r\"");
        assert_eq!(after.describe(), line);
        let failed: PostToolUseFailure =
            input(json!({"toolName": "tell", "toolArgs": args, "error": "no\u{7}"}));
        let line = format!("called the tool tell{shown}\n  error = \"no\\u{{7}}\"");
        assert_eq!(failed.describe(), line);
    }

    #[test]
    fn debug_tells_names_and_sizes_only() {
        let args = json!({"city": "hunter2", "list": ["hunter2"]});
        let result = json!({"resultType": "hunter2", "textResultForLlm": "hunter2"});
        let error = json!({"name": "Error", "message": "hunter2", "stack": "hunter2"});
        let before: PreToolUse = input(json!({"toolName": "tell", "toolArgs": args}));
        let mcp: PreMcpToolCall = input(json!({"serverName": "mail", "toolName": "tell",
            "arguments": args, "_meta": {"a": "hunter2"}}));
        let shown = [
            format!("{before:?}"),
            format!("{mcp:?}"),
            format!(
                "{:?}",
                input::<PostToolUse>(json!({"toolName": "tell", "toolArgs": "hunter2",
                    "toolResult": result}))
            ),
            format!(
                "{:?}",
                input::<PostToolUseFailure>(
                    json!({"toolName": "tell", "toolArgs": args, "error": "hunter2"})
                )
            ),
            format!("{:?}", input::<UserPromptSubmitted>(json!({"prompt": "hunter2"}))),
            format!(
                "{:?}",
                input::<UserPromptTransformed>(
                    json!({"prompt": "hunter2", "transformedPrompt": "hunter2"})
                )
            ),
            format!("{:?}", input::<SessionStart>(json!({"initialPrompt": "hunter2"}))),
            format!("{:?}", input::<ErrorOccurred>(json!({"error": error, "recoverable": true}))),
            format!("{:?}", input::<SubagentStop>(json!({"response": "hunter2"}))),
            format!(
                "{:?}",
                input::<SessionEnd>(json!({"reason": "error", "finalMessage": "hunter2",
                    "error": error}))
            ),
        ];
        for shown in shown {
            assert!(!shown.contains("hunter2") && shown.contains(" bytes>"), "{shown}");
        }
        let expected = r#"tool_name: "tell", tool_args: {"city": <9 bytes>, "list": <11 bytes>} }"#;
        assert!(format!("{before:?}").ends_with(expected), "{before:?}");
    }
}
