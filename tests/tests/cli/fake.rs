//! Programs that are nearly a Copilot CLI: shell scripts that listen and answer frame by frame.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot be set up has failed")]

use copilot_sdk::Client;
use copilot_sdk::client::ClientBuilder;
use copilot_sdk_tests::TempDir;

/// `hear` waits for a request, `answer` and `refuse` answer it, `say` sends any message.
const WORDS: &str = r#"
say() { printf 'Content-Length: %d\r\n\r\n%s' "${#1}" "$1"; }
hear() {
    IFS= read -r length && IFS= read -r blank || exit 0
    request=$(head -c "$(printf %s "$length" | tr -dc 0-9)")
    id=$(printf %s "$request" | sed 's/.*"id":\([0-9]*\).*/\1/')
}
answer() { say "{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":$1}"; }
refuse() { say "{\"jsonrpc\":\"2.0\",\"id\":$id,\"error\":{\"code\":$1,\"message\":\"$2\"}}"; }
greet() { hear; answer '{"ok":true,"protocolVersion":3,"version":"1.0.102"}'; }
echo started >> "$FAKE/starts"
"#;

/// One such program, and a directory (`$FAKE` in the script) for what it notes down.
pub(crate) struct FakeCli(TempDir);

impl FakeCli {
    pub(crate) fn new(script: &str) -> Self {
        let directory = TempDir::new();
        std::fs::write(directory.path().join("cli.sh"), format!("{WORDS}\n{script}\n")).unwrap();
        Self(directory)
    }

    /// Options of a client that starts it. The script's arguments are those of the CLI.
    pub(crate) fn client(&self) -> ClientBuilder {
        let directory = self.0.path();
        Client::builder().cli_path("/bin/sh").args([directory.join("cli.sh")]).env("FAKE", directory)
    }

    /// What it noted down.
    pub(crate) fn noted(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(name)).unwrap_or_default()
    }

    /// Notes something down for it to see.
    pub(crate) fn note(&self, name: &str) {
        std::fs::write(self.0.path().join(name), "").unwrap();
    }

    /// How often it was started.
    pub(crate) fn starts(&self) -> usize {
        self.noted("starts").lines().count()
    }

    /// Waits until it has noted something down.
    pub(crate) async fn has_noted(&self, name: &str) {
        let seen = async {
            while !self.0.path().join(name).exists() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(copilot_sdk_tests::PATIENCE, seen).await.expect("it gets that far");
    }
}
