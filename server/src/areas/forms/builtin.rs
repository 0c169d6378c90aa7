//! The built-in forms, compiled in from `forms/*.md`.

use domain::{OrganizationId, Row, forms::Form, row::FormRow};

use super::store;
use crate::{Error, Result, Tx};

/// Name and text of each built-in form, in the order in which they are offered.
const BUILTIN: &[(&str, &str)] = &[
    (
        "law_outreach.md",
        include_str!("../../../../forms/law_outreach.md"),
    ),
    (
        "enforcement_visit.md",
        include_str!("../../../../forms/enforcement_visit.md"),
    ),
    (
        "blood_drive.md",
        include_str!("../../../../forms/blood_drive.md"),
    ),
    (
        "field_note.md",
        include_str!("../../../../forms/field_note.md"),
    ),
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
            form,
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
            if let Err(error) = Form::from_markdown(text) {
                panic!("{name}: {error:?}");
            }
        }
    }
}
