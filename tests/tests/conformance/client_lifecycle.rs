use copilot_sdk::client::LifecycleKind;
use copilot_sdk::testing::ModelReply;
use copilot_sdk_tests::Stage;

#[tokio::test]
async fn should_receive_session_created_lifecycle_event() {
    let stage = Stage::new([ModelReply::text("hello")]).await;
    let mut lifecycle = stage.client.lifecycle();
    let session = stage.session().create().await.unwrap();
    session.ask("Say hello").await.unwrap();
    let created = lifecycle.next().await.unwrap().unwrap();
    let created = created.session().expect("about a session").clone();
    assert_eq!((created.kind, &created.session_id), (LifecycleKind::Created, session.id()));
    assert_eq!(stage.model.requests().len(), 1);
    stage.stop().await;
}
