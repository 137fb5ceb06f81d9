//! What this crate does with older and newer CLIs: every contract is tried on each version of the
//! list, and the table must be the one of the book. `.ci/versions` runs it.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says by a panic that something is wrong"
)]

mod contract;
mod page;
mod subject;

use std::process::ExitCode;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use copilot_sdk::cli;
use tokio::runtime::Runtime;

use self::contract::CONTRACTS;
use self::page::{Page, Row};
use self::subject::Subject;

/// The versions that are tried, oldest first.
const VERSIONS: [&str; 10] = [
    "0.0.409",
    "1.0.12",
    "1.0.40",
    "1.0.60",
    "1.0.75",
    "1.0.82",
    "1.0.83",
    "1.0.85",
    "1.0.92",
    cli::VERSION,
];
/// How long one version may take.
const LIMIT: Duration = Duration::from_secs(240);

fn main() -> ExitCode {
    let chosen = std::env::var("COPILOT_SDK_VERSIONS").unwrap_or_default();
    let chosen: Vec<_> = chosen.split_whitespace().collect();
    let is_chosen = |version: &&str| chosen.is_empty() || chosen.contains(version);
    let chosen: Vec<_> = VERSIONS.into_iter().filter(is_chosen).collect();
    let mut rows = Vec::new();
    let mut next = chosen.first().map(|version| fetch(version));
    for (number, version) in chosen.iter().enumerate() {
        let began = Instant::now();
        let subject = next.take().expect("it is being fetched").join().expect("npm has it");
        next = chosen.get(number + 1).map(|version| fetch(version));
        let row = try_version(version, subject);
        println!("{} ({:.0?})", row.line(), began.elapsed());
        rows.push(row);
    }
    let page = Page::read();
    let problems: Vec<_> = rows.iter().flat_map(Row::problems).collect();
    for problem in &problems {
        println!("{problem}");
    }
    let differs = page.differs(&rows);
    if differs && std::env::var_os("COPILOT_SDK_VERSIONS_WRITE").is_some() {
        page.write(&rows);
        println!("{} is written anew", page.path().display());
    } else if differs {
        println!(
            "{} tells something else: look at the difference, then run this again with \
             COPILOT_SDK_VERSIONS_WRITE=1",
            page.path().display()
        );
        return ExitCode::FAILURE;
    }
    if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Installs a version, while the one before is tried.
fn fetch(version: &'static str) -> JoinHandle<Subject> {
    thread::spawn(move || runtime().block_on(Subject::install(version)))
}

/// Tries every contract on one version.
fn try_version(version: &'static str, mut subject: Subject) -> Row {
    runtime().block_on(async {
        let tried = async {
            let mut row = Row::new(version);
            for contract in CONTRACTS {
                let cell = subject.try_contract(contract).await;
                println!("{version}: {}: {cell:?}", contract.name);
                row.push(contract.name, cell);
            }
            row
        };
        tokio::time::timeout(LIMIT, tried)
            .await
            .unwrap_or_else(|_| panic!("cli {version} was not done after {LIMIT:?}"))
    })
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("there is a runtime")
}
