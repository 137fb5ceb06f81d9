use super::*;

const EVENT_LINES: &str = concat!(
    r#"{"type":"session.start","id":"e0","timestamp":"then","data":{"sessionId":"s","startTime":"then","remoteSteerable":true,"x":1}}"#,
    "\n",
    r#"{"type":"user.message", "id":"e1","data":{"content":"one"}}"#,
    "\n",
    r#"{"type":"session.compaction_complete","id":"e2","data":{"success":true,"checkpointNumber":1}}"#,
    "\n",
    r#"{"type":"user.message","id":"e3","data":{"content":"two"}}"#,
    "\n",
    r#"{"type":"session.compaction_complete","id":"e4","data":{"success":true,"checkpointNumber":2}}"#,
    "\n",
);

fn session() -> SessionContent {
    let file =
        |name: &str, text: &str| (format!("/session-state/{name}"), text.as_bytes().to_vec());
    SessionContent {
        files: vec![
            file("checkpoints/001-first.md", "first"),
            file("checkpoints/002-second.md", "second"),
            file(
                "checkpoints/index.md",
                "# Checkpoints\n| 1 | [A](001-first.md) |\n| 2 | [B](002-second.md) |\n",
            ),
            file("events.jsonl", EVENT_LINES),
            file("files/a/b.txt", "b"),
            file("inuse.7.lock", "7"),
            file("plan.md", "a plan"),
            file(
                "workspace.yaml",
                "id: s\ncwd: /x\nname: >-\n  A long\n  name\nuser_named: false\nmc_task_id: t\n",
            ),
        ],
        calls: vec![("r1".to_owned(), None), ("r2".to_owned(), Some(b"{}".to_vec()))],
    }
}

fn copy(before: Option<&str>, name: Option<&str>) -> Result<Vec<Change>> {
    let (id, before) = (SessionId::from("copy"), before.map(EventId::from));
    let now = "now".to_owned();
    session().fork(&ForkPlan { id: &id, before: before.as_ref(), name, now })
}

/// The files that the changes write, and the calls they know.
fn made(changes: Vec<Change>) -> (Vec<(String, String)>, Vec<Change>) {
    let (mut files, mut calls) = (Vec::new(), Vec::new());
    for change in changes {
        match change {
            Change::Write { path, data: StoredData::Inline(bytes) } => {
                let name = path.strip_prefix("/session-state/").unwrap().to_owned();
                files.push((name, String::from_utf8(bytes).unwrap()));
            }
            other => calls.push(other),
        }
    }
    files.sort();
    (files, calls)
}

const START: &str = r#"{"data":{"alreadyInUse":false,"sessionId":"copy","startTime":"now","x":1},"id":"e0","timestamp":"now","type":"session.start"}"#;

#[test]
fn a_copy_has_the_conversation_under_another_id() {
    let (files, calls) = made(copy(None, None).unwrap());
    let (_, rest) = EVENT_LINES.split_once('\n').unwrap();
    let index = "# Checkpoints\n| 1 | [A](001-first.md) |\n| 2 | [B](002-second.md) |\n";
    let workspace = "cwd: /x\nname: >-\n  A long\n  name\nuser_named: false\nid: \"copy\"\n\
                     created_at: \"now\"\nupdated_at: \"now\"\nfork_count: 0\n";
    let events = format!("{START}\n{rest}");
    let expected = [
        ("checkpoints/001-first.md", "first"),
        ("checkpoints/002-second.md", "second"),
        ("checkpoints/index.md", index),
        ("events.jsonl", &events),
        ("files/a/b.txt", "b"),
        ("plan.md", "a plan"),
        ("workspace.yaml", workspace),
    ];
    let expected = expected.map(|(name, text)| (name.to_owned(), text.to_owned()));
    assert_eq!(files, expected);
    let began = |call: &str| Change::Began { call: call.to_owned() };
    let result = StoredData::Inline(b"{}".to_vec());
    let ended = Change::Ended { call: "r2".to_owned(), result };
    assert_eq!(calls, [began("r1"), began("r2"), ended]);
}

#[test]
fn a_copy_that_ends_earlier_knows_no_later_checkpoint() {
    let (files, _) = made(copy(Some("e3"), Some("What if: \"x\"")).unwrap());
    let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "checkpoints/001-first.md",
            "checkpoints/index.md",
            "events.jsonl",
            "files/a/b.txt",
            "plan.md",
            "workspace.yaml"
        ]
    );
    let text = |name: &str| files.iter().find(|(file, _)| file == name).unwrap().1.as_str();
    assert_eq!(text("checkpoints/index.md"), "# Checkpoints\n| 1 | [A](001-first.md) |\n");
    assert_eq!(text("events.jsonl").lines().count(), 3);
    let workspace = "cwd: /x\nid: \"copy\"\ncreated_at: \"now\"\nupdated_at: \"now\"\n\
                     fork_count: 0\nsummary_count: 1\nname: \"What if: \\\"x\\\"\"\n\
                     user_named: true\n";
    assert_eq!(text("workspace.yaml"), workspace);
}

#[test]
fn what_is_not_there_cannot_be_copied() {
    let refused = |before| {
        let error = copy(Some(before), None).unwrap_err();
        (error.kind(), error.to_string())
    };
    let text = "the session on the session store has no event `e9`".to_owned();
    assert_eq!(refused("e9"), (ErrorKind::NotFound, text));
    assert!(refused("e0").1.starts_with("there is nothing to copy"), "{:?}", refused("e0"));
}
