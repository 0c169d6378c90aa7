//! Decides the arrivals of guests: whoever may tick the roster may write one down.

use super::{Decision, Facts, Needs, check_text};
use crate::{
    areas::guests::{Guest, GuestChange, NAME_LIMIT, UNIT_LIMIT},
    ids::GuestId,
    operation::{Area, Operation, RecordRef},
    permission::{Ability, may},
    refusal::Refusal,
    row::Row,
    text::Text,
};

pub(super) fn needs(change: &GuestChange, needs: &mut Needs) {
    let GuestChange::Arrive { activity_id, .. } = change;
    needs
        .records
        .push(RecordRef::new(Area::Activities, *activity_id));
}

pub(super) fn decide(
    operation: &Operation,
    change: &GuestChange,
    facts: &Facts,
) -> Result<Decision, Refusal> {
    let GuestChange::Arrive {
        activity_id,
        name,
        unit,
        signature,
    } = change;
    let activity = facts
        .activity(*activity_id)
        .ok_or(Refusal::UnknownActivity)?;
    if facts.row(operation.record).is_some() {
        return Err(Refusal::AlreadyExists);
    }
    let organizes = activity.organizer_id == operation.actor_id;
    if !organizes && !may(facts.actor.role, Ability::RecordAttendance) {
        return Err(Refusal::NotPermitted);
    }
    let (name, unit) = (name.trim(), unit.trim());
    check_text("name", name, NAME_LIMIT)?;
    check_text("unit", unit, UNIT_LIMIT)?;
    if name.is_empty() {
        return Err(Refusal::InvalidAnswer {
            question: "name".to_owned(),
            message: Text::new("请写上来宾的姓名", "Please write the guest's name"),
        });
    }
    Ok(Decision::Apply(Row::Guests(Box::new(Guest {
        id: GuestId(operation.record.id),
        revision: 1,
        activity_id: *activity_id,
        name: name.to_owned(),
        unit: unit.to_owned(),
        at: operation.capture.occurred_at,
        recorded_by: operation.actor_id,
        signature: signature.clone(),
        struck: None,
        person_id: None,
    }))))
}
