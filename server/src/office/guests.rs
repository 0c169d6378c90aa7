//! What the office puts right about a guest: a misspelt name, a wrong line, a name that is to go, a guest
//! who is a member. Every act is kept; audit lines never hold a guest's name.

use axum::{Router, extract::State, response::Response, routing::post};
use domain::{
    Area, AttendanceId, GuestId, OrganizationId, PersonId, RecordRef, Row,
    api::office::GuestAct,
    areas::{
        attendances::{Attendance, Direction, Flag, Method, ProofState},
        guests::{Guest, NAME_LIMIT, UNIT_LIMIT},
    },
    permission::Ability,
};

use super::gathering;
use crate::{
    AppState, Error, Result, Tx,
    areas::{
        attendances,
        guests::store::{self, Entry, Recorded},
        people, sync,
    },
    audit,
    auth::Member,
    extract::{IfMatch, Json, Path, revised},
    feed, ids, validate,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/api/office/guests/{id}", post(act))
}

async fn act(
    State(state): State<AppState>,
    member: Member,
    Path(id): Path<GuestId>,
    seen: IfMatch,
    Json(act): Json<GuestAct>,
) -> Result<Response> {
    member.require(Ability::EditActivities)?;
    let organization = member.organization_id;
    let now = state.clock.now();
    let mut tx = state.db.begin_for(organization).await?;
    feed::lock(&mut tx, organization).await?;
    let recorded = store::find(&mut tx, organization, id.0)
        .await?
        .ok_or(Error::NotFound)?;
    let old = &recorded.guest;
    seen.check(old.revision)?;
    if old.name.is_empty() && !matches!(act, GuestAct::Strike { .. }) {
        // Whoever asked for it doesn't come back by a slip.
        return Err(Error::conflict(
            "guest_forgotten",
            "这位来宾的姓名已应本人要求删除，只能划去这一行",
            "This guest’s name was removed on request. The line can only be struck",
        ));
    }
    let mut guest = Guest {
        revision: old.revision + 1,
        ..old.clone()
    };
    let mut rows = Vec::new();
    let mut reason = String::new();
    let name = match act {
        GuestAct::Correct { name, unit } => {
            guest.name = validate::name("name", &name, NAME_LIMIT as usize)?;
            guest.unit = unit_of(&unit)?;
            "guest_correct"
        }
        GuestAct::Strike { reason: typed } => {
            if !old.counts() {
                return Err(not_counted());
            }
            let ask = (
                "请写明为什么划去这一行",
                "Please say why this line is struck",
            );
            reason = validate::reason(&typed, ask)?;
            guest.struck = Some(reason.clone());
            "guest_strike"
        }
        GuestAct::Forget => {
            guest.name.clear();
            guest.unit.clear();
            guest.signature = None;
            // Whoever struck the line may have named the guest.
            guest.struck = old.struck.as_ref().map(|_| "–".to_owned());
            "guest_forget"
        }
        GuestAct::Link { person_id } => {
            if !old.counts() {
                return Err(not_counted());
            }
            guest.person_id = Some(person_id);
            let facts = attend(&mut tx, &state, organization, &recorded, person_id).await?;
            rows.extend(facts.into_iter().map(Row::Attendances));
            "guest_link"
        }
    };
    let entry = Entry {
        id: ids::new(&state.clock),
        at: now,
        by: member.person_id(),
        act: name,
        was: old,
        reason: &reason,
    };
    store::change(&mut tx, organization, &guest, &entry).await?;
    if name == "guest_forget" {
        store::forget_changes(&mut tx, organization, id.0).await?;
        sync::inbox::forget_guest(&mut tx, organization, id).await?;
    }
    let record = RecordRef::new(Area::Guests, id);
    audit::by(&mut tx, &member, now, name, Some(record), "").await?;
    rows.push(Row::Guests(Box::new(guest.clone())));
    feed::publish(&mut tx, organization, &rows).await?;
    tx.commit().await?;
    Ok(revised(guest.revision, guest))
}

/// The guest's arrival and leaving as the member's: ticked by whoever wrote the guest down, at these times.
async fn attend(
    tx: &mut Tx,
    state: &AppState,
    organization: OrganizationId,
    recorded: &Recorded,
    person_id: PersonId,
) -> Result<Vec<Attendance>> {
    let known = people::store::find(tx, organization, person_id).await?;
    if !known.is_some_and(|person| person.active) {
        return Err(Error::invalid(
            "person_id",
            "请从名册里选择一位在册人员",
            "Choose an active member",
        ));
    }
    let guest = &recorded.guest;
    let before = gathering::attendances(tx, organization, guest.activity_id).await?;
    let is_there = |direction| {
        before
            .iter()
            .any(|fact| fact.person_id == person_id && fact.direction == direction)
    };
    let fact = |direction, at, signature| Attendance {
        id: ids::new::<AttendanceId>(&state.clock),
        revision: 1,
        activity_id: guest.activity_id,
        person_id,
        direction,
        at,
        method: Method::Roster,
        recorded_by: guest.recorded_by,
        proof: ProofState::Vouched,
        flags: is_there(direction)
            .then_some(Flag::Duplicate)
            .into_iter()
            .collect(),
        signature,
    };
    let mut facts = vec![fact(Direction::In, guest.at, guest.signature.clone())];
    facts.extend(guest.left.map(|left| fact(Direction::Out, left, None)));
    let written = |fact: &Attendance| attendances::store::Recorded {
        fact: fact.clone(),
        device_id: recorded.device_id,
        evidence: None,
        capture: recorded.capture.clone(),
        received_at: state.clock.now(),
    };
    let written: Vec<_> = facts.iter().map(written).collect();
    attendances::store::insert(tx, organization, &written).await?;
    Ok(facts)
}

fn unit_of(unit: &str) -> Result<String> {
    if unit.trim().is_empty() {
        return Ok(String::new());
    }
    validate::name("unit", unit, UNIT_LIMIT as usize)
}

fn not_counted() -> Error {
    Error::conflict(
        "guest_not_counted",
        "这一行已经划去或已对应到在册人员",
        "This line is struck already or stands for a member",
    )
}
