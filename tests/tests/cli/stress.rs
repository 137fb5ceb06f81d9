//! Random work on the real CLI, and random harm done to it, held against what must be true: every
//! ask ends, with its own answer or for a reason that there was; a tool runs once for a call; no
//! event comes twice; what was answered is remembered; nothing is left running.
//!
//! `.ci/stress` runs it for long. A run is repeated with the seed that it printed, as far as time
//! lets two runs be the same.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use copilot_sdk::client::AutoRestart;
use copilot_sdk::testing::{ModelReply, ModelRequest, ScriptedModel};
use copilot_sdk::{Client, Error, ErrorKind, Session, Tool, data};
use copilot_sdk_tests::{PATIENCE, Place, Stage, carriers, kill};
use serde_json::json;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

const SESSIONS: usize = 3;
/// Events reach the disk this long after they were told, at most: a kill takes what is not there.
const WRITTEN: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_work_and_harm_break_no_promise() {
    let number = |name| std::env::var(name).ok().map(|text| text.parse().expect("a number"));
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let seed = number("COPILOT_SDK_STRESS_SEED")
        .unwrap_or_else(|| clock.map_or(1, |time| u64::from(time.subsec_nanos())));
    let steps = number("COPILOT_SDK_STRESS_STEPS").unwrap_or(20);
    println!("COPILOT_SDK_STRESS_SEED={seed} COPILOT_SDK_STRESS_STEPS={steps}");
    let mut world = World::new(seed).await;
    for step in 0..steps {
        world.step(step).await;
    }
    world.end().await;
}

/// The numbers of a seed: the same seed, the same numbers.
struct Random(u64);

impl Random {
    /// An index into `length` things.
    fn index(&mut self, length: usize) -> usize {
        let number = self.below(length.try_into().expect("few things"));
        number.try_into().expect("as small as they are few")
    }

    /// A number below `limit`.
    fn below(&mut self, limit: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// Something done to the CLI or a session that may end what runs there.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Harm {
    Killed,
    Aborted(u64),
    /// Disconnected, or its client was stopped.
    Closed(u64),
}

/// An ask that has ended.
struct Asked {
    session: u64,
    number: u64,
    begun: Instant,
    ended: Instant,
    outcome: Result<String, Error>,
}

/// A session that is open.
struct Open {
    id: u64,
    session: Session,
    seen: JoinHandle<Vec<String>>,
}

#[data]
struct Step {
    number: u64,
}

struct World {
    random: Random,
    stage: Stage,
    sessions: Vec<Open>,
    next_session: u64,
    next_number: u64,
    asks: JoinSet<Asked>,
    answered: Vec<Asked>,
    harms: Vec<(Instant, Harm)>,
    /// The requests that the tool ran for, and how often.
    runs: Arc<Mutex<HashMap<String, usize>>>,
}

impl World {
    async fn new(seed: u64) -> Self {
        let model = ScriptedModel::answering(answer).await.expect("a loopback port is free");
        let place = Place::new();
        let client = start(&place).await;
        let mut world = Self {
            random: Random(seed),
            stage: Stage { client, model, place },
            sessions: Vec::new(),
            next_session: 0,
            next_number: 0,
            asks: JoinSet::new(),
            answered: Vec::new(),
            harms: Vec::new(),
            runs: Arc::default(),
        };
        world.fill().await;
        world
    }

    /// Does something at random.
    async fn step(&mut self, step: u64) {
        let which = self.random.index(SESSIONS);
        match self.random.below(100) {
            0..55 => self.ask(which),
            55..65 => self.ask_and_drop(which).await,
            65..75 => self.abort(which).await,
            75..82 => self.disconnect(which).await,
            82..88 => self.create_and_drop().await,
            88..94 => self.kill(),
            94..96 => self.stop().await,
            _ => self.settle().await,
        }
        while let Some(asked) = self.asks.try_join_next() {
            self.check(asked.expect("no ask panics"));
        }
        // So that not everything happens at once.
        pass(Duration::from_millis(self.random.below(150))).await;
        self.fill().await;
        assert!(self.runs.lock().unwrap().values().all(|runs| *runs == 1), "step {step}");
    }

    fn ask(&mut self, which: usize) {
        let number = self.next_number;
        self.next_number += 1;
        let what = ["say", "use", "wait"][self.random.index(3)];
        let (id, session) = (self.sessions[which].id, self.sessions[which].session.clone());
        let begun = Instant::now();
        self.asks.spawn(async move {
            let asked = session.ask(format!("{what} <{number}>")).into_future();
            let outcome = timeout(PATIENCE, asked).await.expect("every ask ends");
            let outcome = outcome.map(|reply| reply.text().to_owned());
            Asked { session: id, number, begun, ended: Instant::now(), outcome }
        });
    }

    async fn ask_and_drop(&mut self, which: usize) {
        let limit = Duration::from_millis(self.random.below(200));
        let asked = self.sessions[which].session.ask("wait <dropped>").into_future();
        let _ = timeout(limit, asked).await;
    }

    async fn create_and_drop(&mut self) {
        let limit = Duration::from_millis(self.random.below(300));
        let _ = timeout(limit, self.stage.session().create()).await;
    }

    async fn abort(&mut self, which: usize) {
        self.harm(Harm::Aborted(self.sessions[which].id));
        let aborted = self.sessions[which].session.abort();
        let aborted = timeout(PATIENCE, aborted).await.expect("every abort ends");
        if let Err(error) = aborted {
            assert_eq!(error.kind(), ErrorKind::Closed, "abort: {error}");
            assert!(self.was_killed_around(Instant::now()), "abort: {error}");
        }
    }

    async fn disconnect(&mut self, which: usize) {
        let open = self.sessions.swap_remove(which);
        self.harm(Harm::Closed(open.id));
        let gone = timeout(PATIENCE, open.session.disconnect()).await;
        if let Err(error) = gone.expect("every disconnect ends") {
            assert_eq!(error.kind(), ErrorKind::Closed, "disconnect: {error}");
        }
        drop(open.session);
        once(&open.seen.await.expect("no panic"));
    }

    fn kill(&mut self) {
        self.harm(Harm::Killed);
        carriers(&self.stage.place).into_iter().for_each(kill);
    }

    async fn stop(&mut self) {
        let open: Vec<_> = self.sessions.iter().map(|open| open.id).collect();
        for id in open {
            self.harm(Harm::Closed(id));
        }
        let stopped = timeout(PATIENCE, self.stage.client.stop()).await;
        stopped.expect("every stop ends").unwrap();
        assert_eq!(carriers(&self.stage.place), [] as [u32; 0], "stop leaves nothing");
        self.settle().await;
        for open in self.sessions.drain(..) {
            once(&open.seen.await.expect("no panic"));
        }
        self.stage.client = start(&self.stage.place).await;
    }

    /// Waits for the asks that are under way.
    async fn settle(&mut self) {
        while let Some(asked) = self.asks.join_next().await {
            self.check(asked.expect("no ask panics"));
        }
    }

    /// Opens sessions until there are enough.
    async fn fill(&mut self) {
        while self.sessions.len() < SESSIONS {
            let runs = Arc::clone(&self.runs);
            let tool = Tool::new("step").description("Takes a step");
            let tool = tool.handler(move |Step { number }: Step, context| {
                let id = context.request_id().to_string();
                *runs.lock().unwrap().entry(id).or_default() += 1;
                async move {
                    pass(Duration::from_millis(50)).await;
                    format!("stepped <{number}>")
                }
            });
            let begun = Instant::now();
            let created = timeout(PATIENCE, self.stage.session().tool(tool).create()).await;
            match created.expect("every create ends") {
                Ok(session) => {
                    let mut events = session.events();
                    let seen = tokio::spawn(async move {
                        let mut seen = Vec::new();
                        while let Some(Ok(event)) = events.next().await {
                            seen.push(event.id.to_string());
                        }
                        seen
                    });
                    self.sessions.push(Open { id: self.next_session, session, seen });
                    self.next_session += 1;
                }
                Err(error) => {
                    assert!(self.was_killed_around(begun), "create: {error}");
                }
            }
        }
    }

    fn harm(&mut self, harm: Harm) {
        self.harms.push((Instant::now(), harm));
    }

    /// Whether the CLI was killed shortly before this, or after it.
    fn was_killed_around(&self, then: Instant) -> bool {
        self.harms.iter().any(|(at, harm)| *harm == Harm::Killed && *at + WRITTEN >= then)
    }

    /// Checks how an ask ended.
    fn check(&mut self, asked: Asked) {
        // What was done shortly before may be noticed only now.
        let recent = |at: &Instant| *at + WRITTEN >= asked.begun;
        let reasons: Vec<_> = self.harms.iter().filter(|(at, _)| recent(at)).collect();
        let is_reason = |wanted: Harm| reasons.iter().any(|(_, harm)| *harm == wanted);
        match &asked.outcome {
            Ok(text) => assert_eq!(*text, format!("said <{}>", asked.number)),
            Err(error) => {
                let there_was = match error.kind() {
                    ErrorKind::Interrupted => {
                        is_reason(Harm::Killed) || is_reason(Harm::Aborted(asked.session))
                    }
                    ErrorKind::Closed => is_reason(Harm::Closed(asked.session)),
                    _ => false,
                };
                assert!(there_was, "{}: {:?}: {error}", asked.number, error.kind());
            }
        }
        self.answered.push(asked);
    }

    async fn end(mut self) {
        self.settle().await;
        let answered = self.answered.iter().filter(|asked| asked.outcome.is_ok()).count();
        println!(
            "{answered} of {} asks were answered; harm: {:?}",
            self.answered.len(),
            self.harms.iter().map(|(_, harm)| harm).collect::<Vec<_>>()
        );
        for open in self.sessions.split_off(0) {
            let last = open.session.ask("say <last>").await.expect("the session works");
            assert_eq!(last.text(), "said <last>");
            let requests = self.stage.model.requests();
            let said = requests.last().expect("the model was asked").user_texts();
            for asked in self.answered.iter().filter(|asked| asked.session == open.id) {
                let is_remembered =
                    said.iter().any(|text| text.contains(&format!("<{}>", asked.number)));
                let was_written = !self.harms.iter().any(|(at, harm)| {
                    *harm == Harm::Killed && *at >= asked.begun && *at <= asked.ended + WRITTEN
                });
                let is_due = asked.outcome.is_ok() && was_written;
                assert!(is_remembered || !is_due, "{} is forgotten: {said:?}", asked.number);
            }
            open.session.disconnect().await.unwrap();
            drop(open.session);
            once(&open.seen.await.expect("no panic"));
        }
        self.stage.client.stop().await.unwrap();
        assert_eq!(carriers(&self.stage.place), [] as [u32; 0]);
    }
}

async fn start(place: &Place) -> Client {
    let tireless = AutoRestart::new().attempts(u32::MAX).first_wait(Duration::ZERO);
    let client = place.client().await.auto_restart(tireless);
    client.start().await.expect("the pinned CLI starts")
}

/// Says the number of the prompt; uses the tool before, or takes its time, where it is asked to.
fn answer(request: &ModelRequest) -> ModelReply {
    let prompt = request.user_texts().pop().unwrap_or_default();
    let name = prompt.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    let name = name.map_or("?", |(name, _)| name).to_owned();
    let stepped = format!("stepped <{name}>");
    let is_done = request.tool_results().iter().any(|result| result.text.contains(&stepped));
    if prompt.contains("use <") && !is_done && request.tool_results().len() < 1000 {
        let number = name.parse::<u64>().unwrap_or_default();
        return ModelReply::tool("step", json!({"number": number}));
    }
    let reply = ModelReply::text(format!("said <{name}>"));
    if prompt.contains("wait <") { reply.delay(Duration::from_millis(200)) } else { reply }
}

/// Lets time pass for the CLI, with nothing to be waited for.
async fn pass(time: Duration) {
    let _ = timeout(time, std::future::pending::<()>()).await;
}

/// Checks that no event came twice.
fn once(seen: &[String]) {
    let mut known = HashSet::new();
    let doubled: Vec<_> = seen.iter().filter(|id| !known.insert(*id)).collect();
    assert_eq!(doubled, [""; 0]);
}
