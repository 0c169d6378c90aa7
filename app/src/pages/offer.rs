//! Which forms are offered for a new record, in which order: what fits the activity, what was used
//! lately, then all by what one does.
//!
//! Each form stands in the list once. Leaves out drawing.

use std::collections::BTreeSet;

use domain::{
    areas::activities::{Activity, ActivityKind},
    forms::{Purpose, StoredForm},
    pinyin::Wanted,
    row::FormRow,
};

/// So many forms used lately are offered first.
const RECENT: usize = 4;

/// Forms under a heading, in Chinese and English.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    pub title: (&'static str, &'static str),
    pub forms: Vec<StoredForm>,
}

/// `forms` in the office's order, `recent` their ids, the one used last first; an id may come several
/// times. While something is looked for, what is found; headings without forms are left out.
pub fn offers(
    forms: &[FormRow],
    recent: &[String],
    activity: Option<&Activity>,
    typed: &str,
) -> Vec<Offer> {
    let wanted = Wanted::new(typed);
    if !wanted.is_empty() {
        let is_found = |form: &StoredForm| {
            wanted.is_in(&form.title.zh)
                || (!form.title.en.is_empty() && wanted.is_in(&form.title.en))
        };
        let found = forms
            .iter()
            .map(|row| &row.form)
            .filter(|form| is_found(form));
        return listed([(("找到的表单", "Found"), found.cloned().collect())]);
    }
    let mut taken = BTreeSet::new();
    let mut lists = Vec::new();
    if let Some(activity) = activity {
        let fitting = forms.iter().map(|row| &row.form);
        let (own, others): (Vec<&StoredForm>, Vec<&StoredForm>) = fitting
            .filter(|form| fits(form, activity))
            .partition(|form| form.id == form_of(activity.kind));
        let fitting: Vec<StoredForm> = own.into_iter().chain(others).cloned().collect();
        taken.extend(fitting.iter().map(|form| form.id.clone()));
        lists.push((("适合这次活动", "For this activity"), fitting));
    }
    let mut lately = Vec::new();
    for id in recent {
        let row = forms.iter().find(|row| row.form.id == *id);
        if let Some(row) = row
            && lately.len() < RECENT
            && taken.insert(id.clone())
        {
            lately.push(row.form.clone());
        }
    }
    lists.push((("最近用过", "Used lately"), lately));
    let mut rest: Vec<(Purpose, StoredForm)> = Vec::new();
    for row in forms.iter().filter(|row| !taken.contains(&row.form.id)) {
        rest.push((purpose(&row.form), row.form.clone()));
    }
    let purposes = Purpose::NAMES.iter().map(|(_, purpose)| *purpose);
    for purpose in purposes.chain([Purpose::Unknown]) {
        let own = rest.iter().filter(|(own, _)| *own == purpose);
        lists.push((purpose.name(), own.map(|(_, form)| form.clone()).collect()));
    }
    listed(lists)
}

fn listed(
    lists: impl IntoIterator<Item = ((&'static str, &'static str), Vec<StoredForm>)>,
) -> Vec<Offer> {
    let filled = lists.into_iter().filter(|(_, forms)| !forms.is_empty());
    filled
        .map(|(title, forms)| Offer { title, forms })
        .collect()
}

fn purpose(form: &StoredForm) -> Purpose {
    let purpose = form.read().and_then(|form| form.settings.purpose);
    purpose.unwrap_or(Purpose::Unknown)
}

/// Made for this kind of activity, or able to prove one of its items.
fn fits(form: &StoredForm, activity: &Activity) -> bool {
    form.id == form_of(activity.kind)
        || form.read().is_some_and(|form| {
            let mut items = form.settings.items.iter();
            items.any(|item| activity.items.contains(item))
        })
}

/// The built-in form for a kind of activity.
fn form_of(kind: ActivityKind) -> &'static str {
    match kind {
        ActivityKind::VolunteerService => "volunteer_service",
        ActivityKind::BloodDonation => "blood_drive",
        ActivityKind::LawOutreach => "law_outreach",
        ActivityKind::StudySession => "study_session",
        ActivityKind::Assistance => "assistance",
        ActivityKind::OurFestival
        | ActivityKind::CultureSport
        | ActivityKind::MoralLecture
        | ActivityKind::Other => "activity",
    }
}

#[cfg(test)]
mod tests {
    use domain::{ActivityId, PersonId, Timestamp, areas::activities::ActivityState, forms::Form};
    use uuid::Uuid;

    use super::*;

    fn forms() -> Vec<FormRow> {
        let texts = [
            include_str!("../../../forms/law_outreach.md"),
            include_str!("../../../forms/small_hotel.md"),
            include_str!("../../../forms/blood_drive.md"),
            include_str!("../../../forms/study_session.md"),
            include_str!("../../../forms/meeting.md"),
        ];
        let rows = (1..).zip(texts).map(|(position, text)| {
            let form = Form::from_markdown(text).expect("a form");
            FormRow {
                revision: 1,
                current: true,
                position,
                offer: domain::forms::Offer::default(),
                form: form.try_into().expect("JSON"),
            }
        });
        rows.collect()
    }

    fn activity(kind: ActivityKind, items: &[&str]) -> Activity {
        Activity {
            id: ActivityId(Uuid::nil()),
            revision: 1,
            title: "无偿献血".to_owned(),
            kind,
            place: String::new(),
            details: String::new(),
            starts_at: Timestamp(0),
            ends_at: Timestamp(0),
            organizer_id: PersonId(Uuid::nil()),
            department_id: None,
            capacity: None,
            items: items.iter().map(|&it| it.to_owned()).collect(),
            state: ActivityState::Planned,
            public: false,
        }
    }

    fn shown(offers: &[Offer]) -> Vec<String> {
        let line = |offer: &Offer| {
            let ids: Vec<&str> = offer.forms.iter().map(|form| form.id.as_str()).collect();
            format!("{}: {}", offer.title.0, ids.join(" "))
        };
        offers.iter().map(line).collect()
    }

    #[test]
    fn forms_stand_by_what_one_does() {
        assert_eq!(
            shown(&offers(&forms(), &[], None, "")),
            [
                "执法与检查: small_hotel",
                "活动与服务: law_outreach blood_drive",
                "学习教育: study_session",
                "会议与台账: meeting",
            ]
        );
    }

    #[test]
    fn what_fits_comes_first_then_what_was_used_and_nothing_twice() {
        let recent = ["meeting", "blood_drive", "meeting", "gone"].map(str::to_owned);
        let drive = activity(ActivityKind::BloodDonation, &["Ⅴ-3-1"]);
        assert_eq!(
            shown(&offers(&forms(), &recent, Some(&drive), "  ")),
            [
                "适合这次活动: blood_drive law_outreach",
                "最近用过: meeting",
                "执法与检查: small_hotel",
                "学习教育: study_session",
            ]
        );
    }

    #[test]
    fn a_form_is_found_by_name_pinyin_and_first_letters() {
        for typed in ["献血", "wuchang", "wcxx", "Blood"] {
            let found = offers(&forms(), &["meeting".to_owned()], None, typed);
            assert_eq!(shown(&found), ["找到的表单: blood_drive"], "{typed}");
        }
        assert_eq!(offers(&forms(), &[], None, "qqq"), []);
    }
}
