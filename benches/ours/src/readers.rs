//! The jobs with several readers: `subscribers` of one session, and `streams`, a session for each.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use copilot_sdk::client::Client;
use copilot_sdk::event::EventData;
use copilot_sdk::session::Events;
use tokio::task::JoinSet;

use crate::{Job, Outcome, Result};

impl Job {
    /// Reads deltas with `at_once` readers.
    pub async fn readers(&self, client: &Client) -> Result<Outcome> {
        let mut sessions = vec![self.session(client).create().await?];
        let mut readers = JoinSet::new();
        for number in 0..self.at_once {
            if self.kind == "streams" && number > 0 {
                sessions.push(self.session(client).create().await?);
            }
            let events = sessions[sessions.len() - 1].events();
            readers.spawn(read(events, Arc::default()));
        }
        let begun = Instant::now();
        sessions[0].send(format!("{} {}", self.kind, self.count)).await?;
        let mut counts = Vec::new();
        while let Some(count) = readers.join_next().await {
            counts.push(count??);
        }
        let delivered = match &*self.kind {
            "streams" => counts.iter().sum(),
            _ => counts.into_iter().min().unwrap_or(0),
        };
        Ok(Outcome::since(begun, delivered))
    }
}

/// Counts deltas to the end of a turn; reads one event per millisecond while `slowly` holds.
pub async fn read(mut events: Events, slowly: Arc<AtomicBool>) -> copilot_sdk::Result<u64> {
    let mut deltas = 0;
    while let Some(event) = events.next().await {
        match &event?.data {
            EventData::AssistantMessageDelta(_) => deltas += 1,
            EventData::SessionIdle(_) => break,
            _ => {}
        }
        if slowly.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    Ok(deltas)
}
