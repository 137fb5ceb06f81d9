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
        let (few_cost, many_cost) = (count(workspace, job, few)?, count(workspace, job, many)?);
        let each = |few_total: u64, many_total: u64| {
            // Rounded: a few things, such as a timer, are not done for each.
            (many_total.saturating_sub(few_total) + (many - few) / 2) / (many - few)
        };
        table.set(format!("{job}.instructions"), each(few_cost.0, many_cost.0));
        table.set(format!("{job}.allocations"), each(few_cost.1, many_cost.1));
    }
    Ok(())
}

/// The instructions and allocations of a whole run.
fn count(workspace: &Path, job: &str, times: u64) -> Result<(u64, u64)> {
    let programs = workspace.join("target/release");
    let counts = programs.join(format!("{job}-{times}.callgrind"));
    let mut valgrind = Command::new("valgrind");
    valgrind
        .args(["--tool=callgrind", "--quiet"])
        .arg(format!("--callgrind-out-file={}", counts.display()))
        .arg(programs.join("bench-ours"))
        .arg(programs.join("bench-runtime"))
        .args([job, &times.to_string()]);
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
    use super::read;

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
