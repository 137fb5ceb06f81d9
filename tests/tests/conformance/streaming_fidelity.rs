use copilot_sdk::event::EventData;
use copilot_sdk::testing::ModelReply;
use copilot_sdk_tests::Stage;

#[tokio::test]
async fn should_produce_delta_events_when_streaming_is_enabled() {
    let stage =
        Stage::shared([ModelReply::chunks(["1, ", "2, ", "3"]), ModelReply::chunks(["4, ", "5"])])
            .await;
    let session = stage.session().streaming(true).create().await.unwrap();
    for (prompt, deltas) in [("Count to 3", &["1, ", "2, ", "3"][..]), ("Go on", &["4, ", "5"])] {
        let mut turn = session.stream(prompt).await.unwrap();
        let (mut seen, mut message) = (Vec::new(), None);
        while let Some(event) = turn.next().await {
            match &event.unwrap().data {
                EventData::AssistantMessageDelta(delta) => {
                    assert_eq!(message, None, "deltas come before their message");
                    seen.push((delta.message_id.clone(), delta.delta_content.clone()));
                }
                EventData::AssistantMessage(whole) => {
                    message = Some((whole.message_id.clone(), whole.content.clone()));
                }
                _ => {}
            }
        }
        let (id, text) = message.expect("a message ends the deltas");
        assert!(seen.iter().all(|(of, _)| *of == id));
        let pieces: Vec<_> = seen.iter().map(|(_, piece)| piece.as_str()).collect();
        assert_eq!((pieces.as_slice(), pieces.concat()), (deltas, text));
    }
    assert!(stage.model.requests().iter().all(copilot_sdk::testing::ModelRequest::is_streaming));
    stage.stop().await;
}
