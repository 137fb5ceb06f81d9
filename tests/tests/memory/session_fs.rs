//! The answers to the CLI's file requests, on the wire.

use std::time::{Duration, SystemTime};

use copilot_sdk::ids::SessionId;
use copilot_sdk::session_fs::{
    DirEntry, FileStat, FsError, FsResult, Memory, MkdirOptions, RmOptions, SessionFs,
};
use copilot_sdk::testing::FakeRuntime;
use copilot_sdk::{Client, ErrorKind};
use serde_json::{Value, json};

/// Fails in the way that the path names.
struct Failing;

fn fail<T>(path: &str) -> FsResult<T> {
    match path {
        "/none" => Err(FsError::not_found(path)),
        "/half" => Err(FsError::new("the disk is full").changed()),
        "/full" => Err(FsError::new("the disk is full")),
        _ => panic!("no disk"),
    }
}

impl SessionFs for Failing {
    async fn read_file(&self, _: &SessionId, path: &str) -> FsResult<Vec<u8>> {
        fail(path)
    }

    async fn write_file(
        &self,
        _: &SessionId,
        path: &str,
        _: Vec<u8>,
        _: Option<u32>,
    ) -> FsResult<()> {
        fail(path)
    }

    async fn append_file(
        &self,
        _: &SessionId,
        path: &str,
        _: Vec<u8>,
        _: Option<u32>,
    ) -> FsResult<()> {
        fail(path)
    }

    async fn stat(&self, _: &SessionId, path: &str) -> FsResult<FileStat> {
        match path {
            "/old" => {
                let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_500);
                Ok(FileStat::file(7, time).created(SystemTime::UNIX_EPOCH))
            }
            _ => fail(path),
        }
    }

    async fn mkdir(&self, _: &SessionId, path: &str, _: MkdirOptions) -> FsResult<()> {
        fail(path)
    }

    async fn readdir(&self, _: &SessionId, path: &str) -> FsResult<Vec<DirEntry>> {
        fail(path)
    }

    async fn rm(&self, _: &SessionId, path: &str, _: RmOptions) -> FsResult<()> {
        fail(path)
    }

    async fn rename(&self, _: &SessionId, src: &str, _: &str) -> FsResult<()> {
        fail(src)
    }
}

async fn start(fs: impl SessionFs) -> (FakeRuntime, Client) {
    let (fake, transport) = FakeRuntime::new();
    let client = Client::builder().transport(transport).virtual_fs(fs).start().await.unwrap();
    (fake, client)
}

async fn ask(fake: &FakeRuntime, method: &str, mut params: Value) -> Value {
    params.as_object_mut().unwrap().insert("sessionId".to_owned(), json!("s"));
    fake.request(&format!("sessionFs.{method}"), params).await.unwrap()
}

#[tokio::test]
async fn each_file_request_is_answered_from_the_store() {
    let (fake, _client) = start(Memory::new()).await;
    let told = fake.calls("sessionFs.setProvider");
    let (path, conventions) =
        if cfg!(windows) { ("C:\\session-state", "windows") } else { ("/session-state", "posix") };
    assert_eq!(
        told,
        [json!({
            "initialCwd": std::env::current_dir().unwrap(),
            "sessionStatePath": path,
            "conventions": conventions,
            "capabilities": {"sqlite": false, "binary": true},
        })]
    );
    let table = [
        ("mkdir", json!({"path": "/d/e", "recursive": true, "mode": 448}), Value::Null),
        ("writeFile", json!({"path": "/d/a", "content": "é", "mode": 384}), Value::Null),
        ("appendFile", json!({"path": "/d/a", "content": "x"}), Value::Null),
        ("readFile", json!({"path": "/d/a"}), json!({"content": "éx"})),
        ("readFileBytes", json!({"path": "/d/a"}), json!({"content": "w6l4"})),
        ("writeFileBytes", json!({"path": "/d/b", "content": "/wA="}), Value::Null),
        ("readFileBytes", json!({"path": "/d/b"}), json!({"content": "/wA="})),
        ("readFile", json!({"path": "/d/b"}), json!({"content": "\u{fffd}\0"})),
        ("exists", json!({"path": "/d"}), json!({"exists": true})),
        ("exists", json!({"path": "/e"}), json!({"exists": false})),
        ("readdir", json!({"path": "/d"}), json!({"entries": ["a", "b", "e"]})),
        (
            "readdirWithTypes",
            json!({"path": "/d"}),
            json!({"entries": [
                {"name": "a", "type": "file"},
                {"name": "b", "type": "file"},
                {"name": "e", "type": "directory"},
            ]}),
        ),
        ("rename", json!({"src": "/d/a", "dest": "/d/c"}), Value::Null),
        ("rm", json!({"path": "/d/b"}), Value::Null),
        ("rm", json!({"path": "/d/b", "force": true}), Value::Null),
        ("readdir", json!({"path": "/d"}), json!({"entries": ["c", "e"]})),
        ("rm", json!({"path": "/d", "recursive": true}), Value::Null),
        ("readdir", json!({"path": "/"}), json!({"entries": []})),
    ];
    for (method, params, answer) in table {
        assert_eq!(ask(&fake, method, params.clone()).await, answer, "{method} {params}");
    }
    assert_eq!(fake.problems(), [""; 0]);
}

#[tokio::test]
async fn i6_failures_panics_and_unreadable_params_are_results() {
    let (fake, _client) = start(Failing).await;
    let error = |code: &str, message: &str| json!({"code": code, "message": message});
    let none = error("ENOENT", "not found: /none");
    let full = error("UNKNOWN", "the disk is full");
    let panicked = error("UNKNOWN", "the handler panicked: no disk");
    for (path, error) in [("/none", none), ("/full", full), ("/panic", panicked)] {
        let at = json!({"path": path, "src": path});
        for method in ["writeFile", "appendFile", "writeFileBytes", "mkdir", "rm", "rename"] {
            assert_eq!(ask(&fake, method, at.clone()).await, error, "{method} {path}");
        }
        let empty = json!({"content": "", "error": error});
        assert_eq!(ask(&fake, "readFile", at.clone()).await, empty);
        assert_eq!(ask(&fake, "readFileBytes", at.clone()).await, empty);
        let empty = json!({"entries": [], "error": error});
        assert_eq!(ask(&fake, "readdir", at.clone()).await, empty);
        assert_eq!(ask(&fake, "readdirWithTypes", at.clone()).await, empty);
        let time = "1970-01-01T00:00:00.000Z";
        let nothing = json!({
            "isFile": false, "isDirectory": false, "size": 0, "mtime": time, "birthtime": time,
            "error": error,
        });
        assert_eq!(ask(&fake, "stat", at.clone()).await, nothing);
    }
    let half = json!({"code": "UNKNOWN", "message": "the disk is full", "writeChanged": true});
    assert_eq!(ask(&fake, "writeFile", json!({"path": "/half"})).await, half);
    let old = json!({
        "isFile": true, "isDirectory": false, "size": 7,
        "mtime": "1970-01-01T00:00:01.500Z", "birthtime": "1970-01-01T00:00:00.000Z",
    });
    assert_eq!(ask(&fake, "stat", json!({"path": "/old"})).await, old);

    // A question has no place for a failure, and is refused.
    assert_eq!(ask(&fake, "exists", json!({"path": "/none"})).await, json!({"exists": false}));
    let params = json!({"sessionId": "s", "path": "/full"});
    let refused = fake.request("sessionFs.exists", params).await.unwrap_err();
    assert!(refused.to_string().contains("the disk is full"), "{refused}");

    let unreadable = json!({"path": 7});
    let read = ask(&fake, "readFile", unreadable).await;
    let text = read["error"]["message"].as_str().unwrap();
    let wrong = "the params cannot be read: `path` has a value of the wrong type at line 1";
    assert!(text.starts_with(wrong), "{text}");
    let bytes = ask(&fake, "writeFileBytes", json!({"path": "/x", "content": "?"})).await;
    let text = bytes["message"].as_str().unwrap();
    assert!(text.starts_with("the content of /x is no base64: "), "{text}");
    assert_eq!(fake.problems(), [""; 0]);
}

#[tokio::test]
async fn a_cli_that_does_not_accept_the_store_is_not_used() {
    for (prepare, why) in [
        (
            (|fake| fake.refuse("sessionFs.setProvider", -32601, "unknown")) as Prepare,
            "it does not know the method; use cli ",
        ),
        (
            |fake| fake.answer("sessionFs.setProvider", json!({"success": false})),
            "it answered with `success: false`",
        ),
    ] {
        let (fake, transport) = FakeRuntime::new();
        prepare(&fake);
        let client = Client::builder().transport(transport).session_fs(Memory::new());
        let refused = client.start().await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Start);
        let text = refused.to_string();
        let expected = format!("does not accept `session_fs` (sessionFs.setProvider): {why}");
        assert!(text.contains(&expected), "{text}");
    }
}

type Prepare = fn(&FakeRuntime) -> &FakeRuntime;

#[tokio::test]
async fn the_store_is_named_to_who_answers_its_requests_by_their_method() {
    let handler = |_: Value| async { Ok::<_, String>(()) };
    let refused = Client::builder().on_request("sessionFs.stat", handler).build().unwrap_err();
    let text = "use `session_fs` or `virtual_fs` of the client builder";
    assert!(refused.to_string().contains(text), "{refused}");
}
