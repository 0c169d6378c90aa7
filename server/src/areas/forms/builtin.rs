//! The built-in forms, compiled in from `forms/*.md`.

use domain::{
    OrganizationId, Row,
    forms::{Form, Offer},
    row::FormRow,
};

use super::store::{self, Known};
use crate::{Error, Result, Tx};

/// Reads `forms/*.md` into the program, by name.
macro_rules! forms {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../../forms/", $name)))),*]
    };
}

/// Name and text of each built-in form, in the order in which they are offered: what is written on site
/// most often comes first, the office's ledgers last.
const BUILTIN: &[(&str, &str)] = forms![
    "law_outreach.md",
    "enforcement_visit.md",
    "inspection.md",
    "small_hotel.md",
    "hair_beauty.md",
    "bathhouse.md",
    "entertainment.md",
    "medical_epidemic.md",
    "school_health.md",
    "secondary_water.md",
    "premises_recheck.md",
    "activity.md",
    "volunteer_service.md",
    "blood_drive.md",
    "assistance.md",
    "study_session.md",
    "study_note.md",
    "theory_test.md",
    "study_list_item.md",
    "meeting.md",
    "patrol.md",
    "office_inspection.md",
    "rectification.md",
    "publicity.md",
    "honor.md",
    "double_random_draw.md",
    "case_quality.md",
    "volunteer_profile.md",
    "volunteer_certificate.md",
    "budget_entry.md",
    "field_note.md",
];

/// Gives the organization the built-in forms that it doesn't have yet; the caller publishes the rows.
///
/// A newer version of a built-in form takes the place of the one before, unless the office published or
/// chose that one itself or retired the form: then it is only there to be offered
/// (docs/decisions/0011-versions-of-forms.md).
pub async fn install_builtin(tx: &mut Tx, organization: OrganizationId) -> Result<Vec<Row>> {
    let known = store::known(tx, organization).await?;
    let mut rows = Vec::new();
    for (position, form) in missing(&known)? {
        let known_versions = known.iter().filter(|it| it.form_id == form.id);
        let known_versions: Vec<&Known> = known_versions.collect();
        let before = known_versions.iter().find(|it| it.current);
        let current = match before {
            Some(before) => !before.chosen,
            None => known_versions.is_empty(),
        };
        let mut row = FormRow {
            revision: 1,
            current,
            position,
            offer: Offer::default(),
            form: form.try_into()?,
        };
        if let Some(before) = before {
            let (id, version) = (&before.form_id, &before.version);
            if let Some(mut old) = store::find(tx, organization, id, version).await? {
                row.position = old.position;
                row.offer = old.offer.clone();
                if current {
                    old.revision += 1;
                    old.current = false;
                    store::put(tx, organization, &old).await?;
                    rows.push(Row::Forms(Box::new(old)));
                }
            }
        }
        store::put(tx, organization, &row).await?;
        rows.push(Row::Forms(Box::new(row)));
    }
    Ok(rows)
}

/// Whether the organization lacks a version that this Minglu brings.
pub fn lacks_builtin(known: &[Known]) -> Result<bool> {
    Ok(!missing(known)?.is_empty())
}

/// The built-in forms that aren't known in their version, with their places in the list.
fn missing(known: &[Known]) -> Result<Vec<(i64, Form)>> {
    let mut missing = Vec::new();
    for (position, (name, text)) in (1_i64..).zip(BUILTIN) {
        let form = Form::from_markdown(text)
            .map_err(|error| Error::internal(format!("built-in form {name}: {error:?}")))?;
        let is_known = |it: &Known| it.form_id == form.id && it.version == form.version;
        if !known.iter().any(is_known) {
            missing.push((position, form));
        }
    }
    Ok(missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_form_reads() {
        for (name, text) in BUILTIN {
            match Form::from_markdown(text) {
                Ok(form) => assert_eq!(format!("{}.md", form.id), *name),
                Err(error) => panic!("{name}: {error:?}"),
            }
        }
    }

    #[test]
    fn every_form_of_the_folder_is_offered() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../forms");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .expect("the folder of forms")
            .map(|entry| entry.expect("a file").path())
            .filter(|path| path.extension().is_some_and(|it| it == "md"))
            .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
            .collect();
        let mut offered: Vec<&str> = BUILTIN.iter().map(|(name, _)| *name).collect();
        files.sort();
        offered.sort_unstable();
        assert_eq!(files, offered);
    }
}
