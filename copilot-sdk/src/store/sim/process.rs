//! A process that opens the session, uses it for a while, and ends.

use std::sync::{Arc, Mutex};

use object_store::path::Path;

use super::chance::Chance;
use super::history::{History, Served};
use crate::error::Result;
use crate::store::holder::Holder;
use crate::store::lease::{Lease, latest};
use crate::store::names::Names;
use crate::store::objects::Objects;
use crate::store::record::{Change, StoredData};
use crate::store::rules::Rules;
use crate::store::take_over::{delete, take_over};

pub(super) struct Actor {
    pub(super) number: usize,
    pub(super) objects: Objects,
    pub(super) rules: Rules,
    pub(super) chance: Chance,
    pub(super) history: Arc<Mutex<History>>,
}

/// The file that every process appends to.
const FILE: &str = "/state/events";

impl Actor {
    /// Opens the session once. An error ends the process.
    pub(super) async fn run(mut self) -> Result<()> {
        let names = Names::new(&Path::from("sim"), "s");
        let before = latest(&self.objects, &names).await?.map_or(0, |latest| latest.epoch);
        if self.chance.percent(6) {
            return self.delete(&names, before).await;
        }
        let mut holder = take_over(&self.objects, &names, self.rules, self.lease(), before).await?;
        let epoch = holder.epoch();
        let begin = values(&holder).await?;
        self.history.lock().unwrap().served.insert(epoch, Served { begin, ..Served::default() });
        let mut written = 0;
        while self.chance.percent(85) {
            if self.chance.percent(20) {
                holder.fold().await?;
                continue;
            }
            let several = 1 + self.chance.below(3);
            let batch: Vec<_> = (0..several)
                .map(|_| {
                    written += 1;
                    self.value(epoch, written)
                })
                .collect();
            self.served(epoch, |served| served.under_way = batch.clone());
            holder.commit(batch.iter().map(append).collect()).await?;
            self.served(epoch, |served| {
                served.acknowledged.append(&mut served.under_way);
            });
        }
        if self.chance.percent(50) { holder.release().await } else { Ok(()) }
    }

    async fn delete(&self, names: &Names, before: u64) -> Result<()> {
        self.history.lock().unwrap().deleting.push(before + 1);
        delete(&self.objects, names, self.lease(), before, None).await?;
        let deleted = Served { deleted: true, ..Served::default() };
        self.history.lock().unwrap().served.insert(before + 1, deleted);
        Ok(())
    }

    /// A lease that differs from those of other processes by its nonce alone.
    fn lease(&self) -> Lease {
        let nonce = if self.rules.has_nonce { self.number.to_string() } else { String::new() };
        Lease { nonce, holder: "p".into(), process: "p".into(), lease_ms: 1, cli: None }
    }

    /// A value of its own, now and then a large one.
    fn value(&mut self, epoch: u64, written: usize) -> String {
        let long = if self.chance.percent(10) { "-".repeat(100) } else { String::new() };
        let number = if self.rules.has_nonce { self.number } else { 0 };
        format!("{epoch}.{number}.{written}{long}")
    }

    fn served(&self, epoch: u64, change: impl FnOnce(&mut Served)) {
        change(self.history.lock().unwrap().served.entry(epoch).or_default());
    }
}

fn append(value: &String) -> Change {
    let data = StoredData::Inline(format!("{value} ").into_bytes());
    Change::Append { path: FILE.to_owned(), data }
}

async fn values(holder: &Holder) -> Result<Vec<String>> {
    let text = holder.read(FILE).await?.unwrap_or_default();
    let text = String::from_utf8(text).unwrap();
    Ok(text.split_whitespace().map(str::to_owned).collect())
}
