use copilot_sdk::ErrorKind;
use copilot_sdk::event::EventData;
use copilot_sdk::testing::{Hold, ModelReply};
use copilot_sdk_tests::Stage;

#[tokio::test]
async fn should_abort_during_active_streaming() {
    let hold = Hold::new();
    let long = ModelReply::chunks(["Once ", "upon ", "a time"]).held_after(2, &hold);
    let stage = Stage::shared([long, ModelReply::text("I am back.")]).await;
    let session = stage.session().streaming(true).create().await.unwrap();
    let mut events = session.events();
    let mut turn = session.stream("Write a long story").await.unwrap();
    let (mut deltas, mut messages) = (Vec::new(), 0);
    let error = loop {
        match turn.next().await {
            Some(Ok(event)) => match &event.data {
                EventData::AssistantMessageDelta(delta) => {
                    deltas.push(delta.delta_content.clone());
                    if deltas.len() == 1 {
                        session.abort().await.unwrap();
                    }
                }
                EventData::AssistantMessage(_) => messages += 1,
                _ => {}
            },
            Some(Err(error)) => break error,
            None => break turn.reply().await.unwrap_err(),
        }
    };
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
    hold.abandoned().await;
    let idle = loop {
        if let EventData::SessionIdle(idle) = &events.next().await.unwrap().unwrap().data {
            break idle.clone();
        }
    };
    assert!(idle.aborted, "{idle:?}");
    assert_eq!((messages, deltas.concat().contains("a time")), (0, false), "{deltas:?}");
    assert_eq!(session.ask("Are you there?").await.unwrap().text(), "I am back.");
    assert_eq!(
        stage.model.requests()[1].user_texts().last().map(String::as_str),
        Some("Are you there?")
    );
    stage.stop().await;
}
