//! What a turn costs on a store.

use std::sync::Arc;

use crate::machine::{Machine, echo};
use crate::observed::ObservedStore;

/// How many turns are counted together: under load, the CLI may write the events of one in several
/// pieces, and those of another in one.
const TURNS: usize = 10;

#[tokio::test]
async fn a_later_turn_costs_at_most_two_writes_and_two_reads() {
    let (objects, model) = (Arc::new(ObservedStore::default()), echo().await);
    let here = Machine::new(objects.open("here")).await;
    let session = here.session(&model).session_id("s").create().await.unwrap();
    session.ask("first").await.unwrap();
    objects.requests();
    for number in 0..TURNS {
        session.ask(format!("prompt {number}")).await.unwrap();
    }
    let requests = objects.requests();
    assert!(requests.writes.len() <= 2 * TURNS, "{:?}", requests.writes);
    assert!(requests.reads.len() <= 2 * TURNS, "{:?}", requests.reads);
    here.client.stop().await.unwrap();
}
