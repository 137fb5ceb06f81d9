//! Statements that aim at the thread they run on: its time, its memory and its stack.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use super::guard::Limits;
use super::run::run;
use super::wire::SqlRequest;

/// Runs statements in an empty database.
fn exec(sql: &str, time: Duration) -> Result<(), String> {
    let statement = json!({"query": sql, "queryType": "exec", "params": Value::Null});
    let request = SqlRequest::Query(serde_json::from_value(statement).unwrap());
    let limits = Limits { time, ..Limits::DEFAULT };
    run(None, &request, limits).map(drop).map_err(|error| error.to_string())
}

/// Text of so many statements, each made of its number.
fn each(numbers: std::ops::Range<usize>, statement: impl Fn(usize) -> String) -> String {
    numbers.fold(String::new(), |mut all, number| {
        all.push_str(&statement(number));
        all
    })
}

const SHORT: Duration = Duration::from_millis(100);
const TOO_LONG: &str = "the statement took longer than 100ms";

/// A call that cannot be interrupted, and takes a few milliseconds.
const CALL: &str = "trim(replace(hex(zeroblob(1500)), '0', 'a'),
    replace(hex(zeroblob(150)), '0', 'b') || 'a')";

#[test]
fn time_ends_between_statements_and_calls() {
    let statements = format!("SELECT {CALL};").repeat(5_000);
    assert_eq!(exec(&statements, SHORT).unwrap_err(), TOO_LONG);
    let columns = vec![CALL; 250].join(", ");
    let rows = vec![format!("SELECT {columns}"); 20].join(" UNION ALL ");
    assert_eq!(exec(&rows, SHORT).unwrap_err(), TOO_LONG);
}

#[test]
fn a_statement_that_doubles_while_it_is_compiled_ends() {
    // By instructions.
    let computed = each(1..60, |n| format!(", c{n} AS (c{0} + c{0})", n - 1));
    let computed = format!("CREATE TABLE t (c0{computed}); SELECT c59 FROM t");
    let memory = "the statement takes too much memory: ";
    let error = exec(&computed, Duration::from_secs(60)).unwrap_err();
    assert!(error.starts_with(memory), "{error}");
    // By time.
    let mut named = "SELECT x AS x0 FROM t".to_owned();
    for n in 1..24 {
        named = format!("SELECT x{0} + x{0} AS x{n} FROM ({named})", n - 1);
    }
    let named = format!("CREATE TABLE t (x); {named}");
    assert_eq!(exec(&named, SHORT).unwrap_err(), TOO_LONG);
}

#[test]
fn nothing_is_nested_so_deep_that_the_stack_overflows() {
    let long = Duration::from_secs(60);
    let views = each(1..1_200, |n| format!("CREATE VIEW v{n} AS SELECT * FROM v{};", n - 1));
    let views = format!("CREATE VIEW v0 AS SELECT 1 AS x; {views} SELECT * FROM v1199");
    assert!(exec(&views, long).unwrap_err().contains("nested too deep"));
    for depth in [990, 2_500] {
        let triggers = each(1..depth, |n| {
            format!(
                "CREATE TABLE t{n} (x); CREATE TRIGGER r{n} AFTER INSERT ON t{} BEGIN
                 INSERT INTO t{n} VALUES (1); END;",
                n - 1
            )
        });
        let done =
            exec(&format!("CREATE TABLE t0 (x); {triggers} INSERT INTO t0 VALUES (1)"), long);
        assert_eq!(done.is_ok(), depth < 1_000, "{done:?}");
    }
    let keys = each(1..1_900, |n| {
        format!(
            "CREATE TABLE t{n} (x PRIMARY KEY REFERENCES t{} ON DELETE CASCADE);
             INSERT INTO t{n} VALUES (1);",
            n - 1
        )
    });
    let keys = format!("CREATE TABLE t0 (x PRIMARY KEY); INSERT INTO t0 VALUES (1); {keys}");
    exec(&format!("{keys} DELETE FROM t0"), long).unwrap_err();
    for (open, close) in
        [("SELECT * FROM (", ")"), ("SELECT abs(", ")"), ("WITH a AS (", ") SELECT 1")]
    {
        let mut nested = String::new();
        write!(nested, "{}SELECT 1{}", open.repeat(20_000), close.repeat(20_000)).unwrap();
        exec(&nested, long).unwrap_err();
    }
}
