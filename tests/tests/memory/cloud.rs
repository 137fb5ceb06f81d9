//! Sessions in the cloud, which need an account that may have them: their server chooses the id,
//! and speaks of the session before it tells it.

use copilot_sdk::session::CloudRepository;
use copilot_sdk::{ErrorKind, Provider, Tool, ToolError};
use serde_json::{Value, json};

use super::stage::{call_tool, connect, within};

#[tokio::test]
async fn a_session_in_the_cloud_has_the_id_of_the_server_and_misses_nothing_that_came_before_it() {
    let (fake, client) = connect().await;
    fake.by_hand("session.create");
    let tool = Tool::new("early")
        .description("Is called early")
        .raw_handler(|_| async { Ok::<_, ToolError>("ok") });
    let create = client
        .session()
        .tool(tool)
        .cloud(CloudRepository::new("octo", "site").branch("main"))
        .create();
    let script = async {
        let call = fake.expect("session.create").await.unwrap();
        assert_eq!(
            call.params()["cloud"],
            json!({"repository": {"owner": "octo", "name": "site", "branch": "main"}})
        );
        assert_eq!(call.params()["sessionId"], Value::Null);
        // With either of them the CLI refuses it, saying that it knows no such method.
        let told = ["requestPermission", "includeSubAgentStreamingEvents"];
        assert_eq!(told.map(|name| &call.params()[name]), [false, false]);
        let agent = fake.session("cloud-1");
        fake.session("other").emit("session.title_changed", json!({"title": "not ours"}));
        agent.emit("session.title_changed", json!({"title": "one"}));
        call_tool(&agent, "early", "r1");
        agent.emit("session.title_changed", json!({"title": "two"}));
        let answered = async {
            call.reply(json!({"sessionId": "cloud-1"})).unwrap();
            let answer = agent.expect("session.tools.handlePendingToolCall").await.unwrap();
            assert_eq!(answer.params()["result"]["textResultForLlm"], "ok");
        };
        // Asked before the answer is there.
        let asked = fake.request("nobody.knows", json!({"sessionId": "cloud-1"}));
        let (refused, ()) = tokio::join!(asked, answered);
        let refused = refused.unwrap_err();
        assert!(
            refused.to_string().ends_with("session `cloud-1` has no handler for `nobody.knows`"),
            "{refused}"
        );
    };
    let (session, ()) = within(async { tokio::join!(create, script) }).await;
    let session = session.unwrap();
    assert_eq!(session.id(), &"cloud-1");
    let mut events = session.events();
    let mut types = Vec::new();
    for _ in 0..3 {
        types.push(within(events.next()).await.unwrap().unwrap().event_type().to_owned());
    }
    assert_eq!(
        types,
        ["session.title_changed", "external_tool.requested", "session.title_changed"]
    );
    let refused = fake.request("nobody.knows", json!({"sessionId": "other"})).await.unwrap_err();
    assert!(refused.to_string().ends_with("session `other` is not open here"), "{refused}");
}

#[tokio::test]
async fn a_session_in_the_cloud_that_is_given_up_is_given_back_once_its_id_is_known() {
    let (fake, client) = connect().await;
    fake.by_hand("session.create").by_hand("session.detach");
    let call = tokio::select! {
        opened = client.session().cloud(None).create() => panic!("{opened:?}"),
        call = fake.expect("session.create") => call.unwrap(),
    };
    assert_eq!(call.params()["cloud"], json!({}));
    call.reply(json!({"sessionId": "cloud-1"})).unwrap();
    let detach = fake.expect("session.detach").await.unwrap();
    assert_eq!(detach.params(), &json!({"sessionId": "cloud-1"}));
}

#[tokio::test]
async fn what_a_session_in_the_cloud_cannot_have_is_found_before_anything_is_sent() {
    let (fake, client) = connect().await;
    let cloud = client.session().model("m").provider(Provider::local("http://127.0.0.1:1/v1"));
    let error = cloud
        .cloud(CloudRepository::new("octo", ""))
        .session_id("mine")
        .create()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert_eq!(
        error.problems(),
        [
            "cloud: the owner, the name or the branch of the repository is empty",
            "cloud and provider exclude each other: leave one of them out",
            "a session in the cloud gets its id from the server: leave out `session_id`, or \
             `cloud`",
        ]
    );
    let error = client.session().cloud(None).resume("mine").await.unwrap_err();
    assert_eq!(
        error.problems(),
        ["cloud is for a session that is created: leave it out of one that is resumed"]
    );
    assert_eq!(fake.calls("session.create").len() + fake.calls("session.resume").len(), 0);
}
