//! The sample standard, read as an office's own would be.

use domain::{
    Decimal,
    areas::standards::{Item, Scoring, Standard},
    sheet::pasted,
    standard_table::{Sheet, read},
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

/// The departments' codes in the sample and their names in the table.
fn owner(code: &str) -> &'static str {
    match code {
        "office" => "办公室",
        "party" => "党支部（党建）",
        "union" => "工会（群团）",
        "legal" => "政策法规科",
        "public_health" => "公共卫生执法科",
        "medical" => "医疗卫生执法科",
        other => panic!("an unknown department: {other}"),
    }
}

#[test]
fn the_table_of_the_sample_gives_exactly_the_sample() {
    let rows = pasted(include_str!("fixtures/standard_flat.csv"));
    let reading = read(Sheet {
        rows,
        ..Sheet::default()
    })
    .expect("a table");
    let remarks: Vec<&str> = reading
        .remarks
        .iter()
        .map(|it| it.text.zh.as_str())
        .collect();
    assert_eq!(remarks, [""; 0]);
    let sample = sample();
    assert_eq!(reading.standard.total_points, sample.total_points);
    for (read, known) in reading.standard.projects.iter().zip(&sample.projects) {
        assert_eq!(
            (&read.code, &read.title, read.points),
            (&known.code, &known.title, known.points)
        );
        for (read, known) in read.contents.iter().zip(&known.contents) {
            assert_eq!(
                (&read.code, &read.title, read.points),
                (&known.code, &known.title, known.points)
            );
        }
    }
    let read: Vec<Item> = reading.standard.items().map(|it| it.item.clone()).collect();
    let known = sample.items().map(|placed| {
        let item = placed.item.clone();
        let words = read.iter().find(|it| it.code == item.code);
        Item {
            owner: owner(&item.owner).to_owned(),
            // The JSON has no words of its own for the rule.
            scoring_text: words.map(|it| it.scoring_text.clone()).unwrap_or_default(),
            ..item
        }
    });
    assert_eq!(read, known.collect::<Vec<_>>());
    assert_eq!(read.len(), 72);
}
