//! The built-in forms, compiled in from `forms/*.md`.

use domain::{OrganizationId, Row, forms::Form, row::FormRow};

use super::store;
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
    "volunteer_profile.md",
    "volunteer_certificate.md",
    "budget_entry.md",
    "field_note.md",
];

/// Gives the organization the built-in forms as current versions; the caller publishes the rows.
pub async fn install_builtin(tx: &mut Tx, organization: OrganizationId) -> Result<Vec<Row>> {
    let mut rows = Vec::with_capacity(BUILTIN.len());
    for (position, (name, text)) in (1_i64..).zip(BUILTIN) {
        let form = Form::from_markdown(text)
            .map_err(|error| Error::internal(format!("built-in form {name}: {error:?}")))?;
        let row = FormRow {
            revision: 1,
            current: true,
            position,
            form: form.try_into()?,
        };
        store::put(tx, organization, &row).await?;
        rows.push(Row::Forms(Box::new(row)));
    }
    Ok(rows)
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
