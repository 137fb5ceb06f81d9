use serde_json::json;

use super::{Attachment, GitHubFile, GitHubReferenceType, GitHubRepo, GitHubTree};

const REPO: (&str, &str) = ("octo", "repo");

fn file() -> GitHubFile {
    GitHubFile::new(REPO, "main", "a.rs")
}

#[test]
fn attachments_are_exactly_what_the_cli_reads() {
    let attachments = [
        Attachment::file("/project/ws/att.txt").display_name("att.txt"),
        Attachment::file("a.rs").lines(1, 2).mime_type("text/x-rust"),
        Attachment::directory("/project/ws/dir1"),
        Attachment::selection("/project/ws/att.txt", "sel text", (1, 0), (1, 4)),
        Attachment::blob([0x89, b'P', b'N', b'G'], "image/png").display_name("p.png"),
        Attachment::json(json!({"type": "github_url", "url": "u", "note": 1})),
    ];
    assert_eq!(
        serde_json::to_value(&attachments).expect("plain data serializes"),
        json!([
            {"type": "file", "path": "/project/ws/att.txt", "displayName": "att.txt"},
            {"type": "file", "path": "a.rs", "lineRange": {"start": 1, "end": 2}, "mimeType": "text/x-rust"},
            {"type": "directory", "path": "/project/ws/dir1"},
            {"type": "selection", "filePath": "/project/ws/att.txt", "displayName": "att.txt", "text": "sel text",
                "selection": {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 4}}},
            {"type": "blob", "data": "iVBORw==", "mimeType": "image/png", "displayName": "p.png"},
            {"type": "github_url", "url": "u", "note": 1},
        ])
    );
    assert!(attachments.iter().all(|attachment| attachment.check().is_empty()));
}

#[test]
fn things_on_github_and_of_extensions_have_the_fields_of_their_kinds() {
    let tree = |revision: &str| GitHubTree::new(REPO, revision);
    let attachments = [
        Attachment::github_reference(GitHubReferenceType::PullRequest, 7, "T", "open", "u"),
        Attachment::github_commit(GitHubRepo::new("octo", "repo").id(1), "abc", "M", "u"),
        Attachment::github_release(REPO, "v1", "One", "u"),
        Attachment::github_actions_job(REPO, 9, "test", "CI", "u").conclusion("failure"),
        Attachment::github_repository(REPO, "u").description("D").git_ref("main"),
        Attachment::github_file_diff(None, Some(file()), "u"),
        Attachment::github_tree_comparison(tree("a"), tree("b"), "u"),
        Attachment::github_url("u"),
        Attachment::github_file(file(), "u"),
        Attachment::github_snippet(file(), 1..=2, "u"),
        Attachment::extension_context("ext", "T", json!({"a": 1}), "2026-01-01T00:00:00Z")
            .canvas("c", "i"),
    ];
    let repo = json!({"owner": "octo", "name": "repo"});
    assert_eq!(
        serde_json::to_value(&attachments).expect("plain data serializes"),
        json!([
            {"type": "github_reference", "referenceType": "pr", "number": 7, "title": "T", "state": "open", "url": "u"},
            {"type": "github_commit", "repo": {"owner": "octo", "name": "repo", "id": 1}, "oid": "abc", "message": "M",
                "url": "u"},
            {"type": "github_release", "repo": repo, "tagName": "v1", "name": "One", "url": "u"},
            {"type": "github_actions_job", "repo": repo, "jobId": 9, "jobName": "test", "workflowName": "CI",
                "conclusion": "failure", "url": "u"},
            {"type": "github_repository", "repo": repo, "description": "D", "ref": "main", "url": "u"},
            {"type": "github_file_diff", "head": {"repo": repo, "ref": "main", "path": "a.rs"}, "url": "u"},
            {"type": "github_tree_comparison", "base": {"repo": repo, "revision": "a"},
                "head": {"repo": repo, "revision": "b"}, "url": "u"},
            {"type": "github_url", "url": "u"},
            {"type": "github_file", "repo": repo, "ref": "main", "path": "a.rs", "url": "u"},
            {"type": "github_snippet", "repo": repo, "ref": "main", "path": "a.rs",
                "lineRange": {"start": 1, "end": 2}, "url": "u"},
            {"type": "extension_context", "extensionId": "ext", "canvasId": "c", "instanceId": "i", "title": "T",
                "payload": {"a": 1}, "capturedAt": "2026-01-01T00:00:00Z"},
        ])
    );
    for attachment in attachments {
        assert_eq!(attachment.check(), [] as [&str; 0]);
        let json = serde_json::to_value(attachment).expect("plain data serializes");
        assert_eq!(Attachment::json(json).check(), [] as [&str; 0], "the same as JSON");
    }
}

#[test]
fn mistakes_are_found_before_sending() {
    let nowhere = GitHubTree::new(("", "repo"), "a");
    for (attachment, problem) in [
        (Attachment::file(""), "the path is empty"),
        (Attachment::selection("", "t", (0, 0), (1, 0)), "the path is empty"),
        (Attachment::file("a").lines(3, 2), "the lines 3 to 2 are in the wrong order"),
        (Attachment::file("a").lines(0, 2), "there is no line 0: lines are counted from 1"),
        (
            Attachment::github_snippet(file(), 0..=1, "u"),
            "there is no line 0: lines are counted from 1",
        ),
        (Attachment::selection("a", "t", (2, 0), (1, 0)), "the selection ends before it starts"),
        (Attachment::blob([1], "png"), "\"png\" is not a media type such as \"image/png\""),
        (Attachment::blob([], "image/png"), "the blob has no data"),
        (
            Attachment::directory("a").lines(1, 2),
            "`.lines(..)` has no meaning for this kind of attachment: leave it out",
        ),
        (
            Attachment::github_url("u").display_name("d"),
            "`.display_name(..)` has no meaning for this kind of attachment: leave it out",
        ),
        (
            Attachment::github_reference("bug", 1, "T", "open", "u"),
            "\"bug\" is not a type of reference: use \"issue\", \"pr\" or \"discussion\"",
        ),
        (
            Attachment::github_tree_comparison(nowhere.clone(), nowhere, "u"),
            "a repository needs an owner and a name, a version of it a name, a file a path",
        ),
        (
            Attachment::extension_context("e", "T", json!(null), "now"),
            "the payload is null, and the model would read that there is none",
        ),
        (Attachment::json(json!({"kind": "x"})), "the JSON has no `type`"),
        (
            Attachment::json(json!({"type": "github_reference", "number": 7, "title": null})),
            "the JSON of a `github_reference` lacks `title`, and the cli would leave it out",
        ),
    ] {
        assert_eq!(attachment.check(), [format!("attachment: {problem}")]);
    }
    let unknown = Attachment::json(json!({"type": "github_issue"})).check();
    assert!(
        unknown[0].contains("\"github_issue\" is not known")
            && unknown[0].contains("github_reference")
    );
}

#[test]
fn debug_does_not_print_megabytes() {
    assert_eq!(
        format!("{:?}", Attachment::blob([0; 3000], "image/png")),
        "Blob(image/png, 4000 bytes as base64)"
    );
}
