//! The jobs that time each of many things: `slow`, `first`, `restart` and `resume`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use copilot_sdk::client::{AutoRestart, Client};
use copilot_sdk::event::EventData;
use copilot_sdk::session::Session;
use rustix::process::{Pid, Signal, kill_process};

use crate::readers::read;
use crate::{Job, Outcome, Result};

/// Deltas between two answers to pings, as the runtime sends them.
const PER_PING: u64 = 100;

impl Job {
    /// Times pings during a flood of deltas, of which a subscriber reads one per millisecond.
    pub async fn slow(&self, client: &Client) -> Result<Outcome> {
        let session = self.session(client).create().await?;
        let slowly = Arc::new(AtomicBool::new(true));
        let reader = tokio::spawn(read(session.events(), Arc::clone(&slowly)));
        let begun = Instant::now();
        session.send(format!("slow {}", self.count)).await?;
        let mut latencies = Vec::new();
        for _ in 0..self.count / PER_PING {
            let begun = Instant::now();
            client.ping("hello").await?;
            latencies.push(begun.elapsed().as_nanos());
        }
        slowly.store(false, Ordering::Relaxed);
        Ok(Outcome { latencies, ..Outcome::since(begun, reader.await??) })
    }

    /// Times the first delta of each turn.
    pub async fn firsts(&self, client: &Client) -> Result<Outcome> {
        let session = self.session(client).create().await?;
        let begun = Instant::now();
        let mut latencies = Vec::new();
        for _ in 0..self.count {
            let begun = Instant::now();
            latencies.push((first_delta(&session).await? - begun).as_nanos());
        }
        Ok(Outcome { latencies, ..Outcome::since(begun, self.count) })
    }

    /// Kills the runtime, and times how soon it answers again: a ping, or a prompt of a session
    /// that was open. A client for each, because one that fails again and again waits longer.
    pub async fn restarts(&self) -> Result<Outcome> {
        let begun = Instant::now();
        let mut latencies = Vec::new();
        for _ in 0..self.count {
            // As a runtime that has run for 5 seconds is restarted: at once.
            let at_once = AutoRestart::new().first_wait(Duration::ZERO);
            let client = self.client().auto_restart(at_once).start().await?;
            let session = self.session(&client).create().await?;
            first_delta(&session).await?;
            let pid = client.health().pid.and_then(|pid| Pid::from_raw(pid.cast_signed()));
            kill_process(pid.ok_or("no process")?, Signal::KILL)?;
            let begun = Instant::now();
            // The first call may be the one that is cut off.
            let again = match &*self.kind {
                "restart" => {
                    if client.ping("hello").await.is_err() {
                        client.ping("hello").await?;
                    }
                    Instant::now()
                }
                _ => match first_delta(&session).await {
                    Ok(first) => first,
                    Err(_) => first_delta(&session).await?,
                },
            };
            latencies.push((again - begun).as_nanos());
            client.stop().await?;
        }
        Ok(Outcome { latencies, ..Outcome::since(begun, self.count) })
    }
}

/// Sends a prompt and reads its turn. Returns when the first delta was there.
async fn first_delta(session: &Session) -> Result<Instant> {
    let mut turn = session.stream("delta 1").await?;
    let mut first = None;
    while let Some(event) = turn.next().await {
        if matches!(event?.data, EventData::AssistantMessageDelta(_)) {
            first.get_or_insert_with(Instant::now);
        }
    }
    first.ok_or("a turn without a delta".into())
}
