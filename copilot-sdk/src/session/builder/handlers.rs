//! Hooks and handlers: user code that answers the agent's questions.

use std::future::Future;

use super::SessionBuilder;
use crate::github_token::{GitHubTokenAnswer, GitHubTokenRequest};
use crate::handler::{BoxHandler, Handler, IntoAnswer};
use crate::hook::{
    AgentStop, ErrorOccurred, ErrorOccurredOutput, HookSet, Hooks, IntoHookOutput, PostToolUse,
    PostToolUseFailure, PostToolUseFailureOutput, PostToolUseOutput, PreMcpToolCall,
    PreMcpToolCallOutput, PreToolUse, PreToolUseOutput, SessionEnd, SessionEndOutput, SessionStart,
    SessionStartOutput, StopOutput, SubagentStart, SubagentStartOutput, SubagentStop,
    UserPromptSubmitted, UserPromptSubmittedOutput, UserPromptTransformed,
    UserPromptTransformedOutput,
};
use crate::interaction::{
    AutoModeSwitchAnswer, AutoModeSwitchRequest, ElicitationAnswer, ElicitationRequest,
    ExitPlanModeAnswer, ExitPlanModeRequest, SessionLimitsExhaustedAnswer,
    SessionLimitsExhaustedRequest, SlashCommand, UserInputAnswer, UserInputRequest,
};
use crate::mcp::{McpAuthAnswer, McpAuthRequest, auth_handler};

macro_rules! hook_setters {
    ($($(#[$doc:meta])* $on:ident($input:ident) -> $output:ident;)*) => {
        /// Hooks: code that runs at fixed points of the session. Hooks of the same kind run in the
        /// order they were added, see [`hook`](crate::hook).
        impl SessionBuilder {
            $($(#[$doc])* pub fn $on<Fut>(self, hook: impl Handler<$input, Fut>) -> Self
            where
                Fut: Future<Output: IntoHookOutput<$output>> + Send + 'static,
            {
                self.with_hooks(|hooks| hooks.$on(hook))
            })*
        }
    };
}

hook_setters! {
    /// Runs before each tool call. Can allow, deny or ask, and change the arguments. If the hook
    /// fails or panics, the call is denied.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::hook::PreToolUseOutput;
    ///
    /// let session = client
    ///     .session()
    ///     .on_pre_tool_use(|call| async move {
    ///         (call.tool_name == "bash").then(|| PreToolUseOutput::deny("there is no shell here"))
    ///     })
    ///     .create()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    on_pre_tool_use(PreToolUse) -> PreToolUseOutput;
    /// Runs before each MCP tool call, after the permission check. Can change the metadata. If the
    /// hook fails or panics, the turn is aborted, because the CLI has no way to refuse the call
    /// here.
    on_pre_mcp_tool_call(PreMcpToolCall) -> PreMcpToolCallOutput;
    /// Runs after each successful tool call. Can change the result and add context.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::hook::PostToolUseOutput;
    ///
    /// let session = client
    ///     .session()
    ///     .on_post_tool_use(|call| async move {
    ///         (call.tool_name == "web_fetch").then(|| {
    ///             PostToolUseOutput::default().additional_context("cite the page that you read")
    ///         })
    ///     })
    ///     .create()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    on_post_tool_use(PostToolUse) -> PostToolUseOutput;
    /// Runs after each failed tool call. Can add context.
    on_post_tool_use_failure(PostToolUseFailure) -> PostToolUseFailureOutput;
    /// Runs when a prompt is submitted, including the task of a sub-agent. Can change it and add
    /// context.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::hook::UserPromptSubmittedOutput;
    ///
    /// let session = client
    ///     .session()
    ///     .on_user_prompt_submitted(|input| async move {
    ///         input.agent_id.is_none().then(|| {
    ///             UserPromptSubmittedOutput::default()
    ///                 .modified_prompt(format!("{} Answer briefly.", input.prompt))
    ///         })
    ///     })
    ///     .create()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    on_user_prompt_submitted(UserPromptSubmitted) -> UserPromptSubmittedOutput;
    /// Runs when a prompt has its final form, including the task of a sub-agent. Can replace it
    /// entirely.
    on_user_prompt_transformed(UserPromptTransformed) -> UserPromptTransformedOutput;
    /// Runs before the session's first prompt is sent. Can add context.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::hook::SessionStartOutput;
    ///
    /// let session = client
    ///     .session()
    ///     .on_session_start(|_| async {
    ///         SessionStartOutput::default().additional_context("the user is called Ada")
    ///     })
    ///     .create()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    on_session_start(SessionStart) -> SessionStartOutput;
    /// Runs when the session ends normally. [`Session::disconnect`](crate::Session::disconnect) and
    /// [`Client::stop`](crate::Client::stop) wait for it.
    on_session_end(SessionEnd) -> SessionEndOutput;
    /// Runs when an error occurs. CLI 1.0.102 ignores the output, see [`ErrorOccurredOutput`].
    on_error_occurred(ErrorOccurred) -> ErrorOccurredOutput;
    /// Runs when the agent or a sub-agent is about to stop. Can make it continue.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::hook::StopOutput;
    ///
    /// let session = client
    ///     .session()
    ///     .on_agent_stop(|stop| async move {
    ///         let is_first = stop.agent_id.is_none() && !stop.stop_hook_active;
    ///         is_first.then(|| StopOutput::block("run the tests before you stop"))
    ///     })
    ///     .create()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    on_agent_stop(AgentStop) -> StopOutput;
    /// Runs when a sub-agent starts. Can add context.
    on_subagent_start(SubagentStart) -> SubagentStartOutput;
    /// Runs when a sub-agent is about to stop, after [`on_agent_stop`](Self::on_agent_stop). Can
    /// make it continue.
    on_subagent_stop(SubagentStop) -> StopOutput;
}

impl SessionBuilder {
    /// Adds stateful hooks: a type that implements [`Hooks`].
    pub fn hooks(self, hooks: impl Hooks) -> Self {
        self.with_hooks(|former| former.hooks(hooks))
    }

    /// Adds the hooks of a [`HookSet`].
    pub fn hook_set(self, hooks: HookSet) -> Self {
        self.with_hooks(|former| former.and(hooks))
    }

    fn with_hooks(mut self, add: impl FnOnce(HookSet) -> HookSet) -> Self {
        let handlers = &mut self.config.handlers;
        handlers.hooks = add(std::mem::take(&mut handlers.hooks));
        self
    }
}

/// Handlers for questions to the user and to this program.
impl SessionBuilder {
    /// Answers the agent's questions to the user, and enables the tool `ask_user` (wire name
    /// `requestUserInput`). If the handler fails, the agent is told that the user could not answer.
    /// If several clients of a session have a handler, all are asked and the first answer counts;
    /// the others are not notified.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// let session = client
    ///     .session()
    ///     .on_user_input_request(|question| async move {
    ///         println!("{} {:?}", question.question, question.choices);
    ///         // Reading from the terminal blocks.
    ///         let line = tokio::task::spawn_blocking(|| {
    ///             let mut line = String::new();
    ///             std::io::stdin().read_line(&mut line).map(|_| line)
    ///         });
    ///         Ok::<_, std::io::Error>(question.answer(line.await??.trim()))
    ///     })
    ///     .create()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_user_input_request<Fut>(
        mut self,
        handler: impl Handler<UserInputRequest, Fut>,
    ) -> Self
    where
        Fut: Future<Output: IntoAnswer<UserInputAnswer>> + Send + 'static,
    {
        let handler = BoxHandler::<_, UserInputAnswer>::new(handler);
        self.config.handlers.user_input = Some(handler.into());
        self
    }

    /// Shows the forms of MCP servers, extensions and [`Session::ui`](crate::Session::ui) to the
    /// user (wire name `requestElicitation`). If the handler fails, the form is cancelled.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::interaction::{ElicitationAnswer, ElicitationMode};
    ///
    /// let session = client
    ///     .session()
    ///     .on_elicitation(|form| async move {
    ///         println!("{} {:?}", form.message, form.requested_schema);
    ///         match form.mode {
    ///             ElicitationMode::Form => ElicitationAnswer::accept([("confirmed", true)]),
    ///             _ => ElicitationAnswer::Decline,
    ///         }
    ///     })
    ///     .create()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_elicitation<Fut>(mut self, handler: impl Handler<ElicitationRequest, Fut>) -> Self
    where
        Fut: Future<Output: IntoAnswer<ElicitationAnswer>> + Send + 'static,
    {
        let handler = BoxHandler::<_, ElicitationAnswer>::new(handler);
        self.config.handlers.elicitation = Some(handler.into());
        self
    }

    /// Approves or rejects plans in plan mode, and enables the tool `exit_plan_mode`, which
    /// presents them (wire name `requestExitPlanMode`). If the handler fails, the plan is rejected.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::interaction::{ExitPlanModeAction, ExitPlanModeAnswer};
    ///
    /// let session = client
    ///     .session()
    ///     .on_exit_plan_mode(|plan| async move {
    ///         if plan.summary.contains("delete") {
    ///             return ExitPlanModeAnswer::reject("find a way without deleting anything");
    ///         }
    ///         ExitPlanModeAnswer::approve().selected_action(ExitPlanModeAction::Interactive)
    ///     })
    ///     .create()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_exit_plan_mode<Fut>(mut self, handler: impl Handler<ExitPlanModeRequest, Fut>) -> Self
    where
        Fut: Future<Output: IntoAnswer<ExitPlanModeAnswer>> + Send + 'static,
    {
        let handler = BoxHandler::<_, ExitPlanModeAnswer>::new(handler);
        self.config.handlers.exit_plan_mode = Some(handler.into());
        self
    }

    /// Decides whether to continue with another model when the rate limit of the current one is
    /// reached (wire name `requestAutoModeSwitch`). If the handler fails, the answer is no.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::interaction::AutoModeSwitchAnswer;
    ///
    /// let session = client
    ///     .session()
    ///     .on_auto_mode_switch(|limit| async move {
    ///         match limit.retry_after_seconds {
    ///             Some(seconds) if seconds < 60.0 => AutoModeSwitchAnswer::No,
    ///             _ => AutoModeSwitchAnswer::Yes,
    ///         }
    ///     })
    ///     .create()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_auto_mode_switch<Fut>(
        mut self,
        handler: impl Handler<AutoModeSwitchRequest, Fut>,
    ) -> Self
    where
        Fut: Future<Output: IntoAnswer<AutoModeSwitchAnswer>> + Send + 'static,
    {
        let handler = BoxHandler::<_, AutoModeSwitchAnswer>::new(handler);
        self.config.handlers.auto_mode_switch = Some(handler.into());
        self
    }

    /// Decides how to continue when the session has used up its
    /// [`max_ai_credits`](Self::max_ai_credits) (event `session_limits_exhausted.requested`).
    /// Without a handler, or if it fails, the session stops.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::interaction::SessionLimitsExhaustedAnswer;
    ///
    /// let session = client
    ///     .session()
    ///     .max_ai_credits(30.0)
    ///     .on_session_limits_exhausted(|limits| async move {
    ///         match limits.used_ai_credits {
    ///             used if used < 100.0 => SessionLimitsExhaustedAnswer::Add(10.0),
    ///             _ => SessionLimitsExhaustedAnswer::Cancel,
    ///         }
    ///     })
    ///     .create()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_session_limits_exhausted<Fut>(
        mut self,
        handler: impl Handler<SessionLimitsExhaustedRequest, Fut>,
    ) -> Self
    where
        Fut: Future<Output: IntoAnswer<SessionLimitsExhaustedAnswer>> + Send + 'static,
    {
        let handler = BoxHandler::<_, SessionLimitsExhaustedAnswer>::new(handler);
        self.config.handlers.session_limits_exhausted = Some(handler.into());
        self
    }

    /// Adds a slash command (wire name `commands`).
    pub fn command(mut self, command: SlashCommand) -> Self {
        self.config.handlers.commands.push(command);
        self
    }

    /// Logs in to MCP servers that require it (event `mcp.oauth_required`). If the handler fails,
    /// the login is cancelled.
    ///
    /// ```no_run
    /// # async fn token_for(_url: &str) -> std::io::Result<String> { Ok(String::new()) }
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::mcp::McpAuthAnswer;
    ///
    /// let session = client
    ///     .session()
    ///     .on_mcp_auth(|login| async move {
    ///         token_for(&login.server_url).await.map(McpAuthAnswer::token)
    ///     })
    ///     .create()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_mcp_auth<Fut>(mut self, handler: impl Handler<McpAuthRequest, Fut>) -> Self
    where
        Fut: Future<Output: IntoAnswer<McpAuthAnswer>> + Send + 'static,
    {
        self.config.handlers.mcp_auth = Some(auth_handler(handler).into());
        self
    }

    /// Supplies the GitHub tokens of this session on demand, instead of the client's login (wire
    /// name `gitHubTokenProviderRegistrationId`). The first token is requested while the session is
    /// created; if the handler fails then, so does the creation.
    ///
    /// ```no_run
    /// # async fn token_from_vault() -> std::io::Result<String> { Ok(String::new()) }
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use std::time::Duration;
    /// use copilot_sdk::github_token::GitHubTokenAnswer;
    ///
    /// let eight_hours = Duration::from_secs(8 * 3600);
    /// let session = client
    ///     .session()
    ///     .on_github_token(move |_request| async move {
    ///         token_from_vault().await.map(|token| GitHubTokenAnswer::token(token, eight_hours))
    ///     })
    ///     .create()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_github_token<Fut>(mut self, handler: impl Handler<GitHubTokenRequest, Fut>) -> Self
    where
        Fut: Future<Output: IntoAnswer<GitHubTokenAnswer>> + Send + 'static,
    {
        self.config.handlers.github_token = Some(BoxHandler::new(handler));
        self
    }
}
