//! What a value is in.

/// The objects and lists around a value, one bit for each.
pub(super) struct Nesting {
    /// The innermost ones, behind a bit that is set.
    inner: u64,
    /// Those beyond, 63 in each.
    outer: Vec<u64>,
}

impl Nesting {
    #[inline]
    pub(super) fn new() -> Self {
        Self { inner: 1, outer: Vec::new() }
    }

    #[inline]
    pub(super) fn push(&mut self, is_object: bool) {
        if self.inner >> 63 == 1 {
            self.outer.push(self.inner);
            self.inner = 1;
        }
        self.inner = self.inner << 1 | u64::from(is_object);
    }

    #[inline]
    pub(super) fn pop(&mut self) {
        self.inner >>= 1;
        if self.inner == 1 {
            self.inner = self.outer.pop().unwrap_or(1);
        }
    }

    /// Whether the innermost one is an object; `None` outside of all.
    #[inline]
    pub(super) fn last(&self) -> Option<bool> {
        (self.inner > 1).then_some(self.inner & 1 == 1)
    }
}
