//! The budgets that apply to a session and to the turn that runs in it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::task::AbortHandle;
use tokio::time::sleep_until;

use super::Meter;
use crate::error::{Error, Result};
use crate::event::assistant::AssistantUsage;
use crate::event::{Event, EventData};
use crate::task::spawn;

/// The budgets of one session. Counts its events.
#[derive(Default)]
pub(crate) struct SessionBudgets {
    /// Those of the session and of the client.
    outer: Vec<Arc<Meter>>,
    /// The turn that runs, if any budget applies to it.
    turn: Mutex<Option<Running>>,
    /// Whether the CLI asks before each tool call. Calls are then counted when it asks.
    asks_before_tools: AtomicBool,
}

struct Running {
    budget: Arc<TurnBudget>,
    /// Ends the turn on time, and when another session exhausts the client's budget.
    watch: Option<AbortHandle>,
}

/// The budgets that apply to one turn.
pub(crate) struct TurnBudget {
    /// The turn's own, the session's, the client's.
    meters: Vec<Arc<Meter>>,
    ended: OnceLock<Error>,
    /// Whether the CLI has answered an abort. A model call that begins after that shows that the
    /// turn goes on all the same.
    abort_answered: AtomicBool,
}

impl SessionBudgets {
    pub(crate) fn new(session: Option<Meter>, client: Option<&Arc<Meter>>, asks: bool) -> Self {
        let outer = session.map(Arc::new).into_iter().chain(client.cloned()).collect();
        Self { outer, turn: Mutex::default(), asks_before_tools: AtomicBool::new(asks) }
    }

    /// The budgets of a turn about to be started, or `None` if there are none.
    ///
    /// # Errors
    ///
    /// If one of them is exhausted.
    pub(crate) fn of_turn(&self, own: Option<Arc<Meter>>) -> Result<Option<Arc<TurnBudget>>> {
        let turn = self.budgets(own);
        for meter in turn.iter().flat_map(|turn| &turn.meters) {
            meter.check();
            if let Some(error) = meter.error() {
                return Err(error);
            }
        }
        Ok(turn)
    }

    /// Whether the CLI asks before each tool call.
    pub(crate) fn asks_before_tools(&self) -> bool {
        self.asks_before_tools.load(Ordering::Relaxed)
    }

    /// Records that the CLI asks before each tool call from now on.
    pub(crate) fn ask_before_tools(&self) {
        self.asks_before_tools.store(true, Ordering::Relaxed);
    }

    /// Records that a turn begins, with its budgets if this program has started it. `abort` is
    /// called if a budget ends it in between two events.
    pub(crate) fn begin(
        self: &Arc<Self>,
        turn: Option<Arc<TurnBudget>>,
        abort: impl FnOnce() + Send + 'static,
    ) {
        self.end();
        let Some(budget) = turn.or_else(|| self.budgets(None)) else { return };
        for meter in &budget.meters {
            meter.begin();
        }
        let watch = self.watch(&budget, abort);
        *self.lock() = Some(Running { budget, watch });
    }

    /// Records that no turn runs.
    pub(crate) fn end(&self) {
        let former = self.lock().take();
        if let Some(watch) = former.and_then(|running| running.watch) {
            watch.abort();
        }
    }

    /// The budgets of the turn that runs.
    pub(crate) fn running(&self) -> Option<Arc<TurnBudget>> {
        self.lock().as_ref().map(|running| Arc::clone(&running.budget))
    }

    /// Counts an event. Returns whether the turn has to be aborted.
    pub(crate) fn fold(&self, event: &Event) -> bool {
        let running = self.running();
        let count: &dyn Fn(&Meter) = match &event.data {
            EventData::AssistantUsage(usage) => {
                let goes_on = goes_on(event, usage);
                &move |meter| meter.model_call(usage, goes_on)
            }
            EventData::AssistantTurnStart(_) => &Meter::check,
            EventData::ToolExecutionStart(call) if !self.asks_before_tools() => {
                &|meter| meter.tool_call(&call.tool_name)
            }
            _ => return false,
        };
        for meter in running.as_ref().map_or(&self.outer, |turn| &turn.meters) {
            count(meter);
        }
        let begins_a_call = matches!(event.data, EventData::AssistantTurnStart(_));
        running.is_some_and(|turn| turn.end() || (begins_a_call && turn.goes_on()))
    }

    /// Whether any budget applies now.
    pub(crate) fn apply(&self) -> bool {
        !self.outer.is_empty() || self.lock().is_some()
    }

    /// Counts a tool call that the CLI asks about. Returns whether it may be made.
    pub(crate) fn admits_tool(&self, tool: &str) -> bool {
        match self.running() {
            Some(turn) => Meter::admit_tool_call(&turn.meters, tool),
            None => Meter::admit_tool_call(&self.outer, tool),
        }
    }

    /// The turn that runs, if a budget has ended it.
    pub(crate) fn ended(&self) -> Option<Arc<TurnBudget>> {
        self.running().filter(|turn| turn.ended().is_some())
    }

    fn budgets(&self, own: Option<Arc<Meter>>) -> Option<Arc<TurnBudget>> {
        let meters: Vec<_> = own.into_iter().chain(self.outer.iter().cloned()).collect();
        (!meters.is_empty()).then(|| {
            let (ended, abort_answered) = (OnceLock::new(), AtomicBool::new(false));
            Arc::new(TurnBudget { meters, ended, abort_answered })
        })
    }

    fn watch(
        self: &Arc<Self>,
        turn: &Arc<TurnBudget>,
        abort: impl FnOnce() + Send + 'static,
    ) -> Option<AbortHandle> {
        let ends = turn.meters.iter().filter_map(|meter| meter.ends()).min();
        // Only the last one is shared with other sessions.
        let shared = turn.meters.last().cloned()?;
        let budgets = Arc::downgrade(self);
        let turn = Arc::clone(turn);
        let watch = async move {
            let elapsed = async {
                match ends {
                    Some(ends) => sleep_until(ends).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = elapsed => turn.meters.iter().for_each(|meter| meter.check_time()),
                () = shared.overspent() => {}
            }
            let budgets = budgets.upgrade();
            let runs = budgets.and_then(|budgets| budgets.running());
            if runs.is_some_and(|runs| Arc::ptr_eq(&runs, &turn)) && turn.end() {
                abort();
            }
        };
        Some(spawn(watch).abort_handle())
    }

    fn lock(&self) -> MutexGuard<'_, Option<Running>> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TurnBudget {
    /// Ends the turn if one of its budgets is exhausted. Returns whether this call has ended it.
    fn end(&self) -> bool {
        let exhausted = self.meters.iter().find_map(|meter| meter.error());
        exhausted.is_some_and(|error| self.ended.set(error).is_ok())
    }

    /// Whether the turn goes on although the CLI has answered an abort. Says so once per answer.
    fn goes_on(&self) -> bool {
        self.abort_answered.swap(false, Ordering::Relaxed)
    }

    /// Records that the CLI has answered an abort.
    pub(crate) fn abort_answered(&self) {
        self.abort_answered.store(true, Ordering::Relaxed);
    }

    /// Why the turn was ended, if a budget has ended it.
    pub(crate) fn ended(&self) -> Option<&Error> {
        self.ended.get()
    }
}

/// Whether the turn needs a model call after this one. What goes on in spite of that is noticed
/// when the next one begins.
fn goes_on(event: &Event, usage: &AssistantUsage) -> bool {
    !event.is_root() || usage.num_tool_calls.is_some_and(|calls| calls > 0)
}
