use std::future::Future;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::handler::{BoxHandler, Handler, IntoAnswer};
use crate::ids::SessionId;
use crate::payload::{questions, read_question, records};

/// A slash command of this program, for clients whose user interface offers commands.
///
/// A prompt that begins with `/` is not a command: commands come from another client's user
/// interface, or from `session.commands.invoke`.
///
/// ```
/// use copilot_sdk::interaction::SlashCommand;
///
/// let deploy = SlashCommand::new("deploy", async |call| {
///     println!("deploying to {}", call.args);
/// })
/// .description("Deploy to an environment");
/// ```
#[derive(Debug, Clone, Serialize)]
#[must_use]
pub struct SlashCommand {
    name: String,
    // Required by the CLI, even if empty.
    description: String,
    #[serde(skip)]
    handler: BoxHandler<CommandCall, ()>,
}

records! {
    /// A call of a slash command by a user (event `command.execute`).
    #[derive(Debug, Clone, PartialEq, Eq)]
    CommandCall {
        /// The session.
        session_id: SessionId = "sessionId",
        /// The whole line, such as `/deploy prod now`.
        command: String = "command",
        /// The command without its slash.
        command_name: String = "commandName",
        /// The text after the command.
        args: String = "args",
    }
}

questions! { CommandCall }

impl SlashCommand {
    /// Creates a command with a name, without the slash. Errors of the handler are shown to the
    /// user.
    pub fn new<Fut>(name: impl Into<String>, handler: impl Handler<CommandCall, Fut>) -> Self
    where
        Fut: Future<Output: IntoAnswer<()>> + Send + 'static,
    {
        Self { name: name.into(), description: String::new(), handler: BoxHandler::new(handler) }
    }

    /// The description shown in lists.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Every problem with these commands.
    pub(crate) fn check(commands: &[Self]) -> Vec<String> {
        let mut problems = Vec::new();
        for (index, command) in commands.iter().enumerate() {
            let name = &command.name;
            if let Some(bare) = name.strip_prefix('/') {
                problems
                    .push(format!("the command {name:?} is named with its slash: write {bare:?}"));
            } else if name.is_empty() || name.contains(char::is_whitespace) {
                problems.push(format!(
                    "{name:?} is not the name of a command: use letters, digits, `-` and `_`"
                ));
            }
            if commands.iter().take(index).any(|former| former.name == *name) {
                problems.push(format!("the command {name:?} is registered twice"));
            }
        }
        problems
    }

    /// Runs the command; the error is the `error` of `session.commands.handlePendingCommand`.
    ///
    /// # Errors
    ///
    /// The text to show to the user.
    pub(crate) async fn run(
        &self,
        session_id: &SessionId,
        data: Option<&RawValue>,
    ) -> Result<(), String> {
        let call = read_question(session_id, data)
            .map_err(|error| format!("the command cannot be read: {error}"))?;
        self.handler.call(call).await.map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{json, value::to_raw_value};

    use super::{CommandCall, SlashCommand};

    #[tokio::test]
    async fn a_recorded_command_runs_and_its_error_reaches_the_user() {
        let deploy = SlashCommand::new("deploy", async |call: CommandCall| {
            if call.args == "prod now" {
                Ok(())
            } else {
                Err(format!("unknown target {:?}", call.args))
            }
        });
        let run = async |args: &str| {
            let data = json!({"requestId": "63334ac4-b6c7-4fba-83ec-3f7470875a71", "command": "/deploy prod now",
                "commandName": "deploy", "args": args});
            deploy.run(&"s".into(), Some(&to_raw_value(&data).expect("JSON is JSON"))).await
        };
        assert_eq!(run("prod now").await, Ok(()));
        assert_eq!(run("moon").await, Err("unknown target \"moon\"".to_owned()));
    }

    #[test]
    fn a_command_is_declared_with_its_description() {
        let wire =
            |command: &SlashCommand| serde_json::to_value(command).expect("plain data serializes");
        let command = SlashCommand::new("deploy", async |_| {});
        assert_eq!(wire(&command), json!({"name": "deploy", "description": ""}));
        assert_eq!(wire(&command.description("d")), json!({"name": "deploy", "description": "d"}));
    }

    #[test]
    fn names_are_checked() {
        let named = |name: &str| SlashCommand::new(name, async |_| {});
        assert_eq!(
            SlashCommand::check(&[named("/a"), named("b c"), named("d"), named("d")]),
            [
                "the command \"/a\" is named with its slash: write \"a\"",
                "\"b c\" is not the name of a command: use letters, digits, `-` and `_`",
                "the command \"d\" is registered twice",
            ]
        );
    }
}
