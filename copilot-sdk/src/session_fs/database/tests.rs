//! Statements of an agent, well-meant and hostile.

use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;
use serde_json::{Value, json};

use super::guard::Limits;
use super::keep::Databases;
use super::run::run;
use super::wire::{SqlRequest, SqlStatement};
use crate::session_fs::Memory;

fn statement(query_type: &str, query: &str, params: Value) -> SqlStatement {
    let mut statement = json!({"query": query, "queryType": query_type});
    statement["params"] = params;
    serde_json::from_value(statement).unwrap()
}

/// A database that lives from one request to the next.
#[derive(Default)]
struct Kept {
    image: Option<Vec<u8>>,
    limits: Option<Limits>,
}

impl Kept {
    fn run(&mut self, request: &SqlRequest) -> Result<Value, String> {
        let limits = self.limits.unwrap_or(Limits::DEFAULT);
        let ran = run(self.image.clone(), request, limits);
        let (results, image) = ran.map_err(|error| error.to_string())?;
        self.image = image.or(self.image.take());
        Ok(serde_json::to_value(results).unwrap())
    }

    fn one(&mut self, query_type: &str, query: &str, params: Value) -> Result<Value, String> {
        let request = SqlRequest::Query(statement(query_type, query, params));
        Ok(self.run(&request)?[0].take())
    }

    fn all(&mut self, statements: impl Into<Vec<SqlStatement>>) -> Result<Value, String> {
        self.run(&SqlRequest::Transaction(statements.into()))
    }

    fn exec(&mut self, query: &str) -> Result<Value, String> {
        self.one("exec", query, Value::Null)
    }

    fn rows(&mut self, query: &str) -> Value {
        self.one("query", query, Value::Null).unwrap()["rows"].take()
    }
}

#[test]
fn statements_give_rows_columns_and_counts() {
    let mut kept = Kept::default();
    assert_eq!(
        kept.one("query", "SELECT 1 AS one", Value::Null).unwrap(),
        json!({"rows": [{"one": 1}], "columns": ["one"], "rowsAffected": 0})
    );
    assert_eq!(kept.image, None, "what only reads writes nothing");
    kept.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, x); CREATE INDEX i ON t (x);").unwrap();
    assert_eq!(
        kept.one("run", "INSERT INTO t (x) VALUES (:a), ($b), (@c)", json!({":a": 1, "b": "é"}))
            .unwrap(),
        json!({"rows": [], "columns": [], "rowsAffected": 3, "lastInsertRowid": 3})
    );
    assert_eq!(
        kept.rows("SELECT x, typeof(x) AS kind FROM t ORDER BY id"),
        json!([
            {"x": 1, "kind": "integer"}, {"x": "é", "kind": "text"}, {"x": null, "kind": "null"},
        ])
    );
    let deleted = kept.one("run", "DELETE FROM t WHERE id > ?1", json!({"1": 1})).unwrap();
    assert_eq!(deleted["rowsAffected"], 2);
    let before = kept.image.clone();
    assert_eq!(kept.rows("SELECT count(*) AS n FROM t"), json!([{"n": 1}]));
    assert_eq!(kept.image, before);
    let returned = kept.one("query", "INSERT INTO t (x) VALUES (7) RETURNING x", Value::Null);
    assert_eq!(returned.unwrap()["rows"], json!([{"x": 7}]));
}

#[test]
fn values_survive_and_columns_of_one_name_are_told_apart() {
    let mut kept = Kept::default();
    let buffer = json!({"type": "Buffer", "data": [0, 255]});
    let given = json!({"i": -5, "r": 1.5, "t": "a\0b", "b": buffer, "y": true, "n": null});
    let selected =
        kept.one("query", "SELECT :i i, :r r, :t t, :b b, :y y, :n n, 1 i, 2 i", given).unwrap();
    assert_eq!(
        selected["rows"],
        json!([{
            "i": -5, "r": 1.5, "t": "a\0b", "b": buffer, "y": 1, "n": null, "i:1": 1, "i:2": 2,
        }])
    );
    assert_eq!(selected["columns"], json!(["i", "r", "t", "b", "y", "n", "i:1", "i:2"]));
    // JavaScript would round them; JSON has no infinity.
    assert_eq!(
        kept.rows("SELECT 9007199254740993 AS big, -9e999 AS low, CAST(x'ff' AS TEXT) AS odd"),
        json!([{"big": "9007199254740993", "low": "-Inf", "odd": "\u{fffd}"}])
    );
    for (value, why) in [
        (json!([1]), "the value of v is an array: give JSON text"),
        (json!({"a": 1}), "the value of v is an object: give JSON text"),
        (json!(u64::MAX), "the value of v is larger than the integers of SQLite: give it as text"),
    ] {
        assert_eq!(kept.one("query", "SELECT :v", json!({"v": value})).unwrap_err(), why);
    }
    let unknown = kept.one("query", "SELECT :v", json!({"w": 1})).unwrap_err();
    assert_eq!(unknown, "no parameter of the statement is named w");
}

#[test]
fn a_request_changes_everything_or_nothing() {
    let mut kept = Kept::default();
    kept.exec("CREATE TABLE t (x UNIQUE)").unwrap();
    let insert = |x: i32| statement("run", "INSERT INTO t VALUES (:x)", json!({"x": x}));
    let failed = kept.all([insert(1), insert(2), insert(1)]).unwrap_err();
    assert!(failed.contains("UNIQUE constraint failed: t.x"), "{failed}");
    assert_eq!(kept.rows("SELECT * FROM t"), json!([]));
    assert_eq!(kept.all([insert(1), insert(2)]).unwrap()[1]["rowsAffected"], 1);
    kept.exec("INSERT INTO t VALUES (3); INSERT INTO t VALUES (3)").unwrap_err();
    assert_eq!(kept.rows("SELECT count(*) AS n FROM t"), json!([{"n": 2}]));
    kept.exec("BEGIN; INSERT INTO t VALUES (4); COMMIT").unwrap();
    let open = kept.exec("BEGIN; INSERT INTO t VALUES (5)").unwrap_err();
    assert!(open.starts_with("the transaction is still open"), "{open}");
    assert_eq!(kept.rows("SELECT max(x) AS x FROM t"), json!([{"x": 4}]));
    // A transaction that a statement of it ends early is no harm either.
    let ended = kept.all([insert(6), statement("exec", "COMMIT", Value::Null), insert(7)]);
    assert!(ended.unwrap_err().contains("no transaction is active"));
    assert_eq!(kept.rows("SELECT max(x) AS x FROM t"), json!([{"x": 4}]));
    // A row may come after the one that refers to it.
    kept.exec("CREATE TABLE r (t REFERENCES t (x) DEFERRABLE INITIALLY DEFERRED)").unwrap();
    let refers = || statement("run", "INSERT INTO r VALUES (8)", Value::Null);
    kept.all([refers(), insert(8)]).unwrap();
    kept.all([statement("run", "DELETE FROM t WHERE x = 8", Value::Null)]).unwrap_err();
}

#[test]
fn a_hostile_statement_reaches_nothing_outside_and_ends() {
    let mut kept = Kept::default();
    kept.exec("CREATE TABLE t (x)").unwrap();
    let outside = std::env::temp_dir().join("copilot-sdk-outside.db");
    let not_allowed = " is not allowed in the database of a session";
    for (query, what) in [
        (format!("ATTACH '{}' AS o", outside.display()), "ATTACH or VACUUM"),
        (format!("VACUUM INTO '{}'", outside.display()), "ATTACH or VACUUM"),
        ("DETACH main".to_owned(), "DETACH"),
        ("PRAGMA journal_mode = WAL".to_owned(), "PRAGMA journal_mode"),
        ("PRAGMA max_page_count = 9999999".to_owned(), "PRAGMA max_page_count"),
        ("PRAGMA temp_store_directory = '/'".to_owned(), "PRAGMA temp_store_directory"),
        ("PRAGMA Writable_Schema = 1".to_owned(), "PRAGMA Writable_Schema"),
        ("SELECT * FROM pragma_database_list".to_owned(), "PRAGMA database_list"),
        ("SELECT load_extension('/lib/x.so')".to_owned(), "load_extension"),
    ] {
        assert_eq!(kept.exec(&query).unwrap_err(), format!("{what}{not_allowed}"), "{query}");
    }
    assert!(!outside.exists());
    for query in
        ["SELECT readfile('/etc/passwd')", "DELETE FROM sqlite_schema", "SELEC", "SELECT 1;\0;"]
    {
        kept.exec(query).unwrap_err();
    }
    kept.one("query", "PRAGMA table_info(t)", Value::Null).unwrap();
    kept.one("query", "PRAGMA user_version", Value::Null).unwrap();

    let short = Limits { time: Duration::from_millis(30), ..Limits::DEFAULT };
    let mut slow = Kept { limits: Some(short), ..Kept::default() };
    let endless = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)
        SELECT count(*) FROM n";
    assert_eq!(slow.exec(endless).unwrap_err(), "the statement took longer than 30ms");
    // An error does not repeat the statement.
    let syntax = kept.exec("SELECT 1; SELEC").unwrap_err();
    assert_eq!(syntax, "near \"SELEC\": syntax error");
    let long = kept.exec(&format!("SELECT {}", "x".repeat(100_000))).unwrap_err();
    assert!(long.starts_with("no such column: xxx") && long.len() < 1_100, "{long}");
    let like = "SELECT 'a' LIKE '%' || replace(hex(zeroblob(500)), '0', 'a')";
    assert_eq!(kept.exec(like).unwrap_err(), "LIKE or GLOB pattern too complex");
}

#[tokio::test]
async fn a_call_that_cannot_be_interrupted_holds_nobody_up() {
    const LONG: &str = "SELECT trim(
        replace(hex(zeroblob(50000)), '0', 'a'), replace(hex(zeroblob(5000)), '0', 'b') || 'a')";
    let short = Limits { time: Duration::from_millis(500), ..Limits::DEFAULT };
    let databases = Arc::new(Databases::new(Arc::new(Memory::new()), short));
    let run = async |session: &str, query: &str| {
        let request = SqlRequest::Query(statement("query", query, Value::Null));
        let ran = Arc::clone(&databases).run(session.into(), request).await;
        ran.map(drop).map_err(|error| error.to_string())
    };
    let too_long = "the statement took longer than 500ms";
    assert_eq!(run("s", LONG).await.unwrap_err(), too_long);
    let busy = "a statement that took too long still runs: try again when it has ended";
    assert_eq!(run("s", "SELECT 1").await.unwrap_err(), busy);
    run("t", "SELECT 1").await.unwrap();
    // The session can go on once it has ended.
    let ended = async {
        while run("s", "SELECT 1").await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), ended).await.unwrap();
}

#[test]
fn neither_the_database_nor_an_answer_grows_without_end() {
    let small = Limits { database: 64 << 10, answer: 1_000, ..Limits::DEFAULT };
    let mut kept = Kept { limits: Some(small), ..Kept::default() };
    kept.exec("CREATE TABLE t (x)").unwrap();
    let mut fill = || kept.exec("INSERT INTO t VALUES (randomblob(8000))");
    let refused = std::iter::repeat_with(&mut fill).take(20).find_map(Result::err);
    assert_eq!(refused.unwrap(), "the database is full: it has at most 65536 bytes");
    assert!(kept.image.as_ref().is_some_and(|image| image.len() <= 65536));
    let rows = kept.one("query", "SELECT x FROM t", Value::Null).unwrap_err();
    let text = "the rows have more than 1000 bytes: select fewer of them, or fewer columns";
    assert_eq!(rows, text);
    let long = kept.exec(&format!("SELECT '{}'", "x".repeat(2 << 20))).unwrap_err();
    assert_eq!(long, "statement too long");
    let blob = kept.one("query", "SELECT zeroblob(300000)", Value::Null).unwrap_err();
    assert!(blob.contains("too big"), "{blob}");
    // The names of columns count, too, and temporary tables have a limit of their own.
    let mut kept = Kept { limits: Some(small), ..Kept::default() };
    kept.exec(&format!("CREATE TABLE n (\"{}\")", "n".repeat(400))).unwrap();
    assert_eq!(kept.one("query", "SELECT *, *, * FROM n", Value::Null).unwrap_err(), text);
    let columns = vec!["1"; 257].join(", ");
    let wide = kept.exec(&format!("SELECT {columns}")).unwrap_err();
    assert!(wide.starts_with("too many columns in result set"), "{wide}");
    let temporary = "CREATE TEMP TABLE c AS WITH RECURSIVE n (x) AS
        (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 20) SELECT randomblob(8000) FROM n";
    assert_eq!(
        kept.exec(temporary).unwrap_err(),
        "the database is full: it has at most 65536 bytes"
    );
    kept.limits = Some(Limits { database: 4 << 10, ..Limits::DEFAULT });
    let large = kept.exec("SELECT 1").unwrap_err();
    assert!(large.starts_with("session.db cannot be used: it has "), "{large}");
}

#[test]
fn bytes_that_are_no_database_are_refused_and_a_log_is_none() {
    for image in [b"no database".to_vec(), vec![0xa5; 8192]] {
        let text = Kept { image: Some(image), limits: None }.exec("SELECT 1").unwrap_err();
        assert!(text.starts_with("session.db cannot be used: "), "{text}");
    }
    // A file that was created and not written yet.
    let mut kept = Kept { image: Some(Vec::new()), limits: None };
    kept.exec("CREATE TABLE t (x)").unwrap();
    assert_eq!(kept.rows("SELECT * FROM t"), json!([]));
    // As a database with a write-ahead log looks once that is empty.
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch("CREATE TABLE t (x); INSERT INTO t VALUES (1)").unwrap();
    let mut connection = connection;
    let mut image = connection.serialize("main").unwrap().to_vec();
    image.get_mut(18..20).unwrap().fill(2);
    let mut kept = Kept { image: Some(image), limits: None };
    assert_eq!(kept.rows("SELECT x FROM t"), json!([{"x": 1}]));
}
