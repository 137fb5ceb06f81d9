//! Answers to calls that the real CLI cannot be made to give without an account.

use copilot_sdk::ErrorKind;
use copilot_sdk::event::SessionMode;
use serde_json::json;

use super::stage::{connect, open};

/// A quota needs an account.
#[tokio::test]
async fn the_quotas_of_the_account_are_read_by_their_names() {
    let (fake, client) = connect().await;
    fake.answer(
        "account.getQuota",
        json!({"quotaSnapshots": {"chat": {"isUnlimitedEntitlement": true, "entitlementRequests": -1},
            "premium_interactions": {"isUnlimitedEntitlement": false, "entitlementRequests": 300, "usedRequests": 75,
                "remainingPercentage": 75.0, "overage": 0, "resetDate": "2026-02-01T00:00:00Z"}}}),
    );
    let quota = client.quota().await.unwrap();
    assert_eq!(quota.keys().collect::<Vec<_>>(), ["chat", "premium_interactions"]);
    let premium = &quota["premium_interactions"];
    assert_eq!((premium.entitlement_requests, premium.used_requests), (300, 75));
    assert_eq!(premium.reset_date.as_deref(), Some("2026-02-01T00:00:00Z"));
}

#[tokio::test]
async fn a_refusal_is_about_the_login_only_where_nobody_is_signed_in() {
    let (fake, client) = connect().await;
    fake.refuse("models.list", -32603, "Not authenticated.");
    fake.refuse("account.getQuota", -32603, "Not authenticated.");
    let kinds = async || {
        let (models, quota) = (client.models().await, client.quota().await);
        [models.unwrap_err().kind(), quota.unwrap_err().kind()]
    };
    assert_eq!(kinds().await, [ErrorKind::Rpc; 2]);
    fake.answer("auth.getStatus", json!({"isAuthenticated": false}));
    assert_eq!(kinds().await, [ErrorKind::SignedOut; 2]);
    fake.refuse("auth.getStatus", -32601, "no such method");
    assert_eq!(kinds().await, [ErrorKind::Rpc; 2]);
}

/// Which models are too small is known of GitHub's only.
#[tokio::test]
async fn a_change_that_waits_for_a_confirmation_is_an_error_that_says_what_to_do() {
    let (fake, _agent, _client, session) = open().await;
    let small =
        json!({"targetModelDisplayName": "Small", "currentTokens": 9000, "targetLimit": 5000});
    fake.answer("session.model.switchTo", json!({"status": "confirm", "confirmation": small}));
    fake.answer(
        "session.mode.set",
        json!({"status": "confirm", "modeApplied": false, "confirmation": small}),
    );
    for error in [
        session.set_model("small").await.unwrap_err(),
        session.set_mode(SessionMode::Plan).await.unwrap_err(),
    ] {
        assert_eq!((error.kind(), error.session_id()), (ErrorKind::Rpc, Some(session.id())));
        let text = "the model was not changed: the conversation has 9000 tokens, and Small takes \
                    5000: `compact` the session before";
        assert_eq!(error.to_string(), text);
    }
}
