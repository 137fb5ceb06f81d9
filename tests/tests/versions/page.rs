//! The page of the book that tells what works with which version.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::contract::CONTRACTS;

const BEGIN: &str = "<!-- The table is written by `.ci/versions`. -->\n";
const END: &str = "<!-- The end of the table. -->";

/// What became of one contract with one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    Works,
    /// The call fails and says what to do.
    Refused,
    Fails(String),
}

/// What became of every contract with one version.
pub(crate) struct Row {
    version: &'static str,
    cells: Vec<(&'static str, Cell)>,
}

pub(crate) struct Page {
    path: PathBuf,
    text: String,
}

impl Cell {
    fn word(&self) -> &'static str {
        match self {
            Self::Works => "yes",
            Self::Refused => "refused",
            Self::Fails(_) => "fails",
        }
    }
}

impl Row {
    pub(crate) fn new(version: &'static str) -> Self {
        Self { version, cells: Vec::new() }
    }

    pub(crate) fn push(&mut self, contract: &'static str, cell: Cell) {
        self.cells.push((contract, cell));
    }

    /// The row of the table.
    pub(crate) fn line(&self) -> String {
        let mut line = format!("| {} |", self.version);
        for (_, cell) in &self.cells {
            let _ = write!(line, " {} |", cell.word());
        }
        line
    }

    /// What fails, in words.
    pub(crate) fn problems(&self) -> Vec<String> {
        let problem = |(contract, cell): &(&str, Cell)| match cell {
            Cell::Fails(why) => Some(format!("cli {}: {contract}: {why}", self.version)),
            _ => None,
        };
        self.cells.iter().filter_map(problem).collect()
    }
}

impl Page {
    pub(crate) fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src/versions.md");
        let text = std::fs::read_to_string(&path).expect("the book has the page");
        Self { path, text }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the page tells something else of these versions, or of others.
    pub(crate) fn differs(&self, rows: &[Row]) -> bool {
        self.with(rows) != self.text
    }

    pub(crate) fn write(&self, rows: &[Row]) {
        std::fs::write(&self.path, self.with(rows)).expect("the page can be written");
    }

    /// The text of the page with these rows; those of versions that were not tried stay.
    fn with(&self, rows: &[Row]) -> String {
        let (before, rest) = self.text.split_once(BEGIN).expect("the page has a table");
        let (table, after) = rest.split_once(END).expect("the table ends");
        let kept = |version: &str| {
            let begin = format!("| {version} |");
            table.lines().find(|line| line.starts_with(&begin)).map(str::to_owned)
        };
        let mut text = format!("{before}{BEGIN}\n| CLI |");
        for contract in CONTRACTS {
            let _ = write!(text, " {} |", contract.name);
        }
        text.push_str("\n|---|");
        text.push_str(&"---|".repeat(CONTRACTS.len()));
        text.push('\n');
        for version in crate::VERSIONS {
            let tried = rows.iter().find(|row| row.version == version).map(Row::line);
            if let Some(line) = tried.or_else(|| kept(version)) {
                text.push_str(&line);
                text.push('\n');
            }
        }
        format!("{text}\n{END}{after}")
    }
}
