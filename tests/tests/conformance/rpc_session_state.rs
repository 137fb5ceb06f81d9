use copilot_sdk::event::EventData;
use copilot_sdk::event::session::PlanOperation;
use copilot_sdk_tests::Stage;

#[tokio::test]
async fn should_read_update_and_delete_plan() {
    let stage = Stage::shared([]).await;
    let session = stage.session().create().await.unwrap();
    let mut events = session.events();
    assert_eq!(session.plan().await.unwrap(), None);
    session.set_plan("# Plan\n\n- test").await.unwrap();
    assert_eq!(session.plan().await.unwrap().as_deref(), Some("# Plan\n\n- test"));
    let file = session.workspace_path().unwrap().join("plan.md");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "# Plan\n\n- test");
    session.set_plan("# Another plan").await.unwrap();
    assert_eq!(session.plan().await.unwrap().as_deref(), Some("# Another plan"));
    session.delete_plan().await.unwrap();
    assert_eq!(session.plan().await.unwrap(), None);
    assert!(!file.exists());
    session.disconnect().await.unwrap();
    let mut operations = Vec::new();
    while let Some(event) = events.next().await {
        if let EventData::SessionPlanChanged(change) = &event.unwrap().data {
            operations.push(change.operation.clone());
        }
    }
    assert_eq!(operations, [PlanOperation::Create, PlanOperation::Update, PlanOperation::Delete]);
    stage.stop().await;
}
