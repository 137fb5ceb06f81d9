//! Instructions and allocations of each job, counted by callgrind.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::table::Table;
use crate::{Result, cargo, output};

/// A job, how often it is done in the shorter run, and in the longer one. What one costs is the
/// difference, so that start and stop count for nothing.
const JOBS: [(&str, u64, u64); 5] = [
    ("delta", 5_000, 15_000),
    ("hook", 500, 1_500),
    ("permission", 500, 1_500),
    ("ping", 500, 1_500),
    ("tool", 500, 1_500),
];
/// What one more subscriber of a session may cost for each event, in instructions: to queue the
/// event for it, and to read it.
const SUBSCRIBER: u64 = 400;
const SUBSCRIBERS: u64 = 10;
/// How much more an event may cost with many sessions than with one, in percent. Each session's
/// reader is woken for each event then, where the only one reads many at once.
const FLAT: u64 = 10;
const SESSIONS: u64 = 1_000;
const ALLOCATING: [&str; 6] =
    ["aligned_alloc", "calloc", "malloc", "memalign", "posix_memalign", "realloc"];

/// Counts the costs of each job.
pub fn measure(workspace: &Path, table: &mut Table) -> Result {
    output(cargo(workspace).args([
        "build",
        "--release",
        "-p",
        "bench-runtime",
        "-p",
        "bench-ours",
    ]))?;
    for (job, few, many) in JOBS {
        let (instructions, allocations) = each(workspace, job, 1, few, many)?;
        table.set(format!("{job}.instructions"), instructions);
        table.set(format!("{job}.allocations"), allocations);
    }
    subscribers(workspace, table)?;
    sessions(workspace, table)
}

/// Sets `subscriber.instructions`: what one more subscriber costs for each event, at most
/// [`SUBSCRIBER`].
fn subscribers(workspace: &Path, table: &mut Table) -> Result {
    let (alone, _) = each(workspace, "subscribers", 1, 5_000, 15_000)?;
    let (with_others, _) = each(workspace, "subscribers", 1 + SUBSCRIBERS, 5_000, 15_000)?;
    let one_more = with_others.saturating_sub(alone) / SUBSCRIBERS;
    table.set("subscriber.instructions", one_more);
    at_most("subscriber.instructions", one_more, SUBSCRIBER)
}

/// Sets `stream-1.instructions` and `stream-1000.instructions`: what an event costs with so many
/// sessions that all receive events. The second is at most [`FLAT`] percent more.
fn sessions(workspace: &Path, table: &mut Table) -> Result {
    let (alone, _) = each(workspace, "streams", 1, 20_000, 60_000)?;
    let (many, _) = each(workspace, "streams", SESSIONS, 20_000, 60_000)?;
    table.set("stream-1.instructions", alone);
    table.set(format!("stream-{SESSIONS}.instructions"), many);
    at_most("stream-1000.instructions", many, alone * (100 + FLAT) / 100)
}

fn at_most(name: &str, cost: u64, limit: u64) -> Result {
    if cost <= limit {
        return Ok(());
    }
    Err(format!("`{name}` costs {cost}, and may never cost more than {limit}").into())
}

/// The instructions and allocations of each thing that a job does.
fn each(workspace: &Path, job: &str, at_once: u64, few: u64, many: u64) -> Result<(u64, u64)> {
    let few_cost = count(workspace, job, few, at_once)?;
    let many_cost = count(workspace, job, many, at_once)?;
    // Rounded: a few things, such as a timer, are not done for each.
    let each = |few_total: u64, many_total: u64| {
        (many_total.saturating_sub(few_total) + (many - few) / 2) / (many - few)
    };
    Ok((each(few_cost.0, many_cost.0), each(few_cost.1, many_cost.1)))
}

/// The instructions and allocations of a whole run.
fn count(workspace: &Path, job: &str, times: u64, at_once: u64) -> Result<(u64, u64)> {
    let programs = workspace.join("target/release");
    let counts = programs.join(format!("{job}-{times}-{at_once}.callgrind"));
    let mut valgrind = Command::new("valgrind");
    valgrind
        .args(["--tool=callgrind", "--quiet"])
        .arg(format!("--callgrind-out-file={}", counts.display()))
        .arg(programs.join("bench-ours"))
        .arg(programs.join("bench-runtime"))
        .args([job, &times.to_string(), &at_once.to_string()]);
    output(&mut valgrind)?;
    let (instructions, calls) = read(&std::fs::read_to_string(&counts)?)?;
    let allocations = ALLOCATING.iter().filter_map(|name| calls.get(*name)).sum();
    Ok((instructions, allocations))
}

/// The instructions in all, and how often each function was called.
fn read(text: &str) -> Result<(u64, BTreeMap<String, u64>)> {
    let mut names = BTreeMap::new();
    let mut calls = BTreeMap::new();
    let (mut instructions, mut called) = (None, String::new());
    for line in text.lines() {
        if let Some(total) = line.strip_prefix("totals: ").or(line.strip_prefix("summary: ")) {
            instructions = total.split(' ').next().and_then(|number| number.parse().ok());
        } else if let Some(name) = line.strip_prefix("fn=") {
            full_name(name, &mut names);
        } else if let Some(name) = line.strip_prefix("cfn=") {
            called = full_name(name, &mut names);
        } else if let Some(count) = line.strip_prefix("calls=") {
            let count = count.split(' ').next().unwrap_or_default().parse::<u64>()?;
            *calls.entry(called.clone()).or_default() += count;
        }
    }
    Ok((instructions.ok_or("callgrind has counted nothing")?, calls))
}

/// The name behind `(12) name`, or behind `(12)` from then on.
fn full_name(text: &str, names: &mut BTreeMap<String, String>) -> String {
    let (number, name) = text.split_once(' ').unwrap_or((text, ""));
    if !name.is_empty() {
        names.insert(number.to_owned(), name.to_owned());
    }
    names.get(number).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{at_most, read};

    #[test]
    fn a_limit_is_a_limit_whatever_the_table_says() {
        at_most("subscriber.instructions", 400, 400).unwrap();
        let error = at_most("subscriber.instructions", 401, 400).unwrap_err().to_string();
        let expected = "`subscriber.instructions` costs 401, and may never cost more than 400";
        assert_eq!(error, expected);
    }

    #[test]
    fn calls_are_counted_by_the_name_of_what_is_called() {
        let text = "events: Ir\nfn=(1) main\n1 5\ncfn=(2) malloc\ncalls=3 0\n1 60\nfn=(2)\n1 20\n\
                    fn=(3) other\ncfn=(2)\ncalls=4 0\n1 80\ncfn=(1)\ncalls=1 0\n1 1\ntotals: 165\n";
        let (instructions, calls) = read(text).unwrap();
        assert_eq!(instructions, 165);
        let calls: Vec<(&str, u64)> = calls.iter().map(|(name, n)| (&**name, *n)).collect();
        assert_eq!(calls, [("main", 1), ("malloc", 7)]);
        assert!(read("events: Ir\n").is_err());
    }
}
