//! What a client says and does beside its sessions.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use copilot_sdk::client::{LifecycleKind, LogLevel, SessionFilter};
use copilot_sdk::model::Model;
use copilot_sdk::testing::{Hold, ModelReply};
use copilot_sdk::{Client, ErrorKind};
use copilot_sdk_tests::{FakeCli, Place, Stage, carriers, wait_until_gone};

#[tokio::test]
async fn a_client_tells_which_cli_runs_and_who_is_signed_in() {
    let place = Place::new();
    let client = place.client().await.client_info("copilot-sdk-tests", "1").build().unwrap();
    assert_eq!(client.startup_timings(), None);
    let status = client.status().await.unwrap();
    assert_eq!(
        (status.version.as_str(), status.protocol_version),
        (copilot_sdk::cli::VERSION, Some(3))
    );
    let auth = client.auth_status().await.unwrap();
    assert_eq!((auth.is_authenticated, auth.auth_type, auth.login), (false, None, None));
    assert_eq!(auth.status_message.as_deref(), Some("Not authenticated"));
    let timings = client.startup_timings().unwrap();
    assert!(
        timings.located <= timings.spawned && timings.spawned < Some(timings.answered),
        "{timings:?}"
    );
    client.stop().await.unwrap();
}

#[tokio::test]
async fn models_are_asked_for_once_and_again_on_request() {
    let fake = FakeCli::new(
        r#"greet; hear; answer '{"models":[{"id":"a"}]}'; hear; answer '{"models":[{"id":"a"},{"id":"b"}]}'
           hear; refuse -32603 'no network'; hear; answer '{"isAuthenticated":true}'; cat >/dev/null"#,
    );
    let client = fake.client().build().unwrap();
    let ids = |models: Vec<Model>| models.into_iter().map(|model| model.id).collect::<Vec<_>>();
    assert_eq!(ids(client.models().await.unwrap()), ["a"]);
    assert_eq!(ids(client.models().await.unwrap()), ["a"]);
    assert_eq!(ids(client.refresh_models().await.unwrap()), ["a", "b"]);
    assert_eq!(client.refresh_models().await.unwrap_err().kind(), ErrorKind::Rpc);
    assert_eq!(ids(client.models().await.unwrap()), ["a", "b"]);
    client.stop().await.unwrap();
}

#[tokio::test]
async fn the_callers_own_models_need_no_cli() {
    let fake = FakeCli::new("");
    let own = fake.client().models([Model::new("own").name("Our own")]).build().unwrap();
    assert_eq!(own.models().await.unwrap(), [Model::new("own").name("Our own")]);
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let client = fake.client().on_list_models(move || {
        let number = counter.fetch_add(1, Ordering::Relaxed);
        async move {
            if number == 0 { Err("not yet") } else { Ok(vec![Model::new(number.to_string())]) }
        }
    });
    let client = client.build().unwrap();
    let error = client.models().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::Rpc, "`on_list_models` failed")
    );
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "not yet");
    assert_eq!(client.models().await.unwrap(), [Model::new("1")]);
    assert_eq!(client.models().await.unwrap(), [Model::new("1")]);
    assert_eq!(client.refresh_models().await.unwrap(), [Model::new("2")]);
    assert_eq!((asked.load(Ordering::Relaxed), fake.starts()), (3, 0));
    let both =
        fake.client().models([]).on_list_models(|| async { Vec::new() }).build().unwrap_err();
    assert_eq!(
        both.problems(),
        ["`models` and `on_list_models` exclude each other: set one of them"]
    );
}

#[tokio::test]
async fn sessions_are_listed_described_and_deleted() {
    let stage = Stage::new([ModelReply::text("hello")]).await;
    let client = &stage.client;
    assert_eq!(client.sessions(SessionFilter::default()).await.unwrap(), []);
    assert_eq!(client.last_session_id().await.unwrap(), None);
    let session = stage.session().session_id("kept").create().await.unwrap();
    session.ask("say hello").await.unwrap();
    session.disconnect().await.unwrap();

    let work = stage.place.work().canonicalize().unwrap();
    let found = client.sessions(SessionFilter::default().cwd(&work)).await.unwrap();
    let [kept] = &found[..] else { panic!("one session: {found:?}") };
    assert_eq!((kept.session_id.as_str(), kept.is_remote), ("kept", false));
    assert_eq!(kept.summary.as_deref(), Some("say hello"));
    assert_eq!(kept.context.as_ref().and_then(|context| context.cwd.as_deref()), Some(&*work));
    assert!(kept.start_time <= kept.modified_time && kept.start_time.is_some());
    for elsewhere in [
        SessionFilter::default().cwd("/elsewhere"),
        SessionFilter::default().git_root("/elsewhere"),
        SessionFilter::default().repository("octocat/elsewhere"),
        SessionFilter::default().cwd(&work).branch("elsewhere"),
    ] {
        assert_eq!(client.sessions(elsewhere.clone()).await.unwrap(), [], "{elsewhere:?}");
    }
    assert_eq!(client.session_metadata("kept").await.unwrap().as_ref(), Some(kept));
    assert_eq!(client.session_metadata("other").await.unwrap(), None);
    assert_eq!(client.last_session_id().await.unwrap().unwrap(), "kept");

    client.delete_session("kept").await.unwrap();
    assert_eq!(client.sessions(SessionFilter::default()).await.unwrap(), []);
    let error = client.delete_session("kept").await.unwrap_err();
    assert_eq!((error.kind(), error.session_id().unwrap().as_str()), (ErrorKind::NotFound, "kept"));
    assert_eq!(error.to_string(), "there is no session `kept`");
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.starts_with("the cli refused `session.delete`: "), "{cause}");
    stage.stop().await;
}

#[tokio::test]
async fn a_session_that_is_deleted_while_it_is_open_ends() {
    let stage = Stage::new([ModelReply::text("hello")]).await;
    let session = stage.session().create().await.unwrap();
    let mut events = session.events();
    session.ask("say hello").await.unwrap();
    stage.client.delete_session(session.id()).await.unwrap();
    while let Some(event) = events.next().await {
        event.unwrap();
    }
    let error = session.send("late").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    assert!(error.to_string().ends_with("is over: it was deleted"), "{error}");
    stage.stop().await;
}

#[tokio::test]
async fn a_cli_without_a_window_has_no_foreground_session() {
    let stage = Stage::shared([]).await;
    assert_eq!(stage.client.foreground_session().await.unwrap(), None);
    let error = stage.client.set_foreground_session("any").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let session = stage.session().create().await.unwrap();
    let error = stage.client.set_foreground_session(session.id()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rpc);
    assert!(error.to_string().contains("Not running in TUI+server mode"), "{error}");
    stage.stop().await;
}

#[tokio::test]
async fn lifecycle_events_come_once_each_and_end_with_the_client() {
    let stage = Stage::new([ModelReply::text("hello")]).await;
    let mut lifecycle = stage.client.lifecycle();
    let (teller, mut told) = tokio::sync::mpsc::unbounded_channel();
    stage.client.on_lifecycle(move |event| {
        let event = event.session().expect("about a session");
        let _ = teller.send(event.kind.clone());
        assert!(event.kind != LifecycleKind::Created, "a panic costs nothing");
    });
    let session = stage.session().session_id("one").create().await.unwrap();
    session.ask("say hello").await.unwrap();
    stage.client.delete_session("one").await.unwrap();
    stage.client.stop().await.unwrap();
    let mut seen = Vec::new();
    while let Some(event) = lifecycle.next().await {
        let event = event.unwrap().session().expect("about a session").clone();
        assert_eq!(event.session_id, "one");
        assert_eq!(event.metadata.is_some(), event.kind != LifecycleKind::Deleted);
        seen.push(event.kind);
    }
    let count = |kind| seen.iter().filter(|seen| **seen == kind).count();
    assert_eq!((count(LifecycleKind::Created), count(LifecycleKind::Deleted)), (1, 1));
    assert!(count(LifecycleKind::Updated) > 0);
    assert_eq!(
        (seen.first(), seen.last()),
        (Some(&LifecycleKind::Created), Some(&LifecycleKind::Deleted))
    );
    let mut heard = Vec::new();
    while let Some(kind) = told.recv().await {
        heard.push(kind);
    }
    assert_eq!(heard, seen);
}

#[tokio::test]
async fn options_reach_the_command_line_the_environment_and_the_handshake() {
    let script = r#"printf '%s\n' "$@" > "$FAKE/argv"; env > "$FAKE/env"; pwd > "$FAKE/cwd"
                    hear; printf %s "$request" > "$FAKE/connect"; answer '{"protocolVersion":3}'; cat >/dev/null"#;
    let fake = FakeCli::new(script);
    let place = Place::new();
    let base = place.copilot_home();
    let client = fake
        .client()
        .cwd(place.work())
        .log_level(LogLevel::Warning)
        .github_token("gho_secret")
        .github_token_in_environment(true)
        .use_logged_in_user(true)
        .session_idle_timeout(Duration::from_secs(90))
        .base_directory(&base)
        .env("ADDED", "1")
        .env("REMOVED", "1")
        .env_remove("REMOVED")
        .args(["--add-dir", "/data"])
        .client_info("my-app", "1.2.0");
    let client = client.start().await.unwrap();
    let argv = "--add-dir\n/data\n--headless\n--no-auto-update\n--log-level\nwarning\n--stdio\n\
                --auth-token-env\nCOPILOT_GITHUB_TOKEN\n--session-idle-timeout\n90\n";
    assert_eq!(fake.noted("argv"), argv);
    let environment = fake.noted("env");
    let home = format!("COPILOT_HOME={}", base.display());
    for variable in ["COPILOT_GITHUB_TOKEN=gho_secret", &home, "ADDED=1"] {
        assert!(environment.lines().any(|line| line == variable), "{variable}");
    }
    for absent in ["REMOVED=", "COPILOT_CONNECTION_TOKEN=", "NODE_DEBUG="] {
        assert!(!environment.contains(absent), "{absent}");
    }
    assert_eq!(
        fake.noted("cwd").trim_end(),
        place.work().canonicalize().unwrap().to_str().unwrap()
    );
    let connect: serde_json::Value = serde_json::from_str(&fake.noted("connect")).unwrap();
    assert_eq!(
        connect["params"],
        serde_json::json!({"clientInfo": {"editorName": "my-app", "editorVersion": "1.2.0"}})
    );
    assert!(!format!("{client:?}").contains("gho_secret"));
    client.stop().await.unwrap();
}

#[tokio::test]
async fn by_default_the_cli_gets_no_more_than_it_needs_and_a_token_turns_the_login_off() {
    let script = r#"printf '%s\n' "$@" > "$FAKE/argv"; env > "$FAKE/env"; exit 1"#;
    let plain = FakeCli::new(script);
    plain.client().start().await.unwrap_err();
    assert_eq!(plain.noted("argv"), "--headless\n--no-auto-update\n--stdio\n");
    let tcp = FakeCli::new(script);
    let client = tcp.client().use_stdio(false).port(4000).github_token("gho_secret");
    client.start().await.unwrap_err();
    let argv = "--headless\n--no-auto-update\n--port\n4000\n--no-auto-login\n";
    assert_eq!(tcp.noted("argv"), argv);
    let environment = tcp.noted("env");
    let token = environment
        .lines()
        .find_map(|line| line.strip_prefix("COPILOT_CONNECTION_TOKEN="))
        .unwrap();
    assert_eq!(token.len(), 36, "a random UUID");
    assert!(!environment.contains("gho_secret"), "the token goes over the pipe");
}

#[tokio::test]
async fn one_start_serves_prewarm_and_everybody_who_waits() {
    let fake = FakeCli::new(
        r#"while [ ! -e "$FAKE/go" ]; do sleep 0.01; done; greet
           while true; do hear; answer '{"version":"1.0.102"}'; done"#,
    );
    let client = fake.client().auto_start(false).build().unwrap();
    client.prewarm();
    client.prewarm();
    let mut given_up = Box::pin(client.status());
    let waiting =
        std::future::poll_fn(|cx| std::task::Poll::Ready(given_up.as_mut().poll(cx).is_pending()))
            .await;
    assert!(waiting, "nothing has answered yet");
    drop(given_up);
    assert_eq!(client.startup_timings(), None);
    fake.note("go");
    let (one, other) = tokio::join!(client.status(), client.status());
    assert_eq!(
        (one.unwrap().version, other.unwrap().version),
        ("1.0.102".to_owned(), "1.0.102".to_owned())
    );
    assert_eq!(fake.starts(), 1);
    client.stop().await.unwrap();
}

#[tokio::test]
async fn a_failed_prewarm_is_told_to_the_first_use_and_the_next_one_tries_again() {
    let fake = FakeCli::new(
        r#"[ -e "$FAKE/fixed" ] || { echo 'not fixed' >&2; exit 1; }; greet; cat >/dev/null"#,
    );
    let client = fake.client().build().unwrap();
    let mut lifecycle = client.lifecycle();
    client.prewarm();
    let error = client.connect().await.unwrap_err();
    assert!(error.to_string().contains("not fixed"), "{error}");
    assert_eq!(fake.starts(), 1);
    fake.note("fixed");
    client.connect().await.unwrap();
    assert_eq!(fake.starts(), 2);
    client.stop().await.unwrap();
    assert!(lifecycle.next().await.is_none(), "a failed attempt is not the end of the events");
}

#[test]
fn prewarm_outside_a_runtime_leaves_the_start_to_the_first_use() {
    let fake = FakeCli::new("greet; hear; answer '{\"version\":\"1\"}'; cat >/dev/null");
    let client = fake.client().build().unwrap();
    client.prewarm();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        assert_eq!(client.status().await.unwrap().version, "1");
        client.stop().await.unwrap();
    });
    assert_eq!(fake.starts(), 1);
}

#[tokio::test]
async fn a_client_that_is_stopped_while_it_starts_leaves_nothing_behind() {
    let place = Place::new();
    let fake = FakeCli::new(r#"touch "$FAKE/ready"; sleep 600"#);
    let client = fake.client().base_directory(place.copilot_home()).build().unwrap();
    let waiting = client.clone();
    let waiting = tokio::spawn(async move { waiting.connect().await });
    fake.has_noted("ready").await;
    client.force_stop().await.unwrap();
    assert_eq!(carriers(&place), [] as [u32; 0]);
    let error = waiting.await.unwrap().unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::Closed, "the client was stopped while it started")
    );
}

#[tokio::test]
async fn stop_ends_sessions_in_good_order() {
    let hold = Hold::new();
    let stage =
        Stage::new([ModelReply::text("never").held(&hold), ModelReply::text("never").held(&hold)])
            .await;
    let (one, other) =
        (stage.session().create().await.unwrap(), stage.session().create().await.unwrap());
    let mut events = one.events();
    let (running, idle) = (one.clone(), other.events());
    let asked = tokio::spawn(async move { running.ask("go").await });
    hold.reached().await;
    let (first, second) = tokio::join!(stage.client.stop(), stage.client.stop());
    first.unwrap();
    second.unwrap();
    assert_eq!(carriers(&stage.place), [] as [u32; 0]);
    assert_eq!(asked.await.unwrap().unwrap_err().kind(), ErrorKind::Closed);
    let mut types = Vec::new();
    for mut events in [std::mem::replace(&mut events, one.events()), idle] {
        while let Some(event) = events.next().await {
            types.push(event.expect("a good end").event_type().to_owned());
        }
    }
    assert_eq!(types.iter().filter(|kind| *kind == "session.shutdown").count(), 2, "{types:?}");
    assert!(one.events().next().await.is_none());
    let error = other.send("late").await.unwrap_err();
    assert!(error.to_string().ends_with("is over: the client was stopped"), "{error}");
}

#[test]
fn a_client_may_be_dropped_after_its_runtime() {
    let place = Place::new();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let client = runtime.block_on(async { place.client().await.start().await.unwrap() });
    assert!(!carriers(&place).is_empty());
    drop(runtime);
    drop(client);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(wait_until_gone(&place));
}

#[tokio::test]
async fn dropping_a_client_that_starts_ends_the_start() {
    let place = Place::new();
    let fake = FakeCli::new(r#"touch "$FAKE/ready"; cat >/dev/null"#);
    let client: Client = fake.client().base_directory(place.copilot_home()).build().unwrap();
    client.prewarm();
    fake.has_noted("ready").await;
    drop(client);
    wait_until_gone(&place).await;
}
