use copilot_sdk::ErrorKind;
use copilot_sdk::interaction::ElicitationAnswer;
use copilot_sdk_tests::Stage;

#[tokio::test]
async fn should_report_elicitation_capability_based_on_handler_presence() {
    let stage = Stage::shared([]).await;
    let with = stage
        .session()
        .on_elicitation(|_| async { ElicitationAnswer::accept([("confirmed", true)]) });
    let with = with.create().await.unwrap();
    assert!(with.ui().is_available());
    assert!(with.ui().confirm("Sure?").await.unwrap());
    let without = stage.session().create().await.unwrap();
    assert!(!without.ui().is_available());
    assert_eq!(without.ui().confirm("Sure?").await.unwrap_err().kind(), ErrorKind::Config);
    stage.stop().await;
}
