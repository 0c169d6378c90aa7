//! The evidence ledger: what a record proves, what each item of the standard has and lacks.

mod item;
pub(in crate::office) mod ledger;
mod lines;
mod record;

pub(in crate::office) use lines::detail;

use axum::Router;
use chrono::Datelike as _;
use domain::{StandardId, Timestamp, areas::standards::Standard, time::UTC_OFFSET_MINUTES};
use sqlx::AnyConnection;

use crate::{AppState, Error, Result, areas::standards, auth::Member};

/// For which years something may be evidence.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2100;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .merge(item::routes())
        .merge(ledger::routes())
        .merge(lines::routes())
        .merge(record::routes())
}

/// The year in China.
fn year_of(at: Timestamp) -> i32 {
    at.civil(UTC_OFFSET_MINUTES)
        .map_or(1970, |at| at.date().year())
}

pub(in crate::office) fn check_year(year: i32) -> Result<i32> {
    if YEARS.contains(&year) {
        Ok(year)
    } else {
        Err(Error::invalid(
            "year",
            "请填写 2000 到 2100 之间的年份",
            "Please give a year between 2000 and 2100",
        ))
    }
}

pub(in crate::office) fn check_passage(passage: &str) -> Result<String> {
    let passage = passage.trim();
    crate::validate::prose("passage", passage)?;
    if passage.chars().count() > domain::api::evidence::PASSAGE {
        return Err(Error::invalid(
            "passage",
            "最多 500 个字，请摘录能证明该项的一段",
            "At most 500 characters. Please quote the passage that proves the item",
        ));
    }
    Ok(passage.to_owned())
}

/// The standard in use, and that it has the item.
pub(in crate::office) async fn standard_with(
    connection: &mut AnyConnection,
    member: &Member,
    item: &str,
) -> Result<(StandardId, Standard)> {
    let version = standards::store::current(connection, member.organization_id)
        .await?
        .ok_or_else(|| {
            Error::conflict(
                "no_standard",
                "还没有启用的测评标准，请先导入并启用",
                "There is no standard in use yet. Please import and publish one first",
            )
        })?;
    if version.standard.item(item).is_none() {
        return Err(Error::invalid(
            "item",
            "现行测评标准里没有这一项，请重新选择",
            "The standard in use has no such item. Please choose again",
        ));
    }
    Ok((version.line.id, version.standard))
}
