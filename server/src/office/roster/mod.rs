//! A list of names brought to an activity, or members chosen for it: first what would come of each row, then sign-ups, and
//! volunteers of those whom nobody knows yet if an administrator says so.

mod table;

use std::collections::HashMap;

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State, rejection::BytesRejection},
    routing::post,
};
use domain::{
    ActivityId, Area, DepartmentId, OrganizationId, PersonId, RecordRef, Row, Text, Timestamp,
    api::roster::{
        RosterImport, RosterImported, RosterInput, RosterPreview, RosterRow, RosterState,
    },
    areas::{
        activities::ActivityState,
        people::{Person, Role},
        sign_ups::{SignUp, SignUpState, sign_up_id},
    },
    permission::{Ability, may},
};
use sqlx::AnyConnection;

use super::{
    gathering,
    tables::{self, ROW_LIMIT, unreadable},
};
use crate::{
    AppState, Error, Result,
    areas::{activities, departments, forms::workbook::WORKBOOK_LIMIT, people, sign_ups},
    audit,
    auth::Member,
    extract::{Json, Path},
    feed, ids,
    organizations::{NewPerson, add_person},
    validate,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/office/activities/{id}/roster/preview", post(preview))
        .layer(DefaultBodyLimit::max(WORKBOOK_LIMIT))
        .route("/api/office/activities/{id}/roster/import", post(import))
}

async fn preview(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<ActivityId>,
    body: std::result::Result<Bytes, BytesRejection>,
) -> Result<Json<RosterPreview>> {
    member.require(Ability::EditActivities)?;
    let mut connection = state.db.read().acquire().await?;
    let organization = member.organization_id;
    activity(&mut connection, organization, id).await?;
    let roster = Roster::load(&mut connection, organization, id).await?;
    drop(connection);
    let names: Vec<String> = roster.departments.keys().cloned().collect();
    let read = tables::read(body, move |rows| {
        table::read(rows, &names).ok_or_else(|| {
            unreadable(
                "没有找到姓名：请粘贴一列姓名，或让一行表头写有“姓名”（可加“手机”“科室”）",
                "No names were found. Paste a column of names, or a table with a heading such as name, mobile, department",
            )
        })
    });
    let mut taken: HashMap<String, usize> = HashMap::new();
    let mut rows = Vec::new();
    for (number, input) in read.await? {
        let mut row = roster.judge(number, input);
        let own = match row.person_id {
            Some(id) => id.to_string(),
            None => format!("{}\n{}", row.input.name, row.input.mobile),
        };
        let twice = matches!(row.state, RosterState::Known | RosterState::New);
        match taken.get(&own).filter(|_| twice) {
            Some(earlier) => {
                row.state = RosterState::Wrong;
                row.remarks.push(Text::new(
                    format!("与第 {earlier} 行重复"),
                    format!("The same as row {earlier}"),
                ));
            }
            None => drop(taken.insert(own, number)),
        }
        rows.push(row);
    }
    Ok(Json(RosterPreview { rows }))
}

async fn import(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<ActivityId>,
    Json(import): Json<RosterImport>,
) -> Result<Json<RosterImported>> {
    member.require(Ability::EditActivities)?;
    if import.create && !may(member.actor.role, Ability::ManagePeople) {
        return Err(Error::Forbidden);
    }
    let brought = import.rows.len() + import.people.len();
    if brought == 0 || brought > ROW_LIMIT {
        return Err(Error::invalid(
            "rows",
            format!("请选择要导入的人员，一次最多 {ROW_LIMIT} 行"),
            format!("Choose whom to sign up, {ROW_LIMIT} rows at once at most"),
        ));
    }
    let organization = member.organization_id;
    let now = state.clock.now();
    let mut tx = state.db.begin_for(organization).await?;
    feed::lock(&mut tx, organization).await?;
    if activity(&mut tx, organization, id).await?.state == ActivityState::Cancelled {
        return Err(Error::conflict(
            "activity_cancelled",
            "活动已取消，不能再导入名单",
            "The activity was cancelled: nobody can be signed up",
        ));
    }
    let mut roster = Roster::load(&mut tx, organization, id).await?;
    let (mut new_people, mut signed_up) = (Vec::new(), Vec::new());
    let mut done = RosterImported::default();
    let mut wanted = import.people;
    for input in import.rows {
        let row = roster.judge(0, input);
        let person = match (row.state, row.person_id) {
            (RosterState::Known, Some(person)) => person,
            (RosterState::New, _) if import.create => {
                let typed = &row.input;
                let new = NewPerson {
                    name: &typed.name,
                    user_name: None,
                    mobile: Some(typed.mobile.as_str()).filter(|mobile| !mobile.is_empty()),
                    role: Role::Volunteer,
                    department_id: roster.departments.get(&typed.department).copied(),
                };
                let person_id: PersonId = ids::new(&state.clock);
                let person = add_person(&mut tx, organization, person_id, now, &new).await?;
                roster.add(person.clone(), new.mobile.map(str::to_owned));
                new_people.push(Row::People(person));
                done.created += 1;
                person_id
            }
            _ => {
                done.left_out += 1;
                continue;
            }
        };
        wanted.push(person);
    }
    for person in wanted {
        match roster.sign_up(id, person, now) {
            Some(sign_up) => signed_up.push(sign_up),
            None => done.left_out += 1,
        }
    }
    done.signed_up = signed_up.len() as i64;
    sign_ups::store::put(&mut tx, organization, &signed_up).await?;
    audit::by(
        &mut tx,
        &member,
        now,
        "roster_import",
        Some(RecordRef::new(Area::Activities, id)),
        &format!("{} signed up, {} new people", done.signed_up, done.created),
    )
    .await?;
    let mut rows = new_people;
    rows.extend(signed_up.into_iter().map(Row::SignUps));
    feed::publish(&mut tx, organization, &rows).await?;
    tx.commit().await?;
    Ok(Json(done))
}

async fn activity(
    connection: &mut AnyConnection,
    organization: OrganizationId,
    id: ActivityId,
) -> Result<domain::areas::activities::Activity> {
    let stored = activities::store::find(connection, organization, id).await?;
    Ok(stored.ok_or(Error::NotFound)?.activity)
}

/// Who is known, and who comes.
struct Roster {
    people: HashMap<PersonId, Person>,
    by_mobile: HashMap<String, PersonId>,
    by_name: HashMap<String, Vec<PersonId>>,
    mobiles: HashMap<PersonId, String>,
    departments: HashMap<String, DepartmentId>,
    sign_ups: HashMap<PersonId, SignUp>,
}

impl Roster {
    async fn load(
        connection: &mut AnyConnection,
        organization: OrganizationId,
        activity: ActivityId,
    ) -> Result<Self> {
        let departments = departments::store::list(&mut *connection, organization).await?;
        let sign_ups = gathering::sign_ups(connection, organization, activity).await?;
        let mut roster = Self {
            people: HashMap::new(),
            by_mobile: HashMap::new(),
            by_name: HashMap::new(),
            mobiles: HashMap::new(),
            departments: departments.into_iter().map(|it| (it.name, it.id)).collect(),
            sign_ups: sign_ups.into_iter().map(|it| (it.person_id, it)).collect(),
        };
        for (person, mobile) in people::store::with_mobiles(connection, organization).await? {
            roster.add(person, mobile);
        }
        Ok(roster)
    }

    fn add(&mut self, person: Person, mobile: Option<String>) {
        if let Some(mobile) = mobile {
            self.by_mobile.insert(mobile.clone(), person.id);
            self.mobiles.insert(person.id, mobile);
        }
        if person.active {
            let same = self.by_name.entry(person.name.clone()).or_default();
            same.push(person.id);
        }
        self.people.insert(person.id, person);
    }

    /// Signs an active member up; `None` for others, and for whoever comes already.
    fn sign_up(&mut self, activity: ActivityId, id: PersonId, at: Timestamp) -> Option<SignUp> {
        if !self.people.get(&id)?.active {
            return None;
        }
        let earlier = self.sign_ups.get(&id);
        if earlier.is_some_and(|it| it.state == SignUpState::Coming) {
            return None;
        }
        let sign_up = SignUp {
            id: sign_up_id(activity, id),
            revision: earlier.map_or(1, |earlier| earlier.revision + 1),
            activity_id: activity,
            person_id: id,
            state: SignUpState::Coming,
            at,
        };
        self.sign_ups.insert(id, sign_up.clone());
        Some(sign_up)
    }

    /// What would come of a row; tidies what was typed.
    fn judge(&self, number: usize, mut input: RosterInput) -> RosterRow {
        let mut remarks = Vec::new();
        let name = validate::name("name", &input.name, people::NAME_LIMIT);
        let mobile = validate::as_mobile(&input.mobile);
        let found = match (name, mobile) {
            (Err(_), _) => Err(Text::new(
                "没有姓名，或姓名太长",
                "No name, or one too long",
            )),
            (Ok(_), None) if !input.mobile.trim().is_empty() => Err(Text::new(
                format!("“{}”不是手机号，请改正或留空", input.mobile),
                format!(
                    "“{}” is no mobile number. Correct or clear it",
                    input.mobile
                ),
            )),
            (Ok(name), mobile) => {
                input.name = name;
                input.mobile = mobile.unwrap_or_default();
                self.find(&input)
            }
        };
        let (state, person_id) = match found {
            Ok(Some(id)) => {
                let coming = self
                    .sign_ups
                    .get(&id)
                    .is_some_and(|it| it.state == SignUpState::Coming);
                let state = if coming {
                    RosterState::SignedUp
                } else {
                    RosterState::Known
                };
                (state, Some(id))
            }
            Ok(None) => {
                if !input.department.is_empty() && !self.departments.contains_key(&input.department)
                {
                    remarks.push(Text::new(
                        format!("没有科室“{}”，新建时留空", input.department),
                        format!(
                            "There is no department “{}”; it is left empty",
                            input.department
                        ),
                    ));
                }
                (RosterState::New, None)
            }
            Err(problem) => {
                let several = input.mobile.is_empty()
                    && self.by_name.get(&input.name).is_some_and(|it| it.len() > 1);
                remarks.push(problem);
                let state = if several {
                    RosterState::Ambiguous
                } else {
                    RosterState::Wrong
                };
                (state, None)
            }
        };
        RosterRow {
            number,
            input,
            state,
            person_id,
            remarks,
        }
    }

    /// Who is meant: by the number, else by the name, among namesakes by the department.
    fn find(&self, input: &RosterInput) -> std::result::Result<Option<PersonId>, Text> {
        if let Some(person) = self
            .by_mobile
            .get(&input.mobile)
            .and_then(|id| self.people.get(id))
        {
            if !person.active {
                return Err(Text::new(
                    "这位人员的账号已停用，请先在人员页面启用",
                    "This person's account is deactivated. Activate it first",
                ));
            }
            if person.name != input.name {
                return Err(Text::new(
                    format!("这个手机号登记的是“{}”，请核对", person.name),
                    format!("This number belongs to “{}”. Please check", person.name),
                ));
            }
            return Ok(Some(person.id));
        }
        let namesakes = self.by_name.get(&input.name).map_or(&[][..], Vec::as_slice);
        if let ([only], false) = (namesakes, input.mobile.is_empty())
            && self.mobiles.contains_key(only)
        {
            return Err(Text::new(
                "名册里的同名人员登记的是另一个手机号：是同一人请改手机号，不是请先在人员页面添加",
                "A member of that name has another number. Correct the number, or add the other person first",
            ));
        }
        match namesakes {
            [] => Ok(None),
            [only] => Ok(Some(*only)),
            several => {
                let department = self.departments.get(&input.department);
                let mut fitting = several.iter().filter(|id| {
                    let person = self.people.get(id);
                    department.is_some()
                        && person.and_then(|it| it.department_id.as_ref()) == department
                });
                match (fitting.next(), fitting.next()) {
                    (Some(only), None) => Ok(Some(*only)),
                    _ => Err(Text::new(
                        format!("有 {} 位同名，请写上手机号或科室", several.len()),
                        format!(
                            "{} people have this name. Give the number or department",
                            several.len()
                        ),
                    )),
                }
            }
        }
    }
}
