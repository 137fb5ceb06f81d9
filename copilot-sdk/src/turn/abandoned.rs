//! What happens when a turn is dropped before its end.

/// Calls back on drop, unless the turn has ended.
#[derive(Default)]
pub(super) struct Abandoned {
    /// Is told whether the agent has begun with the prompt.
    call: Option<Box<dyn FnOnce(bool) + Send + Sync>>,
    begun: bool,
}

impl Abandoned {
    pub(super) fn new(call: impl FnOnce(bool) + Send + Sync + 'static) -> Self {
        Self { call: Some(Box::new(call)), begun: false }
    }

    pub(super) fn begun(&mut self) {
        self.begun = true;
    }

    pub(super) fn ended(&mut self) {
        self.call = None;
    }
}

impl Drop for Abandoned {
    fn drop(&mut self) {
        if let Some(call) = self.call.take() {
            call(self.begun);
        }
    }
}
