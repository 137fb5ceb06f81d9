//! The one writer of a session.

use std::collections::HashSet;
use std::time::{SystemTime, UNIX_EPOCH};

use object_store::path::Path;

use super::fork::SessionContent;
use super::frame;
use super::lease;
use super::load::{AT_ONCE, Loaded, Nothing, all_bytes, together};
use super::names::{Names, RecordPosition};
use super::objects::{Objects, Settled};
use super::record::{Body, Change, Record, StoredData};
use super::rules::Rules;
use super::snapshot;
use super::state::StoredState;
use super::tree::{NodeContent, TreeError};
use crate::error::{Error, ErrorKind, Result};

/// A session that this process may write, until another takes it over.
///
/// After an error it writes no more: whether the last change was stored is not known, and another
/// change in its place could be lost.
#[derive(Debug)]
pub(crate) struct Holder {
    objects: Objects,
    names: Names,
    rules: Rules,
    nonce: String,
    epoch: u64,
    /// The last record written in this epoch.
    last: u64,
    bodies: u64,
    state: StoredState,
    /// How much has been added to the log since the last snapshot.
    pub(crate) unfolded: Unfolded,
    failed: Option<Error>,
}

/// The records that a snapshot would replace.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Unfolded {
    pub(crate) records: usize,
    pub(crate) bytes: usize,
}

impl Holder {
    pub(crate) fn new(
        objects: Objects,
        names: Names,
        rules: Rules,
        nonce: String,
        epoch: u64,
        loaded: Loaded,
    ) -> Self {
        let unfolded = Unfolded { records: loaded.records, bytes: 0 };
        let (last, bodies, state) = (0, 0, loaded.state);
        Self { objects, names, rules, nonce, epoch, last, bodies, state, unfolded, failed: None }
    }

    pub(crate) fn epoch(&self) -> u64 {
        self.epoch
    }

    pub(crate) fn state(&self) -> &StoredState {
        &self.state
    }

    /// The error that ended the holder, if it has ended.
    pub(crate) fn failed(&self) -> Option<&Error> {
        self.failed.as_ref()
    }

    /// The bytes of a file.
    pub(crate) async fn read(&self, path: &str) -> Result<Result<Vec<u8>, TreeError>> {
        let pieces = match self.state.tree.read(path) {
            Ok(pieces) => pieces,
            Err(error) => return Ok(Err(error)),
        };
        self.all_bytes(&pieces).await.map(Ok)
    }

    /// All files and calls, for a copy of the session.
    pub(crate) async fn content(&self) -> Result<SessionContent> {
        let mut content = SessionContent::default();
        for (path, node) in self.state.tree.nodes() {
            if let NodeContent::File(pieces) = &node.content {
                content.files.push((path.clone(), self.all_bytes(pieces).await?));
            }
        }
        for call in &self.state.calls {
            let result = match &call.result {
                Some(piece) => Some(self.bytes(piece).await?),
                None => None,
            };
            content.calls.push((call.id.clone(), result));
        }
        Ok(content)
    }

    /// The bytes of a piece.
    pub(crate) async fn bytes(&self, piece: &StoredData) -> Result<Vec<u8>> {
        self.all_bytes(std::slice::from_ref(piece)).await
    }

    /// Makes changes, in one record. Those that are impossible are left out and answered so.
    ///
    /// The changes are acknowledged by `Ok`: a later holder sees them.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: the holder must not be used after the future is dropped.
    pub(crate) async fn commit(
        &mut self,
        changes: Vec<Change>,
    ) -> Result<Vec<Result<(), TreeError>>> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let committed = self.try_commit(changes).await;
        committed.inspect_err(|error| self.failed = Some(error.clone()))
    }

    /// Replaces the records by a snapshot, and deletes them.
    ///
    /// # Cancel safety
    ///
    /// As [`commit`](Self::commit).
    pub(crate) async fn fold(&mut self) -> Result<()> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let folded = self.try_fold().await;
        folded.inspect_err(|error| self.failed = Some(error.clone()))
    }

    /// Gives the session up, so that another need not wait for the lease to run out.
    ///
    /// # Errors
    ///
    /// The error that ended the holder before, or that of a store that does not answer.
    pub(crate) async fn release(self) -> Result<()> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        lease::release(&self.objects, &self.names, self.epoch).await?;
        if !self.rules.keeps_leases {
            self.objects.discard(&self.names.lease(self.epoch)).await;
        }
        let start = self.names.start(self.epoch);
        if self.rules.writes_start && self.objects.head(&start).await?.is_none() {
            return Err(self.start_is_gone(&start).await?);
        }
        Ok(())
    }

    async fn all_bytes(&self, pieces: &[StoredData]) -> Result<Vec<u8>> {
        match all_bytes(&self.objects, &self.names, pieces).await? {
            Some(bytes) => Ok(bytes),
            // A successor has folded the log, or somebody else has deleted a part of it.
            None => Err(self
                .look_for_successor()
                .await?
                .unwrap_or_else(|| frame::damaged(&self.names.bodies(), "an object is missing"))),
        }
    }

    async fn try_commit(&mut self, changes: Vec<Change>) -> Result<Vec<Result<(), TreeError>>> {
        let at = now();
        let (mut answers, mut made) = (Vec::new(), Vec::new());
        for mut change in changes {
            if let Some(data) = change.data_mut()
                && matches!(data, StoredData::Inline(bytes) if bytes.len() >= self.rules.large)
            {
                self.move_out(data).await?;
            }
            // A look ahead: what the holder serves from is this state, once the record counts, or
            // none, if it does not.
            let answer = self.state.apply(change.clone(), at);
            if answer.is_ok() {
                made.push(change);
            }
            answers.push(answer);
        }
        if !made.is_empty() {
            self.write(&Record::Changes { at, changes: made }).await?;
        }
        Ok(answers)
    }

    /// Writes the next record and waits until it counts.
    async fn write(&mut self, record: &Record) -> Result<()> {
        let bytes = record.encode(if self.rules.has_nonce { &self.nonce } else { "" })?;
        self.last = self.last.saturating_add(1);
        let name = self.names.record(RecordPosition { epoch: self.epoch, seq: self.last });
        match self.objects.settle(&name, &bytes).await? {
            Settled::Ours => {}
            Settled::Others(_) => {
                let fenced = self.look_for_successor().await?;
                return Err(fenced.unwrap_or_else(|| {
                    frame::damaged(&name, "another holder of the same epoch wrote it")
                }));
            }
        }
        if self.rules.checks_after_write
            && let Some(fenced) = self.look_for_successor().await?
        {
            return Err(fenced);
        }
        self.unfolded.records = self.unfolded.records.saturating_add(1);
        self.unfolded.bytes = self.unfolded.bytes.saturating_add(bytes.len());
        Ok(())
    }

    async fn try_fold(&mut self) -> Result<()> {
        self.move_tails().await?;
        let snapshot = self.next_body();
        let name = self.names.body(&snapshot);
        self.settle_body(&name, &snapshot::encode(&self.state)?).await?;
        // Listed before the record: what a successor writes is not among it, for there was none yet
        // when the record counted.
        let mut replaced = Vec::new();
        if self.rules.lists_before_record {
            replaced = self.replaced(&name).await?;
        }
        if !self.rules.folds_after_record {
            self.discard(&replaced).await;
        }
        self.write(&Record::Snapshot { body: snapshot }).await?;
        if !self.rules.lists_before_record {
            let record = RecordPosition { epoch: self.epoch, seq: self.last };
            let record = self.names.record(record);
            replaced = self.replaced(&name).await?;
            replaced.retain(|name| *name != record);
        }
        self.discard(&replaced).await;
        self.unfolded = Unfolded::default();
        Ok(())
    }

    /// The objects that a snapshot makes superfluous.
    async fn replaced(&self, snapshot: &Path) -> Result<Vec<Path>> {
        let listed = self.objects.list(self.names.root()).await?;
        let start = self.names.start(self.epoch);
        if self.rules.writes_start && !listed.iter().any(|object| object.location == start) {
            return Err(self.start_is_gone(&start).await?);
        }
        let mut kept: HashSet<Path> = self
            .state
            .pieces()
            .filter_map(|piece| match piece {
                StoredData::Body(body) => Some(self.names.body(&body.name)),
                StoredData::Inline(_) => None,
            })
            .collect();
        kept.insert(snapshot.clone());
        kept.insert(start);
        let names = listed.into_iter().map(|object| object.location);
        Ok(names
            .filter(|name| !kept.contains(name) && !name.prefix_matches(&self.names.leases()))
            .collect())
    }

    /// Deletes objects. Changes wait meanwhile, so that the rest is left to the next snapshot when
    /// the store does not answer.
    async fn discard(&self, names: &[Path]) {
        for some in names.chunks(AT_ONCE) {
            let gone = together(some.iter().map(|name| self.objects.discard(name))).await;
            if gone.contains(&false) {
                return;
            }
        }
    }

    /// Moves the ends of long files to objects of their own, so that snapshots stay small.
    async fn move_tails(&mut self) -> Result<()> {
        let mut state = std::mem::take(&mut self.state);
        for data in tails(&mut state, self.rules.large_tail) {
            self.move_out(data).await?;
        }
        self.state = state;
        Ok(())
    }

    /// Moves the bytes of a piece to an object of its own.
    async fn move_out(&mut self, data: &mut StoredData) -> Result<()> {
        if let StoredData::Inline(bytes) = data {
            let body = Body { name: self.next_body(), len: data_len(bytes) };
            let object = frame::encode(&Nothing {}, bytes)?;
            self.settle_body(&self.names.body(&body.name), &object).await?;
            *data = StoredData::Body(body);
        }
        Ok(())
    }

    async fn settle_body(&self, name: &Path, bytes: &[u8]) -> Result<()> {
        match self.objects.settle(name, bytes).await? {
            Settled::Ours => Ok(()),
            Settled::Others(_) => Err(frame::damaged(name, "another holder wrote it")),
        }
    }

    fn next_body(&mut self) -> String {
        self.bodies = self.bodies.saturating_add(1);
        format!("{}-{}", self.nonce, self.bodies)
    }

    /// The error of a holder without its start: a successor has folded the log, or somebody who
    /// knows nothing of sessions has removed their objects.
    async fn start_is_gone(&self, start: &Path) -> Result<Error> {
        let removed = || frame::damaged(start, "it was removed while the session was open");
        Ok(self.look_for_successor().await?.unwrap_or_else(removed))
    }

    async fn look_for_successor(&self) -> Result<Option<Error>> {
        successor(&self.objects, &self.names, self.epoch).await
    }
}

/// The error that names the holder of the next epoch, if there is one.
pub(crate) async fn successor(
    objects: &Objects,
    names: &Names,
    epoch: u64,
) -> Result<Option<Error>> {
    let next = lease::read(objects, names, epoch.saturating_add(1)).await?;
    Ok(next.map(|next| {
        let text = format!("the session was taken over by {}", next.holder);
        Error::new(ErrorKind::Fenced, text)
    }))
}

fn tails(state: &mut StoredState, large: usize) -> impl Iterator<Item = &mut StoredData> {
    state.pieces_mut().filter(move |data| matches!(data, StoredData::Inline(b) if b.len() >= large))
}

fn data_len(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// The time, in milliseconds since 1970.
pub(super) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
