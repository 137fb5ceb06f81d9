//! CLIs that the tests of one program share, because starting one takes longer than most tests.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use copilot_sdk::Client;
use copilot_sdk::client::ClientBuilder;
use tokio::runtime::Builder;
use tokio::sync::{OnceCell, oneshot};

use crate::Place;

/// What clients of the shared CLIs have to know.
const TOKEN: &str = "shared by the tests";

/// A client of a CLI that other tests use at the same time: its sessions are its own, the process,
/// its home and its list of sessions are not.
pub(crate) async fn client() -> ClientBuilder {
    // A CLI works on one thread: two of them keep two processors busy.
    static PORTS: [OnceCell<u16>; 2] = [const { OnceCell::const_new() }; 2];
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let next = NEXT.fetch_add(1, Ordering::Relaxed) % PORTS.len();
    let port = PORTS[next].get_or_init(start).await;
    Client::builder().cli_url(port.to_string()).connection_token(TOKEN).auto_restart(false)
}

/// Starts a CLI that lives as long as this program, on a thread that outlives the test which asked
/// for it; its port.
async fn start() -> u16 {
    let (started, port) = oneshot::channel();
    thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let place = Place::new();
            let (_client, port) = listen(&place).await;
            started.send(port).expect("the test waits");
            std::future::pending::<()>().await;
        });
    });
    port.await.expect("the shared CLI starts")
}

/// A client whose CLI listens, and its port: another one where somebody else was quicker to take
/// it.
async fn listen(place: &Place) -> (Client, u16) {
    let mut refused = None;
    for _ in 0..5 {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a loopback port is free");
        let port = free.local_addr().expect("it is bound").port();
        drop(free);
        let builder = place.client().await.use_stdio(false).port(port).connection_token(TOKEN);
        match builder.start().await {
            Ok(client) => return (client, port),
            Err(error) => refused = Some(error),
        }
    }
    panic!("the pinned CLI does not listen: {refused:?}")
}
