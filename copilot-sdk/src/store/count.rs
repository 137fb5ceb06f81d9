//! Which records of a session count.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::frame;
use super::names::{Names, RecordPosition, numbered, position};
use super::objects::Objects;
use super::rules::Rules;
use crate::error::{Error, ErrorKind, Result};

/// What an epoch begins with. Written once, before its holder serves.
///
/// A record that lands later than the start of a later epoch is not in it, and so never counts: not
/// for that epoch, nor for any after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EpochStart {
    pub(crate) nonce: String,
    /// The last record that counts, of each epoch that matters.
    pub(crate) counted: BTreeMap<u64, u64>,
    /// Whether the session was deleted in this epoch. Nothing counts then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) deleted: bool,
}

/// The records that count, and the start that says so.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) start: Option<u64>,
    pub(crate) deleted: bool,
    pub(crate) counts: BTreeMap<u64, u64>,
    /// The places of records that are there, in order.
    pub(crate) there: Vec<RecordPosition>,
}

/// Finds out which records count for a holder of the epoch `before`, or for a reader.
pub(crate) async fn count(
    objects: &Objects,
    names: &Names,
    rules: Rules,
    before: Option<u64>,
) -> Result<Counted> {
    for _ in 0..TRIES {
        let listed = objects.list(&names.starts()).await?;
        let epochs = listed.iter().filter_map(|object| numbered(&object.location));
        let latest = epochs.filter(|epoch| before.is_none_or(|before| *epoch < before)).max();
        let start = match latest.filter(|_| rules.writes_start) {
            Some(epoch) => match read_start(objects, names, epoch).await? {
                Some(start) => Some((epoch, start)),
                // A later holder has folded the log in between.
                None => continue,
            },
            None => None,
        };
        return counted(objects, names, rules, before, start).await;
    }
    Err(restless(names))
}

async fn read_start(objects: &Objects, names: &Names, epoch: u64) -> Result<Option<EpochStart>> {
    let name = names.start(epoch);
    let Some(bytes) = objects.read(&name).await? else { return Ok(None) };
    frame::decode(&name, &bytes).map(|(start, _)| Some(start))
}

async fn counted(
    objects: &Objects,
    names: &Names,
    rules: Rules,
    before: Option<u64>,
    start: Option<(u64, EpochStart)>,
) -> Result<Counted> {
    let log = names.log();
    let listed = objects.list(&log).await?;
    let mut there: Vec<_> = listed.iter().filter_map(|o| position(&log, &o.location)).collect();
    there.sort_unstable();
    // An epoch without a start never served, so that it has no record that counts.
    let (own, mut counts, deleted) = match start {
        Some((epoch, start)) => (Some(epoch), start.counted, start.deleted),
        None => (None, BTreeMap::new(), false),
    };
    for at in &there {
        let is_own = Some(at.epoch) == own || !rules.keeps_counts || !rules.writes_start;
        if is_own && before.is_none_or(|before| at.epoch < before) {
            counts.insert(at.epoch, at.seq);
        }
    }
    there.retain(|at| counts.get(&at.epoch).is_some_and(|last| at.seq <= *last));
    Ok(Counted { start: own, deleted, counts, there })
}

/// How often a reader begins again because a holder deletes what it is about to read.
pub(crate) const TRIES: usize = 20;

/// The error about a session whose objects kept changing while they were read.
pub(crate) fn restless(names: &Names) -> Error {
    let text = format!(
        "`{}` in the session store kept changing while it was read, or a part of it is missing",
        names.root()
    );
    Error::new(ErrorKind::Store, text)
}
