//! Reading a session: from the records that count to the state they add up to.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use super::count::{Counted, TRIES, count, restless};
use super::frame;
use super::names::{Names, RecordPosition};
use super::objects::Objects;
use super::record::{Record, StoredData};
use super::rules::Rules;
use super::snapshot;
use super::state::StoredState;
use crate::error::Result;

/// A session as it was read.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) counted: Counted,
    pub(crate) state: StoredState,
    /// The record of the snapshot that the state began with.
    pub(crate) snapshot: Option<RecordPosition>,
    /// How many records were read.
    pub(crate) records: usize,
}

/// Reads the state that a holder of the epoch `before` begins with, or that a reader sees.
pub(crate) async fn load(
    objects: &Objects,
    names: &Names,
    rules: Rules,
    before: Option<u64>,
) -> Result<Loaded> {
    for _ in 0..TRIES {
        let counted = count(objects, names, rules, before).await?;
        if let Some(loaded) = add_up(objects, names, counted).await? {
            return Ok(loaded);
        }
    }
    Err(restless(names))
}

/// The bytes of a piece, or `None` if its object is gone.
pub(crate) async fn bytes(
    objects: &Objects,
    names: &Names,
    piece: &StoredData,
) -> Result<Option<Vec<u8>>> {
    match piece {
        StoredData::Inline(bytes) => Ok(Some(bytes.clone())),
        StoredData::Body(body) => {
            let name = names.body(&body.name);
            let Some(object) = objects.read(&name).await? else { return Ok(None) };
            let (Nothing {}, bytes) = frame::decode(&name, &object)?;
            Ok(Some(bytes.to_vec()))
        }
    }
}

/// The bytes of several pieces in one, or `None` if an object is gone.
pub(crate) async fn all_bytes(
    objects: &Objects,
    names: &Names,
    pieces: &[StoredData],
) -> Result<Option<Vec<u8>>> {
    let mut all = Vec::new();
    for some in pieces.chunks(AT_ONCE) {
        for piece in together(some.iter().map(|piece| bytes(objects, names, piece))).await {
            let Some(piece) = piece? else { return Ok(None) };
            all.extend(piece);
        }
    }
    Ok(Some(all))
}

/// The header of an object that is nothing but bytes.
#[derive(serde::Serialize, serde::Deserialize)]
pub(crate) struct Nothing {}

/// Reads back to the latest snapshot, then adds up. Returns `None` if an object is gone.
async fn add_up(objects: &Objects, names: &Names, counted: Counted) -> Result<Option<Loaded>> {
    let mut state = StoredState::default();
    let (mut records, mut snapshot) = (Vec::new(), None);
    'back: for some in counted.there.rchunks(AT_ONCE) {
        let read = together(some.iter().map(|at| read_record(objects, names, *at))).await;
        for (at, record) in some.iter().zip(read).rev() {
            match record? {
                None => return Ok(None),
                Some(Record::Snapshot { body }) => {
                    let name = names.body(&body);
                    let Some(bytes) = objects.read(&name).await? else { return Ok(None) };
                    state = snapshot::decode(&name, &bytes)?;
                    snapshot = Some(*at);
                    break 'back;
                }
                Some(Record::Changes { at: time, changes }) => records.push((*at, time, changes)),
            }
        }
    }
    let read: Vec<_> = records.iter().map(|(at, ..)| *at).collect();
    if !is_gapless(&counted, snapshot, &read) {
        return Ok(None);
    }
    for (at, time, changes) in records.into_iter().rev() {
        for change in changes {
            state.apply(change, time).map_err(|error| {
                frame::damaged(&names.record(at), format!("it does not fit: {error:?}"))
            })?;
        }
    }
    Ok(Some(Loaded { counted, state, snapshot, records: read.len() }))
}

async fn read_record(
    objects: &Objects,
    names: &Names,
    at: RecordPosition,
) -> Result<Option<Record>> {
    let name = names.record(at);
    let Some(bytes) = objects.read(&name).await? else { return Ok(None) };
    Record::decode(&name, &bytes).map(Some)
}

/// Whether `read`, newest first, is all that counts after the snapshot.
fn is_gapless(
    counted: &Counted,
    snapshot: Option<RecordPosition>,
    read: &[RecordPosition],
) -> bool {
    let first = snapshot.unwrap_or(RecordPosition { epoch: 0, seq: 0 });
    let expected = counted.counts.iter().rev().filter(|(epoch, _)| **epoch >= first.epoch);
    let expected = expected.flat_map(|(epoch, last)| {
        let oldest = if *epoch == first.epoch { first.seq.saturating_add(1) } else { 1 };
        (oldest..=*last).rev().map(|seq| RecordPosition { epoch: *epoch, seq })
    });
    expected.eq(read.iter().copied())
}

/// How many requests are under way at once.
pub(super) const AT_ONCE: usize = 16;

/// Waits for several futures at once.
pub(super) async fn together<T>(futures: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut open: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    let all = poll_fn(|context| {
        let mut done = true;
        for (future, answer) in &mut open {
            if answer.is_none() {
                match future.as_mut().poll(context) {
                    Poll::Ready(ready) => *answer = Some(ready),
                    Poll::Pending => done = false,
                }
            }
        }
        if done { Poll::Ready(()) } else { Poll::Pending }
    });
    pin!(all).await;
    open.into_iter().filter_map(|(_, answer)| answer).collect()
}
