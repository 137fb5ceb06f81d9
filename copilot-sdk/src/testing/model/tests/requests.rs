//! What is recorded, and how the three forms of a conversation are read.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::client::{plain, post, request, streamed};
use crate::testing::{ModelApi, ModelReply, ModelRequest, ScriptedModel, SeenToolResult};

const CHAT: &str = "/v1/chat/completions";

async fn recorded(path: &str, body: &Value) -> ModelRequest {
    let model = ScriptedModel::start([ModelReply::text("x")]).await.unwrap();
    post(&model, path, body).await.unwrap();
    model.requests().pop().unwrap()
}

fn output(call_id: &str, text: &str) -> SeenToolResult {
    SeenToolResult { call_id: call_id.to_owned(), text: text.to_owned() }
}

/// Checks what every form of the same conversation must say.
fn assert_conversation(request: &ModelRequest) {
    assert_eq!(request.model(), "m");
    assert_eq!(request.system(), "You are.\nBe kind.");
    assert_eq!(request.user_texts(), ["Coat?", "Look:\np.png", "Go on."]);
    assert_eq!(request.tool_names(), ["get_weather", "now"]);
    assert_eq!(request.tool_description("get_weather"), Some("Weather."));
    assert_eq!(
        request.tool_schema("get_weather"),
        Some(&json!({"type": "object", "required": ["city"]}))
    );
    assert_eq!(request.tool_schema("nope"), None);
    assert_eq!(request.tool_results(), [output("A", "Sunny"), output("B", "12:00\nUTC")]);
}

#[tokio::test]
async fn chat_completions_are_read() {
    let function = |name: &str, description: &str, parameters: Value| {
        json!({
            "type": "function",
            "function": {"name": name, "description": description, "parameters": parameters},
        })
    };
    let body = json!({
        "model": "m",
        "stream": true,
        "messages": [
            {"role": "system", "content": "You are."},
            {"role": "developer", "content": "Be kind."},
            {"role": "user", "content": "<current_datetime>2026</current_datetime>\n\nCoat?"},
            {"role": "user", "content": [
                {"type": "text", "text": "Look:"},
                {"type": "text", "text": "p.png"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}},
            ]},
            {"role": "assistant", "content": null, "tool_calls": [{
                "id": "A",
                "type": "function",
                "function": {"name": "get_weather", "arguments": "{}"},
            }]},
            {"role": "tool", "tool_call_id": "A", "content": "Sunny"},
            {"role": "tool", "tool_call_id": "B", "content": [
                {"type": "text", "text": "12:00"}, {"type": "text", "text": "UTC"},
            ]},
            {"role": "user", "content": "Go on."},
        ],
        "tools": [
            function("get_weather", "Weather.", json!({"type": "object", "required": ["city"]})),
            function("now", "Time.", json!({"type": "object"})),
        ],
    });
    let request = recorded(CHAT, &body).await;
    assert_conversation(&request);
    assert_eq!(
        (request.api(), request.is_streaming(), request.body()),
        (ModelApi::ChatCompletions, true, &body)
    );
}

#[tokio::test]
async fn responses_are_read() {
    let body = json!({
        "model": "m",
        "instructions": "You are.",
        "input": [
            {"type": "message", "role": "developer", "content": "Be kind."},
            {"type": "message", "role": "user", "content": [
                {
                    "type": "input_text",
                    "text": "<current_datetime>2026</current_datetime>\n\nCoat?",
                },
            ]},
            {"type": "message", "role": "user", "content": [
                {"type": "input_text", "text": "Look:"},
                {"type": "input_text", "text": "p.png"},
                {"type": "input_image", "image_url": "data:image/png;base64,AA=="},
            ]},
            {"type": "function_call", "call_id": "A", "name": "get_weather", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "A", "output": "Sunny"},
            {"type": "function_call_output", "call_id": "B", "output": [
                {"type": "input_text", "text": "12:00"}, {"type": "input_text", "text": "UTC"},
            ]},
            {"type": "message", "role": "user", "content": [
                {"type": "input_text", "text": "Go on."},
            ]},
        ],
        "tools": [
            {
                "type": "function", "name": "get_weather", "description": "Weather.",
                "parameters": {"type": "object", "required": ["city"]},
            },
            {
                "type": "function", "name": "now", "description": "Time.",
                "parameters": {"type": "object"},
            },
        ],
    });
    let request = recorded("/v1/responses", &body).await;
    assert_conversation(&request);
    assert_eq!((request.api(), request.is_streaming()), (ModelApi::Responses, false));
}

#[tokio::test]
async fn messages_are_read() {
    let body = json!({
        "model": "m",
        "system": [{"type": "text", "text": "You are."}, {"type": "text", "text": "Be kind."}],
        "messages": [
            {"role": "user", "content": [
                {"type": "text", "text": "<current_datetime>2026</current_datetime>\n\nCoat?"},
            ]},
            {"role": "user", "content": [
                {"type": "text", "text": "Look:"},
                {"type": "text", "text": "p.png"},
                {"type": "image", "source": {
                    "type": "base64", "media_type": "image/png", "data": "AA==",
                }},
            ]},
            {"role": "assistant", "content": [
                {"type": "tool_use", "id": "A", "name": "get_weather", "input": {}},
            ]},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "A", "content": "Sunny"},
                {"type": "tool_result", "tool_use_id": "B", "content": [
                    {"type": "text", "text": "12:00"}, {"type": "text", "text": "UTC"},
                ]},
            ]},
            {"role": "user", "content": [{"type": "text", "text": "Go on."}]},
        ],
        "tools": [
            {
                "name": "get_weather", "description": "Weather.",
                "input_schema": {"type": "object", "required": ["city"]},
            },
            {"name": "now", "description": "Time.", "input_schema": {"type": "object"}},
        ],
    });
    let request = recorded("/v1/messages", &body).await;
    assert_conversation(&request);
    assert_eq!(request.api(), ModelApi::Messages);
}

#[tokio::test]
async fn path_query_and_headers_are_kept_and_keys_stay_out_of_debug() {
    let path = "/openai/deployments/gpt/chat/completions";
    let request = recorded(&format!("{path}?api-version=2024-10-21"), &plain()).await;
    assert_eq!(
        (request.number(), request.path(), request.query()),
        (1, path, Some("api-version=2024-10-21"))
    );
    let host = request.header("host").unwrap().to_owned();
    let expected = [
        ("authorization", "Bearer key"),
        ("connection", "close"),
        ("content-length", "13"),
        ("host", &host),
        ("x-two", "a, b"),
    ];
    let expected: BTreeMap<String, String> =
        expected.map(|(name, value)| (name.into(), value.into())).into();
    assert_eq!(request.headers(), &expected);
    assert!(!format!("{request:?}").contains("Bearer"), "{request:?}");
}

#[tokio::test]
async fn new_tool_results_are_those_after_the_models_last_message() {
    let function = json!({"name": "now", "arguments": "{}"});
    let chat = |id: &str, text: &str| {
        [
            json!({"role": "assistant", "tool_calls": [
                {"id": id, "type": "function", "function": function},
            ]}),
            json!({"role": "tool", "tool_call_id": id, "content": text}),
        ]
    };
    let responses = |id: &str, text: &str| {
        [
            json!({"type": "function_call", "call_id": id, "name": "now", "arguments": "{}"}),
            json!({"type": "function_call_output", "call_id": id, "output": text}),
        ]
    };
    let messages = |id: &str, text: &str| {
        let result = json!({"type": "tool_result", "tool_use_id": id, "content": text});
        [
            json!({"role": "assistant", "content": [
                {"type": "tool_use", "id": id, "name": "now", "input": {}},
            ]}),
            json!({"role": "user", "content": [result]}),
        ]
    };
    let user = || json!({"role": "user", "content": "Go on."});
    let answer = || json!({"role": "assistant", "content": "It is noon."});
    for (path, list, first, second) in [
        (CHAT, "messages", chat("A", "11"), chat("B", "12")),
        ("/v1/responses", "input", responses("A", "11"), responses("B", "12")),
        ("/v1/messages", "messages", messages("A", "11"), messages("B", "12")),
    ] {
        let mut conversation = vec![user()];
        let mut expect = async |messages: &[Value], new: &[SeenToolResult]| {
            conversation.extend_from_slice(messages);
            let request = recorded(path, &json!({"model": "m", list: conversation})).await;
            assert_eq!(request.new_tool_results(), new, "{path}: {conversation:?}");
        };
        expect(&[], &[]).await;
        expect(&first, &[output("A", "11")]).await;
        expect(&second, &[output("B", "12")]).await;
        // Context that a hook adds, then an answer, then another prompt.
        expect(&[user()], &[output("B", "12")]).await;
        expect(&[answer()], &[]).await;
        expect(&[user()], &[]).await;
    }
}

#[tokio::test]
async fn a_body_without_the_usual_fields_reads_as_empty() {
    let request = recorded(CHAT, &json!([1])).await;
    assert_eq!(
        (request.model(), request.system().as_str(), request.is_streaming()),
        ("", "", false)
    );
    assert_eq!(
        (request.user_texts(), request.tool_names(), request.tool_results()),
        (vec![], vec![], vec![])
    );
}

#[tokio::test]
async fn only_model_calls_count_and_the_rest_is_told_what_there_is() {
    let model = ScriptedModel::start([ModelReply::text("x")]).await.unwrap();
    let answer = request(&model, "GET /v1/models?limit=1", "").await.unwrap();
    let message = "the scripted model has POST */chat/completions, */responses and */messages, \
                   not GET /v1/models?limit=1";
    assert_eq!((answer.status, &answer.json()["error"]["message"]), (404, &json!(message)));
    assert_eq!(request(&model, "GET /v1/responses", "").await.unwrap().status, 404);
    assert_eq!(request(&model, "POST /v1/embeddings", "{}").await.unwrap().status, 404);
    assert_eq!(
        model.other_requests(),
        ["GET /v1/models?limit=1", "GET /v1/responses", "POST /v1/embeddings"]
    );
    assert_eq!((model.requests().len(), model.replies_left()), (0, 1));
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused_and_noted_and_takes_no_reply() {
    let model = ScriptedModel::start([ModelReply::text("x")]).await.unwrap();
    let answer = request(&model, &format!("POST {CHAT}"), "{oops").await.unwrap();
    let problem = "POST /v1/chat/completions: the request body is not JSON: key must be a string \
                   at line 1 column 2";
    assert_eq!((answer.status, &answer.json()["error"]["message"]), (400, &json!(problem)));
    assert_eq!((model.problems(), model.replies_left()), (vec![problem.to_owned()], 1));
}

#[tokio::test]
async fn a_function_answers_by_what_the_conversation_holds() {
    let model = ScriptedModel::answering(|request| match request.tool_results().last() {
        None => ModelReply::tool("get_weather", json!({})),
        Some(result) => ModelReply::text(&result.text),
    })
    .await
    .unwrap();
    let first = post(&model, CHAT, &plain()).await.unwrap().json();
    assert_eq!(first["choices"][0]["message"]["tool_calls"][0]["id"], "call_1");
    let result =
        json!({"messages": [{"role": "tool", "tool_call_id": "call_1", "content": "Sunny"}]});
    let second = post(&model, CHAT, &result).await.unwrap().json();
    assert_eq!(second["choices"][0]["message"]["content"], "Sunny");
}

#[tokio::test]
async fn replies_are_given_in_order_and_the_numbers_match() {
    let model =
        ScriptedModel::start([ModelReply::text("one"), ModelReply::text("two")]).await.unwrap();
    let mut texts = Vec::new();
    for body in [streamed(), plain()] {
        let answer = post(&model, CHAT, &body).await.unwrap();
        texts.push(answer.body.contains(if texts.is_empty() { "one" } else { "two" }));
    }
    assert_eq!(texts, [true, true]);
    assert_eq!(model.requests().iter().map(ModelRequest::number).collect::<Vec<_>>(), [1, 2]);
}
