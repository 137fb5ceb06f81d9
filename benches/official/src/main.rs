//! One job, done with the official crate: `bench-official RUNTIME JOB COUNT [AT_ONCE] [--threads]`.
//!
//! Prints the same line of JSON as `bench-ours`.

mod latency;
#[path = "../../ours/src/peak.rs"]
mod peak;

use std::error::Error;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use github_copilot_sdk::Client;
use github_copilot_sdk::handler::ApproveAllHandler;
use github_copilot_sdk::hooks::{HookEvent, HookOutput, SessionHooks};
use github_copilot_sdk::session::Session;
use github_copilot_sdk::tool::{JsonSchema, ToolHandler, schema_for};
use github_copilot_sdk::types::{MessageOptions, SessionConfig, Tool, ToolInvocation, ToolResult};
use serde::Deserialize;
use tokio::process::{Child, Command};

type Result<T = (), E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

#[derive(Deserialize, JsonSchema)]
struct Place {
    /// City name.
    city: String,
    /// Days ahead.
    days_ahead: u8,
    unit: Option<String>,
}

struct GetWeather;

#[async_trait]
impl ToolHandler for GetWeather {
    async fn call(
        &self,
        call: ToolInvocation,
    ) -> std::result::Result<ToolResult, github_copilot_sdk::Error> {
        let place: Place = serde_json::from_value(call.arguments)?;
        let Place { city, days_ahead, unit } = place;
        Ok(ToolResult::Text(format!("sunny in {city} in {days_ahead} days, {unit:?}")))
    }
}

fn get_weather() -> Tool {
    Tool::new("get_weather")
        .with_description("Get the weather forecast for a city.")
        .with_parameters(schema_for::<Place>())
        .with_handler(Arc::new(GetWeather))
}

struct NoOpinion;

#[async_trait]
impl SessionHooks for NoOpinion {
    async fn on_hook(&self, _: HookEvent) -> HookOutput {
        HookOutput::None
    }
}

/// How much was delivered, in what time, and the nanoseconds of each thing that is timed.
type Outcome = (u64, Duration, Vec<u128>);

struct Job {
    runtime: String,
    kind: String,
    count: u64,
    at_once: u64,
}

fn main() -> Result {
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    let threads = words.pop_if(|word| word == "--threads").is_some();
    let mut words = words.into_iter();
    let (Some(runtime), Some(kind)) = (words.next(), words.next()) else {
        return Err("expected: bench-official RUNTIME JOB COUNT [AT_ONCE] [--threads]".into());
    };
    let mut number = || words.next().map_or(Ok(1), |word| word.parse::<u64>());
    let job = Job { runtime, kind, count: number()?, at_once: number()? };
    let mut builder = match threads {
        true => tokio::runtime::Builder::new_multi_thread(),
        false => tokio::runtime::Builder::new_current_thread(),
    };
    let (delivered, time, latencies) = builder.enable_all().build()?.block_on(job.run())?;
    println!(
        r#"{{"job":"{}","count":{},"at_once":{},"delivered":{delivered},"nanoseconds":{},"latencies":{latencies:?},"peak_kib":{}}}"#,
        job.kind,
        job.count,
        job.at_once,
        time.as_nanos(),
        peak::peak_kib()?
    );
    if delivered != job.count {
        return Err(format!("{delivered} of {} delivered", job.count).into());
    }
    Ok(())
}

impl Job {
    async fn run(&self) -> Result<Outcome> {
        match &*self.kind {
            "start" => return self.starts().await,
            "restart" | "resume" => return self.restarts().await,
            _ => {}
        }
        let (client, _child) = self.client().await?;
        match &*self.kind {
            "ping" => self.pings(&client).await,
            "sessions" => self.sessions(&client).await,
            "slow" => self.slow(&client).await,
            "first" => self.firsts(&client).await,
            _ => self.turn(client.create_session(self.config()).await?).await,
        }
    }

    async fn client(&self) -> Result<(Client, Child)> {
        let mut child = Command::new(&self.runtime)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("no pipes".into());
        };
        let client = Client::from_streams(stdout, stdin, std::env::current_dir()?)?;
        client.verify_protocol_version().await?;
        Ok((client, child))
    }

    fn config(&self) -> SessionConfig {
        let config = SessionConfig::default()
            .with_streaming(true)
            .with_permission_handler(Arc::new(ApproveAllHandler))
            .with_tools([get_weather()]);
        match &*self.kind {
            "hook" => config.with_hooks(Arc::new(NoOpinion)),
            _ => config,
        }
    }

    /// Starts and stops a client, again and again.
    async fn starts(&self) -> Result<Outcome> {
        let begun = Instant::now();
        for _ in 0..self.count {
            let (client, mut child) = self.client().await?;
            client.stop().await?;
            child.kill().await?;
        }
        Ok((self.count, begun.elapsed(), Vec::new()))
    }

    async fn pings(&self, client: &Client) -> Result<Outcome> {
        let begun = Instant::now();
        let mut callers = tokio::task::JoinSet::new();
        for _ in 0..self.at_once {
            let (client, calls) = (client.clone(), self.count / self.at_once);
            callers.spawn(async move {
                for _ in 0..calls {
                    client.ping(Some("hello")).await?;
                }
                Ok::<u64, github_copilot_sdk::Error>(calls)
            });
        }
        let mut delivered = 0;
        while let Some(calls) = callers.join_next().await {
            delivered += calls??;
        }
        Ok((delivered, begun.elapsed(), Vec::new()))
    }

    /// Holds so many idle sessions.
    async fn sessions(&self, client: &Client) -> Result<Outcome> {
        let begun = Instant::now();
        let mut sessions = Vec::new();
        for _ in 0..self.count {
            sessions.push(client.create_session(self.config()).await?);
        }
        Ok((sessions.len() as u64, begun.elapsed(), Vec::new()))
    }

    /// Reads the turn of one prompt, counting what it delivers.
    async fn turn(&self, session: Session) -> Result<Outcome> {
        let counted = match &*self.kind {
            "delta" => "assistant.message_delta",
            "tool" => "external_tool.requested",
            "permission" => "permission.requested",
            _ => "",
        };
        let mut events = session.subscribe();
        let begun = Instant::now();
        session
            .send(MessageOptions::new(format!("{} {} {}", self.kind, self.count, self.at_once)))
            .await?;
        let mut delivered = 0;
        // Events that are lost are not delivered; the last one may be among them.
        while let Ok(received) = tokio::time::timeout(Duration::from_secs(30), events.recv()).await
        {
            let Ok(event) = received else { continue };
            delivered += u64::from(event.event_type == counted);
            if self.kind == "large" && event.event_type == "assistant.message" {
                delivered += event.data["content"].as_str().unwrap_or_default().len() as u64 >> 20;
            }
            if event.event_type == "session.idle" {
                break;
            }
        }
        // The runtime ends the turn when it has every answer.
        let delivered = if self.kind == "hook" { self.count } else { delivered };
        Ok((delivered, begun.elapsed(), Vec::new()))
    }
}
