//! Users: each has a conversation and knows what was answered.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use reqwest::Client;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::Failure;
use crate::front::Front;

/// How many prompts are answered at once; users whose turn it is not think.
const AT_ONCE: usize = 12;

/// What is done.
#[derive(Clone, Copy)]
pub struct Plan {
    pub sessions: usize,
    pub prompts: usize,
    pub kills: usize,
}

/// What came of it.
pub struct Report {
    pub lost: usize,
    answered: usize,
    elapsed: Duration,
    /// How long each answer took, the shortest first.
    waits: Vec<Duration>,
}

/// What the users share.
struct Shared {
    client: Client,
    turns: Semaphore,
    answered: AtomicUsize,
}

struct Outcome {
    lost: usize,
    waits: Vec<Duration>,
}

impl Plan {
    /// Lets every user go through a conversation while workers are killed, one after the other, at
    /// even distances.
    pub async fn run(self, front: &Front) -> Result<Report, Failure> {
        let (begun, mut users) = (Instant::now(), JoinSet::new());
        let shared = Arc::new(Shared {
            client: Client::new(),
            turns: Semaphore::new(AT_ONCE),
            answered: AtomicUsize::new(0),
        });
        for number in 0..self.sessions {
            let url = format!("{}/sessions/session-{number}", front.address);
            users.spawn(converse(url, self.prompts, Arc::clone(&shared)));
        }
        let all = self.sessions * self.prompts;
        for kill in 0..self.kills {
            let when = all * (kill + 1) / (self.kills + 1);
            while shared.answered.load(Ordering::Relaxed) < when && !users.is_empty() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            front.kill_worker_of(&format!("session-{}", kill % self.sessions.max(1))).await?;
        }
        let mut report = Report { lost: 0, answered: 0, elapsed: Duration::ZERO, waits: vec![] };
        while let Some(outcome) = users.join_next().await {
            let outcome = outcome??;
            report.lost += outcome.lost;
            report.answered += outcome.waits.len();
            report.waits.extend(outcome.waits);
        }
        report.elapsed = begun.elapsed();
        report.waits.sort_unstable();
        Ok(report)
    }
}

/// One conversation. Each reply repeats all prompts so far: those that were answered must be among
/// them, in order.
async fn converse(url: String, prompts: usize, shared: Arc<Shared>) -> Result<Outcome, Failure> {
    let (mut said, mut waits, mut lost) = (Vec::new(), Vec::new(), 0);
    for number in 0..prompts {
        let prompt = format!("prompt-{number}");
        let turn = shared.turns.acquire().await?;
        let begun = Instant::now();
        let answer = shared.client.post(&url).body(prompt.clone()).send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        if !status.is_success() {
            return Err(format!("{url}: {status}: {text}").into());
        }
        waits.push(begun.elapsed());
        drop(turn);
        shared.answered.fetch_add(1, Ordering::Relaxed);
        said.push(prompt);
        let mut words = text.split(' ');
        let missing = said.iter().filter(|said| !words.any(|word| word == **said)).count();
        if missing > 0 {
            eprintln!("lost     {url}: {said:?} became {text:?}");
            lost += missing;
        }
    }
    Ok(Outcome { lost, waits })
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = |percent: usize| {
            let last = self.waits.len().saturating_sub(1);
            self.waits.get(last * percent / 100).copied().unwrap_or_default()
        };
        let millis = u32::try_from(self.elapsed.as_millis()).unwrap_or(u32::MAX).max(1);
        let answered = u32::try_from(self.answered).unwrap_or(u32::MAX);
        let rate = f64::from(answered) * 1000.0 / f64::from(millis);
        write!(
            f,
            "answered {answered} prompts in {:.1?}, {rate:.1} a second; waits: half within \
             {:.0?}, 99 of 100 within {:.0?}; lost {}",
            self.elapsed,
            at(50),
            at(99),
            self.lost
        )
    }
}
