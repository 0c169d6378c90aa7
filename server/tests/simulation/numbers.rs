//! Mutations of what keeps order in the database: the feed's numbers given out outside the transaction,
//! and the inbox without its unique key.

use std::collections::BTreeMap;

use sqlx::Row as _;
use sync::transport::{Request, Response};

use crate::{backend::Server, phone::Phone, random::Random, simulation::Simulation};

/// A line of the feed: audience, area and record; then number, digest and whether it is gone.
pub type Feed = BTreeMap<(String, String, String), (i64, i64, i64)>;

fn feed(server: &Server) -> Feed {
    server.runtime.block_on(async {
        let rows = sqlx::query("select audience, area, record_id, seq, digest, removed from feed")
            .fetch_all(server.app().state.db.read())
            .await
            .expect("read");
        rows.iter()
            .map(|row| {
                let key = (row.get("audience"), row.get("area"), row.get("record_id"));
                (key, (row.get("seq"), row.get("digest"), row.get("removed")))
            })
            .collect()
    })
}

fn write(server: &Server, lines: &Feed) {
    server.runtime.block_on(async {
        let mut tx = server.app().begin().await;
        for ((audience, area, record), (seq, digest, removed)) in lines {
            sqlx::query(
                "insert into feed (organization_id, audience, area, record_id, seq, digest, removed)
                 values ($1, $2, $3, $4, $5, $6, $7)
                 on conflict (organization_id, audience, area, record_id) do update set
                     seq = excluded.seq, digest = excluded.digest, removed = excluded.removed",
            )
            .bind(server.organization.to_string())
            .bind(audience.as_str())
            .bind(area.as_str())
            .bind(record.as_str())
            .bind(*seq)
            .bind(*digest)
            .bind(*removed)
            .execute(&mut *tx)
            .await
            .expect("written");
        }
        tx.commit().await.expect("committed");
    });
}

fn forget(server: &Server, lines: &Feed) {
    server.runtime.block_on(async {
        let mut tx = server.app().begin().await;
        for (audience, area, record) in lines.keys() {
            sqlx::query("delete from feed where audience = $1 and area = $2 and record_id = $3")
                .bind(audience.as_str())
                .bind(area.as_str())
                .bind(record.as_str())
                .execute(&mut *tx)
                .await
                .expect("deleted");
        }
        tx.commit().await.expect("committed");
    });
}

/// A push that took its numbers before its transaction: its lines of the feed become visible only after
/// the next pull, which has seen the numbers.
pub fn push_with_early_numbers(
    simulation: &Simulation,
    phone: &Phone,
    request: &Request,
    random: &mut Random,
) -> Response {
    let server = &simulation.server;
    commit_late(simulation);
    let before = feed(server);
    let response = server.answer(&phone.token(), request);
    if random.chance(400) {
        let after = feed(server);
        let late: Feed = after
            .into_iter()
            .filter(|(key, line)| before.get(key) != Some(line))
            .collect();
        forget(server, &late);
        let back = before
            .into_iter()
            .filter(|(key, _)| late.contains_key(key))
            .collect();
        write(server, &back);
        simulation.late.replace(late);
    }
    response
}

/// The transaction commits at last.
pub fn commit_late(simulation: &Simulation) {
    let late = simulation.late.take();
    if !late.is_empty() {
        write(&simulation.server, &late);
    }
}

/// A push whose look-up of earlier ids finds nothing, into an inbox that doesn't mind.
pub fn push_without_key(
    simulation: &Simulation,
    phone: &Phone,
    request: &Request,
    ids: &[String],
) -> Response {
    let server = &simulation.server;
    if simulation.first_time("inbox") {
        drop_key(server);
    }
    let organization = server.organization.to_string();
    give_away(server, ids, &organization, "nobody");
    let response = server.answer(&phone.token(), request);
    give_away(server, ids, "nobody", &organization);
    response
}

/// What belongs to another organization isn't found.
fn give_away(server: &Server, ids: &[String], from: &str, to: &str) {
    server.runtime.block_on(async {
        let mut tx = server.app().begin().await;
        for id in ids {
            sqlx::query(
                "update inbox set organization_id = $1 where organization_id = $2 and op_id = $3",
            )
            .bind(to)
            .bind(from)
            .bind(id.as_str())
            .execute(&mut *tx)
            .await
            .expect("given away");
        }
        tx.commit().await.expect("committed");
    });
}

fn drop_key(server: &Server) {
    server.runtime.block_on(async {
        let mut tx = server.app().begin().await;
        let text: String = sqlx::query_scalar(
            "select sql from sqlite_master where type = 'table' and name = 'inbox'",
        )
        .fetch_one(&mut *tx)
        .await
        .expect("read");
        let loose = text
            .replace("primary key (organization_id, op_id)", "check (1)")
            .replacen("inbox", "loose_inbox", 1);
        assert_ne!(loose.len(), text.len(), "{text}");
        for sql in [
            loose.as_str(),
            "insert into loose_inbox select * from inbox",
            "drop table inbox",
            "alter table loose_inbox rename to inbox",
        ] {
            sqlx::query(sqlx::AssertSqlSafe(sql))
                .execute(&mut *tx)
                .await
                .expect("done");
        }
        tx.commit().await.expect("committed");
    });
}
