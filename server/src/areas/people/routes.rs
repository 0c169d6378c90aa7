//! `/api/office/people`.

use axum::{
    Router,
    extract::State,
    routing::{get, patch, post},
};
use domain::{
    PersonId, RecordRef, Row,
    api::office::{self, MemberInput, OneTimeLink},
    areas::people::{Person, Role},
    operation::Area,
    permission::Ability,
};

use super::store;
use crate::{
    AppState, audit,
    auth::Member,
    error::{Error, Result},
    extract::{IfMatch, Json, Path},
    feed, one_time_links, validate,
};

/// The most characters of a person's name.
pub const NAME_LIMIT: usize = 40;

pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/office/people", get(list))
        .route("/api/office/people/{id}", patch(change))
        .route("/api/office/people/{id}/one-time-link", post(one_time_link))
}

async fn list(State(state): State<AppState>, member: Member) -> Result<Json<Vec<office::Member>>> {
    member.require(Ability::Review)?;
    let mut connection = state.db.read().acquire().await?;
    store::list(&mut connection, member.organization_id)
        .await
        .map(Json)
}

async fn change(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<PersonId>,
    seen: IfMatch,
    Json(input): Json<MemberInput>,
) -> Result<Json<office::Member>> {
    member.require(Ability::ManagePeople)?;
    let organization = member.organization_id;
    let name = validate::name("name", &input.name, NAME_LIMIT)?;
    let now = state.clock.now();
    let mut tx = state.db.begin_for(organization).await?;
    feed::lock(&mut tx, organization).await?;
    let before = store::find(&mut tx, organization, id)
        .await?
        .ok_or(Error::NotFound)?;
    seen.check(before.revision)?;
    if let Some(department) = input.department_id
        && !store::department_exists(&mut tx, organization, department).await?
    {
        return Err(Error::invalid(
            "department_id",
            "该科室不存在，请重新选择",
            "There is no such department. Please choose again",
        ));
    }
    let was_administrator = before.role == Role::Administrator && before.active;
    let is_administrator = input.role == Role::Administrator && input.active;
    if was_administrator
        && !is_administrator
        && !store::another_administrator(&mut tx, organization, id).await?
    {
        return Err(Error::conflict(
            "last_administrator",
            "这是唯一的管理员，请先指定另一位管理员",
            "This is the only administrator. Please appoint another one first",
        ));
    }
    let person = Person {
        id,
        revision: before.revision + 1,
        name,
        department_id: input.department_id,
        role: input.role,
        active: input.active,
    };
    if !store::put(&mut tx, organization, &person, now).await? {
        return Err(Error::Stale);
    }
    if (person.role, person.department_id) != (before.role, before.department_id) {
        store::note_role(&mut tx, organization, &person, now).await?;
    }
    // A deactivated person's sessions stay: they may only push what was captured before. They end
    // when the account is activated again, which asks for a new log-in.
    if person.active && !before.active {
        store::end_sessions(&mut tx, organization, id).await?;
    }
    audit::by(
        &mut tx,
        &member,
        now,
        "person.changed",
        Some(RecordRef::new(Area::People, id)),
        &difference(&before, &person),
    )
    .await?;
    feed::publish(&mut tx, organization, &[Row::People(person)]).await?;
    tx.commit().await?;
    let mut connection = state.db.read().acquire().await?;
    store::member(&mut connection, organization, id)
        .await?
        .map(Json)
        .ok_or(Error::NotFound)
}

fn difference(before: &Person, after: &Person) -> String {
    let mut parts = Vec::new();
    if before.name != after.name {
        parts.push(format!("name {} → {}", before.name, after.name));
    }
    if before.role != after.role {
        parts.push(format!(
            "role {} → {}",
            before.role.as_str(),
            after.role.as_str()
        ));
    }
    if before.department_id != after.department_id {
        parts.push("department".to_owned());
    }
    if before.active != after.active {
        parts.push(if after.active {
            "activated".to_owned()
        } else {
            "deactivated".to_owned()
        });
    }
    parts.join("; ")
}

async fn one_time_link(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<PersonId>,
) -> Result<Json<OneTimeLink>> {
    member.require(Ability::ManagePeople)?;
    let organization = member.organization_id;
    let now = state.clock.now();
    let mut tx = state.db.begin_for(organization).await?;
    let person = store::find(&mut tx, organization, id)
        .await?
        .ok_or(Error::NotFound)?;
    if !person.active {
        return Err(Error::conflict(
            "deactivated",
            "账号已停用，请先启用再生成登录链接",
            "The account is deactivated. Please activate it first",
        ));
    }
    let link = one_time_links::make(&mut tx, organization, id, now).await?;
    audit::by(
        &mut tx,
        &member,
        now,
        "link.made",
        Some(RecordRef::new(Area::People, id)),
        "",
    )
    .await?;
    tx.commit().await?;
    Ok(Json(link))
}
