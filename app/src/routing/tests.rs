//! Addresses lead back to their pages.

use super::*;

fn every_page() -> Vec<Page> {
    let activity = ActivityId(uuid::Uuid::from_u128(7));
    let record = SubmissionId(uuid::Uuid::from_u128(8));
    let premises = PremisesId(uuid::Uuid::from_u128(9));
    vec![
        Page::Home,
        Page::CheckIn,
        Page::CheckInByLink,
        Page::Activities,
        Page::Activity(activity),
        Page::Gate(activity),
        Page::Records,
        Page::NewRecord(None),
        Page::NewRecord(Some("outreach".to_owned())),
        Page::Record(record),
        Page::Draft(record),
        Page::Me,
        Page::Outbox,
        Page::Login,
        Page::Join("K7Q2".to_owned()),
        Page::PublicActivity(activity),
        Page::Office,
        Page::Review,
        Page::ReviewRecord(record),
        Page::OfficeActivities,
        Page::OfficeActivity(activity),
        Page::NewActivity,
        Page::Roster(activity),
        Page::ImportRoster(activity),
        Page::AllPremises,
        Page::Premises(premises),
        Page::OfficeAllPremises,
        Page::OfficePremises(premises),
        Page::PremisesImport,
        Page::Evidence,
        Page::EvidenceItem("Ⅳ-3-1 / 2%".to_owned()),
        Page::Files,
        Page::Search,
        Page::Standard,
        Page::EvidenceItem("Ⅰ-1-1".to_owned()),
        Page::EvidenceItem("100%（二）".to_owned()),
        Page::Standards,
        Page::StandardVersion(StandardId(uuid::Uuid::from_u128(10))),
        Page::StandardImport,
        Page::OfficeTasks,
        Page::OfficeTask(TaskId(uuid::Uuid::from_u128(10))),
        Page::TaskImport,
        Page::Rectifications,
        Page::Rectification(RectificationId(uuid::Uuid::from_u128(11))),
        Page::Devices,
        Page::People,
        Page::Departments,
        Page::Invitations,
        Page::Quarantine,
        Page::OfficeForms,
        Page::UploadForm,
        Page::OfficeForm(uuid::Uuid::from_u128(9)),
        Page::Receipts,
        Page::Rescue,
        Page::Packs,
        Page::PackSheet(2026, 17),
        Page::SelfAssessment,
        Page::OwnAssessment,
        Page::Participation,
        Page::Hours,
        Page::Reports,
        Page::Kit,
    ]
}

#[test]
fn a_path_leads_back_to_its_page() {
    for page in every_page() {
        assert_eq!(Page::parse(&page.path()), Some(page));
    }
}

#[test]
fn an_unknown_address_or_a_malformed_id_is_no_page() {
    assert_eq!(Page::parse("/activities/not-an-id"), None);
    assert_eq!(Page::parse("/nowhere"), None);
    assert_eq!(Page::parse("/join"), None);
}

#[test]
fn every_section_is_its_own_section() {
    for page in every_page() {
        assert_eq!(page.section().section(), page.section());
    }
}
