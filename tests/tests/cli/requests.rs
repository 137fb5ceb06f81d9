//! Every request of the pinned CLI, held against those that this crate has a typed way for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use copilot_sdk::{Client, ErrorKind, cli};
use copilot_sdk_tests::{Stage, pinned_cli};
use serde_json::Value;

/// The requests and notifications that have no typed way, with the reason.
const UNTYPED: [(&str, &str); 15] = [
    ("extensionLaunchProvider.resolve", "asked only after `registerExtensionLaunchProvider`"),
    ("host.exited", "for applications that host the CLI's own listener"),
    ("host.materializeSession", "internal"),
    ("host.registerSession", "internal"),
    ("host.sessionReleased", "internal"),
    ("host.shutdown", "internal"),
    ("host.unregisterSession", "internal"),
    ("installations.confirm", "asked only of who installs from a catalog"),
    ("sessionFs.sqliteExists", DATABASE),
    ("sessionFs.sqliteQuery", DATABASE),
    ("sessionFs.sqliteTransaction", DATABASE),
    ("tasks.cancel", "asked only of who registered tasks with `session.tasks.register`"),
    ("uiThread.run", "for hosts in the CLI's own process"),
    ("workflow.abort", "asked only of extensions"),
    ("workflow.execute", "asked only of extensions"),
];

const DATABASE: &str = "typed with the feature `sqlite`";

#[tokio::test]
async fn every_request_of_the_pinned_cli_has_a_typed_way_or_a_reason() {
    // The CLI unpacks its schemas when it starts.
    Stage::new([]).await.stop().await;
    let schema: Value = serde_json::from_slice(&std::fs::read(schema().await).unwrap()).unwrap();
    let mut methods = BTreeMap::new();
    for group in ["clientSession", "clientGlobal"] {
        collect(&schema[group], &mut methods);
    }
    assert!(methods.len() > 30, "{methods:?}");
    let untyped = methods.iter().filter(|(method, notifies)| !is_typed(method, **notifies));
    let untyped: BTreeSet<_> = untyped.map(|(method, _)| method.as_str()).collect();
    let has_databases = cfg!(feature = "optional");
    let listed = UNTYPED.iter().filter(|(_, reason)| !has_databases || *reason != DATABASE);
    let listed: BTreeSet<_> = listed.map(|(method, _)| *method).collect();
    assert_eq!(untyped, listed);
}

/// Whether a handler by method is refused, because there is a typed way.
fn is_typed(method: &str, notifies: bool) -> bool {
    let client = Client::builder();
    let built = if notifies {
        client.on_notification(method, |_: Value| {}).build()
    } else {
        client.on_request(method, |_: Value| async { Ok::<_, String>(()) }).build()
    };
    match built {
        Ok(_) => false,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(error.to_string().contains(", use `"), "{error}");
            true
        }
    }
}

/// The methods below a group of the schema, and whether each is a notification.
fn collect(group: &Value, methods: &mut BTreeMap<String, bool>) {
    for (_, entry) in group.as_object().into_iter().flatten() {
        match entry["rpcMethod"].as_str() {
            Some(method) => {
                methods.insert(method.to_owned(), entry["notification"] == true);
            }
            None => collect(entry, methods),
        }
    }
}

/// The schema that the pinned CLI has unpacked.
async fn schema() -> PathBuf {
    let packages = pinned_cli().await.ancestors().nth(3).unwrap().join("unpacked/pkg");
    let platforms = std::fs::read_dir(&packages).unwrap().flatten();
    let files = platforms
        .map(|platform| platform.path().join(cli::VERSION).join("schemas/api.schema.json"));
    let found = files.into_iter().find(|file| file.is_file());
    found.unwrap_or_else(|| panic!("no schema of {} below {}", cli::VERSION, packages.display()))
}
