use crate::event::macros::{open_enums, payloads};

payloads! {
    /// A change of the plan (wire name `session.plan_changed`).
    SessionPlanChanged {
        /// The kind of change.
        operation: PlanOperation = "operation",
    }

    /// A change of the agent's to-do list (wire name `session.todos_changed`).
    SessionTodosChanged {}

    /// A change of a file in the session's workspace (wire name `session.workspace_file_changed`).
    SessionWorkspaceFileChanged {
        /// The path of the file, relative to the workspace.
        path: String = "path",
        /// The kind of change.
        operation: WorkspaceFileOperation = "operation",
    }

    /// The start or end of agents or shells in the background (wire name
    /// `session.background_tasks_changed`).
    SessionBackgroundTasksChanged {}
}

open_enums! {
    /// The kind of change to a plan.
    PlanOperation {
        /// Created.
        Create = "create",
        /// Updated.
        Update = "update",
        /// Deleted.
        Delete = "delete",
    }

    /// The kind of change to a file of the workspace.
    WorkspaceFileOperation {
        /// Created.
        Create = "create",
        /// Updated.
        Update = "update",
    }
}
