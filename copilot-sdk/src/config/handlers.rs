//! Handlers of a session, and which questions the CLI sends to them.

use std::ops::Not;

use serde::Serialize;

use crate::canvas::{self, Canvas};
use crate::github_token::GitHubTokenHandler;
use crate::handler::{BoxHandler, QuestionHandler};
use crate::hook::HookSet;
use crate::ids::SessionId;
use crate::interaction::{
    AutoModeSwitchAnswer, AutoModeSwitchRequest, ElicitationAnswer, ElicitationRequest,
    ExitPlanModeAnswer, ExitPlanModeRequest, SessionLimitsExhaustedAnswer,
    SessionLimitsExhaustedRequest, SlashCommand, UserInputAnswer, UserInputRequest,
};
use crate::mcp::{McpAuthAnswer, McpAuthRequest, SamplingAnswer, SamplingRequest};
use crate::permission::Policy;
use crate::provider::TokenHandler;
use crate::request::RequestHandlers;
use crate::skill_provider::{self, SkillProvider};
use crate::sorted_map::SortedMap;
use crate::system_message::SystemMessage;
use crate::tool::Tool;

/// The handlers of a session, apart from its tools and permission policy.
#[derive(Clone, Default)]
pub(crate) struct Handlers {
    pub(crate) hooks: HookSet,
    /// Whether the CLI asks before each tool call even without hooks, so that calls can be denied.
    pub(crate) asks_before_tools: bool,
    pub(crate) user_input: Option<QuestionHandler>,
    pub(crate) elicitation: Option<QuestionHandler>,
    pub(crate) exit_plan_mode: Option<QuestionHandler>,
    pub(crate) auto_mode_switch: Option<QuestionHandler>,
    pub(crate) session_limits_exhausted: Option<QuestionHandler>,
    pub(crate) commands: Vec<SlashCommand>,
    pub(crate) mcp_auth: Option<QuestionHandler>,
    pub(crate) sampling: Option<QuestionHandler>,
    pub(crate) github_token: Option<GitHubTokenHandler>,
    pub(crate) canvases: Vec<Canvas>,
    pub(crate) has_skill_provider: bool,
    pub(crate) requests: RequestHandlers,
}

/// All user code of a session, which answers its questions.
#[derive(Clone, Default)]
pub(crate) struct SessionHandlers {
    pub(crate) handlers: Handlers,
    pub(crate) tools: Vec<Tool>,
    pub(crate) policy: Policy,
    pub(crate) system_message: Option<SystemMessage>,
    /// Bearer token handlers by provider name.
    pub(crate) token_handlers: SortedMap<String, TokenHandler>,
    /// The tools selected per MCP server, for servers with a selection.
    pub(crate) chosen_mcp_tools: SortedMap<String, Vec<String>>,
}

macro_rules! questions {
    ($($question:ident -> $answer:ident)*) => {$(
        // Not generic, so that it is compiled here.
        impl From<BoxHandler<$question, $answer>> for QuestionHandler {
            fn from(handler: BoxHandler<$question, $answer>) -> Self {
                handler.of_unread()
            }
        }
    )*};
}

questions! {
    UserInputRequest -> UserInputAnswer
    ElicitationRequest -> ElicitationAnswer
    ExitPlanModeRequest -> ExitPlanModeAnswer
    AutoModeSwitchRequest -> AutoModeSwitchAnswer
    SessionLimitsExhaustedRequest -> SessionLimitsExhaustedAnswer
    McpAuthRequest -> McpAuthAnswer
    SamplingRequest -> SamplingAnswer
}

impl Handlers {
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut problems = SlashCommand::check(&self.commands);
        problems.extend(canvas::check(&self.canvases));
        problems.extend(self.requests.problems());
        problems
    }

    pub(crate) fn add_canvas(&mut self, canvas: Canvas) {
        self.canvases.push(canvas);
        canvas::register(&self.canvases, &mut self.requests);
    }

    pub(crate) fn provide_skills(&mut self, provider: impl SkillProvider) {
        skill_provider::register(provider, &mut self.requests);
        self.has_skill_provider = true;
    }

    /// Whether the CLI calls hooks.
    pub(crate) fn has_hooks(&self) -> bool {
        self.asks_before_tools || !self.hooks.is_empty()
    }

    /// The questions the session `id` wants to receive.
    pub(crate) fn wanted<'a>(&'a self, id: Option<&'a SessionId>) -> Wanted<'a> {
        Wanted {
            hooks: self.has_hooks(),
            request_user_input: self.user_input.is_some(),
            request_elicitation: self.elicitation.is_some(),
            request_exit_plan_mode: self.exit_plan_mode.is_some(),
            request_auto_mode_switch: self.auto_mode_switch.is_some(),
            commands: &self.commands,
            canvases: &self.canvases,
            request_canvas_renderer: !self.canvases.is_empty(),
            canvas_provider: (!self.canvases.is_empty()).then_some(CANVAS_PROVIDER),
            has_skill_provider: self.has_skill_provider,
            registration_id: id.filter(|_| self.github_token.is_some()),
        }
    }

    pub(crate) fn command(&self, name: &str) -> Option<&SlashCommand> {
        self.commands.iter().find(|command| command.name() == name)
    }
}

/// Who provides the canvases, as the CLI tells it.
const CANVAS_PROVIDER: CanvasProvider = CanvasProvider { id: "copilot-sdk", name: "copilot-sdk" };

#[derive(Serialize)]
struct CanvasProvider {
    id: &'static str,
    name: &'static str,
}

/// The params of `session.create` that enable questions: the CLI sends no others.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "one for each kind of question, as on the wire")]
pub(crate) struct Wanted<'a> {
    #[serde(skip_serializing_if = "Not::not")]
    hooks: bool,
    #[serde(skip_serializing_if = "Not::not")]
    request_user_input: bool,
    #[serde(skip_serializing_if = "Not::not")]
    request_elicitation: bool,
    #[serde(skip_serializing_if = "Not::not")]
    request_exit_plan_mode: bool,
    #[serde(skip_serializing_if = "Not::not")]
    request_auto_mode_switch: bool,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    commands: &'a [SlashCommand],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    canvases: &'a [Canvas],
    #[serde(skip_serializing_if = "Not::not")]
    request_canvas_renderer: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    canvas_provider: Option<CanvasProvider>,
    #[serde(skip_serializing_if = "Not::not")]
    has_skill_provider: bool,
    #[serde(rename = "gitHubTokenProviderRegistrationId", skip_serializing_if = "Option::is_none")]
    registration_id: Option<&'a SessionId>,
}
