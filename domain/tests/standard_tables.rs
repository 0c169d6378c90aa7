//! Tables as offices really keep them, read into a standard.

use domain::{
    Decimal,
    areas::standards::{Frequency, Method, Period, Scoring, Standard},
    evidence_kind::EvidenceKind,
    sheet::{Merged, pasted},
    standard_check::{Weight, first_wrong},
    standard_table::{Column, Reading, Sheet, read, words},
};

fn table(text: &str) -> Reading {
    read(Sheet {
        rows: pasted(text),
        ..Sheet::default()
    })
    .expect("a table")
}

fn number(text: &str) -> Decimal {
    text.parse().expect("a number")
}

/// `code title points` of each item.
fn items(reading: &Reading) -> Vec<String> {
    let items = reading.standard.items();
    items
        .map(|it| format!("{} {} {}", it.item.code, it.item.title, it.item.points))
        .collect()
}

fn told(reading: &Reading, weight: Weight) -> Vec<(Option<usize>, &str)> {
    let remarks = reading.remarks.iter().filter(|it| it.weight == weight);
    remarks.map(|it| (it.row, it.text.zh.as_str())).collect()
}

/// A title row, merged cells, full-width digits, points in group titles, no codes, a total, a remark.
const MERGED: &str = "\u{feff}桂花市文明单位测评体系（2026版）\t\t\t\t\t\t
测评项目\t测评内容\t测评标准\t测评方法\t评分标准\t分值\t佐证材料
一、组织管理（１０分）\t（一）组织领导（6分）\t1.成立领导小组\t材料审核\t缺项不得分\t２\t成立文件1份
\t\t2.每季度研究创建工作不少于1次\t\t每少一次扣一分\t４分\t会议记录4份、现场照片4张以上
\t（二）经费保障（4分）\t列入年度预算\t材料审核、实地考察\t每缺1项扣0.5分\t4\t①预算文件②支出凭证×2（复印件）
二、文明风尚（5分）\t文明餐桌\t开展光盘行动\t实地考察\t随机抽查三处，每处不符合扣0.5分\t5\t照片（不少于3张）
合　计\t\t\t\t\t１５\t
注：本表由创建办解释。\t\t\t\t\t\t
";

#[test]
fn merged_cells_points_in_titles_and_missing_codes_are_understood() {
    let reading = table(MERGED);
    let standard = &reading.standard;
    assert_eq!(standard.title, "桂花市文明单位测评体系（2026版）");
    assert_eq!(standard.total_points, Decimal::whole(15));
    assert_eq!(
        items(&reading),
        [
            "Ⅰ-1-1 成立领导小组 2",
            "Ⅰ-1-2 每季度研究创建工作不少于1次 4",
            "Ⅰ-2-1 列入年度预算 4",
            "Ⅱ-1-1 开展光盘行动 5",
        ]
    );
    let groups: Vec<String> = standard
        .projects
        .iter()
        .flat_map(|project| {
            let contents = project.contents.iter();
            std::iter::once(format!("{} {}", project.title, project.points))
                .chain(contents.map(|it| format!("{} {}", it.title, it.points)))
        })
        .collect();
    assert_eq!(
        groups,
        [
            "组织管理 10",
            "组织领导 6",
            "经费保障 4",
            "文明风尚 5",
            "文明餐桌 5"
        ]
    );
    assert_eq!(told(&reading, Weight::Wrong), []);
    assert_eq!(told(&reading, Weight::Difference), []);
    let all: Vec<_> = standard.items().map(|it| it.item).collect();
    assert_eq!(all[0].scoring, Scoring::AllOrNothing);
    assert_eq!(
        all[1].scoring,
        Scoring::CountInPeriod {
            target: 1,
            period: Period::Quarter,
            step: Decimal::ONE
        }
    );
    assert_eq!(all[1].methods, [Method::MaterialReview]);
    assert_eq!(all[1].frequency, Frequency::Quarterly);
    let wanted: Vec<(EvidenceKind, i64)> =
        all[1].evidence.iter().map(|it| (it.kind, it.min)).collect();
    assert_eq!(
        wanted,
        [(EvidenceKind::Minutes, 4), (EvidenceKind::Photo, 4)]
    );
    assert_eq!(
        all[3].scoring,
        Scoring::SampleCheck {
            sample_size: 3,
            step_per_fail: number("0.5")
        }
    );
    assert_eq!(
        (all[3].evidence[0].kind, all[3].evidence[0].min),
        (EvidenceKind::Photo, 3)
    );
    assert_eq!(reading.places["Ⅰ-2-1"], 5);
}

#[test]
fn each_difference_of_points_is_named_with_its_row() {
    let text = MERGED.replace("４分", "3分").replace("１５", "16");
    let reading = table(&text);
    assert_eq!(
        told(&reading, Weight::Difference),
        [
            (None, "总分写的是 16 分，下面加起来是 15 分，相差 1"),
            (
                Some(3),
                "测评内容“组织领导”写的是 6 分，下面加起来是 5 分，相差 1"
            ),
        ]
    );
}

#[test]
fn group_titles_on_rows_of_their_own_begin_projects_and_contents() {
    let reading = table(
        "序号\t考核要求\t计分办法\t分数\n\
         一、思想建设（6分）\t\t\t\n\
         （一）理论学习（4分）\t\t\t\n\
         1\t每月学习1次\t每年不少于12次，每少1次扣0.2分\t2\n\
         2\t参学率高\t低于95%，每低5个百分点扣0.5分\t2\n\
         （二）阵地建设（2分）\t\t\t\n\
         1\t有学习阵地\t看情况\t2\n\
         二、作风建设（3分）\t\t\t\n\
         1\t服务满意\tA得3分，B得2分，C得1分，D不得分\t3\n\
         合计\t\t\t9\n",
    );
    assert_eq!(
        items(&reading),
        [
            "Ⅰ-1-1 每月学习1次 2",
            "Ⅰ-1-2 参学率高 2",
            "Ⅰ-2-1 有学习阵地 2",
            "Ⅱ-1-1 服务满意 3",
        ]
    );
    assert_eq!(told(&reading, Weight::Difference), []);
    let look: Vec<&str> = told(&reading, Weight::Look).iter().map(|it| it.1).collect();
    assert_eq!(
        look,
        [
            "表里的编号只是序号，已按层次编成“Ⅰ-1-1”的样子",
            "评分标准“看情况”没有看懂，按“不符合即不得分”处理，请更正",
        ]
    );
    let rule = |code: &str| {
        reading
            .standard
            .item(code)
            .expect("an item")
            .item
            .scoring
            .clone()
    };
    assert_eq!(
        rule("Ⅰ-1-2"),
        Scoring::DeductPerPercentBelow {
            target_percent: Decimal::whole(95),
            step_per_percent: number("0.1")
        }
    );
    let Scoring::StateAbc { levels } = rule("Ⅱ-1-1") else {
        panic!("grades")
    };
    assert_eq!(levels["B"], number("0.666"));
}

#[test]
fn numbers_in_a_column_of_their_own_begin_groups() {
    let reading = table(
        "编号,测评内容,评分标准,分值\n\
         一,组织领导,,3\n\
         （一）,机构,,3\n\
         1,有机构,不符合不得分,1\n\
         2,有人员,每少1人扣1分,2\n",
    );
    assert_eq!(items(&reading), ["Ⅰ-1-1 有机构 1", "Ⅰ-1-2 有人员 2"]);
    assert_eq!(reading.standard.projects[0].title, "组织领导");
    assert_eq!(told(&reading, Weight::Difference), []);
}

#[test]
fn codes_of_any_kind_stay_and_full_width_ones_become_plain() {
    let reading =
        table("编号,测评标准,分值\nⅠ－１－１,有机构,1\nⅠ－１－２,有人员,1\nⅡ—1—1,有阵地,2\n");
    assert_eq!(
        items(&reading),
        ["Ⅰ-1-1 有机构 1", "Ⅰ-1-2 有人员 1", "Ⅱ-1-1 有阵地 2"]
    );
}

#[test]
fn a_code_that_stands_there_twice_is_wrong_and_named() {
    let reading = table("编号,测评标准,分值\nA-1-1,有机构,1\nA-1-1,有人员,1\n");
    assert_eq!(
        told(&reading, Weight::Wrong),
        [(Some(2), "编号“A-1-1”出现了 2 次，请改成不同的编号")]
    );
}

#[test]
fn columns_that_a_person_corrects_are_read_as_said() {
    let rows = pasted("甲,乙,丙\n有机构,不符合不得分,2\n有人员,每少1人扣1分,3\n");
    let guessed = read(Sheet {
        rows: rows.clone(),
        ..Sheet::default()
    })
    .expect("a table");
    assert!(guessed.remarks[0].text.zh.contains("没有找到表头"));
    let told = read(Sheet {
        rows,
        columns: vec![
            Some(Column::Item),
            Some(Column::Scoring),
            Some(Column::Points),
        ],
        heading: Some(1),
        merged: None,
    })
    .expect("a table");
    assert_eq!(items(&told), ["Ⅰ-1-1 有机构 2", "Ⅰ-1-2 有人员 3"]);
    assert_eq!(told.standard.total_points, Decimal::whole(5));
}

/// The rule is merged over the first two items, the evidence and the points over the last two.
const RULES: &str = "编号,测评标准,评分标准,分值,需提供材料
A-1-1,成立领导小组,每缺1项扣0.5分,2,正式文件×1
A-1-2,经费列入预算,,1,
A-1-3,建立工作台账,不符合即不得分,3,台账×1
A-1-4,专人管理台账,不符合即不得分,,
";

fn rules(merged: Option<Vec<Merged>>) -> Reading {
    read(Sheet {
        rows: pasted(RULES),
        merged,
        ..Sheet::default()
    })
    .expect("a table")
}

#[test]
fn a_merged_rule_or_evidence_cell_holds_for_each_of_its_rows_and_merged_points_count_once() {
    let merged = [(2, 2, 3), (4, 4, 5), (3, 4, 5)];
    let merged = merged.map(|(column, first, last)| Merged {
        column,
        first,
        last,
    });
    let reading = rules(Some(merged.to_vec()));
    let all: Vec<_> = reading.standard.items().map(|it| it.item).collect();
    assert_eq!(all[1].scoring, all[0].scoring);
    assert_eq!(all[1].scoring_text, "每缺1项扣0.5分");
    assert_eq!(all[1].evidence, [], "that blank isn't merged");
    assert_eq!(all[3].evidence, all[2].evidence);
    assert_eq!(all[3].points, Decimal::ZERO);
    assert_eq!(reading.standard.total_points, Decimal::whole(6));
    assert_eq!(
        told(&reading, Weight::Look),
        [(
            Some(5),
            "第 5 行的分值与第 4 行合并，都记在第 4 行，请分到各条"
        )]
    );
    assert_eq!(told(&reading, Weight::Difference), []);
    // A cell that a person fills in afterwards is no longer the merged one.
    let mut sheet = reading.sheet;
    "1".clone_into(&mut sheet.rows[4].1[3]);
    let again = read(sheet).expect("a table").standard;
    assert_eq!(again.total_points, Decimal::whole(7));
}

#[test]
fn pasted_text_takes_a_blank_rule_for_a_merged_one_and_says_so() {
    let reading = rules(None);
    let all: Vec<_> = reading.standard.items().map(|it| it.item).collect();
    assert_eq!(all[1].scoring, all[0].scoring);
    assert_eq!(all[1].evidence, all[0].evidence);
    assert_eq!(
        told(&reading, Weight::Look),
        [
            (
                Some(3),
                "第 3 行的“评分标准”是空的，按合并单元格取上一条的，请核对"
            ),
            (
                Some(3),
                "第 3 行的“需提供材料”是空的，按合并单元格取上一条的，请核对"
            ),
            (
                Some(5),
                "第 5 行的“需提供材料”是空的，按合并单元格取上一条的，请核对"
            ),
        ]
    );
    assert_eq!(
        told(&reading, Weight::Difference),
        [(Some(5), "没有读到分值，按 0 分计")]
    );
}

#[test]
fn points_of_groups_in_columns_of_their_own_are_compared() {
    let reading = table(
        "测评项目,分值,测评内容,分值,测评标准,分值\n\
         组织,5,领导,3,有机构,1\n,,,,有人员,2\n,,保障,2,有经费,1\n",
    );
    let columns: Vec<_> = reading.sheet.columns.iter().flatten().copied().collect();
    assert_eq!(columns[1], Column::ProjectPoints);
    assert_eq!(columns[3], Column::ContentPoints);
    assert_eq!(
        told(&reading, Weight::Difference),
        [(
            Some(4),
            "测评内容“保障”写的是 2 分，下面加起来是 1 分，相差 1"
        )]
    );
}

#[test]
fn all_seven_kinds_of_rule_are_known_by_their_words() {
    let rule = |words: &str| words::scoring(words, "每年演练不少于2次", Decimal::whole(2));
    let missing = |step: &str, unit: &str| {
        Some(Scoring::DeductPerMissing {
            step: number(step),
            unit: unit.to_owned(),
        })
    };
    let count = |target, period, step: &str| {
        Some(Scoring::CountInPeriod {
            target,
            period,
            step: number(step),
        })
    };
    assert_eq!(rule("不符合即不得分"), Some(Scoring::AllOrNothing));
    assert_eq!(rule("每缺１份扣０．５分，扣完为止"), missing("0.5", "份"));
    assert_eq!(rule("发现一处不符合扣0.2分"), missing("0.2", "处不符合"));
    assert_eq!(rule("每少1次扣0.4分"), count(2, Period::Year, "0.4"));
    assert_eq!(
        rule("每半年至少两次，每少一次扣半分"),
        count(2, Period::HalfYear, "0.5")
    );
    assert_eq!(
        rule("达到25小时得满分，不足按比例得分"),
        Some(Scoring::RatioOfTarget {
            target: Decimal::whole(25),
            unit: "小时".to_owned()
        })
    );
    assert_eq!(
        rule("达不到100%的，每低1%扣0.05分"),
        Some(Scoring::DeductPerPercentBelow {
            target_percent: Decimal::whole(100),
            step_per_percent: number("0.05")
        })
    );
    assert_eq!(
        rule("实地查看10个点位，每个不合格扣0.1分"),
        Some(Scoring::SampleCheck {
            sample_size: 10,
            step_per_fail: number("0.1")
        })
    );
    let Some(Scoring::StateAbc { levels }) = rule("优秀得满分，良好得80%，一般得60%，差不得分")
    else {
        panic!("grades")
    };
    assert_eq!(levels["良好"], number("0.8"));
    assert_eq!(rule("酌情给分"), None);
}

#[test]
fn wanted_evidence_is_written_as_it_is_read() {
    let text = "会议纪要×2（含议题、时间）；说明报告（500字内）×1；现场照片×3";
    assert_eq!(words::evidence_text(&words::evidence(text)), text);
    let loose = words::evidence("1.签到表2份；2.活动照片（不少于3张）；3.系统截图");
    let kinds: Vec<_> = loose.iter().map(|it| (it.kind, it.min)).collect();
    assert_eq!(
        kinds,
        [
            (EvidenceKind::SignIn, 2),
            (EvidenceKind::Photo, 3),
            (EvidenceKind::Screenshot, 1)
        ]
    );
}

proptest::proptest! {
    #[test]
    fn whatever_the_table_it_is_read_or_refused(
        text in "([\\PC\t\n\",，一（）0-9]|测评标准|分值|合计|扣|每|分|\t|\n){0,300}"
    ) {
        let sheet = Sheet { rows: pasted(&text), ..Sheet::default() };
        if let Ok(reading) = read(sheet) {
            // Reading again what a person didn't touch changes nothing.
            let again = read(reading.sheet.clone()).expect("the same table");
            proptest::prop_assert_eq!(again.standard, reading.standard);
        }
    }

    #[test]
    fn rules_and_evidence_of_any_words_are_no_trouble(
        words in "([\\PC]|每|少|扣|分|[0-9]|%|抽查|处|A|满分|不少于|次|×){0,80}"
    ) {
        let _ = words::scoring(&words, &words, Decimal::ONE);
        for wanted in words::evidence(&words) {
            proptest::prop_assert!(wanted.min >= 1);
        }
    }
}

#[test]
fn what_no_table_holds_comes_from_the_version_in_use() {
    let current: Standard =
        serde_json::from_str(include_str!("../../templates/standard.json")).expect("the sample");
    let read = || table("测评标准\t分值\n成立创建领导小组\t2\n");
    let beside = read().beside(&current);
    assert_eq!(beside.standard.preconditions, current.preconditions);
    assert_eq!(beside.standard.negative_list, current.negative_list);
    assert_eq!(beside.standard.bonus, current.bonus);
    assert_eq!(beside.standard.items().count(), 1);
    assert!(
        told(&beside, Weight::Look)
            .iter()
            .any(|(_, text)| text.contains("沿用现行标准"))
    );
    let mut bare = current;
    bare.preconditions.clear();
    bare.negative_list.clear();
    bare.bonus = domain::areas::standards::Bonus::default();
    assert_eq!(read().beside(&bare).remarks, read().remarks);
}

#[test]
fn numbers_that_can_not_be_keep_a_standard_from_being_saved() {
    let sample: Standard =
        serde_json::from_str(include_str!("../../templates/standard.json")).expect("the sample");
    assert_eq!(first_wrong(&sample), None);
    let changes: [fn(&mut Standard); 5] = [
        |it| it.bonus.cap = number("-5"),
        |it| it.bonus.items[0].max_points = number("-1"),
        |it| it.negative_list[0].points = Some(number("-1")),
        |it| {
            let step = number("-1");
            let unit = String::new();
            it.projects[0].contents[0].items[0].scoring = Scoring::DeductPerMissing { step, unit };
        },
        |it| {
            let first = it.projects[0].contents[0].items.first_mut();
            first.expect("an item").evidence[0].min = 0;
        },
    ];
    for change in changes {
        let mut wrong = sample.clone();
        change(&mut wrong);
        assert!(first_wrong(&wrong).is_some());
    }
}
