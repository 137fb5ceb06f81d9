//! Questions that the real CLI cannot be made to ask without an account, and what goes wrong around
//! questions.

use std::sync::Arc;
use std::time::Duration;

use copilot_sdk::event::mcp::McpOauthReason;
use copilot_sdk::github_token::{GitHubTokenAnswer, GitHubTokenReason};
use copilot_sdk::hook::PreToolUseOutput;
use copilot_sdk::interaction::{
    AutoModeSwitchAnswer, ElicitationAnswer, SessionLimitsExhaustedAnswer, SlashCommand,
};
use copilot_sdk::mcp::McpAuthAnswer;
use copilot_sdk::permission::PermissionDecision;
use copilot_sdk::testing::FakeSession;
use copilot_sdk::{ErrorKind, permission};
use serde_json::json;
use tokio::sync::Semaphore;

use super::stage::{connect, open};

/// A model's rate limit needs an account, so this request is one from the schema.
#[tokio::test]
async fn an_auto_mode_switch_is_decided_by_the_handler_and_refused_when_it_fails() {
    let (fake, client) = connect().await;
    let session = client.session().on_auto_mode_switch(|request| async move {
        match request.error_code.as_deref() {
            Some("rate_limited") => Ok(AutoModeSwitchAnswer::YesAlways),
            _ => Err("who knows"),
        }
    });
    let session = session.create().await.unwrap();
    assert_eq!(fake.calls("session.create")[0]["requestAutoModeSwitch"], json!(true));
    let ask = async |code: &str| {
        let params = json!({"sessionId": session.id(), "errorCode": code, "retryAfterSeconds": 30});
        fake.request("autoModeSwitch.request", params).await.unwrap()
    };
    assert_eq!(ask("rate_limited").await, json!({"response": "yes_always"}));
    assert_eq!(ask("other").await, json!({"response": "no"}));
}

/// A session that runs out of credits needs an account that pays, so this event is one from the
/// schema.
#[tokio::test]
async fn a_session_without_credits_goes_on_as_the_handler_says_and_stops_when_it_fails() {
    let (fake, client) = connect().await;
    fake.answer("session.eventLog.registerInterest", json!({"handle": "h"}));
    let session =
        client.session().max_ai_credits(30.0).on_session_limits_exhausted(|limits| async move {
            match limits.used_ai_credits {
                used if used < 40.0 => Ok(SessionLimitsExhaustedAnswer::Add(limits.max_ai_credits)),
                _ => Err("nobody is there"),
            }
        });
    let session = session.create().await.unwrap();
    let interest = fake.calls("session.eventLog.registerInterest");
    assert_eq!(
        interest,
        [json!({"sessionId": session.id(), "eventType": "session_limits_exhausted.requested"})]
    );
    let agent = fake.session(session.id());
    for (used, response) in [
        (30.5, json!({"action": "add", "additionalAiCredits": 30.0})),
        (60.5, json!({"action": "cancel"})),
    ] {
        let request_id = used.to_string();
        let limits = json!({"requestId": request_id, "usedAiCredits": used, "maxAiCredits": 30.0});
        agent.emit("session_limits_exhausted.requested", limits);
        let answer = agent.expect("session.ui.handlePendingSessionLimitsExhausted").await.unwrap();
        let expected =
            json!({"sessionId": session.id(), "requestId": request_id, "response": response});
        assert_eq!(answer.params(), &expected);
    }
    assert_eq!(fake.problems(), [""; 0]);
}

#[tokio::test]
async fn on_a_server_that_others_share_limits_and_sampling_are_left_to_them() {
    let (fake, agent, client, _session) = open().await;
    agent.emit(
        "session_limits_exhausted.requested",
        json!({"requestId": "l", "usedAiCredits": 30, "maxAiCredits": 30}),
    );
    agent.emit(
        "sampling.requested",
        json!({"requestId": "s", "serverName": "srv", "mcpRequestId": 1}),
    );
    client.ping("everything is said").await.unwrap();
    for method in
        ["session.ui.handlePendingSessionLimitsExhausted", "session.ui.handlePendingSampling"]
    {
        assert_eq!(fake.calls(method), [] as [serde_json::Value; 0]);
    }
}

/// What the real CLI asks is tried there; these events are from the schema, to see each answer,
/// that of a failure, too.
#[tokio::test]
async fn a_login_at_an_mcp_server_is_answered_once_and_cancelled_when_the_handler_fails() {
    let (fake, client) = connect().await;
    let session = client.session().on_mcp_auth(|login| async move {
        match (&*login.server_name, login.reason) {
            ("good", Some(McpOauthReason::Initial)) => {
                Ok(McpAuthAnswer::token("t").expires_in(Duration::from_secs(60)))
            }
            _ => Err("no login there"),
        }
    });
    let session = session.create().await.unwrap();
    let interest = fake.calls("session.eventLog.registerInterest");
    assert_eq!(interest, [json!({"sessionId": session.id(), "eventType": "mcp.oauth_required"})]);
    let agent = fake.session(session.id());
    for (name, result) in [
        ("good", json!({"kind": "token", "accessToken": "t", "expiresIn": 60})),
        ("bad", json!({"kind": "cancelled"})),
    ] {
        let login = json!({"requestId": name, "serverName": name, "serverUrl": "https://h", "reason": "initial",
            "staticClientConfig": {"clientId": "c", "clientSecret": "s"}});
        agent.emit("mcp.oauth_required", login.clone());
        let answer = agent.expect("session.mcp.oauth.handlePendingRequest").await.unwrap();
        assert_eq!(
            answer.params(),
            &json!({"sessionId": session.id(), "requestId": name, "result": result})
        );
    }
    assert_eq!(fake.problems(), [""; 0]);
}

#[tokio::test]
async fn without_interest_in_logins_the_session_is_given_back() {
    let (fake, client) = connect().await;
    fake.refuse("session.eventLog.registerInterest", -32601, "never heard of it");
    let session =
        client.session().session_id("s").on_mcp_auth(|_| async { McpAuthAnswer::cancelled() });
    let error = session.create().await.unwrap_err();
    assert_eq!(
        (error.rpc_code(), error.session_id().map(ToString::to_string)),
        (Some(-32601), Some("s".into()))
    );
    fake.session("s").expect("session.detach").await.unwrap();
}

/// A token that is accepted needs GitHub; that the real CLI asks for one is tried there.
#[tokio::test]
async fn a_github_token_is_given_before_the_session_is_open_and_bad_ones_are_refused_with_a_reason()
{
    let (fake, client) = connect().await;
    fake.by_hand("session.create");
    let builder = client.session().session_id("mine").on_github_token(|request| async move {
        match request.reason {
            GitHubTokenReason::Initial => {
                GitHubTokenAnswer::token("gho", Duration::from_secs(7200))
            }
            _ => GitHubTokenAnswer::token("gho", Duration::from_secs(60)),
        }
    });
    let agent = async {
        let create = fake.expect("session.create").await?;
        let registration = create.params()["gitHubTokenProviderRegistrationId"].clone();
        let ask = |reason: &str| {
            let params = json!({"registrationId": registration, "host": "https://github.com", "reason": reason});
            fake.request("gitHubToken.getToken", params)
        };
        let token = ask("initial").await?;
        assert_eq!(token, json!({"kind": "token", "accessToken": "gho", "expiresIn": 7200}));
        let error = ask("refresh").await.unwrap_err();
        assert!(error.to_string().contains("more than an hour"), "{error}");
        create.reply(json!({"sessionId": "mine"}))
    };
    let (session, ()) = tokio::try_join!(builder.create(), agent).unwrap();
    assert_eq!(fake.calls("auth.getStatus").len(), 0, "the session brings its own login");
    drop(session);
}

#[tokio::test]
async fn unknown_questions_and_hooks_are_answered() {
    let (fake, client) = connect().await;
    let session = client
        .session()
        .on_pre_tool_use(|_| async { PreToolUseOutput::deny("no") })
        .create()
        .await
        .unwrap();
    let id = session.id();
    let hook = async |kind: &str| {
        let params = json!({"sessionId": id, "hookType": kind, "input": {"toolName": "t"}});
        fake.request("hooks.invoke", params).await.unwrap()
    };
    assert_eq!(hook("preCompact").await, json!({}));
    assert_eq!(hook("sessionEnd").await, json!({}));
    assert_eq!(
        hook("preToolUse").await,
        json!({"output": {"permissionDecision": "deny", "permissionDecisionReason": "no"}})
    );
    assert_eq!(
        fake.request("hooks.invoke", json!({"sessionId": id, "hookType": 5})).await.unwrap(),
        json!({})
    );
    for method in
        ["userInput.request", "exitPlanMode.request", "systemMessage.transform", "pigeon.send"]
    {
        let error = fake.request(method, json!({"sessionId": id})).await.unwrap_err();
        assert_eq!(error.rpc_code(), Some(-32601), "{method}");
    }
    let error = fake
        .request("providerToken.getToken", json!({"sessionId": id, "providerName": "x"}))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("the provider `x` has no bearer token handler"), "{error}");
}

/// The CLI takes an error for consent.
#[tokio::test]
async fn a_check_that_runs_when_the_session_ends_denies() {
    let (fake, client) = connect().await;
    let started = Arc::new(Semaphore::new(0));
    let begun = started.clone();
    let session = client.session().on_pre_tool_use(move |_| {
        begun.add_permits(1);
        std::future::pending::<Option<PreToolUseOutput>>()
    });
    let session = session.create().await.unwrap();
    let call = fake.request(
        "hooks.invoke",
        json!({"sessionId": session.id(), "hookType": "preToolUse",
        "input": {"toolName": "t"}}),
    );
    let end = async {
        let _ = started.acquire().await;
        session.disconnect().await
    };
    let (answer, ()) = tokio::try_join!(call, end).unwrap();
    assert_eq!(answer["output"]["permissionDecision"], "deny");
}

fn form(agent: &FakeSession, request_id: &str, message: &str) {
    agent.emit("elicitation.requested", json!({"requestId": request_id, "message": message}));
}

#[tokio::test]
async fn a_question_is_answered_once_and_one_that_was_answered_elsewhere_not_at_all() {
    let (fake, client) = connect().await;
    let gate = Arc::new(Semaphore::new(0));
    let open = gate.clone();
    let session = client.session().on_elicitation(move |form| {
        let gate = open.clone();
        async move {
            if form.message != "quick" {
                let _ = gate.acquire().await;
            }
            ElicitationAnswer::Decline
        }
    });
    let session = session.create().await.unwrap();
    let agent = fake.session(session.id());
    form(&agent, "twice", "slow");
    form(&agent, "twice", "slow");
    form(&agent, "elsewhere", "slow");
    agent.emit("elicitation.completed", json!({"requestId": "elsewhere", "action": "accept"}));
    form(&agent, "first", "quick");
    let answered = async || {
        let call = agent.expect("session.ui.handlePendingElicitation").await.unwrap();
        call.params()["requestId"].as_str().map(ToOwned::to_owned)
    };
    assert_eq!(answered().await.as_deref(), Some("first"), "a slow handler holds up nobody");
    gate.add_permits(9);
    assert_eq!(answered().await.as_deref(), Some("twice"));
    form(&agent, "last", "quick");
    assert_eq!(answered().await.as_deref(), Some("last"));
    assert_eq!(fake.calls("session.ui.handlePendingElicitation").len(), 3);
}

/// On a server that others use too, what this program has no handler for is theirs to answer.
#[tokio::test]
async fn what_others_may_answer_is_left_to_them() {
    let (fake, client) = connect().await;
    let session =
        client.session().command(SlashCommand::new("mine", async |_| {})).create().await.unwrap();
    let agent = fake.session(session.id());
    form(&agent, "theirs", "not ours");
    for name in ["theirs", "mine"] {
        agent.emit(
            "command.execute",
            json!({"requestId": name, "command": "/x", "commandName": name, "args": ""}),
        );
    }
    let answer = agent.expect("session.commands.handlePendingCommand").await.unwrap();
    assert_eq!(answer.params(), &json!({"sessionId": session.id(), "requestId": "mine"}));
    assert_eq!(fake.calls("session.ui.handlePendingElicitation").len(), 0);
}

#[tokio::test]
async fn a_withdrawn_permission_request_ends_its_policy_and_is_not_answered() {
    let (fake, client) = connect().await;
    let (say, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let policy = permission::ask(move |_| {
        let say = Signal(say.clone());
        async move {
            let _ = say.0.send("asked");
            std::future::pending::<PermissionDecision>().await
        }
    });
    let session = client.session().permissions(policy).create().await.unwrap();
    let agent = fake.session(session.id());
    agent.emit(
        "permission.requested",
        json!({"requestId": "p", "permissionRequest": {"kind": "read", "path": "/x"}}),
    );
    assert_eq!(heard.recv().await, Some("asked"));
    agent.emit("permission.completed", json!({"requestId": "p", "result": {"kind": "cancelled"}}));
    assert_eq!(heard.recv().await, Some("dropped"));
    assert_eq!(fake.calls("session.permissions.handlePendingPermissionRequest").len(), 0);
}

#[tokio::test]
async fn whatever_a_handler_waits_for_the_end_of_the_session_ends_its_task() {
    let (fake, client) = connect().await;
    let (say, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let wait = move || {
        let signal = Signal(say.clone());
        async move {
            let _ = signal.0.send("asked");
            std::future::pending::<()>().await;
        }
    };
    let (ask, show) = (wait.clone(), wait.clone());
    let policy = permission::ask(move |_| {
        let wait = wait();
        async move {
            wait.await;
            PermissionDecision::ApproveOnce
        }
    });
    let session = client.session().permissions(policy).on_user_input_request(move |question| {
        let wait = ask();
        async move {
            wait.await;
            question.answer("never")
        }
    });
    let session = session.on_elicitation(move |_| {
        let wait = show();
        async move {
            wait.await;
            ElicitationAnswer::Cancel
        }
    });
    let session = session.create().await.unwrap();
    let agent = fake.session(session.id());
    let read = json!({"kind": "read", "path": "/x"});
    agent.emit("permission.requested", json!({"requestId": "p", "permissionRequest": read}));
    form(&agent, "f", "name?");
    let question = json!({"sessionId": session.id(), "question": "Why?", "allowFreeform": true});
    let question = fake.request("userInput.request", question);
    let end = async {
        for _ in 0..3 {
            assert_eq!(heard.recv().await, Some("asked"));
        }
        session.disconnect().await.unwrap();
        for _ in 0..3 {
            assert_eq!(heard.recv().await, Some("dropped"));
        }
    };
    let (answer, ()) = tokio::join!(question, end);
    assert_eq!(answer.unwrap_err().kind(), ErrorKind::Rpc);
    assert_eq!(fake.calls("session.permissions.handlePendingPermissionRequest").len(), 0);
    assert_eq!(fake.calls("session.ui.handlePendingElicitation").len(), 0);
}

/// Says when it is dropped.
struct Signal(tokio::sync::mpsc::UnboundedSender<&'static str>);

impl Drop for Signal {
    fn drop(&mut self) {
        let _ = self.0.send("dropped");
    }
}

#[tokio::test]
async fn whether_forms_are_shown_follows_the_events() {
    let (_fake, agent, _client, session) = open().await;
    assert!(!session.ui().is_available());
    let mut events = session.events();
    for available in [true, false] {
        agent.emit("capabilities.changed", json!({"ui": {"elicitation": available}}));
        agent.emit("capabilities.changed", json!({"ui": {"canvases": true}}));
        for _ in 0..2 {
            events.next().await.unwrap().unwrap();
        }
        assert_eq!(session.ui().is_available(), available);
    }
    let error = session.ui().input("name?").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
}
