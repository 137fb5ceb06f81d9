//! The list of available slash commands (`commands.*`).

use super::macros::payloads;

payloads! {
    /// A change of the available slash commands (wire name `commands.changed`).
    CommandsChanged {
        /// All available commands.
        commands: Vec<AvailableCommand> = "commands",
    }

    /// An available slash command (part of `commands.changed`).
    AvailableCommand {
        /// The name, without its slash.
        name: String = "name",
        /// The purpose of the command.
        description: Option<String> = "description",
    }
}
