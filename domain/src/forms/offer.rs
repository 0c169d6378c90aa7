//! To whom a form is offered.

use serde::{Deserialize, Serialize};

use crate::{DepartmentId, areas::people::Role};

/// Who finds a form in the list for new records; everybody unless it says less.
///
/// It is a convenience, not a permission: a record that somebody began is taken in whatever it says
/// by then.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Offer {
    /// Recorders and above only.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub staff: bool,
    /// Only people of these departments; of any where there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub departments: Vec<DepartmentId>,
}

impl Offer {
    pub fn is_everybody(&self) -> bool {
        !self.staff && self.departments.is_empty()
    }

    /// Whoever reviews always finds it: the office writes down what others tell.
    pub fn includes(&self, role: Role, department: Option<DepartmentId>) -> bool {
        let of_department = self.departments.is_empty()
            || department.is_some_and(|it| self.departments.contains(&it));
        role >= Role::Reviewer || ((!self.staff || role >= Role::Recorder) && of_department)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_narrows_down_by_role_and_department() {
        let (own, other) = (
            DepartmentId(uuid::Uuid::from_u128(1)),
            DepartmentId(uuid::Uuid::from_u128(2)),
        );
        let everybody = Offer::default();
        assert!(everybody.is_everybody() && everybody.includes(Role::Volunteer, None));
        let staff = Offer {
            staff: true,
            ..Offer::default()
        };
        assert!(!staff.includes(Role::Volunteer, Some(own)));
        assert!(staff.includes(Role::Recorder, None));
        let department = Offer {
            departments: vec![own],
            ..Offer::default()
        };
        assert!(department.includes(Role::Volunteer, Some(own)));
        assert!(!department.includes(Role::Recorder, Some(other)));
        assert!(!department.includes(Role::Recorder, None));
        assert!(department.includes(Role::Reviewer, Some(other)));
    }
}
