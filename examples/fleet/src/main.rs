//! A fleet: workers that share an object store, a front that hands any prompt to any of them, and
//! users whose workers are killed in the middle of their conversations.
//!
//! `cargo run -- 3 12 4 3 /tmp/fleet` runs 3 workers, 12 sessions of 4 prompts, and 3 kills over a
//! local directory; `azurite` or `s3` in its place is an emulator on this machine, which
//! `.ci/store` starts. A scripted model repeats the conversation, so that a lost turn shows. Ends
//! with 0 only if none is lost.

mod front;
mod measured;
mod stores;
mod users;
mod worker;

use std::error::Error;

use copilot_sdk::testing::{ModelReply, ScriptedModel};

use crate::front::Front;
use crate::users::Plan;

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["worker", name, store, model] => worker::serve(name, store, model).await,
        [workers, sessions, prompts, kills, store] => {
            let plan = Plan {
                sessions: sessions.parse()?,
                prompts: prompts.parse()?,
                kills: kills.parse()?,
            };
            run(workers.parse()?, plan, store).await
        }
        _ => Err("usage: WORKERS SESSIONS PROMPTS KILLS DIRECTORY|azurite|s3".into()),
    }
}

async fn run(workers: usize, plan: Plan, store: &str) -> Result<(), Failure> {
    let model =
        ScriptedModel::answering(|request| ModelReply::text(request.user_texts().join(" ")))
            .await?;
    let front = Front::start(workers, store, &model.base_url()).await?;
    let report = plan.run(&front).await?;
    let numbers = front.numbers().await?;
    front.stop().await;
    println!("{report}\n{numbers}");
    if report.lost > 0 { Err(format!("{} turns were lost", report.lost).into()) } else { Ok(()) }
}
