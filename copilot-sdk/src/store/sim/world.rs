//! A world: processes, the store, and what comes next.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use super::chance::Chance;
use super::faults::Faults;
use super::history::History;
use super::process::Actor;
use crate::error::Result;
use crate::store::objects::Objects;
use crate::store::rules::Rules;

/// Runs the world of a seed and checks what happened in it. Returns how much was acknowledged.
pub(super) fn run(seed: u64, rules: Rules) -> usize {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().unwrap();
    let history = runtime.block_on(tokio::task::unconstrained(World::new(seed, rules).live()));
    history.check(seed);
    history.acknowledged()
}

struct World {
    chance: Chance,
    store: Faults,
    rules: Rules,
    history: Arc<Mutex<History>>,
    processes: Vec<Pin<Box<dyn Future<Output = Result<()>>>>>,
    born: usize,
}

/// How many processes there are at most at a time.
const PROCESSES: usize = 4;

/// How long a request may take, and for how long it is tried.
const REQUEST: Duration = Duration::from_secs(5);
const OUTAGE: Duration = Duration::from_secs(40);

impl World {
    fn new(seed: u64, rules: Rules) -> Self {
        let mut chance = Chance::new(seed);
        let store = Faults::new(chance.split());
        Self { chance, store, rules, history: Arc::default(), processes: Vec::new(), born: 0 }
    }

    async fn live(mut self) -> History {
        for _ in 0..200 + self.chance.below(800) {
            self.step().await;
        }
        // A last one reads what is there when nothing is under way any more.
        self.processes.clear();
        self.store.calm();
        for _ in 0..2 {
            self.bear();
            while !self.processes.is_empty() {
                self.poll(0).await;
                tokio::time::advance(Duration::from_secs(1)).await;
            }
        }
        std::mem::take(&mut *self.history.lock().unwrap())
    }

    async fn step(&mut self) {
        if self.processes.len() < PROCESSES && (self.processes.is_empty() || self.chance.percent(2))
        {
            self.bear();
        }
        if self.chance.percent(10) {
            self.store.carry_out_late();
        }
        if self.chance.percent(15) {
            tokio::time::advance(Duration::from_secs(3)).await;
        }
        let one = self.chance.below(self.processes.len());
        if self.chance.below(300) == 0 {
            drop(self.processes.swap_remove(one));
            return;
        }
        self.poll(one).await;
    }

    async fn poll(&mut self, one: usize) {
        let process = &mut self.processes[one];
        let polled = poll_fn(|context| Poll::Ready(process.as_mut().poll(context))).await;
        if polled.is_ready() {
            drop(self.processes.swap_remove(one));
        }
    }

    fn bear(&mut self) {
        self.born += 1;
        let mut objects = Objects::new(Arc::new(self.store.clone()));
        (objects.request, objects.outage) = (REQUEST, OUTAGE);
        let process = Actor {
            number: self.born,
            objects,
            rules: self.rules,
            chance: self.chance.split(),
            history: Arc::clone(&self.history),
        };
        self.processes.push(Box::pin(process.run()));
    }
}
