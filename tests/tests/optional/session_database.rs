//! The database of a session, among the files that this program keeps.

use copilot_sdk::client::ClientBuilder;
use copilot_sdk::ids::SessionId;
use copilot_sdk::session_fs::{Directory, Memory, SessionFs, Sqlite};
use copilot_sdk::store::SessionStore;
use copilot_sdk::testing::{FakeRuntime, ModelReply, ScriptedModel};
use copilot_sdk::{Client, ErrorKind, permission};
use copilot_sdk_tests::{Place, TempDir};
use serde_json::{Value, json};

const FILE: &str = "/session-state/session.db";

fn sql(query: &str) -> ModelReply {
    ModelReply::tool("sql", json!({"description": "A query", "query": query}))
}

/// Makes the agent work on its lists in one CLI, and go on in another one with an empty home.
/// Returns the names of its tools and what it saw.
async fn keeps_lists(
    configured: impl Fn(ClientBuilder) -> ClientBuilder,
) -> (Vec<String>, Vec<String>) {
    let id = SessionId::from("s");
    let model = ScriptedModel::start([
        sql("INSERT INTO todos (id, title) VALUES ('a', 'Paint the fence'), ('b', 'Rest')"),
        sql("UPDATE todos SET status = 'done' WHERE id = 'a'"),
        sql("INSERT INTO nowhere VALUES (1)"),
        ModelReply::text("done"),
        sql("SELECT id, status FROM todos ORDER BY id"),
        ModelReply::text("done"),
    ])
    .await
    .unwrap();
    for turn in 0..2 {
        let place = Place::new();
        let client = configured(place.client().await).start().await.unwrap();
        let session = client.session().provider(model.provider()).model("scripted");
        let session = session.permissions(permission::approve_all());
        let session = match turn {
            0 => session.session_id(id.clone()).create().await.unwrap(),
            _ => session.resume(id.clone()).await.unwrap(),
        };
        session.ask("go").await.unwrap();
        client.stop().await.unwrap();
    }
    let requests = model.requests();
    let tools = requests[0].tool_names().into_iter().map(str::to_owned).collect();
    let seen = requests.last().unwrap().tool_results();
    (tools, seen.into_iter().map(|seen| seen.text).collect())
}

/// Sessions and their databases among these files.
fn kept_in(files: &(impl SessionFs + Clone)) -> impl Fn(ClientBuilder) -> ClientBuilder {
    |client| client.session_fs(files.clone()).session_database(true)
}

fn assert_kept((tools, seen): (Vec<String>, Vec<String>)) {
    assert!(tools.contains(&"sql".to_owned()), "{tools:?}");
    assert!(seen[0].starts_with("2 row(s) inserted."), "{seen:?}");
    assert!(seen[1].starts_with("1 row(s) updated."), "{seen:?}");
    assert!(seen[2].contains("no such table: nowhere"), "{seen:?}");
    assert!(seen[3].ends_with("| a | done |\n| b | pending |"), "{seen:?}");
}

#[tokio::test]
async fn the_agent_goes_on_with_its_lists_in_another_cli_from_memory() {
    let files = Memory::new();
    assert_kept(keeps_lists(kept_in(&files)).await);
    assert!(files.files(&"s".into()).contains(&FILE.to_owned()));
}

#[tokio::test]
async fn the_agent_goes_on_with_its_lists_in_another_cli_from_a_directory() {
    let place = TempDir::new();
    let files = Directory::new(place.path().join("sessions"));
    assert_kept(keeps_lists(kept_in(&files)).await);
    // It is a database for every other program, too.
    let file = files.session(&"s".into()).join("session-state/session.db");
    let done: String = rusqlite::Connection::open(file)
        .unwrap()
        .query_row("SELECT title FROM todos WHERE status = 'done'", [], |row| row.get(0))
        .unwrap();
    assert_eq!(done, "Paint the fence");
}

#[tokio::test]
async fn the_agent_goes_on_with_its_lists_in_another_cli_from_one_database() {
    let place = TempDir::new();
    let file = place.path().join("sessions.db");
    assert_kept(keeps_lists(kept_in(&Sqlite::open(&file).await.unwrap())).await);
    // The next program finds the whole session.
    let files = Sqlite::open(&file).await.unwrap();
    let id = SessionId::from("s");
    assert_eq!(files.sessions().await.unwrap(), std::slice::from_ref(&id));
    let events = files.read_file(&id, "/session-state/events.jsonl").await.unwrap();
    assert!(String::from_utf8(events).unwrap().contains("Paint the fence"));
    assert!(files.exists(&id, FILE).await.unwrap());
}

#[tokio::test]
async fn the_agent_goes_on_with_its_lists_on_another_machine_from_a_store() {
    let place = TempDir::new();
    let on_the_store = |client: ClientBuilder| {
        client.session_store(SessionStore::local(place.path()).unwrap()).session_database(true)
    };
    assert_kept(keeps_lists(on_the_store).await);
}

#[tokio::test]
async fn without_a_database_the_agent_has_no_lists() {
    let files = Memory::new();
    let (tools, seen) = keeps_lists(|client| client.session_fs(files.clone())).await;
    assert!(!tools.contains(&"sql".to_owned()), "{tools:?}");
    assert!(seen.iter().all(|seen| !seen.contains("row(s)")), "{seen:?}");
}

async fn start(fs: impl SessionFs) -> (FakeRuntime, Client) {
    let (fake, transport) = FakeRuntime::new();
    let builder = Client::builder().transport(transport).virtual_fs(fs).session_database(true);
    (fake, builder.start().await.unwrap())
}

async fn ask(fake: &FakeRuntime, session: &str, method: &str, mut params: Value) -> Value {
    params.as_object_mut().unwrap().insert("sessionId".to_owned(), json!(session));
    fake.request(&format!("sessionFs.{method}"), params).await.unwrap()
}

fn statement(query_type: &str, query: &str) -> Value {
    json!({"queryType": query_type, "query": query})
}

#[tokio::test]
async fn each_database_request_is_answered() {
    let (fake, _client) = start(Memory::new()).await;
    let told = fake.calls("sessionFs.setProvider");
    assert_eq!(told[0]["capabilities"], json!({"sqlite": true, "binary": true}));
    let exists = async |session| ask(&fake, session, "sqliteExists", json!({})).await;
    assert_eq!(exists("s").await, json!({"exists": false}));
    let created = statement("exec", "CREATE TABLE t (x)");
    assert_eq!(
        ask(&fake, "s", "sqliteQuery", created.clone()).await,
        json!({"rows": [], "columns": [], "rowsAffected": 0})
    );
    assert_eq!(exists("s").await, json!({"exists": true}));
    assert_eq!(exists("t").await, json!({"exists": false}), "each session has its own");
    let mut insert = statement("run", "INSERT INTO t VALUES (:x)");
    insert["params"] = json!({"x": 7});
    let select = statement("query", "SELECT x FROM t");
    let both = json!({"statements": [insert, select]});
    assert_eq!(
        ask(&fake, "s", "sqliteTransaction", both).await,
        json!({"results": [
            {"rows": [], "columns": [], "rowsAffected": 1, "lastInsertRowid": 1},
            {"rows": [{"x": 7}], "columns": ["x"], "rowsAffected": 0},
        ]})
    );

    // Failures are results.
    let again = ask(&fake, "s", "sqliteQuery", created.clone()).await;
    let text = again["error"]["message"].as_str().unwrap();
    assert!(text.contains("table t already exists"), "{again}");
    assert_eq!(again["error"]["code"], "UNKNOWN");
    let rolled_back = json!({"statements": [insert, created]});
    let failed = ask(&fake, "s", "sqliteTransaction", rolled_back).await;
    assert_eq!(failed["results"], json!([]));
    assert_eq!(failed["error"]["errorClass"], "fatal");
    let rows = ask(&fake, "s", "sqliteQuery", select).await;
    assert_eq!(rows["rows"], json!([{"x": 7}]));
    let unreadable = ask(&fake, "s", "sqliteQuery", json!({"query": 7})).await;
    let text = unreadable["error"]["message"].as_str().unwrap();
    assert!(text.starts_with("the params cannot be read: "), "{text}");
    assert_eq!(fake.problems(), [""; 0]);
}

#[tokio::test]
async fn concurrent_requests_of_many_sessions_lose_nothing() {
    let (fake, _client) = start(Memory::new()).await;
    for session in ["a", "b", "c"] {
        ask(&fake, session, "sqliteQuery", statement("exec", "CREATE TABLE t (x)")).await;
    }
    let fake = std::sync::Arc::new(fake);
    let asked: Vec<_> = (0..60)
        .map(|number: usize| {
            let fake = std::sync::Arc::clone(&fake);
            let insert = statement("run", &format!("INSERT INTO t VALUES ({number})"));
            tokio::spawn(async move {
                ask(&fake, ["a", "b", "c"][number % 3], "sqliteQuery", insert).await
            })
        })
        .collect();
    for asked in asked {
        assert_eq!(asked.await.unwrap()["rowsAffected"], 1);
    }
    for session in ["a", "b", "c"] {
        let count = statement("query", "SELECT count(DISTINCT x) AS n FROM t");
        let count = ask(&fake, session, "sqliteQuery", count).await;
        assert_eq!(count["rows"], json!([{"n": 20}]));
    }
}

#[tokio::test]
async fn a_database_that_cannot_be_read_or_written_is_an_error_and_stays_as_it_is() {
    let files = Memory::new();
    let id = SessionId::from("s");
    files.write_file(&id, FILE, b"no database".into(), None).await.unwrap();
    let (fake, _client) = start(files.clone()).await;
    let text = |answer: Value| answer["error"]["message"].as_str().unwrap().to_owned();
    let damaged = text(ask(&fake, "s", "sqliteQuery", statement("query", "SELECT 1")).await);
    assert!(damaged.starts_with("session.db cannot be used: "), "{damaged}");
    assert_eq!(files.read_file(&id, FILE).await.unwrap(), b"no database");
    // Where a directory stands, no file can be written.
    let files = Memory::new();
    files.write_file(&id, &format!("{FILE}/x"), vec![], None).await.unwrap();
    let (fake, _client) = start(files).await;
    let blocked = statement("exec", "CREATE TABLE t (x)");
    let blocked = text(ask(&fake, "s", "sqliteQuery", blocked).await);
    assert!(blocked.contains("session.db is a directory"), "{blocked}");
}

#[tokio::test]
async fn a_database_needs_files_that_this_program_keeps() {
    let refused = Client::builder().session_database(true).build().unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Config);
    let text = "`session_database` needs `session_fs`, `virtual_fs` or `session_store`";
    assert!(refused.to_string().contains(text), "{refused}");
    let handler = |_: Value| async { Ok::<_, String>(()) };
    let refused = Client::builder().on_request("sessionFs.sqliteQuery", handler).build();
    let text = "use `session_database` of the client builder";
    assert!(refused.unwrap_err().to_string().contains(text));
}
