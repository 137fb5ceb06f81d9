use copilot_sdk::testing::ModelReply;
use copilot_sdk_tests::Stage;
use serde_json::json;

#[tokio::test]
async fn should_receive_choices_in_user_input_request() {
    let question = json!({"question": "Pick one:", "choices": ["Red", "Blue"]});
    let stage =
        Stage::shared([ModelReply::tool("ask_user", question), ModelReply::text("Blue, then.")])
            .await;
    let (say, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let session = stage.session().on_user_input_request(move |question| {
        let _ = say.send((
            question.session_id.clone(),
            question.question.clone(),
            question.choices.clone(),
        ));
        async move { question.answer(question.choices.last().cloned().unwrap_or_default()) }
    });
    let session = session.create().await.unwrap();
    assert_eq!(session.ask("Ask me to pick").await.unwrap().text(), "Blue, then.");
    let choices = vec!["Red".to_owned(), "Blue".to_owned()];
    assert_eq!(heard.recv().await, Some((session.id().clone(), "Pick one:".to_owned(), choices)));
    let requests = stage.model.requests();
    assert!(requests[0].tool_names().contains(&"ask_user"));
    assert_eq!(requests[1].tool_results()[0].text, "User selected: Blue");
    stage.stop().await;
}
