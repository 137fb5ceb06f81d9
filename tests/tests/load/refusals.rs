//! The time that a refusal takes grows with the arguments, not with their square.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use copilot_sdk::tool::{Json, ResultType};
use copilot_sdk::{Tool, ToolContext, data};
use serde_json::{Value, json};

use crate::stage::alone;

/// Arguments that something is wrong with, of a size in bytes.
type Make = fn(usize) -> Value;

const CASES: [(&str, Make); 9] = [
    ("wrong items", |size| json!({"numbers": vec!["x"; size / 4]})),
    ("wrong objects", |size| json!({"numbers": vec![json!({"a": 1}); size / 8]})),
    ("a long text for a word", |size| json!({"word": "x".repeat(size)})),
    ("many words", |size| json!({"words": vec!["frist"; size / 8]})),
    ("a long name", |size| json!({"x".repeat(size): 1})),
    ("many names", |size| {
        (0..size / 12).map(|number| (format!("name{number}"), json!(1))).collect()
    }),
    ("a long text for a pattern", |size| json!({"pattern": "w".repeat(size)})),
    ("many alternatives", |size| json!({"either": vec![json!({"c": true}); size / 12]})),
    ("equal items", |size| {
        let items = (0..size / 8).map(|number| json!(format!("n{number}")));
        json!({"set": items.chain([json!("n0")]).collect::<Value>()})
    }),
];

#[data]
struct Arguments {
    numbers: Option<Vec<i64>>,
    word: Option<Word>,
    words: Option<Vec<Word>>,
    #[schemars(regex(pattern = "(x|y|z|[a-w]{1,50}){1,40}Q"))]
    pattern: Option<String>,
    either: Option<Vec<Either>>,
    set: Option<BTreeSet<String>>,
    missing: String,
}

#[data]
#[serde(rename_all = "lowercase")]
enum Word {
    First,
    Second,
    Third,
}

#[data]
#[serde(untagged)]
enum Either {
    Text { a: String },
    Number { b: f64 },
}

fn tool() -> Tool {
    let tool = Tool::new("any").description("Takes anything.");
    tool.handler(|arguments: Arguments, _| async move { Json(arguments) })
}

/// The shortest of three times to refuse, and the refusal.
async fn refuse(tool: &Tool, arguments: &Value) -> (Duration, String) {
    let mut best = (Duration::MAX, String::new());
    for _ in 0..3 {
        let begin = Instant::now();
        let result = tool.call(arguments, ToolContext::detached(tool.name())).await;
        assert_eq!(result.result_type, ResultType::Failure);
        best = best.min((begin.elapsed(), result.text_result_for_llm));
    }
    best
}

#[test]
fn the_time_of_a_refusal_grows_with_the_arguments_and_its_text_does_not() {
    const SIZE: usize = 20_000;
    alone(async {
        let tool = tool();
        for (case, make) in CASES {
            let (small, _) = refuse(&tool, &make(SIZE)).await;
            let (large, text) = refuse(&tool, &make(10 * SIZE)).await;
            // Ten times the size; with its square it would be a hundred times as long.
            let limit = 40 * small.max(Duration::from_millis(2));
            assert!(large < limit, "{case}: {small:?}, and {large:?} for ten times the size");
            assert!(text.len() < 25_000 && text.lines().count() <= 23, "{case}: {text}");
        }
    });
}
