use super::*;

/// A name, and the memory that it takes.
#[derive(Debug, Clone, Copy)]
struct Item(&'static str, usize);

impl HeapSize for Item {
    fn heap_size(&self) -> usize {
        self.1
    }
}

const PLACE: usize = 2 * size_of::<(Item, usize)>();

fn drain(queue: &Queue<Item>) -> Vec<Result<&'static str, String>> {
    let mut context = Context::from_waker(Waker::noop());
    let mut items = Vec::new();
    while let Poll::Ready(Some(item)) = queue.poll_next(&mut context) {
        items.push(item.map(|item| item.0).map_err(|error| error.to_string()));
    }
    items
}

#[test]
fn beyond_its_budget_a_queue_delivers_what_it_holds_and_ends_with_the_reason() {
    let queue = Queue::new();
    queue.set_budget(1000);
    assert!(queue.push(Item("a", 600 - PLACE)));
    assert!(queue.push(Item("b", 400 - PLACE)));
    assert!(!queue.push(Item("c", 1)));
    assert!(!queue.push(Item("d", 1)));
    let reason = "the consumer lags: 2 undelivered events of 1000 bytes exceed the budget of \
                  1000 bytes; read faster, raise it with `budget`, or merge deltas with \
                  `merge_deltas`";
    assert_eq!(drain(&queue), [Ok("a"), Ok("b"), Err(reason.to_owned())]);
}

#[test]
fn one_item_larger_than_the_budget_still_passes() {
    let queue = Queue::new();
    queue.set_budget(10);
    assert!(queue.push(Item("large", 1000)));
    assert_eq!(drain(&queue), [Ok("large")]);
}

#[test]
fn a_merged_item_is_charged_what_it_takes_afterwards() {
    let queue = Queue::new();
    queue.set_budget(1000);
    queue.set_merge(|last: &mut Item, next| {
        last.1 += next.1;
        None
    });
    for _ in 0..200 {
        assert!(queue.push(Item("a", 4)));
    }
    assert_eq!(queue.lock().bytes, 800 + PLACE);
    assert!(!queue.push(Item("a", 400)));
}

#[test]
fn an_emptied_queue_gives_its_room_back() {
    let queue = Queue::new();
    for _ in 0..100_000 {
        queue.push(Item("a", 0));
    }
    assert_eq!(drain(&queue).len(), 100_000);
    let state = queue.lock();
    assert!(state.items.capacity() <= 2 * KEPT, "{}", state.items.capacity());
    assert_eq!(state.bytes, 0);
}

#[test]
fn an_orderly_end_comes_after_what_waits() {
    let queue = Queue::new();
    queue.push(Item("a", 1));
    queue.finish(&Closed::orderly("done"));
    assert!(!queue.push(Item("late", 1)));
    assert_eq!(drain(&queue), [Ok("a")]);
}

#[test]
fn a_bad_end_is_told_once() {
    let queue = Queue::new();
    queue.finish(&Closed::new(ErrorKind::Closed, "gone"));
    assert_eq!(drain(&queue), [Err("gone".to_owned())]);
    assert_eq!(drain(&queue), []);
}
