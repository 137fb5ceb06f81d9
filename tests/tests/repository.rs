//! What the documents for contributors say, held against the files.
#![expect(clippy::unwrap_used, reason = "a test says by a panic that something is wrong")]

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn every_path_in_the_documents_exists() {
    let mut checked = 0;
    for document in ["CONTRIBUTING.md", "SECURITY.md"] {
        let text = fs::read_to_string(root().join(document)).unwrap();
        for path in quoted(&text).filter(|quoted| is_path(quoted)) {
            assert!(root().join(path).exists(), "{document} names `{path}`");
            checked += 1;
        }
    }
    assert!(checked > 40, "only {checked} paths were found in the documents");
}

#[test]
fn every_command_of_ci_is_described_and_none_is_missing() {
    let text = fs::read_to_string(root().join("CONTRIBUTING.md")).unwrap();
    let described = quoted(&text).filter(|quoted| quoted.starts_with(".ci/") && *quoted != ".ci/");
    let mut described: Vec<_> = described.map(|path| root().join(path)).collect();
    described.sort();
    described.dedup();
    let mut there = files(&root().join(".ci"));
    there.sort();
    assert_eq!(described, there);
}

/// Cargo compiles only files that are reachable from the root of a test binary.
#[test]
fn every_test_file_belongs_to_a_test_binary() {
    let folders = ["tests/tests", "ui-tests/tests"].map(|folder| root().join(folder));
    let folders = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap());
    let roots: Vec<_> = folders
        .map(|entry| entry.unwrap().path().join("main.rs"))
        .filter(|main| main.exists())
        .collect();
    assert!(roots.len() >= 5, "{roots:?}");
    for main in roots {
        let declared = fs::read_to_string(&main).unwrap();
        for file in files(main.parent().unwrap()) {
            let name = file.file_stem().unwrap().to_str().unwrap();
            let rust = file.extension().is_some_and(|extension| extension == "rs");
            if rust && name != "main" {
                let line = format!("mod {name};");
                assert!(
                    declared.lines().any(|declared| declared == line),
                    "{} lacks `{line}`",
                    main.display()
                );
            }
        }
    }
}

/// Rustfmt leaves macros, comments and examples alone. Texts and tables cannot always be broken.
#[test]
fn no_line_of_code_or_comment_is_wider_than_100_columns() {
    let packages = ["copilot-sdk", "copilot-sdk-macros", "examples", "tests"];
    let mut folders: Vec<_> = packages.map(|package| root().join(package)).into();
    let mut wide = Vec::new();
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        folders.extend(entries.filter(|path| path.is_dir()));
        for file in files(&folder).iter().filter(|file| file.extension() == Some("rs".as_ref())) {
            for (number, line) in fs::read_to_string(file).unwrap().lines().enumerate() {
                let breakable =
                    !line.contains('"') && !line.contains("/ |") && !line.contains("! |");
                if breakable && line.chars().count() > 100 {
                    wide.push(format!("{}:{}", file.display(), number + 1));
                }
            }
        }
    }
    assert_eq!(wide, [""; 0]);
}

#[test]
fn every_program_that_has_to_compile_is_a_test() {
    let manifest = fs::read_to_string(root().join("ui-tests/Cargo.toml")).unwrap();
    for program in files(&root().join("ui-tests/pass")) {
        let name = program.file_name().unwrap().to_str().unwrap();
        assert!(manifest.contains(&format!("path = \"pass/{name}\"")), "{name} is no test");
    }
}

/// Everything that a future leaves half done when it is dropped is a promise, or a trap.
#[test]
fn every_public_async_function_says_what_dropping_it_does() {
    let mut checked = 0;
    for file in files_below(&root().join("copilot-sdk/src")) {
        let text = fs::read_to_string(&file).unwrap();
        let lines: Vec<_> = text.lines().map(str::trim).collect();
        for (at, line) in lines.iter().enumerate() {
            if !line.starts_with("pub async fn ") {
                continue;
            }
            let above = lines.get(..at).unwrap().iter().rev();
            let mut above = above.take_while(|line| line.starts_with("///") || line.contains("#["));
            let says = above.any(|line| *line == "/// # Cancel safety");
            assert!(says, "{}:{}: {line}", file.display(), at + 1);
            checked += 1;
        }
    }
    assert!(checked > 50, "only {checked} functions were found");
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let of = |path: PathBuf| if path.is_dir() { files_below(&path) } else { vec![path] };
    entries.flat_map(of).collect()
}

/// mdbook leaves out what the summary does not name, and rustdoc what `pages.rs` does not.
#[test]
fn every_page_of_the_book_is_in_its_summary_and_its_tests_and_links_to_pages() {
    let (book, pages) = (root().join("docs/src"), root().join("docs/pages.rs"));
    let (summary, tested) = (book.join("SUMMARY.md"), fs::read_to_string(pages).unwrap());
    let listed = fs::read_to_string(&summary).unwrap();
    let is_page = |file: &PathBuf| file.extension().is_some_and(|kind| kind == "md");
    let all: Vec<_> = files(&book).into_iter().filter(is_page).collect();
    for page in all.iter().filter(|page| **page != summary) {
        let name = page.file_name().unwrap().to_str().unwrap();
        assert!(listed.contains(&format!("]({name})")), "SUMMARY.md lacks {name}");
        assert!(tested.contains(&format!("\"{name}\"")), "docs/pages.rs lacks {name}");
    }
    let mut links = 0;
    for page in all {
        let text = fs::read_to_string(&page).unwrap();
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for target in
            targets.filter(|target| target.rsplit_once('.').is_some_and(|(_, kind)| kind == "md"))
        {
            assert!(book.join(target).exists(), "{} links to {target}", page.display());
            links += 1;
        }
    }
    assert!(links > 50, "only {links} links were found in the book");
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The texts in backticks, code blocks left out.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    assert!(!text.contains("```"), "code blocks are not understood here");
    text.split('`').skip(1).step_by(2)
}

/// Whether it begins with a folder of the repository; other paths are those of a user's machine.
fn is_path(quoted: &str) -> bool {
    let folder = quoted.split_once('/').map(|(folder, _)| folder);
    folder.is_some_and(|folder| !folder.is_empty() && root().join(folder).is_dir())
        && !quoted.contains(' ')
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_file()).collect()
}
