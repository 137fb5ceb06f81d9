use copilot_sdk::hook::UserPromptSubmittedOutput;
use copilot_sdk::testing::ModelReply;
use copilot_sdk_tests::Stage;

#[tokio::test]
async fn should_invoke_userpromptsubmitted_hook_and_modify_prompt() {
    let stage = Stage::shared([ModelReply::text("HOOKED")]).await;
    let session = stage.session().on_user_prompt_submitted(|input| async move {
        assert_eq!(input.prompt, "Say hello");
        UserPromptSubmittedOutput::default().modified_prompt("Reply with exactly: HOOKED")
    });
    let reply = session.create().await.unwrap().ask("Say hello").await.unwrap();
    assert_eq!(reply.text(), "HOOKED");
    let texts = stage.model.requests()[0].user_texts();
    assert_eq!(
        texts,
        ["Reply with exactly: HOOKED"],
        "the model never sees the prompt that was sent"
    );
    stage.stop().await;
}
