use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc};
use tokio::task::yield_now;

use super::{IDLE, Workers, join_all, lock};

/// The ids of the tasks in which so many jobs run at once.
async fn tasks_of_jobs(workers: &Workers, count: usize) -> Vec<tokio::task::Id> {
    let (told, mut ids) = mpsc::unbounded_channel();
    let gate = Arc::new(Semaphore::new(0));
    for _ in 0..count {
        let (told, gate) = (told.clone(), Arc::clone(&gate));
        workers.run(async move {
            told.send(tokio::task::id()).unwrap();
            let _open = gate.acquire().await.unwrap();
        });
    }
    let mut found = Vec::new();
    for _ in 0..count {
        found.push(ids.recv().await.unwrap());
    }
    gate.add_permits(count);
    while Arc::strong_count(&gate) > 1 {
        yield_now().await;
    }
    // The last one is idle a moment after it has dropped its job.
    yield_now().await;
    found.sort_unstable_by_key(ToString::to_string);
    found
}

#[tokio::test]
async fn tasks_that_are_joined_run_at_once_and_one_that_panics_takes_no_other_along() {
    let barrier = Arc::new(tokio::sync::Barrier::new(3));
    let tasks = (0..3).map(|number| {
        let barrier = Arc::clone(&barrier);
        async move {
            barrier.wait().await;
            assert!(number != 1, "a bug");
            number
        }
    });
    let mut outputs = join_all(tasks).await;
    outputs.sort_unstable();
    assert_eq!(outputs, [0, 2]);
}

#[tokio::test]
async fn joined_tasks_are_aborted_when_nobody_waits_any_more() {
    let gate = Arc::new(Semaphore::new(0));
    let waiting = Arc::clone(&gate);
    let task = async move { drop(waiting.acquire().await) };
    let mut joined = Box::pin(join_all([task]));
    tokio::select! {
        biased;
        _ = &mut joined => {}
        () = yield_now() => {}
    }
    drop(joined);
    yield_now().await;
    assert_eq!(Arc::strong_count(&gate), 1);
}

#[tokio::test]
async fn jobs_at_once_have_a_task_each_and_later_ones_get_the_same_tasks() {
    let workers = Workers::default();
    let first = tasks_of_jobs(&workers, 3).await;
    let mut distinct = first.clone();
    distinct.dedup();
    assert_eq!(distinct.len(), 3);
    assert_eq!(tasks_of_jobs(&workers, 3).await, first);
    let more = tasks_of_jobs(&workers, IDLE + 5).await;
    assert!(first.iter().all(|id| more.contains(id)));
    assert_eq!(lock(&workers.0).workers.len(), IDLE);
}

#[tokio::test]
async fn dismissed_tasks_end_also_those_at_work() {
    let alive = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let workers = Workers::default();
    tasks_of_jobs(&workers, 2).await;
    let gate = Arc::new(Semaphore::new(0));
    let at_work = Arc::clone(&gate);
    workers.run(async move { drop(at_work.acquire().await) });
    yield_now().await;
    assert_eq!(alive(), 2);
    workers.dismiss();
    yield_now().await;
    assert_eq!(alive(), 1, "one is at work");
    gate.add_permits(1);
    yield_now().await;
    yield_now().await;
    assert_eq!(alive(), 0);
    tasks_of_jobs(&workers, 2).await;
    assert_eq!(alive(), 2);
    drop(workers);
    yield_now().await;
    assert_eq!(alive(), 0);
}

#[tokio::test]
async fn a_job_that_panics_ends_its_task_alone() {
    let workers = Workers::default();
    let (told, mut done) = mpsc::unbounded_channel();
    for number in 0..4 {
        let told = told.clone();
        workers.run(async move {
            assert!(number % 2 == 0, "a bug");
            told.send(number).unwrap();
        });
    }
    assert_eq!((done.recv().await, done.recv().await), (Some(0), Some(2)));
}

#[test]
fn a_job_for_a_task_whose_runtime_is_gone_gets_a_task_of_this_one() {
    let runtime = || tokio::runtime::Builder::new_current_thread().build().unwrap();
    let workers = Workers::default();
    let gone = runtime();
    gone.block_on(tasks_of_jobs(&workers, 2));
    drop(gone);
    assert_eq!(runtime().block_on(tasks_of_jobs(&workers, 2)).len(), 2);
}
