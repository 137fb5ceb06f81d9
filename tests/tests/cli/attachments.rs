//! What goes with a prompt, as it reaches the model; and prompts that come while another one is at
//! work.

use copilot_sdk::attachment::{Attachment, GitHubFile, GitHubReferenceType, GitHubTree};
use copilot_sdk::event::EventData;
use copilot_sdk::event::user::UserMessageDelivery;
use copilot_sdk::prompt::{Delivery, Prompt};
use copilot_sdk::testing::{Hold, ModelReply};
use copilot_sdk::{ErrorKind, Tool};
use copilot_sdk_tests::Stage;
use serde_json::json;

#[tokio::test]
async fn files_and_directories_are_named_and_selections_are_read() {
    let stage = Stage::shared([ModelReply::text("seen")]).await;
    let file = stage.place.work().join("notes.txt");
    let directory = stage.place.work().join("docs");
    std::fs::write(&file, "FILE CONTENT").unwrap();
    std::fs::create_dir_all(&directory).unwrap();
    let session = stage.session().create().await.unwrap();
    let prompt = Prompt::new("Look at these.").attachments([
        Attachment::file(&file).lines(1, 1),
        Attachment::directory(&directory),
        Attachment::selection(&file, "SELECTED TEXT", (0, 0), (0, 13)),
    ]);
    let reply = session.ask(prompt).await.unwrap();
    let text = stage.model.requests()[0].user_texts().join("\n");
    for expected in [
        &format!("{} (line 1 of 1 lines)", file.display()),
        directory.to_str().unwrap(),
        "SELECTED TEXT",
        "Look at these.",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    assert!(!text.contains("FILE CONTENT"), "files are only named");
    let asked = reply.events().iter().find_map(|event| match &event.data {
        EventData::UserMessage(message) => Some(message.content.clone()),
        _ => None,
    });
    assert_eq!(asked.as_deref(), Some("Look at these."));
    stage.stop().await;
}

#[tokio::test]
async fn things_on_github_and_of_extensions_are_told_to_the_model() {
    let stage = Stage::shared_answering(|_| ModelReply::text("seen")).await;
    let session = stage.session().create().await.unwrap();
    let repo = ("octo", "repo");
    let file = || GitHubFile::new(repo, "main", "a.rs");
    let tree = |revision: &str| GitHubTree::new(repo, revision);
    let when = "2026-01-01T00:00:00Z";
    for (attachment, told) in [
        (
            Attachment::github_reference(
                GitHubReferenceType::PullRequest,
                7,
                "A FIX",
                "open",
                "https://h/1",
            ),
            "#7 - A FIX [pr] [open] (https://h/1)",
        ),
        (
            Attachment::github_commit(repo, "abc123", "MESSAGE", "https://h/2"),
            "octo/repo - abc123 - MESSAGE (https://h/2)",
        ),
        (
            Attachment::github_release(repo, "v1", "ONE", "https://h/3"),
            "octo/repo - ONE (v1) (https://h/3)",
        ),
        (
            Attachment::github_actions_job(repo, 9, "test", "CI", "https://h/4")
                .conclusion("failure"),
            "octo/repo - test [CI] [failure] (https://h/4)",
        ),
        (
            Attachment::github_repository(repo, "https://h/5")
                .description("WHAT IT IS")
                .git_ref("main"),
            "octo/repo@main - WHAT IT IS (https://h/5)",
        ),
        (
            Attachment::github_file_diff(
                Some(file()),
                Some(GitHubFile::new(repo, "fix", "a.rs")),
                "https://h/6",
            ),
            "octo/repo:a.rs@main -> octo/repo:a.rs@fix (https://h/6)",
        ),
        (
            Attachment::github_tree_comparison(tree("v1"), tree("v2"), "https://h/7"),
            "octo/repo:v1...octo/repo:v2 (https://h/7)",
        ),
        (Attachment::github_url("https://h/8"), "https://h/8"),
        (Attachment::github_file(file(), "https://h/9"), "octo/repo:a.rs@main (https://h/9)"),
        (
            Attachment::github_snippet(file(), 1..=2, "https://h/10"),
            "octo/repo:a.rs@main#L1-L2 (https://h/10)",
        ),
        (
            Attachment::extension_context("ext", "BOARD", json!({"lanes": 3}), when)
                .canvas("c1", "i1"),
            "extensionId=\"ext\" canvasId=\"c1\" instanceId=\"i1\" title=\"BOARD\" \
             capturedAt=\"2026-01-01T00:00:00Z\">\
             <payload>{&quot;lanes&quot;:3}</payload>",
        ),
    ] {
        session.ask(Prompt::new("Look.").attachment(attachment)).await.unwrap();
        let requests = stage.model.requests();
        let asked = requests.last().unwrap().body()["messages"].as_array().unwrap().last().unwrap()
            ["content"]
            .clone();
        assert!(asked.as_str().unwrap().contains(told), "{told} in {asked}");
    }
    stage.stop().await;
}

#[tokio::test]
async fn of_data_the_model_sees_texts_the_names_of_documents_and_a_note_for_broken_pictures() {
    let stage = Stage::shared_answering(|_| ModelReply::text("seen")).await;
    let session = stage.session().create().await.unwrap();
    for (mime_type, told) in [
        (
            "text/plain",
            Some("<attachment mimeType=\"text/plain\" name=\"it\">\nhello\n</attachment>"),
        ),
        ("application/pdf", Some("it")),
        (
            "image/png",
            Some("it\n[image/png omitted: the model reads PNG, JPEG, WebP and GIF images only]"),
        ),
        ("application/octet-stream", None),
    ] {
        let data = Attachment::blob("hello", mime_type).display_name("it");
        session.ask(Prompt::new("Look.").attachment(data)).await.unwrap();
        let requests = stage.model.requests();
        let asked = &requests.last().unwrap().body()["messages"]
            .as_array()
            .unwrap()
            .last()
            .unwrap()["content"];
        assert_eq!(asked.get(1).map(|part| part["text"].as_str().unwrap()), told, "{asked}");
    }
    stage.stop().await;
}

#[tokio::test]
async fn a_picture_reaches_the_model_as_data() {
    let stage = Stage::shared([ModelReply::text("seen")]).await;
    let session = stage.session().create().await.unwrap();
    let picture = Attachment::blob(PIXEL, "image/png").display_name("pixel");
    session.ask(Prompt::new("What is this?").attachment(picture)).await.unwrap();
    let body = stage.model.requests()[0].body().to_string();
    assert!(body.contains("data:image/png;base64,iVBORw0KGgo"), "the picture is there");
    stage.stop().await;
}

#[tokio::test]
async fn what_people_see_of_a_prompt_can_differ_from_what_the_model_reads() {
    let stage = Stage::shared([ModelReply::text("seen")]).await;
    let session = stage.session().create().await.unwrap();
    let prompt =
        Prompt::new("THE WHOLE FORM").display_prompt("the form").request_header("x-turn", "7");
    let reply = session.ask(prompt).await.unwrap();
    let request = &stage.model.requests()[0];
    assert_eq!(
        (request.user_texts()[0].as_str(), request.header("x-turn")),
        ("THE WHOLE FORM", Some("7"))
    );
    let shown = reply
        .events()
        .iter()
        .any(|event| matches!(&event.data, EventData::UserMessage(message) if message.content == "the form"));
    assert!(shown);
    stage.stop().await;
}

#[tokio::test]
async fn mistakes_in_attachments_are_found_before_sending() {
    let stage = Stage::shared([]).await;
    let session = stage.session().create().await.unwrap();
    let prompt = Prompt::new("x")
        .attachment(Attachment::file(""))
        .attachment(Attachment::blob([1], "png"))
        .attachment(Attachment::json(json!({"type": "github_issue"})))
        .request_header("x y", "1")
        .source("nobody");
    let error = session.send(prompt).await.unwrap_err();
    assert_eq!((error.kind(), error.problems().len()), (ErrorKind::Config, 5), "{error}");
    stage.stop().await;
}

#[tokio::test]
async fn a_file_that_is_not_there_is_told_before_anything_is_sent() {
    let stage = Stage::new([]).await;
    let session = stage.session().create().await.unwrap();
    let missing = stage.place.work().join("missing.txt");
    let prompt = Prompt::new("Look")
        .attachment(Attachment::file(&missing))
        .attachment(Attachment::directory(stage.place.work()));
    let error = session.ask(prompt).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let expected = format!("attachment: there is no file {}, and only", missing.display());
    assert!(error.to_string().starts_with(&expected), "{error}");
    assert_eq!(stage.model.requests().len(), 0);
    stage.stop().await;
}

#[tokio::test]
async fn a_steering_prompt_joins_the_running_turn() {
    let hold = Hold::new();
    let replies =
        [ModelReply::tool("look", json!({})).held(&hold), ModelReply::text("changed course")];
    let stage = Stage::shared(replies).await;
    let look = Tool::new("look").description("Looks").handler(|(), _| async { "looked" });
    let session = stage.session().tool(look).create().await.unwrap();
    let ask = session.ask("go").into_future();
    let steer = async {
        hold.reached().await;
        let steering = Prompt::new("Turn left.").delivery(Delivery::Immediate);
        let error = session.ask(steering.clone()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        session.send(steering).await.unwrap();
        hold.release();
    };
    let (reply, ()) = tokio::join!(ask, steer);
    let reply = reply.unwrap();
    assert_eq!(reply.text(), "changed course");
    let deliveries: Vec<_> = reply
        .events()
        .iter()
        .filter_map(|event| match &event.data {
            EventData::UserMessage(message) => message.delivery.clone(),
            _ => None,
        })
        .collect();
    assert_eq!(deliveries, [UserMessageDelivery::Idle, UserMessageDelivery::Steering]);
    assert!(stage.model.requests()[1].user_texts().iter().any(|text| text.contains("Turn left.")));
    stage.stop().await;
}

#[tokio::test]
async fn a_queued_prompt_gets_its_own_turn_and_a_prepended_one_goes_first() {
    let hold = Hold::new();
    let stage = Stage::shared([
        ModelReply::text("a").held(&hold),
        ModelReply::text("b"),
        ModelReply::text("c"),
    ])
    .await;
    let session = stage.session().create().await.unwrap();
    let one = session.stream("one").await.unwrap();
    hold.reached().await;
    let two = session.stream(Prompt::new("two").delivery(Delivery::Enqueue)).await.unwrap();
    let three = session.stream(Prompt::new("three").prepend(true)).await.unwrap();
    hold.release();
    let (one, two, three) = tokio::join!(one.reply(), two.reply(), three.reply());
    assert_eq!([one.unwrap().text(), two.unwrap().text(), three.unwrap().text()], ["a", "c", "b"]);
    stage.stop().await;
}

/// One pixel as PNG.
const PIXEL: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0,
    1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0x0d, 0x49, 0x44, 0x41, 0x54,
    0x78, 0x9c, 0x63, 0xf8, 0xcf, 0xc0, 0xf0, 0x1f, 0, 5, 0, 1, 0xff, 0x89, 0x99, 0x3d, 0x1d, 0, 0,
    0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];
