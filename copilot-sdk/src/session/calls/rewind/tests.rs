use serde_json::json;

use super::Rewound;

#[test]
fn a_failure_says_how_far_it_came_and_what_to_do() {
    let failure = |json| serde_json::from_value::<Rewound>(json).expect("a result").failure();
    let text = "the session could not go back: rollback-incomplete (disk full); events \
                removed: 0, files restored: 2, left as they are: 1";
    assert_eq!(
        failure(json!({"outcome": "rollback-incomplete", "error": "disk \
                                                               full", "restoredFiles": ["/a", "/b"],
            "skippedFiles": [{"path": "/c", "reason": "skipped-capture"}]})),
        Some(text.to_owned())
    );
    let busy =
        failure(json!({"outcome": "session-busy", "restoredFiles": [], "skippedFiles": null}));
    assert!(busy.is_some_and(|text| text.ends_with("wait for the end of the turn, or `abort` it")));
    assert_eq!(
        failure(json!({"outcome": "snapshot-prune-failed", "eventsRemoved": 4, "error": "no"})),
        None
    );
}
