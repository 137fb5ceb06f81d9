//! The abilities of the session's user interface (`capabilities.*`).

use super::macros::payloads;

payloads! {
    /// A change of the session's capabilities (wire name `capabilities.changed`).
    CapabilitiesChanged {
        /// The capabilities of the user interface.
        ui: Option<UiCapabilities> = "ui",
    }

    /// The capabilities of a user interface (part of `capabilities.changed`).
    ///
    /// `None` means unchanged.
    UiCapabilities {
        /// Whether it shows forms.
        elicitation: Option<bool> = "elicitation",
        /// Whether it shows the user interfaces of MCP tools.
        mcp_apps: Option<bool> = "mcpApps",
        /// Whether it shows canvases.
        canvases: Option<bool> = "canvases",
    }
}
