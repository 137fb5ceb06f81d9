//! TCP: to a CLI of our own, and to a server that somebody else runs.
#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use std::net::TcpListener;

use copilot_sdk::client::LifecycleKind;
use copilot_sdk::event::EventData;
use copilot_sdk::permission;
use copilot_sdk::testing::{Hold, ModelReply, ScriptedModel};
use copilot_sdk::{Client, ErrorKind};
use copilot_sdk_tests::{Place, Stage, carriers, kill, wait_until_gone};
use serde_json::{Value, json};

use super::server::Server;

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
        .port()
}

#[tokio::test]
async fn a_server_is_reached_in_every_spelling_and_survives_every_end_of_its_clients() {
    let mut server = Server::start(None).await;
    let port = server.port;
    for url in [
        format!("{port}"),
        format!(":{port}"),
        format!("localhost:{port}"),
        format!("http://127.0.0.1:{port}"),
        format!("http://localhost:{port}/"),
    ] {
        let client = Client::builder().cli_url(&url).start().await.unwrap();
        assert_eq!(client.ping(&url).await.unwrap().message, format!("pong: {url}"));
        let timings = client.startup_timings().unwrap();
        assert_eq!((timings.located, timings.spawned), (None, None));
        client.stop().await.unwrap();
        assert_eq!(client.ping("late").await.unwrap_err().kind(), ErrorKind::Closed);
    }
    server.client().start().await.unwrap().force_stop().await.unwrap();
    drop(server.client().start().await.unwrap());
    let client = server.client().start().await.unwrap();
    assert_eq!(client.ping("still").await.unwrap().message, "pong: still");
    client.stop().await.unwrap();
    assert!(server.is_running());
    assert!(carriers(&server.place).contains(&server.pid()));
}

#[tokio::test]
async fn a_token_has_to_be_the_servers() {
    let with_token = Server::start(Some("right")).await;
    let client = with_token.client().connection_token("right").start().await.unwrap();
    assert_eq!(client.ping("in").await.unwrap().message, "pong: in");
    client.stop().await.unwrap();
    let tokenless = Server::start(None).await;
    let place = |server: &Server| format!("the server at localhost:{}", server.port);
    for (client, text) in [
        (
            with_token.client().connection_token("wrong"),
            format!(
                "{} refuses this connection token: give the server's own with `connection_token`",
                place(&with_token)
            ),
        ),
        (
            with_token.client(),
            format!(
                "{} wants a connection token: give the server's own with `connection_token`",
                place(&with_token)
            ),
        ),
        (
            tokenless.client().connection_token("unwanted"),
            format!("{} has no connection token: leave `connection_token` out", place(&tokenless)),
        ),
    ] {
        let error = client.start().await.unwrap_err();
        assert_eq!((error.kind(), error.to_string()), (ErrorKind::Handshake, text));
        assert!(!format!("{error:?}").contains("wrong"));
    }
}

#[tokio::test]
async fn where_nothing_listens_the_error_says_so() {
    let port = free_port();
    let error = Client::builder().cli_url(port.to_string()).start().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Start);
    let text = format!(
        "nothing answers at localhost:{port}: is the copilot cli running there with --headless?"
    );
    assert_eq!(error.to_string(), text);
    let error = Client::builder().cli_url("no-such-host.invalid:1").start().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Start);
    let error = Client::builder().cli_url("nonsense").build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(
        error.to_string().starts_with("`cli_url` `nonsense` is not a server address: write `8080`"),
        "{error}"
    );
}

#[tokio::test]
async fn what_listens_but_is_no_cli_is_said_to_be_none() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let web_server = std::thread::spawn(move || {
        use std::io::Write as _;
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n").unwrap();
    });
    let error = Client::builder().cli_url(port.to_string()).start().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Handshake);
    let text = format!(
        "the server at localhost:{port} does not answer like a copilot cli: expected a \
         Content-Length header, found `HTTP/1.1 400 Bad Request"
    );
    assert!(error.to_string().starts_with(&text), "{error}");
    web_server.join().unwrap();
}

#[tokio::test]
async fn two_clients_share_a_server() {
    let server = Server::start(Some("t")).await;
    let model = ScriptedModel::start([
        ModelReply::text("one"),
        ModelReply::text("other"),
        ModelReply::text("again"),
    ])
    .await
    .unwrap();
    let one = server.client().connection_token("t").start().await.unwrap();
    let other = server.client().connection_token("t").start().await.unwrap();
    let mut lifecycle = other.lifecycle();
    let mine = one.session().model("scripted").provider(model.provider()).create().await.unwrap();
    assert_eq!(mine.ask("hello").await.unwrap().to_string(), "one");
    let created = lifecycle.next().await.unwrap().unwrap();
    let created = created.session().expect("about a session").clone();
    assert_eq!((created.kind, &created.session_id), (LifecycleKind::Created, mine.id()));
    let theirs =
        other.session().model("scripted").provider(model.provider()).create().await.unwrap();
    one.stop().await.unwrap();
    assert_eq!(theirs.ask("hello").await.unwrap().to_string(), "other");
    other.delete_session(mine.id()).await.unwrap();
    other.stop().await.unwrap();
}

#[tokio::test]
async fn a_call_of_another_connections_tool_is_left_to_that_connection() {
    let server = Server::start(None).await;
    let model =
        ScriptedModel::start([ModelReply::tool("theirs", json!({})), ModelReply::text("done")])
            .await
            .unwrap();
    let ours = server.client().start().await.unwrap();
    let owner = server.client().start().await.unwrap();
    let session =
        ours.session().model("scripted").provider(model.provider()).create().await.unwrap();
    let tool = json!({"name": "theirs", "description": "Not ours", "parameters": {"type": "object", "properties": {}},
        "skipPermission": true});
    let resume = json!({"sessionId": session.id(), "tools": [tool], "requestPermission": true});
    owner.call::<Value>("session.resume", resume).await.unwrap();
    let mut events = session.events();
    let answer = async {
        loop {
            let event = events.next().await.expect("the session lives").unwrap();
            if let EventData::ExternalToolRequested(call) = &event.data {
                // The same connection answers everything in order: an answer of its own would be
                // there by now.
                ours.ping("after the call").await.unwrap();
                let result = json!({"resultType": "success", "textResultForLlm": "from its owner"});
                let answer = json!({"sessionId": session.id(), "requestId": call.request_id, "result": result});
                return owner
                    .call::<Value>("session.tools.handlePendingToolCall", answer)
                    .await
                    .unwrap();
            }
        }
    };
    let (reply, answered) = tokio::join!(session.ask("go").into_future(), answer);
    assert_eq!(answered["success"], true, "nobody answered before");
    assert_eq!(reply.unwrap().to_string(), "done");
    ours.stop().await.unwrap();
    owner.stop().await.unwrap();
}

#[tokio::test]
async fn a_cli_of_our_own_listens_where_it_is_told_to() {
    let (place, port) = (Place::new(), free_port());
    let client = place
        .client()
        .await
        .use_stdio(false)
        .port(port)
        .connection_token("shared")
        .start()
        .await
        .unwrap();
    let guest = Client::builder()
        .cli_url(port.to_string())
        .connection_token("shared")
        .auto_restart(false)
        .start()
        .await
        .unwrap();
    assert_eq!(guest.ping("guest").await.unwrap().message, "pong: guest");
    let stranger = Client::builder().cli_url(port.to_string()).start().await.unwrap_err();
    assert_eq!(stranger.kind(), ErrorKind::Handshake);
    client.stop().await.unwrap();
    assert_eq!(carriers(&place), [] as [u32; 0]);
    assert_eq!(guest.ping("gone").await.unwrap_err().kind(), ErrorKind::Closed);
}

#[tokio::test]
async fn i9_over_tcp_no_end_leaves_anything_that_the_agent_started() {
    for end in ["stop", "force_stop", "drop"] {
        let command = json!({"command": "sleep 600", "description": "test", "mode": "async", "detach": false});
        let model =
            ScriptedModel::start([ModelReply::tool("bash", command), ModelReply::text("started")])
                .await
                .unwrap();
        let place = Place::new();
        let client = place.client().await.use_stdio(false).start().await.unwrap();
        let stage = Stage { client, model, place };
        let session =
            stage.session().permissions(permission::approve_all()).create().await.unwrap();
        session.ask("go").await.unwrap();
        assert!(carriers(&stage.place).len() > 1, "the cli and its shell run");
        let Stage { client, place, model } = stage;
        match end {
            "stop" => client.stop().await.unwrap(),
            "force_stop" => client.force_stop().await.unwrap(),
            _ => {}
        }
        if end != "drop" {
            assert_eq!(carriers(&place), [] as [u32; 0], "{end}");
        }
        drop((client, session));
        wait_until_gone(&place).await;
        drop(model);
    }
}

#[tokio::test]
async fn i7_over_tcp_a_killed_cli_fails_the_running_ask_at_once_with_its_signal() {
    let hold = Hold::new();
    let model = ScriptedModel::start([ModelReply::text("never").held(&hold)]).await.unwrap();
    let place = Place::new();
    let client = place.client().await.use_stdio(false).start().await.unwrap();
    let stage = Stage { client, model, place };
    let session = stage.session().create().await.unwrap();
    let mut lifecycle = stage.client.lifecycle();
    let murder = async {
        hold.reached().await;
        for pid in carriers(&stage.place) {
            kill(pid);
        }
    };
    let (reply, ()) = tokio::join!(session.ask("go").into_future(), murder);
    let error = reply.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    assert!(error.to_string().contains("SIGKILL"), "{error}");
    let last = loop {
        match lifecycle.next().await {
            Some(Ok(_)) => {}
            Some(Err(error)) => break error,
            None => panic!("the stream ends with the reason"),
        }
    };
    assert!(last.to_string().contains("SIGKILL"), "{last}");
    stage.client.stop().await.unwrap();
    assert_eq!(carriers(&stage.place), [] as [u32; 0]);
}
