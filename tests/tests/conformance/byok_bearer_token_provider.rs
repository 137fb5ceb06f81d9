use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use copilot_sdk::Provider;
use copilot_sdk::testing::ModelReply;
use copilot_sdk_tests::Stage;

#[tokio::test]
async fn callback_token_is_applied_as_authorization_header() {
    let stage = Stage::shared([ModelReply::text("one"), ModelReply::text("two")]).await;
    let issued = Arc::new(AtomicU32::new(0));
    let provider = Provider::openai(stage.model.base_url()).on_bearer_token(move |_| {
        let number = issued.fetch_add(1, Ordering::SeqCst);
        async move { format!("token-{number}") }
    });
    let session =
        stage.client.session().model("scripted").provider(provider).create().await.unwrap();
    session.ask("first").await.unwrap();
    session.ask("second").await.unwrap();
    let requests = stage.model.requests();
    let headers: Vec<_> = requests.iter().map(|request| request.header("authorization")).collect();
    assert_eq!(
        headers,
        [Some("Bearer token-0"), Some("Bearer token-1")],
        "a fresh one for each request"
    );
    stage.stop().await;
}
