//! Who could be at an activity, in the order in which a recorder looks for them. Pure.

use domain::{
    ActivityId, DepartmentId, PersonId,
    areas::{
        attendances::{Attendance, presences},
        people::{Department, Person},
        sign_ups::{SignUp, SignUpState},
    },
    small,
};

use super::situation::Stand;
use crate::platform::lowercase;

/// One line of the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub person_id: PersonId,
    pub name: String,
    pub department: String,
    pub department_id: Option<DepartmentId>,
    pub coming: bool,
    pub stand: Stand,
}

/// Active people and whoever has an attendance: those who signed up first, then by department and
/// name.
pub fn roster(
    activity: ActivityId,
    people: Vec<Person>,
    departments: &[Department],
    sign_ups: &[SignUp],
    attendances: &[Attendance],
) -> Vec<Line> {
    let facts: Vec<Attendance> = attendances
        .iter()
        .filter(|fact| fact.activity_id == activity)
        .cloned()
        .collect();
    let present = presences(&facts);
    let coming = small::set(sign_ups.iter().filter_map(|one| {
        let here = one.activity_id == activity && one.state == SignUpState::Coming;
        here.then_some(one.person_id)
    }));
    let mut lines: Vec<(bool, usize, Line)> = people
        .into_iter()
        .filter(|person| person.active || present.contains_key(&person.id))
        .map(|person| {
            let place = departments
                .iter()
                .position(|department| Some(department.id) == person.department_id);
            let coming = coming.contains(&person.id);
            let line = Line {
                person_id: person.id,
                department: place
                    .and_then(|place| departments.get(place))
                    .map(|department| department.name.clone())
                    .unwrap_or_default(),
                name: person.name,
                department_id: person.department_id,
                coming,
                stand: Stand::of(present.get(&person.id)),
            };
            (!coming, place.unwrap_or(usize::MAX), line)
        })
        .collect();
    small::sort_by_key(&mut lines, |(late, place, line)| {
        (*late, *place, line.name.clone())
    });
    lines.into_iter().map(|(_, _, line)| line).collect()
}

impl Line {
    /// Whether the line fits what was typed and the chosen department.
    pub fn fits(&self, search: &str, department: Option<DepartmentId>) -> bool {
        let search = lowercase(search.trim());
        (department.is_none() || self.department_id == department)
            && (search.is_empty()
                || lowercase(&self.name).contains(&search)
                || lowercase(&self.department).contains(&search))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{SignUpId, Timestamp, areas::people::Role};
    use uuid::Uuid;

    fn person(id: u128, name: &str, department: Option<u128>, active: bool) -> Person {
        Person {
            id: PersonId(Uuid::from_u128(id)),
            revision: 1,
            name: name.to_owned(),
            department_id: department.map(|id| DepartmentId(Uuid::from_u128(id))),
            role: Role::Volunteer,
            active,
        }
    }

    fn lines() -> Vec<Line> {
        let activity = ActivityId(Uuid::from_u128(1));
        let people = vec![
            person(1, "王芳", Some(2), true),
            person(2, "李强", Some(1), true),
            person(3, "赵敏", None, true),
            person(4, "离职者", Some(1), false),
        ];
        let department = |id: u128, name: &str| Department {
            id: DepartmentId(Uuid::from_u128(id)),
            revision: 1,
            name: name.to_owned(),
            position: 0,
        };
        let departments = [department(1, "办公室"), department(2, "法规科")];
        let sign_up = SignUp {
            id: SignUpId(Uuid::nil()),
            revision: 1,
            activity_id: activity,
            person_id: PersonId(Uuid::from_u128(3)),
            state: SignUpState::Coming,
            at: Timestamp(0),
        };
        roster(activity, people, &departments, &[sign_up], &[])
    }

    #[test]
    fn those_who_signed_up_come_first_and_former_members_not_at_all() {
        let names: Vec<String> = lines().into_iter().map(|line| line.name).collect();
        assert_eq!(names, ["赵敏", "李强", "王芳"]);
    }

    #[test]
    fn a_search_finds_names_and_departments() {
        let found = |search: &str| -> Vec<String> {
            lines()
                .into_iter()
                .filter(|line| line.fits(search, None))
                .map(|line| line.name)
                .collect()
        };
        assert_eq!(found("芳 "), ["王芳"]);
        assert_eq!(found("办公"), ["李强"]);
        assert_eq!(found("没有"), Vec::<String>::new());
    }

    #[test]
    fn a_department_narrows_the_roster() {
        let office = Some(DepartmentId(Uuid::from_u128(1)));
        let found: Vec<Line> = lines()
            .into_iter()
            .filter(|line| line.fits("", office))
            .collect();
        assert_eq!(found.len(), 1);
    }
}
