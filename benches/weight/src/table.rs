//! The table of what things cost.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::process::Command;

use crate::{Result, output};

/// How much more than the table says is still the same, in percent.
const PLAY: u64 = 3;
const RENEW: &str = ".ci/weight --renew";

/// What the numbers depend on, apart from the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toolchain {
    pub rustc: String,
    pub target: String,
    pub cli: String,
}

/// Costs by name, with the toolchain that they were measured with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    toolchain: Toolchain,
    costs: BTreeMap<String, u64>,
}

impl Toolchain {
    /// The compiler in use, and the version of the CLI that the library is made for.
    pub fn current(workspace: &Path) -> Result<Self> {
        let version = output(Command::new("rustc").arg("-vV").current_dir(workspace))?;
        let line = |name: &str| {
            let found = version.lines().find_map(|line| line.strip_prefix(name));
            found.map(str::to_owned).ok_or(format!("rustc -vV has no line `{name}`"))
        };
        let source = workspace.join("../copilot-sdk/src/transport/locate/version.rs");
        let source = std::fs::read_to_string(source)?;
        let cli =
            source.split_once("VERSION: &str = \"").and_then(|(_, rest)| rest.split_once('"'));
        let cli = cli.map(|(version, _)| version.to_owned()).ok_or("no version of the CLI")?;
        Ok(Self { rustc: line("release: ")?, target: line("host: ")?, cli })
    }
}

impl Table {
    pub fn new(toolchain: Toolchain) -> Self {
        Self { toolchain, costs: BTreeMap::new() }
    }

    pub fn set(&mut self, name: impl Into<String>, cost: u64) {
        self.costs.insert(name.into(), cost);
    }

    pub fn read(text: &str) -> Result<Self> {
        let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
        let mut words = BTreeMap::new();
        for line in lines {
            let (name, value) = line.split_once(' ').ok_or(format!("no value: `{line}`"))?;
            words.insert(name.to_owned(), value.trim().to_owned());
        }
        let mut word = |name: &str| words.remove(name).ok_or(format!("the table lacks `{name}`"));
        let toolchain =
            Toolchain { rustc: word("rustc")?, target: word("target")?, cli: word("cli")? };
        let mut table = Self::new(toolchain);
        for (name, value) in words {
            let cost =
                value.parse().map_err(|error| format!("`{name}` costs `{value}`: {error}"))?;
            table.set(name, cost);
        }
        Ok(table)
    }

    /// Fails where the numbers of the table say nothing about what would be measured.
    pub fn check_toolchain(&self, current: &Toolchain) -> Result {
        if self.toolchain == *current {
            return Ok(());
        }
        let (then, now) = (&self.toolchain, current);
        Err(format!(
            "the table was made with {then}, this is {now}: the numbers cannot be compared; renew \
             it with `{RENEW}`"
        )
        .into())
    }

    /// Fails if anything costs more than the table says, or is missing on either side.
    pub fn compare(&self, measured: &Self) -> Result {
        self.check_toolchain(&measured.toolchain)?;
        let mut problems = Vec::new();
        for (name, now) in &measured.costs {
            match self.costs.get(name) {
                None => problems.push(format!("`{name}` is not in the table")),
                Some(then) if now * 100 > then * (100 + PLAY) => {
                    let more = (*now as f64 / *then as f64 - 1.0) * 100.0;
                    problems.push(format!("`{name}` costs {now}, {more:.1} % more than {then}"));
                }
                Some(then) if then * 100 > now * (100 + PLAY) => {
                    println!("`{name}` costs {now}, less than {then}: renew the table to keep it");
                }
                Some(_) => {}
            }
        }
        let gone = self.costs.keys().filter(|name| !measured.costs.contains_key(*name));
        problems.extend(gone.map(|name| format!("`{name}` was not measured")));
        if problems.is_empty() {
            return Ok(());
        }
        let list = problems.join("\n");
        Err(format!("{list}\nmake it lighter, or renew the table with `{RENEW}` and say why")
            .into())
    }
}

impl fmt::Display for Toolchain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rustc {} for {} and CLI {}", self.rustc, self.target, self.cli)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Toolchain { rustc, target, cli } = &self.toolchain;
        writeln!(f, "# What things cost. Written by `{RENEW}`.")?;
        writeln!(f, "rustc {rustc}\ntarget {target}\ncli {cli}")?;
        self.costs.iter().try_for_each(|(name, cost)| writeln!(f, "{name} {cost}"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Table, Toolchain};

    fn toolchain() -> Toolchain {
        let [rustc, target, cli] = ["1.95.0", "x86_64", "1.0.102"].map(str::to_owned);
        Toolchain { rustc, target, cli }
    }

    fn table(costs: &[(&str, u64)]) -> Table {
        let mut table = Table::new(toolchain());
        costs.iter().for_each(|(name, cost)| table.set(*name, *cost));
        table
    }

    #[test]
    fn five_percent_more_fail_and_three_do_not() {
        let then = table(&[("ping.instructions", 10_000), ("ping.allocations", 6)]);
        for (instructions, allocations) in [(10_300, 6), (9_000, 6), (10_000, 2)] {
            let now =
                table(&[("ping.instructions", instructions), ("ping.allocations", allocations)]);
            then.compare(&now).unwrap();
        }
        for (instructions, allocations, problem) in [
            (10_500, 6, "`ping.instructions` costs 10500, 5.0 % more than 10000"),
            (10_000, 7, "`ping.allocations` costs 7, 16.7 % more than 6"),
        ] {
            let now =
                table(&[("ping.instructions", instructions), ("ping.allocations", allocations)]);
            let error = then.compare(&now).unwrap_err().to_string();
            assert_eq!(error.lines().next(), Some(problem));
            assert!(error.contains(".ci/weight --renew"));
        }
    }

    #[test]
    fn what_is_missing_on_either_side_fails() {
        let error = table(&[("a", 1)]).compare(&table(&[("b", 1)])).unwrap_err().to_string();
        assert!(error.starts_with("`b` is not in the table\n`a` was not measured\n"), "{error}");
    }

    #[test]
    fn another_compiler_fails_with_the_command_that_renews_the_table() {
        for change in [
            |other: &mut Toolchain| other.rustc = "1.96.0".to_owned(),
            |other: &mut Toolchain| other.target = "aarch64".to_owned(),
            |other: &mut Toolchain| other.cli = "1.0.103".to_owned(),
        ] {
            let mut other = toolchain();
            change(&mut other);
            let error = table(&[]).check_toolchain(&other).unwrap_err().to_string();
            assert!(error.contains(&other.to_string()), "{error}");
            assert!(error.ends_with("renew it with `.ci/weight --renew`"), "{error}");
            assert!(table(&[]).compare(&Table::new(other)).is_err());
        }
    }

    #[test]
    fn a_table_reads_as_it_is_written() {
        let written = table(&[("lines.crate", 900_000), ("ping.allocations", 0)]);
        assert_eq!(Table::read(&written.to_string()).unwrap(), written);
        for (text, problem) in [
            ("rustc 1", "the table lacks `target`"),
            ("rustc", "no value: `rustc`"),
            ("rustc 1\ntarget x\ncli 1\na b", "`a` costs `b`: invalid digit found in string"),
        ] {
            assert_eq!(Table::read(text).unwrap_err().to_string(), problem);
        }
    }
}
