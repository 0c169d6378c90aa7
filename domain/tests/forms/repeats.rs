//! Repeats: what `${name}`, paths and functions mean inside and outside, and how instances come and go.

use domain::{
    Lang,
    forms::{Answer, Answers, Form, Node, ProblemKind, REPEAT_LIMIT},
};

use crate::support::{answers, environment, errors, form, text};

fn instances<const N: usize>(list: [Answers; N]) -> Answer {
    Answer::Repeat(list.into())
}

fn number(number: i64) -> Answer {
    Answer::Integer(number)
}

/// Findings with a price each, in a group, and what follows from them.
fn findings() -> Form {
    form(
        "label | calculation | relevant | constraint | required | default",
        &[
            "integer | rate | 率 | | | | | 2",
            "begin repeat | findings | 问题 | | | | | ",
            "text | what | 什么 | | | | yes | ",
            "begin group | money | 钱 | | | | | ",
            "integer | count | 数 | | | . <= 10 | | 1",
            "calculate | cost | | ${count} * ${rate} | | | | ",
            "end group | | | | | | | ",
            "calculate | nr | | position(..) | | | | ",
            "calculate | path | | ../money/cost + 0 | | | | ",
            "text | why | 原因 | | ${cost} > 10 | | yes | ",
            "end repeat | | | | | | | ",
            "calculate | total | | sum(${cost}) | | | | ",
            "calculate | how_many | | count(${findings}) | | | | ",
            "calculate | names | | join('、', ${what}) | | | | ",
            "calculate | second | | indexed-repeat(${what}, ${findings}, 2) | | | | ",
            "calculate | worst | | max(${cost}) | | | | ",
        ],
    )
}

fn two() -> Answers {
    answers([
        ("rate", number(2)),
        (
            "findings",
            instances([
                answers([("what", text("灯")), ("count", number(3))]),
                answers([("what", text("门")), ("count", number(6))]),
            ]),
        ),
    ])
}

#[test]
fn inside_a_name_means_the_same_instance_and_outside_all() {
    let form = findings();
    let evaluation = form.evaluate(&two(), &environment());
    let calculated = |key: &str| evaluation.calculated[key].value();
    assert_eq!(
        (calculated("cost[0]"), calculated("cost[1]")),
        ("6".into(), "12".into())
    );
    assert_eq!(
        (calculated("nr[0]"), calculated("nr[1]")),
        ("1".into(), "2".into())
    );
    assert_eq!(calculated("path[1]"), "12");
    assert_eq!(calculated("total"), "18");
    assert_eq!(calculated("how_many"), "2");
    assert_eq!(calculated("names"), "灯、门");
    assert_eq!(calculated("second"), "门");
    assert_eq!(calculated("worst"), "12");
    assert_eq!(evaluation.instances["findings"], 2);
    assert!(!evaluation.is_relevant("why[0]") && evaluation.is_relevant("why[1]"));
}

#[test]
fn a_problem_says_in_which_instance() {
    let form = findings();
    let mut all = two();
    let Some(Answer::Repeat(list)) = all.get_mut("findings") else {
        panic!("a repeat");
    };
    list[0].remove("what");
    list[1].insert("count".to_owned(), number(11));
    list[1].insert("strange".to_owned(), number(1));
    list[1].insert("what".to_owned(), number(1));
    let found: Vec<(String, ProblemKind)> = form
        .check(&all, &environment())
        .into_iter()
        .map(|problem| (problem.key(), problem.kind))
        .collect();
    assert_eq!(
        found,
        [
            ("strange[1]".to_owned(), ProblemKind::UnknownQuestion),
            ("what[1]".to_owned(), ProblemKind::WrongType),
            ("what[0]".to_owned(), ProblemKind::Missing),
            ("count[1]".to_owned(), ProblemKind::Constraint),
            ("why[1]".to_owned(), ProblemKind::Missing),
        ]
    );
    let evaluation = form.evaluate(&all, &environment());
    assert_eq!(
        evaluation.problem("what[0]").map(|it| it.instance.clone()),
        Some(vec![0])
    );
    assert_eq!(evaluation.problem("what"), None);
}

#[test]
fn what_is_sent_has_each_instances_own_calculations_and_no_hidden_answers() {
    let form = findings();
    let mut all = two();
    if let Some(Answer::Repeat(list)) = all.get_mut("findings") {
        list[0].insert("why".to_owned(), text("不再适用"));
        list[1].insert("cost".to_owned(), text("1"));
    }
    let sent = form.prune(&all, &environment());
    let Answer::Repeat(list) = &sent["findings"] else {
        panic!("a repeat");
    };
    assert!(!list[0].contains_key("why"));
    assert_eq!(list[1]["cost"], text("12"));
    assert_eq!(list[1]["nr"], text("2"));
    assert_eq!(sent["total"], text("18"));
    let empty = form.prune(&answers([("findings", instances([]))]), &environment());
    assert!(!empty.contains_key("findings"));
}

#[test]
fn a_new_instance_starts_with_its_defaults() {
    let form = findings();
    let initial = form.initial_answers(&environment());
    assert_eq!(initial, answers([("rate", number(2))]));
    let new = form.initial_instance("findings", &[], &initial, &environment());
    assert_eq!(new, answers([("count", number(1))]));
    assert_eq!(
        form.initial_instance("money", &[], &initial, &environment()),
        Answers::new()
    );
    assert_eq!(
        form.initial_instance("findings", &[7], &initial, &environment()),
        Answers::new()
    );
}

#[test]
fn a_count_makes_the_instances() {
    let form = form(
        "label | repeat_count | required | calculation",
        &[
            "integer | rooms | 间数 | | | ",
            "begin repeat | room | 房间 | ${rooms} | | ",
            "text | state | 状态 | | yes | ",
            "end repeat | | | | | ",
            "calculate | counted | | | | count(${room})",
        ],
    );
    let with = |rooms| answers([("rooms", number(rooms))]);
    let evaluation = form.evaluate(&with(3), &environment());
    assert_eq!(evaluation.instances["room"], 3);
    assert_eq!(evaluation.problems.len(), 3);
    assert_eq!(evaluation.calculated["counted"], text("3"));
    assert_eq!(
        form.evaluate(&with(-5), &environment()).instances["room"],
        0
    );
    assert_eq!(
        form.evaluate(&with(1_000_000), &environment()).instances["room"],
        REPEAT_LIMIT
    );
    let mut fewer = with(1);
    fewer.insert(
        "room".to_owned(),
        instances([
            answers([("state", text("好"))]),
            answers([("state", text("坏"))]),
        ]),
    );
    let sent = form.prune(&fewer, &environment());
    assert_eq!(sent["room"], instances([answers([("state", text("好"))])]));
}

#[test]
fn repeats_nest() {
    let form = form(
        "label | calculation",
        &[
            "begin repeat | floor | 层 | ",
            "text | floor_name | 层名 | ",
            "begin repeat | room | 房间 | ",
            "integer | beds | 床 | ",
            "calculate | place | | concat(${floor_name}, position(..), '/', position(../..))",
            "end repeat | | | ",
            "calculate | floor_beds | | sum(${beds})",
            "end repeat | | | ",
            "calculate | all_beds | | sum(${beds})",
            "calculate | one | | indexed-repeat(${beds}, ${floor}, 2, ${room}, 1)",
        ],
    );
    let room = |beds| answers([("beds", number(beds))]);
    let floor = |name: &str, rooms: Answer| answers([("floor_name", text(name)), ("room", rooms)]);
    let all = answers([(
        "floor",
        instances([
            floor("甲", instances([room(1), room(2)])),
            floor("乙", instances([room(4)])),
        ]),
    )]);
    let calculated = form.evaluate(&all, &environment()).calculated;
    assert_eq!(calculated["floor_beds[0]"], text("3"));
    assert_eq!(calculated["floor_beds[1]"], text("4"));
    assert_eq!(calculated["all_beds"], text("7"));
    assert_eq!(calculated["place[0][1]"], text("甲2/1"));
    assert_eq!(calculated["one"], text("4"));
    let json = serde_json::to_string(&all).unwrap();
    assert_eq!(serde_json::from_str::<Answers>(&json).unwrap(), all);
    let new = form.initial_instance("room", &[1], &all, &environment());
    assert_eq!(new, Answers::new());
}

#[test]
fn an_irrelevant_repeat_counts_for_nothing() {
    let form = form(
        "label | relevant | required | calculation",
        &[
            "text | any | 有 | | | ",
            "begin repeat | findings | 问题 | ${any} = 'yes' | | ",
            "integer | n | 数 | | yes | ",
            "end repeat | | | | | ",
            "calculate | sum | | | | sum(${n})",
            "calculate | many | | | | count(${findings})",
        ],
    );
    let findings = instances([answers([("n", number(3))]), Answers::new()]);
    let off = answers([("any", text("no")), ("findings", findings)]);
    let evaluation = form.evaluate(&off, &environment());
    assert!(evaluation.problems.is_empty());
    assert_eq!(evaluation.calculated["sum"], text("0"));
    assert_eq!(evaluation.calculated["many"], text("0"));
    assert!(!form.prune(&off, &environment()).contains_key("findings"));
}

#[test]
fn too_many_instances_are_refused_and_not_lost() {
    let form = findings();
    let many = vec![answers([("what", text("灯"))]); REPEAT_LIMIT + 1];
    let all = answers([("findings", Answer::Repeat(many.clone()))]);
    let problems = form.check(&all, &environment());
    assert_eq!(problems[0].kind, ProblemKind::TooLong);
    let Answer::Repeat(sent) = &form.prune(&all, &environment())["findings"] else {
        panic!("a repeat");
    };
    assert_eq!(sent.len(), many.len());
    let wrong = form.check(&answers([("findings", text("x"))]), &environment());
    assert_eq!(wrong[0].kind, ProblemKind::WrongType);
    let wrong = form.check(&answers([("rate", instances([]))]), &environment());
    assert_eq!(wrong[0].kind, ProblemKind::WrongType);
}

#[test]
fn instances_in_instances_stay_within_the_memory() {
    let form = form(
        "label",
        &[
            "begin repeat | a | 甲",
            "begin repeat | b | 乙",
            "begin repeat | c | 丙",
            "text | t | 字",
            "end repeat | | ",
            "end repeat | | ",
            "end repeat | | ",
        ],
    );
    let wide = |inner: Answers| Answer::Repeat(vec![inner; REPEAT_LIMIT]);
    let all = answers([(
        "a",
        wide(answers([(
            "b",
            wide(answers([("c", Answer::Repeat(Vec::new()))])),
        )])),
    )]);
    let problems = form.check(&all, &environment());
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].kind, ProblemKind::TooLong);
}

#[test]
fn repeats_must_close_with_their_own_end() {
    let ends = |end: &str| {
        let errors = errors(
            "label",
            &[
                "begin repeat | r | 组",
                "text | a | 甲",
                &format!("{end} | | "),
            ],
        );
        (errors[0].row, errors[0].message.en.clone())
    };
    assert!(ends("end group").1.contains("doesn't match"));
    assert_eq!(ends("end group").0, 5);
    let open = errors("label", &["begin repeat | r | 组", "text | a | 甲"]);
    assert!(open[0].message.en.contains("no end repeat"));
    let alone = errors("label", &["text | a | 甲", "end repeat | | "]);
    assert!(alone[0].message.en.contains("no begin repeat"));
}

#[test]
fn a_count_that_depends_on_its_own_instances_is_refused_at_its_cell() {
    let found = errors(
        "label | repeat_count",
        &[
            "begin repeat | r | 组 | sum(${n})",
            "integer | n | 数 | ",
            "end repeat | | | ",
        ],
    );
    assert_eq!(
        (found[0].row, found[0].column.as_str()),
        (3, "repeat_count")
    );
    assert!(found[0].message.en.contains("circle"), "{found:?}");
}

#[test]
fn a_repeat_reads_as_a_number_of_entries() {
    let form = findings();
    assert!(
        form.nodes
            .iter()
            .any(|node| matches!(node, Node::Repeat(_)))
    );
    let question = form.question("what").unwrap();
    assert_eq!(two()["findings"].display(question, Lang::Zh), "2 条");
    assert_eq!(two()["findings"].display(question, Lang::En), "2 entries");
}

#[test]
fn an_answer_in_an_instance_has_a_key() {
    let form = findings();
    let mut all = two();
    assert_eq!(form.answer(&all, "what[1]"), Some(&text("门")));
    assert_eq!(form.answer(&all, "what[2]"), None);
    assert_eq!(
        form.question_at("what[1]").map(|it| it.name.as_str()),
        Some("what")
    );
    assert!(form.set_answer(&mut all, "what[1]", Some(text("窗"))));
    assert!(form.set_answer(&mut all, "count[0]", None));
    assert_eq!(form.answer(&all, "what[1]"), Some(&text("窗")));
    for key in [
        "what",
        "what[x]",
        "what[0][1]",
        "rate[0]",
        "nowhere",
        "what[1000000]",
        "[0]",
    ] {
        assert!(!form.set_answer(&mut all, key, Some(text("x"))), "{key}");
    }
    assert!(form.add_instance(&mut all, "findings", &environment()));
    assert_eq!(form.answer(&all, "count[2]"), Some(&number(1)));
    assert!(!form.add_instance(&mut all, "what", &environment()));
    assert!(form.remove_instance(&mut all, "findings", 0));
    assert!(!form.remove_instance(&mut all, "findings", 7));
    assert_eq!(form.answer(&all, "what[0]"), Some(&text("窗")));
    while form.add_instance(&mut all, "findings", &environment()) {}
    assert!(matches!(&all["findings"], Answer::Repeat(list) if list.len() == REPEAT_LIMIT));
}

#[test]
fn answers_are_listed_in_the_forms_order_with_their_instances() {
    let form = findings();
    let all = two();
    let listed: Vec<(&str, Vec<usize>)> = form
        .answered(&all)
        .into_iter()
        .map(|(question, instance, _)| (question.name.as_str(), instance))
        .collect();
    assert_eq!(
        listed,
        [
            ("rate", vec![]),
            ("what", vec![0]),
            ("count", vec![0]),
            ("what", vec![1]),
            ("count", vec![1]),
        ]
    );
}
