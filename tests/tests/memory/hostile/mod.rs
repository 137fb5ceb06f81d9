//! What becomes of every kind of bad input, as the documentation has it in a table: observed here,
//! and compared with the table row by row.
//!
//! I10: nothing that comes over the wire makes this program panic, hang or allocate without bound.

mod messages;
mod observe;
// Its programs are shell scripts; `tests/tests/played.rs` has some that run on Windows.
#[cfg(unix)]
mod processes;
mod streams;

use std::collections::BTreeMap;

/// The table of the documentation: what comes, and the outcome.
const DOCUMENTED: &str = include_str!("../../../../copilot-sdk/docs/hostile-peers.md");

/// The documented outcome of each row.
fn documented() -> BTreeMap<&'static str, &'static str> {
    let (tables, _) = DOCUMENTED.split_once("## Memory").unwrap();
    let rows = tables.lines().filter_map(|line| {
        let row = line.strip_prefix("| ")?.strip_suffix(" |")?;
        row.split_once(" | ")
    });
    let rows: BTreeMap<_, _> =
        rows.filter(|(what, _)| !matches!(*what, "The peer sends" | "The peer")).collect();
    assert!(rows.len() > 20, "the table is there");
    rows
}

/// On Windows, some of them are not tried.
#[test]
#[cfg(unix)]
fn the_documentation_has_the_rows_that_are_tried_and_no_others() {
    let tried = messages::rows().into_iter().map(|row| (row.what, row.outcome));
    let tried = tried.chain(streams::ROWS).chain(processes::ROWS).collect::<BTreeMap<_, _>>();
    assert_eq!(documented(), tried);
}
