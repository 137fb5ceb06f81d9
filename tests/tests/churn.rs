//! Clients that come and go: nothing is left of them, in this process or beside it. In a process of
//! its own, which is counted.

#![expect(clippy::unwrap_used, reason = "a test says by a panic that something is wrong")]

use std::time::Duration;

use copilot_sdk::Client;
use copilot_sdk::client::{AutoRestart, Lifecycle, LifecycleEvent};
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk_tests::{FakeCli, PATIENCE, Place, carriers, kill, until, until_on_disk};
use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::time::timeout;

/// Answers everything, and dies when it is told to.
const CLI: &str = r#"
greet
while :; do
    hear
    case $request in
    *'"die"'*) exit 1 ;;
    *) answer '{}' ;;
    esac
done
"#;

/// What a client could leave behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Counts {
    files: usize,
    threads: usize,
    tasks: usize,
    children: usize,
}

impl Counts {
    fn now() -> Self {
        let entries = |path: &str| std::fs::read_dir(path).unwrap().count();
        Self {
            files: entries("/proc/self/fd"),
            threads: entries("/proc/self/task"),
            tasks: Handle::current().metrics().num_alive_tasks(),
            children: children(),
        }
    }

    fn is_within(self, before: Self) -> bool {
        self.files <= before.files
            && self.threads <= before.threads
            && self.tasks <= before.tasks
            && self.children <= before.children
    }
}

/// The processes whose parent is this one, those that wait to be reaped among them.
fn children() -> usize {
    let own = std::process::id().to_string();
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let parent = |stat: String| {
        // The name before it is in brackets and may hold anything.
        let (_, fields) = stat.rsplit_once(") ")?;
        Some(fields.split(' ').nth(1)? == own)
    };
    let stats = processes.map(|entry| std::fs::read_to_string(entry.path().join("stat")));
    stats.filter_map(|stat| parent(stat.ok()?)).filter(|is_own| *is_own).count()
}

/// Waits until there is no more than there was; a thread of the blocking pool ends after seconds.
async fn nothing_more_than(before: Counts) {
    let outcome = timeout(PATIENCE, until(|| Counts::now().is_within(before))).await;
    assert!(outcome.is_ok(), "before: {before:?}, now: {:?}", Counts::now());
}

async fn restarted(lifecycle: &mut Lifecycle) {
    let restarted = async {
        while !matches!(lifecycle.next().await.unwrap().unwrap(), LifecycleEvent::Restarted { .. })
        {
        }
    };
    timeout(PATIENCE, restarted).await.unwrap();
}

/// All of it in one test, so that nothing else runs in the process meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_left_of_clients_that_come_and_go() {
    let fake = FakeCli::new(CLI);
    // Once for what stays for good: threads of the blocking pool, say.
    start_and_end(&fake, 3).await;
    let before = Counts::now();
    start_and_end(&fake, 200).await;
    assert_eq!(fake.starts(), 203);
    nothing_more_than(before).await;
    assert_eq!(fake.carriers(), [] as [u32; 0]);

    let patient = AutoRestart::new().attempts(u32::MAX).first_wait(Duration::ZERO);
    let client = fake.client().auto_restart(patient).start().await.unwrap();
    restart(&client, 3).await;
    let before = Counts::now();
    restart(&client, 100).await;
    assert_eq!(fake.starts(), 203 + 1 + 103);
    nothing_more_than(before).await;
    client.stop().await.unwrap();
    drop(client);
    assert_eq!(fake.carriers(), [] as [u32; 0]);

    real().await;
}

async fn start_and_end(fake: &FakeCli, times: usize) {
    for number in 0..times {
        let client = fake.client().start().await.unwrap();
        match number % 3 {
            0 => client.stop().await.unwrap(),
            1 => client.force_stop().await.unwrap(),
            _ => {
                drop(client);
                let gone = until(|| fake.carriers().is_empty());
                timeout(PATIENCE, gone).await.unwrap();
            }
        }
    }
}

async fn restart(client: &Client, times: usize) {
    let mut lifecycle = client.lifecycle();
    for _ in 0..times {
        client.call::<Value>("die", json!({})).await.unwrap_err();
        restarted(&mut lifecycle).await;
    }
}

/// The same on the real CLI, a few times, with a session.
async fn real() {
    let model = ScriptedModel::answering(|_| ModelReply::text("ok")).await.unwrap();
    let place = Place::new();
    let begin = async || {
        let client = place.client().await.auto_restart(true).start().await.unwrap();
        let session = client.session().model("scripted").provider(model.provider());
        (client.clone(), session.create().await.unwrap())
    };
    let mut before = None;
    for _ in 0..4 {
        let (client, session) = begin().await;
        session.ask("go").await.unwrap();
        client.stop().await.unwrap();
        drop((client, session));
        match before {
            None => before = Some(Counts::now()),
            Some(before) => nothing_more_than(before).await,
        }
    }
    let (client, session) = begin().await;
    session.ask("go").await.unwrap();
    until_on_disk(&session, "assistant.message").await;
    let mut lifecycle = client.lifecycle();
    let mut before = None;
    for _ in 0..4 {
        carriers(&place).into_iter().for_each(kill);
        restarted(&mut lifecycle).await;
        session.ask("go on").await.unwrap();
        until_on_disk(&session, "assistant.message").await;
        match before {
            None => before = Some(Counts::now()),
            Some(before) => nothing_more_than(before).await,
        }
    }
    client.stop().await.unwrap();
    assert_eq!(carriers(&place), [] as [u32; 0]);
}
