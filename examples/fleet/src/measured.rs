//! An object store that counts its requests, and measures what a stored change takes.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_core::stream::BoxStream;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

#[derive(Debug)]
pub struct MeasuredStore {
    store: Arc<dyn ObjectStore>,
    numbers: Mutex<Numbers>,
}

/// What was counted, the heartbeats of the workers apart.
#[derive(Debug, Default)]
pub struct Numbers {
    pub prompts: usize,
    pub writes: usize,
    pub reads: usize,
    /// How long each change took from its write to the end of the look that makes it count, in
    /// microseconds.
    pub changes: Vec<u64>,
    begun: HashMap<String, Instant>,
}

impl MeasuredStore {
    pub fn new(store: Arc<dyn ObjectStore>) -> Self {
        Self { store, numbers: Mutex::default() }
    }

    pub fn numbers(&self) -> MutexGuard<'_, Numbers> {
        self.numbers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session that an object belongs to, and the kind of the object.
    fn read_name(location: &Path) -> Option<(String, String)> {
        let mut parts = location.parts().map(|part| part.as_ref().to_owned());
        parts.next().filter(|folder| folder == "sessions")?;
        Some((parts.next()?, parts.next()?))
    }
}

impl Numbers {
    /// Adds the numbers of another worker.
    pub fn add(&mut self, other: Self) {
        self.prompts += other.prompts;
        self.writes += other.writes;
        self.reads += other.reads;
        self.changes.extend(other.changes);
    }

    /// Writes the numbers as a line.
    pub fn to_line(&self) -> String {
        let counts = [self.prompts, self.writes, self.reads].map(|count| count.to_string());
        let changes = self.changes.iter().map(u64::to_string);
        counts.into_iter().chain(changes).collect::<Vec<_>>().join(" ")
    }

    /// Reads a line that another worker wrote.
    pub fn from_line(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let mut count = || words.next()?.parse().ok();
        let (prompts, writes, reads) = (count()?, count()?, count()?);
        let changes = words.map(|word| word.parse().ok()).collect::<Option<_>>()?;
        Some(Self { prompts, writes, reads, changes, begun: HashMap::new() })
    }
}

impl fmt::Display for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per_prompt = |count: usize| {
            let count = u32::try_from(count).unwrap_or(u32::MAX);
            f64::from(count) / f64::from(u32::try_from(self.prompts.max(1)).unwrap_or(u32::MAX))
        };
        let mut sorted = self.changes.clone();
        sorted.sort_unstable();
        let at = |percent: usize| {
            let last = sorted.len().saturating_sub(1);
            Duration::from_micros(sorted.get(last * percent / 100).copied().unwrap_or_default())
        };
        write!(
            f,
            "stored   {} prompts with {:.1} writes and {:.1} reads each; changes: half within \
             {:.1?}, 99 of 100 within {:.1?}",
            self.prompts,
            per_prompt(self.writes),
            per_prompt(self.reads),
            at(50),
            at(99),
        )
    }
}

#[async_trait::async_trait]
impl ObjectStore for MeasuredStore {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        opts: PutOptions,
    ) -> Result<PutResult> {
        if let Some((session, kind)) = Self::read_name(location) {
            let mut numbers = self.numbers();
            numbers.writes += 1;
            if kind == "log" {
                numbers.begun.insert(session, Instant::now());
            }
        }
        self.store.put_opts(location, payload, opts).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        opts: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.store.put_multipart_opts(location, opts).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let got = self.store.get_opts(location, options).await;
        if let Some((session, kind)) = Self::read_name(location) {
            let mut numbers = self.numbers();
            numbers.reads += 1;
            if kind == "lease"
                && let Some(begun) = numbers.begun.remove(&session)
            {
                let took = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
                numbers.changes.push(took);
            }
        }
        got
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.store.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.numbers().reads += 1;
        self.store.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.store.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.store.copy_opts(from, to, options).await
    }
}

impl fmt::Display for MeasuredStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "measured {}", self.store)
    }
}
