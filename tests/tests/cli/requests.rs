//! Requests of the real CLI that this crate has no type for, answered by their method.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use copilot_sdk::client::ClientBuilder;
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk_tests::Place;
use serde::Deserialize;
use serde_json::{Value, json};

/// The files of sessions, kept in memory.
#[derive(Clone, Default)]
struct Files(Arc<Mutex<BTreeMap<String, String>>>);

#[derive(Deserialize)]
struct At {
    path: String,
    #[serde(default)]
    content: String,
}

#[derive(Deserialize)]
struct Move {
    src: String,
    dest: String,
}

const TIME: &str = "2026-01-01T00:00:00.000Z";

impl Files {
    /// Gives the client a handler for each method of the file system.
    fn serve(&self, mut client: ClientBuilder) -> ClientBuilder {
        for method in [
            "readFile",
            "writeFile",
            "appendFile",
            "exists",
            "stat",
            "mkdir",
            "readdir",
            "readdirWithTypes",
            "rm",
        ] {
            let files = self.clone();
            client = client.on_request(format!("sessionFs.{method}"), move |at: At| {
                let answer = files.answer(method, at);
                async move { Ok::<_, String>(answer) }
            });
        }
        let files = self.clone();
        client.on_request("sessionFs.rename", move |Move { src, dest }| {
            let mut kept = files.0.lock().unwrap_or_else(PoisonError::into_inner);
            let content = kept.remove(&src);
            kept.extend(content.map(|content| (dest, content)));
            async { Ok::<_, String>(Value::Null) }
        })
    }

    fn answer(&self, method: &str, At { path, content }: At) -> Value {
        let mut files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let below = format!("{path}/");
        let names: Vec<_> =
            files.keys().filter_map(|file| file.strip_prefix(&below)).map(first).collect();
        let missing = json!({"code": "ENOENT"});
        match method {
            "readFile" => match files.get(&path) {
                Some(content) => json!({"content": content}),
                None => json!({"content": "", "error": missing}),
            },
            "writeFile" => {
                files.insert(path, content);
                Value::Null
            }
            "appendFile" => {
                files.entry(path).or_default().push_str(&content);
                Value::Null
            }
            "rm" => {
                files.retain(|file, _| *file != path && !file.starts_with(&below));
                Value::Null
            }
            "exists" => json!({"exists": files.contains_key(&path) || !names.is_empty()}),
            "stat" => json!({
                "isFile": files.contains_key(&path),
                "isDirectory": !files.contains_key(&path),
                "size": files.get(&path).map_or(0, String::len),
                "mtime": TIME,
                "birthtime": TIME,
            }),
            "readdir" => json!({"entries": names}),
            "readdirWithTypes" => {
                let entry = |name: &String| {
                    let is_file = files.contains_key(&format!("{below}{name}"));
                    json!({"name": name, "type": if is_file { "file" } else { "directory" }})
                };
                json!({"entries": names.iter().map(entry).collect::<Vec<_>>()})
            }
            _ => Value::Null,
        }
    }
}

/// The first part of a relative path.
fn first(path: &str) -> String {
    path.split('/').next().unwrap_or(path).to_owned()
}

#[tokio::test]
async fn the_files_of_a_session_are_kept_by_handlers_of_the_program() {
    let place = Place::new();
    let model = ScriptedModel::start([ModelReply::text("kept in memory")]).await.unwrap();
    let files = Files::default();
    let client = files.serve(place.client().await).start().await.unwrap();
    let provider = json!({
        "initialCwd": place.work(),
        "sessionStatePath": "/state",
        "conventions": "posix",
    });
    let accepted: Value = client.call("sessionFs.setProvider", provider).await.unwrap();
    assert_eq!(accepted, json!({"success": true}));

    let session = client.session().model("scripted").provider(model.provider());
    let session = session.create().await.unwrap();
    assert_eq!(session.ask("Where are you kept?").await.unwrap().to_string(), "kept in memory");
    session.disconnect().await.unwrap();
    client.stop().await.unwrap();

    let kept = files.0.lock().unwrap();
    let (_, events) = kept.iter().find(|(path, _)| path.ends_with("events.jsonl")).unwrap();
    assert!(
        events.contains("Where are you kept?") && events.contains("kept in memory"),
        "{events}"
    );
}
