//! Texts to begin with: a notice, a plan, a brief and a summary from what is known of an activity.
//!
//! Only facts; where a person must add something stands a bracket that says what. Leaves out layout
//! after GB/T 9704 (reports).

use chrono::{Datelike as _, NaiveDate};
use domain::{
    Lang, Timestamp,
    areas::{activities::Activity, submissions::Submission},
    time::UTC_OFFSET_MINUTES,
};

pub(super) struct Facts<'a> {
    pub activity: &'a Activity,
    pub organization: &'a str,
    pub department: Option<&'a str>,
    pub organizer: &'a str,
    /// How many people checked in.
    pub arrived: usize,
    pub records: Vec<&'a Submission>,
    pub photos: usize,
    pub lang: Lang,
}

/// The day in China.
pub(super) fn day(at: Timestamp) -> Option<NaiveDate> {
    at.civil(UTC_OFFSET_MINUTES).map(|at| at.date())
}

impl Facts<'_> {
    pub fn notice(&self) -> String {
        let (title, place) = (&self.activity.title, &self.activity.place);
        let (when, organizer, by) = (self.when(), self.organizer, self.by());
        let details = self.details("【补充活动内容】", "[add what is done]");
        match self.lang {
            Lang::Zh => format!(
                "关于开展“{title}”的通知\n\n各科室：\n\n为扎实推进文明单位创建工作，定于{when}在{place}开展“{title}”。现将有关事项通知如下：\n\n一、时间\n{when}\n\n二、地点\n{place}\n\n三、内容\n{details}\n\n四、参加人员\n【补充参加范围】\n\n五、有关要求\n请参加人员提前十分钟到场，在手机上签到。联系人：{organizer}。\n\n{by}\n{}",
                self.issued()
            ),
            Lang::En => format!(
                "Notice: {title}\n\nTo all departments:\n\n“{title}” takes place at {place} on {when}.\n\n1. When\n{when}\n\n2. Where\n{place}\n\n3. What\n{details}\n\n4. Who takes part\n[add who]\n\n5. Please note\nBe there ten minutes before and check in with your phone. Contact: {organizer}.\n\n{by}\n{}",
                self.issued()
            ),
        }
    }

    pub fn plan(&self) -> String {
        let (title, place) = (&self.activity.title, &self.activity.place);
        let (when, organizer, by) = (self.when(), self.organizer, self.by());
        let details = self.details("【补充步骤】", "[add the steps]");
        match self.lang {
            Lang::Zh => format!(
                "“{title}”活动方案\n\n一、活动目的\n【补充目的】\n\n二、活动时间\n{when}\n\n三、活动地点\n{place}\n\n四、组织分工\n负责人：{organizer}（{by}）\n【补充分工】\n\n五、活动内容\n{details}\n\n六、安全与保障\n【补充安全措施】"
            ),
            Lang::En => format!(
                "Plan: {title}\n\n1. Purpose\n[add it]\n\n2. When\n{when}\n\n3. Where\n{place}\n\n4. Who does what\nIn charge: {organizer} ({by})\n[add the others]\n\n5. What\n{details}\n\n6. Safety\n[add the measures]"
            ),
        }
    }

    pub fn brief(&self) -> String {
        let (title, place, day) = (&self.activity.title, &self.activity.place, self.day());
        let (organization, arrived) = (self.organization, self.arrived);
        let done = self.done();
        match self.lang {
            Lang::Zh => {
                let people = if arrived > 0 {
                    format!("共有 {arrived} 人参加。")
                } else {
                    "【补充参加人数】".to_owned()
                };
                format!(
                    "{organization}开展“{title}”\n\n{day}，{organization}在{place}开展“{title}”，{people}\n\n{done}\n\n【补充效果或群众反映】"
                )
            }
            Lang::En => {
                let people = if arrived > 0 {
                    format!("{arrived} people took part.")
                } else {
                    "[add how many took part]".to_owned()
                };
                format!(
                    "{organization}: {title}\n\nOn {day} {organization} carried out “{title}” at {place}. {people}\n\n{done}\n\n[add what came of it]"
                )
            }
        }
    }

    pub fn summary(&self) -> String {
        let (title, place, when) = (&self.activity.title, &self.activity.place, self.when());
        let (arrived, records, photos) = (self.arrived, self.records.len(), self.photos);
        let (done, by) = (self.done(), self.by());
        match self.lang {
            Lang::Zh => format!(
                "“{title}”活动总结\n\n一、基本情况\n活动于{when}在{place}举行，由{by}组织，签到 {arrived} 人，形成现场记录 {records} 条、照片 {photos} 张。\n\n二、主要做法\n{done}\n\n三、取得的成效\n【补充成效】\n\n四、不足与下一步打算\n【补充不足和打算】\n\n{by}\n{}",
                self.issued()
            ),
            Lang::En => format!(
                "Summary: {title}\n\n1. Facts\nIt took place at {place} on {when}, organized by {by}; {arrived} people checked in, {records} records and {photos} photos were made.\n\n2. What was done\n{done}\n\n3. What came of it\n[add it]\n\n4. What to do better\n[add it]\n\n{by}\n{}",
                self.issued()
            ),
        }
    }

    fn by(&self) -> &str {
        self.department.unwrap_or(self.organization)
    }

    fn details(&self, zh: &str, en: &str) -> String {
        let details = self.activity.details.trim();
        if details.is_empty() {
            self.lang.pick(zh, en).to_owned()
        } else {
            details.to_owned()
        }
    }

    /// What the records say, a line each.
    fn done(&self) -> String {
        let lines: Vec<String> = self
            .records
            .iter()
            .map(|record| record.title.trim())
            .filter(|title| !title.is_empty())
            .map(|title| match self.lang {
                Lang::Zh => format!("——{title}；"),
                Lang::En => format!("– {title}"),
            })
            .collect();
        if lines.is_empty() {
            self.details("【补充主要做法】", "[add what was done]")
        } else {
            lines.join("\n")
        }
    }

    fn day(&self) -> String {
        day(self.activity.starts_at).map_or_else(String::new, |day| self.date(day))
    }

    fn date(&self, day: NaiveDate) -> String {
        match self.lang {
            Lang::Zh => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
            Lang::En => day.format("%-d %B %Y").to_string(),
        }
    }

    fn when(&self) -> String {
        let clock = |at: Timestamp| {
            at.civil(UTC_OFFSET_MINUTES)
                .map(|at| at.format("%H:%M").to_string())
                .unwrap_or_default()
        };
        let (from, until) = (clock(self.activity.starts_at), clock(self.activity.ends_at));
        match self.lang {
            Lang::Zh => format!("{} {from} 至 {until}", self.day()),
            Lang::En => format!("{}, {from} to {until}", self.day()),
        }
    }

    /// A line for the date of issue.
    fn issued(&self) -> &'static str {
        self.lang.pick("【补充日期】", "[add the date]")
    }
}
