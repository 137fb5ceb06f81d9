//! A CLI that listens on a port, as somebody else would run it.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot be set up has failed")]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use copilot_sdk::Client;
use copilot_sdk::client::ClientBuilder;
use copilot_sdk_tests::{Place, pinned_cli};

/// A CLI server that this test runs, and no client.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
    pub(crate) place: Place,
}

impl Server {
    pub(crate) async fn start(token: Option<&str>) -> Self {
        let program = pinned_cli().await;
        let place = Place::new();
        let unpacked = program.ancestors().nth(3).expect("it is in the cache").join("unpacked");
        let mut command = Command::new(program);
        command
            .args(["--headless", "--no-auto-update", "--no-auto-login"])
            .current_dir(place.work());
        command.env("COPILOT_HOME", place.copilot_home());
        command.env("COPILOT_PKG_CACHE_HOME", unpacked).env("HOME", place.home());
        for secret in ["COPILOT_GITHUB_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"] {
            command.env_remove(secret);
        }
        command.envs(token.map(|token| ("COPILOT_CONNECTION_TOKEN", token)));
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("the CLI starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe"))
            .read_line(&mut line)
            .expect("it says something");
        let port = line.trim_end().rsplit(' ').next().and_then(|port| port.parse().ok());
        Self { child, port: port.unwrap_or_else(|| panic!("no port in {line:?}")), place }
    }

    pub(crate) fn client(&self) -> ClientBuilder {
        Client::builder().cli_url(self.port.to_string())
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("a child of ours").is_none()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
