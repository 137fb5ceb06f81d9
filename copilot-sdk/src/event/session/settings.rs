use crate::event::macros::{open_enums, payloads};
use crate::event::shared::{PermissionMode, SessionMode};
use crate::model::{ContextTier, ReasoningEffort, ReasoningSummary, Verbosity};

payloads! {
    /// A change of the session's title (wire name `session.title_changed`).
    SessionTitleChanged {
        /// The new title.
        title: String = "title",
    }

    /// A change of the model or its settings (wire name `session.model_change`).
    SessionModelChange {
        /// The new model.
        new_model: String = "newModel",
        /// The previous model.
        previous_model: Option<String> = "previousModel",
        /// The new provider.
        provider_id: Option<String> = "providerId",
        /// The previous provider.
        previous_provider_id: Option<String> = "previousProviderId",
        /// The new reasoning effort.
        reasoning_effort: Option<ReasoningEffort> = "reasoningEffort",
        /// The previous reasoning effort.
        previous_reasoning_effort: Option<ReasoningEffort> = "previousReasoningEffort",
        /// The requested detail of reasoning summaries.
        reasoning_summary: Option<ReasoningSummary> = "reasoningSummary",
        /// The requested length of answers.
        verbosity: Option<Verbosity> = "verbosity",
        /// The tier of the model's context window.
        context_tier: Option<ContextTier> = "contextTier",
        /// The reason for the change.
        cause: Option<String> = "cause",
        /// The origin of the change.
        source: Option<ModelChangeSource> = "source",
    }

    /// A change of the agent's working mode (wire name `session.mode_changed`).
    SessionModeChanged {
        /// The previous mode.
        previous_mode: SessionMode = "previousMode",
        /// The new mode.
        new_mode: SessionMode = "newMode",
    }

    /// A change of the way permission requests are decided (wire name
    /// `session.permissions_changed`).
    SessionPermissionsChanged {
        /// The previous way.
        previous_mode: Option<PermissionMode> = "previousMode",
        /// The new way.
        mode: Option<PermissionMode> = "mode",
        /// The model that assists with decisions.
        assisted_approval_model: Option<String> = "assistedApprovalModel",
    }

    /// A change of the tools available to the model (wire name `session.tools_updated`).
    SessionToolsUpdated {
        /// The model.
        model: String = "model",
    }
}

open_enums! {
    /// The origin of a change of the model.
    ModelChangeSource {
        /// The user's command `/model`.
        ModelCommand = "model_command",
        /// The user's command `/settings`.
        SettingsCommand = "settings_command",
        /// The user's command `/config`.
        ConfigCommand = "config_command",
        /// The user's choice from a list of models.
        ModelPicker = "model_picker",
        /// Settings managed by an administrator.
        ManagedSettings = "managed_settings",
        /// The settings of the repository.
        RepoSettings = "repo_settings",
        /// The start of the session.
        Startup = "startup",
        /// The agent.
        Agent = "agent",
        /// Plan mode.
        PlanMode = "plan_mode",
        /// The automatic choice of a model.
        Automatic = "automatic",
        /// The user's keyboard shortcut.
        ChangeboardingShortcut = "changeboarding_shortcut",
        /// A program that uses an SDK, such as this one.
        Sdk = "sdk",
        /// A recommendation for the automatic choice.
        AutoTierRecommendation = "auto_tier_recommendation",
    }
}
