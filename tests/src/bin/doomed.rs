//! A program that has an agent at work and then ends, in the way that its arguments say: `return`,
//! `drop`, `exit`, `panic`, `abort`, or `wait` for its end from outside; over `stdio` or `tcp`.
//!
//! It says `ready` when everything runs, and goes on when it reads a line.
#![allow(clippy::unwrap_used, clippy::panic, reason = "it is a part of a test")]

use std::io::Read as _;
use std::path::Path;
use std::process::ExitCode;

use copilot_sdk::testing::ScriptedModel;
use copilot_sdk_tests::{Place, busy_model, busy_session};

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<_> = std::env::args().skip(1).collect();
    let [end, transport, home] = words.as_slice() else {
        panic!("expected how to end, a transport, and a directory: {words:?}")
    };
    let model = ScriptedModel::answering(busy_model).await.unwrap();
    let place = Place::new();
    let client = place.client().await.base_directory(Path::new(home));
    let client = client.use_stdio(transport == "stdio").start().await.unwrap();
    let session = client.session().model("scripted").provider(model.provider());
    let session = busy_session(session).await;
    println!("ready");
    let mut byte = [0];
    std::io::stdin().read_exact(&mut byte).unwrap();
    match end.as_str() {
        "return" => {}
        "drop" => drop((session, client)),
        "exit" => std::process::exit(0),
        "panic" => panic!("this program ends by a panic"),
        "abort" => std::process::abort(),
        "wait" => std::future::pending().await,
        other => panic!("there is no end of the name {other}"),
    }
    ExitCode::SUCCESS
}
