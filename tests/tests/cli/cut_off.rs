//! A server that somebody else runs, and a connection to it that breaks: the client connects again,
//! and its sessions are what they were, also where other clients kept them open meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use copilot_sdk::client::{Lifecycle, LifecycleEvent, Lost};
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk::{Client, Tool};
use copilot_sdk_tests::{PATIENCE, until_on_disk};
use serde_json::json;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;

use super::server::Server;

/// A way to a server that can be cut: what was connected is not any more, what comes later is.
struct Cable {
    port: u16,
    cuts: watch::Sender<usize>,
}

impl Cable {
    async fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let cuts = watch::Sender::new(0);
        let cut = cuts.clone();
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let mut is_cut = cut.subscribe();
                tokio::spawn(async move {
                    let mut far = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
                    tokio::select! {
                        _ = copy_bidirectional(&mut near, &mut far) => {}
                        _ = is_cut.changed() => {}
                    }
                });
            }
        });
        Self { port, cuts }
    }

    fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }
}

async fn connected_again(lifecycle: &mut Lifecycle) -> Vec<Lost> {
    let again = async {
        loop {
            if let LifecycleEvent::Restarted { lost } = lifecycle.next().await.unwrap().unwrap() {
                return lost;
            }
        }
    };
    timeout(PATIENCE, again).await.unwrap()
}

#[tokio::test]
async fn hooks_and_tools_work_over_the_next_connection_whoever_kept_the_session_open() {
    let model = ScriptedModel::answering(|request| {
        let prompts = request.user_texts();
        match prompts.last() {
            Some(last) if last.contains("use it") && request.tool_results().is_empty() => {
                ModelReply::tool("step", json!({}))
            }
            _ => ModelReply::text(prompts.join("+")),
        }
    });
    let model = model.await.unwrap();
    let server = Server::start(None).await;
    let cable = Cable::to(server.port).await;
    let client = Client::builder().cli_url(cable.port.to_string()).start().await.unwrap();
    let mut lifecycle = client.lifecycle();
    let (hooked, ran) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (hook, run) = (Arc::clone(&hooked), Arc::clone(&ran));
    let step = Tool::new("step").description("Takes a step").handler(move |(), _| {
        run.fetch_add(1, Ordering::Relaxed);
        async {}
    });
    let session = client.session().session_id("shared").model("scripted").tool(step);
    let session = session.provider(model.provider()).on_user_prompt_submitted(move |_| {
        hook.fetch_add(1, Ordering::Relaxed);
        std::future::ready(None)
    });
    let session = session.create().await.unwrap();
    session.ask("one").await.unwrap();
    until_on_disk(&session, "assistant.message").await;

    // Nobody else has it open.
    cable.cut();
    assert_eq!(connected_again(&mut lifecycle).await, []);
    assert_eq!(session.ask("two").await.unwrap().text(), "one+two");
    assert_eq!(hooked.load(Ordering::Relaxed), 2);

    let other = server.client().start().await.unwrap();
    let joined = other.session().provider(model.provider()).resume("shared").await.unwrap();
    cable.cut();
    assert_eq!(connected_again(&mut lifecycle).await, []);
    assert_eq!(session.ask("use it").await.unwrap().text(), "one+two+use it");
    assert_eq!((hooked.load(Ordering::Relaxed), ran.load(Ordering::Relaxed)), (3, 1));
    joined.disconnect().await.unwrap();
    other.stop().await.unwrap();
    client.stop().await.unwrap();
}
