use copilot_sdk::testing::ModelReply;
use copilot_sdk_tests::Stage;
use serde_json::json;

#[tokio::test]
async fn should_load_and_apply_skill_from_skilldirectories() {
    let stage = Stage::shared_answering(|request| {
        let body = request.body().to_string();
        match (body.contains("PINEAPPLE_COCONUT_42"), request.tool_results().is_empty()) {
            (true, _) => ModelReply::text("Hello! PINEAPPLE_COCONUT_42"),
            (false, true) => ModelReply::tool("skill", json!({"skill": "marker"})),
            (false, false) => ModelReply::text("Hello!"),
        }
    })
    .await;
    let directory = stage.place.work().join("skills");
    std::fs::create_dir_all(directory.join("marker")).unwrap();
    let text = "---\nname: marker\ndescription: Adds the marker to a greeting\n---\nAdd \
                PINEAPPLE_COCONUT_42.\n";
    std::fs::write(directory.join("marker/SKILL.md"), text).unwrap();
    let session = stage.session().skill_directories([&directory]).create().await.unwrap();
    assert_eq!(
        session.ask("Greet me with the marker skill").await.unwrap().text(),
        "Hello! PINEAPPLE_COCONUT_42"
    );
    let requests = stage.model.requests();
    let before = requests[0].body().to_string();
    assert!(
        before.contains("Adds the marker to a greeting")
            && !before.contains("PINEAPPLE_COCONUT_42")
    );
    stage.stop().await;
}
