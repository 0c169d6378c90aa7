//! The sheets of a year's self-assessment: its items, and what stands beside them.

use domain::{
    Decimal, Lang,
    api::self_assessment::{AssessedItem, SelfAssessment},
    areas::standards::NegativeEffect,
    self_assessment::Stage,
};

use crate::reports::table::{Cell, Row, Table};

/// One sheet for the items, and one each for preconditions, negative list and bonus, where the standard has
/// them.
pub(super) fn all(unit: &str, found: &SelfAssessment, lang: Lang) -> Vec<Table> {
    let mut tables = vec![items(unit, found, lang)];
    let beside = [preconditions, negatives, bonus].map(|sheet| sheet(unit, found, lang));
    tables.extend(beside.into_iter().filter(|table| !table.rows.is_empty()));
    tables
}

/// Each item with both words.
fn items(unit: &str, found: &SelfAssessment, lang: Lang) -> Table {
    let year = found.year;
    let title = lang.pick(
        format!("{unit}{year}年度对标自评表"),
        format!("{unit}: self-assessment of {year}"),
    );
    let mut table = Table::new(
        lang.pick("自评表", "Self-assessment"),
        &title,
        &[
            (lang.pick("编号", "Code"), 10.0),
            (lang.pick("测评标准", "Item"), 44.0),
            (lang.pick("分值", "Points"), 8.0),
            (lang.pick("责任科室", "Department"), 16.0),
            (lang.pick("科室自评", "By the department"), 10.0),
            (lang.pick("复核得分", "By the office"), 10.0),
            (lang.pick("得分", "Counts"), 8.0),
            (lang.pick("计算过程", "Working"), 36.0),
            (lang.pick("自评说明", "Narrative"), 44.0),
            (lang.pick("材料（件）", "Evidence"), 10.0),
        ],
    );
    table.landscape = true;
    table.notes.push(found.title.clone());
    for project in &found.projects {
        let heading = format!("{} {}", project.code, project.title);
        table.rows.push(Row::Group(heading));
        for item in &project.items {
            table.push(cells(item, lang));
        }
    }
    let total = &found.total;
    let mut last = vec![Cell::Empty; 10];
    last[1] = Cell::text(lang.pick("合计", "Total"));
    last[2] = number(total.of);
    last[6] = number(total.points);
    last[7] = Cell::text(lang.pick(
        format!(
            "扣分 {}，加分 {}，总得分 {}",
            total.deducted, total.bonus, total.total
        ),
        format!(
            "{} deducted, {} bonus: {} in all",
            total.deducted, total.bonus, total.total
        ),
    ));
    table.rows.push(Row::Total(last));
    table
}

fn number(points: Decimal) -> Cell {
    Cell::Number(points.to_f64())
}

fn cells(item: &AssessedItem, lang: Lang) -> Vec<Cell> {
    let points = |stage: Stage| {
        let scored = item.opinion(stage).and_then(|it| item.scored(&it.facts));
        scored.map_or(Cell::Empty, |it| number(it.points))
    };
    let standing = item.standing();
    let narrative = item.counts().map(|it| it.narrative.as_str());
    vec![
        Cell::text(&item.code),
        Cell::text(&item.title),
        number(item.points),
        Cell::text(&item.owner),
        points(Stage::Department),
        points(Stage::Office),
        standing
            .as_ref()
            .map_or(Cell::Empty, |it| number(it.points)),
        Cell::text(standing.map_or_else(String::new, |it| it.words().get(lang).to_owned())),
        Cell::text(narrative.unwrap_or_default()),
        Cell::count(item.pieces),
    ]
}

/// A sheet of what stands beside the items.
fn beside(
    name: (&str, &str),
    unit: &str,
    found: &SelfAssessment,
    columns: &[(&str, f64)],
    lang: Lang,
) -> Table {
    let (year, name) = (found.year, lang.pick(name.0, name.1));
    let title = lang.pick(
        format!("{unit}{year}年度{name}"),
        format!("{unit}: {name}, {year}"),
    );
    let mut table = Table::new(name, &title, columns);
    table.notes.push(found.title.clone());
    table
}

fn preconditions(unit: &str, found: &SelfAssessment, lang: Lang) -> Table {
    let columns = [
        (lang.pick("编号", "Code"), 10.0),
        (lang.pick("前提条件", "Precondition"), 52.0),
        (lang.pick("情况", "State"), 10.0),
        (lang.pick("说明", "Note"), 44.0),
    ];
    let mut table = beside(("前提条件", "Preconditions"), unit, found, &columns, lang);
    for it in &found.preconditions {
        let said = found.marks.preconditions.get(&it.code);
        let state = match said.and_then(|said| said.met) {
            Some(true) => lang.pick("满足", "Met"),
            Some(false) => lang.pick("不满足", "Not met"),
            None => lang.pick("未评", "Open"),
        };
        table.push(vec![
            Cell::text(&it.code),
            Cell::text(&it.title),
            Cell::text(state),
            Cell::text(said.map_or("", |said| &said.note)),
        ]);
    }
    table
}

fn negatives(unit: &str, found: &SelfAssessment, lang: Lang) -> Table {
    let columns = [
        (lang.pick("编号", "Code"), 10.0),
        (lang.pick("事项", "What"), 52.0),
        (lang.pick("后果", "Costs"), 16.0),
        (lang.pick("发生次数", "Times"), 10.0),
        (lang.pick("扣分", "Deducted"), 10.0),
        (lang.pick("说明", "Note"), 44.0),
    ];
    let mut table = beside(("负面清单", "Negative list"), unit, found, &columns, lang);
    for it in &found.negative_list {
        let said = found.marks.negatives.get(&it.code);
        let times = said.map_or(0, |said| said.times);
        let each = it.points.unwrap_or(Decimal::ZERO);
        let (costs, deducted) = match it.effect {
            NegativeEffect::Veto => (lang.pick("一票否决", "The title").to_owned(), Cell::Empty),
            NegativeEffect::Deduct => (
                lang.pick(format!("每次扣 {each} 分"), format!("{each} points each")),
                number(each.times_whole(times)),
            ),
        };
        table.push(vec![
            Cell::text(&it.code),
            Cell::text(&it.title),
            Cell::text(costs),
            Cell::count(times),
            deducted,
            Cell::text(said.map_or("", |said| &said.note)),
        ]);
    }
    if !table.rows.is_empty() {
        let mut last = vec![Cell::Empty; columns.len()];
        last[1] = Cell::text(lang.pick("合计", "Total"));
        last[4] = number(found.total.deducted);
        table.rows.push(Row::Total(last));
    }
    table
}

fn bonus(unit: &str, found: &SelfAssessment, lang: Lang) -> Table {
    let columns = [
        (lang.pick("编号", "Code"), 10.0),
        (lang.pick("加分项", "Bonus"), 52.0),
        (lang.pick("最多", "At most"), 10.0),
        (lang.pick("申报", "Claimed"), 10.0),
        (lang.pick("说明", "Note"), 44.0),
    ];
    let mut table = beside(("加分项", "Bonus"), unit, found, &columns, lang);
    for it in &found.bonus.items {
        let claim = found.marks.bonus.get(&it.code);
        table.push(vec![
            Cell::text(&it.code),
            Cell::text(&it.title),
            number(it.max_points),
            number(claim.map_or(Decimal::ZERO, |claim| claim.points)),
            Cell::text(claim.map_or("", |claim| &claim.note)),
        ]);
    }
    if !table.rows.is_empty() {
        let cap = found.bonus.cap;
        let mut last = vec![Cell::Empty; columns.len()];
        last[1] = Cell::text(lang.pick(
            format!("计入（上限 {cap}）"),
            format!("Counts (at most {cap})"),
        ));
        last[3] = number(found.total.bonus);
        table.rows.push(Row::Total(last));
    }
    table
}
