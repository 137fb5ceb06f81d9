//! The abort of a turn (`abort`): who or what stopped it.

use super::macros::{open_enums, payloads};

payloads! {
    /// The abort of the running turn (wire name `abort`).
    Abort {
        /// The cause of the abort.
        reason: AbortReason = "reason",
    }
}

open_enums! {
    /// The cause of an abort.
    AbortReason {
        /// The user or this program.
        UserInitiated = "user_initiated",
        /// A command from a remote client.
        RemoteCommand = "remote_command",
        /// The user, in reply to a question of the agent.
        UserAbort = "user_abort",
        /// The credit limit of autopilot mode.
        AutopilotCreditLimit = "autopilot_credit_limit",
    }
}
