//! What a turn costs on a store.

use std::sync::Arc;

use crate::machine::{Machine, echo};
use crate::observed::ObservedStore;

#[tokio::test]
async fn a_later_turn_costs_few_requests() {
    let (objects, model) = (Arc::new(ObservedStore::default()), echo().await);
    let here = Machine::new(objects.open("here")).await;
    let session = here.session(&model).session_id("s").create().await.unwrap();
    for number in 0..12 {
        session.ask(format!("prompt {number}")).await.unwrap();
        let requests = objects.requests();
        println!(
            "{number}: {} {} {:?} {:?}",
            requests.writes.len(),
            requests.reads.len(),
            requests.writes,
            requests.reads
        );
    }
    session.release().await.unwrap();
    println!("release: {:?}", objects.requests());
    here.client.stop().await.unwrap();
}
