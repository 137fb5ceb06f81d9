//! An exhausted budget, as an error tells it.

use std::fmt;
use std::time::Duration;

/// How many names of models and of tools are listed each; the others are one entry.
const LISTED: usize = 64;
/// The name of that entry.
const OTHERS: &str = "(others)";

/// The budget that ended a turn, and what was spent; see
/// [`Error::exhausted_budget`](crate::Error::exhausted_budget).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ExhaustedBudget {
    /// Whose budget it was.
    pub scope: BudgetScope,
    /// The limit that was reached.
    pub limit: BudgetLimit,
    /// What was spent within the scope.
    pub spent: Spent,
}

/// Whose budget it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BudgetScope {
    /// One prompt and the work on it.
    Turn,
    /// All turns of a session.
    Session,
    /// All sessions of a client.
    Client,
}

/// One limit of a budget.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum BudgetLimit {
    /// Model calls.
    ModelCalls(u64),
    /// Tool calls.
    ToolCalls(u64),
    /// Input and output tokens.
    Tokens(u64),
    /// Cost, in the currency of the prices given, or in premium requests.
    Cost(f64),
    /// Time since the first turn began.
    Wall(Duration),
}

/// What was spent, and on what.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Spent {
    /// Answered model calls, including those of sub-agents.
    pub model_calls: u64,
    /// Tool calls that were let through, including those of sub-agents.
    pub tool_calls: u64,
    /// Input tokens, including cached ones, and output tokens.
    pub tokens: u64,
    /// Cost, in the currency of the prices given, or in premium requests.
    pub cost: f64,
    /// Time since the first turn began.
    pub wall: Duration,
    /// Spending by model, in the order of their first calls.
    pub models: Vec<ModelSpending>,
    /// Tool calls by tool, in the order of their first calls.
    pub tools: Vec<ToolSpending>,
}

/// What was spent on one model.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ModelSpending {
    /// The model.
    pub model: String,
    /// Answered calls.
    pub calls: u64,
    /// Input and output tokens.
    pub tokens: u64,
    /// Cost.
    pub cost: f64,
}

/// The calls to one tool.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolSpending {
    /// The tool.
    pub tool: String,
    /// Calls that were let through.
    pub calls: u64,
}

impl Spent {
    /// Adds a model call. Saturates, because the numbers come over the wire.
    pub(crate) fn add_model_call(&mut self, model: &str, tokens: u64, cost: f64) {
        self.model_calls = self.model_calls.saturating_add(1);
        self.tokens = self.tokens.saturating_add(tokens);
        self.cost += cost;
        let full = self.models.len() >= LISTED;
        let of_model = |own: &&mut ModelSpending| own.model == model;
        let place = match self.models.iter_mut().find(of_model) {
            Some(place) => Some(place),
            None => {
                let model = if full { OTHERS } else { model }.to_owned();
                if self.models.last().is_none_or(|last| last.model != model) {
                    self.models.push(ModelSpending { model, calls: 0, tokens: 0, cost: 0.0 });
                }
                self.models.last_mut()
            }
        };
        if let Some(place) = place {
            place.calls = place.calls.saturating_add(1);
            place.tokens = place.tokens.saturating_add(tokens);
            place.cost += cost;
        }
    }

    /// Adds a tool call.
    pub(crate) fn add_tool_call(&mut self, tool: &str) {
        self.tool_calls = self.tool_calls.saturating_add(1);
        let full = self.tools.len() >= LISTED;
        let place = match self.tools.iter_mut().find(|own| own.tool == tool) {
            Some(place) => Some(place),
            None => {
                let tool = if full { OTHERS } else { tool }.to_owned();
                if self.tools.last().is_none_or(|last| last.tool != tool) {
                    self.tools.push(ToolSpending { tool, calls: 0 });
                }
                self.tools.last_mut()
            }
        };
        if let Some(place) = place {
            place.calls = place.calls.saturating_add(1);
        }
    }
}

impl fmt::Display for ExhaustedBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scope, limit, spent } = self;
        write!(f, "the {scope}'s budget of {limit} is exhausted; spent: {spent}; ")?;
        write!(f, "raise it with `Budget::{}`", limit.setter())
    }
}

impl fmt::Display for BudgetScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Turn => "turn",
            Self::Session => "session",
            Self::Client => "client",
        })
    }
}

impl BudgetLimit {
    fn setter(self) -> &'static str {
        match self {
            Self::ModelCalls(_) => "model_calls",
            Self::ToolCalls(_) => "tool_calls",
            Self::Tokens(_) => "tokens",
            Self::Cost(_) => "cost",
            Self::Wall(_) => "wall",
        }
    }
}

impl fmt::Display for BudgetLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ModelCalls(limit) => counted(f, *limit, "model call"),
            Self::ToolCalls(limit) => counted(f, *limit, "tool call"),
            Self::Tokens(limit) => counted(f, *limit, "token"),
            Self::Cost(limit) => write!(f, "cost {limit}"),
            Self::Wall(limit) => write!(f, "{limit:?}"),
        }
    }
}

impl fmt::Display for Spent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let models: Vec<_> = self.models.iter().map(|own| (&*own.model, own.calls)).collect();
        let tools: Vec<_> = self.tools.iter().map(|own| (&*own.tool, own.calls)).collect();
        counted(f, self.model_calls, "model call")?;
        listed(f, &models)?;
        f.write_str(", ")?;
        counted(f, self.tool_calls, "tool call")?;
        listed(f, &tools)?;
        f.write_str(", ")?;
        counted(f, self.tokens, "token")?;
        if self.cost > 0.0 {
            write!(f, ", cost {}", self.cost)?;
        }
        write!(f, ", {:.1?}", self.wall)
    }
}

fn counted(f: &mut fmt::Formatter<'_>, count: u64, what: &str) -> fmt::Result {
    write!(f, "{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn listed(f: &mut fmt::Formatter<'_>, calls: &[(&str, u64)]) -> fmt::Result {
    let Some(((name, count), others)) = calls.split_first() else { return Ok(()) };
    write!(f, " ({name}: {count}")?;
    for (name, count) in others {
        write!(f, ", {name}: {count}")?;
    }
    f.write_str(")")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{BudgetLimit, BudgetScope, ExhaustedBudget, LISTED, OTHERS, Spent};

    #[test]
    fn an_exhausted_budget_says_what_was_spent_on_what() {
        let mut spent = Spent { wall: Duration::from_millis(2500), ..Spent::default() };
        spent.add_model_call("gpt-5", 100, 0.25);
        spent.add_model_call("gpt-5-mini", 10, 0.25);
        spent.add_model_call("gpt-5", 100, 0.25);
        spent.add_tool_call("view");
        let limit = BudgetLimit::Tokens(200);
        let exhausted = ExhaustedBudget { scope: BudgetScope::Session, limit, spent };
        assert_eq!(
            exhausted.to_string(),
            "the session's budget of 200 tokens is exhausted; spent: 3 model calls (gpt-5: 2, \
             gpt-5-mini: 1), 1 tool call (view: 1), 210 tokens, cost 0.75, 2.5s; raise it with \
             `Budget::tokens`"
        );
    }

    #[test]
    fn names_beyond_those_listed_are_one_entry_and_sums_saturate() {
        let mut spent = Spent::default();
        for number in 0..2 * LISTED {
            spent.add_model_call(&format!("m{number}"), u64::MAX, 1.0);
            spent.add_tool_call(&format!("t{number}"));
        }
        let sums = (spent.model_calls, spent.tool_calls, spent.tokens);
        assert_eq!(sums, (2 * LISTED as u64, 2 * LISTED as u64, u64::MAX));
        let last = (spent.models.last().unwrap(), spent.tools.last().unwrap());
        assert_eq!((&*last.0.model, last.0.calls), (OTHERS, LISTED as u64));
        assert_eq!((&*last.1.tool, last.1.calls), (OTHERS, LISTED as u64));
        assert_eq!((spent.models.len(), spent.tools.len()), (LISTED + 1, LISTED + 1));
    }
}
