use copilot_sdk::ErrorKind;
use copilot_sdk_tests::{Stage, carriers};

#[tokio::test]
async fn should_start_ping_and_stop_stdio_client() {
    let Stage { client, place, model } = Stage::new([]).await;
    assert!(!carriers(&place).is_empty(), "it runs");
    assert_eq!(client.ping("test message").await.unwrap().message, "pong: test message");
    client.stop().await.unwrap();
    assert_eq!(carriers(&place), [] as [u32; 0]);
    assert_eq!(client.ping("late").await.unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(model.requests().len(), 0, "no model was needed");
}
