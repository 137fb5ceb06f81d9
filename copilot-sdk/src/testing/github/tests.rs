//! What an HTTP client sees of the fake GitHub; the CLI's view is tested with the CLI itself.

use serde_json::json;

use super::{FakeGitHub, GitHubModel};
use crate::testing::model::tests::client::request_as;
use crate::testing::{ModelReply, ScriptedModel};

async fn github(replies: impl IntoIterator<Item = ModelReply>) -> FakeGitHub {
    FakeGitHub::start(ScriptedModel::start(replies).await.unwrap()).await.unwrap()
}

fn root_url(github: &FakeGitHub) -> String {
    let [(_, url), (_, same)] = github.variables();
    assert_eq!(url, same);
    url
}

#[tokio::test]
async fn each_token_belongs_to_its_user_until_it_is_revoked() {
    let github = github([]).await;
    github.plan("business").quota("premium_interactions", 300, 225).quota("chat", 0, 0);
    let (root, ann, bob) =
        (root_url(&github), github.issue_token("ann"), github.issue_token("bob"));
    let user = async |token: &str| request_as(token, &root, "GET /copilot_internal/user", "").await;
    let quota = |name: &str, entitlement: u64, remaining: u64, percent: f64| {
        json!({
            "quota_id": name, "entitlement": entitlement, "remaining": remaining,
            "quota_remaining": remaining, "percent_remaining": percent, "unlimited": false,
            "overage_count": 0, "overage_permitted": false,
        })
    };
    assert_eq!(
        user(&ann).await.json(),
        json!({
            "login": "ann",
            "copilot_plan": "business",
            "chat_enabled": true,
            "is_mcp_enabled": true,
            "analytics_tracking_id": "fake",
            "endpoints": {"api": root, "telemetry": "https://localhost:1/telemetry"},
            "quota_snapshots": {
                "premium_interactions": quota("premium_interactions", 300, 225, 75.0),
                "chat": quota("chat", 0, 0, 0.0),
            },
        })
    );
    assert_eq!(user(&bob).await.json()["login"], "bob");
    github.revoke_token(&bob);
    for unknown in [&bob, "gho_of_nobody"] {
        let answer = user(unknown).await;
        assert_eq!((answer.status, answer.json()), (401, json!({"message": "Bad credentials"})));
    }
    let requests = github.requests();
    let seen: Vec<_> = requests.iter().map(|it| (it.token(), it.login())).collect();
    assert_eq!(
        seen,
        [
            (Some(&*ann), Some("ann")),
            (Some(&*bob), Some("bob")),
            (Some(&*bob), None),
            (Some("gho_of_nobody"), None),
        ]
    );
    assert!(!format!("{github:?} {requests:?}").contains("gho_"), "{requests:?}");
}

#[tokio::test]
async fn models_are_listed_and_called_with_a_token_alone() {
    let github = github([ModelReply::text("Hello.")]).await;
    github.models([GitHubModel::new("claude-sonnet-5").name("Sonnet"), "gemini-3-pro".into()]);
    let (root, token) = (root_url(&github), github.issue_token("ann"));
    let catalog = request_as(&token, &root, "GET /models", "").await.json();
    let listed = |index: usize, field: &str| catalog["data"][index][field].clone();
    assert_eq!((listed(0, "name"), listed(0, "vendor")), ("Sonnet".into(), "Anthropic".into()));
    assert_eq!((listed(1, "id"), listed(1, "vendor")), ("gemini-3-pro".into(), "Google".into()));

    let body = json!({"model": "claude-sonnet-5"}).to_string();
    let call = async |token: &str| request_as(token, &root, "POST /chat/completions", &body).await;
    assert_eq!(call("gho_of_nobody").await.status, 401);
    assert_eq!(github.model().requests().len(), 0, "the refused call takes no reply");
    assert_eq!(call(&token).await.json()["choices"][0]["message"]["content"], "Hello.");
    assert_eq!(github.model().requests()[0].bearer_token(), Some(&*token));

    for line in ["GET /elsewhere", "GET /chat/completions", "POST /mcp/readonly"] {
        let answer = request_as(&token, &root, line, "{}").await;
        assert_eq!(
            (answer.status, answer.json()),
            (404, json!({"message": "Not Found"})),
            "{line}"
        );
    }
    assert_eq!(github.model().problems(), [""; 0]);
}

#[tokio::test]
async fn tokens_differ_between_servers() {
    let (one, other) = (github([]).await, github([]).await);
    assert_ne!(one.issue_token("ann"), other.issue_token("ann"));
}
