//! Which department answers for an item in a year: whom the office chose, else whom the standard names.

use std::collections::BTreeMap;

use domain::{
    DepartmentId, OrganizationId, api::self_assessment::Assigned, areas::people::Department,
    self_assessment::is_named,
};
use sqlx::AnyConnection;

use super::store::{self, Chosen};
use crate::{Result, areas::departments};

pub(super) struct Answering {
    departments: Vec<Department>,
    chosen: BTreeMap<String, Chosen>,
}

impl Answering {
    pub async fn load(
        connection: &mut AnyConnection,
        organization: OrganizationId,
        year: i32,
    ) -> Result<Self> {
        Ok(Self {
            departments: departments::store::list(connection, organization).await?,
            chosen: store::departments(connection, organization, year).await?,
        })
    }

    /// `by_standard`: the names that the standard gives.
    pub fn of(&self, code: &str, by_standard: &str) -> Assigned {
        let chosen = self.chosen.get(code).copied().unwrap_or_default();
        Assigned {
            revision: chosen.revision,
            department_id: chosen.department,
            by_standard: by_standard.to_owned(),
        }
    }

    pub fn name(&self, id: DepartmentId) -> Option<&str> {
        let found = self.departments.iter().find(|it| it.id == id)?;
        Some(&found.name)
    }

    /// The name of whoever answers for it.
    pub fn owner<'a>(&'a self, assigned: &'a Assigned) -> &'a str {
        let chosen = assigned.department_id.and_then(|id| self.name(id));
        chosen.unwrap_or(&assigned.by_standard)
    }

    /// Whether the department answers for it.
    pub fn is_of(&self, assigned: &Assigned, department: DepartmentId) -> bool {
        match assigned.department_id {
            Some(chosen) => chosen == department,
            None => self
                .name(department)
                .is_some_and(|name| is_named(&assigned.by_standard, name)),
        }
    }
}
