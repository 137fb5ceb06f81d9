use std::time::{Duration, Instant};

use super::world::run;
use crate::store::rules::Rules;

/// The rules, with sizes that make large pieces and long files out of little text.
const RULES: Rules = Rules { large: 64, large_tail: 200, ..Rules::ALL };

/// Runs worlds until one violates what a store promises.
fn search(rules: Rules) {
    for seed in 0..10_000 {
        run(seed, rules);
    }
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_late_comes_back() {
    let seeds = std::env::var("COPILOT_SDK_TEST_SEEDS").ok().and_then(|seeds| seeds.parse().ok());
    let (since, mut acknowledged) = (Instant::now(), 0);
    for seed in 0..seeds.unwrap_or(u64::MAX) {
        acknowledged += run(seed, RULES);
        if seeds.is_none() && since.elapsed() > Duration::from_secs(8) {
            println!("{seed} seeds");
            break;
        }
    }
    assert!(acknowledged > 100, "{acknowledged}");
}

#[test]
#[should_panic(expected = "violation")]
fn a_holder_that_does_not_look_after_it_wrote_loses_what_it_acknowledged() {
    search(Rules { checks_after_write: false, ..RULES });
}

#[test]
#[should_panic(expected = "violation")]
fn a_holder_without_a_start_counts_what_was_written_too_late() {
    search(Rules { writes_start: false, ..RULES });
}

#[test]
#[should_panic(expected = "violation")]
fn holders_without_nonces_take_the_objects_of_others_for_their_own() {
    search(Rules { has_nonce: false, ..RULES });
}

#[test]
#[should_panic(expected = "violation")]
fn epochs_that_are_counted_again_bring_back_what_was_written_too_late() {
    search(Rules { keeps_counts: false, ..RULES });
}

#[test]
#[should_panic(expected = "violation")]
fn a_lease_that_is_deleted_lets_two_hold_one_epoch() {
    search(Rules { keeps_leases: false, ..RULES });
}

#[test]
#[should_panic(expected = "violation")]
fn records_deleted_before_their_snapshot_counts_are_lost() {
    search(Rules { folds_after_record: false, ..RULES });
}

#[test]
#[should_panic(expected = "violation")]
fn a_holder_that_serves_without_a_last_look_serves_what_does_not_count() {
    search(Rules { checks_after_start: false, ..RULES });
}

#[test]
#[should_panic(expected = "violation")]
fn objects_of_a_successor_are_deleted_if_listed_too_late() {
    search(Rules { lists_before_record: false, ..RULES });
}
