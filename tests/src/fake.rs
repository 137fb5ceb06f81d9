//! Programs that are nearly a Copilot CLI: shell scripts that listen and answer frame by frame.

use std::path::PathBuf;
use std::process::Command;

use copilot_sdk::Client;
use copilot_sdk::client::ClientBuilder;

use crate::{PATIENCE, TempDir, carriers_of, until};

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
#[derive(Debug)]
pub struct FakeCli(TempDir);

impl FakeCli {
    /// A program that runs this script, which may use the words above.
    ///
    /// # Panics
    ///
    /// When it cannot be written down.
    pub fn new(script: &str) -> Self {
        let fake = Self(TempDir::new());
        std::fs::write(fake.script(), format!("{WORDS}\n{script}\n"))
            .expect("the script can be written");
        fake
    }

    /// Options of a client that starts it. The script's arguments are those of the CLI.
    pub fn client(&self) -> ClientBuilder {
        self.client_without_path().cli_path("/bin/sh")
    }

    /// Options of a client that starts it once it has found `/bin/sh` as its CLI.
    pub fn client_without_path(&self) -> ClientBuilder {
        Client::builder().args([self.script()]).env("FAKE", self.0.path())
    }

    /// Options of a client that finds it as `copilot` on `PATH`.
    ///
    /// # Panics
    ///
    /// As [`path`](Self::path).
    pub fn client_on_path(&self) -> ClientBuilder {
        Client::builder().env("PATH", self.path())
    }

    /// A `PATH` with it as `copilot`.
    ///
    /// # Panics
    ///
    /// When the program cannot be written down.
    pub fn path(&self) -> String {
        let bin = self.0.path().join("bin");
        let program = bin.join("copilot");
        std::fs::create_dir_all(&bin).expect("the directory can be made");
        let script = format!(
            "#!/bin/sh\nFAKE='{}' exec /bin/sh '{}' \"$@\"\n",
            self.0.path().display(),
            self.script().display()
        );
        // Written by a child: a program that this process has open for writing cannot be run, nor
        // while a fork of it has.
        let mut write = Command::new("/bin/sh");
        write
            .args(["-c", "printf %s \"$1\" > \"$2\" && chmod +x \"$2\"", "sh"])
            .args([script.as_str()])
            .arg(&program);
        assert!(
            write.status().expect("there is a shell").success(),
            "{} can be written",
            program.display()
        );
        format!("{}:/usr/bin:/bin", bin.display())
    }

    /// What it noted down.
    pub fn noted(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(name)).unwrap_or_default()
    }

    /// Notes something down for it to see.
    ///
    /// # Panics
    ///
    /// When that cannot be written.
    pub fn note(&self, name: &str) {
        std::fs::write(self.0.path().join(name), "").expect("a note can be written");
    }

    /// How often it was started.
    pub fn starts(&self) -> usize {
        self.noted("starts").lines().count()
    }

    /// Waits until it has noted something down.
    ///
    /// # Panics
    ///
    /// When it has not after [`PATIENCE`].
    pub async fn has_noted(&self, name: &str) {
        let noted = until(|| self.0.path().join(name).exists());
        tokio::time::timeout(PATIENCE, noted).await.expect("it gets that far");
    }

    /// The processes of it and of what it started.
    ///
    /// # Panics
    ///
    /// When the process table cannot be read.
    pub fn carriers(&self) -> Vec<u32> {
        carriers_of("FAKE", self.0.path())
    }

    fn script(&self) -> PathBuf {
        self.0.path().join("cli.sh")
    }
}
