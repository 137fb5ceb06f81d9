use super::*;

fn tree(changes: impl IntoIterator<Item = Change>) -> FileTree {
    let mut tree = FileTree::default();
    for change in changes {
        tree.apply(change, 1).unwrap();
    }
    tree
}

fn append(path: &str, text: &str) -> Change {
    Change::Append { path: path.into(), data: StoredData::Inline(text.into()) }
}

fn write(path: &str, text: &str) -> Change {
    Change::Write { path: path.into(), data: StoredData::Inline(text.into()) }
}

fn make(path: &str, recursive: bool) -> Change {
    Change::MakeDirectory { path: path.into(), recursive }
}

fn rename(from: &str, to: &str) -> Change {
    Change::Rename { from: from.into(), to: to.into() }
}

fn remove(path: &str, recursive: bool, force: bool) -> Change {
    Change::Remove { path: path.into(), recursive, force }
}

fn text(tree: &FileTree, path: &str) -> String {
    let pieces = tree.read(path).unwrap().into_iter();
    pieces
        .map(|piece| match piece {
            StoredData::Inline(bytes) => String::from_utf8(bytes).unwrap(),
            StoredData::Body(body) => format!("<{}>", body.name),
        })
        .collect()
}

#[test]
fn text_is_appended_and_replaced_in_folders_made_as_needed() {
    let tree = tree([
        append("/s/a/log", "one "),
        append("/s/a/log", "two"),
        write("/s/b", "old"),
        write("/s/b", "new"),
    ]);
    assert_eq!((text(&tree, "/s/a/log"), text(&tree, "/s//b")), ("one two".into(), "new".into()));
    assert_eq!(tree.entries("/s").unwrap(), [("a".to_owned(), true), ("b".to_owned(), false)]);
    assert_eq!(tree.entries("/").unwrap(), [("s".to_owned(), true)]);
    assert_eq!(tree.look("/s/a/log").unwrap().len(), 7);
}

#[test]
fn an_empty_folder_is_found_again() {
    let tree = tree([make("/v/temp", true)]);
    assert_eq!(tree.look("/v/temp").unwrap().content, NodeContent::Folder);
    assert_eq!(tree.entries("/v/temp").unwrap(), []);
}

#[test]
fn a_file_is_renamed_over_another_and_a_folder_with_all_in_it() {
    let tree = tree([
        write("/a.tmp", "new"),
        write("/a", "old"),
        rename("/a.tmp", "/a"),
        write("/f/g/h", "h"),
        write("/fx", "x"),
        rename("/f", "/z/y"),
    ]);
    assert_eq!((text(&tree, "/a"), text(&tree, "/z/y/g/h")), ("new".into(), "h".into()));
    let names: Vec<_> = tree.nodes().map(|(path, _)| path.as_str()).collect();
    assert_eq!(names, ["/", "/a", "/fx", "/z", "/z/y", "/z/y/g", "/z/y/g/h"]);
}

#[test]
fn files_and_folders_are_removed() {
    let tree = tree([
        write("/a", ""),
        write("/f/g", ""),
        write("/fx", ""),
        remove("/a", false, false),
        remove("/f", true, false),
        remove("/none", false, true),
    ]);
    assert_eq!(tree.nodes().map(|(path, _)| path.as_str()).collect::<Vec<_>>(), ["/", "/fx"]);
}

#[test]
fn what_is_impossible_is_refused_and_changes_nothing() {
    let mut tree = tree([write("/f/a", "a"), write("/b", "b")]);
    let before = tree.clone();
    for (change, expected) in [
        (append("/f", ""), "`/f` is a directory"),
        (append("/", ""), "`/` is a directory"),
        (write("/b/c", ""), "`/b` exists already"),
        (make("/f", false), "`/f` exists already"),
        (make("/b", true), "`/b` exists already"),
        (make("/x/y", false), "there is no `/x`"),
        (rename("/x", "/y"), "there is no `/x`"),
        (rename("/f", "/f/g"), "`/f` cannot be moved into itself"),
        (rename("/b", "/f"), "`/f` is a directory"),
        (rename("/f", "/b"), "`/b` is not a directory"),
        (remove("/x", false, false), "there is no `/x`"),
        (remove("/f", false, true), "`/f` is a directory"),
    ] {
        let error = match tree.apply(change.clone(), 2).unwrap_err() {
            TreeError::NotFound(text) | TreeError::Impossible(text) => text,
        };
        assert_eq!(error, expected, "{change:?}");
        assert_eq!(tree, before, "{change:?}");
    }
    assert_eq!(tree.read("/f"), Err(TreeError::Impossible("`/f` is a directory".into())));
    assert_eq!(tree.entries("/b"), Err(TreeError::Impossible("`/b` is not a directory".into())));
}
