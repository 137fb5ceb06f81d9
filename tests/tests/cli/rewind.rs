//! Going back, with files and without, and branching off.

use std::fs;

use copilot_sdk::session::{RewindMode, RewindOutcome, SkipReason};
use copilot_sdk::testing::{ModelReply, ModelToolCall};
use copilot_sdk::{ErrorKind, permission};
use copilot_sdk_tests::{Stage, TempDir};
use serde_json::json;

#[tokio::test]
async fn truncate_and_rewind_take_prompts_back() {
    let stage =
        Stage::shared_answering(|request| ModelReply::text(request.user_texts().join("+"))).await;
    let session = stage.session().file_change_tracking(true).create().await.unwrap();
    for prompt in ["one", "two", "three"] {
        session.ask(prompt).await.unwrap();
    }
    let points = session.rewind_points().await.unwrap().points;
    let prompts: Vec<_> = points.iter().map(|point| point.user_message.as_str()).collect();
    assert_eq!(prompts, ["one", "two", "three"]);
    let rewound =
        session.rewind(&points[2].event_id, RewindMode::ConversationAndFiles).await.unwrap();
    assert!(rewound.events_removed > 0);
    let truncated = session.truncate(&points[1].event_id).await.unwrap();
    assert!(truncated.events_removed > 0 && !truncated.checkpoint_cleanup_failed, "{truncated:?}");
    assert_eq!(session.ask("four").await.unwrap().text(), "one+four");
    let error = session.truncate("nowhere").await.unwrap_err();
    assert_eq!((error.kind(), error.session_id()), (ErrorKind::Rpc, Some(session.id())));
    stage.stop().await;
}

#[tokio::test]
async fn rewind_restores_the_files_of_the_agent_and_leaves_those_that_the_user_changed() {
    let work = TempDir::new();
    let file = |name: &str| work.path().join(name);
    let write = |name: &str| {
        ModelToolCall::new("create", json!({"path": file(name), "file_text": "agent\n"}))
    };
    let make = ModelReply::tools([write("kept"), write("gone")]);
    let stage = Stage::shared([ModelReply::text("hello"), make, ModelReply::text("made")]).await;
    let builder = stage.session().cwd(work.path()).file_change_tracking(true);
    let session = builder.permissions(permission::approve_all()).create().await.unwrap();
    session.ask("hello").await.unwrap();
    session.ask("make two files").await.unwrap();
    fs::write(file("kept"), "user\n").unwrap();

    let points = session.rewind_points().await.unwrap();
    assert_eq!((points.file_change_tracking_enabled, points.unavailable_reason), (true, None));
    let [hello, make] = &points.points[..] else { panic!("two points: {:?}", points.points) };
    assert_eq!((hello.turn_changed_files, hello.file_count, hello.lines_added), (false, 2, 0));
    assert_eq!((make.turn_changed_files, make.file_count, make.lines_added), (true, 2, 2));
    assert!(make.can_restore_files && !make.is_autopilot_continuation);

    let rewound = session.rewind(&make.event_id, RewindMode::ConversationAndFiles).await.unwrap();
    assert_eq!((&rewound.outcome, &rewound.error), (&RewindOutcome::Success, &None));
    assert_eq!(rewound.restored_files, [file("gone")]);
    let skipped: Vec<_> =
        rewound.skipped_files.iter().map(|file| (file.path.clone(), &file.reason)).collect();
    assert_eq!(skipped, [(file("kept"), &SkipReason::UserModified)]);
    assert_eq!(
        (fs::read_to_string(file("kept")).unwrap().as_str(), file("gone").exists()),
        ("user\n", false)
    );
    assert_eq!(session.rewind_points().await.unwrap().points.len(), 1);
    stage.stop().await;
}

#[tokio::test]
async fn without_file_change_tracking_only_the_conversation_goes_back() {
    let stage =
        Stage::shared_answering(|request| ModelReply::text(request.user_texts().join("+"))).await;
    let session = stage.session().create().await.unwrap();
    session.ask("one").await.unwrap();
    session.ask("two").await.unwrap();
    let points = session.rewind_points().await.unwrap();
    assert!(!points.file_change_tracking_enabled);
    let second = &points.points[1].event_id;
    let error = session.rewind(second, RewindMode::ConversationAndFiles).await.unwrap_err();
    assert_eq!((error.kind(), error.session_id()), (ErrorKind::Rpc, Some(session.id())));
    assert_eq!(
        error.to_string(),
        "the session could not go back: file-change-tracking-disabled; events removed: 0, files \
         restored: 0, left as they are: 0; create the session with `file_change_tracking(true)`, \
         or use `RewindMode::Conversation`"
    );
    let rewound = session.rewind(second, RewindMode::Conversation).await.unwrap();
    assert_eq!(rewound.outcome, RewindOutcome::Success);
    assert!(rewound.events_removed > 0);
    assert_eq!(session.ask("three").await.unwrap().text(), "one+three");
    stage.stop().await;
}

#[tokio::test]
async fn a_fork_goes_its_own_way() {
    let stage =
        Stage::shared_answering(|request| ModelReply::text(request.user_texts().join("+"))).await;
    let session = stage.session().create().await.unwrap();
    session.ask("one").await.unwrap();
    session.ask("two").await.unwrap();
    let whole = session.fork().await.unwrap();
    let second = session.rewind_points().await.unwrap().points[1].event_id.clone();
    let half = session.fork_before(&second).await.unwrap();
    let whole = stage.session().resume(whole).await.unwrap();
    let half = stage.session().resume(half).await.unwrap();
    assert_eq!(whole.ask("w").await.unwrap().text(), "one+two+w");
    assert_eq!(half.ask("h").await.unwrap().text(), "one+h");
    assert_eq!(session.ask("three").await.unwrap().text(), "one+two+three");
    stage.stop().await;
}

#[tokio::test]
async fn a_fork_has_the_name_that_it_is_given_also_before_the_first_prompt() {
    let stage = Stage::shared([ModelReply::text("hello")]).await;
    let session = stage.session().create().await.unwrap();
    let copy = session.fork().name("What if").await.unwrap();
    assert_ne!(&copy, session.id());
    let copy = stage.session().resume(copy).await.unwrap();
    assert_eq!(copy.name().await.unwrap().as_deref(), Some("What if"));
    assert_eq!(copy.ask("go").await.unwrap().text(), "hello");
    stage.stop().await;
}
