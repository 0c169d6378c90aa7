//! The sweep of bytes that nothing names.

use domain::{
    Timestamp,
    areas::{attendances::Proof, people::Role},
    keys::sha256_hex,
    time::DAY_MS,
};
use object_store::{ObjectStoreExt as _, path::Path};
use server::areas::blobs::{Swept, sweep_folder};

use crate::{
    blobs::{jpeg, upload},
    phone::{self, Phone},
    support::TestApp,
};

async fn sweep_all(app: &TestApp) -> Swept {
    let mut all = Swept::default();
    for folder in 0..=255 {
        let swept = sweep_folder(&app.state, folder).await.expect("swept");
        all.blobs += swept.blobs;
        all.objects += swept.objects;
    }
    all
}

async fn is_there(phone: &Phone, bytes: &[u8]) -> bool {
    let path = format!("/api/blobs/{}", sha256_hex(bytes));
    let reply = phone.client.get(&path).await;
    reply.status == 200 && reply.bytes == bytes
}

on_both! {
    async fn only_old_bytes_that_nothing_names_are_taken_out(backend) {
        let app = TestApp::new(backend).await;
        // Objects bear the time of the machine.
        let today = std::time::SystemTime::UNIX_EPOCH.elapsed().expect("after 1970");
        app.set_now(Timestamp(today.as_millis() as i64));
        let organization = phone::organization(&app).await;
        let phone = Phone::of(&app, &organization.person(Role::Recorder).await).await;
        let activity = phone::activity(&app, &phone.person).await;
        let [full, thumbnail, signature, undecided, nobodys] = [1, 2, 3, 4, 5].map(jpeg);
        let note = phone.note("一");
        let mut photo = phone.photo(note.record, &phone::blob(&full));
        if let domain::Change::Attachments(
            domain::areas::attachments::AttachmentChange::Add { thumbnail: small, .. },
        ) = &mut photo.change
        {
            *small = phone::blob(&thumbnail);
        }
        let proof = Proof::Roster { signature: Some(sha256_hex(&signature)) };
        let tick = phone.check_in(activity.id, phone.person.id, proof);
        // Of a record that never came: it waits, and then lies with the office.
        let waiting = phone.photo(phone.note("没有来").record, &phone::blob(&undecided));
        phone.outcomes(&[note, photo, tick, waiting]).await;
        let all = [&full, &thumbnail, &signature, &undecided, &nobodys];
        for bytes in all {
            assert_eq!(upload(&phone, bytes).await.status, 204);
        }
        // The server stopped before it noted what it had written.
        let left = jpeg(6);
        let object = format!("blobs/{}/{}/{}", organization.id, &sha256_hex(&left)[..2], sha256_hex(&left));
        app.state.blobs.put(&Path::from(object), left.into()).await.expect("written");

        app.advance_ms(29 * DAY_MS);
        assert_eq!(sweep_all(&app).await, Swept::default());
        app.advance_ms(2 * DAY_MS);
        let phone = Phone::of(&app, &organization.person(Role::Recorder).await).await;
        let swept = sweep_all(&app).await;
        // The object of the blob that nothing names goes with its line.
        assert_eq!(swept, Swept { blobs: 1, objects: 2 });
        for bytes in [&full, &thumbnail, &signature, &undecided] {
            assert!(is_there(&phone, bytes).await);
        }
        assert!(!is_there(&phone, &nobodys).await);
        assert_eq!(sweep_all(&app).await, Swept::default());
        // Who sends them again is heard.
        assert_eq!(upload(&phone, &nobodys).await.status, 204);
        assert!(is_there(&phone, &nobodys).await);
    }

    async fn what_the_sweep_took_while_an_upload_ended_is_asked_for_again(backend) {
        let app = TestApp::new(backend).await;
        let organization = phone::organization(&app).await;
        let phone = Phone::of(&app, &organization.person(Role::Recorder).await).await;
        let bytes = jpeg(7);
        let brought = server::areas::blobs::Brought {
            organization_id: organization.id,
            person_id: phone.person.id,
            device_id: phone.person.device_id,
            sha256: sha256_hex(&bytes),
            media_type: "image/jpeg".to_owned(),
        };
        let lock = organization.id;
        let mut tx = app.begin().await;
        server::feed::lock(&mut tx, lock).await.expect("locked");
        let state = app.state.clone();
        let ends = tokio::spawn(async move {
            server::areas::blobs::take_in(&state, brought, bytes.into()).await
        });
        // It has written the object and waits for the lock; meanwhile the sweep removes the object.
        let name = sha256_hex(&jpeg(7));
        let object = Path::from(format!("blobs/{}/{}/{name}", organization.id, &name[..2]));
        while app.state.blobs.head(&object).await.is_err() {
            tokio::task::yield_now().await;
        }
        app.state.blobs.delete(&object).await.expect("removed");
        tx.commit().await.expect("committed");
        let ended = ends.await.expect("ended").expect("answered");
        assert_eq!(ended, server::areas::blobs::Finished::Mismatch);
        assert!(!is_there(&phone, &jpeg(7)).await);
        assert_eq!(upload(&phone, &jpeg(7)).await.status, 204);
        assert!(is_there(&phone, &jpeg(7)).await);
    }
}
