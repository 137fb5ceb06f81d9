//! Callbacks run on the runtime of the client, whoever registers them, and wherever.

use std::sync::mpsc;
use std::time::Duration;

use copilot_sdk::Client;
use copilot_sdk::client::LifecycleEvent;
use copilot_sdk::testing::FakeRuntime;
use serde_json::json;
use tokio::runtime::{Builder, Handle, Runtime};

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

/// A guard around what must come; nothing is expected to come near it.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn a_callback_of_a_session_is_registered_from_a_thread_without_a_runtime() {
    let runtime = runtime();
    let (fake, session) = runtime.block_on(async {
        let (fake, transport) = FakeRuntime::new();
        let client = Client::builder().transport(transport).start().await.unwrap();
        (fake, client.session().create().await.unwrap())
    });
    let (tell, told) = mpsc::channel();
    let subscription = session.on(move |event| {
        let here = Handle::try_current().map(|handle| handle.id());
        tell.send((event.event_type().to_owned(), here.ok())).unwrap();
    });
    fake.session(session.id()).emit("assistant.idle", json!({}));
    let (event_type, here) = told.recv_timeout(PATIENCE).unwrap();
    assert_eq!((event_type.as_str(), here), ("assistant.idle", Some(runtime.handle().id())));
    subscription.cancel();
    // Its closure is dropped with it.
    assert_eq!(told.recv_timeout(PATIENCE), Err(mpsc::RecvTimeoutError::Disconnected));
}

#[test]
fn a_callback_of_a_client_waits_for_the_start_and_misses_nothing() {
    let runtime = runtime();
    let (fake, transport) = runtime.block_on(async { FakeRuntime::new() });
    let client = Client::builder().transport(transport).build().unwrap();
    let (tell, told) = mpsc::channel();
    client.on_lifecycle(move |event| {
        if let LifecycleEvent::Session(event) = event {
            tell.send((event.session_id.clone(), Handle::current().id())).unwrap();
        }
    });
    fake.lifecycle("session.created", "early");
    runtime.block_on(client.connect()).unwrap();
    let here = runtime.handle().id();
    assert_eq!(told.recv_timeout(PATIENCE).unwrap(), ("early".into(), here));
    fake.lifecycle("session.created", "late");
    assert_eq!(told.recv_timeout(PATIENCE).unwrap(), ("late".into(), here));
}

#[test]
fn a_callback_that_was_cancelled_before_the_start_never_runs() {
    let runtime = runtime();
    let (fake, transport) = runtime.block_on(async { FakeRuntime::new() });
    let client = Client::builder().transport(transport).build().unwrap();
    let (tell, told) = mpsc::channel::<()>();
    client.on_lifecycle(move |_| tell.send(()).unwrap()).cancel();
    fake.lifecycle("session.created", "early");
    runtime.block_on(client.connect()).unwrap();
    assert_eq!(told.recv_timeout(PATIENCE), Err(mpsc::RecvTimeoutError::Disconnected));
}

#[test]
fn callbacks_go_with_a_client_that_is_never_started() {
    let client = Client::builder().build().unwrap();
    let (tell, told) = mpsc::channel::<()>();
    client.on_lifecycle(move |_| tell.send(()).unwrap());
    drop(client);
    assert_eq!(told.recv_timeout(PATIENCE), Err(mpsc::RecvTimeoutError::Disconnected));
}

#[test]
fn when_the_runtime_is_gone_a_callback_is_dropped_and_a_stop_still_ends() {
    let runtime = runtime();
    let (fake, client, session) = runtime.block_on(async {
        let (fake, transport) = FakeRuntime::new();
        let client = Client::builder().transport(transport).start().await.unwrap();
        let session = client.session().create().await.unwrap();
        (fake, client, session)
    });
    drop(runtime);
    let (tell, told) = mpsc::channel::<()>();
    session.on(move |_| tell.send(()).unwrap());
    assert_eq!(told.recv_timeout(PATIENCE), Err(mpsc::RecvTimeoutError::Disconnected));
    let other = self::runtime();
    other.block_on(async { tokio::time::timeout(PATIENCE, client.stop()).await }).unwrap().unwrap();
    drop(fake);
}

#[test]
fn a_client_is_stopped_from_a_thread_without_a_runtime() {
    let runtime = runtime();
    let (fake, transport) = runtime.block_on(async { FakeRuntime::new() });
    let client = Client::builder().transport(transport);
    let client = runtime.block_on(client.start()).unwrap();
    let session = runtime.block_on(async { client.session().create().await }).unwrap();
    block_on(client.stop()).unwrap();
    assert_eq!(fake.calls("session.detach"), [json!({"sessionId": session.id()})]);
}

/// Polls a future on this thread, as an executor would that is not tokio's.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(std::thread::Thread);
    impl std::task::Wake for Unpark {
        fn wake(self: std::sync::Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = std::sync::Arc::new(Unpark(std::thread::current())).into();
    let mut context = std::task::Context::from_waker(&waker);
    let mut future = std::pin::pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            std::task::Poll::Ready(output) => return output,
            std::task::Poll::Pending => std::thread::park(),
        }
    }
}
