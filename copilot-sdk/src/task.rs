//! Tasks of one type, so that the code that runs them is compiled once.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use futures_core::future::BoxFuture;
use tokio::runtime::Handle;
use tokio::task::{JoinHandle, JoinSet};

/// How many idle workers are kept.
const IDLE: usize = 8;

/// Starts a task on the current runtime.
pub(crate) fn spawn(task: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    start(Box::pin(task))
}

fn start(task: BoxFuture<'static, ()>) -> JoinHandle<()> {
    tokio::spawn(task)
}

/// Starts a task on a runtime.
pub(crate) fn spawn_on(
    runtime: &Handle,
    task: impl Future<Output = ()> + Send + 'static,
) -> JoinHandle<()> {
    start_on(runtime, Box::pin(task))
}

fn start_on(runtime: &Handle, task: BoxFuture<'static, ()>) -> JoinHandle<()> {
    runtime.spawn(task)
}

/// Runs each of these in a task of its own, and returns what they returned, in the order in which
/// they ended. One that panics returns nothing.
///
/// # Cancel safety
///
/// Dropping the future aborts the tasks.
pub(crate) async fn join_all<T: Send + 'static>(
    tasks: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let outputs = Arc::new(Mutex::new(Vec::new()));
    let mut running = JoinSet::<()>::new();
    for task in tasks {
        let outputs = Arc::clone(&outputs);
        let task: BoxFuture<'static, ()> = Box::pin(async move {
            let output = task.await;
            lock(&outputs).push(output);
        });
        running.spawn(task);
    }
    while running.join_next().await.is_some() {}
    std::mem::take(&mut *lock(&outputs))
}

/// Runs each job in a task of its own, which is kept for a later job: to start and end a task costs
/// more than what most jobs do.
///
/// All jobs until [`dismiss`](Self::dismiss) have to come on one runtime.
#[derive(Default)]
pub(crate) struct Workers(Arc<Mutex<Idle>>);

#[derive(Default)]
struct Idle {
    workers: Vec<Arc<Worker>>,
    /// How often all were dismissed.
    dismissed: u64,
}

/// A task that runs one job after the other.
struct Worker(Mutex<WorkerState>);

struct WorkerState {
    job: Option<BoxFuture<'static, ()>>,
    waker: Option<Waker>,
    /// Whether no job is taken any more.
    is_over: bool,
}

impl Workers {
    /// Starts a job.
    pub(crate) fn run(&self, job: impl Future<Output = ()> + Send + 'static) {
        self.run_boxed(Box::pin(job));
    }

    fn run_boxed(&self, mut job: BoxFuture<'static, ()>) {
        loop {
            let mut idle = lock(&self.0);
            let Some(worker) = idle.workers.pop() else {
                let dismissed = idle.dismissed;
                drop(idle);
                let worker = Arc::new(Worker::new(job));
                drop(spawn(work(worker, Arc::clone(&self.0), dismissed)));
                return;
            };
            drop(idle);
            match worker.give(job) {
                None => return,
                // Its runtime is shutting down.
                Some(refused) => job = refused,
            }
        }
    }

    /// Ends the idle tasks, and those that are at work when they have done it.
    pub(crate) fn dismiss(&self) {
        let idle = {
            let mut idle = lock(&self.0);
            idle.dismissed += 1;
            std::mem::take(&mut idle.workers)
        };
        for worker in idle {
            worker.end();
        }
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.dismiss();
    }
}

async fn work(worker: Arc<Worker>, idle: Arc<Mutex<Idle>>, dismissed: u64) {
    let worker = EndOnDrop(worker);
    while let Some(job) = poll_fn(|cx| worker.0.poll_job(cx)).await {
        job.await;
        let mut idle = lock(&idle);
        if idle.dismissed != dismissed || idle.workers.len() >= IDLE {
            return;
        }
        idle.workers.push(Arc::clone(&worker.0));
    }
}

impl Worker {
    fn new(job: BoxFuture<'static, ()>) -> Self {
        Self(Mutex::new(WorkerState { job: Some(job), waker: None, is_over: false }))
    }

    /// Gives a job to an idle worker, which returns it if it takes none any more.
    fn give(&self, job: BoxFuture<'static, ()>) -> Option<BoxFuture<'static, ()>> {
        let mut state = lock(&self.0);
        if state.is_over {
            return Some(job);
        }
        state.job = Some(job);
        if let Some(waker) = &state.waker {
            waker.wake_by_ref();
        }
        None
    }

    /// Takes the next job; `None` at the end.
    fn poll_job(&self, cx: &mut Context<'_>) -> Poll<Option<BoxFuture<'static, ()>>> {
        let mut state = lock(&self.0);
        if state.job.is_some() || state.is_over {
            return Poll::Ready(state.job.take());
        }
        match &mut state.waker {
            Some(waker) => waker.clone_from(cx.waker()),
            None => state.waker = Some(cx.waker().clone()),
        }
        Poll::Pending
    }

    /// Takes no further job. A job that was given is dropped only with the task.
    fn end(&self) {
        let mut state = lock(&self.0);
        state.is_over = true;
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// Ends a worker with its task, be it by a panic or with its runtime.
struct EndOnDrop(Arc<Worker>);

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        self.0.end();
        let job = lock(&self.0.0).job.take();
        drop(job);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
