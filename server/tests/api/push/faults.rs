//! What comes damaged, doubled, too large or at once.

use std::io::Write;

use domain::{Outcome, Refusal, api::sync::PushResponse, areas::people::Role};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

use crate::{
    phone::{self, Phone, Store},
    support::{Backend, TestApp},
};

async fn phone(backend: Backend) -> (TestApp, Phone) {
    let app = TestApp::new(backend).await;
    let organization = phone::organization(&app).await;
    let person = organization.person(Role::Volunteer).await;
    let phone = Phone::of(&app, &person).await;
    (app, phone)
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).expect("packed");
    encoder.finish().expect("packed")
}

on_both! {
    async fn a_poison_item_never_sinks_the_others(backend) {
        let (app, phone) = phone(backend).await;
        let text = |change: &dyn Fn(&mut Value)| {
            let mut value = serde_json::to_value(phone.note("毒")).expect("JSON");
            change(&mut value);
            value.to_string()
        };
        let poison = [
            text(&|it| it["change"]["change"]["title"] = json!("a\u{0}b")),
            text(&|it| it["change"]["change"]["answers"]["title"]["value"] = json!("\u{0}")),
            text(&|it| it["app_build"] = json!("\u{0}")),
            text(&|_| ()).replace("毒", r"\ud800"),
            text(&|it| it["change"]["change"]["type"] = json!("explode")),
            text(&|it| it["change"] = json!(7)),
            text(&|it| it["device_seq"] = json!("three")),
            text(&|it| it["capture"] = json!({})).replace("wall_clock", "wall_cl"),
            text(&|it| it["record"]["area"] = json!("rockets")),
            text(&|it| it["schema_version"] = json!(2)),
            text(&|it| it["op_id"] = json!("not an id")),
            "null".to_owned(),
            "[[[]]]".to_owned(),
            "{\"op_id\":7}".to_owned(),
            format!("{}{}", "[".repeat(2_000), "]".repeat(2_000)),
            text(&|it| it["change"]["change"]["title"] = json!("长".repeat(5_000))),
            text(&|it| it["change"]["change"]["answers"]["nowhere"] =
                json!({"type": "text", "value": "?"})),
        ];
        let mut operations = Vec::new();
        for item in &poison {
            operations.push(serde_json::to_string(&phone.note("好")).expect("JSON"));
            operations.push(item.clone());
        }
        let unknown_field = text(&|it| it["from_the_future"] = json!({"a": [1, 2]}));
        operations.push(unknown_field);
        let response: PushResponse = phone.push_raw(&operations).await.ok();
        assert_eq!(response.verdicts.len(), operations.len());
        for (index, verdict) in response.verdicts.iter().enumerate() {
            phone.check_receipt(verdict);
            let good = index % 2 == 0;
            let applied = verdict.outcome == Outcome::Applied { revision: 1 };
            let quarantined = matches!(verdict.outcome, Outcome::Quarantined { .. });
            assert!(if good { applied } else { quarantined }, "{index}: {verdict:?}");
        }
        // All of them are kept whole, and answered again the same way.
        assert_eq!(
            app.number("select count(*) from inbox").await,
            operations.len() as i64
        );
        let again: PushResponse = phone.push_raw(&operations).await.ok();
        for (again, first) in again.verdicts.iter().zip(&response.verdicts) {
            assert_eq!(again.op_id, first.op_id);
            assert_eq!(again.outcome.first(), &first.outcome);
            assert_eq!(again.receipt, first.receipt);
        }
    }

    async fn what_the_database_refuses_is_quarantined_alone(backend) {
        let (app, phone) = phone(backend).await;
        // Another writer took the record's id without the inbox knowing.
        let notes: Vec<_> = (0..10).map(|n| phone.note(&format!("{n}"))).collect();
        let mut tx = app.begin().await;
        sqlx::query(
            "insert into submission_versions
                 (submission_id, revision, organization_id, at, by_person, body)
             values ($1, 1, 'x', 0, 'x', '{}')",
        )
        .bind(notes[4].record.id.to_string())
        .execute(&mut *tx)
        .await
        .expect("in the way");
        tx.commit().await.expect("committed");
        let outcomes = phone.outcomes(&notes).await;
        for (index, outcome) in outcomes.iter().enumerate() {
            if index == 4 {
                assert_eq!(outcome, &Outcome::Quarantined { refusal: Refusal::AlreadyExists });
            } else {
                assert_eq!(outcome, &Outcome::Applied { revision: 1 });
            }
        }
        assert_eq!(app.number("select count(*) from submissions").await, 9);
        let mut store = Store::default();
        store.pull(&phone).await;
        assert!(!store.rows.contains_key(&notes[4].record));
    }

    async fn the_same_operation_from_many_tabs_takes_effect_once(backend) {
        let (app, phone) = phone(backend).await;
        let note = phone.note("一次");
        let body = json!({"heartbeat": phone.heartbeat(1), "operations": [note]});
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..10 {
            let client = phone.client.clone();
            let body = body.clone();
            tasks.spawn(async move { client.post("/api/sync/push", &body).await });
        }
        let mut first = 0;
        while let Some(reply) = tasks.join_next().await {
            let response: PushResponse = reply.expect("answered").ok();
            let outcome = &response.verdicts[0].outcome;
            assert_eq!(outcome.first(), &Outcome::Applied { revision: 1 });
            first += usize::from(matches!(outcome, Outcome::Applied { .. }));
        }
        assert_eq!(first, 1);
        assert_eq!(app.number("select count(*) from submissions").await, 1);
        assert_eq!(app.number("select count(*) from inbox").await, 1);
    }

    async fn two_phones_that_edit_at_once_lose_nothing(backend) {
        let (app, phone) = phone(backend).await;
        let note = phone.note("原题");
        phone.outcome(&note).await;
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..10 {
            let edit = phone.amend(note.record, 1, "title", Some("原题"), &format!("{n}"));
            let body = json!({"heartbeat": phone.heartbeat(1), "operations": [edit]});
            let client = phone.client.clone();
            tasks.spawn(async move { client.post("/api/sync/push", &body).await });
        }
        let mut revisions = Vec::new();
        while let Some(reply) = tasks.join_next().await {
            let response: PushResponse = reply.expect("answered").ok();
            match response.verdicts[0].outcome {
                Outcome::Applied { revision } | Outcome::Conflict { revision } => {
                    revisions.push(revision);
                }
                ref other => panic!("{other:?}"),
            }
        }
        revisions.sort_unstable();
        assert_eq!(revisions, (2..=11).collect::<Vec<i64>>());
        assert_eq!(app.number("select count(*) from submission_versions").await, 11);
    }

    async fn a_batch_may_come_packed(backend) {
        let (_app, phone) = phone(backend).await;
        let note = phone.note("压缩");
        let body = json!({"heartbeat": phone.heartbeat(1), "operations": [note]}).to_string();
        let send = |bytes: Vec<u8>, encoding: &'static str| {
            phone
                .client
                .request("POST", "/api/sync/push")
                .header("content-type", "application/json")
                .header("content-encoding", encoding)
                .bytes(bytes)
                .send()
        };
        let response: PushResponse = send(gzip(&body), "gzip").await.ok();
        assert_eq!(response.verdicts[0].outcome, Outcome::Applied { revision: 1 });
        assert_eq!(send(b"no gzip".to_vec(), "gzip").await.status, 422);
        assert_eq!(send(body.clone().into_bytes(), "br").await.status, 415);
        // 13 MB of spaces in a few KB.
        let bomb = format!("{}{body}", " ".repeat(13 * 1024 * 1024));
        assert_eq!(send(gzip(&bomb), "gzip").await.status, 413);
    }

    async fn a_batch_beyond_the_limits_is_to_be_halved(backend) {
        let (app, phone) = phone(backend).await;
        let many: Vec<String> = (0..51)
            .map(|_| serde_json::to_string(&phone.note("多")).expect("JSON"))
            .collect();
        assert_eq!(phone.push_raw(&many).await.status, 413);
        assert_eq!(phone.push_raw(&many[..50]).await.status, 200);
        let long = |megabytes: usize| {
            let mut value = serde_json::to_value(phone.note("长")).expect("JSON");
            value["change"]["change"]["title"] = json!("x".repeat(megabytes * 1_000_000));
            value.to_string()
        };
        let long_one = long(1);
        assert_eq!(phone.push_raw(&[many[50].clone(), long_one.clone()]).await.status, 413);
        // Alone it is received, kept whole and quarantined: it must not stay on the phone for ever.
        let response: PushResponse = phone.push_raw(std::slice::from_ref(&long_one)).await.ok();
        assert!(matches!(
            response.verdicts[0].outcome,
            Outcome::Quarantined { refusal: Refusal::TooLong { .. } }
        ));
        let again: PushResponse = phone.push_raw(std::slice::from_ref(&long_one)).await.ok();
        assert!(matches!(again.verdicts[0].outcome, Outcome::Duplicate { .. }));
        let kept = app.number("select cast(max(length(raw)) as bigint) from inbox").await;
        assert_eq!(kept, long_one.chars().count() as i64);
        assert_eq!(phone.push_raw(&[long(10)]).await.status, 200);
        assert_eq!(phone.push_raw(&[long(13)]).await.status, 413);
    }

    async fn what_is_no_push_at_all_is_refused_in_words(backend) {
        let (_app, phone) = phone(backend).await;
        for body in ["", "{", "[]", "{}", "\u{0}", "{\"operations\":7}", "<html>"] {
            let reply = phone
                .client
                .request("POST", "/api/sync/push")
                .header("content-type", "application/json")
                .bytes(body)
                .send()
                .await;
            assert_eq!(reply.status, 422, "{body}");
            assert_eq!(reply.code(), "unreadable");
        }
    }

    async fn a_damaged_heartbeat_refuses_no_operation(backend) {
        let (_app, phone) = phone(backend).await;
        for heartbeat in ["null", "7", "{}", "{\"device_id\":\"\\ud800\"}"] {
            let note = serde_json::to_string(&phone.note("心跳")).expect("JSON");
            let reply = phone
                .client
                .request("POST", "/api/sync/push")
                .header("content-type", "application/json")
                .bytes(format!("{{\"heartbeat\":{heartbeat},\"operations\":[{note}]}}"))
                .send()
                .await;
            let response: PushResponse = reply.ok();
            assert_eq!(response.verdicts[0].outcome, Outcome::Applied { revision: 1 });
        }
        let mut odd = phone.heartbeat(1);
        odd.app_build = "\u{0}\u{7}".repeat(5_000);
        odd.outbox = i64::MIN;
        odd.max_device_seq = i64::MAX;
        odd.device_epoch = i64::MAX;
        let note = phone.note("心跳");
        let response = phone.push_with(odd, &[note]).await;
        assert_eq!(response.verdicts[0].outcome, Outcome::Applied { revision: 1 });
    }

    async fn extreme_numbers_are_kept(backend) {
        let (_app, phone) = phone(backend).await;
        let mut operations = Vec::new();
        for extreme in [i64::MIN, -1, 0, i64::MAX] {
            let mut note = phone.note("极值");
            note.device_seq = extreme;
            note.device_epoch = extreme;
            note.capture.occurred_at.0 = extreme;
            note.capture.wall_clock.0 = extreme;
            note.capture.server_offset_ms = Some(extreme);
            note.capture.utc_offset_minutes = i32::MAX;
            operations.push(note);
        }
        for outcome in phone.outcomes(&operations).await {
            assert!(outcome.is_received(), "{outcome:?}");
        }
        let mut store = Store::default();
        store.pull(&phone).await;
    }
}
