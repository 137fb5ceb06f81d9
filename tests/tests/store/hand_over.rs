//! A session that goes from machine to machine.

use std::time::Duration;

use copilot_sdk::ErrorKind;
use copilot_sdk::client::SessionFilter;
use copilot_sdk::testing::{Hold, ModelReply, ScriptedModel};
use copilot_sdk_tests::{Log, TempDir, carriers, kill, wait_until_gone};

use crate::machine::{Machine, echo, said, stop_hearts, store};

#[tokio::test]
async fn a_session_goes_on_on_another_machine_after_a_kill() {
    let (directory, model) = (TempDir::new(), echo().await);
    let here = Machine::new(store(directory.path(), "here")).await;
    let session = here.session(&model).resume_or_create("moving").await.unwrap();
    assert_eq!(session.ask("one").await.unwrap().text(), "one");
    assert_eq!(session.ask("two").await.unwrap().text(), "one+two");
    // `ask` has returned: everything is stored.
    for pid in carriers(&here.place) {
        kill(pid);
    }
    wait_until_gone(&here.place).await;
    drop(session);
    here.client.stop().await.unwrap();

    let there = Machine::new(store(directory.path(), "there")).await;
    let session = there.session(&model).resume_or_create("moving").await.unwrap();
    assert_eq!(said(&session).await, ["one", "one", "two", "one+two"]);
    assert_eq!(session.ask("three").await.unwrap().text(), "one+two+three");
    there.client.stop().await.unwrap();
}

#[tokio::test]
async fn a_machine_whose_session_was_taken_over_is_told_by_whom() {
    let log = Log::capture_all();
    let (directory, model) = (TempDir::new(), echo().await);
    let here = Machine::new(store(directory.path(), "here")).await;
    let session = here.session(&model).session_id("moving").create().await.unwrap();
    session.ask("one").await.unwrap();
    let there = Machine::new(store(directory.path(), "there")).await;
    let error = there.session(&model).resume("moving").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy);
    assert!(error.to_string().starts_with("session `moving` is open in here, for "), "{error}");

    stop_hearts(directory.path());
    let taken = there.session(&model).resume("moving").await.unwrap();
    let error = session.ask("lost").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Fenced, "{error:?}");
    assert!(error.to_string().contains("the session was taken over by there"), "{error}");
    let error = session.ask("lost as well").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Fenced, "{error:?}");
    let error = session.release().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Fenced, "{error:?}");
    assert_eq!(taken.ask("two").await.unwrap().text(), "one+two");
    assert_eq!(said(&taken).await, ["one", "one", "two", "one+two"]);
    here.client.stop().await.unwrap();
    there.client.stop().await.unwrap();
    let mut counted = log.complaints();
    counted.retain(|line| line.contains("copilot_sdk.take_overs"));
    counted.sort();
    let metric = |direction: &str| {
        format!("DEBUG  monotonic_counter.copilot_sdk.take_overs=1 direction=\"{direction}\"")
    };
    assert_eq!(counted, [metric("from"), metric("to")]);
}

#[tokio::test]
async fn what_a_drained_machine_had_open_is_free_at_once() {
    let (directory, model) = (TempDir::new(), echo().await);
    let here = Machine::new(store(directory.path(), "here")).await;
    let there = Machine::new(store(directory.path(), "there")).await;
    let session = here.session(&model).session_id("moving").create().await.unwrap();
    let turn = session.stream("one").await.unwrap();
    let drained = here.client.drain(Duration::from_secs(60));
    let (drained, reply) = tokio::join!(drained, turn.reply());
    assert_eq!((drained.unwrap().cut_off, reply.unwrap().text()), (vec![], "one"));
    let session = there.session(&model).resume("moving").await.unwrap();
    assert_eq!(session.ask("two").await.unwrap().text(), "one+two");
    here.client.stop().await.unwrap();
    there.client.stop().await.unwrap();
}

#[tokio::test]
async fn a_session_that_is_disconnected_or_released_is_free_at_once() {
    let (directory, model) = (TempDir::new(), echo().await);
    let here = Machine::new(store(directory.path(), "here")).await;
    let there = Machine::new(store(directory.path(), "there")).await;
    let mut expected = String::new();
    let turns = [(&here, "one"), (&there, "two"), (&here, "three"), (&here, "four")];
    for (number, (machine, text)) in turns.into_iter().enumerate() {
        let session = machine.session(&model).resume_or_create("shared").await.unwrap();
        expected = format!("{expected}+{text}");
        let reply = session.ask(text).await.unwrap();
        assert_eq!(reply.text(), expected.trim_start_matches('+'));
        if number == 1 {
            session.disconnect().await.unwrap();
        }
        session.release().await.unwrap();
        assert_eq!(session.ask("late").await.unwrap_err().kind(), ErrorKind::Closed);
    }
    here.client.stop().await.unwrap();
    there.client.stop().await.unwrap();
}

#[tokio::test]
async fn a_release_in_the_middle_of_a_turn_cuts_it_off_and_frees_the_session() {
    let (directory, hold) = (TempDir::new(), Hold::new());
    let slow = hold.clone();
    let model = ScriptedModel::answering(move |request| {
        let reply = ModelReply::text(request.user_texts().len().to_string());
        if request.user_texts().len() == 2 { reply.held(&slow) } else { reply }
    });
    let model = model.await.unwrap();
    let here = Machine::new(store(directory.path(), "here")).await;
    let session = here.session(&model).session_id("cut").create().await.unwrap();
    session.ask("one").await.unwrap();
    let turn = session.stream("two").await.unwrap();
    hold.reached().await;
    session.release().await.unwrap();
    let error = turn.reply().await.unwrap_err();
    assert_eq!(error.to_string(), "the session was shut down before the turn ended");

    let there = Machine::new(store(directory.path(), "there")).await;
    let session = there.session(&model).resume("cut").await.unwrap();
    assert_eq!(said(&session).await, ["one", "1", "two"]);
    assert!(session.resumed_turn().is_none(), "it is over");
    assert_eq!(session.ask("three").await.unwrap().text(), "3");
    hold.release();
    here.client.stop().await.unwrap();
    there.client.stop().await.unwrap();
}

#[tokio::test]
async fn a_client_lists_and_deletes_what_is_on_the_store() {
    let (directory, model) = (TempDir::new(), echo().await);
    let here = Machine::new(store(directory.path(), "here")).await;
    let ids = |client: copilot_sdk::Client| async move {
        let sessions = client.sessions(SessionFilter::default()).await.unwrap();
        sessions.iter().map(|session| session.session_id.to_string()).collect::<Vec<_>>()
    };
    for id in ["first", "second"] {
        let session = here.session(&model).session_id(id).create().await.unwrap();
        session.ask("hello").await.unwrap();
        session.disconnect().await.unwrap();
    }
    let last = here.session(&model).resume_last().await.unwrap();
    assert_eq!(last.id(), "second");
    assert_eq!(ids(here.client.clone()).await, ["second", "first"]);
    assert!(here.client.session_metadata("first").await.unwrap().is_some());

    here.client.delete_session("first").await.unwrap();
    // Closed first, because it is open here.
    here.client.delete_session("second").await.unwrap();
    assert_eq!(ids(here.client.clone()).await, [""; 0]);
    let error = here.session(&model).resume("second").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    let again = here.session(&model).session_id("second").create().await.unwrap();
    assert_eq!(again.ask("anew").await.unwrap().text(), "anew");
    here.client.stop().await.unwrap();
}

#[tokio::test]
async fn a_session_is_copied_and_both_go_their_own_way_on_any_machine() {
    let (directory, model) = (TempDir::new(), echo().await);
    let here = Machine::new(store(directory.path(), "here")).await;
    let session = here.session(&model).session_id("original").create().await.unwrap();
    let error = session.fork().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    session.ask("one").await.unwrap();
    session.ask("two").await.unwrap();
    let whole = session.fork().name("What if: x?").await.unwrap();
    let second = session.rewind_points().await.unwrap().points[1].event_id.clone();
    let half = session.fork_before(&second).await.unwrap();
    let error = session.fork_before("none").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    assert_eq!(session.ask("three").await.unwrap().text(), "one+two+three");

    let there = Machine::new(store(directory.path(), "there")).await;
    let whole = there.session(&model).resume(whole).await.unwrap();
    assert_eq!(said(&whole).await, ["one", "one", "two", "one+two"]);
    assert_eq!(whole.name().await.unwrap().as_deref(), Some("What if: x?"));
    assert_eq!(whole.ask("w").await.unwrap().text(), "one+two+w");
    let half = there.session(&model).resume(half).await.unwrap();
    assert_eq!(half.ask("h").await.unwrap().text(), "one+h");
    assert_eq!(said(&session).await[4..], ["three", "one+two+three"]);
    here.client.stop().await.unwrap();
    there.client.stop().await.unwrap();
}
