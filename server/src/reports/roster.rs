//! The roster of an activity as a workbook: who came, when, for how long, and what looks odd.
//!
//! A4, ready to print and sign. Every cell is a text or a number, never a formula, whatever people
//! put into names and titles.

use std::collections::BTreeMap;

use domain::{
    Lang, PersonId, Timestamp,
    api::office::ActivityDetail,
    areas::{
        attendances::{Attendance, Flag, Method, Presence, presences},
        sign_ups::SignUpState,
    },
    time::{MINUTE_MS, UTC_OFFSET_MINUTES},
};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::guests;
use crate::{Error, Result};

/// The sheet's content, before it is laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster {
    pub title: String,
    pub time: String,
    pub place: String,
    pub organizer: String,
    pub lines: Vec<Line>,
    /// People who came, guests too.
    pub arrived: usize,
    /// So many of them are guests, and so long they stayed.
    pub guests: usize,
    pub guest_minutes: i64,
    /// Of all, guests too.
    pub minutes: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub name: String,
    pub department: String,
    pub arrived: Option<Timestamp>,
    pub left: Option<Timestamp>,
    /// Whole service minutes; `None` until both ends are known.
    pub minutes: Option<i64>,
    pub method: String,
    pub remarks: String,
}

impl Roster {
    /// Those who came in the order of arrival, then those who signed up and haven't come.
    pub fn new(detail: &ActivityDetail, lang: Lang) -> Self {
        let people: BTreeMap<PersonId, (&str, &str)> = detail
            .people
            .iter()
            .map(|it| {
                let department = it.department_name.as_deref().unwrap_or_default();
                (it.id, (it.name.as_str(), department))
            })
            .collect();
        let named = |id: PersonId| people.get(&id).copied().unwrap_or_default();
        let presences = presences(&detail.attendances);
        let mut lines: Vec<Line> = presences
            .values()
            .map(|presence| {
                line(
                    presence,
                    &detail.attendances,
                    named(presence.person_id),
                    lang,
                )
            })
            .collect();
        lines.sort_by(|a, b| (a.arrived.or(a.left), &a.name).cmp(&(b.arrived.or(b.left), &b.name)));
        let members = presences.values().filter(|it| it.arrived.is_some()).count();
        let came = detail.guests.iter().filter(|it| it.counts());
        let mut guests: Vec<Line> = came.map(|it| guests::line(it, lang)).collect();
        let mut absent: Vec<Line> = detail
            .sign_ups
            .iter()
            .filter(|it| it.state == SignUpState::Coming && !presences.contains_key(&it.person_id))
            .map(|it| {
                let (name, department) = named(it.person_id);
                Line {
                    name: name.to_owned(),
                    department: department.to_owned(),
                    arrived: None,
                    left: None,
                    minutes: None,
                    method: String::new(),
                    remarks: lang
                        .pick("已报名，未签到", "Signed up, not here")
                        .to_owned(),
                }
            })
            .collect();
        absent.sort_by(|a, b| (&a.department, &a.name).cmp(&(&b.department, &b.name)));
        let guest_count = guests.len();
        let guest_minutes = guests.iter().filter_map(|it| it.minutes).sum();
        lines.append(&mut guests);
        lines.append(&mut absent);
        let activity = &detail.activity;
        Self {
            title: activity.title.clone(),
            time: span(activity.starts_at, activity.ends_at, lang),
            place: activity.place.clone(),
            organizer: detail.organizer_name.clone(),
            arrived: members + guest_count,
            guests: guest_count,
            guest_minutes,
            minutes: presences.values().map(|it| it.minutes).sum::<i64>() + guest_minutes,
            lines,
        }
    }

    /// As it leaves the unit: without those who only signed up, and every text through `hide`.
    #[must_use]
    pub fn of_those_who_came(mut self, hide: impl Fn(&str) -> String) -> Self {
        let came = |line: &Line| line.arrived.is_some() || line.left.is_some();
        self.lines.retain(came);
        let own = [&mut self.title, &mut self.place, &mut self.organizer];
        let lines = self.lines.iter_mut();
        let lines =
            lines.flat_map(|line| [&mut line.name, &mut line.department, &mut line.remarks]);
        for text in own.into_iter().chain(lines) {
            *text = hide(text);
        }
        self
    }

    /// The workbook's bytes.
    pub fn workbook(&self, lang: Lang) -> Result<Vec<u8>> {
        self.lay_out(lang)
            .and_then(|mut workbook| workbook.save_to_buffer())
            .map_err(Error::internal)
    }

    fn lay_out(&self, lang: Lang) -> std::result::Result<Workbook, XlsxError> {
        let mut workbook = Workbook::new();
        workbook.set_properties(&DocProperties::new().set_title(&self.title));
        let sheet = workbook.add_worksheet();
        sheet.set_name(lang.pick("签到表", "Roster"))?;
        set_up_page(sheet, lang)?;

        let title = Format::new()
            .set_bold()
            .set_font_size(16)
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter)
            .set_text_wrap();
        sheet.set_row_height(0, 36)?;
        let heading = match lang {
            Lang::Zh => format!("{} 签到表", self.title),
            Lang::En => format!("{}: roster", self.title),
        };
        sheet.merge_range(0, 0, 0, LAST, &heading, &title)?;
        let plain = Format::new().set_text_wrap();
        let facts = [
            (lang.pick("时间：", "Time: "), &self.time),
            (lang.pick("地点：", "Place: "), &self.place),
            (lang.pick("组织者：", "Organizer: "), &self.organizer),
        ];
        for (row, (label, text)) in (1..).zip(facts) {
            sheet.merge_range(row, 0, row, LAST, &format!("{label}{text}"), &plain)?;
        }

        let head = cell()
            .set_bold()
            .set_align(FormatAlign::Center)
            .set_background_color("E8EEF4");
        for (column, (zh, en, width)) in (0..).zip(COLUMNS) {
            sheet.set_column_width(column, width)?;
            sheet.write_string_with_format(HEAD, column, lang.pick(zh, en), &head)?;
        }
        let mut row = HEAD + 1;
        for (number, line) in (1_u32..).zip(&self.lines) {
            write_line(sheet, row, number, line)?;
            row += 1;
        }
        self.write_total(sheet, row, lang)?;
        Ok(workbook)
    }

    fn write_total(
        &self,
        sheet: &mut Worksheet,
        row: u32,
        lang: Lang,
    ) -> std::result::Result<(), XlsxError> {
        let total = cell().set_bold();
        let people = guests::came(self, lang);
        for column in 0..=LAST {
            sheet.write_blank(row, column, &total)?;
        }
        sheet.write_string_with_format(row, 1, lang.pick("合计", "Total"), &total)?;
        sheet.write_string_with_format(row, 2, &people, &total)?;
        sheet.write_number_with_format(row, 5, self.minutes as f64, &total)?;
        Ok(())
    }
}

/// Row of the table's head, from 0.
const HEAD: u32 = 5;
/// Chinese, English, width in characters.
const COLUMNS: [(&str, &str, f64); 8] = [
    ("序号", "No.", 5.0),
    ("姓名", "Name", 11.0),
    ("科室", "Department", 17.0),
    ("签到", "Arrived", 13.0),
    ("签退", "Left", 13.0),
    ("时长（分钟）", "Minutes", 8.0),
    ("方式", "How", 12.0),
    ("备注", "Remarks", 17.0),
];
/// Number of the last column, from 0.
const LAST: u16 = COLUMNS.len() as u16 - 1;

fn set_up_page(sheet: &mut Worksheet, lang: Lang) -> std::result::Result<(), XlsxError> {
    // 9 is A4. Margins in inches: 0.6 inside, room for the page number below.
    sheet
        .set_paper_size(9)
        .set_portrait()
        .set_margins(0.6, 0.6, 0.7, 0.8, 0.3, 0.4)
        .set_print_fit_to_pages(1, 0)
        .set_print_center_horizontally(true)
        .set_footer(lang.pick("&C第 &P 页，共 &N 页", "&CPage &P of &N"));
    sheet.set_repeat_rows(HEAD, HEAD)?;
    sheet.set_freeze_panes(HEAD + 1, 0)?;
    Ok(())
}

fn write_line(
    sheet: &mut Worksheet,
    row: u32,
    number: u32,
    line: &Line,
) -> std::result::Result<(), XlsxError> {
    let text = cell().set_text_wrap();
    let center = cell().set_align(FormatAlign::Center);
    let moment = center.clone().set_num_format("mm-dd hh:mm");
    sheet.write_number_with_format(row, 0, number, &center)?;
    sheet.write_string_with_format(row, 1, &line.name, &text)?;
    sheet.write_string_with_format(row, 2, &line.department, &text)?;
    for (column, at) in [(3, line.arrived), (4, line.left)] {
        match at.and_then(local) {
            Some(at) => sheet.write_datetime_with_format(row, column, at, &moment)?,
            None => sheet.write_blank(row, column, &center)?,
        };
    }
    match line.minutes {
        Some(minutes) => sheet.write_number_with_format(row, 5, minutes as f64, &center)?,
        None => sheet.write_blank(row, 5, &center)?,
    };
    sheet.write_string_with_format(row, 6, &line.method, &text)?;
    sheet.write_string_with_format(row, 7, &line.remarks, &text)?;
    Ok(())
}

fn cell() -> Format {
    Format::new()
        .set_border(FormatBorder::Thin)
        .set_align(FormatAlign::VerticalCenter)
}

fn local(at: Timestamp) -> Option<ExcelDateTime> {
    let local = at.plus_ms(i64::from(UTC_OFFSET_MINUTES) * MINUTE_MS);
    ExcelDateTime::from_timestamp(local.0.div_euclid(1_000)).ok()
}

fn line(
    presence: &Presence,
    facts: &[Attendance],
    (name, department): (&str, &str),
    lang: Lang,
) -> Line {
    let mut methods: Vec<Method> = Vec::new();
    for fact in facts {
        if fact.person_id == presence.person_id
            && !fact.flags.contains(&Flag::Duplicate)
            && !methods.contains(&fact.method)
        {
            methods.push(fact.method);
        }
    }
    let mut remarks: Vec<&str> = presence
        .flags
        .iter()
        .map(|flag| {
            let (zh, en) = flag.name();
            lang.pick(zh, en)
        })
        .collect();
    let signed = facts
        .iter()
        .any(|fact| fact.person_id == presence.person_id && fact.signature.is_some());
    if signed {
        remarks.push(lang.pick("有手写签名", "Signed by hand"));
    }
    let separator = lang.pick("、", ", ");
    Line {
        name: name.to_owned(),
        department: department.to_owned(),
        arrived: presence.arrived,
        left: presence.left,
        minutes: (presence.arrived.is_some() && presence.left.is_some())
            .then_some(presence.minutes),
        method: methods
            .iter()
            .map(|method| {
                let (zh, en) = method.name();
                lang.pick(zh, en)
            })
            .collect::<Vec<_>>()
            .join(separator),
        remarks: remarks.join(separator),
    }
}

fn span(from: Timestamp, until: Timestamp, lang: Lang) -> String {
    let (Some(from), Some(until)) = (
        from.civil(UTC_OFFSET_MINUTES),
        until.civil(UTC_OFFSET_MINUTES),
    ) else {
        return String::new();
    };
    let day = lang.pick("%Y年%-m月%-d日 %H:%M", "%Y-%m-%d %H:%M");
    let end = if from.date() == until.date() {
        "%H:%M"
    } else {
        day
    };
    format!("{}–{}", from.format(day), until.format(end))
}

#[cfg(test)]
mod tests {
    use domain::{
        ActivityId, AttendanceId, SignUpId,
        api::office::PersonLine,
        areas::{
            activities::{Activity, ActivityKind, ActivityState},
            attendances::{Direction, ProofState},
            sign_ups::SignUp,
        },
    };
    use uuid::Uuid;

    use super::*;

    /// 2026-11-24 09:00 in China.
    const START: Timestamp = Timestamp(1_795_482_000_000);

    fn person(n: u128) -> PersonId {
        PersonId(Uuid::from_u128(n))
    }

    fn fact(n: u128, direction: Direction, minutes: i64, flags: Vec<Flag>) -> Attendance {
        Attendance {
            id: AttendanceId(Uuid::from_u128(1_000 + n * 10 + flags.len() as u128)),
            revision: 1,
            activity_id: ActivityId(Uuid::nil()),
            person_id: person(n),
            direction,
            at: START.plus_minutes(minutes),
            method: Method::Display,
            recorded_by: person(n),
            proof: ProofState::Verified,
            flags,
            signature: None,
        }
    }

    fn detail() -> ActivityDetail {
        ActivityDetail {
            activity: Activity {
                id: ActivityId(Uuid::nil()),
                revision: 1,
                title: "=cmd()".to_owned(),
                kind: ActivityKind::VolunteerService,
                place: "桂花苑".to_owned(),
                details: String::new(),
                starts_at: START,
                ends_at: START.plus_minutes(120),
                organizer_id: person(1),
                department_id: None,
                capacity: None,
                items: Vec::new(),
                state: ActivityState::Planned,
                public: false,
            },
            code_word: "123456".to_owned(),
            organizer_name: "王立群".to_owned(),
            sign_ups: [
                (2, SignUpState::Coming),
                (3, SignUpState::Coming),
                (4, SignUpState::Withdrawn),
            ]
            .map(|(n, state)| SignUp {
                id: SignUpId(Uuid::from_u128(n)),
                revision: 1,
                activity_id: ActivityId(Uuid::nil()),
                person_id: person(n),
                state,
                at: START,
            })
            .to_vec(),
            attendances: vec![
                fact(1, Direction::In, 5, vec![]),
                fact(1, Direction::In, 6, vec![Flag::Duplicate]),
                fact(1, Direction::Out, 95, vec![Flag::OutsideActivity]),
                fact(2, Direction::In, -3, vec![]),
            ],
            guests: Vec::new(),
            people: vec![
                line_of(1, "王立群", Some("办公室")),
                line_of(2, "李承泽", None),
                line_of(3, "黄诗予", Some("党支部")),
            ],
        }
    }

    fn line_of(n: u128, name: &str, department: Option<&str>) -> PersonLine {
        PersonLine {
            id: person(n),
            name: name.to_owned(),
            department_name: department.map(str::to_owned),
        }
    }

    #[test]
    fn those_who_came_stand_before_those_who_only_signed_up() {
        let roster = Roster::new(&detail(), Lang::Zh);
        let names: Vec<&str> = roster.lines.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["李承泽", "王立群", "黄诗予"]);
        assert_eq!(roster.arrived, 2);
    }

    #[test]
    fn guests_stand_after_the_members_and_are_counted_apart() {
        let one = |n: u128, struck: Option<&str>| domain::areas::guests::Guest {
            id: domain::GuestId(Uuid::from_u128(n)),
            revision: 1,
            activity_id: ActivityId(Uuid::nil()),
            name: "周慧".to_owned(),
            unit: "文三社区".to_owned(),
            at: START,
            left: Some(START.plus_minutes(40)),
            recorded_by: person(1),
            signature: None,
            struck: struck.map(str::to_owned),
            person_id: None,
        };
        let mut detail = detail();
        detail.guests = vec![one(1, None), one(2, Some("写错了"))];
        let roster = Roster::new(&detail, Lang::Zh);
        assert_eq!((roster.arrived, roster.guests), (3, 1));
        assert_eq!((roster.minutes, roster.guest_minutes), (130, 40));
        assert_eq!(roster.lines[2].minutes, Some(40));
        let words = guests::came(&roster, Lang::Zh);
        assert_eq!(words, "到场 3 人，其中来宾 1 人（40 分钟，不计服务时长）");
        assert_eq!(roster.lines[2].name, "周慧");
        assert_eq!(roster.lines[2].department, "来宾：文三社区");
        assert_eq!(roster.lines[3].name, "黄诗予");
        assert_eq!(roster.lines.len(), 4);
    }

    #[test]
    fn minutes_count_only_where_both_ends_are_known() {
        let roster = Roster::new(&detail(), Lang::Zh);
        let minutes: Vec<Option<i64>> = roster.lines.iter().map(|it| it.minutes).collect();
        assert_eq!(minutes, [None, Some(90), None]);
        assert_eq!(roster.minutes, 90);
    }

    #[test]
    fn what_looks_odd_is_said_and_a_duplicate_is_not() {
        let roster = Roster::new(&detail(), Lang::Zh);
        assert_eq!(roster.lines[1].remarks, "不在活动时间内");
        assert_eq!(roster.lines[1].method, "扫动态码");
    }

    #[test]
    fn the_time_is_chinas() {
        let zh = Roster::new(&detail(), Lang::Zh);
        let en = Roster::new(&detail(), Lang::En);
        assert_eq!(zh.time, "2026年11月24日 09:00–11:00");
        assert_eq!(en.time, "2026-11-24 09:00–11:00");
    }

    #[test]
    fn a_workbook_is_a_zip_in_both_languages() {
        for lang in [Lang::Zh, Lang::En] {
            let bytes = Roster::new(&detail(), lang).workbook(lang).unwrap();
            assert_eq!(&bytes[..4], b"PK\x03\x04");
        }
    }
}
