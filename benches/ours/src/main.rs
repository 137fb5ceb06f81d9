//! One job, done with this SDK: `bench-ours RUNTIME JOB COUNT [AT_ONCE] [--threads]`.
//!
//! Prints a line of JSON: the job, how much was delivered and expected, and the time that it took.
//! Jobs that time each of many things say those times as well.

mod latency;
mod peak;
mod readers;

use std::error::Error;
use std::time::{Duration, Instant};

use copilot_sdk::client::Client;
use copilot_sdk::event::EventData;
use copilot_sdk::permission;
use copilot_sdk::session::Session;
use copilot_sdk::{SessionBuilder, data, tool, tools};

type Result<T = (), E = Box<dyn Error>> = std::result::Result<T, E>;

#[data]
struct Place {
    /// City name.
    city: String,
    /// Days ahead.
    days_ahead: u8,
    unit: Option<String>,
}

/// Get the weather forecast for a city.
#[tool]
async fn get_weather(place: Place) -> String {
    format!("sunny in {} in {} days, {:?}", place.city, place.days_ahead, place.unit)
}

struct Job {
    runtime: String,
    kind: String,
    count: u64,
    at_once: u64,
}

struct Outcome {
    delivered: u64,
    time: Duration,
    /// Of each thing that is timed, in nanoseconds.
    latencies: Vec<u128>,
}

impl Outcome {
    fn since(begun: Instant, delivered: u64) -> Self {
        Self { delivered, time: begun.elapsed(), latencies: Vec::new() }
    }
}

fn main() -> Result {
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    let threads = words.pop_if(|word| word == "--threads").is_some();
    let mut words = words.into_iter();
    let (Some(runtime), Some(kind)) = (words.next(), words.next()) else {
        return Err("expected: bench-ours RUNTIME JOB COUNT [AT_ONCE] [--threads]".into());
    };
    let mut number = || words.next().map_or(Ok(1), |word| word.parse::<u64>());
    let job = Job { runtime, kind, count: number()?, at_once: number()? };
    let mut builder = match threads {
        true => tokio::runtime::Builder::new_multi_thread(),
        false => tokio::runtime::Builder::new_current_thread(),
    };
    let outcome = builder.enable_all().build()?.block_on(job.run())?;
    println!(
        r#"{{"job":"{}","count":{},"at_once":{},"delivered":{},"nanoseconds":{},"latencies":{:?},"peak_kib":{}}}"#,
        job.kind,
        job.count,
        job.at_once,
        outcome.delivered,
        outcome.time.as_nanos(),
        outcome.latencies,
        peak::peak_kib()?
    );
    if outcome.delivered != job.count {
        return Err(format!("{} of {} delivered", outcome.delivered, job.count).into());
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
        let client = self.client().start().await?;
        let outcome = match &*self.kind {
            "ping" => self.pings(&client).await?,
            "sessions" => self.sessions(&client).await?,
            "subscribers" | "streams" => self.readers(&client).await?,
            "slow" => self.slow(&client).await?,
            "first" => self.firsts(&client).await?,
            _ => self.turn(self.session(&client).create().await?).await?,
        };
        client.stop().await?;
        Ok(outcome)
    }

    fn client(&self) -> copilot_sdk::client::ClientBuilder {
        Client::builder().cli_path(&self.runtime).auto_restart(false)
    }

    fn session(&self, client: &Client) -> SessionBuilder {
        let session = client.session().tools(tools![get_weather]).streaming(true);
        match &*self.kind {
            "permission" => session.permissions(permission::approve_all()),
            "hook" => session.on_pre_tool_use(async |_| {}),
            _ => session,
        }
    }

    /// Starts and stops a client, again and again.
    async fn starts(&self) -> Result<Outcome> {
        let begun = Instant::now();
        for _ in 0..self.count {
            self.client().start().await?.stop().await?;
        }
        Ok(Outcome::since(begun, self.count))
    }

    async fn pings(&self, client: &Client) -> Result<Outcome> {
        let begun = Instant::now();
        // Tasks, as those of the other client: the future of `block_on` is woken at a higher cost.
        let mut callers = tokio::task::JoinSet::new();
        for _ in 0..self.at_once {
            let (client, calls) = (client.clone(), self.count / self.at_once);
            callers.spawn(async move {
                for _ in 0..calls {
                    client.ping("hello").await?;
                }
                Ok::<u64, copilot_sdk::Error>(calls)
            });
        }
        let mut delivered = 0;
        while let Some(calls) = callers.join_next().await {
            delivered += calls??;
        }
        Ok(Outcome::since(begun, delivered))
    }

    /// Holds so many idle sessions.
    async fn sessions(&self, client: &Client) -> Result<Outcome> {
        let begun = Instant::now();
        let mut sessions = Vec::new();
        for _ in 0..self.count {
            sessions.push(self.session(client).create().await?);
        }
        Ok(Outcome::since(begun, sessions.len() as u64))
    }

    /// Reads the turn of one prompt, counting what it delivers.
    async fn turn(&self, session: Session) -> Result<Outcome> {
        let begun = Instant::now();
        let prompt = format!("{} {} {}", self.kind, self.count, self.at_once);
        let mut turn = session.stream(prompt).await?;
        let mut delivered = 0;
        while let Some(event) = turn.next().await {
            delivered += match &event?.data {
                EventData::AssistantMessageDelta(_) if self.kind == "delta" => 1,
                EventData::ExternalToolRequested(_) if self.kind == "tool" => 1,
                EventData::PermissionRequested(_) if self.kind == "permission" => 1,
                EventData::AssistantMessage(message) if self.kind == "large" => {
                    message.content.len() as u64 >> 20
                }
                // The runtime ends the turn when it has every answer.
                EventData::AssistantIdle(_) if self.kind == "hook" => self.count,
                _ => 0,
            };
        }
        Ok(Outcome::since(begun, delivered))
    }
}
