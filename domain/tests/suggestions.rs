//! Which items a record may prove, and why.

use domain::{
    EvidenceKind,
    areas::standards::Standard,
    forms::Form,
    suggestions::{Suggestion, kind_for, suggest},
};

fn standard() -> Standard {
    serde_json::from_str(include_str!("../../templates/standard.json")).expect("it is one")
}

fn codes(found: &[Suggestion]) -> Vec<&str> {
    found.iter().map(|it| it.item.as_str()).collect()
}

#[test]
fn what_form_and_activity_name_comes_before_what_words_say() {
    let found = suggest(
        &standard(),
        &["Ⅳ-3-1".to_owned(), "Ⅸ-9-9".to_owned()],
        &["Ⅳ-1-3".to_owned(), "Ⅳ-3-1".to_owned()],
        "食堂开展光盘行动",
    );
    assert_eq!(codes(&found), ["Ⅳ-3-1", "Ⅳ-1-3", "Ⅶ-2-2"]);
    assert!(found[0].by_form && found[0].by_activity);
    assert_eq!(found[2].words, ["食堂开展光盘行动"]);
}

#[test]
fn words_that_every_item_uses_suggest_nothing() {
    assert!(suggest(&standard(), &[], &[], "每年开展活动不少于一次").is_empty());
    assert!(suggest(&standard(), &[], &[], "").is_empty());
}

#[test]
fn the_words_of_an_item_suggest_it() {
    let found = suggest(
        &standard(),
        &[],
        &[],
        "消防通道畅通，灭火器压力正常，消防设施完好",
    );
    assert_eq!(codes(&found).first(), Some(&"Ⅵ-2-2"));
    let found = suggest(&standard(), &[], &[], "我单位组织无偿献血活动，献血 36 人");
    assert_eq!(codes(&found).first(), Some(&"Ⅳ-3-1"));
}

#[test]
fn a_record_stands_for_what_the_item_asks_for() {
    let standard = standard();
    let form = |text: &str| Form::from_markdown(text).expect("a form");
    let kind =
        |form: &Form, code: &str| kind_for(form, standard.item(code).expect("in the sample").item);
    let meeting = form(include_str!("../../forms/meeting.md"));
    assert_eq!(kind(&meeting, "Ⅰ-1-2"), EvidenceKind::Minutes);
    let hotel = form(include_str!("../../forms/small_hotel.md"));
    assert_eq!(kind(&hotel, "Ⅴ-2-1"), EvidenceKind::CheckForm);
    let patrol = form(include_str!("../../forms/patrol.md"));
    assert_eq!(kind(&patrol, "Ⅶ-1-2"), EvidenceKind::Ledger);
}
