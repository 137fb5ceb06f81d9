//! The jobs that time each of many things: `slow`, `first`, `restart` and `resume`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use github_copilot_sdk::Client;
use github_copilot_sdk::handler::ApproveAllHandler;
use github_copilot_sdk::session::Session;
use github_copilot_sdk::subscription::EventSubscription;
use github_copilot_sdk::types::{MessageOptions, ResumeSessionConfig};
use tokio::time::timeout;

use crate::{Job, Outcome, Result, get_weather};

/// Deltas between two answers to pings, as the runtime sends them.
const PER_PING: u64 = 100;

impl Job {
    /// Times pings during a flood of deltas, of which a subscriber reads one per millisecond.
    pub async fn slow(&self, client: &Client) -> Result<Outcome> {
        let session = client.create_session(self.config()).await?;
        let slowly = Arc::new(AtomicBool::new(true));
        let reader = tokio::spawn(read(session.subscribe(), Arc::clone(&slowly)));
        let begun = Instant::now();
        session.send(MessageOptions::new(format!("slow {}", self.count))).await?;
        let mut latencies = Vec::new();
        for _ in 0..self.count / PER_PING {
            let begun = Instant::now();
            client.ping(Some("hello")).await?;
            latencies.push(begun.elapsed().as_nanos());
        }
        slowly.store(false, Ordering::Relaxed);
        Ok((reader.await?, begun.elapsed(), latencies))
    }

    /// Times the first delta of each turn.
    pub async fn firsts(&self, client: &Client) -> Result<Outcome> {
        let session = client.create_session(self.config()).await?;
        let begun = Instant::now();
        let mut latencies = Vec::new();
        for _ in 0..self.count {
            let begun = Instant::now();
            latencies.push((first_delta(&session).await? - begun).as_nanos());
        }
        Ok((self.count, begun.elapsed(), latencies))
    }

    /// Kills the runtime, and times how soon one answers again: a ping, or a prompt of a session
    /// that was open. The program starts it by hand when a call fails.
    pub async fn restarts(&self) -> Result<Outcome> {
        let begun = Instant::now();
        let mut latencies = Vec::new();
        for _ in 0..self.count {
            let (client, mut child) = self.client().await?;
            let session = client.create_session(self.config()).await?;
            first_delta(&session).await?;
            child.start_kill()?;
            let begun = Instant::now();
            if client.ping(Some("hello")).await.is_ok() {
                return Err("an answer of the dead".into());
            }
            let (new, mut new_child) = self.client().await?;
            let again = match &*self.kind {
                "restart" => {
                    new.ping(Some("hello")).await?;
                    Instant::now()
                }
                _ => {
                    let config = ResumeSessionConfig::new(session.id().clone())
                        .with_streaming(true)
                        .with_permission_handler(Arc::new(ApproveAllHandler))
                        .with_tools([get_weather()]);
                    first_delta(&new.resume_session(config).await?).await?
                }
            };
            latencies.push((again - begun).as_nanos());
            new.stop().await?;
            new_child.kill().await?;
            child.wait().await?;
        }
        Ok((self.count, begun.elapsed(), latencies))
    }
}

/// Counts deltas to the end of a turn; reads one event per millisecond while `slowly` holds.
async fn read(mut events: EventSubscription, slowly: Arc<AtomicBool>) -> u64 {
    let mut deltas = 0;
    // Events that are lost are not delivered; the last one may be among them.
    while let Ok(received) = timeout(Duration::from_secs(30), events.recv()).await {
        let Ok(event) = received else { continue };
        deltas += u64::from(event.event_type == "assistant.message_delta");
        if event.event_type == "session.idle" {
            break;
        }
        if slowly.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    deltas
}

/// Sends a prompt and reads its turn. Returns when the first delta was there.
async fn first_delta(session: &Session) -> Result<Instant> {
    let mut events = session.subscribe();
    session.send(MessageOptions::new("delta 1")).await?;
    let mut first = None;
    loop {
        let event = events.recv().await?;
        match &*event.event_type {
            "assistant.message_delta" => _ = first.get_or_insert_with(Instant::now),
            "session.idle" => return first.ok_or("a turn without a delta".into()),
            _ => {}
        }
    }
}
