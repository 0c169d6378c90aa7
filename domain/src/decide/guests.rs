//! Decides the arrivals and leavings of guests: whoever may tick the roster may write them down.

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
    let activity = change.activity_id();
    needs
        .records
        .push(RecordRef::new(Area::Activities, activity));
}

pub(super) fn decide(
    operation: &Operation,
    change: &GuestChange,
    facts: &Facts,
) -> Result<Decision, Refusal> {
    let activity = facts
        .activity(change.activity_id())
        .ok_or(Refusal::UnknownActivity)?;
    let organizes = activity.organizer_id == operation.actor_id;
    let known = facts.row(operation.record);
    let allowed = organizes || may(facts.actor.role, Ability::RecordAttendance);
    match change {
        GuestChange::Arrive { .. } if known.is_some() => Err(Refusal::AlreadyExists),
        _ if !allowed => Err(Refusal::NotPermitted),
        GuestChange::Arrive {
            activity_id,
            name,
            unit,
            signature,
        } => {
            let (name, unit) = (name.trim(), unit.trim());
            check_text("name", name, NAME_LIMIT)?;
            check_text("unit", unit, UNIT_LIMIT)?;
            if name.is_empty() {
                return Err(Refusal::InvalidAnswer {
                    question: "name".to_owned(),
                    message: Text::new("请写上来宾的姓名", "Please write the guest's name"),
                });
            }
            Ok(apply(Guest {
                id: GuestId(operation.record.id),
                revision: 1,
                activity_id: *activity_id,
                name: name.to_owned(),
                unit: unit.to_owned(),
                at: operation.capture.occurred_at,
                left: None,
                recorded_by: operation.actor_id,
                signature: signature.clone(),
                struck: None,
                person_id: None,
            }))
        }
        GuestChange::Leave { activity_id } => match known {
            // Another phone's arrival may come later.
            None => Ok(Decision::Hold(operation.record)),
            Some(Row::Guests(guest)) if guest.activity_id == *activity_id => {
                let at = operation.capture.occurred_at;
                Ok(apply(Guest {
                    revision: guest.revision + 1,
                    // Two phones may record it: the latest counts, as of members.
                    left: Some(guest.left.map_or(at, |left| left.max(at))),
                    ..(**guest).clone()
                }))
            }
            Some(_) => Err(Refusal::WrongRecord),
        },
    }
}

fn apply(guest: Guest) -> Decision {
    Decision::Apply(Row::Guests(Box::new(guest)))
}
