//! Programs that are no good CLI.

use copilot_sdk::{Client, ErrorKind};
use copilot_sdk_tests::FakeCli;

use crate::stage::within;

pub(super) const ROWS: [(&str, &str); 6] = [
    ("floods stderr", "read and dropped, but for the last 64 lines of at most 1 KiB"),
    ("floods stdout with garbage", "the start fails, showing the garbage: `Handshake`"),
    ("closes stdout and lives on", "the connection ends after 2 s: `Closed`"),
    ("closes stdin and lives on", "the connection ends 1 s after the next call: `Closed`"),
    ("exits at once", "the start fails with exit status and last words: `Start`"),
    ("exits while it is used", "the connection ends with exit status and last words: `Closed`"),
];

async fn start(script: &str) -> (FakeCli, Client) {
    let fake = FakeCli::new(script);
    let client = within(fake.client().start()).await.unwrap();
    (fake, client)
}

/// The error of a start, and of a call of a client that was started.
async fn failure(script: &str) -> (ErrorKind, String) {
    let fake = FakeCli::new(script);
    let error = match within(fake.client().start()).await {
        Ok(client) => {
            let error = within(client.ping("still there?")).await.unwrap_err();
            assert_eq!(within(client.ping("now?")).await.unwrap_err().kind(), error.kind());
            client.force_stop().await.unwrap();
            error
        }
        Err(error) => error,
    };
    (error.kind(), error.to_string())
}

#[tokio::test]
async fn i10_a_flood_on_stderr_holds_up_nothing() {
    let flood = "yes 'a line of noise' | head -c 5000000 >&2; echo last words >&2";
    let script = format!("greet; {flood}; hear; answer '{{\"version\":\"1\"}}'; exit 7");
    let (_fake, client) = start(&script).await;
    assert_eq!(within(client.status()).await.unwrap().version, "1");
    let error = within(client.ping("x")).await.unwrap_err();
    let text = error.to_string();
    assert!(text.contains("exit code 7") && text.ends_with("\nlast words"), "{text}");
    assert!(text.lines().count() < 70, "{text}");
}

#[tokio::test]
async fn i10_a_flood_on_stdout_is_shown_by_its_beginning() {
    let (kind, text) = failure("yes 'a line of noise'").await;
    assert_eq!(kind, ErrorKind::Handshake);
    let start = "/bin/sh does not answer like a copilot cli: expected a Content-Length header, \
                 found `a line of noise\\na line";
    assert!(text.starts_with(start), "{text}");
    assert!(text.len() < 1000, "{text}");
}

#[tokio::test]
async fn i10_a_cli_that_closes_stdout_and_lives_on_is_over() {
    let (kind, text) = failure("greet; exec >&-; sleep 600").await;
    assert_eq!(kind, ErrorKind::Closed);
    assert!(text.starts_with("the copilot cli closed its end of the connection"), "{text}");
}

#[tokio::test]
async fn i10_a_cli_that_closes_stdin_and_lives_on_is_over() {
    let (kind, text) = failure("greet; exec <&-; sleep 600").await;
    assert_eq!(kind, ErrorKind::Closed);
    assert!(text.starts_with("the copilot cli closed its end of the connection"), "{text}");
}

#[tokio::test]
async fn i10_a_cli_that_exits_at_once_is_named_with_its_last_words() {
    for script in ["echo bad luck >&2; exit 3", "hear; echo bad luck >&2; exit 3"] {
        let (kind, text) = failure(script).await;
        assert_eq!(kind, ErrorKind::Start, "{text}");
        assert!(text.contains("exit code 3") && text.ends_with("bad luck"), "{text}");
    }
}

#[tokio::test]
async fn i10_a_cli_that_exits_while_it_is_used_is_named_with_its_last_words() {
    let (kind, text) = failure("greet; hear; echo bad luck >&2; exit 3").await;
    assert_eq!(kind, ErrorKind::Closed);
    assert!(text.contains("exit code 3") && text.ends_with("bad luck"), "{text}");
}
