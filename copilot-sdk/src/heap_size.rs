//! The memory that values own, for budgets that count what is really held.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// The allocator's own share of an allocation: its header, and rounding.
const OVERHEAD: usize = 16;
/// Entries of a node of a B-tree: room for so many is allocated, about half of it is in use.
const NODE_ENTRIES: usize = 11;

/// A value that knows how much memory it owns.
pub(crate) trait HeapSize {
    /// Bytes on the heap that are freed with the value: what was allocated, not what is in use.
    fn heap_size(&self) -> usize;
}

/// The cost of one allocation of so many bytes.
pub(crate) fn allocation(bytes: usize) -> usize {
    if bytes == 0 { 0 } else { bytes + OVERHEAD }
}

/// The cost of shared text: its bytes and two counters.
pub(crate) fn shared(bytes: usize) -> usize {
    allocation(bytes + 2 * size_of::<usize>())
}

macro_rules! without_heap {
    ($($type:ty)*) => {$(
        impl HeapSize for $type {
            fn heap_size(&self) -> usize {
                0
            }
        }
    )*};
}

without_heap! { bool f64 i64 u16 u64 &str }

impl HeapSize for String {
    fn heap_size(&self) -> usize {
        allocation(self.capacity())
    }
}

impl HeapSize for Box<RawValue> {
    fn heap_size(&self) -> usize {
        allocation(self.get().len())
    }
}

impl<T: HeapSize> HeapSize for Option<T> {
    fn heap_size(&self) -> usize {
        self.as_ref().map_or(0, T::heap_size)
    }
}

impl<T: HeapSize> HeapSize for Box<T> {
    fn heap_size(&self) -> usize {
        allocation(size_of::<T>()) + T::heap_size(self)
    }
}

impl<T: HeapSize> HeapSize for Vec<T> {
    fn heap_size(&self) -> usize {
        let items = self.iter().map(T::heap_size).sum::<usize>();
        allocation(self.capacity() * size_of::<T>()) + items
    }
}

impl<T: HeapSize> HeapSize for BTreeMap<String, T> {
    fn heap_size(&self) -> usize {
        let node = NODE_ENTRIES * (size_of::<String>() + size_of::<T>()) + 2 * OVERHEAD;
        let nodes = (2 * self.len()).div_ceil(NODE_ENTRIES);
        let entries = self.iter().map(|(key, value)| key.heap_size() + value.heap_size());
        nodes * allocation(node) + entries.sum::<usize>()
    }
}
