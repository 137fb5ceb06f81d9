//! Runs of slash commands (`command.*`).
//!
//! The commands of this program are [`SlashCommand`](crate::interaction::SlashCommand)s; this crate
//! runs and answers them.

use super::macros::payloads;
use crate::ids::RequestId;

payloads! {
    /// A slash command that waits in the queue (wire name `command.queued`).
    CommandQueued {
        /// The id of this run of the command.
        request_id: RequestId = "requestId",
        /// The whole line.
        command: String = "command",
    }

    /// A slash command that this program is to run (wire name `command.execute`).
    CommandExecute {
        /// The id under which the answer is expected.
        request_id: RequestId = "requestId",
        /// The whole line, such as `/deploy prod now`.
        command: String = "command",
        /// The name of the command, without its slash.
        command_name: String = "commandName",
        /// The text after the name.
        args: String = "args",
    }

    /// The end of a slash command (wire name `command.completed`).
    CommandCompleted {
        /// The id of the run.
        request_id: RequestId = "requestId",
    }
}
