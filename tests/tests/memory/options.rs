//! Every option that makes the SDK call the CLI once more works with a fake that nothing was told.

use copilot_sdk::client::ClientBuilder;
use copilot_sdk::github_token::GitHubTokenAnswer;
use copilot_sdk::mcp::McpAuthAnswer;
use copilot_sdk::testing::FakeRuntime;
use copilot_sdk::tool_filter::ToolFilter;
use copilot_sdk::{Client, SessionBuilder};
use serde_json::{Value, json};

async fn fresh(options: impl FnOnce(ClientBuilder) -> ClientBuilder) -> (FakeRuntime, Client) {
    let (fake, transport) = FakeRuntime::new();
    let client = options(Client::builder().transport(transport)).start().await.unwrap();
    (fake, client)
}

fn everything(session: SessionBuilder) -> SessionBuilder {
    session
        .coauthor(false)
        .skip_custom_instructions(true)
        .manage_schedule(true)
        .included_builtin_skills(["x"])
        .custom_agents_local_only(true)
        .on_mcp_auth(|_| async { McpAuthAnswer::cancelled() })
        .on_github_token(|_| async { GitHubTokenAnswer::cancelled() })
}

/// What the client called beyond the session's own method.
fn further(fake: &FakeRuntime) -> Vec<(&'static str, Value)> {
    let methods = [
        "session.eventLog.registerInterest",
        "session.options.update",
        "session.tools.listPendingRequests",
        "session.permissions.pendingRequests",
    ];
    methods
        .into_iter()
        .flat_map(|method| fake.calls(method).into_iter().map(move |params| (method, params)))
        .collect()
}

#[tokio::test]
async fn a_session_with_every_such_option_is_created_and_resumed() {
    let options = json!({"sessionId": "s", "skipCustomInstructions": true, "customAgentsLocalOnly": true,
        "coauthorEnabled": false, "manageScheduleEnabled": true, "includedBuiltinSkills": ["x"]});
    let interest = json!({"sessionId": "s", "eventType": "mcp.oauth_required"});
    let opened =
        vec![("session.eventLog.registerInterest", interest), ("session.options.update", options)];

    let (fake, client) = fresh(|client| client).await;
    everything(client.session()).session_id("s").create().await.unwrap();
    assert_eq!(further(&fake), opened);

    let (fake, client) = fresh(|client| client).await;
    everything(client.session())
        .continue_pending_work(true)
        .suppress_resume_event(true)
        .resume("s")
        .await
        .unwrap();
    let addressed = json!({"sessionId": "s"});
    let pending = ["session.tools.listPendingRequests", "session.permissions.pendingRequests"];
    let pending = pending.map(|method| (method, addressed.clone()));
    assert_eq!(further(&fake), opened.into_iter().chain(pending).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_session_of_an_isolated_client_is_created() {
    let (fake, client) = fresh(|client| client.isolated(true)).await;
    client
        .session()
        .session_id("s")
        .available_tools([ToolFilter::all_custom()])
        .create()
        .await
        .unwrap();
    let options = json!({"sessionId": "s", "skipCustomInstructions": true, "customAgentsLocalOnly": true,
        "coauthorEnabled": false, "manageScheduleEnabled": false, "includedBuiltinSkills": [], "installedPlugins": []});
    assert_eq!(further(&fake), [("session.options.update", options)]);
}
