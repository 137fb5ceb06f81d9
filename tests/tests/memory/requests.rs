//! Requests and notifications of the CLI that the program answers by their method.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use copilot_sdk::testing::FakeRuntime;
use copilot_sdk::{Client, ErrorKind};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::stage::connect;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReadFile {
    session_id: String,
    path: String,
}

async fn read_of_client(file: ReadFile) -> Result<Value, String> {
    match file.path.as_str() {
        "/none" => Err("there is no such file".to_owned()),
        "/panic" => panic!("no disk"),
        path => Ok(json!({"content": format!("{path} of {} from the client", file.session_id)})),
    }
}

async fn client_with_files() -> (FakeRuntime, Client) {
    let (fake, transport) = FakeRuntime::new();
    let client = Client::builder().transport(transport);
    let client = client.on_request("files.read", read_of_client);
    (fake, client.start().await.unwrap())
}

async fn read(fake: &FakeRuntime, session_id: &str, path: &str) -> Result<Value, String> {
    let params = json!({"sessionId": session_id, "path": path});
    let answer = fake.request("files.read", params).await;
    answer.map_err(|error| error.to_string())
}

#[tokio::test]
async fn a_request_goes_to_the_session_then_to_the_client_then_back_as_refused() {
    let (fake, client) = client_with_files().await;
    let own =
        client.session().session_id("own").on_request("files.read", |file: ReadFile| async move {
            Ok::<_, String>(json!({"content": format!("{} from the session", file.path)}))
        });
    let own = own.create().await.unwrap();
    let plain = client.session().session_id("plain").create().await.unwrap();

    assert_eq!(read(&fake, "own", "/a").await, Ok(json!({"content": "/a from the session"})));
    assert_eq!(
        read(&fake, "plain", "/a").await,
        Ok(json!({"content": "/a of plain from the client"}))
    );
    assert_eq!(
        read(&fake, "elsewhere", "/a").await,
        Ok(json!({"content": "/a of elsewhere from the client"}))
    );
    let refused = fake.request("files.stat", json!({"sessionId": "plain"})).await.unwrap_err();
    assert!(refused.to_string().contains("no handler for `files.stat`"), "{refused}");
    let refused = fake.request("board.open", json!({})).await.unwrap_err();
    assert!(refused.to_string().contains("unknown method `board.open`"), "{refused}");
    assert_eq!(fake.problems(), [""; 0]);
    drop((own, plain));
}

#[tokio::test]
async fn i6_errors_panics_and_params_that_do_not_fit_are_answered_with_their_text() {
    let (fake, _client) = client_with_files().await;
    let error = async |path: &str| read(&fake, "s", path).await.unwrap_err();
    assert!(error("/none").await.contains("there is no such file"));
    assert!(error("/panic").await.contains("the handler panicked: no disk"));
    let misread = fake.request("files.read", json!({"sessionId": "s"})).await.unwrap_err();
    assert!(
        misread.to_string().contains("the params cannot be read: missing field `path`"),
        "{misread}"
    );
    assert_eq!(fake.problems(), [""; 0]);
}

#[tokio::test]
async fn i6_a_handler_that_never_answers_is_dropped_with_its_connection() {
    struct Dropped(mpsc::UnboundedSender<()>);
    impl Drop for Dropped {
        fn drop(&mut self) {
            let _ = self.0.send(());
        }
    }
    let (sender, mut events) = mpsc::unbounded_channel();
    let (fake, transport) = FakeRuntime::new();
    let begun = sender.clone();
    let client = Client::builder().transport(transport).on_request("forever", move |(): ()| {
        let dropped = Dropped(begun.clone());
        let _ = begun.send(());
        async move {
            let _dropped = dropped;
            std::future::pending::<Result<(), String>>().await
        }
    });
    let client = client.start().await.unwrap();
    let request = async {
        events.recv().await.unwrap();
        fake.close();
        events.recv().await.unwrap();
    };
    let (answer, ()) = tokio::join!(fake.request("forever", Value::Null), request);
    assert!(answer.is_err());
    drop(client);
}

#[tokio::test]
async fn what_this_crate_answers_itself_is_refused_with_the_typed_way() {
    let handler = |_: Value| async { Ok::<_, String>(()) };
    let refused = Client::builder()
        .on_request("userInput.request", handler)
        .on_request("twice", handler)
        .on_request("twice", handler)
        .on_notification("session.event", |_: Value| {})
        .build()
        .unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Config);
    let text = refused.to_string();
    for problem in [
        "`on_request(\"userInput.request\", ..)` would never be called: this crate handles \
         `userInput.request` itself, use `on_user_input_request`",
        "`on_request(\"twice\", ..)` was given twice: a method has one handler",
        "`on_notification(\"session.event\", ..)` would never be called: this crate handles \
         `session.event` itself, use `events` or `on` of the session",
    ] {
        assert!(text.contains(problem), "{text}");
    }
    let (_fake, client) = connect().await;
    let refused = client.session().on_request("hooks.invoke", handler).create().await.unwrap_err();
    assert!(refused.to_string().contains("use `hooks`, `on_pre_tool_use`"), "{refused}");
}

#[tokio::test]
async fn notifications_reach_the_session_or_the_client_in_order() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Telemetry {
        number: usize,
    }
    let (sender, mut seen) = mpsc::unbounded_channel();
    let of_client = sender.clone();
    let (fake, transport) = FakeRuntime::new();
    let client = Client::builder().transport(transport).on_notification(
        "telemetry",
        move |telemetry: Telemetry| {
            assert_ne!(telemetry.number, 1, "a panic costs that one only");
            let _ = of_client.send(("client", telemetry));
        },
    );
    let client = client.start().await.unwrap();
    let session = client
        .session()
        .session_id("s")
        .on_notification("telemetry", move |telemetry: Telemetry| {
            let _ = sender.send(("session", telemetry));
        })
        .create()
        .await
        .unwrap();
    fake.notify("telemetry", json!({"number": "unreadable"}));
    for number in 0..100 {
        fake.notify("telemetry", json!({"number": number}));
    }
    fake.notify("unheard", json!({}));
    for number in (0..100).filter(|number| *number != 1) {
        assert_eq!(seen.recv().await, Some(("client", Telemetry { number })));
    }
    fake.notify("telemetry", json!({"number": 7, "sessionId": "s"}));
    assert_eq!(seen.recv().await, Some(("session", Telemetry { number: 7 })));
    drop((session, client));
}

#[tokio::test]
async fn nothing_listens_any_more_when_the_client_is_gone() {
    struct Counted(Arc<AtomicUsize>);
    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
    let dropped = Arc::new(AtomicUsize::new(0));
    let counted = Counted(dropped.clone());
    let (_fake, transport) = FakeRuntime::new();
    let client = Client::builder().transport(transport).on_notification("x", move |_: Value| {
        let _ = &counted;
    });
    let client = client.start().await.unwrap();
    client.stop().await.unwrap();
    drop(client);
    while dropped.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn i10_requests_beyond_those_answered_at_once_are_refused() {
    let (fake, transport) = FakeRuntime::new();
    let wait = |_: Value| std::future::pending::<Result<(), String>>();
    let client = Client::builder().transport(transport).on_request("forever", wait);
    let client = client.start().await.unwrap();
    for number in 0..4_096 {
        let request =
            format!(r#"{{"jsonrpc":"2.0","id":"r{number}","method":"forever","params":{{}}}}"#);
        fake.frame(request.as_bytes());
    }
    let error = fake.request("forever", json!({})).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the client refused `forever`: this program is answering too many requests already"
    );
    client.ping("still there?").await.unwrap();
}
