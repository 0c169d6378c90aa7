//! Decides sign-ups: the later word of the same person counts.

use super::{Decision, Facts, Needs};
use crate::{
    areas::{
        activities::ActivityState,
        sign_ups::{SignUp, SignUpChange, SignUpState, is_sign_up_id},
    },
    ids::SignUpId,
    operation::{Area, Operation, RecordRef},
    permission::{Ability, may},
    refusal::Refusal,
    row::Row,
};

pub(super) fn needs(change: &SignUpChange, needs: &mut Needs) {
    needs
        .records
        .push(RecordRef::new(Area::Activities, change.activity_id()));
    needs.sign_ups_of = Some(change.activity_id());
}

pub(super) fn decide(
    operation: &Operation,
    change: &SignUpChange,
    facts: &Facts,
) -> Result<Decision, Refusal> {
    if !may(facts.actor.role, Ability::SignUp) {
        return Err(Refusal::NotPermitted);
    }
    let activity_id = change.activity_id();
    if !is_sign_up_id(operation.record.id, activity_id, operation.actor_id) {
        return Err(Refusal::WrongRecord);
    }
    let activity = facts
        .activity(activity_id)
        .ok_or(Refusal::UnknownActivity)?;
    let earlier = facts.sign_up(operation.record.id);
    let state = match change {
        SignUpChange::SignUp { .. } => {
            if activity.state == ActivityState::Cancelled {
                return Err(Refusal::ActivityCancelled);
            }
            let already = earlier.is_some_and(|sign_up| sign_up.state == SignUpState::Coming);
            if !already
                && !facts.by_office
                && activity
                    .capacity
                    .is_some_and(|capacity| facts.coming >= capacity)
            {
                return Err(Refusal::ActivityFull);
            }
            SignUpState::Coming
        }
        SignUpChange::Withdraw { .. } => SignUpState::Withdrawn,
    };
    Ok(Decision::Apply(Row::SignUps(SignUp {
        id: SignUpId(operation.record.id),
        revision: earlier.map_or(1, |sign_up| sign_up.revision + 1),
        activity_id,
        person_id: operation.actor_id,
        state,
        at: operation.capture.captured_at(),
    })))
}
