//! What can be wrong before anything works: one clear error each.

use std::net::TcpListener;
use std::time::Duration;

use copilot_sdk::ids::SessionId;
use copilot_sdk::{Client, Error, ErrorKind, Provider};
use copilot_sdk_tests::{FakeCli, PATIENCE, Place};
use serde_json::{Value, json};

async fn start(script: &str) -> Result<Client, Error> {
    FakeCli::new(script).client().start().await
}

#[tokio::test]
async fn no_cli_found_lists_everything_that_was_tried_and_what_to_do() {
    let client = Client::builder()
        .env("PATH", "/nowhere/bin")
        .env("COPILOT_SDK_CACHE", "/nowhere/cache")
        .env_remove("COPILOT_CLI_PATH");
    let error = client.start().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Start);
    for part in [
        "COPILOT_CLI_PATH: not set",
        "PATH: no usable copilot",
        "/nowhere/cache/cli/",
        "cli::install()",
    ] {
        assert!(error.to_string().contains(part), "{part}: {error}");
    }
}

#[tokio::test]
async fn a_protocol_outside_the_range_names_both_versions_and_the_fix() {
    for (answer, theirs) in [
        (
            r#"answer '{"ok":true,"protocolVersion":4,"version":"2.0.0"}'"#,
            "speaks protocol 4 (cli 2.0.0)",
        ),
        (r#"answer '{"ok":true,"protocolVersion":1}'"#, "speaks protocol 1, "),
        (
            r#"answer '{"ok":true}'"#,
            "does not say which protocol it speaks (it answered `connect` with `{\"ok\":true}`), ",
        ),
        (
            r#"refuse -32601 'Unhandled method connect'; hear; answer '{"message":"pong","protocolVersion":1}'; hear; answer '{"version":"0.0.1"}'; hear; answer null"#,
            "speaks protocol 1 (cli 0.0.1)",
        ),
    ] {
        let error = start(&format!("hear; {answer}; cat >/dev/null")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Handshake, "{error}");
        let text = error.to_string();
        assert!(text.contains("/bin/sh ") && text.contains(theirs), "{text}");
        assert!(
            text.contains(
                "needs protocols 2 to 3: use cli 1.0.102 (`copilot_sdk::cli::install()`)"
            ),
            "{text}"
        );
    }
}

#[tokio::test]
async fn what_is_not_a_copilot_cli_is_shown_with_what_it_sent_instead() {
    let not_a_cli = "/bin/sh does not answer like a copilot cli: ";
    for (script, kind, text) in [
        (
            "cat",
            ErrorKind::Handshake,
            format!("{not_a_cli}the cli refused `ping`: unknown method `ping`"),
        ),
        (
            "hear; answer 7; cat >/dev/null",
            ErrorKind::Handshake,
            format!("{not_a_cli}it answered `connect` with `7`"),
        ),
        (
            "hear; answer '[3]'; cat >/dev/null",
            ErrorKind::Handshake,
            format!("{not_a_cli}it answered `connect` with `[3]`"),
        ),
        (
            r#"hear; answer '{"protocolVersion":"3"}'; cat >/dev/null"#,
            ErrorKind::Handshake,
            format!("{not_a_cli}it answered `connect` with `{{\"protocolVersion\":\"3\"}}`"),
        ),
        (
            "hear; refuse -32603 broken; cat >/dev/null",
            ErrorKind::Handshake,
            format!("{not_a_cli}the cli refused `connect`: broken"),
        ),
        (
            r"printf '<!doctype html>\r\n<p>Hello</p>\r\n\r\n'; cat >/dev/null",
            ErrorKind::Handshake,
            format!(
                r"{not_a_cli}expected a Content-Length header, found `<!doctype html>\r\n<p>Hello</p>\r\n\r\n`"
            ),
        ),
        (
            "echo bad luck >&2; exit 3",
            ErrorKind::Start,
            "/bin/sh ended before it answered: the copilot cli ended (exit code 3)".to_owned(),
        ),
    ] {
        let error = start(script).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{script}: {error}");
        assert!(error.to_string().starts_with(&text), "{script}: {error}");
    }
    assert!(
        start("echo bad luck >&2; exit 3").await.unwrap_err().to_string().ends_with("bad luck")
    );
}

/// The end of the child's stdin may be seen before the garbage that it printed.
#[tokio::test]
async fn what_printed_garbage_and_ended_is_always_shown_with_the_garbage() {
    let fake = FakeCli::new("echo Usage: none; exit 1");
    for _ in 0..20 {
        let error = fake.client().start().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Handshake, "{error}");
        assert!(error.to_string().contains("found `Usage: none\\n`"), "{error}");
    }
}

#[tokio::test]
async fn a_log_line_in_front_of_the_first_frame_is_passed_over() {
    let fake = FakeCli::new(
        "echo 'warning: this goes to stdout'; greet; hear; answer '{\"version\":\"1.0.102\"}'; \
         cat >/dev/null",
    );
    let client = fake.client().start().await.unwrap();
    assert_eq!(client.status().await.unwrap().version, "1.0.102");
    client.stop().await.unwrap();
}

#[tokio::test]
async fn a_cli_that_never_answers_fails_after_the_start_timeout_with_its_last_words() {
    let fake = FakeCli::new("echo 'still unpacking' >&2; cat >/dev/null");
    let client = fake.client().start_timeout(Duration::from_millis(500)).build().unwrap();
    let said = async {
        loop {
            let error = client.connect().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Start);
            let text = error.to_string();
            let first = "the copilot cli did not answer within 500ms; raise `start_timeout` if it \
                         only needs longer";
            assert!(text.starts_with(first), "{text}");
            // On a busy machine it may get to say nothing in that time.
            if text.ends_with("its last lines on stderr:\nstill unpacking") {
                break;
            }
        }
    };
    tokio::time::timeout(PATIENCE, said).await.expect("its last words are kept");
}

#[tokio::test]
async fn a_busy_port_is_named_with_the_words_of_the_cli() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let place = Place::new();
    let error = place.client().await.use_stdio(false).port(port).start().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Start);
    let text = error.to_string();
    assert!(text.starts_with(&format!("no server on port {port}: ")), "{text}");
    assert!(
        text.contains(
            "; is the port taken? choose another `port`, or leave it out for any free one"
        ),
        "{text}"
    );
    assert!(std::error::Error::source(&error).unwrap().to_string().contains("in use"), "{error:?}");
}

#[tokio::test]
async fn a_missing_working_directory_is_named() {
    let error = FakeCli::new("").client().cwd("/no/such/directory").start().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Start);
    let text = "the working directory /no/such/directory is missing or not a directory: \
                create it or name another";
    assert_eq!(error.to_string(), text);
}

#[tokio::test]
async fn contradicting_options_are_config_errors_before_anything_starts() {
    let fake = FakeCli::new("greet; cat >/dev/null");
    let error = fake.client().cli_url("8080").start().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let excluded = |option| {
        format!(
            "`{option}` and `cli_url` exclude each other: `{option}` is for a CLI that this \
             client starts"
        )
    };
    assert_eq!(error.problems(), ["cli_path", "env", "args"].map(excluded));
    let error = fake.client().port(4000).args(["--log-level=debug"]).start().await.unwrap_err();
    assert_eq!(
        error.problems(),
        [
            "`port` and `use_stdio(true)` exclude each other: add `use_stdio(false)`",
            "`args` holds `--log-level`: use `log_level`",
        ]
    );
    assert_eq!(fake.starts(), 0);
}

#[tokio::test]
async fn session_ids_that_cannot_be_are_refused() {
    let place = Place::new();
    let client = place.client().await.start().await.unwrap();
    for id in ["", "a b", "../up", "ü"] {
        let error = client.session().session_id(id).create().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{id}: {error}");
        assert!(error.to_string().contains("letters, digits, `-` and `_`"), "{error}");
    }
    for error in [
        client.session_metadata("../up").await.unwrap_err(),
        client.delete_session("../up").await.unwrap_err(),
    ] {
        assert_eq!(
            (error.kind(), error.session_id().map(SessionId::as_str)),
            (ErrorKind::Rpc, Some("../up"))
        );
        assert!(error.to_string().contains("Invalid sessionId"), "{error}");
    }
    client.stop().await.unwrap();
}

#[tokio::test]
async fn without_login_and_provider_a_session_is_refused_with_the_ways_to_sign_in() {
    let place = Place::new();
    let client = place.client().await.start().await.unwrap();
    let error = client.session().create().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SignedOut);
    for way in [
        "copilot login",
        "COPILOT_GITHUB_TOKEN",
        "GH_TOKEN",
        "GITHUB_TOKEN",
        "`github_token`",
        "`provider`",
    ] {
        assert!(error.to_string().contains(way), "{way}: {error}");
    }
    for same in [
        client.models().await.unwrap_err(),
        client.refresh_models().await.unwrap_err(),
        client.quota().await.unwrap_err(),
    ] {
        assert_eq!((same.kind(), same.to_string()), (ErrorKind::SignedOut, error.to_string()));
    }
    client.stop().await.unwrap();
}

/// Neither can be provoked offline, so a program that is nearly a CLI asks what the schema says.
#[tokio::test]
async fn questions_without_a_handler_are_answered_no_and_not_left_open() {
    let fake = FakeCli::new(
        r#"greet
        hear; answer '{"isAuthenticated":true}'
        hear; answer '{"sessionId":"s"}'
        ask() {
            say "{\"jsonrpc\":\"2.0\",\"method\":\"session.event\",\"params\":{\"sessionId\":\"s\",\"event\":{\"id\":\"$1\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"parentId\":null,\"type\":\"$1\",\"data\":$2}}}"
            hear
            printf '%s\n' "$request" >> "$FAKE/answers"
        }
        ask session_limits_exhausted.requested '{"requestId":"l","usedAiCredits":31,"maxAiCredits":30}'
        ask sampling.requested '{"requestId":"m","serverName":"srv","mcpRequestId":1}'
        echo > "$FAKE/asked"
        cat > /dev/null"#,
    );
    let client = fake.client().start().await.unwrap();
    let session = client.session().session_id("s").create().await.unwrap();
    fake.has_noted("asked").await;
    let answers = fake.noted("answers");
    let answers: Vec<Value> =
        answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let answers: Vec<_> = answers
        .iter()
        .map(|call| (call["method"].as_str().unwrap(), call["params"].clone()))
        .collect();
    let limits = json!({"sessionId": "s", "requestId": "l", "response": {"action": "cancel"}});
    assert_eq!(
        answers,
        [
            ("session.ui.handlePendingSessionLimitsExhausted", limits),
            ("session.ui.handlePendingSampling", json!({"sessionId": "s", "requestId": "m"})),
        ]
    );
    drop(session);
    client.force_stop().await.unwrap();
}

#[tokio::test]
async fn nothing_can_be_asked_after_stop() {
    let fake = FakeCli::new("greet; cat >/dev/null");
    let client = fake.client().start().await.unwrap();
    client.stop().await.unwrap();
    for error in [
        client.ping("late").await.unwrap_err(),
        client.connect().await.unwrap_err(),
        client.models().await.unwrap_err(),
        client.session().model("m").create().await.map(drop).unwrap_err(),
    ] {
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (ErrorKind::Closed, "the client was stopped; make a new one")
        );
    }
    client.prewarm();
    assert_eq!(fake.starts(), 1);
    assert!(client.lifecycle().next().await.is_none());
}

#[tokio::test]
async fn i6_a_question_that_cannot_be_read_is_refused() {
    let fake = FakeCli::new(
        r#"
ask() {
    say "{\"jsonrpc\":\"2.0\",\"method\":\"session.event\",\"params\":{\"sessionId\":\"s\",\"event\":{\"type\":\"$1\",\"id\":\"$2\",\"data\":$3}}}"
}
greet
while hear; do
    answer '{"sessionId":"s","success":true}'
    case "$request" in
        *session.create*) ask external_tool.requested e1 '{"requestId":"r1","toolName":"lost"}';;
        *handlePendingToolCall*) printf %s "$request" > "$FAKE/answer"; mv "$FAKE/answer" "$FAKE/answered";;
    esac
done"#,
    );
    let client = fake.client().start().await.unwrap();
    let model = Provider::openai("http://127.0.0.1:9");
    let session =
        client.session().session_id("s").model("none").provider(model).create().await.unwrap();
    fake.has_noted("answered").await;
    let answer: Value = serde_json::from_str(&fake.noted("answered")).unwrap();
    assert_eq!(answer["params"]["requestId"], "r1");
    assert_eq!(answer["params"]["result"]["resultType"], "failure");
    drop(session);
    client.force_stop().await.unwrap();
}
