//! Facts about sign-ups.

use domain::{
    Area, Change, Refusal, Row,
    areas::{
        people::Role,
        sign_ups::{SignUpChange, SignUpState, sign_up_id},
    },
    decide::{Decision, decide},
};

use crate::support::*;

fn sign_up(change: SignUpChange) -> domain::Operation {
    let record = sign_up_id(change.activity_id(), me());
    operation(Area::SignUps, record.0, Change::SignUps(change))
}

#[test]
fn the_later_word_counts() {
    let mut facts = facts(Role::Volunteer);
    let coming = sign_up(SignUpChange::SignUp {
        activity_id: activity().id,
    });
    let Decision::Apply(row) = decide(&coming, &facts) else {
        panic!("not applied")
    };
    facts.rows.push(row);
    let withdrawn = sign_up(SignUpChange::Withdraw {
        activity_id: activity().id,
    });
    let Decision::Apply(Row::SignUps(row)) = decide(&withdrawn, &facts) else {
        panic!("not applied")
    };
    assert_eq!((row.state, row.revision), (SignUpState::Withdrawn, 2));
}

#[test]
fn a_full_activity_refuses_a_newcomer_but_not_one_who_is_in() {
    let mut facts = facts(Role::Volunteer);
    let mut full = activity();
    full.capacity = Some(1);
    facts.rows[0] = Row::Activities(full);
    let operation = sign_up(SignUpChange::SignUp {
        activity_id: activity().id,
    });
    let Decision::Apply(mine) = decide(&operation, &facts) else {
        panic!("not applied")
    };
    facts.coming = 1;
    assert_eq!(
        decide(&operation, &facts),
        Decision::Refuse(Refusal::ActivityFull)
    );
    facts.rows.push(mine);
    assert!(matches!(decide(&operation, &facts), Decision::Apply(_)));
}

#[test]
fn a_sign_up_under_another_persons_id_is_refused() {
    let change = SignUpChange::SignUp {
        activity_id: activity().id,
    };
    let record = sign_up_id(activity().id, organizer());
    let operation = operation(Area::SignUps, record.0, Change::SignUps(change));
    assert_eq!(
        decide(&operation, &facts(Role::Volunteer)),
        Decision::Refuse(Refusal::WrongRecord)
    );
}
