//! Everything that can go wrong on purpose.

use serde_json::{Value, json};

use super::client::{Answer, plain, post, streamed};
use crate::testing::{ModelApi, ModelReply, ScriptedModel};

const PATHS: [(ModelApi, &str); 3] = [
    (ModelApi::ChatCompletions, "/v1/chat/completions"),
    (ModelApi::Responses, "/v1/responses"),
    (ModelApi::Messages, "/v1/messages"),
];

async fn once(reply: ModelReply, path: &str, body: &Value) -> Option<Answer> {
    let model = ScriptedModel::start([reply]).await.unwrap();
    let answer = post(&model, path, body).await;
    assert_eq!(model.problems(), Vec::<String>::new());
    answer
}

/// The names of events of an answer, or their first key where they have none.
fn names(answer: &Answer) -> Vec<String> {
    let name = |(name, data): (String, Value)| {
        let key =
            || data.as_object().and_then(|data| data.keys().next().cloned()).unwrap_or_default();
        if name.is_empty() { key() } else { name }
    };
    answer.events().into_iter().map(name).collect()
}

#[tokio::test]
async fn an_error_has_status_headers_and_the_form_of_its_api() {
    for (api, path) in PATHS {
        let answer =
            once(ModelReply::error(429, "slow").header("Retry-After", "1"), path, &streamed())
                .await
                .unwrap();
        assert_eq!((answer.status, answer.complete), (429, true));
        assert!(answer.head.contains("retry-after: 1"), "{}", answer.head);
        let expected = match api {
            ModelApi::Messages => {
                json!({"type": "error", "error": {"type": "rate_limit_error", "message": "slow"}})
            }
            _ => json!({"error": {
                "message": "slow", "type": "rate_limit_error", "code": "rate_limit_error",
                "param": null,
            }}),
        };
        assert_eq!(answer.json(), expected);
    }
}

#[tokio::test]
async fn each_status_has_its_word_unless_the_script_has_one() {
    let mut words = Vec::new();
    for status in [400, 401, 403, 404, 413, 429, 500, 529] {
        let answer = once(ModelReply::error(status, "no"), "/v1/messages", &plain()).await.unwrap();
        assert_eq!(answer.status, status);
        words.push(answer.json()["error"]["type"].as_str().unwrap().to_owned());
    }
    let expected = [
        "invalid_request_error",
        "authentication_error",
        "permission_error",
        "not_found_error",
        "request_too_large",
        "rate_limit_error",
        "api_error",
        "overloaded_error",
    ];
    assert_eq!(words, expected);
    let answer =
        once(ModelReply::error(429, "no").code("insufficient_quota"), "/v1/responses", &plain())
            .await
            .unwrap();
    assert_eq!(answer.json()["error"]["code"], "insufficient_quota");
}

#[tokio::test]
async fn a_closed_reply_sends_nothing_at_all() {
    for (_, path) in PATHS {
        assert_eq!(once(ModelReply::closed(), path, &streamed()).await, None);
    }
}

#[tokio::test]
async fn a_cut_stream_delivers_its_text_and_breaks_before_the_finish() {
    for (api, path) in PATHS {
        let answer =
            once(ModelReply::text("Take a").call(("t", json!({}))).cut(), path, &streamed())
                .await
                .unwrap();
        assert_eq!((answer.status, answer.complete), (200, false));
        let last = match api {
            ModelApi::ChatCompletions => "choices",
            ModelApi::Responses => "response.output_item.done",
            ModelApi::Messages => "content_block_stop",
        };
        assert_eq!(names(&answer).last().map(String::as_str), Some(last));
        assert!(!answer.body.contains("finish_reason\":\"tool_calls"), "{}", answer.body);
    }
}

#[tokio::test]
async fn an_unfinished_stream_ends_well_but_says_no_finish() {
    for (api, path) in PATHS {
        let whole = once(ModelReply::text("Take a"), path, &streamed()).await.unwrap();
        let answer =
            once(ModelReply::text("Take a").unfinished(), path, &streamed()).await.unwrap();
        assert!(answer.complete);
        let missing = whole.body.strip_prefix(&answer.body).unwrap();
        let ends = match api {
            ModelApi::ChatCompletions => ["\"finish_reason\":\"stop\"", "[DONE]"],
            ModelApi::Responses => ["response.output_item.done", "response.completed"],
            ModelApi::Messages => ["message_delta", "message_stop"],
        };
        assert!(ends.iter().all(|end| missing.contains(end)), "{missing}");
    }
}

#[tokio::test]
async fn a_malformed_stream_ends_with_an_event_that_is_not_json() {
    for (_, path) in PATHS {
        let answer = once(ModelReply::text("Take a").malformed(), path, &streamed()).await.unwrap();
        assert!(answer.complete);
        let (_, last) = answer.events().pop().unwrap();
        assert!(matches!(last, Value::String(_)), "{last}");
    }
}

#[tokio::test]
async fn a_failing_stream_reports_the_error_in_place_of_the_finish() {
    for (api, path) in PATHS {
        let answer =
            once(ModelReply::text("Take a").fails("overloaded"), path, &streamed()).await.unwrap();
        assert_eq!((answer.status, answer.complete), (200, true));
        let (name, data) = answer.events().pop().unwrap();
        let (expected, error) = match api {
            ModelApi::ChatCompletions => ("", &data["error"]),
            ModelApi::Responses => ("response.failed", &data["response"]["error"]),
            ModelApi::Messages => ("error", &data["error"]),
        };
        assert_eq!((name.as_str(), &error["message"]), (expected, &json!("overloaded")));
    }
}

#[tokio::test]
async fn bodies_without_stream_break_and_fail_too() {
    for (_, path) in PATHS {
        let whole = once(ModelReply::text("Take a"), path, &plain()).await.unwrap();
        let cut = once(ModelReply::text("Take a").cut(), path, &plain()).await.unwrap();
        assert!(
            !cut.complete && !cut.body.is_empty() && whole.body.starts_with(&cut.body),
            "{cut:?}"
        );

        let malformed = once(ModelReply::text("Take a").malformed(), path, &plain()).await.unwrap();
        assert!(
            malformed.complete && serde_json::from_str::<Value>(&malformed.body).is_err(),
            "{malformed:?}"
        );

        let fails =
            once(ModelReply::text("Take a").fails("overloaded"), path, &plain()).await.unwrap();
        assert_eq!((fails.status, &fails.json()["error"]["message"]), (500, &json!("overloaded")));
    }
    let finishes = [
        once(ModelReply::text("x").unfinished(), PATHS[0].1, &plain()).await.unwrap().json()
            ["choices"]
            [0]
        .clone(),
        once(ModelReply::text("x").unfinished(), PATHS[1].1, &plain()).await.unwrap().json(),
        once(ModelReply::text("x").unfinished(), PATHS[2].1, &plain()).await.unwrap().json(),
    ];
    assert_eq!(finishes[0]["finish_reason"], Value::Null);
    assert_eq!(finishes[1]["status"], "in_progress");
    assert_eq!(finishes[2]["stop_reason"], Value::Null);
}

#[tokio::test]
async fn raw_bodies_are_sent_as_they_are() {
    let answer =
        once(ModelReply::raw("text/plain", "who knows"), PATHS[0].1, &streamed()).await.unwrap();
    assert_eq!((answer.status, answer.body.as_str(), answer.complete), (200, "who knows", true));
    assert!(answer.head.contains("content-type: text/plain"), "{}", answer.head);
    let empty = once(ModelReply::empty_stream(), PATHS[0].1, &streamed()).await.unwrap();
    assert_eq!((empty.status, empty.body.as_str(), empty.complete), (200, "", true));
}

#[tokio::test]
async fn an_exhausted_script_says_which_request_found_no_reply() {
    let model = ScriptedModel::start([ModelReply::text("once")]).await.unwrap();
    post(&model, PATHS[0].1, &streamed()).await.unwrap();
    let answer = post(&model, PATHS[0].1, &streamed()).await.unwrap();
    let problem = "the script is exhausted: request 2 found no reply, add one";
    assert_eq!((answer.status, &answer.json()["error"]["message"]), (400, &json!(problem)));
    assert_eq!(model.problems(), [problem]);
    assert_eq!(model.requests().len(), 2);
}

#[tokio::test]
async fn a_panicking_script_is_answered_and_noted() {
    let model = ScriptedModel::answering(|request| {
        assert!(request.number() > 1, "no city");
        ModelReply::text("fine")
    })
    .await
    .unwrap();
    let answer = post(&model, PATHS[2].1, &streamed()).await.unwrap();
    let problem = "the script panicked on request 1: no city";
    assert_eq!((answer.status, &answer.json()["error"]["message"]), (400, &json!(problem)));
    assert_eq!(model.problems(), [problem]);
    assert_eq!(post(&model, PATHS[2].1, &plain()).await.unwrap().status, 200);
}

#[tokio::test]
async fn impossible_replies_are_named() {
    let replies = [
        ModelReply::error(99, "no"),
        ModelReply::text("x").header("a b", "c"),
        ModelReply::raw("text/\n", ""),
    ];
    let model = ScriptedModel::start(replies).await.unwrap();
    for _ in 0..3 {
        assert_eq!(post(&model, PATHS[0].1, &streamed()).await.unwrap().status, 400);
    }
    let expected = [
        "the reply to request 1 is impossible: status 99 is not an HTTP status",
        "the reply to request 2 is impossible: \"a b\": \"c\" is not an HTTP header",
        "the reply to request 3 is impossible: content type \"text/\\n\" is not an HTTP header",
    ];
    assert_eq!(model.problems(), expected);
}
