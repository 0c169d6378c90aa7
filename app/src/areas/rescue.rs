//! What handing in a colleague's rescue file came to, in words.

use domain::{Lang, api::sync::RescueReport};

/// The ending of a rescue file.
pub const ENDING: &str = ".minglu";

/// One line for lists.
pub fn summary(lang: Lang, report: &RescueReport) -> String {
    let (received, photos) = (report.received, report.photos);
    let mut text = lang.pick(
        format!("已收下 {received} 条"),
        format!("Taken in: {received}"),
    );
    if photos > 0 {
        text.push_str(&lang.pick(
            format!("、{photos} 个照片文件"),
            format!(", with {photos} photo files"),
        ));
    }
    if report.received > 0 && report.known == report.received {
        text.push_str(lang.pick("（之前都已送达）", " (all of it was there before)"));
    } else if report.known > 0 {
        let known = report.known;
        text.push_str(&lang.pick(
            format!("（其中 {known} 条之前已送达）"),
            format!(" ({known} of them were there before)"),
        ));
    }
    text
}

/// What somebody should know or do beside it.
pub fn remarks(lang: Lang, report: &RescueReport) -> Vec<String> {
    let mut remarks = Vec::new();
    let mut add = |count: i64, zh: &str, en: &str| {
        if count > 0 {
            remarks.push(format!("{count} {}", lang.pick(zh, en)));
        }
    };
    add(
        report.quarantined,
        "条需要办公室处理，见“待处理”",
        "wait for the office’s decision, see Held items",
    );
    add(
        report.later,
        "条暂时没能收下，请稍后再导入一次",
        "couldn’t be taken in now: please import the file again later",
    );
    add(
        report.refused,
        "个照片文件已损坏或格式不符，没有收下",
        "photo files are damaged or no photos, and weren’t taken in",
    );
    add(
        report.drafts,
        "份草稿没有提交，仍只属于本人，要在原手机上提交",
        "drafts weren’t submitted; they stay the author’s, to be submitted on that phone",
    );
    add(
        report.left_out,
        "张照片没有装进这个文件，请在原手机上再导出一次",
        "photos didn’t fit into this file: please export again on that phone",
    );
    remarks
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Timestamp;

    fn report() -> RescueReport {
        RescueReport {
            name: "甲".to_owned(),
            saved_at: Timestamp(0),
            received: 3,
            known: 0,
            quarantined: 0,
            later: 0,
            photos: 4,
            refused: 0,
            drafts: 0,
            left_out: 0,
        }
    }

    #[test]
    fn what_was_there_before_is_said() {
        let mut report = report();
        assert!(!summary(Lang::Zh, &report).contains('（'));
        report.known = 1;
        assert!(summary(Lang::Zh, &report).contains("其中 1 条"));
        report.known = 3;
        assert!(summary(Lang::Zh, &report).contains("都已送达"));
    }

    #[test]
    fn only_what_happened_is_remarked() {
        assert!(remarks(Lang::En, &report()).is_empty());
        let all = RescueReport {
            quarantined: 1,
            later: 1,
            refused: 1,
            drafts: 1,
            left_out: 1,
            ..report()
        };
        assert_eq!(remarks(Lang::Zh, &all).len(), 5);
    }
}
