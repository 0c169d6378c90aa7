//! How long a standard of 500 rows takes from its table to a checked tree: `cargo xtask bench standards`.

use std::{fmt::Write as _, time::Instant};

use domain::{
    sheet::pasted,
    standard_table::{Sheet, read},
};

const ROWS: usize = 500;
const RUNS: u32 = 10;

fn main() -> Result<(), std::fmt::Error> {
    let mut text =
        "测评项目\t测评内容\t测评标准\t评分标准\t测评方式\t分值\t需提供材料\n".to_owned();
    let rules = [
        "不符合即不得分",
        "每缺1份扣0.5分，扣完为止",
        "每年不少于4次，每少1次扣0.25分",
        "低于90%，每低1个百分点扣0.1分",
        "随机抽5处（份），每1处不符合扣0.2分",
        "达到25小时/人·年得满分，不足按比例得分",
        "A满分，B得66%，C得33%，D不得分",
    ];
    for row in 0..ROWS {
        let project = if row % 50 == 0 {
            "一、组织领导与创建机制（50分）"
        } else {
            ""
        };
        let content = if row % 10 == 0 {
            format!("（一）组织领导{row}（10分）")
        } else {
            String::new()
        };
        let rule = rules[row % rules.len()];
        writeln!(
            text,
            "{project}\t{content}\t第{row}条：成立由主要负责人任组长的创建领导小组，下设办公室\t{rule}\t材料审核、实地考察\t1\t会议纪要×2（含议题、时间、地点）；现场照片×3"
        )?;
    }
    let begun = Instant::now();
    let mut items = 0;
    for _ in 0..RUNS {
        let sheet = Sheet {
            rows: pasted(&text),
            ..Sheet::default()
        };
        items = read(sheet).map_or(0, |reading| reading.standard.items().count());
    }
    let each = begun.elapsed() / RUNS;
    println!(
        "{items} items of {ROWS} rows read in {} ms",
        each.as_millis()
    );
    Ok(())
}
