//! The sample standard, read as an office's own would be.

use domain::{
    Decimal,
    areas::standards::{Scoring, Standard},
};

fn sample() -> Standard {
    serde_json::from_str(include_str!("../../templates/standard.json"))
        .expect("the sample standard is one")
}

#[test]
fn the_points_of_the_items_add_up_to_the_total() {
    let standard = sample();
    let sum: Decimal = standard.items().map(|placed| placed.item.points).sum();
    assert_eq!(sum, standard.total_points);
    assert_eq!(standard.items().count(), 72);
}

#[test]
fn an_item_is_found_by_its_code_in_its_groups() {
    let standard = sample();
    let placed = standard.item("Ⅰ-1-2").expect("it is in the sample");
    assert_eq!(placed.project.title, "组织领导与创建机制");
    assert_eq!(placed.content.points, Decimal::whole(5));
    assert!(matches!(
        placed.item.scoring,
        Scoring::CountInPeriod { target: 2, .. }
    ));
    assert_eq!(placed.item.owner, "office");
    assert!(standard.item("Ⅸ-9-9").is_none());
}

#[test]
fn what_is_written_is_read_back_equal() {
    let standard = sample();
    let json = serde_json::to_string(&standard).expect("a standard is JSON");
    assert_eq!(
        serde_json::from_str::<Standard>(&json).expect("its own JSON"),
        standard
    );
}
