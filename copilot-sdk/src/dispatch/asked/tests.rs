use super::*;

fn given(length: usize) -> Given {
    let text = format!("\"{}\"", "x".repeat(length));
    Given { method: "answer", params: text.as_bytes().to_vec() }
}

fn begin(asked: &mut Asked, question: Question, about: &str, id: &str) -> Option<CancelToken> {
    match asked.begin(question, About::Theirs(about), &id.into(), 1) {
        Begun::New(cancel) => Some(cancel),
        Begun::Known | Begun::Full => None,
    }
}

fn ids(ids: &[&str]) -> HashSet<RequestId> {
    ids.iter().map(|id| RequestId::from(*id)).collect()
}

#[test]
fn a_new_connection_gets_kept_answers_again_and_runs_nothing_twice() {
    let mut asked = Asked::new();
    let running = begin(&mut asked, Question::Tool, "slow", "r1").expect("new");
    let dropped = begin(&mut asked, Question::Tool, "dropped", "r2").expect("new");
    begin(&mut asked, Question::Permission, "shell", "r3").expect("new");
    asked.end(&"r3".into()).expect("running");
    asked.keep(&"r3".into(), given(1));
    let form = begin(&mut asked, Question::Elicitation, "name", "r4").expect("new");
    let (_, hook) = asked.begin_request(About::Own("hooks.invoke"), 1).expect("room");

    assert_eq!(asked.suspend(), ["elicitation.requested (name)", "hooks.invoke"]);
    assert!(form.is_cancelled() && hook.is_cancelled());
    let open = ids(&["r1", "r3", "r5"]);
    let carried = asked.carry(&open);
    assert_eq!(asked.given(&open).count(), 1);
    assert_eq!(carried.unknown, ids(&["r5"]));
    assert_eq!(carried.lost, ["external_tool.requested (dropped)"]);
    assert_eq!((running.is_cancelled(), dropped.is_cancelled()), (false, true));
    for id in ["r1", "r2", "r3"] {
        assert!(begin(&mut asked, Question::Tool, "again", id).is_none(), "{id}");
    }
}

#[test]
fn questions_are_bounded_in_number_and_bytes_until_they_are_over() {
    let mut asked = Asked::new();
    let (number, _) =
        asked.begin_request(About::Own("hooks.invoke"), MAX_OPEN_BYTES + 1).expect("alone");
    let tool = |asked: &mut Asked, id: &str| begin(asked, Question::Tool, "t", id).is_some();
    assert!(!tool(&mut asked, "r0"), "no bytes are left");
    asked.end_request(number);
    assert!((0..MAX_OPEN).all(|id| tool(&mut asked, &format!("r{id}"))));
    assert!(!tool(&mut asked, "more"), "no place is left");
    assert!(asked.begin_request(About::Own("hooks.invoke"), 1).is_none());
    asked.end(&"r7".into()).expect("running");
    assert!(tool(&mut asked, "more"));
    assert_eq!(asked.open_bytes, MAX_OPEN);
    asked.carry(&ids(&["r8"]));
    assert_eq!((asked.running.len(), asked.open_bytes), (1, 1));
}

#[test]
fn what_is_noted_of_a_question_does_not_grow_with_it() {
    let mut asked = Asked::new();
    begin(&mut asked, Question::Elicitation, &"x".repeat(1 << 20), "r").expect("new");
    let text = format!("elicitation.requested ({}... (1048576 bytes))", "x".repeat(120));
    assert_eq!(asked.suspend(), [text]);
}

#[test]
fn kept_answers_are_bounded_in_number_and_bytes_and_the_last_one_is_kept_at_any_size() {
    let mut kept = KeptAnswers::default();
    for number in 0..300 {
        kept.push(number.to_string().as_str().into(), given(1));
    }
    assert_eq!((kept.order.len(), kept.get(&"235".into()).is_some()), (64, false));
    kept.push("large".into(), given(KEPT_BYTES));
    assert_eq!(kept.order.len(), 1);
    assert!(kept.get(&"large".into()).is_some());
    kept.push("small".into(), given(1));
    assert_eq!((kept.order.len(), kept.bytes), (1, 3));
}
