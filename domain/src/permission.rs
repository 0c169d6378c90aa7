//! Who may do what. The phone asks to know what to show; the server asks to know what to accept.

use crate::areas::people::Role;

/// The person on whose behalf something is asked, as of the capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    pub person_id: crate::PersonId,
    pub role: Role,
    pub department_id: Option<crate::DepartmentId>,
}

/// An ability that a role grants. Abilities that hang on a record (its author, the activity's
/// organizer) are decided in [`crate::decide`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ability {
    SignUp,
    CheckInSelf,
    /// See premises and what was found there, begin an inspection.
    SeePremises,
    /// Scan people, tick the roster.
    RecordAttendance,
    SubmitForms,
    /// Give one's own department's word in the self-assessment.
    AssessOwn,
    Review,
    EditActivities,
    /// Keep the list of premises.
    EditPremises,
    /// Keep the task list and what is to be rectified.
    EditTasks,
    SeeDevices,
    ManagePeople,
    ManageDepartments,
    /// Publish, retire and offer forms.
    ManageForms,
    /// Import, change and publish standards.
    ManageStandards,
    /// Take personal answers out of the system.
    ExportPersonal,
}

pub fn may(role: Role, ability: Ability) -> bool {
    role >= match ability {
        Ability::SignUp | Ability::CheckInSelf | Ability::SubmitForms => Role::Volunteer,
        Ability::RecordAttendance | Ability::SeePremises | Ability::AssessOwn => Role::Recorder,
        Ability::Review
        | Ability::EditActivities
        | Ability::EditPremises
        | Ability::EditTasks
        | Ability::SeeDevices => Role::Reviewer,
        Ability::ManagePeople
        | Ability::ManageDepartments
        | Ability::ManageForms
        | Ability::ManageStandards
        | Ability::ExportPersonal => Role::Administrator,
    }
}
