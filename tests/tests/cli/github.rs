//! GitHub played on loopback: sign-in, models, quotas and tokens.

use std::time::Duration;

use copilot_sdk::client::{AuthStatus, AuthType, LifecycleEvent, LifecycleKind, SessionFilter};
use copilot_sdk::github_token::{GitHubTokenAnswer, GitHubTokenReason};
use copilot_sdk::model::ModelPolicyState;
use copilot_sdk::session::CloudRepository;
use copilot_sdk::testing::{FakeGitHub, GitHubModel, ModelReply, ScriptedModel};
use copilot_sdk::{Client, ErrorKind, Tool, ToolError, permission};
use copilot_sdk_tests::Place;
use serde_json::json;

/// A GitHub whose models say hello.
async fn github() -> FakeGitHub {
    let model = ScriptedModel::answering(|_| ModelReply::text("Hello.")).await.unwrap();
    FakeGitHub::start(model).await.unwrap()
}

/// A client that is signed in with this token.
async fn signed_in(github: &FakeGitHub, place: &Place, token: &str) -> Client {
    github.configure(place.client().await).github_token(token).start().await.unwrap()
}

/// A client that nobody is signed in to.
async fn signed_out(github: &FakeGitHub, place: &Place) -> Client {
    github.configure(place.client().await).start().await.unwrap()
}

/// Who called a model, call by call.
fn callers(github: &FakeGitHub) -> Vec<Option<String>> {
    let requests = github.requests();
    let calls = requests.iter().filter(|request| request.path() == "/chat/completions");
    calls.map(|call| call.login().map(ToOwned::to_owned)).collect()
}

#[tokio::test]
async fn a_client_with_a_token_knows_that_it_is_signed_in() {
    let (github, place) = (github().await, Place::new());
    let token = github.issue_token("octocat");
    for in_environment in [false, true] {
        let client = github.configure(place.client().await).github_token(&token);
        let client = client.github_token_in_environment(in_environment).start().await.unwrap();
        let mut lifecycle = client.lifecycle();
        let status = client.auth_status().await.unwrap();
        let AuthStatus { is_authenticated, auth_type, host, login, copilot_plan, .. } = status;
        assert!(is_authenticated, "in the environment: {in_environment}");
        assert_eq!(auth_type, Some(AuthType::Token));
        assert_eq!(host.as_deref(), Some("https://github.com"));
        assert_eq!(login.as_deref(), Some("octocat"), "in the environment: {in_environment}");
        assert_eq!(copilot_plan.as_deref(), Some("individual_pro"));

        // The session that was asked was nobody's, and is gone.
        let own = client.session().model("gpt-5").create().await.unwrap();
        let LifecycleEvent::Session(first) = lifecycle.next().await.unwrap().unwrap() else {
            panic!("the cli goes on")
        };
        assert_eq!((&first.kind, &first.session_id), (&LifecycleKind::Created, own.id()));
        let kept = std::fs::read_dir(place.copilot_home().join("session-state")).unwrap();
        let kept = kept.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let kept: Vec<_> = kept.filter(|name| !name.starts_with('.')).collect();
        assert_eq!(kept, [own.id().as_str()]);
        client.delete_session(own.id()).await.unwrap();
        client.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_token_that_github_does_not_know_signs_nobody_in() {
    let (github, place) = (github().await, Place::new());
    let client = signed_in(&github, &place, "gho_of_nobody").await;
    let status = client.auth_status().await.unwrap();
    assert!(!status.is_authenticated && status.login.is_none(), "{status:?}");
    assert!(status.status_message.is_some_and(|text| text.contains("Bad credentials")));
    for error in [
        client.session().create().await.unwrap_err(),
        client.models().await.unwrap_err(),
        client.quota().await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::SignedOut, "{error}");
        assert!(error.to_string().contains("Bad credentials"), "{error}");
        assert!(!error.to_string().contains("gho_of_nobody"), "{error}");
    }
    client.stop().await.unwrap();
}

#[tokio::test]
async fn a_session_knows_whom_it_works_for() {
    let (github, place) = (github().await, Place::new());
    let client = signed_in(&github, &place, &github.issue_token("service")).await;
    let session = || client.session().model("gpt-5");
    let own = session().create().await.unwrap();
    let ann = session().github_token(github.issue_token("ann")).create().await.unwrap();
    let provider = client.session().model("m").provider(github.model().provider());
    let nobody = provider.create().await.unwrap();
    for (session, login) in [(&own, Some("service")), (&ann, Some("ann")), (&nobody, None)] {
        let status = session.auth_status().await.unwrap();
        assert_eq!((status.login.as_deref(), status.is_authenticated), (login, login.is_some()));
    }
    client.stop().await.unwrap();
}

#[tokio::test]
async fn a_session_with_a_provider_knows_github_only_by_a_token_in_the_environment() {
    for in_environment in [false, true] {
        let (github, place) = (github().await, Place::new());
        let client = github.configure(place.client().await);
        let client = client.github_token(github.issue_token("octocat"));
        let client = client.github_token_in_environment(in_environment).start().await.unwrap();
        let session = client.session().model("m").provider(github.model().provider());
        let session = session.create().await.unwrap();
        assert_eq!(session.ask("Hi").await.unwrap().text(), "Hello.");
        let login = session.auth_status().await.unwrap().login;
        assert_eq!(login.as_deref(), in_environment.then_some("octocat"));
        // GitHub's own MCP server, which the one that is played does not have.
        let looked_for = github.requests().iter().any(|it| it.path() == "/mcp/readonly");
        assert_eq!(looked_for, in_environment);
        client.stop().await.unwrap();
    }
}

#[tokio::test]
async fn the_sessions_of_a_client_with_a_token_are_listed() {
    let (github, place) = (github().await, Place::new());
    let client = signed_in(&github, &place, &github.issue_token("octocat")).await;
    let session = client.session().model("gpt-5").create().await.unwrap();
    session.ask("Hi").await.unwrap();
    let id = session.id().clone();
    session.disconnect().await.unwrap();
    let listed: Vec<_> = client.sessions(SessionFilter::default()).await.unwrap();
    let listed: Vec<_> = listed.into_iter().map(|it| (it.session_id, it.is_remote)).collect();
    assert_eq!(listed, [(id, false)]);
    client.stop().await.unwrap();
}

#[tokio::test]
async fn a_session_in_the_cloud_becomes_a_task_of_github_for_a_cli_that_is_signed_in() {
    let (github, place) = (github().await, Place::new());
    let token = github.issue_token("octocat");
    let repository = || CloudRepository::new("octo", "site");
    let builder = github.configure(place.client().await).github_token(&token);
    let client = builder.github_token_in_environment(true).start().await.unwrap();
    let error = client.session().cloud(repository()).create().await.unwrap_err();
    // The one that is played has no machines.
    assert_eq!(error.kind(), ErrorKind::Rpc, "{error}");
    assert!(error.to_string().ends_with("Not Found"), "{error}");
    let requests = github.requests();
    let tasks = requests.iter().filter(|request| request.path() == "/agents/tasks");
    let tasks: Vec<_> = tasks.map(|task| (task.method(), task.login())).collect();
    assert_eq!(tasks, [("POST", Some("octocat"))]);

    let asked = client.session().cloud(repository()).permissions(permission::deny_all());
    let error = asked.create().await.unwrap_err();
    assert_eq!(error.rpc_code(), Some(-32601), "{error}");
    assert!(error.to_string().ends_with("handlers of this program: leave them out"), "{error}");
    client.stop().await.unwrap();

    let client = signed_in(&github, &place, &token).await;
    let error = client.session().cloud(repository()).create().await.unwrap_err();
    assert_eq!(
        error.problems(),
        ["a session in the cloud works as whoever the cli is signed in as, and the client's \
             token reaches its own sessions only: set `github_token_in_environment(true)` on the \
             client"]
    );
    client.stop().await.unwrap();
}

#[tokio::test]
async fn a_client_with_a_token_lists_the_models_of_github() {
    let (github, place) = (github().await, Place::new());
    github.models([
        GitHubModel::new("gpt-5").name("GPT-5").context_window(400_000).vision(true),
        GitHubModel::new("gpt-5-mini").policy("disabled").multiplier(0.25),
    ]);
    let token = github.issue_token("octocat");
    let client = signed_in(&github, &place, &token).await;
    let models = client.models().await.unwrap();
    let mut listed: Vec<_> = models
        .iter()
        .map(|model| {
            let window = model.limits.max_context_window_tokens;
            let multiplier = model.billing.as_ref().and_then(|billing| billing.multiplier);
            let vision = model.supports.vision;
            (&*model.id, &*model.name, model.policy.clone(), window, multiplier, vision)
        })
        .collect();
    listed.sort_by_key(|model| model.0);
    let (enabled, disabled) = (Some(ModelPolicyState::Enabled), Some(ModelPolicyState::Disabled));
    assert_eq!(
        listed,
        [
            ("auto", "Auto", None, None, None, None),
            ("gpt-5", "GPT-5", enabled, Some(400_000), Some(1.0), Some(true)),
            ("gpt-5-mini", "gpt-5-mini", disabled, Some(128_000), Some(0.25), Some(false)),
        ]
    );
    let requests = github.requests();
    let asked = requests.iter().find(|request| request.path() == "/models").unwrap();
    assert_eq!(asked.token(), Some(&*token));
    client.stop().await.unwrap();
}

#[tokio::test]
async fn a_client_with_a_token_knows_its_quotas() {
    let (github, place) = (github().await, Place::new());
    github.quota("premium_interactions", 300, 225);
    let client = signed_in(&github, &place, &github.issue_token("octocat")).await;
    let quotas = client.quota().await.unwrap();
    assert_eq!(quotas.keys().collect::<Vec<_>>(), ["premium_interactions"]);
    let quota = &quotas["premium_interactions"];
    assert_eq!((quota.entitlement_requests, quota.used_requests), (300, 75));
    assert!((quota.remaining_percentage - 75.0).abs() < f64::EPSILON, "{quota:?}");
    assert!(!quota.is_unlimited_entitlement, "{quota:?}");
    client.stop().await.unwrap();
}

#[tokio::test]
async fn the_models_of_github_are_called_with_the_token_of_the_client() {
    let model = ScriptedModel::start([
        ModelReply::tool("get_weather", json!({"city": "Lisbon"})),
        ModelReply::text("Take a coat."),
    ]);
    let (github, place) = (FakeGitHub::start(model.await.unwrap()).await.unwrap(), Place::new());
    let token = github.issue_token("octocat");
    let client = signed_in(&github, &place, &token).await;
    let weather = Tool::new("get_weather")
        .description("Get the weather")
        .raw_handler(|_| async { Ok::<_, ToolError>("rain") });
    let session = client.session().model("gpt-5").tool(weather).create().await.unwrap();
    assert_eq!(session.ask("Do I need a coat?").await.unwrap().text(), "Take a coat.");
    let requests = github.model().requests();
    let seen: Vec<_> = requests.iter().map(|call| (call.bearer_token(), call.model())).collect();
    assert_eq!(seen, [(Some(&*token), "gpt-5"), (Some(&*token), "gpt-5")]);
    assert_eq!(requests[1].new_tool_results()[0].text, "rain");
    assert_eq!(github.model().problems(), [""; 0]);
    client.stop().await.unwrap();
}

#[tokio::test]
async fn the_token_of_a_session_wins_over_the_one_of_the_client_and_stays_in_its_session() {
    let (github, place) = (github().await, Place::new());
    let client = signed_in(&github, &place, &github.issue_token("service")).await;
    let session = || client.session().model("gpt-5");
    let own = session().create().await.unwrap();
    let ann = session().github_token(github.issue_token("ann")).create().await.unwrap();
    let bob = session().github_token(github.issue_token("bob")).create().await.unwrap();
    for session in [&bob, &own, &ann] {
        assert_eq!(session.ask("Hi").await.unwrap().text(), "Hello.");
    }
    let expected = ["bob", "service", "ann"].map(|login| Some(login.to_owned()));
    assert_eq!(callers(&github), expected);
    client.stop().await.unwrap();
}

#[tokio::test]
async fn a_session_with_a_token_needs_no_client_with_one() {
    let (github, place) = (github().await, Place::new());
    let client = signed_out(&github, &place).await;
    let session = client.session().model("gpt-5").github_token(github.issue_token("ann"));
    assert_eq!(session.create().await.unwrap().ask("Hi").await.unwrap().text(), "Hello.");
    assert_eq!(callers(&github), [Some("ann".to_owned())]);
    client.stop().await.unwrap();
}

#[tokio::test]
async fn the_token_of_a_callback_reaches_the_model() {
    let (github, place) = (github().await, Place::new());
    let client = signed_out(&github, &place).await;
    let token = github.issue_token("ann");
    let (sender, mut asked) = tokio::sync::mpsc::unbounded_channel();
    let answer = GitHubTokenAnswer::token(&token, Duration::from_secs(2 * 3600));
    let session = client.session().model("gpt-5").on_github_token(move |request| {
        sender.send(request).unwrap();
        let answer = answer.clone();
        async move { Ok::<_, copilot_sdk::Error>(answer) }
    });
    let session = session.create().await.unwrap();
    assert_eq!(session.ask("Hi").await.unwrap().text(), "Hello.");
    assert_eq!(github.model().requests()[0].bearer_token(), Some(&*token));
    let request = asked.recv().await.unwrap();
    assert_eq!(
        (&request.session_id, &*request.host, request.reason),
        (session.id(), "https://github.com", GitHubTokenReason::Initial)
    );
    client.stop().await.unwrap();
}

#[tokio::test]
async fn without_a_token_nothing_works_that_needs_one() {
    let (github, place) = (github().await, Place::new());
    let client = signed_out(&github, &place).await;
    let status = client.auth_status().await.unwrap();
    assert!(!status.is_authenticated, "{status:?}");
    let error = client.session().create().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SignedOut, "{error}");
    client.models().await.unwrap_err();
    client.quota().await.unwrap_err();
    assert_eq!(github.requests(), [], "github is not asked in vain");
    client.stop().await.unwrap();
}

#[tokio::test]
async fn a_session_with_a_token_that_github_does_not_know_is_not_created() {
    let (github, place) = (github().await, Place::new());
    let client = signed_out(&github, &place).await;
    let session = client.session().model("gpt-5").github_token("gho_of_nobody");
    let error = session.create().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SignedOut);
    let error = error.to_string();
    assert!(error.contains("Bad credentials"), "{error}");
    assert!(!error.contains("gho_of_nobody"), "{error}");
    client.stop().await.unwrap();
}

#[tokio::test]
async fn a_turn_with_a_revoked_token_fails() {
    let (github, place) = (github().await, Place::new());
    let client = signed_out(&github, &place).await;
    let token = github.issue_token("ann");
    let session = client.session().model("gpt-5").github_token(&token).create().await.unwrap();
    assert_eq!(session.ask("Hi").await.unwrap().text(), "Hello.");
    github.revoke_token(&token);
    let error = session.ask("Are you there?").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Session, "{error}");
    assert!(error.to_string().contains("credentials may be expired"), "{error}");
    let [first, rejected @ ..] = &callers(&github)[..] else { panic!("no model was called") };
    assert_eq!(first.as_deref(), Some("ann"));
    assert!(!rejected.is_empty() && rejected.iter().all(Option::is_none), "{rejected:?}");
    client.stop().await.unwrap();
}

#[tokio::test]
async fn a_token_of_the_environment_counts_as_a_login_of_the_user() {
    let (github, place) = (github().await, Place::new());
    for allowed in [true, false] {
        let builder = github.configure(place.client().await).use_logged_in_user(allowed);
        let client = builder.env("GH_TOKEN", github.issue_token("octocat")).start().await.unwrap();
        let status = client.auth_status().await.unwrap();
        let login = status.login.as_deref();
        let expected = allowed.then_some((AuthType::Env, "octocat"));
        assert_eq!(status.auth_type.clone().zip(login), expected, "{status:?}");
        assert_eq!(client.models().await.is_ok(), allowed);
        client.stop().await.unwrap();
    }
}
