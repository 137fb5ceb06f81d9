//! Why an answer ended, on every wire.

use copilot_sdk::provider::{Provider, WireApi};
use copilot_sdk::testing::{FinishReason, ModelReply};
use copilot_sdk_tests::Stage;

#[tokio::test]
async fn every_wire_tells_in_the_same_words_why_an_answer_ended() {
    let stage = Stage::shared_answering(|request| {
        let reply = ModelReply::text("Hello");
        let texts = request.user_texts();
        match texts.last().unwrap().as_str() {
            text if text.contains("filter") => reply.finish_reason(FinishReason::ContentFilter),
            text if text.contains("short") || text.contains("continue") => {
                reply.finish_reason(FinishReason::Length)
            }
            _ => reply,
        }
    })
    .await;
    let openai = Provider::openai(stage.model.base_url()).api_key("k");
    for provider in [
        openai.clone(),
        openai.wire_api(WireApi::Responses),
        Provider::anthropic(stage.model.root_url()).api_key("k"),
    ] {
        for (prompt, reason) in
            [("all", "stop"), ("too short", "length"), ("the filter", "content_filter")]
        {
            let session = stage.client.session().model("mine").provider(provider.clone());
            let reply = session.create().await.unwrap().ask(prompt).await.unwrap();
            assert_eq!(reply.finish_reason(), Some(reason), "{provider:?}");
        }
    }
    stage.stop().await;
}
